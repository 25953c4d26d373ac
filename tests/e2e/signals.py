# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals through a session, and how it ends. Run by signals.sh; `signals.sh NAME…` runs some tests alone."""
import os
import resource
import signal
import subprocess

from harness import (ISOLATE, Failed, Job, Terminal, descendants_of, equal, is_gone, main, name_of, state_of, test,
                     until)

PYTHON = "/usr/bin/python3"
ROUNDS = 10

# All that a sender could mean for a program, but what stops it for sure or comes of a fault.
SIGNALS = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGABRT, signal.SIGUSR1, signal.SIGUSR2,
           signal.SIGPIPE, signal.SIGALRM, signal.SIGTERM, signal.SIGCONT, signal.SIGTSTP, signal.SIGTTIN,
           signal.SIGTTOU, signal.SIGURG, signal.SIGXCPU, signal.SIGVTALRM, signal.SIGPROF, signal.SIGWINCH,
           signal.SIGIO, signal.SIGPWR, signal.SIGRTMIN + 3]

# The manager passes signals on by number, so these come after all that was sent to it before.
FENCE, GROUP_FENCE = signal.SIGRTMAX - 4, signal.SIGRTMAX - 3

# The program and a child of its in the same process group write down each signal that reaches them.
RECORDER = """
import os, signal
signals = set(range(1, 65)) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, 32, 33}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
who = 'program' if os.fork() else 'child'
log = os.open('log', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(log, (who + ' 0\\n').encode())
while True:
    os.write(log, ('%s %d\\n' % (who, signal.sigwaitinfo(signals).si_signo)).encode())
"""


class Recorder:
    """A session with a recorder in it."""

    def __init__(self, job):
        self.job = job
        until("both are there", lambda: {("program", 0), ("child", 0)} <= set(self.lines()))
        self.at = len(self.lines())

    def lines(self):
        try:
            with open("log") as f:
                # The last line may be half written.
                return [(line.split()[0], int(line.split()[1])) for line in f.read().split("\n")[:-1]]
        except FileNotFoundError:
            return []

    def wait_for(self, *wanted):
        until("%r" % (wanted,), lambda: set(wanted) <= set(self.lines()[self.at:]))

    def fence(self):
        """Returns what came since the last fence, when all of it has come."""
        self.job.kill(FENCE)
        self.wait_for(("program", FENCE))
        self.job.kill_group(GROUP_FENCE)
        self.wait_for(("program", GROUP_FENCE), ("child", GROUP_FENCE))
        seen = self.lines()[self.at:]
        self.at += len(seen)
        # One of each: a second one, had it been passed on once too often, would be found here or the next time.
        for fence in (("program", FENCE), ("program", GROUP_FENCE), ("child", GROUP_FENCE)):
            seen.remove(fence)
        return sorted(seen)

    def end(self):
        os.kill(self.job.pid, signal.SIGKILL)
        self.job.wait()


def start_own():
    """No terminal at all, as under Jupyter."""
    process = subprocess.Popen([ISOLATE, PYTHON, "-c", RECORDER], stdin=subprocess.DEVNULL, start_new_session=True)
    return Recorder(Job(process.pid))


def null():
    return os.open("/dev/null", os.O_RDONLY)


def start_shared(t=None):
    """In a pipeline on a terminal."""
    t = t or Terminal()
    return Recorder(t.start(ISOLATE, PYTHON, "-c", RECORDER, stdio=(null(), None, None)))


def start_pty():
    t = Terminal()
    job = t.start(ISOLATE, PYTHON, "-c", RECORDER)
    recorder = Recorder(job)
    until("the terminal is raw", t.is_raw)
    return recorder


def once(recorder):
    for _ in range(ROUNDS):
        for number in SIGNALS:
            recorder.job.kill(number)
            equal("signal %d to the process" % number, recorder.fence(), [("program", number)])
            recorder.job.kill_group(number)
            equal("signal %d to the group" % number, recorder.fence(), [("child", number), ("program", number)])
    recorder.end()


@test
def once_own():
    """without a terminal, each signal reaches the program once; one to the group its children too"""
    once(start_own())


@test
def once_shared():
    """in a pipeline on a terminal likewise"""
    once(start_shared())


@test
def once_pty():
    """on a terminal likewise"""
    once(start_pty())


def mixed(recorder):
    """Many at once: none is lost, and none comes more often than it was sent."""
    for _ in range(ROUNDS):
        to_group = SIGNALS[0:8:2]
        to_process = SIGNALS[1:8:2]
        for a, b in zip(to_group, to_process):
            recorder.job.kill_group(a)
            recorder.job.kill(b)
        wanted = [(who, number) for who in ("program", "child") for number in to_group]
        wanted += [("program", number) for number in to_process]
        equal("what came", recorder.fence(), sorted(wanted))
    recorder.end()


@test
def mixed_own():
    """a burst of different signals, without a terminal"""
    mixed(start_own())


@test
def mixed_shared():
    """in a pipeline"""
    mixed(start_shared())


@test
def mixed_pty():
    """on a terminal"""
    mixed(start_pty())


@test
def repeated_shared():
    """the same signal to the group, again and again, never reaches the program more often than it was sent"""
    recorder = start_shared()
    for _ in range(ROUNDS):
        for _ in range(5):
            recorder.job.kill_group(signal.SIGUSR1)
        program = recorder.fence().count(("program", signal.SIGUSR1))
        if not 1 <= program <= 5:
            raise Failed("5 were sent, %d came" % program)
    recorder.end()


@test
def keys_shared():
    """in a pipeline the terminal's keys reach program and children once"""
    t = Terminal()
    recorder = start_shared(t)
    for _ in range(ROUNDS):
        for key, number in (("\x03", signal.SIGINT), ("\x1c", signal.SIGQUIT), ("\x1a", signal.SIGTSTP)):
            t.type(key)
            recorder.wait_for(("child", number))
            equal("key", recorder.fence(), [("child", number), ("program", number)])
            # What was pending in pid 1 for the key must not be taken for this one's.
            recorder.job.kill(number)
            equal("the same to the process", recorder.fence(), [("program", number)])
    recorder.end()


@test
def timer():
    """a timer that the caller had set before it became isolate goes off in the program"""
    code = "import os, signal, sys\nsignal.setitimer(signal.ITIMER_REAL, 0.2)\nos.execv(sys.argv[1], sys.argv[1:])\n"
    t = Terminal()
    for stdin in (null(), None):
        job = t.start(PYTHON, "-c", code, ISOLATE, "sleep", "1000", stdio=(stdin, None, None))
        equal("the end", job.wait(), ("signal", signal.SIGALRM))
        t.take_back()


# Stops

def stop_shared(kill):
    t = Terminal()
    out, into = os.pipe()
    job = t.start(ISOLATE, "sh", "-c", "echo READY; read x <go; echo ON; exit 5", stdio=(null(), into, None))
    os.close(into)
    os.mkfifo("go")
    equal("the start", os.read(out, 100), b"READY\n")
    t.type("\x1a")
    equal("the stop", job.wait(os.WUNTRACED), ("stop", signal.SIGTSTP))
    payload = next(p for p in descendants_of(job.pid) if name_of(p) == "sh")
    equal("the program", state_of(payload), "T")
    kill(job)
    until("it goes on", lambda: state_of(payload) == "S")
    with open("go", "w") as f:
        f.write("\n")
    equal("the output", os.read(out, 100), b"ON\n")
    equal("the end", job.wait(), ("exit", 5))


@test
def stop_shared_group():
    """Ctrl-Z in a pipeline stops program and job; SIGCONT to the group continues them"""
    stop_shared(lambda job: job.kill_group(signal.SIGCONT))


@test
def stop_shared_process():
    """and so does SIGCONT to the process alone"""
    stop_shared(lambda job: job.kill(signal.SIGCONT))


@test
def stop_own():
    """without a terminal, SIGSTOP by the program stops the manager as its parent expects; SIGCONT continues both"""
    process = subprocess.Popen([ISOLATE, "sh", "-c", "kill -STOP $$; exit 6"], stdin=subprocess.DEVNULL,
                               start_new_session=True)
    job = Job(process.pid)
    equal("the stop", job.wait(os.WUNTRACED), ("stop", signal.SIGSTOP))
    job.kill(signal.SIGCONT)
    equal("the end", job.wait(), ("exit", 6))


@test
def stop_burst():
    """stopped and continued in quick succession, a session is not left stopped"""
    for start in (start_own, start_shared):
        recorder = start()
        for _ in range(50):
            recorder.job.kill_group(signal.SIGSTOP)
            recorder.job.kill_group(signal.SIGCONT)
        recorder.fence()
        recorder.end()
        os.unlink("log")


# Has logged a signal only if it goes on after its stop.
STOPPER = """
import os, signal
signals = set(range(1, 65)) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, 32, 33}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
log = os.open('log', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.kill(os.getpid(), signal.SIGSTOP)
while True:
    os.write(log, b'%d\\n' % signal.sigwaitinfo(signals).si_signo)
"""


def stopped_again(start):
    os.environ["ISOLATE_BREAK"] = "stop-again"
    try:
        job = start("isolate-breaks", PYTHON, "-c", STOPPER)
    finally:
        del os.environ["ISOLATE_BREAK"]
    equal("the stop", job.wait(os.WUNTRACED), ("stop", signal.SIGSTOP))
    job.kill(signal.SIGCONT)
    with open("log") as f:
        until("the program goes on", lambda: "%d\n" % signal.SIGTSTP in f.readlines())
    os.kill(job.pid, signal.SIGKILL)
    job.wait()
    os.unlink("log")


@test
def stop_again_own():
    """without a terminal, a SIGTSTP that overtakes the SIGCONT after a stop does not leave the program stopped"""
    stopped_again(lambda *argv: Job(subprocess.Popen(argv, stdin=subprocess.DEVNULL, start_new_session=True).pid))


@test
def stop_again_shared():
    """and neither does it in a pipeline"""
    t = Terminal()
    stopped_again(lambda *argv: t.start(*argv, stdio=(null(), None, None)))


@test
def stop_again_pty():
    """nor on a terminal"""
    t = Terminal()
    stopped_again(t.start)


# Ends

def status_of(*argv, **more):
    return subprocess.run([ISOLATE, *argv], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)


@test
def statuses():
    """the status is the program's, also the highest"""
    for number in (0, 1, 7, 124, 128, 255):
        equal("status", status_of("sh", "-c", "exit %d" % number).returncode, number)


@test
def statuses_not_run():
    """127 where the program is not there, 126 where it cannot be executed, with a message"""
    for program, number in (("/nonexistent", 127), ("nonexistent", 127), ("/etc/passwd", 126), ("/usr", 126)):
        result = status_of(program)
        equal(program, result.returncode, number)
        if not result.stderr.startswith(b"isolate: "):
            raise Failed("no message: %r" % result.stderr)


@test
def died_by_signal():
    """a program that died of a signal: so does the manager, and leaves no core"""
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGUSR2, signal.SIGRTMIN + 1,
                   signal.SIGRTMAX):
        pid = os.fork()
        if pid == 0:
            # As high as it may be: a core would be written here.
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
            os.execv(ISOLATE, [ISOLATE, "sh", "-c", "ulimit -c 0; kill -%d $$" % number])
        status = os.waitpid(pid, 0)[1]
        equal("signal %d" % number, (os.WIFSIGNALED(status), os.WTERMSIG(status)), (True, number))
        equal("a core for signal %d" % number, os.WCOREDUMP(status), False)
        equal("files", [name for name in os.listdir(".") if "core" in name], [])


@test
def orphans_end():
    """what the program leaves running ends with it, and does not hold it up"""
    result = status_of("sh", "-c", "sleep 1000 & setsid sleep 1000 & exit 4")
    equal("the end", result.returncode, 4)


@test
def streams_are_let_go():
    """a pipe is at its end when the program closes it, though the session goes on"""
    out, into = os.pipe()
    process = subprocess.Popen([ISOLATE, "sh", "-c", "echo X; exec >&-; sleep 1000"], stdin=subprocess.DEVNULL,
                               stdout=into)
    os.close(into)
    seen = b""
    while True:
        data = os.read(out, 100)
        if not data:
            break
        seen += data
    equal("the output", seen, b"X\n")
    equal("the session", process.poll(), None)
    process.kill()
    process.wait()


@test
def dispositions():
    """ignored and blocked signals stay so for the program, SIGCHLD included, and others do not become so"""
    def prepare():
        for number in (signal.SIGHUP, signal.SIGCHLD, signal.SIGTSTP):
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGRTMIN + 2])
    argv = ["grep", "-E", "Sig(Ign|Blk|Cgt)", "/proc/self/status"]
    bare = subprocess.run(argv, preexec_fn=prepare, stdout=subprocess.PIPE)
    inside = subprocess.run([ISOLATE] + argv, preexec_fn=prepare, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    equal("the masks", inside.stdout, bare.stdout)
    equal("the status", inside.returncode, 0)


@test
def ignored_stays_ignored():
    """SIGHUP with SIGHUP ignored, as by nohup, ends nothing, at the earliest moment either"""
    os.mkfifo("go")
    process = subprocess.Popen([ISOLATE, "sh", "-c", "exec 3<>go; read x <&3; exit 7"], stdin=subprocess.DEVNULL,
                               start_new_session=True,
                               preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    for _ in range(20):
        os.killpg(process.pid, signal.SIGHUP)
    with open("go", "w") as f:
        f.write("\n")
        f.flush()
        equal("the end", process.wait(), 7)


@test
def early():
    """a signal at any moment of the start ends the session by that signal, and nothing is left"""
    for new_session in (True, False):
        for number in (signal.SIGTERM, signal.SIGINT):
            for spins in range(0, 20000, 1000):
                process = subprocess.Popen([ISOLATE, "sleep", "1000"], stdin=subprocess.DEVNULL,
                                           start_new_session=new_session,
                                           preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
                for _ in range(spins):
                    pass
                process.send_signal(number)
                equal("the end", process.wait(), -number)


# --die-with-parent

PARENT = """
import os, signal, subprocess, sys, threading
environ = dict(os.environ)
if 'jupyter' in sys.argv[1]: environ['JPY_PARENT_PID'] = str(os.getpid())
if 'stranger' in sys.argv[1]: environ['JPY_PARENT_PID'] = '1'
def start():
    process = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, env=environ, start_new_session=True)
    print(process.pid, flush=True)
thread = threading.Thread(target=start)
thread.start()
thread.join()
print('joined', flush=True)
signal.pause()
"""


def end_of_parent(kind, *options):
    """Starts a session from a thread of another process; returns it, and that process."""
    parent = subprocess.Popen([PYTHON, "-c", PARENT, kind, ISOLATE, *options, "sleep", "1000"],
                              stdout=subprocess.PIPE, text=True)
    session = int(parent.stdout.readline())
    equal("the thread's end", parent.stdout.readline(), "joined\n")
    until("it runs", lambda: any(name_of(p) == "sleep" for p in descendants_of(session)))
    return parent, session


@test
def die_with_parent():
    """--die-with-parent: the session ends when its parent has, not when one of the parent's threads has"""
    parent, session = end_of_parent("", "--die-with-parent")
    everything = [session] + descendants_of(session)
    parent.kill()
    parent.wait()
    for pid in everything:
        until("the end of %d" % pid, lambda pid=pid: is_gone(pid))


@test
def die_with_front_end():
    """a Jupyter kernel does so by itself"""
    parent, session = end_of_parent("jupyter")
    parent.kill()
    parent.wait()
    until("the end", lambda: is_gone(session))


@test
def live_without_parent():
    """and others do not"""
    for kind in ("", "stranger"):
        parent, session = end_of_parent(kind)
        parent.kill()
        parent.wait()
        os.kill(session, signal.SIGUSR1)
        until("the end, by what was sent", lambda session=session: is_gone(session))


main()
