# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal of which the screen is seen, with a session and its inspector on it, for the tests beside it."""
import os
import re
import sys
import time

sys.path.insert(0, os.environ["HARNESS"])

from emulator import Screen  # noqa: E402
from harness import ISOLATE, LIMIT, Failed, Terminal, descendants_of, is_gone, name_of, until  # noqa: E402

os.environ.update(TERM="xterm", LC_ALL="C.UTF-8", PS1="READY ", HISTFILE="", XDG_CONFIG_HOME=os.getcwd() + "/config")
os.environ.pop("NO_COLOR", None)
PREFIX = b"\x1d"
SHELL = ("bash", "--norc", "--noprofile")


class Desk(Terminal):
    """A terminal of which the screen is seen."""

    def __init__(self, *argv, rows=24, columns=100):
        super().__init__(rows, columns)
        self.screen = Screen(rows, columns)
        self.before = self.modes()
        self.job = self.start(ISOLATE, "-q", *argv)

    def look(self, timeout=0.05):
        data = self.read_some(timeout)
        self.seen += data
        self.screen.feed(data)
        return data

    def shows(self, pattern):
        """Waits until the screen matches; returns the match."""
        rx = re.compile(pattern, re.M)
        end = time.monotonic() + LIMIT
        while True:
            match = rx.search(self.screen.text())
            if match:
                return match
            if time.monotonic() > end:
                raise Failed("%r was not shown; the screen is\n%s" % (pattern, self.screen.text()))
            self.look()

    def pane(self):
        """The text left of the divider."""
        return [line.split("│")[0].rstrip() for line in self.screen.text().split("\n")]

    def run(self, command, pattern):
        self.type(command + "\r")
        return self.shows(pattern)

    def resized(self, rows, columns):
        self.screen.resize(rows, columns)
        self.resize(rows, columns)

    def wait_end(self):
        """The status, with all that was written read."""
        status = []

        def ended():
            self.look(0.01)
            status[:] = [self.job._poll(os.WUNTRACED)]
            return status[0] is not None
        until("the end of the session", ended)
        while self.look(0):
            pass
        return os.waitstatus_to_exitcode(status[0][1])


def inspector_of(desk):
    return until("an inspector",
                 lambda: next((p for p in descendants_of(desk.job.pid)
                               if name_of(p) == "isolate-inspect" and not is_gone(p)), None))


def inspectors(desk):
    """All its processes, those that nobody has waited for too."""
    return [p for p in descendants_of(desk.job.pid) if name_of(p) == "isolate-inspect"]


def shell_in_pane(**more):
    desk = Desk("--inspect", *SHELL, **more)
    desk.shows(r"^READY .*│.*")
    desk.shows(r"│.*Mounts")
    return desk
