/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text over the list, in lines as wide as the screen is. */
#include "config.h"

#include "tui/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/screen.h"

/* Where a column of text would be narrower than this, what goes on in the next line begins near the left. */
enum { TEXT_LEAST = 24, NARROW_INDENT = 2 };

/* Lines without which there is no frame. */
enum { FRAMED_LEAST = 7 };

void
sheet_begin(struct sheet *sheet, const char *title)
{
	for (size_t i = 0; i < sheet->len; i++)
		free(sheet->lines[i].text);
	free(sheet->title);
	sheet->title = text_dup(title);
	sheet->len = sheet->top = 0;
}

void
sheet_add(struct sheet *sheet, enum role role, int indent, const char *text)
{
	sheet->lines = array_grow(sheet->lines, &sheet->cap, sheet->len + 1, sizeof *sheet->lines);
	sheet->lines[sheet->len++] = (struct sheet_line){ text_dup(text), role, indent };
}

void
sheet_release(struct sheet *sheet)
{
	sheet_begin(sheet, "");
	free(sheet->title);
	free(sheet->lines);
	*sheet = (struct sheet){ 0 };
}

size_t
sheet_wrap(const char *text, int width, size_t *ret_skip)
{
	size_t len = strlen(text), at = 0, blank = 0;
	int used = 0;

	*ret_skip = 0;
	while (at < len) {
		bool plain = text[at] >= ' ' && text[at] < 127;
		uint32_t code;
		size_t n = plain ? 1 : text_decode(text + at, len - at, &code);

		n = n > 0 ? n : 1;
		/* Long answers are many characters, nearly all of them plain. */
		used += plain ? 1 : screen_width(text + at, n);
		if (used > width && at > 0)
			break;
		if (text[at] == ' ' && at > 0)
			blank = at;
		at += n;
	}
	/* Where the next word does not fit, the line ends at the blank before it. */
	if (at < len && text[at] != ' ' && blank > 0)
		at = blank;
	if (at < len)
		*ret_skip = strspn(text + at, " ");
	return at;
}

/* A line of the screen's: a piece of a line of ours. */
struct piece {
	const struct sheet_line *line;
	size_t from, len;
	int x;
};

/* Calls draw for each piece, with its number; returns how many there are. */
static size_t
visit(const struct sheet *sheet, void (*draw)(const struct piece *piece, size_t number, void *arg), void *arg)
{
	size_t number = 0;

	for (size_t i = 0; i < sheet->len; i++) {
		struct piece piece = { .line = &sheet->lines[i] };
		size_t skip;

		do {
			int indent = piece.line->indent;

			if (indent > NARROW_INDENT && sheet->width - indent < TEXT_LEAST)
				indent = NARROW_INDENT;

			piece.x = piece.from > 0 && indent < sheet->width ? indent : 0;
			piece.len = sheet_wrap(piece.line->text + piece.from, sheet->width - piece.x, &skip);
			if (draw)
				draw(&piece, number, arg);
			number++;
			piece.from += piece.len + skip;
		} while (piece.line->text[piece.from]);
	}
	return number;
}

struct drawing {
	const struct sheet *sheet;
	int y;
};

static void
draw_piece(const struct piece *piece, size_t number, void *arg)
{
	const struct drawing *drawing = arg;
	const struct sheet *sheet = drawing->sheet;
	_autofree_ char *text = NULL;

	if (number < sheet->top || number >= sheet->top + (size_t)sheet->height)
		return;
	text = text_ndup(piece->line->text + piece->from, piece->len);
	screen_text(drawing->y + (int)(number - sheet->top), 1 + sheet->framed + piece->x, sheet->width - piece->x,
		    piece->line->role, text);
}

/* Keeps what is seen within the text. *ret_all: the lines there are. */
static void
settle(struct sheet *sheet, long top, size_t *ret_all)
{
	*ret_all = visit(sheet, NULL, NULL);
	if (top > (long)*ret_all - sheet->height)
		top = (long)*ret_all - sheet->height;
	sheet->top = top > 0 ? (size_t)top : 0;
}

void
sheet_draw(struct sheet *sheet, int y, int height, int columns)
{
	struct drawing drawing = { sheet, y };
	_autofree_ char *where = NULL;
	size_t all;
	int wide;

	/* A frame takes room that a small screen has not. */
	sheet->framed = height >= FRAMED_LEAST;
	sheet->width = columns - (sheet->framed ? 4 : 2);
	sheet->width = sheet->width > 1 ? sheet->width : 1;
	sheet->height = height - (sheet->framed ? 2 : 0);
	sheet->height = sheet->height > 0 ? sheet->height : 0;
	settle(sheet, (long)sheet->top, &all);
	drawing.y = y + sheet->framed;
	if (sheet->framed)
		screen_box(y, 0, height, columns, sheet->title, ROLE_NORMAL);
	visit(sheet, draw_piece, &drawing);
	/* How much there is, where not all can be seen. */
	if (all > (size_t)sheet->height && sheet->framed) {
		where = text_format(" %zu%% ", (sheet->top + (size_t)sheet->height) * 100 / all);
		wide = (int)strlen(where);
		if (wide + 4 <= columns)
			screen_text(y + height - 1, columns - wide - 2, wide, ROLE_TITLE, where);
	}
	screen_cursor(drawing.y, 1 + sheet->framed);
}

enum sheet_state
sheet_key(struct sheet *sheet, const struct key *key)
{
	long page = sheet->height > 1 ? sheet->height - 1 : 1, by = 0;
	size_t all = visit(sheet, NULL, NULL);

	switch (key->code) {
	case KEYS_UP: case 'k': by = -1; break;
	case KEYS_DOWN: case 'j': case '\r': by = 1; break;
	case KEYS_PAGE_UP: case 'b': by = -page; break;
	case KEYS_PAGE_DOWN: case ' ': by = page; break;
	case KEYS_HOME: case 'g': by = -(long)all; break;
	case KEYS_END: case 'G': by = (long)all; break;
	case KEYS_WHEEL_UP: by = -3; break;
	case KEYS_WHEEL_DOWN: by = 3; break;
	case KEYS_ESCAPE: case 'q': case '?': case 3: case KEYS_F1 + 9: case 0x1d:
		return SHEET_CLOSES;
	default: return SHEET_OTHER_KEY;
	}
	/* Enter opened it; where there is no more to see it closes it too. */
	if (key->code == '\r' && sheet->top + (size_t)sheet->height >= all)
		return SHEET_CLOSES;
	settle(sheet, (long)sheet->top + by, &all);
	return SHEET_STAYS;
}
