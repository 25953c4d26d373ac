# SPDX-License-Identifier: GPL-3.0-or-later
"""Joining a session that runs, from terminals and without. Run by join.sh; `join.sh NAME…` runs some tests alone."""
import json
import os
import pty
import select
import signal
import subprocess
import termios

from harness import (ISOLATE, Failed, Terminal, children_of, descendants_of, equal, is_gone, main, name_of, state_of, test,
                     until)


def await_record(name):
    """A session has a name from the moment that its record is written, which may be after its payload has begun."""
    path = os.path.join(os.environ["XDG_RUNTIME_DIR"], "isolate", name + ".session")
    until("the session has a name", lambda: os.path.exists(path) and os.path.getsize(path) > 0)


class Session:
    """A session without a terminal, which lasts until end()."""

    def __init__(self, *options, script="read line"):
        """`script` runs once the file 'up' is there."""
        self.name = "s%d" % os.getpid()
        self.process = subprocess.Popen(
            [ISOLATE, "--name", self.name, *options, "sh", "-c", ": >up; " + script],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        until("the session runs", lambda: os.path.exists("up"))
        await_record(self.name)
        self.pid = self.process.pid
        self.init = next(pid for pid in children_of(self.pid) if name_of(pid) == "isolate-init")
        os.unlink("up")

    def join(self, *words, options=()):
        return [ISOLATE, *options, "--join", self.name, *words]

    def run(self, *words, **more):
        """Joins without a terminal, to the end: status (as subprocess has it), output, errors."""
        done = subprocess.run(self.join(*words), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              start_new_session=True, timeout=60, **more)
        return done.returncode, done.stdout, done.stderr

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


def wait_for_stop(pid):
    until("process %d is stopped" % pid, lambda: state_of(pid) == "T")


def programs_of(init, name):
    """The processes of that name in a session, by their numbers outside."""
    wanted = os.readlink("/proc/%d/ns/pid" % init)
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and name_of(int(entry)) == name and os.readlink("/proc/%s/ns/pid" % entry) == wanted:
                found.append(int(entry))
        except OSError:
            pass
    return found


# How it ends

@test
def statuses():
    """the exit status is the program's; 126 and 127 say that there was none; a signal is a signal"""
    s = Session()
    equal("an end", s.run("sh", "-c", "exit 7")[0], 7)
    status, _, said = s.run("no-such-program")
    equal("a program that is not there", (status, "cannot find 'no-such-program'" in said), (127, True))
    equal("one that cannot be executed", s.run("/etc/passwd")[0], 126)
    equal("a signal", s.run("sh", "-c", "kill -USR1 $$")[0], -signal.SIGUSR1)
    s.end()


@test
def same_place():
    """the program is where the payload is: its processes, its directory, its name, and nobody is its parent"""
    s = Session(script="mkdir /tmp/here; : >up2; read line")
    until("the directory is there", lambda: os.path.exists("up2"))
    status, out, _ = s.run("sh", "-c", "ls -d /tmp/here; readlink /proc/2/ns/user /proc/$$/ns/user; "
                                       "echo $ISOLATE_SESSION $PPID; pwd")
    lines = out.splitlines()
    equal("the status", status, 0)
    equal("the private /tmp", lines[0], "/tmp/here")
    equal("the user namespace", lines[1], lines[2])
    equal("the name, and the parent", lines[3], s.name + " 0")
    equal("the directory", lines[4], os.getcwd())
    s.end()


@test
def environment():
    """the environment is that of a new session, and the options for it apply"""
    s = Session()
    env = dict(os.environ, SSH_AUTH_SOCK="/nowhere", KEPT="yes")
    out = s.run("sh", "-c", "echo ${SSH_AUTH_SOCK-none} $KEPT $HOME $PWD", env=env)[1]
    equal("the variables", out, "none yes %s %s\n" % (os.environ["HOME"], os.getcwd()))
    done = subprocess.run(s.join("sh", "-c", "pwd; echo $A ${KEPT-gone}",
                                 options=["--chdir", "/tmp", "--setenv", "A", "b", "--unsetenv", "KEPT"]),
                          env=env, capture_output=True, text=True, timeout=60)
    equal("what the options say", done.stdout, "/tmp\nb gone\n")
    s.end()


@test
def options_refused():
    """an option about what the session is like is an error that says so"""
    done = subprocess.run([ISOLATE, "--net=host", "--join", "nobody", "true"], capture_output=True, text=True, timeout=60)
    equal("the status", done.returncode, 125)
    if "--net makes no sense with --join" not in done.stderr:
        raise Failed(done.stderr)


@test
def unknown():
    """a name that no session has, and a process that is in none, are errors"""
    done = subprocess.run([ISOLATE, "--join", "nobody", "true"], capture_output=True, text=True, timeout=60)
    equal("a name", (done.returncode, "no session 'nobody'" in done.stderr), (125, True))
    done = subprocess.run([ISOLATE, "--join", str(os.getpid()), "true"], capture_output=True, text=True, timeout=60)
    equal("a process", (done.returncode, "is not in a sandbox" in done.stderr), (125, True))


@test
def by_number():
    """the number of any process inside will do for the name"""
    s = Session()
    payload = next(p for p in children_of(s.pid) if name_of(p) == "sh")
    for pid in (s.init, payload):
        done = subprocess.run([ISOLATE, "--join", str(pid), "sh", "-c", "echo $ISOLATE_SESSION"], capture_output=True,
                              text=True, timeout=60)
        equal("joined by %d" % pid, (done.returncode, done.stdout), (0, s.name + "\n"))
    s.end()


@test
def nested_payload():
    """a payload that has gone into a user namespace of its own is joined where it started"""
    s = Session(script="exec unshare -U sh -c ': >up3; read line'")
    until("it has gone on", lambda: os.path.exists("up3"))
    out = s.run("sh", "-c", "id -u; grep -c . /proc/self/uid_map; readlink /proc/self/ns/user /proc/2/ns/user")[1].split()
    equal("the user", out[0], str(os.getuid()))
    if out[2] == out[3]:
        raise Failed("the program is in the payload's nested user namespace")
    s.end()


# The end of a session

@test
def session_ends():
    """the session's end ends the program, and the message says why"""
    s = Session()
    joined = subprocess.Popen(s.join("sh", "-c", "echo up; exec sleep 1000"), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True)
    equal("it runs", joined.stdout.readline(), b"up\n")
    s.end()
    _, said = joined.communicate(timeout=60)
    equal("how it ended", joined.returncode, -signal.SIGKILL)
    equal("what it says", said.decode(), "isolate: the session '%s' has ended, and with it 'sh'\n" % s.name)


@test
def session_ends_in_terminal():
    """the same in a terminal, which is as it was"""
    s = Session()
    t = Terminal()
    before = t.modes()
    job = t.start(*s.join("sh", "-c", "stty -echo; echo READY; exec sleep 1000"))
    t.expect("READY")
    s.end()
    t.expect("the session '%s' has ended" % s.name)
    equal("the end", job.wait(), ("signal", signal.SIGKILL))
    equal("the modes", t.modes(), before)


def stopped_joiner_holds_nobody_up(stdio):
    s = Session()
    t = Terminal()
    job = t.start(*s.join("sleep", "1000"), stdio=stdio)
    until("it runs", lambda: programs_of(s.init, "sleep"))
    t.type("\x1a")
    equal("a stop", job.wait(os.WUNTRACED), ("stop", signal.SIGTSTP))
    t.take_back()
    s.end()
    if job.wait()[0] != "signal":
        raise Failed("it did not end by the signal")


@test
def stopped_in_terminal():
    """a program that is stopped does not keep the session from ending"""
    stopped_joiner_holds_nobody_up((None, None, None))


@test
def stopped_in_pipeline():
    """nor does one that shares the terminal with a pipeline"""
    null = os.open("/dev/null", os.O_RDWR)
    stopped_joiner_holds_nobody_up((null, None, None))
    os.close(null)


@test
def session_being_built():
    """joining waits until a session is set up, and never sees it before"""
    for _ in range(10):
        name = "b%d" % os.getpid()
        session = subprocess.Popen([ISOLATE, "--name", name, "sh", "-c", "read line"], stdin=subprocess.PIPE,
                                   start_new_session=True)
        init = until("pid 1 is there", lambda: next((p for p in children_of(session.pid)
                                                     if name_of(p) == "isolate-init"), None))
        done = subprocess.run([ISOLATE, "--join", str(init), "ls", "/"], capture_output=True, text=True, timeout=60)
        equal("the status of: " + done.stderr, done.returncode, 0)
        if "root" in done.stdout.split() and "boot" in done.stdout.split():
            raise Failed("the host's root was seen: " + done.stdout)
        session.stdin.close()
        session.wait(60)


# The end of a joiner

@test
def manager_killed():
    """the end of the joiner's manager, even by SIGKILL, ends its program and nothing else"""
    s = Session()
    joined = subprocess.Popen(s.join("sleep", "1000"), stdin=subprocess.DEVNULL, start_new_session=True)
    program = until("it runs", lambda: programs_of(s.init, "sleep"))[0]
    joined.kill()
    joined.wait(60)
    until("the program is gone", lambda: is_gone(program))
    os.waitpid(program, 0)  # this process inherits it
    equal("the session", s.run("echo", "alive")[1], "alive\n")
    s.end()


@test
def manager_killed_in_terminal():
    """the same in a terminal, which is put right"""
    s = Session()
    t = Terminal()
    before = t.modes()
    job = t.start(*s.join("sleep", "1000"))
    program = until("it runs", lambda: programs_of(s.init, "sleep"))[0]
    until("the terminal is raw", t.is_raw)
    job.kill(signal.SIGKILL)
    job.wait()
    until("the program is gone", lambda: is_gone(program))
    until("the modes are back", lambda: t.modes() == before)
    equal("the session", s.run("echo", "alive")[1], "alive\n")
    s.end()


@test
def leader_killed():
    """somebody kills the leader: the program ends, and is told so; the session goes on"""
    s = Session()
    t = Terminal()
    job = t.start(*s.join("sleep", "1000"))
    program = until("it runs", lambda: programs_of(s.init, "sleep"))[0]
    # The manager knows it too. It may run before the leader has said so, whose end then is a start that failed.
    until("the terminal is raw", t.is_raw)
    os.kill(job.process("isolate-leader"), signal.SIGKILL)
    how, number = job.wait()
    if how != "signal" or number not in (signal.SIGKILL, signal.SIGHUP):  # whichever comes first
        raise Failed("it ended by %s %d" % (how, number))
    until("the program is gone", lambda: is_gone(program))
    equal("the session", s.run("echo", "alive")[1], "alive\n")
    s.end()


@test
def background_stays():
    """what the program leaves running lives as long as the session, and holds nobody up"""
    s = Session()
    t = Terminal()
    job = t.start(*s.join("sh", "-c", "trap '' HUP; sleep 1000 & echo DONE; exit 4"))
    t.expect("DONE")
    equal("the end", job.wait(), ("exit", 4))
    left = programs_of(s.init, "sleep")
    equal("how many are left", len(left), 1)
    s.end()
    until("it is gone", lambda: is_gone(left[0]))


# Terminals

@test
def own_terminal():
    """the program has a terminal of its own, with a name inside, and what is typed reaches it"""
    s = Session()
    t = Terminal(rows=33, columns=77)
    job = t.start(*s.join("sh", "-c", "tty; stty size; read line; echo got $line"))
    t.expect("/dev/pts/[0-9]+\r\n33 77\r\n")
    t.type("hello\r")
    t.expect("got hello")
    equal("the end", job.wait(), ("exit", 0))
    s.end()


@test
def shell_by_default():
    """without PROG it is the session's shell"""
    s = Session()
    t = Terminal()
    job = t.start(*s.join())
    t.type("echo $((6*7))-$ISOLATE_SESSION; exit 3\r")
    t.expect("42-" + s.name)
    equal("the end", job.wait(), ("exit", 3))
    s.end()


@test
def resized():
    """a new size of the terminal reaches it, with the signal"""
    s = Session()
    t = Terminal(rows=20, columns=60)
    job = t.start(*s.join("sh", "-c", "trap 'stty size; exit 0' WINCH; echo READY; while :; do read line; done"))
    t.expect("READY")
    until("the terminal is raw", t.is_raw)
    t.resize(41, 90)
    t.expect("41 90")
    equal("the end", job.wait(), ("exit", 0))
    s.end()


@test
def job_control():
    """Ctrl-Z stops it and gives the terminal back; it goes on where it was; Ctrl-C ends it"""
    s = Session()
    t = Terminal()
    before = t.modes()
    job = t.start(*s.join("cat"))
    until("the terminal is raw", t.is_raw)
    t.type("one\r")
    t.expect("one\r\none\r\n")
    t.type("\x1a")
    equal("a stop", job.wait(os.WUNTRACED), ("stop", signal.SIGTSTP))
    t.take_back()
    equal("the modes", t.modes(), before)
    t.put_in_foreground(job.pid)
    job.kill_group(signal.SIGCONT)
    until("the terminal is raw", t.is_raw)
    t.type("two\r")
    t.expect("two\r\ntwo\r\n")
    t.type("\x03")
    equal("the end", job.wait(), ("signal", signal.SIGINT))
    s.end()


@test
def signals_forwarded():
    """a signal to the manager reaches the program, once"""
    s = Session()
    joined = subprocess.Popen(s.join("sh", "-c", "trap 'echo caught' USR1; echo up; read line; read line"),
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    equal("it runs", joined.stdout.readline(), b"up\n")
    joined.send_signal(signal.SIGUSR1)
    equal("the signal", joined.stdout.readline(), b"caught\n")
    joined.stdin.close()
    equal("no more", joined.stdout.read(), b"")
    joined.wait(60)
    joined.stdout.close()
    s.end()


@test
def two_terminals():
    """job control in the session's terminal and in that of a program that joined, at once"""
    name = "t%d" % os.getpid()
    pid, master = pty.fork()
    if pid == 0:
        os.execv(ISOLATE, [ISOLATE, "--name", name, "sh", "-i"])

    class Other(Terminal):
        def __init__(self):
            self.master, self.seen = master, b""

        def modes(self):
            return termios.tcgetattr(self.master)

    first, t = Other(), Terminal()
    until("the first is raw", first.is_raw)
    init = next(p for p in descendants_of(pid) if name_of(p) == "isolate-init")
    await_record(name)
    first.type("cat\r")
    until("cat runs", lambda: programs_of(init, "cat"))
    first.type("a-line\r")
    first.expect("a-line\r\na-line\r\n")
    job = t.start(ISOLATE, "--join", name, "sh", "-i")
    until("the second is raw", t.is_raw)
    t.type("cat\r")
    until("cat runs", lambda: len(programs_of(init, "cat")) == 2)
    t.type("another\r")
    t.expect("another\r\nanother\r\n")
    first.type("\x1a")
    first.expect(r"Stopped.*[$#] ")
    t.type("more\r")
    t.expect("more\r\nmore\r\n")
    t.type("\x03")
    t.expect(r"\^C.*[$#] ")
    t.type("echo here-$((1+1))\r")
    t.expect("here-2")
    first.type("fg\r")
    first.expect("cat\r\n")
    first.type("again\r")
    first.expect("again\r\nagain\r\n")
    t.type("exit 5\r")
    equal("the end of the one", job.wait(), ("exit", 5))
    first.type("\x03")
    first.expect(r"\^C.*[$#] ")
    first.type("exit 6\r")
    status = until("the end of the other", lambda: os.waitpid(pid, os.WNOHANG)[1] if first.drain() is not None else 0)
    equal("the end of the other", os.waitstatus_to_exitcode(status), 6)
    os.close(master)
    until("pid 1 is gone", lambda: is_gone(init))


# :exec, and those who watch

def command(line, name, *options):
    return [ISOLATE, *options, "--command", line, name]


@test
def exec_command():
    """:exec runs a program as --join does, and its status is the command's"""
    s = Session()
    done = subprocess.run(command(":exec sh -c 'cat; echo $ISOLATE_SESSION; exit 9'", s.name), input="in\n",
                          capture_output=True, text=True, timeout=60)
    equal("what it says", (done.returncode, done.stdout, done.stderr), (9, "in\n%s\n" % s.name, ""))
    done = subprocess.run(command(":exec", s.name), capture_output=True, text=True, timeout=60)
    equal("without a program", (done.returncode, "needs PROG" in done.stderr), (125, True))
    s.end()


@test
def exec_json():
    """with --json it says, after the program's end, how that was"""
    s = Session()
    done = subprocess.run(command(":exec sh -c 'echo out; exit 9'", s.name, "--json"), capture_output=True, text=True,
                          timeout=60)
    lines = done.stdout.splitlines()
    equal("the status, and the program's output", (done.returncode, lines[0]), (9, "out"))
    equal("the answer", json.loads(lines[1]), {"command": "exec", "status": 9, "signal": None, "notes": []})
    done = subprocess.run(command(":exec sh -c 'kill -KILL $$'", s.name, "--json"), capture_output=True, text=True,
                          timeout=60)
    equal("the signal", (done.returncode, json.loads(done.stdout)["signal"]), (-signal.SIGKILL, "KILL"))
    s.end()


@test
def exec_in_terminal():
    """it has a terminal of its own there"""
    s = Session()
    t = Terminal()
    job = t.start(*command(":exec sh -c 'tty; read line; exit 3'", s.name))
    t.expect("/dev/pts/[0-9]+\r\n")
    t.type("\r")
    equal("the end", job.wait(), ("exit", 3))
    s.end()


def events_in(told):
    return [json.loads(line) for line in told.splitlines(True) if line.endswith(b"\n")]


@test
def joins_are_told():
    """a program that joined is in :ps, and in the events"""
    s = Session()
    follower = subprocess.Popen(command(":events", s.name, "--json"), stdout=subprocess.PIPE)
    told = b""
    # The follower may not be there yet when the first joins.
    while b'"joined"' not in told:
        joined = subprocess.Popen(s.join("sh", "-c", "echo up; read line"), stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, start_new_session=True)
        equal("it runs", joined.stdout.readline(), b"up\n")
        program = programs_of(s.init, "sh")
        table = subprocess.run(command(":ps", s.name, "--json"), capture_output=True, text=True, timeout=60).stdout
        while b'"joined"' not in told and select.select([follower.stdout], [], [], 1)[0]:
            told += os.read(follower.stdout.fileno(), 65536)
        joined.stdin.close()
        joined.wait(60)
        joined.stdout.close()
    event = next(json.loads(line) for line in told.splitlines() if b'"joined"' in line)
    equal("what is told", event["pid"] in program and event["client_pid"] == joined.pid, True)
    equal("the program in :ps", '"outside":%d,' % event["pid"] in table, True)
    for _ in range(5):
        # However short it is.
        short = subprocess.Popen(s.join("true"), start_new_session=True)
        equal("a short one", short.wait(60), 0)
        pid = None
        while pid is None or not any(e["event"] == "left" and e["pid"] == pid for e in events_in(told)):
            if not select.select([follower.stdout], [], [], 60)[0]:
                sys.exit("wanted joined and left, told: %r" % told)
            told += os.read(follower.stdout.fileno(), 65536)
            joins = [e for e in events_in(told) if e["event"] == "joined" and e["client_pid"] == short.pid]
            pid = joins[0]["pid"] if joins else None
    s.end()
    follower.wait(60)
    follower.stdout.close()


main()
