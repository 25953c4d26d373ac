/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and screens: what fills, erases, shifts and scrolls them. All positions that come in are within the screen. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

int
screen_init(struct screen *s, int rows, int cols)
{
	s->top = 0;
	s->rows = calloc((size_t)rows, sizeof *s->rows);
	s->slab = calloc((size_t)rows * cols, sizeof *s->slab);
	if (!s->rows || !s->slab)
		return -ENOMEM;
	for (int y = 0; y < rows; y++) {
		s->rows[y].cells = s->slab + (size_t)y * cols;
		s->rows[y].is_dirty = true;
	}
	return 0;
}

void
screen_release(struct screen *s)
{
	free(s->rows);
	free(s->slab);
	*s = (struct screen){ 0 };
}

void
damage_all(struct vt *vt)
{
	vt->is_damaged = vt->is_all_damaged = true;
}

/* Cells before `end` were written. */
void
row_touch(struct row *row, int end)
{
	row->is_dirty = true;
	if (end > row->used)
		row->used = (uint16_t)end;
}

/*
 * Breaks the wide character that the border before column x goes through: its halves become blanks in the default
 * style.
 */
void
row_split(struct row *row, int x, int cols)
{
	if (x <= 0 || x >= cols || !(row->cells[x].ch & CELL_TAIL))
		return;
	row->cells[x - 1] = row->cells[x] = (struct cell){ 0, 0 };
	row->is_dirty = true;
}

void
row_fill(struct vt *vt, int y, int from, int to, struct cell with)
{
	struct row *row = vt_row(vt, y);

	row_split(row, from, vt->cols);
	row_split(row, to, vt->cols);
	for (int x = from; x < to; x++)
		row->cells[x] = with;
	row_touch(row, to);
	vt->is_damaged = true;
}

/* Erases, with the background that is set. What is blank already is not touched: most of a screen is. */
void
row_erase(struct vt *vt, int y, int from, int to)
{
	struct row *row = vt_row(vt, y);
	struct cell blank = { 0, style_erase(vt) };

	if (blank.style == 0) {
		row->is_dirty = vt->is_damaged = true;
		to = min_of(to, row->used);
		if (from >= to)
			return;
	}
	row_fill(vt, y, from, to, blank);
	if (blank.style == 0 && to == row->used)
		row->used = (uint16_t)from;
}

/* As row_erase(), but characters that are protected stay, and so do colours. */
void
row_erase_selective(struct vt *vt, int y, int from, int to)
{
	struct row *row = vt_row(vt, y);

	for (int x = from; x < to; x++) {
		if (row->cells[x].ch & (CELL_PROTECTED | CELL_TAIL))
			continue;
		if (row->cells[x].ch & CELL_WIDE)
			row_split(row, x + 1, vt->cols);
		row->cells[x].ch = 0;
	}
	row->is_dirty = vt->is_damaged = true;
}

/* Makes room for n cells at x by shifting what follows, up to and with column `right`. */
void
row_insert(struct vt *vt, int y, int x, int right, int n)
{
	struct row *row = vt_row(vt, y);

	n = min_of(n, right + 1 - x);
	row_split(row, x, vt->cols);
	row_split(row, right + 1 - n, vt->cols);
	row_split(row, right + 1, vt->cols);
	memmove(row->cells + x + n, row->cells + x, (size_t)(right + 1 - x - n) * sizeof *row->cells);
	for (int i = x; i < x + n; i++)
		row->cells[i] = (struct cell){ 0, 0 };
	row_touch(row, min_of(row->used + n, right + 1));
	row_erase(vt, y, x, x + n);
}

/* Takes n cells at x away; what follows, up to and with column `right`, moves there, and blanks come behind it. */
void
row_delete(struct vt *vt, int y, int x, int right, int n)
{
	struct row *row = vt_row(vt, y);

	n = min_of(n, right + 1 - x);
	row_split(row, x, vt->cols);
	row_split(row, x + n, vt->cols);
	row_split(row, right + 1, vt->cols);
	memmove(row->cells + x, row->cells + x + n, (size_t)(right + 1 - x - n) * sizeof *row->cells);
	for (int i = right + 1 - n; i <= right; i++)
		row->cells[i] = (struct cell){ 0, 0 };
	row->is_dirty = true;
	row_erase(vt, y, right + 1 - n, right + 1);
}

/* A new row, blank in the default style. */
void
row_clear(struct row *row)
{
	memset(row->cells, 0, row->used * sizeof *row->cells);
	row->used = 0;
	row->is_wrapped = row->is_double = false;
	row->is_dirty = true;
}

void
row_begin_line(struct vt *vt, int y)
{
	if (y > 0)
		vt_row(vt, y - 1)->is_wrapped = false;
	else if (vt->screen == &vt->main)
		vt_history_end_line(&vt->history);
}

/* A row that comes in by scrolling, blank in the background that is set. */
static void
row_renew(struct vt *vt, int y)
{
	row_clear(vt_row(vt, y));
	if (style_erase(vt) != 0)
		row_erase(vt, y, 0, vt->cols);
}

static void
rows_rotate(struct vt *vt, int top, int bottom, int n)
{
	int height = bottom - top + 1;
	struct row kept;

	/* One row at a time: n is small nearly always, and the rows are few bytes. */
	for (; n > 0; n--) {
		kept = *vt_row(vt, top);
		for (int y = top; y < bottom; y++)
			*vt_row(vt, y) = *vt_row(vt, y + 1);
		*vt_row(vt, bottom) = kept;
	}
	for (; n < 0; n++) {
		kept = *vt_row(vt, bottom);
		for (int y = bottom; y > top; y--)
			*vt_row(vt, y) = *vt_row(vt, y - 1);
		*vt_row(vt, top) = kept;
	}
	for (int y = top; y < top + height; y++)
		vt_row(vt, y)->is_dirty = true;
}

/* Between left and right margins cells are copied, rows stay. */
static void
columns_copy(struct vt *vt, int to, int from)
{
	struct row *dst = vt_row(vt, to), *src = vt_row(vt, from);
	size_t n = (size_t)(vt->right + 1 - vt->left);

	row_split(src, vt->left, vt->cols);
	row_split(src, vt->right + 1, vt->cols);
	row_split(dst, vt->left, vt->cols);
	row_split(dst, vt->right + 1, vt->cols);
	memcpy(dst->cells + vt->left, src->cells + vt->left, n * sizeof *dst->cells);
	row_touch(dst, vt->right + 1);
}

static bool
is_full_width(const struct vt *vt)
{
	return vt->left == 0 && vt->right == vt->cols - 1;
}

/* The top row leaves the screen: of the main one it becomes history. The rows become one ring further. */
static void
scroll_screen(struct vt *vt, bool to_history)
{
	if (to_history)
		vt_history_push(vt, &vt->history, vt_row(vt, 0), vt->cols);
	if (++vt->screen->top == vt->rows)
		vt->screen->top = 0;
	row_renew(vt, vt->rows - 1);
	damage_all(vt);
}

void
scroll_up(struct vt *vt, int top, int bottom, int n, bool to_history)
{
	to_history = to_history && top == 0 && vt->screen == &vt->main;
	n = min_of(n, bottom - top + 1);
	vt->is_damaged = true;
	if (!is_full_width(vt)) {
		for (int y = top; y <= bottom - n; y++)
			columns_copy(vt, y, y + n);
		for (int y = bottom + 1 - n; y <= bottom; y++)
			row_erase(vt, y, vt->left, vt->right + 1);
		return;
	}
	if (!to_history)
		row_begin_line(vt, top);
	if (top == 0 && bottom == vt->rows - 1) {
		for (; n > 0; n--)
			scroll_screen(vt, to_history);
		return;
	}
	for (int y = 0; y < n && to_history; y++)
		vt_history_push(vt, &vt->history, vt_row(vt, y), vt->cols);
	rows_rotate(vt, top, bottom, n);
	for (int y = bottom + 1 - n; y <= bottom; y++)
		row_renew(vt, y);
}

void
scroll_down(struct vt *vt, int top, int bottom, int n)
{
	n = min_of(n, bottom - top + 1);
	vt->is_damaged = true;
	if (!is_full_width(vt)) {
		for (int y = bottom; y >= top + n; y--)
			columns_copy(vt, y, y - n);
		for (int y = top; y < top + n; y++)
			row_erase(vt, y, vt->left, vt->right + 1);
		return;
	}
	row_begin_line(vt, top);
	rows_rotate(vt, top, bottom, -n);
	vt_row(vt, bottom)->is_wrapped = false;
	for (int y = top; y < top + n; y++)
		row_renew(vt, y);
}
