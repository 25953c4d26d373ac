# SPDX-License-Identifier: GPL-3.0-or-later
"""The inspector stopped and continued, killed, and resized, with a pane and without. Run by stops.sh; names choose."""
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.environ["HARNESS"])

from desk import PREFIX, SHELL, Desk, inspector_of, inspectors, shell_in_pane  # noqa: E402
from harness import ISOLATE, Failed, equal, is_gone, main, state_of, test, until  # noqa: E402

# What a program that has the terminal for itself sets, and nobody else may find.
MODES = {1: "cursor keys", 1000: "mouse", 1002: "mouse moves", 1003: "all mouse moves", 1004: "focus", 1006: "mouse numbers",
         1049: "alternate screen", 2004: "brackets around pastes", 2026: "held updates"}


def is_left_alone(desk, what):
    """The terminal is as a shell has it: modes of the line, and of the terminal itself."""
    equal(what + ": the line's modes", desk.modes(), desk.before)
    for mode, name in MODES.items():
        equal("%s: %s" % (what, name), desk.screen.seen_modes.get(mode, False), False)
    equal(what + ": the cursor is seen", desk.screen.seen_modes.get(25, True), True)
    equal(what + ": the cursor's shape", desk.screen.shape, 0)


def settle(desk, what, condition):
    """Looks at what is written until it is so."""
    until(what, lambda: (desk.look(0.01), condition())[1])


def stopped(desk):
    """As the shell sees it; all that was written is read."""
    seen = []
    settle(desk, "a stop", lambda: seen.append(desk.job._poll(os.WUNTRACED)) or seen[-1] is not None)
    status = seen[-1][1]
    if not os.WIFSTOPPED(status):
        raise Failed("it ended, with wait status %d" % status)
    while desk.look(0):
        pass
    desk.take_back()
    return os.WSTOPSIG(status)


def is_settled(pid):
    """It waits, and has taken all its signals."""
    with open("/proc/%d/status" % pid) as f:
        status = dict(line.split(":\t", 1) for line in f.read().splitlines() if ":\t" in line)
    return status["State"][0] == "S" and int(status["ShdPnd"], 16) == 0


def continued(desk, alone=False):
    desk.put_in_foreground(desk.job.pid)
    if alone:
        desk.job.kill(signal.SIGCONT)
    else:
        desk.job.kill_group(signal.SIGCONT)


def open_by_key():
    """The inspector over a shell."""
    desk = Desk(*SHELL)
    desk.shows(r"^READY")
    desk.type(PREFIX)
    desk.shows(r"1 Mounts")
    desk.shows(r"q close|\? keys")
    return desk


def on_another_session():
    """The inspector of a session that runs elsewhere."""
    other = subprocess.Popen([ISOLATE, "-q", "--name", "other", "sh", "-c", "echo up; read x"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    other.stdout.readline()
    # Its program may speak before the session can be found.
    until("a session", lambda: b"other" in subprocess.run([ISOLATE, "--list"], capture_output=True).stdout)
    desk = Desk("--inspect=other")
    desk.shows(r"1 Mounts")
    desk.other = other
    return desk


def end_shell(desk):
    desk.type("exit 5\r")
    equal("the status", desk.wait_end(), 5)
    is_left_alone(desk, "at the end")


def end_other(desk):
    desk.type("q")
    equal("the status", desk.wait_end(), 0)
    is_left_alone(desk, "at the end")
    desk.other.communicate(b"\n")


def stops_and_goes_on(desk, stop, number, alone=False):
    """stop() stops it; the shell's other job has the terminal; then it is continued."""
    stop()
    equal("the signal", stopped(desk), number)
    is_left_alone(desk, "while it is stopped")
    equal("the manager's state", state_of(desk.job.pid), "T")
    desk.resized(20, 90)
    continued(desk, alone)
    desk.shows(r"Mounts")
    equal("the alternate screen", desk.screen.seen_modes[1049], True)
    # A shell's user is not so fast: the next stop would come before the manager has heard of this.
    settle(desk, "all that were continued", lambda: all(is_settled(p) for p in (desk.job.pid, inspector_of(desk))))


@test
def key_in_pane():
    """Ctrl-Z in the panel stops the job, and fg continues it, on a terminal of another size; twice"""
    desk = shell_in_pane()
    for number in range(2):
        desk.type(PREFIX)
        stops_and_goes_on(desk, lambda: desk.type(b"\x1a"), signal.SIGTSTP)
        desk.type(PREFIX)
        desk.run("echo here-$((40 + %d))" % number, r"^here-4%d *│" % number)
    end_shell(desk)


@test
def signals_with_pane():
    """SIGTSTP to the manager, to the group and to the inspector, and SIGSTOP, stop the job with a pane"""
    desk = shell_in_pane()
    for stop, number in ((lambda: desk.job.kill(signal.SIGTSTP), signal.SIGTSTP),
                         (lambda: desk.job.kill_group(signal.SIGTSTP), signal.SIGTSTP),
                         (lambda: os.kill(inspector_of(desk), signal.SIGTSTP), signal.SIGTSTP),
                         (lambda: os.kill(inspector_of(desk), signal.SIGSTOP), signal.SIGSTOP)):
        stops_and_goes_on(desk, stop, number)
    stops_and_goes_on(desk, lambda: desk.job.kill(signal.SIGTSTP), signal.SIGTSTP, alone=True)
    desk.run("echo here-$((40 + 2))", r"^here-42 *│")
    end_shell(desk)


@test
def while_it_draws():
    """it does not ignore SIGTSTP while it draws, by which a stop would be lost"""
    desk = shell_in_pane()
    desk.type("yes FLOOD\r")
    desk.shows(r"FLOOD.*│")
    pid, bit, ignoring = inspector_of(desk), 1 << signal.SIGTSTP - 1, 0
    for _ in range(2000):
        desk.look(0)
        for _ in range(10):
            with open("/proc/%d/status" % pid) as f:
                ignoring += any(line.startswith("SigIgn") and int(line.split()[1], 16) & bit for line in f)
    equal("the looks that found it ignored", ignoring, 0)
    desk.type(b"\x03")
    desk.shows(r"^READY +│")
    desk.run("clear; echo here-$((40 + 2))", r"^here-42 *│")
    end_shell(desk)


@test
def over_a_shell():
    """the inspector over a shell stops and goes on, and the shell is behind it"""
    desk = open_by_key()
    stops_and_goes_on(desk, lambda: desk.type(b"\x1a"), signal.SIGTSTP)
    stops_and_goes_on(desk, lambda: desk.job.kill(signal.SIGTSTP), signal.SIGTSTP)
    desk.type("q")
    settle(desk, "the main screen", lambda: not desk.screen.seen_modes[1049])
    desk.type("echo here-$((40 + 2))\r")
    desk.shows(r"here-42")
    end_shell(desk)


@test
def of_another_session():
    """the inspector of another session stops and goes on"""
    desk = on_another_session()
    stops_and_goes_on(desk, lambda: desk.type(b"\x1a"), signal.SIGTSTP)
    stops_and_goes_on(desk, lambda: desk.job.kill(signal.SIGTSTP), signal.SIGTSTP)
    stops_and_goes_on(desk, lambda: os.kill(inspector_of(desk), signal.SIGSTOP), signal.SIGSTOP)
    stops_and_goes_on(desk, lambda: desk.job.kill(signal.SIGTSTP), signal.SIGTSTP, alone=True)
    end_other(desk)


@test
def in_background():
    """continued in the background it stops for want of the terminal, and writes nothing"""
    desk = on_another_session()
    desk.type(b"\x1a")
    equal("the signal", stopped(desk), signal.SIGTSTP)
    desk.job.kill_group(signal.SIGCONT)
    number = stopped(desk)
    if number not in (signal.SIGTTIN, signal.SIGTTOU):
        raise Failed("it stopped by signal %d" % number)
    is_left_alone(desk, "in the background")
    continued(desk)
    desk.shows(r"1 Mounts")
    end_other(desk)


# What a program in the pane has told its terminal, and what that has told ours.
FULL = (r"printf '\033[?1049h\033[?1000h\033[?1003h\033[?1006h\033[?2004h\033[?1h\033[4 q\033[?25lFULL'; read line; "
        r"printf '\033[?1049l\033[?1000l\033[?1003l\033[?1006l\033[?1l\033[0 q\033[?25h'")


@test
def killed_with_pane():
    """killed in any way with a pane, the terminal is as it was, the session goes on, and the key opens it again"""
    desk = shell_in_pane()
    for name in "KILL", "SEGV", "TERM", "HUP":
        pid = inspector_of(desk)
        os.kill(pid, getattr(signal, "SIG" + name))
        settle(desk, "the inspector's end by " + name, lambda: is_gone(pid) and not desk.screen.seen_modes[1049])
        settle(desk, "nothing of it is left after " + name, lambda: not inspectors(desk))
        desk.type("echo after-%s-$((40 + 2))\r" % name)
        desk.shows("after-%s-42" % name)
        for mode in 1000, 1002, 1003, 1004, 1006, 1049:
            equal("after %s: %s" % (name, MODES[mode]), desk.screen.seen_modes.get(mode, False), False)
        # With the pane again, which has the keys.
        desk.type(PREFIX)
        desk.shows(r"│.*Mounts")
        desk.run("clear; echo again-%s-$((40 + 2))" % name, r"^again-%s-42 *│" % name)
    end_shell(desk)


@test
def killed_below_a_screen():
    """killed while the program in the pane has its own screen, mouse and cursor, nothing of that is left on the terminal"""
    desk = shell_in_pane()
    desk.run(FULL, r"^FULL")
    settle(desk, "the mouse", lambda: desk.screen.seen_modes.get(1003))
    settle(desk, "the cursor", lambda: desk.screen.shape == 4 or not desk.screen.seen_modes.get(25, True))
    pid = inspector_of(desk)
    os.kill(pid, signal.SIGKILL)
    settle(desk, "the inspector's end", lambda: is_gone(pid) and not desk.screen.seen_modes[1049])
    for mode in 1000, 1002, 1003, 1004, 1006, 1049, 2004:
        equal(MODES[mode], desk.screen.seen_modes.get(mode, False), False)
    equal("the cursor is seen", desk.screen.seen_modes.get(25, True), True)
    equal("the cursor's shape", desk.screen.shape, 0)
    desk.type("\r")
    desk.shows(r"READY")
    end_shell(desk)


SIZES = (6, 20), (1, 1), (3, 200), (60, 4), (120, 400), (24, 100)


def follows(desk, shown):
    for rows, columns in SIZES:
        desk.resized(rows, columns)
        if rows >= 6 and columns >= 20:
            desk.shows(shown)
        else:
            # Alive: it has taken the size, which a program that was killed has not.
            settle(desk, "something drawn", lambda: desk.screen.fed > 0)
        desk.screen.fed = 0


@test
def sizes_with_pane():
    """it follows every size with a pane, and the program inside with it"""
    desk = shell_in_pane()
    follows(desk, r"READY|Mounts")
    desk.shows(r"│.*Mounts")
    desk.type("\x15stty size\r")
    desk.shows(r"^24 \d\d *│")
    end_shell(desk)


@test
def sizes_without():
    """it follows every size without a pane"""
    desk = open_by_key()
    follows(desk, r"Mounts")
    desk.type("q")
    settle(desk, "the main screen", lambda: not desk.screen.seen_modes[1049])
    desk.type("stty size\r")
    desk.shows(r"^24 100")
    end_shell(desk)


@test
def manager_killed():
    """when the manager is killed the inspector gives the terminal back"""
    desk = on_another_session()
    pid = inspector_of(desk)
    desk.job.kill(signal.SIGKILL)
    settle(desk, "the inspector's end", lambda: is_gone(pid) and not desk.screen.seen_modes[1049])
    is_left_alone(desk, "after it")
    desk.job.wait()
    desk.other.communicate(b"\n")


main()
