# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal's screen as text, for tests: what curses writes for TERM=xterm, and nothing beyond it."""
import ctypes
import locale
import re

SEQUENCE = re.compile(rb"\x1b(?:\[([0-9;:?<=>]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()*+][0-9A-Za-z]|[0-9=>A-Za-z])")


# A terminal that disagrees with curses about a width is out of step with it from there on, so ask whom curses asks. The
# tables of unicodedata are others for 1200 characters, which bytes by chance have now and then.
locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
wcwidth = ctypes.CDLL(None).wcwidth
wcwidth.argtypes = [ctypes.c_wchar]


def width_of(char):
    width = wcwidth(char)
    return 1 if width < 0 else width


class Screen:
    def __init__(self, rows, columns):
        self.resize(rows, columns)
        self.pending = b""
        self.seen_modes = {}
        self.copied = []
        self.drawn = 0  # updates that were shown as one
        self.fed = 0    # bytes
        self.shape = 0  # of the cursor

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.lines = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.saved = (0, 0)
        self.top, self.bottom = 0, rows - 1
        self.wraps = False

    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.lines)

    def feed(self, data):
        self.fed += len(data)
        data = self.pending + data
        self.pending = b""
        at = 0
        while at < len(data):
            byte = data[at]
            if byte == 0x1b:
                match = SEQUENCE.match(data, at)
                if not match:
                    self.pending = data[at:]
                    return
                self.sequence(data[at:match.end()], match.group(1), match.group(2))
                at = match.end()
            elif byte < 32:
                self.control(byte)
                at += 1
            else:
                length = 1 if byte < 0x80 else 2 if byte < 0xe0 else 3 if byte < 0xf0 else 4
                if at + length > len(data):
                    self.pending = data[at:]
                    return
                self.put(data[at:at + length].decode(errors="replace"))
                at += length

    def control(self, byte):
        self.wraps = False
        if byte == 13:
            self.column = 0
        elif byte == 10:
            self.index()
        elif byte == 8:
            self.column = max(0, self.column - 1)
        elif byte == 9:
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)

    def put(self, char):
        width = width_of(char)
        if width == 0:
            return
        if self.wraps:
            self.column = 0
            self.index()
        self.wraps = False
        self.last = char
        self.lines[self.row][self.column] = char
        if width == 2 and self.column + 1 < self.columns:
            self.lines[self.row][self.column + 1] = ""
        self.column += width
        if self.column >= self.columns:
            self.column = self.columns - 1
            self.wraps = True

    def index(self):
        if self.row == self.bottom:
            self.scroll(1)
        else:
            self.row = min(self.rows - 1, self.row + 1)

    def scroll(self, count, top=None):
        top = self.top if top is None else top
        for _ in range(abs(count)):
            if count > 0:
                del self.lines[top]
                self.lines.insert(self.bottom, [" "] * self.columns)
            else:
                del self.lines[self.bottom]
                self.lines.insert(top, [" "] * self.columns)

    def sequence(self, whole, parameters, final):
        if final is None:
            self.escape(whole)
            return
        if parameters[:1] in (b"?", b">", b"="):
            if final in b"hl":
                for number in parameters[1:].split(b";"):
                    self.mode(int(number), final == b"h")
            return
        numbers = [int(word) if word.isdigit() else 0 for word in parameters.split(b";")]
        if whole.endswith(b" q"):
            self.shape = numbers[0]
            return
        self.apply(final.decode(), numbers, max(1, numbers[0]))
        if final not in b"m":
            self.wraps = False

    def escape(self, whole):
        if whole[1:2] == b"M":
            if self.row == self.top:
                self.scroll(-1)
            else:
                self.row -= 1
        elif whole[1:2] == b"7":
            self.saved = (self.row, self.column)
        elif whole[1:2] == b"8":
            self.row, self.column = self.saved
        elif whole.startswith(b"\x1b]52;"):
            self.copied.append(whole)

    def mode(self, number, on):
        self.seen_modes[number] = on
        if number == 1049:
            if on:
                self.main = (self.lines, self.row, self.column)
                self.lines = [[" "] * self.columns for _ in range(self.rows)]
            elif hasattr(self, "main"):
                self.lines, self.row, self.column = self.main
                del self.main
                if len(self.lines) != self.rows or len(self.lines[0]) != self.columns:
                    self.resize(self.rows, self.columns)
        if number == 2026 and not on:
            self.drawn += 1

    def apply(self, final, numbers, n):
        line = self.lines[self.row]
        if final in "Hf":
            self.row = min(self.rows - 1, n - 1)
            self.column = min(self.columns - 1, max(1, numbers[1] if len(numbers) > 1 else 1) - 1)
        elif final == "A":
            self.row = max(0, self.row - n)
        elif final in "Be":
            self.row = min(self.rows - 1, self.row + n)
        elif final in "Ca":
            self.column = min(self.columns - 1, self.column + n)
        elif final == "D":
            self.column = max(0, self.column - n)
        elif final in "G`":
            self.column = min(self.columns - 1, n - 1)
        elif final == "d":
            self.row = min(self.rows - 1, n - 1)
        elif final == "J":
            self.erase(numbers[0])
        elif final == "K":
            start, end = ((self.column, self.columns), (0, self.column + 1), (0, self.columns))[numbers[0]]
            line[start:end] = [" "] * (end - start)
        elif final == "X":
            end = min(self.columns, self.column + n)
            line[self.column:end] = [" "] * (end - self.column)
        elif final == "P":
            line[self.column:] = line[self.column + n:] + [" "] * min(n, self.columns - self.column)
        elif final == "@":
            line[self.column:] = ([" "] * n + line[self.column:])[:self.columns - self.column]
        elif final == "L":
            self.scroll(-n, self.row)
        elif final == "M":
            self.scroll(n, self.row)
        elif final == "S":
            self.scroll(n)
        elif final == "T":
            self.scroll(-n)
        elif final == "b":
            for _ in range(n):
                self.put(self.last)
        elif final == "r":
            self.top = n - 1
            self.bottom = (numbers[1] if len(numbers) > 1 and numbers[1] else self.rows) - 1
            self.row = self.column = 0
        elif final not in "mhlqtcn":
            raise AssertionError("the tests' terminal knows no CSI %s" % final)

    def erase(self, what):
        blank = lambda: [" "] * self.columns
        if what == 2:
            self.lines = [blank() for _ in range(self.rows)]
        elif what == 0:
            self.lines[self.row][self.column:] = [" "] * (self.columns - self.column)
            self.lines[self.row + 1:] = [blank() for _ in range(self.rows - self.row - 1)]
        else:
            self.lines[self.row][:self.column + 1] = [" "] * (self.column + 1)
            self.lines[:self.row] = [blank() for _ in range(self.row)]
