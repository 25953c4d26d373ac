# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal and the shell on it, in one process, for tests of job control.

Each test runs in a process of its own, which is leader of a session with a pty as its terminal: it starts jobs in
process groups, puts them into the foreground and waits for them as a shell does, and reads and types as the user does.
Nothing here sleeps for a fixed time: everything waits for an event, or looks again until a condition holds, and gives
up after LIMIT seconds.
"""
import ctypes
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
import traceback

ISOLATE = os.environ["ISOLATE"]
LIMIT = int(os.environ.get("LIMIT", 60))

IFLAG, OFLAG, CFLAG, LFLAG = range(4)


class Failed(Exception):
    pass


def until(what, condition):
    """Looks until condition() is true, and returns its value."""
    end = time.monotonic() + LIMIT
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed("it did not come to this: " + what)
        time.sleep(0.002)


def equal(what, seen, wanted):
    if seen != wanted:
        raise Failed("%s: wanted %r, seen %r" % (what, wanted, seen))


def fields_of(pid):
    """What /proc/PID/stat says, from the state on (field 3 of proc(5) is [0])."""
    with open("/proc/%d/stat" % pid) as f:
        return f.read().rsplit(")", 1)[1].split()


def state_of(pid):
    try:
        return fields_of(pid)[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def is_gone(pid):
    return state_of(pid) in (None, "Z", "X")


def children_of(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return [int(word) for word in f.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def descendants_of(pid):
    found = []
    for child in children_of(pid):
        found += [child] + descendants_of(child)
    return found


def name_of(pid):
    try:
        with open("/proc/%d/comm" % pid) as f:
            return f.read().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None


class Job:
    """A process group that the shell has started."""

    def __init__(self, pid):
        self.pid = pid

    def wait(self, flags=0):
        """Waits for the end, with os.WUNTRACED also for a stop. Returns ("exit", N), ("signal", N) or ("stop", N)."""
        status = until("an end or stop of the job", lambda: self._poll(flags))[1]
        if os.WIFSTOPPED(status):
            return "stop", os.WSTOPSIG(status)
        if os.WIFSIGNALED(status):
            return "signal", os.WTERMSIG(status)
        return "exit", os.WEXITSTATUS(status)

    def _poll(self, flags):
        found = os.waitpid(self.pid, flags | os.WNOHANG)
        return found if found[0] else None

    def kill(self, number):
        os.kill(self.pid, number)

    def kill_group(self, number):
        os.killpg(self.pid, number)

    def process(self, name):
        """The session's own process of that name."""
        return until("a process " + name,
                     lambda: next((p for p in descendants_of(self.pid) if name_of(p) == name), None))


class Terminal:
    def __init__(self, rows=24, columns=80):
        self.master, self.slave = pty.openpty()
        os.set_inheritable(self.slave, False)
        self.resize(rows, columns)
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        # As a shell is: it may set the foreground from the background, and survives its terminal.
        for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.seen = b""

    def set_modes(self, modes):
        """Returns them as modes() does."""
        termios.tcsetattr(self.slave, termios.TCSANOW, modes)
        return self.modes()

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def modes(self):
        return termios.tcgetattr(self.slave)

    def is_raw(self):
        return not self.modes()[LFLAG] & termios.ICANON

    def start(self, *argv, foreground=True, stdio=(None, None, None), session=False, ignored=()):
        """Starts a job on the terminal. stdio: descriptors in place of the terminal."""
        ready, go = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                self._become(argv, ready, go, stdio, session, ignored)
            finally:
                os._exit(126)
        os.close(ready)
        if not session:
            try:
                os.setpgid(pid, pid)
            except PermissionError:
                pass
            if foreground:
                self.put_in_foreground(pid)
        os.write(go, b"g")
        os.close(go)
        return Job(pid)

    def _become(self, argv, ready, go, stdio, session, ignored):
        if session:
            os.setsid()
        else:
            os.setpgid(0, 0)
        os.close(go)
        os.read(ready, 1)
        for fd in range(3):
            os.dup2(self.slave if stdio[fd] is None else stdio[fd], fd)
        # Those that we ignore, those that Python does, and those that a shell without job control does.
        for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ,
                       signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
        os.execvp(argv[0], argv)

    def put_in_foreground(self, group):
        os.tcsetpgrp(self.slave, group)

    def take_back(self):
        self.put_in_foreground(os.getpgrp())

    def type(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        while data:
            data = data[os.write(self.master, data):]

    def read_some(self, timeout):
        if not select.select([self.master], [], [], timeout)[0]:
            return b""
        try:
            return os.read(self.master, 65536)
        except OSError:
            return b""

    def expect(self, pattern):
        """Reads until the pattern is seen; forgets what came up to it, and returns the match."""
        rx = re.compile(pattern.encode() if isinstance(pattern, str) else pattern, re.S)
        end = time.monotonic() + LIMIT
        while True:
            match = rx.search(self.seen)
            if match:
                self.seen = self.seen[match.end():]
                return match
            if time.monotonic() > end:
                raise Failed("%r was not seen; there is %r" % (pattern, self.seen[-300:]))
            self.seen += self.read_some(0.1)

    def read_up_to(self, length):
        end = time.monotonic() + LIMIT
        while len(self.seen) < length and time.monotonic() < end:
            self.seen += self.read_some(0.1)
        data, self.seen = self.seen[:length], self.seen[length:]
        return data

    def drain(self):
        """What is there at the moment."""
        while True:
            data = self.read_some(0)
            if not data:
                break
            self.seen += data
        data, self.seen = self.seen, b""
        return data


tests = []


def test(function):
    tests.append(function)
    return function


def become_subreaper():
    """So that what a test orphans stays among its descendants."""
    PR_SET_CHILD_SUBREAPER = 36
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def describe(pid):
    """The state of a process and all that it started, for whoever reads about a failure: one line each."""
    lines = []
    for one in descendants_of(pid):
        try:
            state, parent, group, session, _, foreground = fields_of(one)[:6]
            with open("/proc/%d/status" % one) as f:
                signals = [line.replace("\t", " ").strip() for line in f
                           if re.match("(Sig|Shd)(Pnd|Blk|Ign|Cgt)", line)]
        except (FileNotFoundError, ProcessLookupError, ValueError):
            continue
        lines.append("%d %s %s parent %s group %s session %s foreground %s, %s" % (
            one, name_of(one), state, parent, group, session, foreground, " ".join(signals)))
    return "\n".join(lines)


def put_away():
    """After a failure: what has gone wrong may not end by itself. What a good test leaves, others look for."""
    for pid in descendants_of(os.getpid()):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def run_one(function):
    """In a session and a directory of its own. Returns None, or what went wrong."""
    sys.stdout.flush()
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        said = ""
        try:
            os.close(out)
            os.setsid()
            become_subreaper()
            os.chdir(tempfile.mkdtemp(dir="."))
            function()
        except Failed:
            said = traceback.format_exc() + describe(os.getpid())
        except BaseException:
            said = traceback.format_exc()
        if said:
            put_away()
        os.write(into, said.encode(errors="replace")[:60000])
        os._exit(1 if said else 0)
    os.close(into)
    said = b""
    while True:
        data = os.read(out, 65536)
        if not data:
            break
        said += data
    os.close(out)
    status = os.waitpid(pid, 0)[1]
    if status and not said:
        return "the test's own process ended with wait status %d" % status
    return said.decode() or None


def main():
    """Runs all, or those named in argv; writes TAP."""
    chosen = [f for f in tests if not sys.argv[1:] or f.__name__ in sys.argv[1:]]
    failures = 0
    for number, function in enumerate(chosen, 1):
        wrong = run_one(function)
        print("%s %d - %s" % ("not ok" if wrong else "ok", number, function.__doc__.strip()))
        if wrong:
            failures += 1
            print("\n".join("#   " + line for line in wrong.splitlines()))
        sys.stdout.flush()
    print("1..%d" % len(chosen))
    sys.exit(1 if failures else 0)
