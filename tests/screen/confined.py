# SPDX-License-Identifier: GPL-3.0-or-later
"""The inspector's confinement: what somebody who took it over would try, and what it has to go on doing."""
import os
import re
import sys

sys.path.insert(0, os.environ["HARNESS"])

from desk import PREFIX, Desk, inspector_of, shell_in_pane  # noqa: E402
from harness import Failed, equal, main, test  # noqa: E402


def verdicts(desk):
    """What became of each attempt."""
    desk.type(PREFIX + b":attempt\r")
    desk.shows(r"that is all")
    found = dict(re.findall(r"│ (\S+) (worked|stopped) ", desk.screen.text()))
    desk.type(b"q")
    return found


def end(desk):
    """The keys are the panel's."""
    desk.type(PREFIX)
    desk.type("exit 5\r")
    equal("the status", desk.wait_end(), 5)
    equal("the modes", desk.modes(), desk.before)


ATTEMPTS = 18


@test
def attempts_at_large():
    """each attempt works in an inspector that is not confined"""
    os.environ["ISOLATE_BREAK"] = "confinement"
    desk = shell_in_pane(rows=40)
    found = verdicts(desk)
    end(desk)
    equal("the number of attempts", len(found), ATTEMPTS)
    equal("those that do not work", [name for name in found if found[name] != "worked"], [])


@test
def attempts():
    """each attempt is stopped in the inspector as it is"""
    desk = shell_in_pane(rows=40)
    with open("/proc/%d/status" % inspector_of(desk)) as f:
        status = dict(line.split(":\t", 1) for line in f.read().splitlines() if ":\t" in line)
    found = verdicts(desk)
    end(desk)
    equal("the number of attempts", len(found), ATTEMPTS)
    equal("those that work", [name for name in found if found[name] != "stopped"], [])
    equal("no_new_privs", status["NoNewPrivs"], "1")
    equal("a filter", status["Seccomp"], "2")


@test
def fails_closed():
    """where it cannot be confined it shows nothing, and the session goes on"""
    os.environ["ISOLATE_BREAK"] = "confine"
    desk = Desk("--inspect", "bash", "--norc", "--noprofile")
    os.environ.pop("ISOLATE_BREAK")
    desk.shows(r"cannot give up what the inspector does not need")
    desk.run("echo here-$((40 + 2))", r"here-42")
    if "Mounts" in desk.screen.text():
        raise Failed("it shows something:\n" + desk.screen.text())
    desk.type("exit 5\r")
    equal("the status", desk.wait_end(), 5)


@test
def completion():
    """paths are completed"""
    os.makedirs("outside/only-name")
    desk = shell_in_pane()
    desk.type(PREFIX + b":mount " + os.getcwd().encode() + b"/outside/on\t")
    desk.shows(r"only-name/")
    # Of a session that is watched, whose root nobody outside can read.
    desk.type(b"\x03")
    desk.type(b":umount /dev/ful\t")
    desk.shows(r":umount /dev/full")
    desk.type(b"\x03")
    end(desk)


@test
def history():
    """a line that was given before is there, and one that is given will be"""
    os.environ["XDG_STATE_HOME"] = os.getcwd() + "/state"
    os.makedirs("state/isolate")
    with open("state/isolate/history", "w") as f:
        f.write("theme mono\n")
    desk = shell_in_pane()
    desk.type(PREFIX + b":\x1b[A")
    desk.shows(r":theme mono")
    desk.type(b"\x03:theme dark\r")
    desk.shows(r"theme dark")
    end(desk)
    with open("state/isolate/history") as f:
        equal("the history", f.read(), "theme mono\ntheme dark\n")


@test
def program():
    """:exec has the terminal, and gives it back"""
    desk = Desk("--name", "confined", "bash", "--norc", "--noprofile")
    desk.shows(r"^READY")
    desk.type(PREFIX)
    desk.shows(r"Mounts")
    desk.type(":exec echo from-$((2 + 3))-inside\r")
    desk.shows(r"^from-\$")
    desk.shows(r"Enter goes back")
    desk.type("\r")
    desk.shows(r"Mounts")
    desk.type("q")
    # Behind it: what is typed sooner is typed to the inspector.
    desk.shows(r"^READY")
    desk.run("echo back-$((40 + 2))", r"^back-42")
    desk.type("exit 5\r")
    equal("the status", desk.wait_end(), 5)
    equal("the modes", desk.modes(), desk.before)


@test
def no_files():
    """no file is written in its name"""
    desk = shell_in_pane()
    desk.type(PREFIX + b":dump-screen dumped\r")
    desk.shows(r"only a script writes files")
    end(desk)
    if os.path.exists("dumped"):
        raise Failed("it was written")


main()
