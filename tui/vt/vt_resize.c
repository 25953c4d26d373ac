/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another size. The rows of the history and of the main screen are given out again, one after the other: those that
 * were wrapped are joined, and wrapped at the new width. The last ones stay in a ring that becomes the screen; what
 * falls out of it becomes history.
 *
 * The top of the screen stays where it was if it can. It moves up, so that history comes back, where the screen was
 * full and has become larger; it moves down where there would be no room for the cursor, or for what was written.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

struct reflow {
	struct vt *vt;
	int rows, cols;	      /* the new ones */
	struct screen ring;   /* as many rows, the first `n` of them in use */
	struct history history;
	struct vt_cell *cells; /* one row, as wide as any before or after */
	int n;
	long total;  /* rows given out, since they go to the ring */
	bool is_direct; /* they go straight to the history: enough others follow to fill the screen */
	bool is_open;
	int x;		 /* the column in the row that is open */
	struct vt_style style; /* the last one looked up, and its number */
	uint32_t style_id;
	long top, cursor_row; /* where the old screen's top and the cursor are among the rows given out */
	int cursor_x;
};

static struct row *
ring_row(const struct reflow *r, int y)
{
	return &r->ring.rows[(r->ring.top + y) % r->rows];
}

static struct row *
open_row(const struct reflow *r)
{
	return ring_row(r, r->is_direct ? 0 : r->n - 1);
}

static void
push(struct reflow *r, struct row *row)
{
	vt_history_push(r->vt, &r->history, row, r->cols);
	row_clear(row);
}

static void
close_direct(struct reflow *r)
{
	if (r->is_direct && r->is_open)
		push(r, open_row(r));
	r->is_open = false;
}

static void
next_row(struct reflow *r)
{
	r->x = 0;
	if (r->is_direct) {
		close_direct(r);
	} else {
		if (r->n == r->rows) {
			push(r, ring_row(r, 0));
			r->ring.top = (r->ring.top + 1) % r->rows;
		} else {
			r->n++;
		}
		r->total++;
	}
	r->is_open = true;
}

static void
place(struct reflow *r, const struct vt_cell *cell, int width)
{
	struct row *row = open_row(r);
	struct cell *to = &row->cells[r->x];
	struct cluster cluster;

	/* In two steps: each number has to stand in a cell before another is asked for, see pool_intern(). */
	if (memcmp(&cell->style, &r->style, sizeof r->style) != 0 || !r->vt->is_style_known) {
		r->style = cell->style;
		r->vt->is_style_known = true;
		r->style_id = pool_intern(r->vt, &r->vt->styles, &r->style);
	}
	*to = (struct cell){ cell->chars[0], r->style_id };
	if (cell->chars[0] && cell->chars[1]) {
		memcpy(cluster.chars, cell->chars, sizeof cluster.chars);
		uint32_t id = pool_intern(r->vt, &r->vt->clusters, &cluster);
		if (id)
			to->ch = CELL_CLUSTER | id;
	}
	if (cell->is_protected)
		to->ch |= CELL_PROTECTED;
	if (width == 2) {
		to[1] = (struct cell){ CELL_TAIL | (to->ch & CELL_PROTECTED), to->style };
		to->ch |= CELL_WIDE;
	}
	row_touch(row, r->x + width);
	r->x += width;
}

/* One row as it was; `cursor` is the column of the cursor in it, or -1. */
static void
give_out(struct reflow *r, int used, bool is_new, unsigned flags, int cursor)
{
	if (is_new || !r->is_open)
		next_row(r);
	/* Blanks at the end are no reason for another row. */
	while (used > 0 && used > r->cols && r->cells[used - 1].chars[0] == 0 && r->cells[used - 1].width == 1)
		used--;
	for (int x = 0; x < used; x++) {
		struct vt_cell *cell = &r->cells[x];
		int width = cell->width;

		if (width == 0)
			continue;
		if (width > r->cols) {
			*cell = (struct vt_cell){ .width = 1, .style = cell->style };
			width = 1;
		}
		if (r->x + width > r->cols) {
			open_row(r)->is_wrapped = true;
			next_row(r);
		}
		if (cursor >= x && cursor < x + width) {
			r->cursor_row = r->total - 1;
			r->cursor_x = r->x;
		}
		place(r, cell, width);
	}
	if (cursor >= used) {
		r->cursor_row = r->total - 1;
		r->cursor_x = min_of(r->x + cursor - used, r->cols - 1);
	}
	if (flags & VT_ROW_DOUBLE_WIDTH)
		open_row(r)->is_double = true;
}

/* How many rows of the history may not go straight to the new one: they may be needed on the screen. */
static size_t
rows_to_keep(const struct history *h, int rows)
{
	size_t kept = 0;

	while (kept < h->n && rows > 0)
		rows -= !(vt_history_flags(h, h->n - ++kept) & VT_ROW_WRAPPED);
	/* Up to the start of a line. */
	while (kept < h->n && vt_history_flags(h, h->n - kept - 1) & VT_ROW_WRAPPED)
		kept++;
	return kept;
}

static bool
reflow_history(struct reflow *r)
{
	const struct history *h = &r->vt->history;
	size_t direct = h->n - rows_to_keep(h, r->rows);
	bool is_new = true;

	r->is_direct = true;
	for (size_t i = 0; i < h->n; i++) {
		unsigned flags;
		int used;

		if (i == direct) {
			close_direct(r);
			r->is_direct = false;
		}
		if (r->is_direct && is_new) {
			close_direct(r);
			if (vt_history_copy(&r->history, h, i, r->cols))
				continue;
		}
		used = vt_history_read(h, i, r->cells, max_of(VT_COLS_MAX, r->cols), &flags);
		give_out(r, used, is_new, flags, -1);
		is_new = !(flags & VT_ROW_WRAPPED);
	}
	close_direct(r);
	r->is_direct = false;
	r->is_open = !is_new && r->total > 0;
	return is_new;
}

/* Cells of a row of the main screen that say something. */
static int
row_length(const struct row *row)
{
	int n = row->used;

	while (n > 0 && row->cells[n - 1].ch == 0 && row->cells[n - 1].style == 0)
		n--;
	return n;
}

static void
reflow_screen(struct reflow *r, int cursor_x, int cursor_y, bool is_new)
{
	struct vt *vt = r->vt;
	int rows = vt->rows;

	while (rows > cursor_y + 1 && row_length(screen_row(vt, &vt->main, rows - 1)) == 0)
		rows--;
	for (int y = 0; y < rows; y++) {
		const struct row *row = screen_row(vt, &vt->main, y);
		int used = row_length(row);

		for (int x = 0; x < used; x++)
			cell_export(vt, row->cells[x], &r->cells[x]);
		if (y == 0)
			r->top = is_new || !r->is_open ? r->total : r->total - 1;
		give_out(r, used, is_new, row->is_double ? VT_ROW_DOUBLE_WIDTH : 0, y == cursor_y ? cursor_x : -1);
		is_new = !row->is_wrapped;
		if (row->is_wrapped && y == rows - 1)
			open_row(r)->is_wrapped = true;
	}
	/* The screen was full: it is filled from the history again. */
	if (rows == vt->rows)
		r->top = r->total - r->rows;
}

/* The ring becomes the screen, with its top where it belongs; returns the rows that went to the history on the way. */
static long
settle(struct reflow *r)
{
	long first = r->total - r->n;
	long top = r->top;

	if (top < first)
		top = first;
	if (top < r->cursor_row - r->rows + 1)
		top = r->cursor_row - r->rows + 1;
	if (top > r->cursor_row)
		top = r->cursor_row;
	for (long i = first; i < top; i++) {
		push(r, ring_row(r, 0));
		r->ring.top = (r->ring.top + 1) % r->rows;
		r->n--;
	}
	return top;
}

static void
alternate_copy(const struct vt *vt, int rows, int cols, struct screen *ret)
{
	for (int y = 0; y < min_of(rows, vt->rows); y++) {
		const struct row *from = screen_row(vt, &vt->alternate, y);
		int n = min_of(cols, from->used);

		memcpy(ret->rows[y].cells, from->cells, (size_t)n * sizeof *from->cells);
		ret->rows[y].used = (uint16_t)n;
		ret->rows[y].is_wrapped = from->is_wrapped && cols == vt->cols;
		if (n > 0 && n < from->used && from->cells[n].ch & CELL_TAIL)
			ret->rows[y].cells[n - 1].ch = 0;
	}
}

static void
cursor_clamp(struct vt *vt, struct saved *saved)
{
	saved->x = min_of(saved->x, vt->cols - 1);
	saved->y = min_of(saved->y, vt->rows - 1);
}

static void
replace(struct vt *vt, struct reflow *r, struct screen *alternate)
{
	bool is_main = vt->screen == &vt->main;
	bool is_other_width = r->cols != vt->cols;
	long top = settle(r);
	bool was_wrapping = is_main ? vt->is_wrapping : vt->saved[0].is_wrapping;
	int x = r->cursor_x, y = (int)(r->cursor_row - top);

	screen_release(&vt->main);
	screen_release(&vt->alternate);
	vt_history_release(&vt->history);
	vt->main = r->ring;
	vt->alternate = *alternate;
	vt->history = r->history;
	vt->rows = r->rows;
	vt->cols = r->cols;
	vt->generation += is_other_width;
	/* The cursor that waited to wrap still does, or stands behind its character. */
	if (was_wrapping && x < r->cols - 1) {
		was_wrapping = false;
		x++;
	}
	cursor_clamp(vt, &vt->saved[0]);
	cursor_clamp(vt, &vt->saved[1]);
	if (is_main) {
		vt->x = x;
		vt->y = y;
		vt->is_wrapping = was_wrapping;
	} else {
		vt->saved[0].x = x;
		vt->saved[0].y = y;
		vt->saved[0].is_wrapping = was_wrapping;
		vt->x = min_of(vt->x, vt->cols - 1);
		vt->y = min_of(vt->y, vt->rows - 1);
		vt->is_wrapping = vt->is_wrapping && !is_other_width;
	}
	margins_reset(vt);
	damage_all(vt);
}

int
vt_resize(struct vt *vt, int rows, int cols)
{
	struct reflow r = { .vt = vt, .rows = clamp(rows, 1, VT_ROWS_MAX), .cols = clamp(cols, 1, VT_COLS_MAX) };
	struct screen alternate = { 0 };
	bool is_main = vt->screen == &vt->main;
	bool is_new;

	if (r.rows == vt->rows && r.cols == vt->cols)
		return 0;
	r.cells = malloc(VT_COLS_MAX * sizeof *r.cells);
	if (!r.cells || screen_init(&r.ring, r.rows, r.cols) < 0 || screen_init(&alternate, r.rows, r.cols) < 0) {
		free(r.cells);
		screen_release(&r.ring);
		screen_release(&alternate);
		return -ENOMEM;
	}
	vt_history_init(&r.history, vt->history.max_lines, vt->history.max_bytes);
	r.history.base = vt->history.base;
	vt->more_cells = r.ring.slab;
	vt->more_cells_len = (size_t)r.rows * r.cols;
	vt->is_style_known = false;
	is_new = reflow_history(&r);
	reflow_screen(&r, is_main ? vt->x : vt->saved[0].x, is_main ? vt->y : vt->saved[0].y, is_new);
	/* Not before: a copy's numbers would have grown stale. */
	alternate_copy(vt, r.rows, r.cols, &alternate);
	vt->more_cells = NULL;
	vt->more_cells_len = 0;
	replace(vt, &r, &alternate);
	vt->is_style_known = false;
	free(r.cells);
	return 0;
}
