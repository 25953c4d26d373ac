# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of every day in the pane and, in the same sandbox, on a bare terminal: the same keys leave the same screen.

tmux is both the terminal that the inspector runs on and the one to compare with: after every step the text, the colours,
the attributes and the cursor of the pane are those of the other, or the test fails with what differs. A step waits until
the screen to compare with shows what is expected, and then for both to be the same; nothing sleeps.

What a program shows may depend on how fast keys come after each other, and two runs on the same terminal differ then as well:
so a program is given up to three runs, from its start, and what differed in those that failed is told as a comment.

    programs.py [--size COLUMNSxLINES] [--panel away|right] [all|NAME…]    (by hand: ISOLATE=…/isolate)
"""
import fcntl
import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vt"))
from programs_table import PROGRAMS  # noqa: E402
from tmux_cells import tmux_cells  # noqa: E402

ISOLATE = os.environ["ISOLATE"]
LIMIT = float(os.environ.get("LIMIT", "40"))
RUNS = int(os.environ.get("RUNS", "3"))
CONFIGURATION = """
set -g status off
set -g default-terminal xterm-256color
set -g exit-empty off
set -g remain-on-exit on
set -g escape-time 0
set -g history-limit 2000
"""


REVERSE, STRIKE, UNDERLINE = 16, 64, 0x100


class Differs(Exception):
    pass


class Server:
    def __init__(self, folder):
        with open(folder + "/tmux.conf", "w") as f:
            f.write(CONFIGURATION)
        self.argv = ["tmux", "-S", folder + "/socket", "-f", folder + "/tmux.conf"]
        self("start-server")

    def __call__(self, *args):
        done = subprocess.run(self.argv + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        if done.returncode:
            raise Differs("tmux %s: %s" % (shlex.join(args), done.stderr))
        return done.stdout


class Window:
    """A terminal, of which the columns up to `width` are looked at."""

    def __init__(self, server, name, size, argv, env):
        self.server, self.name = server, name
        self.columns, self.lines = self.width, self.height = size
        # The shell that tmux starts it with would drop PS1.
        words = ["exec", "env"] + ["%s=%s" % pair for pair in env.items()] + argv
        server("new-session", "-d", "-s", name, "-x", str(self.columns), "-y", str(self.lines), shlex.join(words))

    def text(self):
        return self.server("capture-pane", "-p", "-t", self.name)

    def look(self):
        """Cells that can be seen, and the cursor."""
        cursor, text = self.server("display-message", "-p", "-t", self.name, "#{cursor_x} #{cursor_y} #{cursor_flag}", ";",
                                   "capture-pane", "-epN", "-t", self.name).split("\n", 1)
        x, y, seen = map(int, cursor.split())
        cells = {}
        for at, (chars, fg, bg, attributes, columns) in tmux_cells(text, self.height).items():
            # Curses has no line through a text. What is blank has no foreground, and no weight.
            attributes &= ~STRIKE
            if chars == " " and not attributes & (REVERSE | UNDERLINE):
                fg = attributes = 0
            if at[1] < self.width and (chars != " " or bg or attributes):
                cells[at] = chars, fg, bg, attributes, columns
        # What stands behind the last character, and has a background only, capture-pane tells or tells not.
        last = {y: x for (y, x), cell in sorted(cells.items()) if cell[0] != " " or cell[3]}
        cells = {(y, x): cell for (y, x), cell in cells.items() if x <= last.get(y, -1)}
        return cells, (min(x, self.width - 1), y) if seen else None

    def type(self, keys):
        for key in keys:
            if isinstance(key, bytes):
                self.server("send-keys", "-t", self.name, "-H", *("%02x" % b for b in key))
            elif len(key) > 1 and re.fullmatch(r"(?:[CMS]-)*(?:\w|Up|Down|Left|Right|F\d+|Home|End|IC|DC|NPage|PPage|Enter|Escape|Tab|BTab|BSpace|Space)", key):
                self.server("send-keys", "-t", self.name, key)
            else:
                self.server("send-keys", "-t", self.name, "-l", "--", key)

    def resize(self, columns, lines):
        self.columns, self.lines = self.width, self.height = columns, lines
        self.server("resize-window", "-t", self.name, "-x", str(columns), "-y", str(lines))
        # The terminal has it a while later.
        path = self.server("display-message", "-p", "-t", self.name, "#{pane_tty}").strip()
        end = time.monotonic() + LIMIT
        with open(path, "rb", buffering=0) as terminal:
            while struct.unpack("HHHH", fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8)))[:2] != (lines, columns):
                if time.monotonic() > end:
                    raise Differs("tmux did not resize " + path)
                time.sleep(0.01)


def told(cells, cursor, rows):
    """As text, with the cursor's place in the last line."""
    lines = [[" "] * 0 for _ in range(rows)]
    for (y, x), cell in sorted(cells.items()):
        line = lines[y]
        line += [" "] * (x - len(line)) + [cell[0]] + [""] * (cell[4] - 1)
    return "\n".join("".join(line) for line in lines).rstrip() + "\n(cursor: %s)" % (cursor,)


def difference(theirs, ours, rows):
    (cells, cursor), (mine, at) = theirs, ours
    places = sorted(p for p in set(cells) | set(mine) if cells.get(p) != mine.get(p))
    said = ["cell %s: %s, in the pane %s" % (p, cells.get(p), mine.get(p)) for p in places[:12]]
    if cursor != at:
        said.append("the cursor: %s, in the pane %s" % (cursor, at))
    if theirs == ours:
        return "it is not shown by either\n" + told(cells, cursor, rows)
    return "%d cells differ\n%s\n--- wanted\n%s\n--- the pane\n%s" % (
        len(places), "\n".join(said), told(cells, cursor, rows), told(mine, at, rows))


def hide(seen, hidden):
    """Without the lines that differ from moment to moment: what a regular expression matches, in the text of a row."""
    cells, cursor = seen
    if not hidden:
        return seen
    rows = {}
    for (y, x), cell in sorted(cells.items()):
        rows.setdefault(y, {})[x] = cell
    kept = {}
    for y, row in rows.items():
        line = "".join(row[x][0][0] if x in row else " " for x in range(max(row) + 1))
        gone = {x for m in re.finditer(hidden, line) for x in range(*m.span())}
        kept.update({(y, x): cell for x, cell in row.items() if x not in gone})
    return kept, cursor


class Pair:
    def __init__(self, server, size, panel, argv, env, name, more):
        command = [ISOLATE, "-q"] + more
        self.pane = Window(server, name + "-pane", size, command + ["--inspect"] + argv, env)
        self.name = name
        self.panel = panel
        self.find_panel()
        self.plain = Window(server, name + "-plain", (self.pane.width, self.pane.height), command + argv, env)

    def find_panel(self):
        end = time.monotonic() + LIMIT
        while self.panel == "right":
            found = re.search("│.*Mounts", self.pane.text())
            line = next((l for l in self.pane.text().split("\n") if "Mounts" in l and "│" in l), None)
            if found and line:
                self.pane.width = line.index("│")
                return
            if time.monotonic() > end:
                raise Differs("no panel:\n" + self.pane.text())
            time.sleep(0.01)

    def step(self, keys, pattern, hidden):
        for window in self.plain, self.pane:
            if isinstance(keys, tuple):
                window.resize(*keys)
            else:
                window.type(keys)
        end = time.monotonic() + LIMIT
        while True:
            theirs, ours = (hide(window.look(), hidden) for window in (self.plain, self.pane))
            if theirs == ours and re.search(pattern, told(*theirs, self.plain.height), re.M):
                return
            if time.monotonic() > end:
                raise Differs("after %r, waiting for %r: %s" % (keys, pattern, difference(theirs, ours, self.plain.height)))
            time.sleep(0.01)


def run(server, name, number, size, panel):
    program = PROGRAMS[name]
    env = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PS1": "READY ", "HISTFILE": "", "COLORTERM": "", "NO_COLOR": "",
           "XDG_CONFIG_HOME": os.getcwd() + "/config", "EDITOR": "vi", "LESS": "", "MANPAGER": "less", "MANOPT": "", **program.get("env", {})}
    try:
        pair = Pair(server, size, panel, program["argv"], env, "%s-%d" % (re.sub(r"\W", "-", name), number), program.get("options", []))
        for keys, pattern in program["steps"]:
            # Beside a panel the pane's size is not the terminal's to say.
            if panel == "right" and isinstance(keys, tuple):
                continue
            pair.step(keys, pattern, program.get("hidden"))
    finally:
        for session in server("list-sessions", "-F", "#{session_name}").split():
            server("kill-session", "-t", "=" + session)


def run_until_same(server, name, size, panel):
    """Returns what differed in each run, None for one where nothing did, which is the last."""
    told_of = []
    while len(told_of) < RUNS and (not told_of or told_of[-1]):
        try:
            run(server, name, len(told_of), size, panel)
            told_of.append(None)
        except Differs as e:
            told_of.append(str(e))
    return told_of


def make_files():
    with open("text", "w") as f:
        f.writelines("line %d %s\n" % (i, "x" * (i * 7 % 150)) for i in range(1, 121))
    with open("wide", "w") as f:
        f.writelines("%s é e\u0301 日本語 %d\n" % ("─" * (i % 30), i) for i in range(1, 61))
    with open("code.c", "w") as f:
        f.write("#include <stdio.h>\n\n/* A comment. */\nint main(void)\n{\n\tint unused, value = 'c';\n\n")
        f.writelines("\tprintf(\"%%d\\n\", value + %d); /* %d */\n" % (i, i) for i in range(1, 60))
        f.write("\treturn 0;\n}\n")


def main():
    args, size, panel = sys.argv[1:], (80, 24), "away"
    while args and args[0].startswith("--"):
        option, value = args.pop(0), args.pop(0)
        if option == "--size":
            size = tuple(map(int, value.split("x")))
        else:
            panel = value
    os.makedirs("config/isolate", exist_ok=True)
    with open("config/isolate/inspect.conf", "w") as f:
        f.write("panel %s\n" % panel)
    make_files()
    names = args if args and args != ["all"] else [n for n, p in PROGRAMS.items() if args or "by_hand" not in p]
    failures = 0
    print("1..%d" % len(names))
    folder = tempfile.mkdtemp()
    server = Server(folder)
    try:
        for number, name in enumerate(names, 1):
            if not shutil.which(PROGRAMS[name].get("needs", PROGRAMS[name]["argv"][0])):
                print("ok %d - %s # SKIP it is not here" % (number, name))
                continue
            runs = run_until_same(server, name, size, panel)
            failures += runs[-1] is not None
            print("%s %d - %s: the same screens (%dx%d, panel %s)" % ("not ok" if runs[-1] else "ok", number, name, *size, panel))
            for which, wrong in enumerate(runs, 1):
                if wrong:
                    print("#   run %d of %d: %s" % (which, RUNS, "\n#   ".join(wrong.splitlines())))
            sys.stdout.flush()
    finally:
        subprocess.run(server.argv + ["kill-server"], check=False)
        shutil.rmtree(folder)
    sys.exit(failures > 0)


main()
