# SPDX-License-Identifier: GPL-3.0-or-later
"""The inspector and the prompt where calls wait for a decision, on real terminals. Run by decide.sh."""
import os
import select
import signal
import subprocess
import sys

sys.path.insert(0, os.environ["HARNESS"])

from desk import PREFIX, SHELL, Desk, inspector_of  # noqa: E402
from emulator import Screen  # noqa: E402
from harness import ISOLATE, Failed, Terminal, equal, main, test, until  # noqa: E402

OUT = os.environ["OUTSIDE"]  # a directory that is not inside


def touch(name):
    path = os.path.join(OUT, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write("found-it\n")
    return path


def first_call(path, rows=24, columns=80):
    """A session whose very first call asks for the path, with its inspector."""
    desk = Desk("--on-miss=ask", "--inspect", "sh", "-c",
                'cat "$0"; echo status-$?; exec "$@"', path, *SHELL, rows=rows, columns=columns)
    desk.shows(r"1 call waits")
    return desk


def leave(desk):
    desk.type("exit 0\r")
    equal("the status", desk.wait_end(), 0)


def allow(rows, columns):
    desk = first_call(touch("screen/file"), rows, columns)
    desk.type(PREFIX + b"6")
    desk.shows(r"held ")
    desk.type("m")
    desk.shows(r"\(y/n\) run :allow")
    until("the spec, shown whole", lambda: desk.look(0.01) is not None and ":allowro:" + OUT + "/screen" in
          "".join(desk.screen.text().replace("│", " ").split()))
    desk.type("y")
    desk.shows(r"found-it")
    desk.shows(r"status-0")
    desk.type(PREFIX)
    leave(desk)


@test
def allowed_wide():
    """the first call of a session waits for its inspector; m and y mount what cures it, at 120x40"""
    allow(40, 120)


@test
def allowed_small():
    """and at 80x24"""
    allow(24, 80)


@test
def nothing_by_itself():
    """a question that is answered with anything else mounts nothing, and ignoring lets the call fail"""
    desk = first_call(touch("ignored/file"))
    desk.type(PREFIX + b"6")
    desk.shows(r"held ")
    desk.type("mn")
    desk.shows("nothing was done")
    desk.type("i")
    desk.shows(r"status-1")
    desk.shows(r"Nothing was missed")
    desk.type(PREFIX)
    leave(desk)


@test
def killed():
    """an inspector that is killed keeps nobody waiting, and one that is not there is not waited for"""
    desk = first_call(touch("killed/file"))
    os.kill(inspector_of(desk), signal.SIGKILL)
    desk.shows(r"status-1")
    desk.run("cat %s; echo again-$?" % touch("killed/other"), r"^again-1")
    leave(desk)


@test
def told_everywhere():
    """how many calls wait is told on every tab, and in a corner while the panel is away; typing is not disturbed"""
    desk = first_call(touch("told/file"), columns=100)
    desk.type(PREFIX + b"2")
    desk.shows(r"1 call waits: 6")
    desk.type("6d")
    desk.shows(r"status-1")
    desk.shows(r"denied")
    desk.type("q")
    until("the panel gone", lambda: desk.look() is None or "Misses" not in desk.screen.text())
    desk.type("cat %s & echo half a li" % touch("away/file"))
    desk.shows(r"half a li")
    desk.type("ne\r")
    desk.shows(r"1 call waits: 6")
    desk.shows(r"^half a line")
    desk.type("still-typing")
    desk.shows(r"still-typing")
    desk.type(b"\x15")
    desk.type(PREFIX + b"6")
    desk.shows(r"held ")
    # It may be that what was denied is still selected.
    desk.type("g")
    desk.shows(r" 1/2")
    desk.type("d")
    desk.shows(r"away/file:? No such file|away/file; 1 call|1 call that")
    desk.type(PREFIX)
    leave(desk)


class Prompt(Terminal):
    """isolate --prompt on a terminal of which the screen is seen."""
    look = Desk.look
    shows = Desk.shows

    def __init__(self, name, rows=24, columns=80):
        super().__init__(rows, columns)
        self.screen = Screen(rows, columns)
        self.job = self.start(ISOLATE, "--prompt", name)
        self.shows(r"^%s>" % name)


def session(program):
    """One on no terminal, which begins when it is told to. Its name, and the process."""
    name = "screen-%d" % os.getpid()
    process = subprocess.Popen([ISOLATE, "-q", "--name", name, "--on-miss=ask", "sh", "-c", "echo up; read x; " + program],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    equal("it", process.stdout.readline(), "up\n")
    return name, process


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


def finish(process, wanted):
    out = process.communicate("\n")[0]
    if wanted not in out:
        raise Failed("%r is not in %r" % (wanted, out))


@test
def prompt_tells():
    """a prompt tells of a call above the line that is being typed, which stays as it is"""
    path = touch("prompt/file")
    # It goes on after that: an answer that comes when the session has ended is not heard.
    name, process = session("cat %s; read y" % path)
    prompt = Prompt(name)
    prompt.type(":mou")
    prompt.shows(r"> :mou$")
    go(process)
    prompt.shows(r"^held   %s\n^by     cat, process \d+, \w+\n^cure   :allow ro:%s\n^else   :deny %s\n^%s> :mou$" % (
        path, os.path.dirname(path), path, name))
    prompt.type("nts --origin live\r")
    prompt.shows(r"no mount is there")
    prompt.type(":allow ro\t\r")
    prompt.shows(r"1 call that waited goes on")
    finish(process, "found-it")
    prompt.shows(r"has ended")
    prompt.job.wait()


@test
def prompt_killed():
    """a prompt that is killed keeps nobody waiting"""
    name, process = session("cat %s; read y" % touch("prompt-killed/file"))
    prompt = Prompt(name)
    go(process)
    prompt.shows(r"^held ")
    prompt.job.kill(signal.SIGKILL)
    until("the end of the wait", lambda: select.select([process.stdout], [], [], 0)[0])
    finish(process, "No such file")
    prompt.job.wait()


@test
def prompt_fakes():
    """what a program calls itself and its files can fake no line, and many calls are told of by a number"""
    odd = touch("fake/%s\nheld   no call waits any more\x1b[2J" % ("x" * 66))
    paths = [touch("many/%d/file" % i) for i in range(40)]
    with open("many", "w") as f:
        f.write("\n".join(paths))
    name, process = session("exec 3<many; cat \"$(cat odd)\" & while read -r p <&3; do cat $p & done; wait; read y")
    with open("odd", "w") as f:
        f.write(odd)
    prompt = Prompt(name, rows=50)
    go(process)
    prompt.shows(r"^held   \d+ calls wait; :misses lists what for, :deny lets all fail")
    prompt.type(":misses\r")
    prompt.shows(r"calls wait; ':allow")
    lines = prompt.screen.text().split("\n")
    for line in lines:
        if line.startswith("held   no call") or "\x1b" in line:
            raise Failed(prompt.screen.text())
    if sum(line.startswith("by  ") for line in lines) > 3:
        raise Failed("more than three are told of:\n" + prompt.screen.text())
    while subprocess.run([ISOLATE, "--json", "--command", ":deny", name], capture_output=True, text=True,
                         check=True).stdout.find('"calls":0') < 0:
        pass
    finish(process, "No such file")
    prompt.shows(r"has ended")
    prompt.job.wait()


main()
