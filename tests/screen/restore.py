# SPDX-License-Identifier: GPL-3.0-or-later
# A session on a terminal of our own: the inspector is opened by its key, ended in every way, and the terminal's modes,
# its main screen and the session have to be as they were.
import fcntl
import os
import pty
import re
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
        self.seen = self.all = b""

    def read(self):
        data = os.read(self.fd, 65536)
        self.seen += data
        self.all += data

    def modes(self):
        """What the terminal was told by now and is not as at first: private modes, keypad, part that scrolls, charset."""
        now = {}
        for found in re.finditer(rb"\x1b\[\?([0-9;]+)([hl])|\x1b([=>])|\x1b\[([0-9;]*)r|[\x0e\x0f]", self.all):
            numbers, set_to, keypad, part = found.groups()
            for number in (numbers or b"").split(b";"):
                now[number] = set_to == b"h"
            if keypad:
                now["keypad"] = keypad == b"="
            elif part is not None:
                now["part"] = part not in (b"", b"1;24")
            elif not numbers:
                now["charset"] = found.group() == b"\x0e"
        # Seen cursor and lines that are wrapped are what a terminal begins with; the shell asks for brackets around pastes.
        return sorted(str(name) for name, value in now.items() if value != (name in (b"25", b"7")) and
                      name not in (b"2004", b""))

    def until(self, text, what):
        """Waits until text has come; returns what came before it, and forgets both."""
        end = time.monotonic() + LIMIT
        while text not in self.seen:
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                result(False, what, self.seen)
                print("1..%d" % number)
                sys.exit(1)
            try:
                self.read()
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

# What is going on when the signal comes, and what is shown then.
STATES = [("a list", b"", b""), ("a command line", b":umount /ab", b"/ab"), ("completions", b":re\t", b"remount"),
          ("a filter", b"/(us", b"(us"), ("a form", b"a/srv/x", b"/srv/x"), ("a question", b"d", b"(y/n)"),
          ("help", b"?", b"Keys here")]
ENDS = [(signal_name, state) for signal_name in ("KILL", "SEGV", "TERM", "HUP") for state in STATES]

for name, (state, keys, shown) in ENDS + [("key q", STATES[0]), ("key Ctrl-]", STATES[0])]:
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
    result(b"1049" in "".join(t.modes()).encode(), "the terminal is the inspector's")
    if keys:
        t.type(keys)
        t.until(shown, "%s is there" % state)
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
    result(termios.tcgetattr(t.fd) == raw, "after %s with %s: the modes are what they were" % (name, state))
    result(t.modes() == [], "after %s with %s: the terminal's own too" % (name, state), t.modes())

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
