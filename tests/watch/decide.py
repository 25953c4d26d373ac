# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that wait for a decision (--on-miss=ask): who decides, what becomes of them, and what a hostile program can do.

Run by decide.sh, in both ways in which sessions are watched. They are on no terminal here.
"""
import json
import os
import select
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.environ["HARNESS"])

from harness import ISOLATE, LIMIT, Failed, children_of, descendants_of, equal, is_gone, main  # noqa: E402
from harness import name_of, test, until  # noqa: E402

OUT = os.environ["OUTSIDE"]  # a directory that is not inside

# Runs Python that it is given a line at a time, and answers each with a line.
PAYLOAD = """
import os, sys, json, time, signal, threading
def ask(path):
    begun = time.monotonic()
    try:
        os.stat(path)
        said = "there"
    except OSError as err:
        said = err.strerror
    return [said, time.monotonic() - begun]
print("READY", flush=True)
for line in sys.stdin:
    print(json.dumps(eval(line)), flush=True)
"""


def too_late(*_):
    raise Failed("what was waited for did not come")


class Session:
    def __init__(self, *options, policy="ask"):
        signal.signal(signal.SIGALRM, too_late)
        signal.alarm(int(os.environ.get("ALARM", LIMIT)))
        self.name = "decide-%d" % os.getpid()
        os.mkdir("work")
        self.process = subprocess.Popen(
            [ISOLATE, "-q", "--name", self.name, "--on-miss", policy, *options, "--",
             "python3", "-S", "-c", PAYLOAD],
            cwd="work", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        equal("the program", self.process.stdout.readline(), "READY\n")

    def tell(self, code):
        self.process.stdin.write(code + "\n")
        self.process.stdin.flush()

    def answer(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, code):
        self.tell(code)
        return self.answer()

    def command(self, line):
        """The answer, or the error's text."""
        ran = subprocess.run([ISOLATE, "--json", "--command", line, self.name], capture_output=True, text=True)
        return json.loads(ran.stdout) if ran.returncode == 0 else ran.stderr

    def process_named(self, name):
        return until(name, lambda: next((p for p in descendants_of(self.process.pid) if name_of(p) == name), None))

    def payload(self):
        return until("the program", lambda: next((p for p in children_of(self.process.pid) if name_of(p) == "python3"), None))

    def end(self):
        self.process.stdin.close()
        self.process.wait(LIMIT)
        self.process.stdout.close()


class Decider:
    """Somebody who is there to decide, as any program can be."""

    def __init__(self, session):
        self.session = session
        self.process = subprocess.Popen([ISOLATE, "--json", "--command", ":events --decide", session.name],
                                        stdout=subprocess.PIPE, text=True)
        # What waits already it is told first, and then of its own command.
        self.early = []
        while not self.early or self.early[-1]["event"] != "command":
            self.early.append(json.loads(self.process.stdout.readline()))

    def event(self, kind, **members):
        """The next of that kind."""
        while True:
            line = "" if self.early else self.process.stdout.readline()
            if not line and not self.early:
                raise Failed("there are no more events; wanted " + kind)
            event = self.early.pop(0) if self.early else json.loads(line)
            if event["event"] == kind and all(event.get(name) == value for name, value in members.items()):
                return event

    def leave(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(LIMIT)
        self.process.stdout.close()


def touch(*names):
    for name in names:
        os.makedirs(os.path.dirname(os.path.join(OUT, name)), exist_ok=True)
        with open(os.path.join(OUT, name), "w") as f:
            f.write("there\n")
    return [os.path.join(OUT, name) for name in names]


def begin(*names, options=()):
    """A session, a decider, and a call that waits for the first of the names."""
    paths = touch(*names)
    session = Session(*options)
    decider = Decider(session)
    session.tell("ask(%r)" % paths[0])
    event = decider.event("held", path=paths[0])
    equal("calls that wait", event["waiting"], 1)
    return session, decider, paths, event


def origins(session, place):
    """Why the mounts at and below a place are there, as :mounts says."""
    return {m["origin"] for m in session.command(":mounts " + place)["mounts"] if m["inside"].startswith(place)}


def finish(session, *deciders):
    session.end()
    for decider in deciders:
        decider.process.stdout.read()
        decider.process.wait(LIMIT)
        decider.process.stdout.close()


@test
def allowed():
    """what cures it is mounted, the call goes on, and everybody is told who has decided"""
    session, decider, paths, event = begin("unit/file", "unit/other")
    unit = os.path.dirname(paths[0])
    equal("the spec", event["spec"], "ro:" + unit)
    equal("who asks", (event["comm"], event["pid"]), ("python3", session.payload()))
    groups = session.command(":misses")["groups"]
    equal("it stands first", (groups[0]["state"], groups[0]["spec"], groups[0]["writable"]),
          ("held", "ro:" + unit, "rw:" + unit))
    done = session.command(":allow " + paths[0])
    equal("the answer", (done["spec"], done["calls"], done["mounts"][0]["inside"]), ("ro:" + unit, 1, unit))
    equal("the call", session.answer()[0], "there")
    decided = decider.event("decided")
    equal("who decided", (decided["decision"], decided["path"], decided["spec"], decided["client"], decided["waiting"]),
          ("allowed", paths[0], "ro:" + unit, "isolate", 0))
    equal("read-only", session.ask("os.access(%r, os.W_OK)" % paths[1]), False)
    # What is undone is missing again, and waits again.
    session.command(":undo")
    session.tell("ask(%r)" % paths[1])
    decider.event("held", path=paths[1])
    equal("what is given is mounted", session.command(":allow rw:" + unit)["spec"], "rw:" + unit)
    equal("the call", session.answer()[0], "there")
    equal("writable", session.ask("os.access(%r, os.W_OK)" % paths[1]), True)
    equal("why it is there", origins(session, unit), {"miss"})
    finish(session, decider)


@test
def last_answer():
    """who lets a call go on with which the program ends is answered all the same"""
    for turn in range(5):
        session, decider, paths, _ = begin("last%d/file" % turn)
        session.process.stdin.close()
        answer = session.command(":allow " + paths[0])
        equal("the calls that go on", answer["calls"] if isinstance(answer, dict) else answer, 1)
        equal("the call", session.answer()[0], "there")
        session.process.wait(LIMIT)
        session.process.stdout.close()
        decider.process.wait(LIMIT)
        decider.process.stdout.close()
        os.rmdir("work")


@test
def mounted():
    """a mount that anybody makes lets what waits for it go on, and one that cures nothing does not"""
    session, decider, paths, _ = begin("hand/file")
    session.command(":mount ro:%s" % touch("elsewhere/file")[0])
    equal("calls that wait", session.command(":misses")["waiting"], 1)
    equal("calls that go on", session.command(":mount ro:" + os.path.dirname(paths[0]))["calls"], 1)
    equal("the call", session.answer()[0], "there")
    finish(session, decider)


@test
def denied():
    """a call fails, and so do later ones there and below, without waiting; until that is taken back"""
    session, decider, paths, _ = begin("deny/file", "deny/below/file")
    done = session.command(":deny " + os.path.dirname(paths[0]))
    equal("the answer", (done["calls"], done["paths"]), (1, [os.path.dirname(paths[0])]))
    equal("the call", session.answer()[0], "No such file or directory")
    decided = decider.event("decided")
    equal("who decided", (decided["decision"], decided["calls"], decided["client"]), ("denied", 1, "isolate"))
    for path in paths:
        equal("again", session.ask("ask(%r)" % path)[0], "No such file or directory")
    states = {m["path"]: m["state"] for g in session.command(":misses")["groups"] for m in g["members"]}
    equal("the states", states, {path: "denied" for path in paths})
    session.command(":ignore -u " + os.path.dirname(paths[0]))
    session.tell("ask(%r)" % paths[1])
    decider.event("held", path=paths[1])
    equal("all that waits", session.command(":deny")["calls"], 1)
    equal("the call", session.answer()[0], "No such file or directory")
    equal("that is nothing", session.command(":deny")["calls"], 0)
    finish(session, decider)


@test
def ignored():
    """what is ignored fails, and is not told of"""
    session, decider, paths, _ = begin("ignore/file")
    equal("the answer", session.command(":ignore " + paths[0])["calls"], 1)
    equal("the call", session.answer()[0], "No such file or directory")
    equal("folded", session.command(":misses")["groups"], [])
    equal("but kept", session.command(":misses --noise")["groups"][0]["state"], "ignored")
    session.command(":ignore -u " + paths[0])
    equal("told of again", session.command(":misses")["groups"][0]["state"], "open")
    finish(session, decider)


@test
def policy_obeys():
    """what is denied or ignored the policy does not mount, also where --allow names it; until that is taken back"""
    paths = touch("policy/one/file", "policy/two/file", "policy/three/file")
    session = Session("--allow", os.path.join(OUT, "policy/*"), policy="mount")
    one, two, three = (os.path.dirname(path) for path in paths)

    def mounts():
        return [m["inside"] for m in session.command(":mounts")["mounts"] if m["inside"].startswith(OUT)]

    note = subprocess.run([ISOLATE, "--command", ":deny " + one, session.name], capture_output=True, text=True).stdout
    session.command(":ignore " + paths[1])
    for path in paths[:2] + paths[:2]:
        equal("a call", session.ask("ask(%r)" % path)[0], "No such file or directory")
    equal("mounts", mounts(), [])
    states = {m["path"]: m["state"] for g in session.command(":misses --noise")["groups"] for m in g["members"]}
    equal("the states", states, {paths[0]: "denied", paths[1]: "ignored"})
    equal("what nothing was said of", session.ask("ask(%r)" % paths[2])[0], "there")
    equal("mounts", mounts(), [three])
    session.command(":ignore -u " + one)
    equal("what was taken back", session.ask("ask(%r)" % paths[0])[0], "there")
    equal("mounts", sorted(mounts()), sorted([one, three]))
    equal("why they are there", origins(session, OUT), {"miss"})
    if "no call waits in this session" in note or "--allow" not in note:
        raise Failed(note)
    finish(session)


@test
def denied_in_a_unit():
    """what is denied stays out where --allow names a directory around it: of that only a part is mounted"""
    paths = touch("unit/one/open/file", "unit/one/closed/file", "unit/two/open/file", "unit/two/closed/file")
    os.symlink("one", os.path.join(OUT, "unit/link"))
    session = Session("--allow", os.path.join(OUT, "unit/*"), policy="mount")
    session.command(":deny %s %s/unit/link2/closed" % (os.path.dirname(paths[1]), OUT))
    os.symlink("two", os.path.join(OUT, "unit/link2"))
    missing = "No such file or directory"
    for path, wanted in zip(paths, ("there", missing) * 2):
        equal(path, session.ask("ask(%r)" % path)[0], wanted)
    equal("by a link", session.ask("ask(%r)" % (OUT + "/unit/link/closed/file"))[0], missing)
    equal("by another", session.ask("ask(%r)" % (OUT + "/unit/link2/closed/file"))[0], missing)
    for path in paths[1], paths[3]:
        equal("again", session.ask("ask(%r)" % path)[0], missing)
    mounts = [m["inside"] for m in session.command(":mounts")["mounts"] if m["inside"].startswith(OUT)]
    equal("mounts", sorted(mounts), [os.path.dirname(path) for path in (paths[0], paths[2])])
    finish(session)


@test
def policy_obeys_in_private():
    """nor in a private directory, whether it is asked for by the whole path or by one that begins there"""
    home = os.path.join(OUT, "home")
    paths = touch("home/one/file", "home/two/file")
    session = Session("--allow", home + "/*", "-m", ". %s=none" % home, policy="mount")
    session.command(":deny " + os.path.dirname(paths[0]))
    session.ask("os.chdir(%r)" % home)
    for path in ("one/file", paths[0]) * 4:
        equal(path, session.ask("ask(%r)" % path)[0], "No such file or directory")
    # By such a path nobody waits: it is there some time later.
    until("what nothing was said of", lambda: session.ask("ask('two/file')")[0] == "there")
    # Had the other one been begun, it would be before it.
    mounts = [m["inside"] for m in session.command(":mounts")["mounts"] if m["inside"].startswith(home + "/")]
    equal("mounts", mounts, [os.path.dirname(paths[1])])
    equal("still", session.ask("ask('one/file')")[0], "No such file or directory")
    finish(session)


@test
def own_denies_stay():
    """what the user has denied stays so, however often he lets all fail that waits"""
    own, = touch("own/file")
    session = Session()
    decider = Decider(session)
    session.command(":deny " + own)
    for part in range(3):
        session.ask(FLOOD % (touch(*("stay/%d/%03d" % (part, i) for i in range(100))),))
        while session.ask("threading.active_count()") > 1:
            session.command(":deny")
    members = [m for g in session.command(":misses")["groups"] for m in g["members"]]
    equal("each was denied", {m["state"] for m in members}, {"denied"})
    equal("the user's own", session.ask("ask(%r)" % own)[0], "No such file or directory")
    below, = touch("stay/more/file")
    session.tell("ask(%r)" % below)
    decider.event("held", path=below)
    session.command(":deny")
    session.answer()
    finish(session, decider)


@test
def too_many_rules():
    """there is a bound on what can be decided for later, which is told; nothing is pushed out"""
    session = Session()
    session.command(":deny " + " ".join("/rule/%d" % i for i in range(256)))
    refused = session.command(":deny /more")
    if "/more" not in refused or "256" not in refused or ":ignore -u" not in refused:
        raise Failed(refused)
    path, = touch("rules/file")
    equal("nor another way", "/more" in session.command(":ignore /more"), True)
    equal("what takes the place of all", session.command(":deny /rule")["paths"], ["/rule"])
    equal("is room", session.command(":deny " + path)["paths"], [path])
    finish(session)


@test
def nobody_there():
    """without somebody who decides no call waits, and none for what nobody needs"""
    path, = touch("nobody/file")
    session = Session()
    equal("a call", session.ask("ask(%r)" % path)[0], "No such file or directory")
    decider = Decider(session)
    if os.path.exists("/sys/fs/cgroup/cgroup.procs"):
        equal("noise", session.ask("ask('/sys/fs/cgroup/cgroup.procs')")[0], "No such file or directory")
    equal("what is nowhere", session.ask("ask(%r)" % (path + "-not"))[0], "No such file or directory")
    equal("calls that wait", session.command(":misses")["waiting"], 0)
    finish(session, decider)


@test
def decider_leaves():
    """however the last one goes who decides, calls fail as they would have"""
    session, decider, paths, _ = begin("leave/file")
    second = Decider(session)
    equal("who comes later is told", second.event("held")["path"], paths[0])
    decider.leave(signal.SIGKILL)
    equal("calls that wait", session.command(":misses")["waiting"], 1)
    before = time.monotonic()
    second.leave(signal.SIGKILL)
    equal("the call", session.answer()[0], "No such file or directory")
    if time.monotonic() - before > 1:
        raise Failed("it took %.3f s" % (time.monotonic() - before))
    third = Decider(session)
    session.tell("ask(%r)" % paths[0])
    third.event("held")
    third.leave()
    equal("the call", session.answer()[0], "No such file or directory")
    session.end()


@test
def control_killed():
    """nor does one who cannot be heard keep anybody waiting: the control process is killed"""
    session, decider, paths, _ = begin("control/file")
    os.kill(session.process_named("isolate-control"), signal.SIGKILL)
    equal("the call", session.answer()[0], "No such file or directory")
    decider.process.wait(LIMIT)
    decider.process.stdout.close()
    second = Decider(session)
    session.tell("ask(%r)" % paths[0])
    second.event("held")
    session.command(":allow " + paths[0])
    equal("the call", session.answer()[0], "there")
    finish(session, second)


@test
def supervisor_killed():
    """nor the one who watches: calls go on, and everybody is told that none waits"""
    session, decider, paths, _ = begin("supervisor/file")
    os.kill(session.process_named("isolate-watch"), signal.SIGKILL)
    equal("the call", session.answer()[0], "No such file or directory")
    equal("calls that wait", decider.event("released", path=paths[0])["waiting"], 0)
    equal("a call", session.ask("ask(%r)" % paths[0])[0], "No such file or directory")
    equal("what is there is there", session.ask("ask('/usr')")[0], "there")
    equal("a mount helps all the same", session.command(":allow ro:" + os.path.dirname(paths[0]))["calls"], 0)
    equal("the call", session.ask("ask(%r)" % paths[0])[0], "there")
    finish(session, decider)


CHILD = "(lambda pid: pid or (signal.signal(signal.SIGINT, signal.SIG_DFL), ask(%r), os._exit(0)))(os.fork())"


def time_to_end(session, decider, path, number):
    inner = session.ask(CHILD % path)
    pid = decider.event("held", path=path)["pid"]
    before = time.monotonic()
    os.kill(pid, number)
    until("the end of the child", lambda: is_gone(pid))
    took = time.monotonic() - before
    equal("its status", session.ask("os.waitpid(%d, 0)[1]" % inner), number)
    equal("nobody waits", decider.event("released", path=path)["waiting"], 0)
    return took


@test
def killed():
    """a signal that ends the program does so at once, and it does not count as waiting any more"""
    path, = touch("killed/file")
    session = Session()
    decider = Decider(session)
    for number in (signal.SIGKILL, signal.SIGINT):
        times = sorted(time_to_end(session, decider, path, number) for _ in range(10))
        print("# %s: ended after %.1f ms (median), %.1f ms (worst)" % (number.name, 1000 * times[5], 1000 * times[-1]),
              flush=True)
        # The machine may be busy; were it our doing, all would be late.
        if times[0] > 0.01:
            raise Failed("%s: %r" % (number.name, times))
    # One that does not end it is not noticed.
    inner = session.ask("(lambda pid: pid or (signal.signal(signal.SIGUSR1, lambda *_: None), "
                        "os._exit(ask(%r)[0] != 'there')))(os.fork())" % path)
    pid = decider.event("held", path=path)["pid"]
    for _ in range(20):
        os.kill(pid, signal.SIGUSR1)
    equal("it waits", session.command(":misses")["waiting"], 1)
    session.command(":allow " + path)
    equal("and found it", session.ask("os.waitpid(%d, 0)[1]" % inner), 0)
    finish(session, decider)


@test
def session_ends():
    """a session ends at once, whatever waits in it"""
    for number in (signal.SIGTERM, signal.SIGKILL):
        path, = touch("end/file")
        session = Session()
        decider = Decider(session)
        inner = session.ask(CHILD % path)
        pid = decider.event("held", path=path)["pid"]
        before = time.monotonic()
        session.process.send_signal(number)
        session.process.wait(LIMIT)
        until("the end of what waits (%d inside)" % inner, lambda: is_gone(pid))
        if time.monotonic() - before > 2:
            raise Failed("it took %.3f s" % (time.monotonic() - before))
        session.process.stdin.close()
        session.process.stdout.close()
        decider.process.wait(LIMIT)
        decider.process.stdout.close()
        os.rmdir("work")


def join(session, *program, **options):
    """A program that joins, with a directory that is outside alone first in PATH."""
    env = dict(os.environ, PATH=OUT + "/join:" + os.environ["PATH"])
    return subprocess.Popen([ISOLATE, "-q", "--join", session.name, *program], env=env, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


@test
def joined():
    """calls of a program that joins wait as well; what is in the way while it is looked for in PATH does not"""
    paths = touch("join/file", "join/other", "join/third", "tool/tool")
    with open(paths[3], "w") as f:
        f.write("#!/bin/sh\necho it ran\n")
    os.chmod(paths[3], 0o755)
    session = Session()
    decider = Decider(session)
    for decision, told in ((":deny ", ("", 1)), (":allow ", ("there\n", 0))):
        program = join(session, "cat", paths[0] if decision == ":deny " else paths[1])
        event = decider.event("held")
        equal("who waits, and for what", (event["comm"], event["path"], event["waiting"]), ("cat", program.args[-1], 1))
        session.command(decision + event["path"])
        equal("what it said" + decision, (program.communicate()[0], program.returncode), told)
    session.command(":undo")
    # It ends at once, and with it what waits.
    for number in (signal.SIGINT, signal.SIGKILL):
        program = join(session, "cat", paths[2], start_new_session=True)
        event = decider.event("held", path=paths[2])
        program.send_signal(number)
        equal("its end", program.wait(LIMIT), -number)
        until("the end of the one inside", lambda: is_gone(event["pid"]))
        equal("nobody waits", decider.event("released", path=paths[2])["waiting"], 0)
        program.communicate()
        # Whoever takes in orphans has to wait for it, before the sandbox can end.
        if number == signal.SIGKILL and os.path.exists("/proc/%d" % event["pid"]):
            os.waitpid(event["pid"], 0)
    # The program itself, of which others may not look what it asks for.
    program = join(session, paths[3])
    event = decider.event("held")
    equal("the program itself", (event["comm"], event["path"], event["call"]), ("tool", paths[3], "execve"))
    session.command(":allow " + paths[3])
    equal("what it said", (program.communicate()[0], program.returncode), ("it ran\n", 0))
    finish(session, decider)


FLOOD = """[threading.Thread(target=ask, args=(p,), daemon=True).start() for p in %r] and None"""


@test
def flood():
    """who asks for much is bounded, keeps nobody else waiting, and has nothing mounted"""
    names = ["flood/%03d/file" % i for i in range(300)]
    paths = touch(*names)
    session = Session()
    decider = Decider(session)
    mounts = len(session.command(":mounts")["mounts"])
    session.ask(FLOOD % (paths,))
    more = decider.event("more")
    if more["held"] + more["missed"] == 0:
        raise Failed("nothing is counted: %r" % more)
    waiting = until("a flood", lambda: (session.command(":misses")["waiting"]))
    if not 0 < waiting <= 128:
        raise Failed("%d calls wait" % waiting)
    # Others go on: what is there, what is nowhere, and what cannot wait any more.
    for path in ("/usr/bin/env", "/nowhere", "/usr/nowhere"):
        took = min(session.ask("ask(%r)" % path)[1] for _ in range(5))
        if took > 0.05:
            raise Failed("%s took %.3f s" % (path, took))
    equal("mounts", len(session.command(":mounts")["mounts"]), mounts)
    # Those that could not wait have failed.
    alive = session.ask("threading.active_count() - 1")
    if alive > 128:
        raise Failed("%d wait" % alive)
    while session.command(":misses")["waiting"] > 0:
        session.command(":deny")
    until("all go on", lambda: session.ask("threading.active_count()") == 1)
    # And what waits after it is told of as before.
    again, = touch("after/file")
    session.tell("ask(%r)" % again)
    decider.event("held", path=again)
    session.command(":allow " + again)
    equal("the call", session.answer()[0], "there")
    finish(session, decider)


@test
def forks():
    """a fork beside a call that waits waits for nothing, and dying under it leaves nothing behind"""
    session, decider, paths, _ = begin("fork/file")
    session.command(":deny " + paths[0])
    session.answer()
    session.command(":ignore -u " + paths[0])
    session.ask("threading.Thread(target=ask, args=(%r,), daemon=True).start()" % paths[0])
    decider.event("held")
    for _ in range(20):
        inner = session.ask("os.fork() or os._exit(7)")
        equal("a child", session.ask("os.waitpid(%d, 0)[1] >> 8" % inner), 7)
    # A whole family asks for the same, and is killed.
    session.ask("[os.fork() or (ask(%r), os._exit(0)) for _ in range(8)] and None" % paths[0])
    until("all wait", lambda: session.command(":misses")["waiting"] == 9)
    before = time.monotonic()
    session.tell("[os.kill(int(p), 9) for p in open('/proc/self/task/%d/children' % os.getpid()).read().split()] and "
                 "[os.wait()[1] for _ in range(8)]")
    equal("all died", session.answer(), [9] * 8)
    if time.monotonic() - before > 1:
        raise Failed("it took %.3f s" % (time.monotonic() - before))
    until("one waits", lambda: session.command(":misses")["waiting"] == 1)
    session.command(":allow " + paths[0])
    until("it goes on", lambda: session.ask("threading.active_count()") == 1)
    finish(session, decider)


@test
def odd_names():
    """names of control characters, of bytes that are no text, and of the greatest length"""
    odd = "odd/\x1b[2J\nheld \u202e\udcff'\"\\ :=~/file"
    longest = "/".join(["long"] + ["x" * 250] * ((4096 - len(OUT)) // 251 - 1))
    for name in (odd, longest + "/file"):
        path, = touch(name)
        session = Session()
        decider = Decider(session)
        session.tell("ask(%s)" % ascii(path))
        event = decider.event("held")
        seen = event["path"].encode("utf-8", "surrogatepass").decode("utf-16" if False else "utf-8", "surrogatepass")
        if name is odd:
            for bad in ("\x1b", "\n", "\u202e"):
                if bad not in seen:
                    raise Failed("%r is not in %r" % (bad, seen))
            if "\U0010fffdxff" not in seen:
                raise Failed("the byte is not in %r" % seen)
        spec = event["spec"]
        line = subprocess.run([ISOLATE, "--command", ":misses", session.name], capture_output=True).stdout
        for byte in b"\x1b\x07\r":
            if byte in line:
                raise Failed("a control character is shown: %r" % line)
        done = session.command(":allow " + spec.replace("\U0010fffdxff", "\udcff"))
        equal("it goes on", (session.answer()[0], done["calls"]), ("there", 1))
        finish(session, decider)
        os.rmdir("work")


RACE = """(lambda b: (threading.Thread(target=lambda: [(os.path.lexists(%(link)r) and os.unlink(%(link)r),
 os.symlink(t, %(link)r)) for _ in range(3000) for t in (%(one)r, %(two)r)] and b.append(1), daemon=True).start(),
 [ask(%(link)r + "/file")[0] for _ in range(10 ** 5) if not b][:0] or [1]) and sorted(set(b) and {1}))([])""".replace("\n", "")


@test
def racing():
    """a path that changes its meaning while it is waited for mounts nothing but what was decided"""
    one, two = (os.path.dirname(path) for path in touch("race/one/file", "race/two/file"))
    session = Session()
    decider = Decider(session)
    link = os.path.abspath("work/link")
    session.tell(RACE % {"link": link, "one": one, "two": two})
    decider.event("held")
    equal("the first is allowed", session.command(":allow ro:" + one)["mounts"][0]["outside"], one)
    # What is waited for may be either, or what either was when it was looked at.
    while not select.select([session.process.stdout], [], [], 0)[0]:
        session.command(":deny")
    session.answer()
    session.command(":deny " + two)
    mounts = [m["inside"] for m in session.command(":mounts")["mounts"] if m["origin"] == "miss"]
    equal("mounts", mounts, [one])
    equal("and the other is not there", session.ask("ask(%r)" % (two + "/file"))[0], "No such file or directory")
    os.path.lexists(link) and os.unlink(link)
    finish(session, decider)


@test
def refused():
    """where no call waits nobody can be there to decide"""
    session = subprocess.Popen([ISOLATE, "-q", "--name", "decide-not", "--trace", "sh", "-c", "echo up; read x"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    session.stdout.readline()
    ran = subprocess.run([ISOLATE, "--command", ":events --decide", "decide-not"], capture_output=True, text=True)
    equal("the status", ran.returncode, 125)
    if "no call waits for a decision" not in ran.stderr:
        raise Failed(ran.stderr)
    ran = subprocess.run([ISOLATE, "--command", ":deny /x", "decide-not"], capture_output=True, text=True)
    if "was not started with --on-miss=ask" not in ran.stdout:
        raise Failed(ran.stdout)
    session.communicate("")


main()
