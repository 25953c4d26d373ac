/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows that have left the screen, packed: a head, the characters as UTF-8 up to the last cell that is not blank,
 * the styles as runs. They lie behind each other in blocks; the oldest ones are dropped when there are too many, or
 * the blocks too large.
 *
 *	struct head, text, runs: { cells (2 bytes), fields (1), the fields }
 *
 * A zero in the text is a cell that nothing was written to. What combines with a cell follows its character, which
 * the width of 0 tells. All is in the machine's own byte order, and copied, since nothing is aligned.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_bulk.h"
#include "tui/vt/vt_impl.h"

enum {
	BLOCK_SIZE = 1 << 16,
	RUN_SIZE_MAX = 2 + 1 + 5 * 4,
	INDEX_FIRST = 256,
};

struct head {
	uint32_t size, text; /* bytes: of the whole row, of its text */
	uint16_t cells;
	uint16_t styled; /* cells up to the last one that is not in the default style: the runs have so many */
	uint32_t flags;
};

enum { FIELD_FG = 1, FIELD_BG = 2, FIELD_UNDERLINE = 4, FIELD_ATTRS = 8, FIELD_LINK = 16 };

void
vt_history_init(struct history *h, size_t lines, size_t bytes)
{
	*h = (struct history){ .max_lines = lines, .max_bytes = bytes };
}

void
vt_history_release(struct history *h)
{
	while (h->oldest) {
		struct block *next = h->oldest->next;

		free(h->oldest);
		h->oldest = next;
	}
	free(h->spare);
	free(h->index);
	h->newest = h->spare = NULL;
	h->index = NULL;
	h->index_cap = h->first = h->n = h->bytes = 0;
}

void
vt_history_clear(struct vt *vt)
{
	long end = vt->history.base + (long)vt->history.n;

	vt_history_release(&vt->history);
	vt->history.base = end;
	vt->generation++;
	vt->is_damaged = true;
}

static void
drop_oldest(struct history *h)
{
	struct block *block = h->oldest;

	h->n--;
	h->base++;
	if (++h->first == h->index_cap)
		h->first = 0;
	if (--block->lines > 0)
		return;
	if (block == h->newest) {
		block->used = 0;
		return;
	}
	h->oldest = block->next;
	h->bytes -= block->size;
	/* A block in reserve: a steady stream then asks for no memory. */
	if (!h->spare && block->size == BLOCK_SIZE)
		h->spare = block;
	else
		free(block);
}

static bool
index_grow(struct history *h)
{
	size_t cap = h->index_cap ? h->index_cap * 2 : INDEX_FIRST;
	uint8_t **index;

	if (cap > h->max_lines)
		cap = h->max_lines;
	index = calloc(cap, sizeof *index);
	if (!index)
		return false;
	for (size_t i = 0; i < h->n; i++)
		index[i] = h->index[(h->first + i) % h->index_cap];
	free(h->index);
	h->index = index;
	h->index_cap = cap;
	h->first = 0;
	return true;
}

static struct block *
block_new(struct history *h, size_t need)
{
	size_t size = need + sizeof(struct block) > BLOCK_SIZE ? need + sizeof(struct block) : BLOCK_SIZE;
	struct block *block = size == BLOCK_SIZE && h->spare ? h->spare : malloc(size);

	if (!block)
		return NULL;
	if (block == h->spare)
		h->spare = NULL;
	*block = (struct block){ .size = (uint32_t)size };
	if (h->newest)
		h->newest->next = block;
	else
		h->oldest = block;
	h->newest = block;
	h->bytes += size;
	return block;
}

/* Room for a row of `need` bytes, and for its place in the index. */
static uint8_t *
reserve(struct history *h, size_t need)
{
	struct block *block = h->newest;

	while (h->n > 0 && h->n >= h->max_lines)
		drop_oldest(h);
	if (h->n == h->index_cap && !index_grow(h))
		return NULL;
	if (block && block->size - sizeof *block - block->used >= need)
		return block->data + block->used;
	block = block_new(h, need);
	if (!block)
		return NULL;
	/* The newest block stays, since the row is to be in it. */
	while (h->n > 0 && h->bytes > h->max_bytes && h->oldest != block)
		drop_oldest(h);
	/* A block that had been emptied while it was the newest one. */
	while (h->oldest != block && h->oldest->lines == 0) {
		struct block *empty = h->oldest;

		h->oldest = empty->next;
		h->bytes -= empty->size;
		free(empty);
	}
	return block->data;
}

static uint8_t *
put(uint8_t *to, const void *from, size_t n)
{
	memcpy(to, from, n);
	return to + n;
}

static uint8_t *
pack_text(const struct vt *vt, const struct cell *cells, int n, uint8_t *to)
{
	for (int x = 0; x < n; x++) {
		struct cell cell = cells[x];

		if ((cell.ch & ~CELL_PROTECTED) < 0x80) {
			*to++ = (uint8_t)cell.ch;
		} else if (!(cell.ch & CELL_TAIL)) {
			uint32_t chars[VT_CELL_CHARS];
			int len = cell_chars(vt, cell, chars);

			if (len == 0)
				*to++ = 0;
			for (int i = 0; i < len; i++)
				to += utf8_write(chars[i], (char *)to);
		}
	}
	return to;
}

static uint8_t *
pack_run(const struct vt_style *style, int n, uint8_t *to)
{
	const uint16_t cells = (uint16_t)n;
	uint8_t fields = (uint8_t)((style->fg ? FIELD_FG : 0) | (style->bg ? FIELD_BG : 0) |
				   (style->underline ? FIELD_UNDERLINE : 0) | (style->attrs ? FIELD_ATTRS : 0) |
				   (style->link ? FIELD_LINK : 0));

	to = put(to, &cells, sizeof cells);
	*to++ = fields;
	if (fields & FIELD_FG)
		to = put(to, &style->fg, 4);
	if (fields & FIELD_BG)
		to = put(to, &style->bg, 4);
	if (fields & FIELD_UNDERLINE)
		to = put(to, &style->underline, 4);
	if (fields & FIELD_ATTRS)
		to = put(to, &style->attrs, 4);
	if (fields & FIELD_LINK)
		to = put(to, &style->link, 4);
	return to;
}

static uint8_t *
pack_styles(const struct vt *vt, const struct cell *cells, int n, uint8_t *to)
{
	int x = 0, end;

	for (; x < n; x = end) {
		for (end = x + 1; end < n && cells[end].style == cells[x].style; end++)
			;
		to = pack_run(style_at(vt, cells[x].style), end - x, to);
	}
	return to;
}

/* The most that a row may need, without looking for what combines in each of its cells. */
static size_t
size_limit(const struct cell *cells, int n)
{
	size_t size = sizeof(struct head) + (size_t)n * 4;

	for (int x = 0; x < n; x++)
		size += (cells[x].ch & CELL_CLUSTER ? (VT_CELL_CHARS - 1) * 4 : 0) +
			(x == 0 || cells[x].style != cells[x - 1].style ? RUN_SIZE_MAX : 0);
	return size;
}

/* A row of so many bytes has been written where reserve() said. */
static void
settle(struct history *h, uint8_t *start, uint32_t size)
{
	size_t at = h->first + h->n;

	h->newest->used += size;
	h->newest->lines++;
	h->index[at < h->index_cap ? at : at - h->index_cap] = start;
	h->n++;
}

/* Most rows: text of ASCII in the default style. */
static void
push_plain(struct history *h, const struct cell *cells, int n, unsigned flags)
{
	const struct head head = {
		.size = (uint32_t)(sizeof head + (size_t)n),
		.text = (uint32_t)n,
		.cells = (uint16_t)n,
		.flags = flags,
	};
	uint8_t *start = reserve(h, head.size);

	if (!start)
		return;
	put(start, &head, sizeof head);
	cells_get_ascii(cells, start + sizeof head, n);
	settle(h, start, head.size);
}

void
vt_history_push(struct vt *vt, struct history *h, const struct row *row, int cols)
{
	struct head head = { .flags = row_flags(row) };
	int n = min_of(row->used, cols), styled;
	uint8_t *start, *to;

	if (h->max_lines == 0)
		return;
	while (n > 0 && row->cells[n - 1].ch == 0 && row->cells[n - 1].style == 0)
		n--;
	if (cells_are_plain(row->cells, n)) {
		push_plain(h, row->cells, n, head.flags);
		return;
	}
	for (styled = n; styled > 0 && row->cells[styled - 1].style == 0;)
		styled--;
	start = reserve(h, size_limit(row->cells, n));
	if (!start)
		return;
	to = pack_text(vt, row->cells, n, start + sizeof head);
	head.text = (uint32_t)(to - start - sizeof head);
	to = pack_styles(vt, row->cells, styled, to);
	head.size = (uint32_t)(to - start);
	head.cells = (uint16_t)n;
	head.styled = (uint16_t)styled;
	put(start, &head, sizeof head);
	settle(h, start, head.size);
}

bool
vt_history_copy(struct history *h, const struct history *from, size_t i, int cols)
{
	const uint8_t *row = from->index[(from->first + i) % from->index_cap];
	struct head head;
	uint8_t *start;

	memcpy(&head, row, sizeof head);
	if (head.flags & VT_ROW_WRAPPED || head.cells > cols)
		return false;
	start = reserve(h, head.size);
	if (!start)
		return true;
	put(start, row, head.size);
	settle(h, start, head.size);
	return true;
}

unsigned
vt_history_flags(const struct history *h, size_t i)
{
	struct head head;

	memcpy(&head, h->index[(h->first + i) % h->index_cap], sizeof head);
	return head.flags;
}

void
vt_history_end_line(struct history *h)
{
	struct head head;
	uint8_t *row;

	if (h->n == 0)
		return;
	row = h->index[(h->first + h->n - 1) % h->index_cap];
	memcpy(&head, row, sizeof head);
	head.flags &= ~(uint32_t)VT_ROW_WRAPPED;
	put(row, &head, sizeof head);
}

static const uint8_t *
unpack_run(const uint8_t *p, int *ret_n, struct vt_style *ret)
{
	uint32_t *const fields[] = { &ret->fg, &ret->bg, &ret->underline, &ret->attrs, &ret->link };
	uint16_t cells;
	uint8_t which;

	*ret = (struct vt_style){ 0 };
	memcpy(&cells, p, sizeof cells);
	*ret_n = cells;
	which = p[2];
	p += 3;
	for (int i = 0; i < 5; i++)
		if (which >> i & 1) {
			memcpy(fields[i], p, 4);
			p += 4;
		}
	return p;
}

/* Characters of the row into cells that are blank; returns where the styles are. */
static const uint8_t *
unpack_text(const uint8_t *text, uint32_t len, struct vt_cell *cells, int n)
{
	const uint8_t *end = text + len;
	int x = -1, next = 0, combined = 0;

	while (text < end) {
		uint32_t ch = 0;
		int width = 1;

		if (*text)
			text += utf8_read((const char *)text, (size_t)(end - text), &ch);
		else
			text++;
		if (ch >= 0x7f)
			width = vt_char_width(ch);
		if (width == 0) {
			if (x >= 0 && next <= n && combined < VT_CELL_CHARS - 1)
				cells[x].chars[++combined] = ch;
			continue;
		}
		x = next;
		next += width;
		combined = 0;
		/* Of a wide character at the border of what is asked for, there is nothing. */
		if (next > n)
			continue;
		cells[x].chars[0] = ch;
		cells[x].width = (uint8_t)width;
		if (width == 2)
			cells[x + 1].width = 0;
	}
	return end;
}

int
vt_history_read(const struct history *h, size_t i, struct vt_cell *cells, int n, unsigned *ret_flags)
{
	const uint8_t *p = h->index[(h->first + i) % h->index_cap];
	struct head head;
	int x = 0;

	memcpy(&head, p, sizeof head);
	*ret_flags = head.flags;
	for (int k = 0; k < n; k++)
		cells[k] = (struct vt_cell){ .width = 1 };
	p = unpack_text(p + sizeof head, head.text, cells, n);
	while (x < head.styled) {
		struct vt_style style;
		int run;

		p = unpack_run(p, &run, &style);
		for (int end = x + run; x < end; x++)
			if (x < n)
				cells[x].style = style;
	}
	return head.cells;
}
