# SPDX-License-Identifier: GPL-3.0-or-later
"""The inspector beside htop, tmux and ncdu, each on a terminal that is read and forgotten: how soon something is seen, who
wakes while nothing happens, what a page down takes in a long list, private memory; and how soon a mount is seen that
somebody has made. (A miss: missed.py.) `make bench BENCH=inspector`, or as an ordinary user: inspector.py ISOLATE."""
import fcntl, json, os, pty, re, select, shutil, signal, statistics, struct, subprocess, sys, tempfile, termios, time

LINES, COLUMNS = 50, 160
IDLE = int(os.environ.get("IDLE", 60))
ROWS, PROCESSES = 5000, 2000
TABS = "mounts", "identity", "namespaces", "events", "misses"


class Screen:
    """A program on a terminal."""

    def __init__(self, argv, env=None):
        self.began = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execvpe(argv[0], argv, dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", **(env or {})))
        os.set_inheritable(self.fd, False)
        self.seen = b""

    def until(self, text, limit=30):
        """Milliseconds since it was started or last typed to."""
        end = time.monotonic() + limit
        while text not in self.seen:
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                sys.exit("bench: no %r within %d s: %r" % (text, limit, self.seen[-300:]))
            self.seen += os.read(self.fd, 65536)
        return (time.monotonic() - self.began) * 1000

    def quiet(self, seconds=0.4):
        while select.select([self.fd], [], [], seconds)[0]:
            os.read(self.fd, 65536)
        self.seen = b""

    def drain(self, end):
        """What comes until then is read and forgotten."""
        if select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
            os.read(self.fd, 65536)

    def type(self, keys):
        self.seen = b""
        self.began = time.monotonic()
        os.write(self.fd, keys)

    def last_byte(self, silence=0.03):
        """Milliseconds from a key to the last byte of what it brings about."""
        last = None
        while select.select([self.fd], [], [], 5 if last is None else silence)[0]:
            self.seen += os.read(self.fd, 65536)
            last = time.monotonic()
        return (last - self.began) * 1000 if last else float("nan")

    def processes(self):
        return [self.pid] + descendants(self.pid)

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def descendants(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        found = [int(word) for word in f.read().split()]
    return found + [p for child in found for p in descendants(child)]


def wakes(pids):
    total = 0
    for pid in pids:
        with open("/proc/%d/status" % pid) as f:
            total += sum(int(n) for n in re.findall(r"ctxt_switches:\s*(\d+)", f.read()))
    return total


def private(pids):
    """KiB: dirty, and with the pages of its own files that nobody else has mapped now."""
    dirty = clean = 0
    for pid in pids:
        with open("/proc/%d/smaps_rollup" % pid) as f:
            text = f.read()
        dirty += int(re.search(r"Private_Dirty: *(\d+)", text)[1])
        clean += int(re.search(r"Private_Clean: *(\d+)", text)[1])
    return dirty, dirty + clean


def spread(values):
    values = sorted(values)
    return "median %7.2f ms   worst %7.2f ms" % (statistics.median(values), values[-1])


class Session:
    """One that stays, for others to look at."""

    def __init__(self, isolate, name, *options, program="read x"):
        self.process = subprocess.Popen([isolate, "-q", "--name", name, *options, "sh", "-c", "echo up; " + program],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()
        who = subprocess.run([isolate, "--command", ":mounts", "--json", name], stdout=subprocess.PIPE, check=True)
        self.payload = json.loads(who.stdout)["pid"]

    def close(self):
        self.process.communicate(b"\n")


def recorded(folder, rows=ROWS, processes=PROCESSES):
    """Answers with long lists, made of those that the tests have."""
    source = os.path.join(os.environ["RECORDED"])
    shutil.copytree(source, folder)
    with open(folder + "/mounts.json") as f:
        answer = json.load(f)
    row = answer["mounts"][-1]
    answer["mounts"] = [dict(row, inside="/data/%05d" % i, outside="/srv/%05d" % i, id=1000 + i) for i in range(rows)]
    with open(folder + "/mounts.json", "w") as f:
        json.dump(answer, f)
    with open(folder + "/ps.json") as f:
        answer = json.load(f)
    row = answer["processes"][2]
    answer["processes"] = [dict(row, inside=i + 2, outside=5000 + i, depth=i % 4, arguments=["worker", "%05d" % i])
                           for i in range(processes)]
    with open(folder + "/ps.json", "w") as f:
        json.dump(answer, f)
    return folder


def peers(work):
    """Those that are installed: what starts each, what it shows first, and what ends it."""
    many = work + "/many"
    os.mkdir(many)
    for i in range(ROWS):
        open("%s/%05d" % (many, i), "w").close()
    found = {"htop": (["htop"], b"PID"),
             "tmux": (["tmux", "-L", "bench%d" % os.getpid(), "-f", "/dev/null", "new-session", "exec sh"], b"[0] "),
             "ncdu": (["ncdu", many], b"/many")}
    return {name: value for name, value in found.items() if shutil.which(name)}


def first_paint(commands):
    print("\nFirst paint, from exec to the first row or title (asked: 20 ms)")
    seen = {name: [] for name in commands}
    for _ in range(15):
        for name, (argv, text) in commands.items():
            screen = Screen(argv)
            seen[name].append(screen.until(text))
            screen.quiet(0.05)
            if name == "tmux":
                subprocess.run(argv[:3] + ["kill-server"])
            screen.close()
    for name, values in seen.items():
        print("  %-34s %s" % (name, spread(values)))


def idle(inspect, commands):
    print("\nWake-ups in %d s in which nothing happens (asked: 0), and private memory (asked: 4096 KiB)" % IDLE)
    screens = {}
    for number, tab in enumerate(TABS):
        screens["isolate-inspect, " + tab] = screen = Screen(inspect)
        screen.until(b"Mounts")
        screen.type(b":tab %s\r" % tab.encode())
        screen.quiet()
    for name, (argv, text) in commands.items():
        screens[name] = screen = Screen(argv)
        screen.until(text)
        screen.quiet(0.2)
    who = {name: screen.processes() for name, screen in screens.items()}
    if "tmux" in who:
        socket = commands["tmux"][0][2]
        who["tmux"].append(int(subprocess.run(["tmux", "-L", socket, "display-message", "-p", "#{pid}"], check=True,
                                              stdout=subprocess.PIPE).stdout))
    before = {name: wakes(pids) for name, pids in who.items()}
    end = time.monotonic() + IDLE
    while time.monotonic() < end:
        # Somebody who writes is not to wait for us.
        for fd in select.select([s.fd for s in screens.values()], [], [], end - time.monotonic())[0]:
            os.read(fd, 65536)
    for name, pids in who.items():
        print("  %-34s %4d wake-ups   %6d KiB dirty, %6d KiB private, in %d processes" % (
            (name, wakes(pids) - before[name]) + private(pids) + (len(pids),)))
    if "tmux" in who:
        subprocess.run(["tmux", "-L", commands["tmux"][0][2], "kill-server"])
    for screen in screens.values():
        screen.close()


def live_mount(isolate, inspect, session, name):
    print("\nA live mount, from the kernel's notification to the last byte that shows it (asked: 20 ms)")
    screen = Screen(inspect)
    screen.until(b"Mounts")
    screen.type(b"/bench-\r")
    screen.quiet()
    table = os.open("/proc/%d/mountinfo" % session.payload, os.O_RDONLY)
    while os.read(table, 65536):
        pass
    watch = select.poll()
    watch.register(table, select.POLLPRI | select.POLLERR)
    watch.poll(0)
    times = []
    for i in range(30):
        command = subprocess.Popen([isolate, "-q", "--command", ":mount ro:/tmp/bench-%03d=/usr/share" % i, name],
                                   stdout=subprocess.DEVNULL)
        screen.seen = b""
        watch.poll()
        screen.began = time.monotonic()
        times.append(screen.until(b"%03d" % i))
        command.wait()
        screen.quiet(0.1)
        watch.poll(0)
    print("  %-34s %s" % ("isolate-inspect", spread(times)))
    os.close(table)
    screen.close()


def page_down(inspect, folder, commands):
    print("\nA page down, from the key to the last byte of what it draws (asked: 16 ms)")
    runs = [("isolate-inspect, %d mounts" % ROWS, [inspect[0], "--recorded", folder], b"Mounts", b""),
            ("isolate-inspect, %d processes" % PROCESSES, [inspect[0], "--recorded", folder], b"Mounts", b":tab processes\r")]
    if "ncdu" in commands:
        runs.append(("ncdu, %d files" % ROWS,) + commands["ncdu"] + (b"",))
    if "htop" in commands:
        runs.append(("htop, what there is",) + commands["htop"] + (b"",))
    for name, argv, text, keys in runs:
        screen = Screen(argv)
        screen.until(text)
        screen.quiet()
        if keys:
            screen.type(keys)
            screen.quiet()
        times = []
        for _ in range(40):
            screen.type(b"\x1b[6~")
            # The processes are looked at anew each second: what that draws is none of this.
            times.append(screen.last_byte(0.02))
        print("  %-34s %s" % (name, spread(times)))
        screen.close()


def memory(inspect, work):
    print("\nPrivate memory with a long list that was asked for again and again (asked: 4096 KiB)")
    for name, tab, rows, processes in (("%d mounts" % ROWS, b"mounts", ROWS, 1),
                                       ("%d processes" % PROCESSES, b"processes", 1, PROCESSES)):
        screen = Screen([inspect[0], "--recorded", recorded(work + "/recorded-" + tab.decode(), rows, processes)])
        screen.until(b"Mounts")
        screen.type(b":tab " + tab + b"\r")
        screen.quiet()
        for _ in range(5):
            screen.type(b":refresh\r")
            screen.quiet(0.2)
        print("  %-34s %6d KiB dirty, %6d KiB private" % (("isolate-inspect, " + name,) + private(screen.processes())))
        screen.close()


def measure(isolate):
    name = "bench%d" % os.getpid()
    inspect = [os.path.join(os.path.dirname(isolate), "isolate-inspect"), name]
    # Not below /tmp: every sandbox has one of its own.
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_WORK", "/var/tmp")) as work:
        session = Session(isolate, name)
        others = peers(work)
        first_paint(dict({"isolate-inspect": (inspect, b"Mounts"),
                          "isolate --inspect=SESSION": ([isolate, "--inspect=" + name], b"Mounts")}, **others))
        live_mount(isolate, inspect, session, name)
        page_down(inspect, recorded(work + "/recorded"), others)
        memory(inspect, work)
        idle(inspect, others)
        session.close()


def section(b):
    source, build = os.environ["top_srcdir"], os.environ["top_builddir"]
    program = build + "/isolate-inspect"
    if not os.access(program, os.X_OK):
        print("\nThe inspector was not made: left out")
        return
    shutil.copy(program, b.stage + "/isolate-inspect")
    shutil.copy(source + "/tests/bench/inspector.py", b.stage)
    shutil.copytree(source + "/tests/screen/recorded", b.stage + "/recorded", dirs_exist_ok=True)
    subprocess.run(["chmod", "-R", "a+rX", b.stage + "/recorded"], check=True)
    sys.stdout.flush()
    b.run(["env", "RECORDED=" + b.stage + "/recorded", "BENCH_WORK=" + b.work, "IDLE=%d" % IDLE, "python3",
           b.stage + "/inspector.py", b.isolate], check=True)


if __name__ == "__main__":
    measure(os.path.abspath(sys.argv[1]))
