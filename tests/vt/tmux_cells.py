# SPDX-License-Identifier: GPL-3.0-or-later
"""What tmux's capture-pane -e prints, as cells: {(row, column): (characters, foreground, background, attributes, width)}."""
import re
import unicodedata

GRAPHICS = dict(zip("`afgijklmnopqrstuvwxyz{|}~",
                    "\u25c6\u2592\u00b0\u00b1\u240b\u2518\u2510\u250c\u2514\u253c\u23ba\u23bb\u2500\u23bc\u23bd\u251c\u2524\u2534\u252c\u2502\u2264\u2265\u03c0\u2260\u00a3\u00b7"))


def width(ch):
    return 0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1


def render(pen, args):
    simple = {1: 1, 2: 2, 3: 4, 4: 0x100, 5: 8, 7: 16, 8: 32, 9: 64}
    args = [int(a) if a else 0 for a in re.split("[;:]", args)]
    while args:
        n = args.pop(0)
        if n == 0:
            pen.update(fg=0, bg=0, attrs=0)
        elif n in simple:
            pen["attrs"] |= simple[n]
        elif n in (38, 48):
            kind = args.pop(0)
            of = "fg" if n == 38 else "bg"
            if kind == 5:
                pen[of] = 0x01000000 + args.pop(0)
            else:
                pen[of] = 0x02000000 + (args.pop(0) << 16) + (args.pop(0) << 8) + args.pop(0)
        elif n == 39:
            pen["fg"] = 0
        elif n == 49:
            pen["bg"] = 0
        else:
            for base, of, bright in ((30, "fg", 0), (40, "bg", 0), (90, "fg", 8), (100, "bg", 8)):
                if base <= n < base + 8:
                    pen[of] = 0x01000000 + n - base + bright


def tmux_cells(text, rows):
    cells, pen, is_graphic = {}, {"fg": 0, "bg": 0, "attrs": 0}, False
    for y, line in enumerate(text.split("\n")[:rows]):
        x = before = 0
        for m in re.finditer("\033\\[([0-9;:]*)m|([\016\017])|(.)", line):
            if m[1] is not None:
                render(pen, m[1])
            elif m[2]:
                is_graphic = m[2] == "\016"
            elif width(m[3]) == 0:
                chars, *rest = cells[y, before]
                cells[y, before] = (chars + m[3], *rest)
            else:
                cells[y, x] = (GRAPHICS.get(m[3], m[3]) if is_graphic else m[3], pen["fg"], pen["bg"], pen["attrs"], width(m[3]))
                before = x
                x += width(m[3])
    return cells
