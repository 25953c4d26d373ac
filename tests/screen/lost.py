# SPDX-License-Identifier: GPL-3.0-or-later
"""The control process of a session is killed while its inspector is there: it connects again, or says what is to be
done."""
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.environ["HARNESS"])

from desk import PREFIX, SHELL, Desk, inspector_of, inspectors, shell_in_pane  # noqa: E402
from harness import ISOLATE, descendants_of, equal, is_gone, main, name_of, test, until  # noqa: E402

LOST = r"control process has ended; another answers"


def control_of(desk):
    return until("a control process",
                 lambda: next((p for p in descendants_of(desk.job.pid)
                               if name_of(p) == "isolate-control" and not is_gone(p)), None))


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    until("the end of %d" % pid, lambda: is_gone(pid))


def over_shell():
    desk = Desk("--name", "lost", *SHELL)
    desk.shows(r"^READY")
    desk.type(PREFIX)
    desk.shows(r"Mounts")
    desk.shows(r"own network")
    return desk


def close(desk):
    """Back to the shell, whose terminal it is again once that answers: what is typed sooner is echoed over its prompt."""
    desk.type("q")
    desk.shows(r"^READY")
    desk.run("clear; echo back-$((40 + 2))", r"^back-42")


def end(desk):
    close(desk)
    desk.type("exit 5\r")
    equal("the status", desk.wait_end(), 5)
    equal("the modes", desk.modes(), desk.before)


@test
def comes_back():
    """it is noticed at once, another connection is made, and all goes on: commands, events, :exec"""
    desk = over_shell()
    first = control_of(desk)
    kill(first)
    desk.shows(LOST)
    equal("another control process", control_of(desk) == first, False)
    desk.type(":mount /tmp/again=none\r")
    desk.shows(r"^ ?/tmp/again ")
    desk.type("5")
    # What another does is news, and what we do is not.
    subprocess.run([ISOLATE, "--command", "mount /tmp/another=none", "lost"], check=True, stdout=subprocess.DEVNULL)
    desk.shows(r"mount .*another")
    equal("our own command is no event", "/tmp/again=none" in desk.screen.text(), False)
    desk.type(":exec echo from-$((2 + 3))-inside\r")
    desk.shows(r"Enter goes back")
    desk.type("\r")
    desk.shows(r"Events")
    end(desk)


@test
def at_once():
    """whatever was being asked for when it was killed"""
    desk = Desk("--name", "lost", *SHELL)
    desk.shows(r"^READY")
    for n in range(5):
        desk.type(PREFIX)
        desk.shows(r"Mounts")
        kill(control_of(desk))
        desk.shows(r"^ lost +\S+ .* own network .* up since")
        desk.type(":mount /tmp/x%d=none\r" % n)
        desk.shows(r"^ ?/tmp/x%d " % n)
        close(desk)
    desk.type("exit 5\r")
    equal("the status", desk.wait_end(), 5)


@test
def twice():
    """as often as it happens"""
    desk = over_shell()
    for _ in range(3):
        kill(control_of(desk))
        desk.shows(LOST)
        desk.type("R")
        desk.shows(r"asked for everything again")
    end(desk)


@test
def in_pane():
    """beside a program in its pane too, which notices nothing"""
    desk = shell_in_pane(columns=140)
    kill(control_of(desk))
    desk.shows(r"control process has")
    desk.run("echo here-$((40 + 2))", r"^here-42")
    desk.type("exit 5\r")
    equal("the status", desk.wait_end(), 5)
    equal("the modes", desk.modes(), desk.before)


@test
def cannot():
    """where it cannot connect it says so and what to do, and does no harm; opened again it is there"""
    desk = over_shell()
    inspector = inspector_of(desk)
    aide = until("its aide", lambda: next((p for p in inspectors(desk) if p != inspector), None))
    os.kill(aide, signal.SIGKILL)
    kill(control_of(desk))
    desk.shows(r"not connected, but the session goes on")
    desk.shows(r"R tries again")
    desk.shows(r"isolate --inspect=lost")
    desk.shows(r"^ lost .* not connected$")
    desk.type("R")
    desk.type("2")
    desk.shows(r"not connected, but the session goes on")
    close(desk)
    desk.type(PREFIX)
    desk.shows(r"own network   up since")
    end(desk)


@test
def ended():
    """the end of a session is told as that"""
    session = subprocess.Popen([ISOLATE, "-q", "--name", "ended", "sh", "-c", "echo up; read x"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    session.stdout.readline()
    until("a session", lambda: b"ended" in subprocess.run([ISOLATE, "--list"], capture_output=True).stdout)
    desk = Desk("--inspect=ended")
    desk.shows(r"up since")
    session.communicate(b"\n")
    desk.shows(r"the session has ended; what is shown is how it was")
    desk.type("q")
    equal("the status of the inspector", desk.wait_end(), 0)


main()
