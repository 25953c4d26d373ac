/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Search in screen and history: literally, so that no text can make it slow, and line by line, as they were before they
 * were wrapped. Lines of more rows than a limit are searched in parts.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

enum { PATTERN_MAX = 256, PART_ROWS = 64 };

struct spot {
	uint32_t ch;
	long line;
	int col, width;
};

struct search {
	const struct vt *vt;
	uint32_t pattern[PATTERN_MAX];
	int n;
	bool any_case;
	struct vt_cell *cells;
	struct spot *spots; /* the characters of a line */
	int spots_len;
	long first, last; /* its rows */
};

/* Lower case of the letters of Latin, Greek and Cyrillic: no locale is asked. */
static uint32_t
fold(uint32_t ch)
{
	if ((ch >= 'A' && ch <= 'Z') || (ch >= 0xc0 && ch <= 0xde && ch != 0xd7) || (ch >= 0x391 && ch <= 0x3a9) ||
	    (ch >= 0x410 && ch <= 0x42f))
		return ch + 0x20;
	if (ch >= 0x400 && ch <= 0x40f)
		return ch + 0x50;
	if (ch >= 0x100 && ch <= 0x177 && ch != 0x130 && ch != 0x131 && (ch <= 0x137 || ch >= 0x14a))
		return ch | 1;
	return ch;
}

static bool
goes_on(const struct vt *vt, long line)
{
	unsigned flags;

	return vt_row_read(vt, line, NULL, 0, &flags) && flags & VT_ROW_WRAPPED;
}

/* The line that a row is part of. */
static void
read_line(struct search *s, long line)
{
	const struct vt *vt = s->vt;

	s->first = s->last = line;
	while (s->first % PART_ROWS && goes_on(vt, s->first - 1))
		s->first--;
	while ((s->last + 1) % PART_ROWS && goes_on(vt, s->last))
		s->last++;
	s->spots_len = 0;
	for (long y = s->first; y <= s->last; y++) {
		vt_row_read(vt, y, s->cells, vt->cols, NULL);
		for (int x = 0; x < vt->cols; x++) {
			uint32_t ch = s->cells[x].chars[0] ? s->cells[x].chars[0] : ' ';

			if (s->cells[x].width > 0)
				s->spots[s->spots_len++] =
					(struct spot){ s->any_case ? fold(ch) : ch, y, x, s->cells[x].width };
		}
	}
}

static bool
matches(const struct search *s, int at)
{
	for (int i = 0; i < s->n; i++)
		if (s->spots[at + i].ch != s->pattern[i])
			return false;
	return true;
}

static bool
is_after(const struct spot *spot, struct vt_place place)
{
	return spot->line > place.line || (spot->line == place.line && spot->col > place.col);
}

static bool
is_before(const struct spot *spot, struct vt_place place)
{
	return spot->line < place.line || (spot->line == place.line && spot->col < place.col);
}

/* The first (or last) place in this line, on the right side of `from`. */
static bool
search_line(const struct search *s, struct vt_place from, bool backward, struct vt_place *ret_from,
	    struct vt_place *ret_to)
{
	int found = -1;

	for (int i = 0; i + s->n <= s->spots_len; i++) {
		if (!(backward ? is_before(&s->spots[i], from) : is_after(&s->spots[i], from)) || !matches(s, i))
			continue;
		found = i;
		if (!backward)
			break;
	}
	if (found < 0)
		return false;
	*ret_from = (struct vt_place){ s->spots[found].line, s->spots[found].col };
	found += s->n - 1;
	*ret_to = (struct vt_place){ s->spots[found].line, s->spots[found].col + s->spots[found].width - 1 };
	return true;
}

static bool
search_all(struct search *s, struct vt_place from, bool backward, struct vt_place *ret_from, struct vt_place *ret_to)
{
	long first = vt_first_line(s->vt), last = vt_screen_line(s->vt) + s->vt->rows - 1;
	long line = from.line < first ? first : from.line > last ? last : from.line;

	while (line >= first && line <= last) {
		read_line(s, line);
		if (search_line(s, from, backward, ret_from, ret_to))
			return true;
		line = backward ? s->first - 1 : s->last + 1;
	}
	return false;
}

bool
vt_search(const struct vt *vt, const char *text, struct vt_place from, unsigned flags, struct vt_place *ret_from,
	  struct vt_place *ret_to)
{
	struct search s = { .vt = vt, .any_case = flags & VT_SEARCH_ANY_CASE };
	size_t len = strlen(text);
	bool found = false;

	while (len > 0 && s.n < PATTERN_MAX) {
		size_t n = utf8_read(text, len, &s.pattern[s.n]);

		/* What combines is not looked at: a cell is its first character. */
		if (vt_char_width(s.pattern[s.n]) > 0) {
			if (s.any_case)
				s.pattern[s.n] = fold(s.pattern[s.n]);
			s.n++;
		}
		text += n;
		len -= n;
	}
	s.cells = malloc((size_t)vt->cols * sizeof *s.cells);
	s.spots = malloc((size_t)vt->cols * PART_ROWS * sizeof *s.spots);
	if (s.cells && s.spots && s.n > 0)
		found = search_all(&s, from, flags & VT_SEARCH_BACKWARD, ret_from, ret_to);
	free(s.cells);
	free(s.spots);
	return found;
}
