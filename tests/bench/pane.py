# SPDX-License-Identifier: GPL-3.0-or-later
"""The pane beside tmux and a bare pty: how long 50 MB take, what is written outward meanwhile, how soon an echo is seen,
who wakes while nothing happens, and what 10,000 lines of history weigh. Quote the ratios, never the times alone."""
import fcntl, os, pty, re, select, statistics, struct, sys, termios, time

SIZE = int(os.environ.get("SIZE", 50_000_000))
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


def echo(outer, keys=600):
    """Milliseconds from a key to the first byte of what it brings about: p50, p99."""
    outer.type(b"cat >/dev/null\r")
    outer.quiet()
    times = []
    for i in range(keys):
        # Letters that differ from what is there; a line is sent before it is full.
        start = time.monotonic()
        outer.type(b"%c" % (97 + i % 23) if i % 40 else b"\r")
        select.select([outer.fd], [], [], 10)
        times.append((time.monotonic() - start) * 1000)
        outer.quiet(0.003)
    outer.type(b"\x03")
    outer.quiet()
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99)]


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
    rows = {"bare pty": (shell, COLUMNS), "pane": ([isolate, "-q", "--inspect"] + shell, PANE_COLUMNS),
            "tmux": (["tmux", "-L", socket, "-f", "/dev/null", "new-session", " ".join(shell)], COLUMNS)}
    opened = {}
    for name, (argv, columns) in rows.items():
        opened[name] = Outer(argv, columns, env)
        opened[name].quiet(1)
        if name == "tmux":
            # Without its line of status the pane has all 24 lines.
            os.system("tmux -L %s set -g status off" % socket)
            opened[name].quiet(0.5)
    return opened, socket


def main():
    isolate = sys.argv[1]
    env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", PS1="$ ")
    files = payloads(os.getcwd())
    opened, socket = open_all(isolate, env)
    print("%-9s" % "50 MB" + "".join("%22s" % name for name in opened))
    for name, path in files.items():
        seen = {which: flood(outer, path) for which, outer in opened.items()}
        print("%-9s" % name + "".join("%9.2f s %6.2f MB out" % (s, n / 1e6) for s, n in seen.values()) +
              "   pane/bare %.2f, pane/tmux %.2f" % (seen["pane"][0] / seen["bare pty"][0], seen["pane"][0] / seen["tmux"][0]),
              flush=True)
        os.unlink(path)
    for which, outer in opened.items():
        print("echo      %-9s p50 %.2f ms, p99 %.2f ms" % ((which,) + echo(outer)), flush=True)
    ours = [p for p in processes(opened["pane"].pid) if name_of(p).startswith("isolate")]
    before = wakes(ours)
    time.sleep(5)
    print("idle      %d wake-ups of %d processes in 5 s" % (wakes(ours) - before, len(ours)), flush=True)
    opened["pane"].close()
    wide = Outer([isolate, "-q", "--inspect", "bash", "--norc"], 1 + 72 + 200, env)
    wide.quiet(1)
    inspector = next(p for p in processes(wide.pid) if name_of(p) == "isolate-inspect")
    before = memory(inspector)
    wide.type(b"seq -f '%0200.0f' 10100; echo; printf '=-%s-=' end\r")
    wide.until(MARK)
    print("history   10,000 lines of 200 columns: %.1f MiB" % (memory(inspector) - before), flush=True)
    wide.close()
    os.system("tmux -L %s kill-server" % socket)
    for name in "bare pty", "tmux":
        opened[name].close()


if __name__ == "__main__":
    main()
