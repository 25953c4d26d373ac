/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for people: what lies between two places, the word and the line at one. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

enum { LINE_ROWS_MAX = 1000 }; /* a line may be the whole history; nobody wants that selected by accident */

struct text {
	char *bytes;
	size_t len, cap;
	bool has_failed;
};

static void
append(struct text *t, const char *bytes, size_t n)
{
	if (t->has_failed)
		return;
	if (t->len + n + 1 > t->cap) {
		size_t cap = (t->len + n + 1) * 2;
		char *more = realloc(t->bytes, cap);

		if (!more) {
			t->has_failed = true;
			return;
		}
		t->bytes = more;
		t->cap = cap;
	}
	memcpy(t->bytes + t->len, bytes, n);
	t->len += n;
	t->bytes[t->len] = '\0';
}

/* Cells from..to of a row. Nothing in a cell reads as a blank; those at the end only where the row goes on. */
static void
append_cells(struct text *t, const struct vt_cell *cells, int from, int to, bool goes_on)
{
	if (!goes_on)
		while (to > from && cells[to - 1].width == 1 &&
		       (cells[to - 1].chars[0] == 0 || cells[to - 1].chars[0] == ' '))
			to--;
	for (int x = from; x < to; x++) {
		char buf[VT_CELL_CHARS * 4];
		size_t n = 0;

		if (cells[x].width == 0)
			continue;
		if (!cells[x].chars[0])
			buf[n++] = ' ';
		for (int i = 0; i < VT_CELL_CHARS && cells[x].chars[i]; i++)
			n += utf8_write(cells[x].chars[i], buf + n);
		append(t, buf, n);
	}
}

static bool
is_before(struct vt_place a, struct vt_place b)
{
	return a.line < b.line || (a.line == b.line && a.col < b.col);
}

static void
order(struct vt_place *from, struct vt_place *to, bool block)
{
	if (is_before(*to, *from)) {
		struct vt_place kept = *from;

		*from = *to;
		*to = kept;
	}
	if (block && to->col < from->col) {
		int col = from->col;

		from->col = to->col;
		to->col = col;
	}
}

char *
vt_text(const struct vt *vt, struct vt_place from, struct vt_place to, bool block, size_t *ret_n)
{
	struct vt_cell *cells = malloc((size_t)vt->cols * sizeof *cells);
	struct text text = { 0 };
	long end = vt_screen_line(vt) + vt->rows - 1;

	order(&from, &to, block);
	if (from.line < vt_first_line(vt))
		from = (struct vt_place){ vt_first_line(vt), block ? from.col : 0 };
	if (to.line > end)
		to = (struct vt_place){ end, block ? to.col : vt->cols - 1 };
	append(&text, "", 0);
	for (long line = from.line; cells && line <= to.line; line++) {
		int first = block || line == from.line ? clamp(from.col, 0, vt->cols) : 0;
		int last = block || line == to.line ? clamp(to.col + 1, 0, vt->cols) : vt->cols;
		unsigned flags;

		vt_row_read(vt, line, cells, vt->cols, &flags);
		/* Half of a wide character at the border is the whole of it. */
		if (first > 0 && first < vt->cols && cells[first].width == 0)
			first--;
		bool goes_on = !block && flags & VT_ROW_WRAPPED && line < to.line;

		/* Where a wide character found no room in the last column, the row has nothing there. */
		if (goes_on && last == vt->cols && cells[last - 1].chars[0] == 0 && cells[last - 1].width == 1)
			last--;
		append_cells(&text, cells, first, max_of(first, last), goes_on);
		if (line < to.line && !goes_on)
			append(&text, "\n", 1);
	}
	if (!cells || text.has_failed) {
		free(text.bytes);
		text.bytes = NULL;
		text.len = 0;
	}
	free(cells);
	if (ret_n)
		*ret_n = text.len;
	return text.bytes;
}

static bool
is_wrapped(const struct vt *vt, long line)
{
	unsigned flags;

	return vt_row_read(vt, line, NULL, 0, &flags) && flags & VT_ROW_WRAPPED;
}

void
vt_line_at(const struct vt *vt, struct vt_place at, struct vt_place *ret_from, struct vt_place *ret_to)
{
	*ret_from = (struct vt_place){ at.line, 0 };
	*ret_to = (struct vt_place){ at.line, vt->cols - 1 };
	for (int n = 0; n < LINE_ROWS_MAX && is_wrapped(vt, ret_from->line - 1); n++)
		ret_from->line--;
	for (int n = 0; n < LINE_ROWS_MAX && is_wrapped(vt, ret_to->line); n++)
		ret_to->line++;
}

/* True if the cell belongs to a word. */
static bool
is_word(const struct vt *vt, struct vt_place at, const char *extra, struct vt_cell *cells)
{
	uint32_t ch;

	vt_row_read(vt, at.line, cells, vt->cols, NULL);
	if (at.col > 0 && cells[at.col].width == 0)
		at.col--;
	ch = cells[at.col].chars[0];
	if (ch == 0 || ch == ' ' || ch == 0xa0 || ch == 0x3000)
		return false;
	for (const char *p = extra ? extra : ""; *p;) {
		uint32_t other;

		p += utf8_read(p, strlen(p), &other);
		if (other == ch)
			return false;
	}
	return true;
}

/* The cell before (or after) in the line, over the borders of its rows; false at the line's end. */
static bool
step(const struct vt *vt, struct vt_place *at, int by)
{
	int col = at->col + by;

	if (col >= 0 && col < vt->cols) {
		at->col = col;
		return true;
	}
	if (!is_wrapped(vt, by < 0 ? at->line - 1 : at->line))
		return false;
	at->line += by;
	at->col = by < 0 ? vt->cols - 1 : 0;
	return true;
}

void
vt_word_at(const struct vt *vt, struct vt_place at, const char *extra, struct vt_place *ret_from,
	   struct vt_place *ret_to)
{
	struct vt_cell *cells = malloc((size_t)vt->cols * sizeof *cells);
	int most = 4 * vt->cols;

	at.col = clamp(at.col, 0, vt->cols - 1);
	*ret_from = *ret_to = at;
	if (cells && is_word(vt, at, extra, cells)) {
		struct vt_place next = at;

		for (int n = 0; n < most && step(vt, &next, -1) && is_word(vt, next, extra, cells); n++)
			*ret_from = next;
		next = at;
		for (int n = 0; n < most && step(vt, &next, 1) && is_word(vt, next, extra, cells); n++)
			*ret_to = next;
	}
	free(cells);
}
