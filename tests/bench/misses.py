# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to watch a session: the section "misses" of tests/bench/run.

Each figure is taken in both ways, by the root's file system and by notifications (where /dev/fuse is hidden from a session by a
mount namespace around it); a ratio is to the same session unwatched, its start included, in turn with it.
"""
import os, shlex, shutil, signal, statistics, subprocess, time

import live, missed

ROUNDS = 9
SLOW = 3
# name, command, asked of the two ways, what strace took when it was last looked at
WORK = (("python imports", "python3 -c 'import json, decimal, email, http.client, asyncio, unittest, sqlite3'", 1.05, 1.15, 4.3),
        ("gcc of one file", "gcc -O1 -c -o one.o one.c", 1.05, 1.25, 9.0),
        ("find over 60,000", "find tree", 1.05, 1.05, 76),
        ("make -j2", "make -s -B -j2", 1.06, 2.0, 9.7))
HIDE = 'mount --bind /dev/null /dev/fuse && exec unshare -U --map-user="$0" --map-group="$0" "$@"'


def prepare(b):
    b.run(["sh", "-c", "mkdir tree && cd tree && mkdir $(seq 600) && for d in *; do (cd $d && touch $(seq 100)); done"], check=True)
    lines = "\n".join("#include <%s.h>" % n for n in ("stdio", "stdlib", "string", "unistd", "errno", "math", "time", "locale"))
    lines += "\n" + "\n".join("int f%d(int a) { return a * %d + (int)strlen(getenv(\"HOME\")); }" % (i, i) for i in range(200)) + "\n"
    made = "all: %s\n%%.o: %%.c\n\tgcc -O1 -c -o $@ $<\n" % " ".join("m%d.o" % i for i in range(8))
    for name in ["one.c"] + ["m%d.c" % i for i in range(8)]:
        b.run(["sh", "-c", "cat >%s" % name], input=lines, text=True, check=True)
    b.run(["sh", "-c", "cat >Makefile"], input=made, text=True, check=True)
    missing = b.stage + "/missing"
    for i in range(200):
        os.makedirs("%s/%d" % (missing, i))
        open("%s/%d/file" % (missing, i), "w").close()
    helper = b.stage + "/helper"
    os.mkdir(helper)
    source = os.path.join(os.environ["top_srcdir"], "tests/bench/misses.c")
    subprocess.run(shlex.split(os.environ.get("CC", "cc")) + ["-O2", "-static", "-iquote", os.environ["top_builddir"], "-o", helper + "/misses", source], check=True)
    return missing, helper


# How each way is started; the first that can be had here is what a session gets.
def ways(b):
    user = b.run(["id", "-u"], capture_output=True, text=True, check=True).stdout.strip()
    hidden = ["unshare", "-Urm", "sh", "-c", HIDE, user]
    found = {}
    for number, around in ((1, []), (2, []), (2, hidden)):
        said = b.run(around + [b.isolate, "--check"], capture_output=True, text=True).stdout
        if number not in found and "(tier %d)" % number in said:
            found[number] = around
    for number in (1, 2):
        if number not in found:
            print("  tier %d is left out: %s" % (number, "/dev/fuse is not for this user" if number == 1 else "there is a listener"))
    return found


def once(b, argv):
    begin = time.perf_counter()
    b.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def in_turn(b, variants, rounds):
    seen = {name: [] for name in variants}
    for i in range(rounds + 1):
        for name, argv in variants.items():
            took = once(b, argv)
            if i > 0:
                seen[name].append(took)
    return {name: statistics.median(t) for name, t in seen.items()}


# name, command, its status, options beside --learn
LEARNED = (("python imports", WORK[0][1], 0, ["--no-defaults"]),
           ("gcc and its result", "sh -c 'gcc -O1 -o learned learned.c && ./learned'", 7, ["--no-defaults", "-m", ". /tmp=none"]))


# What is learned, each way that replays can be watched: the section "learn".
def learned(b):
    print("\nWhat --learn finds out (asked)")
    found = ways(b)
    b.run(["sh", "-c", "echo 'int main(void) { return 7; }' >learned.c"], check=True)
    for name, command, status, options in LEARNED:
        text = ""
        for number, around in found.items():
            b.run(["rm", "-f", "learned.profile"], check=True)
            argv, quiet = shlex.split(command), {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
            first = b.run(around + [b.isolate, "-q"] + options + ["--learn", "./learned.profile", "--"] + argv, **quiet)
            again = b.run(around + [b.isolate, "-q", "--profile", "./learned.profile", "--"] + argv, **quiet)
            lines = b.run(["grep", "-c", "^mnt ", "learned.profile"], capture_output=True, text=True).stdout.strip()
            same = "the same" if first.returncode == again.returncode == status else "NOT the same"
            text += "  tier %d: %s mounts (15), replay %s" % (number, lines, same)
        print("  %-20s%s" % (name, text), flush=True)


# How many calls go wrong when who watches is killed.
def killed(b, watched, command):
    p = subprocess.Popen(b.become + watched + ["--trace", "--"] + command, cwd=b.work, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    p.stdout.readline()
    victims = []
    # It is there when it has been asked something.
    while not victims:
        try:
            victims = [q for q in live.descendants(p.pid) if open("/proc/%d/cmdline" % q).read().startswith("isolate-watch")]
        except FileNotFoundError:
            pass
    os.kill(victims[0], signal.SIGKILL)
    time.sleep(0.1)
    return p.communicate("\n")[0].strip()


def section(b):
    print("\nWatching for what is missing (ratios to the same session unwatched; asked)")
    missing, helper = prepare(b)
    found = ways(b)
    specs = ["-q", "-m", "rw:. ro:" + helper]
    for name, command, one, two, strace in WORK:
        argv, asked = shlex.split(command), {1: one, 2: two}
        variants = {}
        for number, around in found.items():
            variants["plain", number] = around + [b.isolate] + specs + ["--"] + argv
            variants["watched", number] = around + [b.isolate] + specs + ["--trace", "--"] + argv
        times = in_turn(b, variants, ROUNDS)
        text = "".join("  tier %d %5.2f (%.2f)" % (n, times["watched", n] / times["plain", n], asked[n]) for n in found)
        if shutil.which("strace"):
            traced = [b.isolate] + specs + ["--", "strace", "-f", "-o", "/dev/null", "-e", "trace=%file"] + argv
            slow = in_turn(b, {"plain": [b.isolate] + specs + ["--"] + argv, "strace": traced}, SLOW)
            text += "  strace %5.1f (then %.1f)" % (slow["strace"] / slow["plain"], strace)
        print("  %-20s%s" % (name, text), flush=True)
    paths = ["%s/%d/file" % (missing, i) for i in range(200)]
    for number, around in found.items():
        watched = around + [b.isolate] + specs

        def said(*words, options=("--trace",)):
            return b.run(watched + list(options) + ["--", helper + "/misses"] + list(words), check=True, capture_output=True, text=True).stdout.split()

        nowhere = said("nowhere")
        mounted = said("paths", *paths, options=("--on-miss=mount", "--allow", missing + "/*"))
        times = b.times({"plain": watched + ["/usr/bin/true"], "watched": watched + ["--trace", "/usr/bin/true"]}, 15, 10)
        print("  tier %d: nowhere %s us first, %s again (15, %s)" % (number, *nowhere, "1" if number == 1 else "15"))
        print("          mount on miss %s us, nine tenths %s, %s failed (%s)" % (*mounted, "200, 350" if number == 1 else "110, 130"))
        print("          added to the start %.2f ms (%s)" % ((times["watched"] - times["plain"]) * 1e3, "0.8" if number == 1 else "0.4"))
        print("          calls that go wrong when the supervisor is killed: %s (0)" % killed(b, watched, [helper + "/misses", "until", paths[0]]))
        print("          5,000 in a storm of signals: %s interrupted (%s)" % (said("storm", "5000", paths[0])[0], "0" if number == 1 else "some"))
    missed.section(b, found)


# The end alone: the section "missed".
def on_the_screen(b):
    print("\nHow soon a miss is on the inspector's screen (asked)")
    missed.section(b, ways(b))
