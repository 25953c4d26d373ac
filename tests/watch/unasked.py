# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that nobody has asked to watch: a shell on a terminal, and all others. Run by unasked.sh."""
import json
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["TESTS"], "e2e"))
from harness import ISOLATE, Failed, Terminal, equal, main, test, until  # noqa: E402

REGISTRY = os.path.join(os.environ["XDG_RUNTIME_DIR"], "isolate")
# It is done by the root's file system or not at all.
WANTED = '"on"' if os.environ["TIER"] == "fuse" else '"off"'
FAR = os.path.abspath("far")
os.makedirs(FAR)
with open(FAR + "/file", "w") as file:
    file.write("there\n")
BASE = os.path.abspath("base")
os.mkdir(BASE)
os.mkdir("work")
os.chdir("work")
os.environ.pop("ISOLATE_SESSION", None)
os.environ.update(SHELL="/bin/sh", PS1="READY ", ENV="")


def watched(name):
    """What the registry says of the session."""
    def whole():
        try:
            with open(os.path.join(REGISTRY, name + ".session")) as f:
                text = f.read()
        except FileNotFoundError:
            return None
        return text if text.endswith("\nend\n") else None
    return dict(line.partition(" ")[::2] for line in until("the session has a record", whole).splitlines())["watch"]


def see(what, wanted, *words, outer=False, piped=False):
    """A test that starts a session and looks if it is watched."""
    def look():
        terminal = Terminal()
        out, into = os.pipe() if piped else (-1, None)
        if outer:
            os.environ["ISOLATE_SESSION"] = "outer"
        job = terminal.start(ISOLATE, "-q", "--name", "seen", *words, stdio=(None, into, None))
        equal("whether it is watched", watched("seen"), wanted)
        # That shells do not ignore.
        job.kill(signal.SIGHUP)
        job.wait()
        if piped:
            os.close(into)
            os.close(out)
    look.__doc__ = what
    test(look)


def misses():
    """The paths that were missed."""
    done = subprocess.run([ISOLATE, "--json", "--command", ":misses", "shell"], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, start_new_session=True, timeout=60)
    if done.returncode:
        raise Failed(done.stderr)
    answer = json.loads(done.stdout)
    return [member["path"] for group in answer["groups"] for member in group["members"]]


@test
def missed():
    """what it misses is shown when somebody asks, and not at its end"""
    terminal = Terminal()
    job = terminal.start(ISOLATE, "--name", "shell")
    terminal.expect("READY ")
    terminal.type("cat %s/file\n" % FAR)
    terminal.expect("No such file.*READY ")
    if WANTED == '"on"':
        until("it is in the list", lambda: FAR + "/file" in misses())
    terminal.type("nosuchcommand-%d\n" % os.getpid())
    terminal.expect("not found.*READY ")
    terminal.type("exit\n")
    equal("the status is that of the last command", job.wait(), ("exit", 127))
    said = terminal.drain()
    if b"isolate:" in said or b"hint:" in said:
        raise Failed("it was said: %r" % said)


@test
def cannot_start():
    """a shell that cannot be executed is explained"""
    with open(FAR + "/bash", "w") as f:
        f.write("#!/bin/sh\n")
    os.chmod(FAR + "/bash", 0o755)
    terminal = Terminal()
    job = terminal.start(ISOLATE, FAR + "/bash")
    equal("the status", job.wait(), ("exit", 127))
    terminal.expect("hint: -m '[^']*ro:[^']*far")


# Listens to its own system calls, seccomp(2): EBUSY where somebody does already.
LISTEN = """
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
allow = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7fff0000))
program = ctypes.create_string_buffer(struct.pack("HP", 1, ctypes.addressof(allow)))
number = 317 if os.uname().machine == "x86_64" else 277
listener = libc.syscall(number, 1, 8, program)
print("LISTENER", "ours" if listener >= 0 else os.strerror(ctypes.get_errno()))
"""


@test
def not_slower():
    """no system call of it is notified of"""
    with open("listen.py", "w") as f:
        f.write(LISTEN)
    terminal = Terminal()
    job = terminal.start(ISOLATE, "-q", "sh", "-i")
    terminal.expect("READY ")
    terminal.type("python3 listen.py\n")
    terminal.expect("LISTENER ours.*READY ")
    terminal.type("exit\n")
    equal("the status", job.wait(), ("exit", 0))


see("a shell is watched where the root can be a file system of our own", WANTED)
see("so is one that is named", WANTED, "bash", "--norc")
see("not with --no-trace", '"off"', "--no-trace")
see("of --trace and --no-trace the last one counts", '"off"', "--trace", "--no-trace")
see("so it does the other way round", '"on"', "--no-trace", "--trace")
see("no other program", '"off"', "cat")
see("no script", '"off"', "sh", "-c", "read -r line; exit")
see("no shell whose output is for another program", '"off"', piped=True)
see("no session in a session", '"off"', outer=True)
see("none whose root is a directory of the host's", '"off"', "-b", BASE)
main()
