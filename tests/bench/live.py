#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a sandbox that runs: what tests/bench/run shows as its section "live", and the client that takes them.

    live.py latency NAME FOLDER N [SIGNAL]   N times mounts, waits for the answer, unmounts; prints the seconds to the answer
                                             and, if a payload of FOLDER/watcher looks, to the file's being there inside
    live.py once NAME COMMAND                prints the seconds to the answer, and its length

It speaks the control protocol (doc/CONTROL.md) itself: what is measured is the session, not a client.
"""
import json, os, re, shlex, shutil, socket, statistics, subprocess, sys, time


def directory():
    run = os.environ.get("XDG_RUNTIME_DIR", "")
    return run + "/isolate" if run.startswith("/") else "/tmp/isolate-%d" % os.getuid()


class Connection:
    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect("%s/%s.sock" % (directory(), name))
        self.input = self.socket.makefile("rb")
        self.input.readline()
        self.send("cwd", os.getcwd())

    def send(self, word, text):
        data = text.encode()
        self.socket.sendall(b"%s %d\n%s" % (word.encode(), len(data), data))

    def ask(self, command, form="text"):
        self.send(form, command)
        while True:
            words = self.input.readline().split()
            if not words:
                sys.exit("the session has closed the connection")
            if words[0] == b"answer":
                break
        status, out, err = (int(w) for w in words[1:4])
        answer, error = self.input.read(out), self.input.read(err)
        if status != 0:
            sys.exit("%s: %s" % (command, error.decode()))
        return answer


# Runs inside: as soon as FOLDER/N/file is there, the time goes to FOLDER/times/N. It sleeps until it is told to look, by a
# byte in FOLDER/look, so that it takes nobody's processor: that byte is part of the time.
WATCHER = """
import sys, time
folder, n = sys.argv[1], int(sys.argv[2])
print("up", flush=True)
look = open(folder + "/look", "rb", buffering=0)
for i in range(n):
    name = "%s/at/%d/file" % (folder, i)
    while look.read(1):
        try:
            open(name).close()
            break
        except OSError:
            pass
    at = time.monotonic()
    with open("%s/times/%d.new" % (folder, i), "w") as f:
        f.write(repr(at))
    __import__("os").rename("%s/times/%d.new" % (folder, i), "%s/times/%d" % (folder, i))
look.read()  # the session is to be there until the client is done
"""


def latency(name, folder, n, watched):
    connection = Connection(name)
    answered, readable = [], []
    # Waits for the payload to open the other end.
    look = open(folder + "/look", "wb", buffering=0) if watched else None
    for i in range(n):
        place = "%s/at/%d" % (folder, i)
        begin = time.monotonic()
        connection.ask(":mount ro:%s=%s/source" % (place, folder))
        answered.append(time.monotonic() - begin)
        if watched:
            look.write(b"x")
            while not os.path.exists("%s/times/%d" % (folder, i)):
                time.sleep(0.0005)
            readable.append(float(open("%s/times/%d" % (folder, i)).read()) - begin)
        connection.ask(":umount -l " + place)
    print(json.dumps({"answered": statistics.median(answered), "readable": statistics.median(readable) if readable else None}))


def once(name, command, form="text"):
    connection = Connection(name)
    begin = time.monotonic()
    answer = connection.ask(command, form)
    print(json.dumps({"seconds": time.monotonic() - begin, "bytes": len(answer)}))


# As fast as it can: forks that are killed, mounts in namespaces of its own, and names that change.
STORM = """
import os, signal, subprocess, sys, time
folder = sys.argv[1]
def forks():
    while True:
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
def renames():
    os.makedirs(folder + "/storm/a", exist_ok=True)
    while True:
        os.rename(folder + "/storm/a", folder + "/storm/b")
        os.rename(folder + "/storm/b", folder + "/storm/a")
def mounts():
    while subprocess.run(["unshare", "-Urm", "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do mount --bind /tmp /tmp; done"],
                         stderr=subprocess.DEVNULL).returncode == 0:
        pass
    while True:
        forks()
for work in (forks, renames, mounts):
    if os.fork() == 0:
        work()
print("up", flush=True)
time.sleep(1000)
"""


class Live:
    """A session with a payload, and the ways to ask it. `bench` is tests/bench/run's."""

    def __init__(self, bench, name, payload, options=()):
        self.bench, self.name = bench, name
        argv = bench.become + ["env"] + bench.env + [bench.isolate, "-q", "--name", name] + list(options) + payload
        self.process = subprocess.Popen(argv, cwd=bench.work, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "up\n":
            sys.exit("the payload of '%s' did not start" % name)

    def client(self, *words):
        r = self.bench.run(["env"] + self.bench.env + ["python3", self.bench.stage + "/live.py"] + [str(w) for w in words],
                           capture_output=True, text=True)
        if r.returncode != 0:
            sys.exit("bench: %s" % r.stderr)
        return json.loads(r.stdout)

    def end(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()


def line(what, seconds, limit):
    print("  %-54s %9.3f ms   asked %7.1f  %s" % (what, seconds * 1e3, limit * 1e3, "" if seconds <= limit else "MISSED"))


def folders(b, name, n):
    folder = b.work + "/" + name
    b.run(["mkdir", "-p", folder + "/source", folder + "/times", folder + "/at"], check=True)
    b.run(["touch", folder + "/source/file"], check=True)
    b.run(["mkfifo", folder + "/look"], check=True)
    b.run(["mkdir"] + ["%s/at/%d" % (folder, i) for i in range(n)], check=True)
    return folder


SLEEP = ["sh", "-c", "echo up; read x"]


def mount_latency(b):
    folder = folders(b, "latency", 200)
    live = Live(b, "bench-latency", ["python3", "-c", WATCHER, folder, "200"])
    seen = live.client("latency", live.name, folder, 200, "watched")
    live.end()
    line(":mount on an open connection, file readable inside", seen["readable"], 0.001)
    live = Live(b, "bench-latency", SLEEP)
    idle = live.client("latency", live.name, folder, 200)["answered"]
    line("the same, to its answer", idle, 0.001)
    live.end()
    live = Live(b, "bench-storm", ["python3", "-c", STORM, folder])
    storm = live.client("latency", live.name, folder, 100)["answered"]
    line("the same in a hostile storm (10 times idle)", storm, 10 * idle)
    follower = subprocess.Popen(b.become + ["env"] + b.env + [b.isolate, "--command", ":events", live.name],
                                stdout=subprocess.PIPE, text=True)
    follower.stdout.readline()
    drain = subprocess.Popen(["cat"], stdin=follower.stdout, stdout=subprocess.DEVNULL)
    line("and while somebody follows its events", live.client("latency", live.name, folder, 100)["answered"], 10 * idle)
    live.end()
    follower.wait()
    drain.wait()
    return idle


def whole_process(b, idle):
    live = Live(b, "bench-process", SLEEP)
    folder = b.work + "/latency"
    mount = [b.isolate, "--command", ":mount ro:%s/at/0=%s/source" % (folder, folder), live.name]
    # The place is free again before each.
    umount = "%s --command ':umount -l %s/at/0' %s >/dev/null 2>&1; true" % (b.isolate, folder, live.name)
    with open(b.stage + "/process.json", "w") as f:
        os.chmod(f.name, 0o666)
    r = b.run(["env"] + b.env + ["hyperfine", "-N", "-w", "5", "-r", "200", "--style", "none", "--export-json", f.name, "--prepare",
               shlex.join(["sh", "-c", umount]), shlex.join(mount), "true"], capture_output=True, text=True)
    if r.returncode != 0:
        sys.exit(r.stderr)
    results = json.load(open(f.name))["results"]
    process, true = (statistics.median(x["times"]) for x in results)
    live.end()
    line("isolate --command, whole (1.5 x true %.2f ms + mount)" % (true * 1e3), process, 1.5 * true + idle)


def many_mounts(b):
    folder = folders(b, "many", 1)
    live = Live(b, "bench-many", SLEEP)
    command = ":mount " + " ".join("/many/%%d/%d=%s/source" % (i, folder) for i in range(1000))
    seen = live.client("once", live.name, command.replace("%d", "0"))
    line("1,000 specs in one :mount", seen["seconds"], 0.1)
    for i in range(1, 5):
        live.client("once", live.name, command.replace("%d", str(i)))
    for form in ("text", "json"):
        seen = live.client("once", live.name, ":mounts", form)
        line(":mounts with 5,000 mounts (%s, %d KiB)" % (form, seen["bytes"] // 1024), seen["seconds"], 0.05)
    live.end()


def many_sessions(b):
    held = [Live(b, "bench-%d" % i, SLEEP) for i in range(200)]
    argv = ["env"] + b.env + [b.isolate, "--list"]
    shown = b.run(argv, capture_output=True, text=True).stdout.count("bench-")
    times = b.times({"list": argv}, runs=30, rounds=1)
    line("--list with %d sessions" % shown, times["list"], 0.05)
    for live in held:
        live.end()


def switches(pid):
    text = open("/proc/%d/status" % pid).read()
    return sum(int(n) for n in re.findall(r"ctxt_switches:\s+(\d+)", text))


def descendants(pid):
    found = []
    for task in os.listdir("/proc/%d/task" % pid):
        for child in open("/proc/%d/task/%s/children" % (pid, task)).read().split():
            found += [int(child)] + descendants(int(child))
    return found


def idle(b):
    live = Live(b, "bench-idle", SLEEP)
    pids = [p for p in [live.process.pid] + descendants(live.process.pid) if open("/proc/%d/comm" % p).read().startswith("isolate")]
    seconds = int(os.environ.get("BENCH_IDLE_SECONDS", "60"))
    asks = {"with a connection that waits": "c.ask(':help')",
            # Meanwhile processes come and go outside.
            "with one that follows events": "c.send('text', ':events'); c.input.readline()"}
    for what in ["without a connection"] + list(asks):
        client = None
        if what in asks:
            client = subprocess.Popen(b.become + ["env"] + b.env + ["python3", "-c", "import sys; sys.path.insert(0, '%s'); import live; "
                                      "c = live.Connection('%s'); %s; print('up', flush=True); sys.stdin.read()" % (b.stage, live.name, asks[what])],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            client.stdout.readline()
            pids = [p for p in [live.process.pid] + descendants(live.process.pid) if open("/proc/%d/comm" % p).read().startswith("isolate")]
            # The answer is on its way before whoever gave it sleeps again.
            time.sleep(0.2)
        before = sum(switches(p) for p in pids)
        for _ in range(seconds):
            time.sleep(1)
            subprocess.run(["true"], check=True)
        woken = sum(switches(p) for p in pids) - before
        print("  %-54s %9d      asked       0  %s" % ("wake-ups in %d s, %s (%d processes)" % (seconds, what, len(pids)), woken, "MISSED" if woken else ""))
        if client:
            client.communicate()
    live.end()


def section(b):
    shutil.copy(__file__, b.stage + "/live.py")
    os.makedirs(b.stage + "/run")
    os.chmod(b.stage + "/run", 0o700)
    if b.become:
        subprocess.run(["chown", "isolate-test:", b.stage + "/run"], check=True)
    b.env = ["XDG_RUNTIME_DIR=" + b.stage + "/run"]
    print("\nA sandbox that runs")
    answered = mount_latency(b)
    whole_process(b, answered)
    many_mounts(b)
    many_sessions(b)
    idle(b)


if __name__ == "__main__":
    if sys.argv[1] == "latency":
        latency(sys.argv[2], sys.argv[3], int(sys.argv[4]), len(sys.argv) > 5)
    else:
        once(*sys.argv[2:])
