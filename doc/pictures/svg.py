# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen of a terminal, as `tmux capture-pane -e` writes it, as an SVG picture: svg(text, columns, lines, title)."""
import re
import unicodedata
from xml.sax.saxutils import escape

CELL_WIDTH, CELL_HEIGHT, BASELINE, MARGIN, BAR = 8.4, 18, 13.5, 12, 28
GROUND, INK = "#16181d", "#d6d9e0"
# The first sixteen, as a terminal with a dark ground has them.
PALETTE = ["#2a2d35", "#e06c75", "#98c379", "#d7b36a", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4",
           "#7f8694", "#f28b93", "#b5e08c", "#f0cf8e", "#8cc8ff", "#dda0ec", "#7fdbe6", "#ffffff"]


# Lines are drawn, as glyphs of a font seldom meet: from the middle of the cell to its sides.
STROKES = {"│": "ns", "─": "we", "╭": "es", "╮": "ws", "╰": "en", "╯": "wn"}
LINES = "".join(STROKES)


def line_of(chars, x, y, color):
    middle, sides = (x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2), {
        "n": (x + CELL_WIDTH / 2, y), "s": (x + CELL_WIDTH / 2, y + CELL_HEIGHT),
        "w": (x, y + CELL_HEIGHT / 2), "e": (x + len(chars) * CELL_WIDTH, y + CELL_HEIGHT / 2)}
    ends = [sides[side] for side in STROKES[chars[0]]]
    return '<path d="M%.1f %.1fL%.1f %.1fL%.1f %.1f" stroke="%s" fill="none"/>' % (*ends[0], *middle, *ends[1], color)


def color_256(n):
    if n < 16:
        return PALETTE[n]
    if n >= 232:
        return "#%02x%02x%02x" % ((8 + 10 * (n - 232),) * 3)
    steps = (0, 95, 135, 175, 215, 255)
    n -= 16
    return "#%02x%02x%02x" % (steps[n // 36], steps[n // 6 % 6], steps[n % 6])


class Style:
    def __init__(self):
        self.fg = self.bg = None
        self.flags = set()

    def key(self):
        fg, bg = self.fg or INK, self.bg
        if "reverse" in self.flags:
            fg, bg = bg or GROUND, fg
        return fg, bg, frozenset(self.flags - {"reverse"})

    def take(self, numbers):
        """The numbers of one `ESC [ … m`."""
        names = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse"}
        while numbers:
            n = numbers.pop(0)
            if n == 0:
                self.__init__()
            elif n in names:
                self.flags.add(names[n])
            elif n == 22:
                self.flags -= {"bold", "dim"}
            elif n in (23, 24, 27):
                self.flags.discard(names[n - 20])
            elif n in (38, 48) and numbers:
                kind = numbers.pop(0)
                color = color_256(numbers.pop(0)) if kind == 5 else "#%02x%02x%02x" % tuple(numbers[:3])
                del numbers[: 0 if kind == 5 else 3]
                self.fg, self.bg = (color, self.bg) if n == 38 else (self.fg, color)
            elif n == 39:
                self.fg = None
            elif n == 49:
                self.bg = None
            elif 30 <= n <= 37 or 90 <= n <= 97:
                self.fg = PALETTE[n - 30 if n < 90 else n - 82]
            elif 40 <= n <= 47 or 100 <= n <= 107:
                self.bg = PALETTE[n - 40 if n < 100 else n - 92]


def width_of(char):
    if unicodedata.combining(char) or char == "\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def runs_of(line, style):
    """(column, columns, text, look) of each piece of a line that looks the same."""
    runs, column = [], 0
    for piece in re.split(r"(\x1b\[[0-9;:]*m|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\(.|[\x0e\x0f])", line):
        sgr = re.fullmatch(r"\x1b\[([0-9;:]*)m", piece)
        if sgr:
            style.take([int(n or 0) for n in re.split("[;:]", sgr[1])])
        if piece[:1] in ("\x1b", "\x0e", "\x0f"):
            continue
        for char in piece:
            wide = width_of(char)
            # What is wide is placed by itself, since fonts do not agree about it.
            if runs and runs[-1][3] == style.key() and wide < 2 and runs[-1][1] == len(runs[-1][2].strip("\u0300")):
                runs[-1][1] += wide
                runs[-1][2] += char
            elif wide == 0 and runs:
                runs[-1][2] += char
            else:
                runs.append([column, wide, char, style.key()])
            column += wide
    return runs


def draw_run(out, y, column, columns, text, look):
    fg, bg, flags = look
    x = MARGIN + column * CELL_WIDTH
    if bg:
        out.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>'
                   % (x, y, columns * CELL_WIDTH + 0.2, CELL_HEIGHT, bg))
    attributes = ' fill="%s"' % fg
    attributes += ' font-weight="bold"' if "bold" in flags else ""
    attributes += ' font-style="italic"' if "italic" in flags else ""
    attributes += ' opacity="0.6"' if "dim" in flags else ""
    attributes += ' text-decoration="underline"' if "underline" in flags else ""
    # Word by word, each at its column, so that what follows a gap stands where it belongs in any font.
    for word in re.finditer(r"─+|[%s]|[^\s%s]+(?: [^\s%s]+)*" % ((LINES,) * 3), text):
        before = sum(width_of(char) for char in text[: word.start()])
        x = MARGIN + (column + before) * CELL_WIDTH
        if word[0][0] in STROKES:
            out.append(line_of(word[0], x, y, fg))
            continue
        out.append('<text x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs"%s>%s</text>'
                   % (x, y + BASELINE, sum(width_of(char) for char in word[0]) * CELL_WIDTH, attributes,
                      escape(word[0])))


def svg(screen, columns, lines, title):
    width, height = 2 * MARGIN + columns * CELL_WIDTH, BAR + lines * CELL_HEIGHT + MARGIN
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" '
           'font-family="\'DejaVu Sans Mono\',\'Liberation Mono\',Menlo,Consolas,monospace" font-size="14" '
           'xml:space="preserve">' % (width, height, width, height),
           '<title>%s</title>' % escape(title),
           '<rect width="100%%" height="100%%" rx="8" fill="%s"/>' % GROUND,
           '<text x="%.1f" y="19" fill="#7f8694" font-size="12">%s</text>' % (MARGIN, escape(title))]
    style = Style()
    for i, line in enumerate(screen.split("\n")[:lines]):
        for run in runs_of(line, style):
            draw_run(out, BAR + i * CELL_HEIGHT, *run)
    return "\n".join(out + ["</svg>", ""])
