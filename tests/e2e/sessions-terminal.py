# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions by name where they have a terminal, or a payload that is never quiet. Run by sessions-terminal.sh."""
import json
import os
import subprocess

from harness import ISOLATE, Failed, Terminal, equal, main, test, until

REGISTRY = os.path.join(os.environ["XDG_RUNTIME_DIR"], "isolate")


def record(name):
    """What the registry has on a session, once that is complete."""
    path = os.path.join(REGISTRY, name + ".session")

    def whole():
        try:
            with open(path) as f:
                text = f.read()
        except FileNotFoundError:
            return None
        return text if text.endswith("\nend\n") else None
    return dict(line.partition(" ")[::2] for line in until("the session has a record", whole).splitlines())


def isolate(*words):
    """From elsewhere, without a terminal: the answer."""
    done = subprocess.run([ISOLATE, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          start_new_session=True, timeout=60)
    if done.returncode:
        raise Failed("%r ended with %d: %s" % (words, done.returncode, done.stderr))
    return done.stdout


def ask(terminal, job, name, group):
    """All that can be done to a session by its name, while its program has the terminal."""
    known = record(name)
    equal("how it stands to the terminal", known["group"], '"%s"' % group)
    # It has a record before the program is started.
    until("the program runs", lambda: os.path.exists("up"))
    os.mkdir("source")
    listed = json.loads(isolate("--json", "--list"))["sessions"]
    equal("the sessions that are listed", [one["name"] for one in listed], [name])
    isolate("--command", ":mount ro:/srv/a=" + os.path.abspath("source"), name)
    equal("the mount is there inside", isolate("--join", name, "sh", "-c", "test -d /srv/a && echo there"), "there\n")
    isolate("--command", ":undo", name)
    equal("and gone again", os.path.exists("/proc/%s/root/srv/a" % known["payload"]), False)
    terminal.type("hello\n")
    until("the program has read what was typed", lambda: os.path.exists("typed"))
    with open("typed") as f:
        equal("what was typed", f.read(), "hello\n")
    isolate("--kill", name)
    end = job.wait()
    if end not in (("exit", 143), ("signal", 15)):
        raise Failed("the end: %r" % (end,))
    equal("the sessions that are left", json.loads(isolate("--json", "--list"))["sessions"], [])


PROGRAM = ": >up; read -r line; echo \"$line\" >new; mv new typed; read -r line"


@test
def with_a_terminal():
    """a session on a terminal is listed, changed, entered and ended"""
    t = Terminal()
    job = t.start(ISOLATE, "-q", "--name", "whole", "sh", "-c", PROGRAM)
    ask(t, job, "whole", "pty")


@test
def in_a_pipeline():
    """so is one in a pipeline on a terminal"""
    t = Terminal()
    out, into = os.pipe()
    job = t.start(ISOLATE, "-q", "--name", "part", "sh", "-c", PROGRAM, stdio=(None, into, None))
    os.close(into)
    ask(t, job, "part", "shared")
    os.close(out)


STORM = """
forks() { while :; do (:) & wait; done; }
renames() { while :; do mkdir a; mv a b; rmdir b; done; }
mounts() { unshare --user --map-root-user --mount sh -c 'while :; do mount -t tmpfs none /tmp; umount /tmp; done'; }
signals() { while :; do kill -CONT -1; done; }
forks & renames & mounts 2>/dev/null & signals 2>/dev/null &
: >up
wait
"""


@test
def storm():
    """commands are answered while the payload forks, renames, mounts and signals as fast as it can"""
    os.mkdir("source")
    path = os.path.abspath("source")
    with open("storm.out", "wb") as out:
        process = subprocess.Popen([ISOLATE, "-q", "--name", "storm", "sh", "-c", STORM], stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=out, start_new_session=True)
    record("storm")
    until("the storm has begun", lambda: os.path.exists("up"))
    for number in range(5):
        isolate("--command", ":mount ro:/srv/s%d=%s" % (number, path), "storm")
        mounts = isolate("--command", ":mounts /srv/s%d" % number, "storm")
        if " live " not in mounts:
            raise Failed("the mount is not listed: " + mounts)
        isolate("--command", ":who", "storm")
        isolate("--command", ":undo", "storm")
    isolate("--kill", "storm")
    process.wait(60)


main()
