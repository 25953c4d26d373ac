# SPDX-License-Identifier: GPL-3.0-or-later
# A session on a terminal of our own: the inspector is opened by its key, ended in every way, and the terminal's modes,
# its main screen and the session have to be as they were.
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 60
number = failures = 0


def result(ok, name, why=""):
    global number, failures
    number += 1
    failures += not ok
    print(("ok" if ok else "not ok"), number, "-", name, flush=True)
    if not ok:
        print("#  ", repr(why)[-1500:], flush=True)


class Terminal:
    def __init__(self, argv):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm", LANG="C.UTF-8", PS1="READY ")
            os.execv(argv[0], argv)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = b""

    def until(self, text, what):
        """Waits until text has come; returns what came before it, and forgets both."""
        end = time.monotonic() + LIMIT
        while text not in self.seen:
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                result(False, what, self.seen)
                print("1..%d" % number)
                sys.exit(1)
            try:
                self.seen += os.read(self.fd, 65536)
            except OSError:
                result(False, what + ": the terminal was closed", self.seen)
                print("1..%d" % number)
                sys.exit(1)
        before, _, self.seen = self.seen.partition(text)
        return before

    def type(self, text):
        os.write(self.fd, text)


def inspector_of(pid):
    """The child of the manager that is the inspector."""
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        for child in f.read().split():
            with open("/proc/%s/cmdline" % child, "rb") as g:
                if b"isolate-inspect" in g.read():
                    return int(child)
    return 0


isolate = os.environ["ISOLATE"]
t = Terminal([isolate, "-q", "bash", "--norc", "--noprofile"])
t.until(b"READY ", "a shell in a session")
raw = termios.tcgetattr(t.fd)

for name in "KILL", "SEGV", "TERM", "HUP", "key q", "key Ctrl-]":
    # The aide of one that was killed is the manager's child for a moment, and looks like it.
    end = time.monotonic() + LIMIT
    while inspector_of(t.pid) and time.monotonic() < end:
        time.sleep(0.01)
    t.type(b"\x1d")
    opened = time.monotonic()
    t.until(b"Mounts", "the key opens the inspector")
    t.until(b"close", "it shows its keys")
    pid = inspector_of(t.pid)
    result(pid > 0, "the inspector is a child of the manager")
    if name == "key q":
        t.type(b"q")
    elif name == "key Ctrl-]":
        # So soon that it is meant for the program it would reach the shell, which looks for the character behind it.
        while time.monotonic() < opened + 1.5:
            t.type(b"2")
            t.until(b"user namespace", "a tab while time goes by")
            t.type(b"1")
            t.until(b"ORIGIN", "and back")
        t.type(b"\x1d")
    else:
        os.kill(pid, getattr(signal, "SIG" + name))
    # What tells the terminal to go back to its main screen, and then the session.
    t.until(b"\x1b[?1049l", "after %s: the main screen is back" % name)
    t.type(b"echo back-$((40 + 2))\r")
    t.until(b"back-42", "after %s: the session goes on" % name)
    t.until(b"READY ", "after %s: its prompt" % name)
    result(termios.tcgetattr(t.fd) == raw, "after %s: the modes are what they were" % name)

# Twice in one go it is the key itself: the shell's quoted insert shows it.
t.type(b"cat -v\r")
t.until(b"\r\n", "cat begins")
t.type(b"\x1d\x1dx\r")
t.until(b"^]x", "the key twice in one go is the key")
t.type(b"\x04")
t.until(b"READY ", "the prompt again")
t.type(b"exit 7\r")
end = time.monotonic() + LIMIT
status = None
while status is None and time.monotonic() < end:
    try:
        select.select([t.fd], [], [], 1)
        os.read(t.fd, 65536)
    except OSError:
        status = os.waitpid(t.pid, 0)[1]
result(status is not None and os.waitstatus_to_exitcode(status) == 7, "the session ends as its program does", status)
print("1..%d" % number)
sys.exit(failures != 0)
