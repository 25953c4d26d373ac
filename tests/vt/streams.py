# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams for terminals, made from seeds, and the form in which what they leave on a screen is compared.

A stream has nothing in it that terminals are known to see differently for no fault of theirs (widths of new characters, replies).
The generator is our own, so that a seed means the same stream for ever.
"""
import subprocess

ROWS, COLS = 12, 40
WORDS = ["a", "word", "longer words here ", "0123456789", "x" * 37, "\u00e9t\u00e9", "\u4e2d\u6587", "\u65e5\u672c\u8a9e", "e\u0301",
         "\u2500\u2502\u250c", "\u0430\u0431\u0432", " ", "   "]


class Random:
    def __init__(self, seed):
        self.state = (seed * 0x9E3779B97F4A7C15 + 1) & (1 << 64) - 1

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        return (self.state >> 33) % n

    def choice(self, items):
        return items[self.below(len(items))]


def rendition(r):
    kind = r.below(8)
    if kind == 0:
        return "\033[m"
    if kind == 1:
        return "\033[38;5;%d;48;5;%dm" % (r.below(256), r.below(256))
    if kind == 2:
        return "\033[38;2;%d;%d;%dm" % (r.below(256), r.below(256), r.below(256))
    if kind == 3:
        return "\033[%dm" % r.choice([39, 49, 22, 23, 24, 27])
    return "\033[%d;%dm" % (r.choice([0, 1, 2, 3, 4, 7]), r.choice([30, 31, 35, 37, 41, 44, 47, 91, 96, 102, 105]))


def move(r):
    if r.below(2):
        return "\033[%d;%dH" % (1 + r.below(ROWS), 1 + r.below(COLS))
    return "\033[%d%s" % (r.below(15), r.choice("ABCDGd"))


def edit(r):
    if r.below(3) == 0:
        return "\033[%d%s" % (r.below(3), r.choice("JK"))
    return "\033[%d%s" % (r.below(7), r.choice("@PLMXST"))


def region(r):
    if r.below(3) == 0:
        return "\033[r"
    top = 1 + r.below(ROWS - 1)
    return "\033[%d;%dr" % (top, top + 1 + r.below(ROWS - top))


def other(r):
    return r.choice(["\0337", "\0338", "\033[4h", "\033[4l", "\033[?7l", "\033[?7h", "\033[?6h", "\033[?6l", "\033(0lqk\033(B", "\033(0x\033(B",
                     "\033H", "\033[3g\033[9G\033H", "\033[2Z", "\033[2I", "\033[?1049h", "\033[?1049l", "a\033[7b", "\033[?25l", "\033[?25h",
                     "\033]2;title\033\\", "\033]0;x\a", "\033[!p", "\033[5 q", "\033[99b"])


def stream(seed):
    r = Random(seed)
    out = []
    for _ in range(10 + r.below(70)):
        kind = r.below(20)
        if kind < 8:
            out.append(r.choice(WORDS))
        elif kind < 10:
            out.append(r.choice(["\r\n", "\r\n", "\n", "\b", "\t", "\r", "\033D", "\033M", "\033E"]))
        elif kind < 13:
            out.append(rendition(r))
        elif kind < 15:
            out.append(move(r))
        elif kind < 17:
            out.append(edit(r))
        elif kind < 18:
            out.append(region(r))
        else:
            out.append(other(r))
    return "".join(out).encode()


def screen(cursor, cells):
    """cells: (row, column) -> (characters, fg, bg, attributes, width).

    A blank has no more than its background and what shows of it; behind the last character of a row it has nothing, since tmux tells no more.
    """
    rows, styles = [], []
    for y in range(ROWS):
        text, runs, x = "", [], 0
        end = max([x for x in range(COLS) if cells.get((y, x), " ")[0] not in ("", " ", "\0")], default=-1)
        while x < COLS:
            chars, fg, bg, attrs, width = cells.get((y, x), (" ", 0, 0, 0, 1))
            if chars in ("", " ", "\0"):
                chars, fg, attrs = " ", fg if attrs & 16 else 0, attrs & (16 | 0x700)
            text += chars
            style = [fg, bg, attrs] if x <= end else [0, 0, 0]
            if style != [0, 0, 0]:
                if runs and runs[-1][1:] == style and runs[-1][0][1] == x:
                    runs[-1][0][1] = x + width
                else:
                    runs.append([[x, x + width]] + style)
            x += width
        rows.append(text.rstrip(" "))
        styles.append(["%d-%d %x %x %x" % (a, b, fg, bg, attrs) for (a, b), fg, bg, attrs in runs])
    while rows and not rows[-1] and not styles[-1]:
        rows.pop()
        styles.pop()
    return {"cursor": list(cursor), "rows": rows, "styles": styles}


def ours(program, data):
    """What our terminal makes of it."""
    lines = subprocess.run([program, "-d", "-r", str(ROWS), "-c", str(COLS)], input=data, stdout=subprocess.PIPE, check=True).stdout
    head, *lines = lines.decode().splitlines()
    row, column, _ = head.split()
    cells = {}
    for line in lines:
        y, x, width, chars, fg, bg, attrs = line.split()
        chars = "".join(chr(int(c, 16)) for c in chars.split("+"))
        cells[int(y), int(x)] = (chars, int(fg, 16), int(bg, 16), int(attrs, 16), int(width))
    return screen((int(row), int(column)), cells)
