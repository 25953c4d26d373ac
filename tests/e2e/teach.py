# SPDX-License-Identifier: GPL-3.0-or-later
"""isolate --step on a terminal: what state the process is in while it waits, and every way on. Started by teach.sh."""
import os
import pty
import re
import select
import sys
import time

ISOLATE = os.environ["ISOLATE"]
LIMIT = 60


class Steps:
    def __init__(self, *argv):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="dumb", LC_ALL="C.UTF-8")
            os.execv(ISOLATE, [ISOLATE, "-q", "--step", *argv])

    def type(self, text):
        os.write(self.fd, text.encode())

    def expect(self, text):
        """Reads up to the text; returns what was before it."""
        end = time.monotonic() + LIMIT
        while text not in self.seen:
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                sys.exit("wanted %r, seen %r" % (text, self.seen))
            try:
                self.seen += os.read(self.fd, 65536).decode(errors="replace")
            except OSError:
                sys.exit("wanted %r, seen %r, and the end" % (text, self.seen))
        before, self.seen = self.seen.split(text, 1)
        return before

    def step(self):
        """The next step's title and the process that waits before it."""
        told = self.expect("[q] stop: ")
        found = re.findall(r"^\d+\. (.*)  \(process (\d+)\)", told, re.MULTILINE)
        return (found[-1][0], int(found[-1][1])) if found else (None, None)

    def end(self):
        while True:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                break
            if not data:
                break
            self.seen += data.decode(errors="replace")
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def equal(what, seen, wanted):
    if seen != wanted:
        sys.exit("%s: wanted %r, seen %r" % (what, wanted, seen))


def map_of(pid):
    with open("/proc/%d/uid_map" % pid) as f:
        return f.read().split()


def stop():
    steps = Steps("echo", "ran")
    title, pid = steps.step()
    equal("the first step", title, "A user namespace")
    own = os.readlink("/proc/self/ns/user")
    equal("before it", os.readlink("/proc/%d/ns/user" % pid), own)
    steps.type("\n")
    steps.step()
    if os.readlink("/proc/%d/ns/user" % pid) == own:
        sys.exit("it has no user namespace of its own after the first step")
    equal("and no map yet", map_of(pid), [])
    steps.type("\n")
    equal("then the map", steps.step()[0], "A map of users and groups")
    steps.type("q\n")
    equal("the status of what was stopped", steps.end(), 125)
    if "ran" in steps.seen or "as you wished" not in steps.seen:
        sys.exit("after q: %r" % steps.seen)


def steps():
    steps = Steps("echo", "it has run")
    titles = []
    while True:
        title, _ = steps.step()
        if title:
            titles.append(title)
        if titles[-1] == "Your program":
            break
        # The mounts of the default view would be many.
        steps.type("m\n" if titles[-1] == "What is to be seen" else "\n")
    if "A terminal of its own" not in titles or "A filter for system calls" not in titles:
        sys.exit("steps: %r" % titles)
    steps.type("\n")
    steps.expect("it has run")
    equal("status", steps.end(), 0)


def rest():
    steps = Steps("tty")
    steps.step()
    steps.type("nonsense\n")
    equal("asked again", steps.step(), (None, None))
    steps.type("c\n")
    steps.expect("/dev/pts/0")
    equal("status", steps.end(), 0)


def interrupt():
    steps = Steps("echo", "ran")
    steps.step()
    steps.type("\n")
    steps.step()
    steps.type("\x03")
    status = steps.end()
    if status == 0 or "ran" in steps.seen:
        sys.exit("after Ctrl-C: status %d, %r" % (status, steps.seen))


globals()[sys.argv[1]]()
