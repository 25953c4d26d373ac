/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: that what the terminal holds fits together, and how many bytes it is. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

/* Not assert(3), which NDEBUG takes away. */
static void
expect(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "vt: %s\n", what);
	abort();
}

static void
check_cell(const struct vt *vt, struct cell cell)
{
	uint32_t ch = cell.ch & CELL_CHAR;

	expect(cell.style < vt->styles.n, "a style is in the pool");
	if (cell.ch & CELL_TAIL)
		expect((cell.ch & ~(CELL_TAIL | CELL_PROTECTED)) == 0, "a tail is nothing else");
	else if (cell.ch & CELL_CLUSTER)
		expect(ch > 0 && ch < vt->clusters.n, "a cluster is in the pool");
	else
		expect(ch == 0 || (vt_char_width(ch) == (cell.ch & CELL_WIDE ? 2 : 1)), "a cell is as wide as it says");
}

static void
check_screen(const struct vt *vt, const struct screen *s)
{
	expect(s->top >= 0 && s->top < vt->rows, "the ring begins within");
	for (int y = 0; y < vt->rows; y++) {
		const struct row *row = screen_row(vt, s, y);

		expect(row->used <= vt->cols, "a row is no longer than the screen is wide");
		for (int x = 0; x < vt->cols; x++) {
			bool is_tail = row->cells[x].ch & CELL_TAIL;

			check_cell(vt, row->cells[x]);
			expect(is_tail == (x > 0 && row->cells[x - 1].ch & CELL_WIDE), "halves stand side by side");
			expect(x < row->used || (row->cells[x].ch == 0 && row->cells[x].style == 0),
			       "behind the end is nothing");
		}
		expect(!(row->cells[vt->cols - 1].ch & CELL_WIDE), "no half is beyond the border");
	}
}

static void
check_history(const struct history *h)
{
	size_t lines = 0, bytes = 0;

	for (const struct block *b = h->oldest; b; b = b->next) {
		lines += b->lines;
		bytes += b->size;
		expect(b->used <= b->size - sizeof *b, "a block is not overfull");
		expect(b->next || b == h->newest, "the newest block is the last");
	}
	expect(lines == h->n && bytes == h->bytes, "the blocks hold the rows");
	expect(h->n <= h->max_lines && h->n <= h->index_cap, "there are no more rows than asked for");
}

void
vt_check(const struct vt *vt)
{
	check_screen(vt, &vt->main);
	check_screen(vt, &vt->alternate);
	check_history(&vt->history);
	expect(vt->x >= 0 && vt->x < vt->cols && vt->y >= 0 && vt->y < vt->rows, "the cursor is on the screen");
	expect(vt->top >= 0 && vt->top <= vt->bottom && vt->bottom < vt->rows, "margins are in order");
	expect(vt->left >= 0 && vt->left <= vt->right && vt->right < vt->cols, "margins at the sides are in order");
	expect(vt->parser.string_cap <= 2 * CLIPBOARD_STRING_MAX, "strings are bounded");
	expect(vt->links.bytes <= LINKS_BYTES_MAX, "links are bounded");
}

size_t
vt_memory(const struct vt *vt)
{
	const struct history *h = &vt->history;
	size_t cells = (size_t)vt->rows * vt->cols;
	size_t n = sizeof *vt + 2 * (cells * sizeof(struct cell) + (size_t)vt->rows * sizeof(struct row));

	n += vt->styles.cap * (vt->styles.item_size + 2 * sizeof(uint32_t));
	n += vt->clusters.cap * (vt->clusters.item_size + 2 * sizeof(uint32_t));
	n += h->bytes + h->index_cap * sizeof *h->index + (h->spare ? h->spare->size : 0);
	n += vt->links.bytes + (vt->links.items ? LINKS_MAX * sizeof(char *) : 0) + vt->parser.string_cap;
	for (int i = 0; i < TITLES_MAX; i++)
		n += (vt->titles.window[i] ? strlen(vt->titles.window[i]) + 1 : 0) +
		     (vt->titles.icon[i] ? strlen(vt->titles.icon[i]) + 1 : 0);
	return n;
}
