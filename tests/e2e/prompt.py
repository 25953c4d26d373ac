# SPDX-License-Identifier: GPL-3.0-or-later
"""isolate --prompt on a terminal: completion, history, events, and the end of the session. Started by prompt.sh."""
import os, pty, select, signal, stat, subprocess, sys, termios, time

ISOLATE = os.environ["ISOLATE"]
LIMIT = 60
STATE = os.getcwd() + "/state"
HISTORY = STATE + "/isolate/history"


class Prompt:
    def __init__(self, name):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(XDG_STATE_HOME=STATE, TERM="dumb", INPUTRC="/dev/null", LC_ALL="C.UTF-8")
            os.execv(ISOLATE, [ISOLATE, "--prompt", name])
        self.name = name
        self.expect(name + "> ")

    def type(self, text):
        os.write(self.fd, text.encode())

    def read(self):
        try:
            data = os.read(self.fd, 65536).decode(errors="replace")
        except OSError:
            data = ""
        self.seen += data
        return data

    def expect(self, text):
        """Reads up to the text, and forgets what was before."""
        end = time.monotonic() + LIMIT
        while text not in self.seen:
            if not select.select([self.fd], [], [], end - time.monotonic())[0] or not self.read():
                sys.exit("wanted %r, seen %r" % (text, self.seen))
        before, self.seen = self.seen.split(text, 1)
        return before

    def modes(self):
        return termios.tcgetattr(self.fd)[3] & (termios.ICANON | termios.ECHO)

    def end(self):
        """Reads to the end; the exit status."""
        while self.read():
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def equal(what, seen, wanted):
    if seen != wanted:
        sys.exit("%s: wanted %r, seen %r" % (what, wanted, seen))


def completion(p):
    p.type(":und\t\r")
    p.expect(":undo ")
    p.expect(p.name + "> ")
    p.type(":mount ro:/srv/t=with\t")
    p.expect("with\\ blank/")
    p.type("\r")
    p.expect("mounted /srv/t (ro) from")
    p.expect(p.name + "> ")
    p.type(":umount /srv/t/fi\t")
    p.expect("/srv/t/file ")
    p.type("\x03")
    p.expect(p.name + "> ")
    p.type(":umount /sr\t")
    p.expect("/srv/")
    p.type("t\r")
    p.expect("unmounted /srv/t")
    p.expect(p.name + "> ")


def events(p):
    p.type(":events\r")
    # Nothing says from when on events are told.
    end = time.monotonic() + LIMIT
    while "command :ps" not in p.seen and time.monotonic() < end:
        subprocess.run([ISOLATE, "--command", ":ps", p.name], check=True, stdout=subprocess.DEVNULL)
        if select.select([p.fd], [], [], 0)[0]:
            p.read()
    p.expect("command :ps")
    p.type("\x03")
    p.expect(p.name + "> ")


def history(p):
    p.type(":ns\r")
    p.expect(p.name + "> ")
    p.type(":ps\r")
    p.expect(p.name + "> ")
    p.type(":ns\r")
    p.expect(p.name + "> ")
    p.type("\x04")
    equal("the status after Ctrl-D", p.end(), 0)
    equal("the mode of the history", stat.S_IMODE(os.stat(HISTORY).st_mode), 0o600)
    lines = open(HISTORY).read().splitlines()
    equal("the last lines", lines[-2:], [":ps", ":ns"])
    equal("each once", len(lines), len(set(lines)))
    p = Prompt(p.name)
    # Readline redraws what differs from the line before.
    p.type("\x10\x10\x10")
    p.expect("events")
    p.type("\x03")
    p.expect(p.name + "> ")
    p.type(":deta\t\r")
    equal("the status after :detach", p.end(), 0)


def hangup(name):
    p = Prompt(name)
    p.type(":kill -l\r")
    p.expect("'l' is no signal")
    p.expect(name + "> ")
    os.kill(p.pid, signal.SIGTERM)
    equal("the status after SIGTERM", p.end(), -signal.SIGTERM)
    equal("the history is kept", open(HISTORY).read().splitlines()[-1], ":kill -l")


def session_end():
    session = subprocess.Popen([ISOLATE, "-q", "--name", "prompt-end", "sh", "-c", "echo up; read x"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    session.stdout.readline()
    p = Prompt("prompt-end")
    p.type(":mounts /u")
    p.expect("/u")
    session.communicate("")
    p.expect("session 'prompt-end' has ended")
    equal("the terminal is as it was", p.modes(), termios.ICANON | termios.ECHO)
    equal("the status when the session ends", p.end(), 0)


def main():
    p = Prompt("prompt-test")
    completion(p)
    events(p)
    history(p)
    hangup("prompt-test")
    session_end()
    os.unlink(HISTORY)
    os.removedirs(STATE + "/isolate")


main()
