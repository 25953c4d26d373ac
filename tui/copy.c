/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking back in the pane, and copying from it. */
#include "config.h"

#include "tui/copy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

void
copy_begin(struct copy *copy)
{
	struct vt_cursor cursor;

	if (copy->active)
		return;
	vt_size(copy->vt, &copy->rows, &copy->cols);
	vt_cursor(copy->vt, &cursor);
	copy->top = vt_screen_line(copy->vt);
	copy->at = (struct vt_place){ copy->top + cursor.row, cursor.col };
	copy->active = true;
	copy->by_wheel = copy->asking = copy->found = false;
	copy->marks = COPY_NONE;
	copy->said = NULL;
}

void
copy_end(struct copy *copy)
{
	copy->active = false;
	copy->marks = COPY_NONE;
}

void
copy_release(struct copy *copy)
{
	free(copy->text);
	copy->text = NULL;
}

/* --- where things are --- */

static long
last_line(const struct copy *copy)
{
	return vt_screen_line(copy->vt) + copy->rows - 1;
}

static long
within(long value, long least, long most)
{
	return value < least ? least : value > most ? most : value;
}

/* The cursor in what there is, and what is shown around it. The oldest lines may have gone meanwhile. */
static void
settle(struct copy *copy)
{
	copy->at.line = within(copy->at.line, vt_first_line(copy->vt), last_line(copy));
	copy->at.col = (int)within(copy->at.col, 0, copy->cols - 1);
	copy->top = within(copy->top, copy->at.line - copy->rows + 1, copy->at.line);
	copy->top = within(copy->top, vt_first_line(copy->vt), vt_screen_line(copy->vt));
}

static bool
is_blank(const struct copy *copy, struct vt_place at)
{
	static struct vt_cell cells[VT_COLS_MAX];

	vt_row_read(copy->vt, at.line, cells, at.col + 1, NULL);
	return cells[at.col].width > 0 && (cells[at.col].chars[0] == 0 || cells[at.col].chars[0] == ' ');
}

/* The next place, or the one before; false: there is none. */
static bool
step(const struct copy *copy, struct vt_place *at, int by)
{
	at->col += by;
	if (at->col >= 0 && at->col < copy->cols)
		return true;
	at->line += by;
	at->col = by > 0 ? 0 : copy->cols - 1;
	return at->line >= vt_first_line(copy->vt) && at->line <= last_line(copy);
}

static void
move_word(struct copy *copy, int by)
{
	struct vt_place at = copy->at, next = at;

	/* Forwards: out of this word, then to the next. Backwards: to the last of one, then to its first. */
	if (by > 0)
		while (!is_blank(copy, at) && step(copy, &at, 1))
			;
	else if (!step(copy, &at, -1))
		return;
	while (at.line <= last_line(copy) && is_blank(copy, at))
		if (!step(copy, &at, by))
			return;
	next = at;
	while (by < 0 && step(copy, &next, -1) && !is_blank(copy, next))
		at = next;
	copy->at = at;
}

/* To the last character of this word, or of the next one. */
static void
move_word_end(struct copy *copy)
{
	struct vt_place at = copy->at, next;

	do
		if (!step(copy, &at, 1))
			return;
	while (is_blank(copy, at));
	for (next = at; step(copy, &next, 1) && !is_blank(copy, next);)
		at = next;
	copy->at = at;
}

static void
move_line_first(struct copy *copy)
{
	copy->at.col = 0;
	while (copy->at.col < copy->cols - 1 && is_blank(copy, copy->at))
		copy->at.col++;
}

static void
move_line_end(struct copy *copy)
{
	copy->at.col = copy->cols - 1;
	while (copy->at.col > 0 && is_blank(copy, copy->at))
		copy->at.col--;
}

void
copy_scroll(struct copy *copy, long lines)
{
	long before = copy->top;

	copy->top = within(copy->top + lines, vt_first_line(copy->vt), vt_screen_line(copy->vt));
	copy->at.line = within(copy->at.line + copy->top - before, copy->top, copy->top + copy->rows - 1);
	if (copy->by_wheel && copy->marks == COPY_NONE && copy->top == vt_screen_line(copy->vt))
		copy_end(copy);
}

static void
move_lines(struct copy *copy, long lines)
{
	copy->at.line += lines;
	settle(copy);
}

static void
move_page(struct copy *copy, long lines)
{
	copy_scroll(copy, lines);
	/* At the ends there is no more to scroll, and the cursor goes there. */
	if (lines < 0 && copy->top == vt_first_line(copy->vt))
		copy->at.line = copy->top;
	if (lines > 0 && copy->top == vt_screen_line(copy->vt))
		copy->at.line = last_line(copy);
}

/* --- the selection --- */

static bool
is_before(struct vt_place a, struct vt_place b)
{
	return a.line < b.line || (a.line == b.line && a.col < b.col);
}

static void
selection(const struct copy *copy, struct vt_place *from, struct vt_place *to)
{
	bool ahead = is_before(copy->at, copy->mark);

	*from = ahead ? copy->at : copy->mark;
	*to = ahead ? copy->mark : copy->at;
	if (copy->marks == COPY_LINES) {
		from->col = 0;
		to->col = copy->cols - 1;
	}
}

bool
copy_is_found(const struct copy *copy, long line, int col)
{
	struct vt_place here = { line, col };

	return copy->active && copy->found && !is_before(here, copy->found_from) && !is_before(copy->found_to, here);
}

bool
copy_is_selected(const struct copy *copy, long line, int col)
{
	struct vt_place from, to, here = { line, col };
	int left, right;

	if (!copy->active || copy->marks == COPY_NONE)
		return false;
	selection(copy, &from, &to);
	if (copy->marks != COPY_BLOCK)
		return !is_before(here, from) && !is_before(to, here);
	left = from.col < to.col ? from.col : to.col;
	right = from.col < to.col ? to.col : from.col;
	return line >= from.line && line <= to.line && col >= left && col <= right;
}

static char *
selected(const struct copy *copy, size_t *ret_len)
{
	struct vt_place from, to;

	if (!copy->active || copy->marks == COPY_NONE)
		return NULL;
	selection(copy, &from, &to);
	return vt_text(copy->vt, from, to, copy->marks == COPY_BLOCK, ret_len);
}

bool
copy_take(struct copy *copy)
{
	size_t len = 0;
	char *text = selected(copy, &len);

	if (!text)
		return false;
	free(copy->text);
	copy->text = text;
	copy->len = len;
	return true;
}

/* What stands around words in sentences and in code; what stands in a link is not among them. */
static const char around_words[] = "'\"`(),;<>[]{}|";

/* The word at the cursor, without what a sentence has behind it. */
static void
select_word(struct copy *copy)
{
	struct vt_place from, to;
	size_t len;

	vt_word_at(copy->vt, copy->at, around_words, &from, &to);
	for (; to.col > 0 && is_before(copy->at, to); to.col--) {
		_autofree_ char *last = vt_text(copy->vt, to, to, false, &len);

		if (!last || (strcmp(last, ":") != 0 && strcmp(last, ".") != 0))
			break;
	}
	copy->mark = from;
	copy->at = to;
}

void
copy_select(struct copy *copy, int row, int col, bool begins, enum copy_unit unit)
{
	copy->at = (struct vt_place){ copy->top + row, col };
	settle(copy);
	if (begins) {
		copy->mark = copy->at;
		copy->marks = COPY_TEXT;
	}
	if (unit == COPY_WORD)
		select_word(copy);
	else if (unit == COPY_LINE)
		vt_line_at(copy->vt, copy->at, &copy->mark, &copy->at);
}

/* Without what stands behind a path in a sentence. NULL, and it is freed: it is none. */
static char *
as_path(char *text, size_t len)
{
	while (text && len > 0 && (isspace((unsigned char)text[len - 1]) || strchr(".:", text[len - 1])))
		text[--len] = '\0';
	if (text && (len == 0 || strchr(text, '\n'))) {
		free(text);
		return NULL;
	}
	return text;
}

char *
copy_path(const struct copy *copy, struct vt_place at)
{
	struct vt_place from, to;
	size_t len = 0;
	char *text = selected(copy, &len);

	if (!text) {
		if (at.col > 0 && is_blank(copy, at))
			at.col--;
		/* What stands around paths in messages. */
		vt_word_at(copy->vt, at, "'\"`(),;:<>[]{}|=", &from, &to);
		text = vt_text(copy->vt, from, to, false, &len);
	}
	return as_path(text, len);
}

char *
copy_path_copied(const struct copy *copy)
{
	return copy->text && strlen(copy->text) == copy->len ? as_path(text_dup(copy->text), copy->len) : NULL;
}

/* --- looking for a text --- */

static void
search(struct copy *copy, bool backward)
{
	const struct vt_place before = { vt_first_line(copy->vt), -1 }, behind = { last_line(copy), copy->cols };
	unsigned flags = VT_SEARCH_ANY_CASE | (backward ? VT_SEARCH_BACKWARD : 0u);

	/* A capital is meant. */
	for (const char *p = copy->pattern; *p; p++)
		if (isupper((unsigned char)*p))
			flags &= ~(unsigned)VT_SEARCH_ANY_CASE;
	copy->said = NULL;
	copy->found = *copy->pattern && vt_search(copy->vt, copy->pattern, copy->at, flags, &copy->found_from,
						  &copy->found_to);
	if (!*copy->pattern) {
		copy->said = " nothing was looked for yet ";
	} else if (!copy->found) {
		copy->found = vt_search(copy->vt, copy->pattern, backward ? behind : before, flags, &copy->found_from,
					&copy->found_to);
		copy->said = !copy->found ? " not found " : backward ? " on from the end " : " on from the start ";
	}
	if (copy->found)
		copy->at = copy->found_from;
	settle(copy);
}

static void
ask(struct copy *copy, bool backward)
{
	copy->asking = true;
	copy->backward = backward;
	copy->asked[0] = '\0';
}

static void
asking_key(struct copy *copy, const struct key *key)
{
	size_t len = strlen(copy->asked);

	if (key->code == '\r') {
		copy->asking = false;
		if (len > 0)
			memcpy(copy->pattern, copy->asked, len + 1);
		search(copy, copy->backward);
	} else if (key->code == KEYS_ESCAPE || key->code == 3 || key->code == 7) {
		copy->asking = false;
	} else if (key->code == 127) {
		/* A whole character. */
		while (len > 0 && ((unsigned char)copy->asked[--len] & 0xc0) == 0x80)
			;
		copy->asked[len] = '\0';
	} else if (key->code >= 32 && key->code < KEY_CODE_FIRST && len + key->len <= COPY_PATTERN_MAX) {
		memcpy(copy->asked + len, key->bytes, key->len);
		copy->asked[len + key->len] = '\0';
	}
}

/* --- keys --- */

static void
set_marks(struct copy *copy, enum copy_marks marks)
{
	copy->mark = copy->marks == COPY_NONE ? copy->at : copy->mark;
	copy->marks = copy->marks == marks ? COPY_NONE : marks;
}

static void
exchange_ends(struct copy *copy)
{
	struct vt_place at = copy->at;

	if (copy->marks == COPY_NONE)
		return;
	copy->at = copy->mark;
	copy->mark = at;
}

enum act {
	LEFT, RIGHT, UP, DOWN, LINE_START, LINE_FIRST, LINE_END, WORD_NEXT, WORD_END, WORD_BACK, PAGE_UP, PAGE_DOWN,
	HALF_UP, HALF_DOWN, SCROLL_UP, SCROLL_DOWN, SCREEN_TOP, SCREEN_MIDDLE, SCREEN_BOTTOM, FIRST, LAST, OTHER_END,
	MARK, MARK_BLOCK, MARK_LINES, TAKE, SEARCH, SEARCH_BACK, NEXT, PREVIOUS, WHY, MOUNT, LEAVE,
};

/* Names as the configuration has them (tui/keys.h), several parted by blanks. */
static const struct copy_row {
	enum act act;
	const char *vi, *emacs, *help;
} rows[] = {
	{ LEFT, "h left backspace", "ctrl-b left", "left" },
	{ RIGHT, "l right", "ctrl-f right", "right" },
	{ UP, "k up", "ctrl-p up", "a line up" },
	{ DOWN, "j down", "ctrl-n down", "a line down" },
	{ LINE_START, "0 home", "ctrl-a home", "start of the line" },
	{ LINE_FIRST, "^", "alt-m", "first character of the line" },
	{ LINE_END, "$ end", "ctrl-e end", "end of the line" },
	{ WORD_NEXT, "w W", "", "next word" },
	{ WORD_END, "e E", "alt-f", "end of the word" },
	{ WORD_BACK, "b B", "alt-b", "word before" },
	{ PAGE_UP, "ctrl-b page-up", "alt-v page-up", "a page up" },
	{ PAGE_DOWN, "ctrl-f page-down", "ctrl-v page-down space", "a page down" },
	{ HALF_UP, "ctrl-u", "alt-up", "half a page up" },
	{ HALF_DOWN, "ctrl-d", "alt-down", "half a page down" },
	{ SCROLL_UP, "ctrl-y", "", "what is above, by a line" },
	{ SCROLL_DOWN, "ctrl-e", "", "what is below, by a line" },
	{ SCREEN_TOP, "H", "", "first line of what is seen" },
	{ SCREEN_MIDDLE, "M", "alt-r", "the middle one" },
	{ SCREEN_BOTTOM, "L", "", "the last one" },
	{ FIRST, "g", "alt-<", "the oldest line" },
	{ LAST, "G", "alt->", "the newest line" },
	{ MARK, "v space", "ctrl-@", "begin to select" },
	{ MARK_BLOCK, "ctrl-v", "R", "select a rectangle" },
	{ MARK_LINES, "V", "L", "select lines" },
	{ OTHER_END, "o", "ctrl-x", "the other end of what is selected" },
	{ TAKE, "y enter", "alt-w ctrl-w enter", "copy what is selected, and leave" },
	{ SEARCH, "/", "ctrl-s /", "look for a text below" },
	{ SEARCH_BACK, "?", "ctrl-r ?", "look for a text above" },
	{ NEXT, "n", "n", "the next one" },
	{ PREVIOUS, "N", "N", "the one before" },
	{ WHY, "=", "=", "ask why the path here is not inside" },
	{ MOUNT, "+", "+", "mount the path here" },
	{ LEAVE, "q escape ctrl-c", "q escape ctrl-g", "back to the program" },
};

static bool
is_named(const char *names, const struct key *key)
{
	while (*names) {
		size_t len = strcspn(names, " ");
		_autofree_ char *name = text_ndup(names, len);
		bool alt, is_null = strcmp(name, "ctrl-@") == 0;
		uint32_t code = keys_parse(name, &alt);

		if (code == key->code && alt == key->alt && (code != 0 || is_null))
			return true;
		names += len + strspn(names + len, " ");
	}
	return false;
}

static void
move(struct copy *copy, enum act act)
{
	switch (act) {
	case LEFT: copy->at.col--; break;
	case RIGHT: copy->at.col++; break;
	case UP: move_lines(copy, -1); break;
	case DOWN: move_lines(copy, 1); break;
	case LINE_START: copy->at.col = 0; break;
	case LINE_FIRST: move_line_first(copy); break;
	case LINE_END: move_line_end(copy); break;
	case WORD_NEXT: move_word(copy, 1); break;
	case WORD_END: move_word_end(copy); break;
	case WORD_BACK: move_word(copy, -1); break;
	case PAGE_UP: move_page(copy, 1 - copy->rows); break;
	case PAGE_DOWN: move_page(copy, copy->rows - 1); break;
	case HALF_UP: move_page(copy, -copy->rows / 2); break;
	case HALF_DOWN: move_page(copy, copy->rows / 2); break;
	case SCROLL_UP: copy_scroll(copy, -1); break;
	case SCROLL_DOWN: copy_scroll(copy, 1); break;
	case SCREEN_TOP: copy->at.line = copy->top; break;
	case SCREEN_MIDDLE: copy->at.line = copy->top + copy->rows / 2; break;
	case SCREEN_BOTTOM: copy->at.line = copy->top + copy->rows - 1; break;
	case FIRST: copy->at = (struct vt_place){ vt_first_line(copy->vt), 0 }; break;
	case LAST: copy->at = (struct vt_place){ last_line(copy), 0 }; break;
	default: break;
	}
}

static enum copy_wish
perform(struct copy *copy, enum act act)
{
	switch (act) {
	case OTHER_END: exchange_ends(copy); break;
	case MARK: set_marks(copy, COPY_TEXT); break;
	case MARK_BLOCK: set_marks(copy, COPY_BLOCK); break;
	case MARK_LINES: set_marks(copy, COPY_LINES); break;
	case SEARCH: ask(copy, false); break;
	case SEARCH_BACK: ask(copy, true); break;
	case NEXT: search(copy, copy->backward); break;
	case PREVIOUS: search(copy, !copy->backward); break;
	case WHY: return COPY_WHY;
	case MOUNT: return COPY_MOUNT;
	case LEAVE: copy_end(copy); break;
	case TAKE:
		if (copy_take(copy)) {
			copy_end(copy);
			return COPY_COPIED;
		}
		copy_end(copy);
		break;
	default: move(copy, act); break;
	}
	return COPY_NOTHING;
}

enum copy_wish
copy_key(struct copy *copy, const struct key *key)
{
	enum copy_wish wish = COPY_NOTHING;

	settle(copy);
	copy->said = NULL;
	if (copy->asking) {
		asking_key(copy, key);
		return COPY_NOTHING;
	}
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (is_named(copy->emacs ? rows[i].emacs : rows[i].vi, key)) {
			copy->found = false;
			wish = perform(copy, rows[i].act);
			break;
		}
	}
	if (copy->active)
		settle(copy);
	return wish;
}

bool
copy_help(size_t i, char *buf, size_t size)
{
	if (i >= sizeof rows / sizeof rows[0])
		return false;
	snprintf(buf, size, "%-18s %-24s %s", rows[i].vi, rows[i].emacs, rows[i].help);
	return true;
}
