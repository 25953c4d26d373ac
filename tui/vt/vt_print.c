/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters become cells: margins, wrapping, wide and combining characters, the line-drawing set. */
#include "config.h"

#include <string.h>

#include "tui/vt/vt_bulk.h"
#include "tui/vt/vt_impl.h"

enum { REPEAT_MAX_SCREENS = 1 };

/* DEC special graphics, for 0x5f to 0x7e. */
static const uint16_t graphics[] = {
	0x00a0, 0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0, 0x00b1, 0x2424, 0x240b,
	0x2518, 0x2510, 0x250c, 0x2514, 0x253c, 0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c,
	0x2524, 0x2534, 0x252c, 0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7,
};

/* The last column that text goes to before it is wrapped: outside of the margins that is the screen's. */
static int
last_column(const struct vt *vt)
{
	return vt->x <= vt->right ? vt->right : vt->cols - 1;
}

/* The character before was in the last column, and another one follows. */
static void
wrap(struct vt *vt)
{
	vt->is_wrapping = false;
	if (vt->x == vt->cols - 1 && vt->left == 0)
		vt_row(vt, vt->y)->is_wrapped = true;
	vt->x = vt->x >= vt->left ? vt->left : 0;
	line_index(vt);
}

static void
advance(struct vt *vt, int to, int last)
{
	if (to > last) {
		vt->x = last;
		vt->is_wrapping = is_set(vt, MODE_WRAP);
		return;
	}
	vt->x = to;
}

/* Text in one row, that fits between the cursor and `last`. */
static void
put_ascii(struct vt *vt, const uint8_t *text, int n, int last)
{
	uint32_t style = style_now(vt), flags = vt->is_protecting ? CELL_PROTECTED : 0;
	struct row *row;
	struct cell *cells;

	if (is_set(vt, MODE_INSERT) && vt->x < last)
		row_insert(vt, vt->y, vt->x, last, n);
	row = vt_row(vt, vt->y);
	cells = row->cells + vt->x;
	row_split(row, vt->x, vt->cols);
	row_split(row, vt->x + n, vt->cols);
	cells_put_ascii(cells, text, n, flags, style);
	row_touch(row, vt->x + n);
	if (vt->x + n == vt->cols)
		row->is_wrapped = false;
	vt->is_damaged = true;
	advance(vt, vt->x + n, last);
}

/* n characters of 0x20 to 0x7e, at least one. */
void
print_ascii(struct vt *vt, const uint8_t *text, size_t n)
{
	if (vt->charsets[vt->gl] != CHARSET_ASCII || vt->single_shift) {
		for (size_t i = 0; i < n; i++)
			print_char(vt, text[i]);
		return;
	}
	vt->last_char = text[n - 1];
	while (n > 0) {
		int last, fits;

		if (vt->is_wrapping)
			wrap(vt);
		last = last_column(vt);
		fits = last + 1 - vt->x;
		/* Without wrapping all that is beyond the last column is written there, one over the other. */
		if (!is_set(vt, MODE_WRAP) && n > (size_t)fits) {
			put_ascii(vt, text, fits, last);
			put_ascii(vt, text + n - 1, 1, last);
			return;
		}
		fits = n < (size_t)fits ? (int)n : fits;
		put_ascii(vt, text, fits, last);
		text += fits;
		n -= (size_t)fits;
	}
}

/* Adds a combining character to the cell before the cursor, or to the one under it while it waits to wrap. */
static void
combine(struct vt *vt, uint32_t ch)
{
	struct row *row = vt_row(vt, vt->y);
	int x = vt->is_wrapping ? vt->x : vt->x - 1;
	struct cluster cluster;
	uint32_t id;
	int n;

	if (x > 0 && row->cells[x].ch & CELL_TAIL)
		x--;
	if (x < 0)
		return;
	n = cell_chars(vt, row->cells[x], cluster.chars);
	if (n == 0 || n == VT_CELL_CHARS)
		return;
	cluster.chars[n] = ch;
	id = pool_intern(vt, &vt->clusters, &cluster);
	if (id == 0)
		return;
	row->cells[x].ch = (row->cells[x].ch & ~CELL_CHAR) | CELL_CLUSTER | id;
	row_touch(row, x + 1);
	vt->is_damaged = true;
}

static void
put_char(struct vt *vt, uint32_t ch, int width)
{
	uint32_t style, flags = vt->is_protecting ? CELL_PROTECTED : 0;
	int last = last_column(vt);
	struct row *row;

	if (vt->is_wrapping || (width == 2 && vt->x == last && is_set(vt, MODE_WRAP) && last > vt->left)) {
		vt->is_wrapping = false;
		if (vt->x == last)
			wrap(vt);
		last = last_column(vt);
	}
	if (vt->x + width - 1 > last)
		return;
	style = style_now(vt);
	if (is_set(vt, MODE_INSERT) && vt->x + width <= last)
		row_insert(vt, vt->y, vt->x, last, width);
	row = vt_row(vt, vt->y);
	row_split(row, vt->x, vt->cols);
	row_split(row, vt->x + width, vt->cols);
	row->cells[vt->x] = (struct cell){ ch | flags | (width == 2 ? CELL_WIDE : 0), style };
	if (width == 2)
		row->cells[vt->x + 1] = (struct cell){ CELL_TAIL | flags, style };
	row_touch(row, vt->x + width);
	if (vt->x + width == vt->cols)
		row->is_wrapped = false;
	vt->is_damaged = true;
	advance(vt, vt->x + width, last);
}

static uint32_t
translate(struct vt *vt, uint32_t ch)
{
	uint8_t set = vt->charsets[vt->single_shift ? vt->single_shift : vt->gl];

	vt->single_shift = 0;
	if (set == CHARSET_GRAPHICS && ch >= 0x5f && ch <= 0x7e)
		return graphics[ch - 0x5f];
	if (set == CHARSET_UK && ch == '#')
		return 0xa3;
	return ch;
}

void
print_char(struct vt *vt, uint32_t ch)
{
	int width;

	if (ch < 0x80)
		ch = translate(vt, ch);
	width = ch < 0x7f ? 1 : vt_char_width(ch);
	if (width == 0) {
		/* C1 characters are neither controls here nor can they be seen. */
		if (ch >= 0xa0)
			combine(vt, ch);
		return;
	}
	vt->last_char = ch;
	put_char(vt, ch, width);
}

/* REP: no more than a screen full, since more cannot be told apart by much and would be work without end. */
void
print_repeat(struct vt *vt, int n)
{
	uint32_t ch = vt->last_char;
	int width = vt_char_width(ch);

	if (ch == 0 || width == 0)
		return;
	n = min_of(n, vt->rows * vt->cols * REPEAT_MAX_SCREENS);
	for (; n > 0; n--)
		put_char(vt, ch, width);
}
