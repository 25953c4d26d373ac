/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells and their characters: widths, UTF-8, the form that embedders see. */
#include "config.h"

#include <string.h>

#include "tui/vt/vt_impl.h"
#include "tui/vt/width_table.h"

int
vt_char_width(uint32_t ch)
{
	if (ch > 0x10ffff)
		return 1;
	return width_blocks[width_index[ch >> 8]][(ch & 0xff) >> 2] >> ((ch & 3) * 2) & 3;
}

int
cell_chars(const struct vt *vt, struct cell cell, uint32_t *ret)
{
	int n = 0;

	memset(ret, 0, VT_CELL_CHARS * sizeof *ret);
	if (cell.ch & CELL_CLUSTER) {
		memcpy(ret, cluster_at(vt, cell.ch & CELL_CHAR)->chars, VT_CELL_CHARS * sizeof *ret);
		while (n < VT_CELL_CHARS && ret[n])
			n++;
		return n;
	}
	ret[0] = cell.ch & CELL_CHAR;
	return ret[0] != 0;
}

void
cell_export(const struct vt *vt, struct cell cell, struct vt_cell *ret)
{
	cell_chars(vt, cell, ret->chars);
	ret->width = cell.ch & CELL_TAIL ? 0 : cell.ch & CELL_WIDE ? 2 : 1;
	ret->is_protected = cell.ch & CELL_PROTECTED;
	ret->style = *style_at(vt, cell.style);
}

size_t
utf8_write(uint32_t ch, char *ret)
{
	if (ch < 0x80) {
		ret[0] = (char)ch;
		return 1;
	}
	if (ch < 0x800) {
		ret[0] = (char)(0xc0 | ch >> 6);
		ret[1] = (char)(0x80 | (ch & 0x3f));
		return 2;
	}
	if (ch < 0x10000) {
		ret[0] = (char)(0xe0 | ch >> 12);
		ret[1] = (char)(0x80 | (ch >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (ch & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | ch >> 18);
	ret[1] = (char)(0x80 | (ch >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (ch >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (ch & 0x3f));
	return 4;
}

size_t
utf8_read(const char *s, size_t n, uint32_t *ret)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t ch;

	*ret = 0xfffd;
	if (len == 0 || len > n)
		return 1;
	ch = len == 1 ? p[0] : p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		ch = ch << 6 | (p[i] & 0x3f);
	}
	if (ch < least[len] || (ch >= 0xd800 && ch < 0xe000) || ch > 0x10ffff)
		return 1;
	*ret = ch;
	return len;
}
