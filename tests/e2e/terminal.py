# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's terminal through a session. Run by terminal.sh; `terminal.sh NAME…` runs some tests alone."""
import fcntl
import hashlib
import os
import pty
import random
import select
import signal
import termios

from harness import (IFLAG, ISOLATE, LFLAG, OFLAG, Failed, Terminal, children_of, descendants_of, equal, is_gone, main,
                     name_of, state_of, test, until)

PYTHON = "/usr/bin/python3"


def wait_until_raw(terminal):
    until("the terminal is raw", terminal.is_raw)


def random_bytes(count, seed):
    return random.Random(seed).randbytes(count)


def put_file(name, data):
    with open(name, "wb") as f:
        f.write(data)


def context_switches(pid):
    with open("/proc/%d/status" % pid) as f:
        return sum(int(line.split()[1]) for line in f if "ctxt_switches" in line)


# Bytes

@test
def output_exact():
    """two million random bytes reach the terminal as they are, the last one too"""
    t = Terminal()
    data = random_bytes(2_000_000, 1)
    put_file("data", data)
    job = t.start(ISOLATE, "sh", "-c", "stty raw; cat data")
    seen = t.read_up_to(len(data))
    equal("the end", job.wait(), ("exit", 0))
    equal("bytes after the last", t.drain(), b"")
    equal("the length", len(seen), len(data))
    equal("the digest", hashlib.sha256(seen).hexdigest(), hashlib.sha256(data).hexdigest())


@test
def output_translated_once():
    """a line feed reaches the terminal as the terminal's own modes would have made it"""
    t = Terminal()
    job = t.start(ISOLATE, "printf", "a\\nb\\n")
    equal("the end", job.wait(), ("exit", 0))
    equal("the output", t.drain(), b"a\r\nb\r\n")


@test
def output_translated_once_in_background():
    """and from the background, where the terminal is not raw"""
    t = Terminal()
    job = t.start(ISOLATE, "printf", "a\\nb\\r\\nc\\n", foreground=False)
    equal("the end", job.wait(), ("exit", 0))
    equal("the output", t.drain(), b"a\r\nb\r\r\nc\r\n")


@test
def input_exact():
    """each byte typed reaches the program as it is, also faster than it reads"""
    t = Terminal()
    data = random_bytes(300_000, 2)
    # All bytes, so without the one that is the inspector's.
    job = t.start(ISOLATE, "--inspect-key=none", "sh", "-c", "stty raw -echo; echo READY; head -c 300000 >typed; echo DONE")
    t.expect("READY\n")
    rest = data
    os.set_blocking(t.master, False)
    while rest:
        select.select([], [t.master], [], 10)
        rest = rest[os.write(t.master, rest[:4096]):]
    os.set_blocking(t.master, True)
    t.expect("DONE")
    equal("the end", job.wait(), ("exit", 0))
    with open("typed", "rb") as f:
        equal("what was typed", hashlib.sha256(f.read()).hexdigest(), hashlib.sha256(data).hexdigest())


@test
def no_lost_tail():
    """what was written before the end is shown, though nobody reads it until after the end"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "seq 1 9000; exit 3")
    init = job.process("isolate-init")
    seen = t.expect("\r\n8999\r\n9000\r\n")
    equal("the end", job.wait(), ("exit", 3))
    equal("nothing more", t.drain(), b"")
    if not (is_gone(init) and seen):
        raise Failed("pid 1 is still there")


@test
def end_of_file():
    """Ctrl-D is a byte: the end of a line-wise input, and nothing more"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "cat; echo ONE; cat; echo TWO")
    wait_until_raw(t)
    t.type("x\r\x04")
    t.expect("ONE")
    t.type("\x04")
    t.expect("TWO")
    equal("the end", job.wait(), ("exit", 0))


@test
def flow_control():
    """Ctrl-S holds the output, Ctrl-Q lets it go"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "echo READY; read a; echo MORE; read b")
    t.expect("READY\r\n")
    wait_until_raw(t)
    t.type("\x13")
    # The echo of what is typed while the output is held is held too: all that comes, comes after Ctrl-Q.
    t.type("held\r")
    until("the program reads again", lambda: all(state_of(p) == "S" for p in descendants_of(job.pid)))
    equal("the output while held", t.drain(), b"")
    t.type("\x11")
    t.expect("MORE")
    t.type("\r")
    equal("the end", job.wait(), ("exit", 0))


@test
def slow_terminal():
    """a terminal that takes nothing holds the program back, and the session still ends by SIGTERM"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "trap 'echo >trapped; exit 4' TERM; while :; do echo yyyyyyyyyyyyyyyyyyy; done")
    wait_until_raw(t)
    until("the terminal is full", lambda: {state_of(p) for p in [job.pid] + descendants_of(job.pid)} <= {"S", "D"})
    job.kill(signal.SIGTERM)
    # The shell runs its trap when its write is done: who does not read holds the end up, as without us.
    until("room again", lambda: (t.read_some(0.01), os.path.exists("trapped"))[1])
    until("the end", lambda: (t.read_some(0.01), is_gone(job.pid))[1])
    equal("the end", job.wait(), ("exit", 4))


# Modes, foreground, open files

def modes_after(end, *argv):
    t = Terminal()
    before = t.modes()
    job = t.start(ISOLATE, *argv)
    wait_until_raw(t)
    equal("O_NONBLOCK while it runs", fcntl.fcntl(t.slave, fcntl.F_GETFL) & os.O_NONBLOCK, 0)
    equal("the foreground while it runs", os.tcgetpgrp(t.slave), job.pid)
    how = end(t, job)
    until("the modes are as before", lambda: t.modes() == before)
    equal("O_NONBLOCK after it", fcntl.fcntl(t.slave, fcntl.F_GETFL) & os.O_NONBLOCK, 0)
    return how


@test
def modes_after_exit():
    """the modes are put back at the end, whatever the program did to its own"""
    def end(t, job):
        t.expect("READY")
        t.type("\n")
        return job.wait()
    equal("the end", modes_after(end, "sh", "-c", "stty raw -echo; echo READY; head -c 1; exit 6"), ("exit", 6))


@test
def modes_after_term():
    """and when the manager is told to end"""
    def end(_, job):
        job.kill(signal.SIGTERM)
        return job.wait()
    equal("the end", modes_after(end, "sleep", "1000"), ("signal", signal.SIGTERM))


@test
def modes_after_kill_of_manager():
    """and when it is killed; nothing is left"""
    left = []

    def end(_, job):
        left.extend(descendants_of(job.pid))
        job.kill(signal.SIGKILL)
        return job.wait()
    equal("the end", modes_after(end, "sleep", "1000"), ("signal", signal.SIGKILL))
    for pid in left:
        until("the end of %d" % pid, lambda pid=pid: is_gone(pid))


@test
def modes_not_touched_after_kill():
    """but not if whoever has the terminal now has set its own modes"""
    t = Terminal()
    job = t.start(ISOLATE, "sleep", "1000")
    wait_until_raw(t)
    leader = job.process("isolate-leader")
    # Hold the leader until the new modes are there, as if the shell had been faster.
    os.kill(leader, signal.SIGSTOP)
    until("the leader is stopped", lambda: state_of(leader) == "T")
    mine = t.modes()
    mine[LFLAG] |= termios.ICANON
    mine = t.set_modes(mine)
    job.kill(signal.SIGKILL)
    job.wait()
    until("the leader's end, though it was stopped", lambda: is_gone(leader))
    equal("the modes", t.modes(), mine)


def kill_process(name, *signals):
    """Kills one process of a running session; everything ends, the terminal is as before."""
    left = []

    def end(_, job):
        left.extend(descendants_of(job.pid))
        os.kill(job.process(name), signal.SIGKILL)
        return job.wait()
    how = modes_after(end, "sleep", "1000")
    if how not in [("signal", number) for number in signals or [signal.SIGKILL]]:
        raise Failed("the end: %r" % (how,))
    for pid in left:
        until("the end of %d" % pid, lambda pid=pid: is_gone(pid))


@test
def kill_leader():
    """the leader killed: everything ends, the terminal is as before"""
    # The kernel sends SIGHUP when a terminal's session has lost its leader, and SIGKILL for the parent's death.
    kill_process("isolate-leader", signal.SIGHUP, signal.SIGKILL)


@test
def kill_init():
    """pid 1 killed: everything ends, the terminal is as before"""
    kill_process("isolate-init")


@test
def kill_payload():
    """the program killed: everything ends, the terminal is as before"""
    kill_process("sleep")


@test
def kill_sentinel():
    """the process that tells group signals apart killed: the session goes on, and still passes signals on"""
    t = Terminal()
    job = t.start(ISOLATE, "sleep", "1000")
    wait_until_raw(t)
    sentinel = job.process("isolate-signals")
    os.kill(sentinel, signal.SIGKILL)
    until("it is reaped", lambda: state_of(sentinel) is None)
    job.kill(signal.SIGTERM)
    equal("the end", job.wait(), ("signal", signal.SIGTERM))


# Keys and job control

@test
def key_interrupt():
    """Ctrl-C interrupts the program; the shell sees the signal"""
    t = Terminal()
    job = t.start(ISOLATE, "sleep", "1000")
    wait_until_raw(t)
    t.type("\x03")
    equal("the end", job.wait(), ("signal", signal.SIGINT))


@test
def key_quit():
    """Ctrl-\\ quits it"""
    t = Terminal()
    job = t.start(ISOLATE, "sleep", "1000")
    wait_until_raw(t)
    t.type("\x1c")
    equal("the end", job.wait(), ("signal", signal.SIGQUIT))


@test
def keys_end_script():
    """a key that ends the program ends the script that runs it too, as without isolate"""
    t = Terminal()
    for shell, key, number in (("sh", "\x03", signal.SIGINT), ("sh", "\x1c", signal.SIGQUIT),
                               ("bash", "\x03", signal.SIGINT)):
        job = t.start(shell, "-c", '"$ISOLATE" sleep 1000; echo WENT-ON')
        wait_until_raw(t)
        t.type(key)
        equal("the end of " + shell, job.wait(), ("signal", number))
        t.take_back()
    if b"WENT-ON" in t.drain():
        raise Failed("the script went on")


@test
def signals_not_typed_spare_script():
    """a program that is ended by a signal that nobody typed ends no script"""
    t = Terminal()
    job = t.start("sh", "-c", '"$ISOLATE" sh -c \'kill -INT $$\'; echo "WENT-ON $?"')
    t.expect("WENT-ON 130")
    equal("the end", job.wait(), ("exit", 0))


@test
def interrupt_before_start():
    """an interrupt at the earliest moment ends the session too, by the same signal"""
    for _ in range(20):
        t = Terminal() if _ == 0 else t
        job = t.start(ISOLATE, "sleep", "1000")
        # As the terminal would, to all of the group, at some point of the start: as soon as there is a child.
        until("a first child", lambda: children_of(job.pid) or is_gone(job.pid))
        job.kill_group(signal.SIGINT)
        equal("the end", job.wait(), ("signal", signal.SIGINT))
        t.take_back()


def stopped(t, job, key="\x1a", number=signal.SIGTSTP):
    if key:
        t.type(key)
    equal("the stop", job.wait(os.WUNTRACED), ("stop", number))


@test
def stop_and_continue():
    """Ctrl-Z stops program and job, the terminal restored; fg continues it"""
    t = Terminal()
    before = t.modes()
    job = t.start(ISOLATE, "sh", "-c", "echo READY; while read x; do echo GOT-$x; done")
    t.expect("READY")
    wait_until_raw(t)
    for n in range(5):
        stopped(t, job)
        equal("the modes while stopped", t.modes(), before)
        t.take_back()
        payload = children_of(job.process("isolate-leader"))[0]
        equal("the program", state_of(payload), "T")
        t.put_in_foreground(job.pid)
        job.kill_group(signal.SIGCONT)
        wait_until_raw(t)
        t.type("line%d\r" % n)
        t.expect("GOT-line%d" % n)
    t.type("\x04")
    equal("the end", job.wait(), ("exit", 0))
    equal("the modes", t.modes(), before)


LAST_WORDS = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
print('READY', flush=True)
signal.sigwait({signal.SIGTSTP})
os.write(1, b'x' * 50000 + b'LAST')
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTSTP})
os.kill(os.getpid(), signal.SIGTSTP)
"""


@test
def stop_shows_output_first():
    """what a program writes when it is told to stop is on the screen before the job is stopped"""
    t = Terminal()
    job = t.start(ISOLATE, PYTHON, "-c", LAST_WORDS)
    t.expect("READY")
    wait_until_raw(t)
    t.type("\x1a")
    t.expect("LAST")
    stopped(t, job, None)
    equal("output after the stop", t.drain(), b"")
    job.kill(signal.SIGKILL)
    job.wait()


@test
def stop_by_program():
    """a program that stops itself with SIGSTOP stops the job"""
    t = Terminal()
    before = t.modes()
    job = t.start(ISOLATE, "sh", "-c", "kill -STOP $$; echo ON; exit 8")
    stopped(t, job, None, signal.SIGSTOP)
    equal("the modes", t.modes(), before)
    job.kill_group(signal.SIGCONT)
    t.expect("ON")
    equal("the end", job.wait(), ("exit", 8))


@test
def stop_manager_from_outside():
    """SIGSTOP to the manager, then fg: the terminal is raw again, and new modes of the shell are kept"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "while read x; do echo GOT-$x; done")
    wait_until_raw(t)
    job.kill(signal.SIGSTOP)
    stopped(t, job, None, signal.SIGSTOP)
    t.take_back()
    mine = t.modes()
    mine[LFLAG] |= termios.ICANON | termios.ECHO | termios.ISIG
    mine[OFLAG] |= termios.OPOST
    mine[IFLAG] |= termios.ICRNL
    mine = t.set_modes(mine)
    t.put_in_foreground(job.pid)
    job.kill_group(signal.SIGCONT)
    wait_until_raw(t)
    t.type("on\r")
    t.expect("GOT-on")
    t.type("\x04")
    equal("the end", job.wait(), ("exit", 0))
    equal("the modes", t.modes(), mine)


@test
def stop_group_from_outside():
    """SIGSTOP to the whole job, then SIGCONT to the manager alone"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "while read x; do echo GOT-$x; done")
    wait_until_raw(t)
    job.kill_group(signal.SIGSTOP)
    stopped(t, job, None, signal.SIGSTOP)
    job.kill(signal.SIGCONT)
    t.type("on\r")
    t.expect("GOT-on")
    # The sentinel was not continued by that, and must be for this.
    job.kill_group(signal.SIGTERM)
    equal("the end", job.wait(), ("signal", signal.SIGTERM))


@test
def continued_from_inside():
    """a program that is continued by another inside continues the job"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "(while ! grep -q 'State:.T' /proc/2/status; do :; done; touch seen;"
                  " while ! [ -e go ]; do :; done; kill -CONT 2) & kill -STOP $$; echo ON; wait; exit 9")
    stopped(t, job, None, signal.SIGSTOP)
    until("it is seen inside", lambda: os.path.exists("seen"))
    put_file("go", b"")
    t.expect("ON")
    equal("the end", job.wait(), ("exit", 9))


@test
def background_reads():
    """a job in the background that reads is stopped by SIGTTIN; fg gives it the terminal"""
    t = Terminal()
    before = t.modes()
    job = t.start(ISOLATE, "sh", "-c", "while ! [ -e go ]; do :; done; read x; echo GOT-$x", foreground=False)
    until("it runs", lambda: any(name_of(p) == "sh" for p in descendants_of(job.pid)))
    equal("the modes", t.modes(), before)
    put_file("go", b"")
    stopped(t, job, None, signal.SIGTTIN)
    equal("the modes while stopped", t.modes(), before)
    t.put_in_foreground(job.pid)
    job.kill_group(signal.SIGCONT)
    wait_until_raw(t)
    t.type("it\r")
    t.expect("GOT-it")
    equal("the end", job.wait(), ("exit", 0))
    equal("the modes", t.modes(), before)


@test
def background_to_foreground_without_cont():
    """fg of a running job sends no SIGCONT: what is typed reaches the program all the same"""
    t = Terminal()
    code = "import select, os\nprint('READY', flush=True)\nselect.select([0], [], [])\nprint('GOT', os.read(0, 100))\n"
    job = t.start(ISOLATE, PYTHON, "-c", code, foreground=False)
    t.expect("READY")
    t.put_in_foreground(job.pid)
    t.type("it\r")
    t.expect("GOT b'it")
    equal("the end", job.wait(), ("exit", 0))


@test
def background_to_foreground_reader():
    """nor does a program that reads only then get stopped"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "echo READY; while ! [ -e go ]; do :; done; read x; echo GOT-$x",
                  foreground=False)
    t.expect("READY")
    t.put_in_foreground(job.pid)
    put_file("go", b"")
    wait_until_raw(t)
    t.type("it\r")
    t.expect("GOT-it")
    equal("the end", job.wait(os.WUNTRACED), ("exit", 0))


@test
def background_to_foreground_interrupt():
    """and Ctrl-C reaches it before anything else has happened"""
    t = Terminal()
    job = t.start(ISOLATE, "sleep", "1000", foreground=False)
    until("it runs", lambda: any(name_of(p) == "sleep" for p in descendants_of(job.pid)))
    t.put_in_foreground(job.pid)
    t.type("\x03")
    equal("the end", job.wait(), ("signal", signal.SIGINT))


@test
def to_background_and_back():
    """Ctrl-Z, bg, output from the background, fg"""
    t = Terminal()
    before = t.modes()
    job = t.start(ISOLATE, "sh", "-c", "echo READY; read a; echo A-$a; while ! [ -e go ]; do :; done; echo BACK;"
                  " read b; echo B-$b")
    t.expect("READY")
    wait_until_raw(t)
    t.type("one\r")
    t.expect("A-one")
    stopped(t, job)
    t.take_back()
    job.kill_group(signal.SIGCONT)
    until("it runs", lambda: state_of(job.pid) in "SR")
    put_file("go", b"")
    t.expect("BACK")
    stopped(t, job, None, signal.SIGTTIN)
    equal("the modes", t.modes(), before)
    t.put_in_foreground(job.pid)
    job.kill_group(signal.SIGCONT)
    wait_until_raw(t)
    t.type("two\r")
    t.expect("B-two")
    equal("the end", job.wait(), ("exit", 0))


@test
def background_modes():
    """a job that began while the shell had the terminal in modes of its own gets the user's in the foreground"""
    t = Terminal()
    user = t.modes()
    shell = t.modes()
    shell[LFLAG] &= ~(termios.ICANON | termios.ECHO)
    t.set_modes(shell)
    job = t.start(ISOLATE, "sh", "-c", "read x; stty -a", foreground=False)
    stopped(t, job, None, signal.SIGTTIN)
    t.set_modes(user)
    t.put_in_foreground(job.pid)
    job.kill_group(signal.SIGCONT)
    wait_until_raw(t)
    t.type("\r")
    seen = t.expect("(-?)icanon .*?(-?)echo ")
    equal("icanon and echo", seen.groups(), (b"", b""))
    equal("the end", job.wait(), ("exit", 0))
    equal("the modes", t.modes(), user)


@test
def shell_inside():
    """job control of a shell inside: its jobs stop, not the session"""
    t = Terminal()
    job = t.start(ISOLATE, "env", "PS1=P%", "bash", "--norc", "--noprofile", "-i")
    t.expect("P%")
    t.type("sleep 1000\r")
    sleeper = job.process("sleep")
    t.type("\x1a")
    t.expect("Stopped.*P%")
    equal("the job of the shell inside", state_of(sleeper), "T")
    t.type("fg\r")
    # The shell says what it continues, then gives it the terminal, then continues it: from then on keys are for it.
    until("it is continued", lambda: state_of(sleeper) == "S")
    t.type("\x03")
    t.expect("P%")
    t.type("exit 5\r")
    equal("the end", job.wait(os.WUNTRACED), ("exit", 5))


@test
def orphaned():
    """in a session without job control around it, Ctrl-Z does not leave a stopped session behind"""
    t = Terminal()
    # The parent is not of this terminal's session, so nobody could continue the group.
    code = ("import os, pty, sys\npid, fd = pty.fork()\nif pid == 0: os.execvp(sys.argv[1], sys.argv[1:])\n"
            "seen = b''\nwhile b'READY' not in seen: seen += os.read(fd, 1000)\n"
            "os.write(fd, b'\\x1a')\nos.write(fd, b'on\\r')\n"
            "while b'GOT-on' not in seen: seen += os.read(fd, 1000)\n"
            "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n")
    job = t.start(PYTHON, "-c", code, ISOLATE, "sh", "-c", "echo READY; read x; echo GOT-$x; exit 11")
    equal("the end", job.wait(), ("exit", 11))


@test
def not_controlling():
    """a terminal that is not the session's own works, as the program's controlling terminal"""
    t = Terminal()
    before = t.modes()
    job = t.start(ISOLATE, "sh", "-c", "echo TO-TTY >/dev/tty; read x; echo GOT-$x; exit 12", session=True)
    t.expect("TO-TTY")
    wait_until_raw(t)
    t.type("it\r")
    t.expect("GOT-it")
    equal("the end", job.wait(), ("exit", 12))
    equal("the modes", t.modes(), before)


def nested():
    """a session in a session: keys, stops and bytes go through both"""
    t = Terminal()
    before = t.modes()
    directory = os.path.dirname(ISOLATE)
    inside = [] if os.environ.get("NESTED_NONE") else ["-q", "-m", ". ro:" + directory, "--"]
    job = t.start(ISOLATE, *inside, ISOLATE, "sh", "-c", "echo READY; read x; echo GOT-$x; sleep 1000")
    t.expect("READY")
    wait_until_raw(t)
    stopped(t, job)
    equal("the modes while stopped", t.modes(), before)
    job.kill_group(signal.SIGCONT)
    wait_until_raw(t)
    t.type("it\r")
    t.expect("GOT-it")
    # An interrupt that reaches dash(1) while it is about to start a program is put off until that has ended.
    job.process("sleep")
    t.type("\x03")
    equal("the end", job.wait(), ("signal", signal.SIGINT))
    equal("the modes", t.modes(), before)


# Who is root inside, without capabilities, cannot make a session in a session (e2e/nesting.sh).
if os.geteuid() != 0:
    test(nested)


# Size

SIZE_REPORTER = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGWINCH})
while True:
    os.write(1, ('SIZE %d %d;' % tuple(reversed(os.get_terminal_size(0)))).encode())
    signal.sigwait({signal.SIGWINCH})
"""


@test
def size():
    """the size is the terminal's at the start, follows it, and is right after a stop"""
    t = Terminal(31, 97)
    job = t.start(ISOLATE, PYTHON, "-c", SIZE_REPORTER)
    t.expect("SIZE 31 97;")
    t.resize(40, 100)
    t.expect("SIZE 40 100;")
    wait_until_raw(t)
    stopped(t, job)
    t.take_back()
    t.resize(20, 60)
    t.put_in_foreground(job.pid)
    job.kill_group(signal.SIGCONT)
    t.expect("SIZE 20 60;")
    # One that changes nothing is passed on as any other signal.
    job.kill(signal.SIGWINCH)
    t.expect("SIZE 20 60;")
    job.kill(signal.SIGTERM)
    equal("the end", job.wait(), ("signal", signal.SIGTERM))


# Hang-up

HANGUP_REPORTER = """
import os, signal, sys
out = open('hup', 'w')
def say(word):
    out.write(word + '\\n')
    out.flush()
signals = {signal.SIGHUP, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
print('READY', flush=True)
try:
    while os.read(0, 10): pass
except OSError: pass
say('EOF')
while signal.sigwait(signals) == signal.SIGHUP: say('HUP')
sys.exit(3)
"""


def hangup_report():
    try:
        with open("hup") as f:
            return sorted(f.read().split())
    except FileNotFoundError:
        return []


def close_terminal(t):
    os.close(t.slave)
    os.close(t.master)


@test
def hang_up():
    """when the terminal goes the program reads its end, and gets the SIGHUP that the shell sends to its jobs once"""
    t = Terminal()
    job = t.start(ISOLATE, PYTHON, "-c", HANGUP_REPORTER)
    t.expect("READY")
    wait_until_raw(t)
    close_terminal(t)
    until("the end is read", lambda: hangup_report() == ["EOF"])
    job.kill_group(signal.SIGHUP)
    until("the signal is there", lambda: hangup_report() == ["EOF", "HUP"])
    # A manager that spins on the dead terminal shows by this.
    if context_switches(job.pid) > 2000:
        raise Failed("the manager was switched %d times" % context_switches(job.pid))
    job.kill(signal.SIGTERM)
    equal("the end", job.wait(), ("exit", 3))
    equal("what the program saw", hangup_report(), ["EOF", "HUP"])


@test
def hang_up_default():
    """a program that does not expect SIGHUP ends by it, and so does the job"""
    t = Terminal()
    job = t.start(ISOLATE, "sleep", "1000")
    wait_until_raw(t)
    close_terminal(t)
    job.kill_group(signal.SIGHUP)
    equal("the end", job.wait(), ("signal", signal.SIGHUP))


@test
def hang_up_with_shell():
    """where the shell dies with the terminal, the kernel's own SIGHUP reaches the program, once"""
    pid, master = pty.fork()
    if pid == 0:
        os.execvp("dash", ["dash", "-c", '"$@"; :', "dash", ISOLATE, PYTHON, "-c", HANGUP_REPORTER])
    seen = b""
    while b"READY" not in seen:
        seen += os.read(master, 1000)
    manager = until("the manager", lambda: children_of(pid))[0]
    until("the terminal is raw", lambda: not termios.tcgetattr(master)[LFLAG] & termios.ICANON)
    os.close(master)
    try:
        until("both are seen", lambda: hangup_report() == ["EOF", "HUP"])
    except Failed as e:
        raise Failed("%s: %r" % (e, hangup_report()))
    os.kill(manager, signal.SIGTERM)
    until("the manager's end", lambda: is_gone(manager))
    equal("what the program saw", hangup_report(), ["EOF", "HUP"])


@test
def hang_up_ignored():
    """with SIGHUP ignored, as by nohup, the program goes on without its terminal"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "echo READY; cat; while ! [ -e go ]; do :; done; exit 13",
                  ignored=(signal.SIGHUP,))
    t.expect("READY")
    wait_until_raw(t)
    close_terminal(t)
    job.kill_group(signal.SIGHUP)
    put_file("go", b"")
    equal("the end", job.wait(), ("exit", 13))


# Rest

@test
def idle():
    """nothing wakes an idle session"""
    t = Terminal()
    job = t.start(ISOLATE, "sh", "-c", "sleep 0.5; echo ONE; sleep 1; echo TWO; read x")
    t.expect("ONE")
    own = [job.pid] + [p for p in descendants_of(job.pid) if (name_of(p) or "").startswith("isolate-")]
    equal("processes of ours", len(own), 4)
    before = sum(context_switches(p) for p in own)
    t.expect("TWO")
    spent = sum(context_switches(p) for p in own) - before
    # One for TWO, and what was still under way at ONE.
    if spent > 6:
        raise Failed("%d context switches in a second" % spent)
    t.type("\r")
    equal("the end", job.wait(), ("exit", 0))


@test
def no_descriptors():
    """the program has its terminal and nothing else of ours"""
    t = Terminal()
    code = ("import os\nnames = []\nfor fd in range(1000):\n try: names.append(os.readlink('/proc/self/fd/%d' % fd))\n"
            " except OSError: pass\nprint('FDS', *names, 'END')\n")
    job = t.start(ISOLATE, PYTHON, "-c", code)
    equal("descriptors", t.expect("FDS (.*) END")[1], b" ".join([b"/dev/pts/0"] * 3))
    equal("the end", job.wait(), ("exit", 0))


main()
