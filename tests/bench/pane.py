# SPDX-License-Identifier: GPL-3.0-or-later
"""The pane beside tmux and a bare pty: how long 50 MB take, what is written outward meanwhile, how soon an echo is seen,
who wakes while nothing happens, and what 10,000 lines of history weigh. Quote the ratios, never the times alone.
`make bench BENCH=pane`, or as an ordinary user: pane.py ISOLATE [PART]…"""
import fcntl, os, pty, re, select, shutil, statistics, struct, sys, termios, time

SIZE = int(os.environ.get("SIZE", 50_000_000))
# Medians of so many floods; the keys of an echo come in turns, so that the machine's moods touch all alike.
FLOODS = int(os.environ.get("FLOODS", 3))
TURNS, KEYS = 20, 100
# A pane of 80 columns, the divider, and the panel.
PANE_COLUMNS, LINES, COLUMNS = 134, 24, 80
MARK = b"=-end-="


def payloads(folder):
    """One file each; their names."""
    ascii_line = bytes(32 + i % 95 for i in range(79)) + b"\n"
    colours = b"".join(b"\x1b[%d;%dmword%d\x1b[0m " % (30 + i % 8, 40 + i // 8 % 8, i) for i in range(64)) + b"\n"
    unicode_line = ("äöü ß λόγος 日本語テキスト e\u0301 — “ok” " * 2 + "\n").encode()
    ls = b"".join(b"\x1b[0m\x1b[01;34mdirectory%d\x1b[0m  \x1b[01;32mprogram%d\x1b[0m  file%d.c\n" % (i, i, i) for i in range(50))
    found = {}
    for name, unit in (("ascii", ascii_line), ("colours", colours), ("unicode", unicode_line), ("ls", ls), ("y", b"y\n")):
        with open(folder + "/" + name, "wb") as f:
            f.write(unit * (SIZE // len(unit)))
        found[name] = folder + "/" + name
    return found


class Outer:
    """A terminal with a program on it, which reads and forgets."""

    def __init__(self, argv, columns, env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, env)
        # Whoever else had it would keep the terminal open.
        os.set_inheritable(self.fd, False)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, columns, 0, 0))
        self.count = 0
        self.tail = b""

    def until(self, text, limit=120):
        end = time.monotonic() + limit
        while text not in self.tail:
            if not select.select([self.fd], [], [], end - time.monotonic())[0]:
                raise SystemExit("no %r within %d s: %r" % (text, limit, self.tail[-300:]))
            data = os.read(self.fd, 65536)
            self.count += len(data)
            self.tail = self.tail[-200:] + data
        self.tail = self.tail.partition(text)[2]

    def quiet(self, seconds=0.5):
        while select.select([self.fd], [], [], seconds)[0]:
            self.count += len(os.read(self.fd, 65536))
        self.tail = b""

    def type(self, data):
        os.write(self.fd, data)

    def close(self):
        # As a window is closed.
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def flood(outer, path):
    """Seconds, and bytes outward."""
    outer.count = 0
    # The mark is put together inside, so that its echo is not it.
    outer.type(b"cat %s; printf '\\r\\n=-%%s-=' end\r" % path.encode())
    start = time.monotonic()
    outer.until(MARK, 300)
    seconds = time.monotonic() - start
    outer.quiet(0.2)
    outer.type(b"clear\r")
    outer.quiet(0.3)
    return seconds, outer.count


def echo(outer, keys):
    """Milliseconds from a key to the first byte of what it brings about, of each."""
    times = []
    for i in range(keys):
        # Letters that differ from what is there; a line is sent before it is full.
        start = time.monotonic()
        outer.type(b"%c" % (97 + i % 23) if i % 40 else b"\r")
        select.select([outer.fd], [], [], 10)
        times.append((time.monotonic() - start) * 1000)
        outer.quiet(0.003)
    return times


def processes(pid):
    found = [pid]
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        for child in f.read().split():
            found += processes(int(child))
    return found


def name_of(pid):
    with open("/proc/%d/comm" % pid) as f:
        return f.read().strip()


def wakes(pids):
    total = 0
    for pid in pids:
        with open("/proc/%d/status" % pid) as f:
            total += sum(int(n) for n in re.findall(r"ctxt_switches:\s*(\d+)", f.read()))
    return total


def memory(pid):
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"VmRSS:\s*(\d+)", f.read()).group(1)) / 1024


def open_all(isolate, env):
    shell = ["bash", "--norc", "--noprofile"]
    socket = "bench-%d" % os.getpid()
    rows = {"bare pty": (shell, COLUMNS), "pane": ([isolate, "-q", "--inspect"] + shell, PANE_COLUMNS)}
    if shutil.which("tmux"):
        rows["tmux"] = (["tmux", "-L", socket, "-f", "/dev/null", "new-session", " ".join(shell)], COLUMNS)
    else:
        print("tmux is not installed: left out")
    opened = {}
    for name, (argv, columns) in rows.items():
        opened[name] = Outer(argv, columns, env)
        opened[name].quiet(1)
        if name == "tmux":
            # Without its line of status the pane has all 24 lines.
            os.system("tmux -L %s set -g status off" % socket)
            opened[name].quiet(0.5)
    return opened, socket


def floods(opened):
    print("%d MB; seconds (median of %d) and MB outward; asked: ascii 1.3 of a bare pty, none slower than tmux, 0.5 MB outward"
          % (SIZE // 1_000_000, FLOODS))
    files = payloads(os.getcwd())
    for name, path in files.items():
        seen = {which: [] for which in opened}
        for _ in range(FLOODS):
            for which, outer in opened.items():
                seen[which].append(flood(outer, path))
        os.unlink(path)
        times = {which: statistics.median(seconds for seconds, _ in rows) for which, rows in seen.items()}
        print("  %-9s" % name + "".join("  %s %.2f s" % row for row in times.items()) +
              "   outward %.2f MB" % (max(count for _, count in seen["pane"]) / 1e6) +
              "".join("   pane/%s %.2f" % (which, times["pane"] / times[which]) for which in times if which != "pane"), flush=True)


def echoes(opened):
    print("echo; ms of %d keys each, in turns; asked: p50 0.3, p99 1, and 1.5 of tmux" % (TURNS * KEYS))
    times = {which: [] for which in opened}
    for outer in opened.values():
        outer.type(b"cat >/dev/null\r")
        outer.quiet()
    for _ in range(TURNS):
        for which, outer in opened.items():
            times[which] += echo(outer, KEYS)
    for outer in opened.values():
        outer.type(b"\x03")
        outer.quiet()
    # What the machine adds now and then to an echo of the kernel alone, it adds to each.
    for which, row in times.items():
        row.sort()
        print("  %-9s p50 %.2f, p90 %.2f, p99 %.2f, worst %.2f; %d over 1 ms" %
              (which, statistics.median(row), row[len(row) * 9 // 10], row[len(row) * 99 // 100], row[-1], sum(t > 1 for t in row)), flush=True)


def idle(opened):
    ours = [p for p in processes(opened["pane"].pid) if name_of(p).startswith("isolate")]
    before = wakes(ours)
    time.sleep(5)
    print("idle: %d wake-ups of %d processes in 5 s" % (wakes(ours) - before, len(ours)), flush=True)


def history(isolate, env):
    wide = Outer([isolate, "-q", "--inspect", "bash", "--norc"], 1 + 72 + 200, env)
    wide.quiet(1)
    inspector = next(p for p in processes(wide.pid) if name_of(p) == "isolate-inspect")
    before = memory(inspector)
    wide.type(b"seq -f '%0200.0f' 10100; echo; printf '=-%s-=' end\r")
    wide.until(MARK)
    print("history: 10,000 lines of 200 columns are %.1f MiB; asked: 16" % (memory(inspector) - before), flush=True)
    wide.close()


def main():
    isolate, parts = sys.argv[1], sys.argv[2:] or ["floods", "echoes", "idle", "history"]
    env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", PS1="$ ")
    opened, socket = open_all(isolate, env)
    for name, part in ("floods", floods), ("echoes", echoes), ("idle", idle):
        if name in parts:
            part(opened)
    opened.pop("pane").close()
    if "history" in parts:
        history(isolate, env)
    if "tmux" in opened:
        os.system("tmux -L %s kill-server" % socket)
    for outer in opened.values():
        outer.close()


def section(b):
    """Of make bench: see tests/bench/run."""
    program = os.environ["top_builddir"] + "/isolate-inspect"
    if not os.access(program, os.X_OK):
        print("\nThe inspector was not made: the pane is left out")
        return
    print("\nThe pane beside tmux and a bare pty", flush=True)
    shutil.copy(program, b.stage + "/isolate-inspect")
    shutil.copy(os.environ["top_srcdir"] + "/tests/bench/pane.py", b.stage)
    b.run(["env", "FLOODS=%d" % FLOODS, "SIZE=%d" % SIZE, "python3", b.stage + "/pane.py", b.isolate] +
          os.environ.get("PARTS", "").split(), check=True)


if __name__ == "__main__":
    main()
