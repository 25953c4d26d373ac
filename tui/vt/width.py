#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes width_table.h: the columns of each character, from the Unicode data that Python has.

    python3 width.py >width_table.h

0: nonspacing and enclosing marks, format characters (but the soft hyphen), the vowels and finals of Hangul that join the consonant before
them. 2: East Asian Wide and Fullwidth, and the unassigned places of the ideographic planes. 1: all others, the ambiguous among them.
"""
import sys
import unicodedata

BLOCK = 256


def width(code):
    ch = chr(code)
    if code == 0xAD:
        return 1
    if code < 32 or 0x7F <= code < 0xA0:
        return 0
    if unicodedata.category(ch) in ("Mn", "Me", "Cf") or 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:
        return 0
    if code in (0x2028, 0x2029):
        return 0
    if unicodedata.east_asian_width(ch) in ("W", "F"):
        return 2
    return 1


def main():
    index, blocks = [], []
    for start in range(0, 0x110000, BLOCK):
        block = tuple(sum(width(start + at + i) << 2 * i for i in range(4)) for at in range(0, BLOCK, 4))
        if block not in blocks:
            blocks.append(block)
        index.append(blocks.index(block))
    out = sys.stdout.write
    out("/* SPDX-License-Identifier: GPL-3.0-or-later */\n")
    out("/* Columns of characters, written by width.py from Unicode %s: two bits each. */\n" % unicodedata.unidata_version)
    out("static const uint8_t width_index[] = {\n")
    for at in range(0, len(index), 24):
        out("\t" + ", ".join("%d" % i for i in index[at:at + 24]) + ",\n")
    out("};\n\nstatic const uint8_t width_blocks[][%d] = {\n" % (BLOCK // 4))
    for block in blocks:
        out("\t{\n")
        for at in range(0, len(block), 16):
            out("\t\t" + ", ".join("0x%02x" % b for b in block[at:at + 16]) + ",\n")
        out("\t},\n")
    out("};\n")


main()
