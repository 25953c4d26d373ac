#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon a miss is on the inspector's screen, and what a flood of them does to it: the end of the section "misses" of
tests/bench/run, alone BENCH=missed. As an ordinary user: missed.py ISOLATE.

The program inside takes the time before its call, which fails; the inspector is on a terminal of its own, tab Misses, and what
counts is when the bytes of the new row can be read from it.
"""
import json, os, re, shutil, statistics, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
import inspector, live

RECORDED = 0, 100, 1000, 5000
LOOKS = 40
FLOOD = 5000
SECONDS = 5
# Each line is of paths, or for how many seconds to ask for all of a folder again and again.
PAYLOAD = """
import os, sys, time
print("up", flush=True)
def ask(path):
    try: os.stat(path)
    except OSError: return 1
    return 0
for line in sys.stdin:
    words, calls = line.split(), 0
    begin = time.monotonic()
    if words[0] == "flood":
        paths = ["%s/%05d/file" % (words[2], i) for i in range(int(words[3]))]
        end = time.monotonic() + float(words[1])
        while time.monotonic() < end:
            calls += sum(map(ask, paths))
    else:
        calls += sum(map(ask, words))
    print(begin, calls, flush=True)
"""


class Program:
    def __init__(self, isolate, name):
        self.process = subprocess.Popen([isolate, "-q", "--name", name, "--trace", "--", "python3", "-c", PAYLOAD],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def say(self, *words):
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()

    def hear(self):
        begin, calls = self.process.stdout.readline().split()
        return float(begin), int(calls)

    def named(self, title):
        for pid in live.descendants(self.process.pid):
            with open("/proc/%d/cmdline" % pid) as f:
                if f.read().startswith(title):
                    return pid

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# Neighbours in the list have no letter in common, so that each row is written whole.
def token(i):
    return chr(97 + i % 13) * 5 + chr(110 + (i // 13 + i) % 13) * 5 + "%04d" % i


def make(work, names):
    for name in names:
        os.makedirs("%s/%s" % (work, name), exist_ok=True)
        open("%s/%s/file" % (work, name), "w").close()


# Seconds of processor time of those processes, and of what they have waited for.
def busy(pids):
    total = 0
    for pid in pids:
        with open("/proc/%d/stat" % pid) as f:
            total += sum(int(n) for n in f.read().rsplit(")", 1)[1].split()[11:15])
    return total / os.sysconf("SC_CLK_TCK")


def spread(values):
    values = sorted(values)
    return "%6.2f ms, nine tenths %6.2f" % (statistics.median(values) * 1e3, values[len(values) * 9 // 10] * 1e3)


def open_screen(isolate, name):
    screen = inspector.Screen([os.path.join(os.path.dirname(isolate), "isolate-inspect"), name])
    screen.until(b"Mounts")
    screen.type(b"6")
    screen.quiet()
    return screen


def seen(program, screen, work):
    recorded = 0
    for want in RECORDED:
        names = ["old%05d" % i for i in range(recorded, want)]
        make(work, names)
        for at in range(0, len(names), 100):
            program.say(*("%s/%s/file" % (work, name) for name in names[at:at + 100]))
            program.hear()
        recorded = max(recorded, want)
        screen.quiet()
        times = []
        for i in range(LOOKS):
            name = token(i + 13 * want)
            make(work, [name])
            screen.seen = b""
            program.say("%s/%s/file" % (work, name))
            screen.until(name.encode())
            at = time.monotonic()
            times.append(at - program.hear()[0])
            screen.quiet(0.3)
        print("          a miss to the screen, with %4d recorded before: %s (20)" % (want, spread(times)), flush=True)


def flood(program, screen, work):
    make(work + "/flood", ["%05d" % i for i in range(FLOOD)])
    names = ("isolate-control", "isolate-watch", "isolate-init")
    pids = {name: program.named(name) for name in names}
    pids["isolate-inspect"] = screen.pid
    screen.type(b":")
    screen.quiet()
    began, before = time.monotonic(), {name: busy([pid]) for name, pid in pids.items() if pid}
    program.say("flood", str(SECONDS), work + "/flood", str(FLOOD))
    times, i = [], 0
    while time.monotonic() < began + SECONDS:
        key = b"$%&^"[i % 4:i % 4 + 1]
        screen.type(key)
        times.append(screen.until(key) / 1e3)
        # Not in step with anything.
        end = time.monotonic() + 0.011 + 0.013 * (i % 3)
        while time.monotonic() < end:
            screen.drain(end)
        i += 1
    took = time.monotonic() - began
    parts = ", ".join("%s %.0f %%" % (name, 100 * (busy([pids[name]]) - before[name]) / took) for name in before)
    calls = program.hear()[1]
    print("          a key to the screen in a flood of misses (%d calls for %d paths in %.1f s): %s, worst %.2f (16)" % (
        calls, FLOOD, took, spread(times), max(times) * 1e3))
    print("          of a processor: %s" % parts, flush=True)


def measure(isolate):
    with tempfile.TemporaryDirectory(prefix="missed.", dir=os.environ.get("BENCH_WORK", "/var/tmp")) as work:
        for folder in "cwd", "out":
            os.mkdir("%s/%s" % (work, folder))
        os.chdir(work + "/cwd")
        name = "missed%d" % os.getpid()
        program = Program(isolate, name)
        screen = open_screen(isolate, name)
        seen(program, screen, work + "/out")
        flood(program, screen, work + "/out")
        screen.close()
        program.close()
        os.chdir("/")


def section(b, found):
    build = os.environ["top_builddir"]
    if not os.access(build + "/isolate-inspect", os.X_OK):
        print("  the inspector was not made: left out")
        return
    shutil.copy(build + "/isolate-inspect", b.stage)
    for name in ("missed.py", "inspector.py", "live.py"):
        shutil.copy(os.path.join(os.environ["top_srcdir"], "tests/bench", name), b.stage)
    for number, around in found.items():
        print("  tier %d:" % number, flush=True)
        b.run(around + ["env", "BENCH_WORK=" + b.work, "python3", b.stage + "/missed.py", b.isolate], check=True)


if __name__ == "__main__":
    measure(os.path.abspath(sys.argv[1]))
