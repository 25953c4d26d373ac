/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sequences on rectangles: top, left, bottom and right are arguments that count from 1, in origin mode from the
 * margins on.
 */
#include "config.h"

#include <string.h>

#include "tui/vt/vt_impl.h"

struct rect {
	int top, left, bottom, right; /* both within the screen */
};

/* The rectangle in the four arguments from `first` on; false if it is empty. */
static bool
rect_read(const struct vt *vt, int first, struct rect *ret)
{
	bool origin = is_set(vt, MODE_ORIGIN);
	int y = origin ? vt->top : 0, x = origin ? vt->left : 0;
	int last_y = origin ? vt->bottom : vt->rows - 1, last_x = origin ? vt->right : vt->cols - 1;

	ret->top = arg(vt, first, 1) - 1 + y;
	ret->left = arg(vt, first + 1, 1) - 1 + x;
	ret->bottom = min_of(arg(vt, first + 2, VT_ROWS_MAX) - 1 + y, last_y);
	ret->right = min_of(arg(vt, first + 3, VT_COLS_MAX) - 1 + x, last_x);
	return ret->top <= ret->bottom && ret->left <= ret->right;
}

void
rect_fill(struct vt *vt)
{
	struct rect r;
	int ch = arg(vt, 0, 0);

	/* Only graphic characters fill, of the eight bits that DEC knew. */
	if (!rect_read(vt, 1, &r) || !((ch >= 0x20 && ch < 0x7f) || (ch >= 0xa0 && ch < 0x100)))
		return;
	for (int y = r.top; y <= r.bottom; y++)
		row_fill(vt, y, r.left, r.right + 1,
			 (struct cell){ (uint32_t)ch | (vt->is_protecting ? CELL_PROTECTED : 0), style_now(vt) });
}

void
rect_erase(struct vt *vt)
{
	struct rect r;

	if (!rect_read(vt, 0, &r))
		return;
	for (int y = r.top; y <= r.bottom; y++)
		row_erase(vt, y, r.left, r.right + 1);
}

void
rect_erase_selective(struct vt *vt)
{
	struct rect r;

	if (!rect_read(vt, 0, &r))
		return;
	/* What ISO 6429 protects is not protected from this. */
	for (int y = r.top; y <= r.bottom; y++)
		if (vt->is_protection_iso)
			row_erase(vt, y, r.left, r.right + 1);
		else
			row_erase_selective(vt, y, r.left, r.right + 1);
}

void
rect_copy(struct vt *vt)
{
	struct rect from, to;
	int height, width, down;

	if (!rect_read(vt, 0, &from))
		return;
	/* Arguments: the source, its page, the place of the copy, its page. */
	to.top = arg(vt, 5, 1) - 1 + (is_set(vt, MODE_ORIGIN) ? vt->top : 0);
	to.left = arg(vt, 6, 1) - 1 + (is_set(vt, MODE_ORIGIN) ? vt->left : 0);
	height = min_of(from.bottom - from.top + 1, vt->rows - to.top);
	width = min_of(from.right - from.left + 1, vt->cols - to.left);
	if (height <= 0 || width <= 0)
		return;
	down = to.top > from.top;
	for (int i = 0; i < height; i++) {
		int at = down ? height - 1 - i : i;
		struct row *src = vt_row(vt, from.top + at), *dst = vt_row(vt, to.top + at);

		row_split(src, from.left, vt->cols);
		row_split(src, from.left + width, vt->cols);
		row_split(dst, to.left, vt->cols);
		row_split(dst, to.left + width, vt->cols);
		memmove(dst->cells + to.left, src->cells + from.left, (size_t)width * sizeof *dst->cells);
		row_touch(dst, to.left + width);
	}
	vt->is_damaged = true;
}

/* SGR on the cells from..to of a row, or (`reverse`) the other way round of what it would set. */
static void
change_row(struct vt *vt, int y, int from, int to, bool reverse)
{
	for (int x = from; x < to; x++) {
		struct vt_style style = *style_at(vt, vt_row(vt, y)->cells[x].style);
		uint32_t id;

		if (reverse) {
			struct vt_style flip = { 0 };

			sgr_apply(vt, 4, &flip);
			style.attrs ^= flip.attrs;
		} else {
			sgr_apply(vt, 4, &style);
		}
		id = pool_intern(vt, &vt->styles, &style);
		vt_row(vt, y)->cells[x].style = id;
	}
	row_touch(vt_row(vt, y), to);
}

/* The extent is a stream of cells from the first corner to the last, or (DECSACE 2) the rectangle. */
static void
change(struct vt *vt, bool reverse)
{
	struct rect r;

	if (!rect_read(vt, 0, &r))
		return;
	for (int y = r.top; y <= r.bottom; y++) {
		bool is_rect = vt->change_extent == 2;
		int from = is_rect || y == r.top ? r.left : 0;

		change_row(vt, y, from, is_rect || y == r.bottom ? r.right + 1 : vt->cols, reverse);
	}
	vt->is_damaged = true;
}

void
rect_change_attributes(struct vt *vt)
{
	change(vt, false);
}

void
rect_reverse_attributes(struct vt *vt)
{
	change(vt, true);
}

/* DECRQCRA lets a program read the screen, others' text on it too: so it is for tests alone. */
void
rect_checksum(struct vt *vt)
{
	struct rect r;
	unsigned sum = 0;

	if (!(vt->options & VT_TEST_REPORTS) || !rect_read(vt, 2, &r))
		return;
	for (int y = r.top; y <= r.bottom; y++)
		for (int x = r.left; x <= r.right; x++) {
			uint32_t chars[VT_CELL_CHARS];

			cell_chars(vt, vt_row(vt, y)->cells[x], chars);
			sum += chars[0] ? chars[0] : ' ';
		}
	reply(vt, "\033P%d!~%04X\033\\", arg(vt, 0, 0), sum & 0xffff);
}
