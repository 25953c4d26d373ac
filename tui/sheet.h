/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text over the list: details, help, an answer. What is wider than the screen goes on in the next line, so that all
 * of it can be read however narrow the screen is.
 */
#ifndef TUI_SHEET_H
#define TUI_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/keys.h"
#include "tui/theme.h"

struct sheet_line {
	char *text;
	enum role role;
	int indent; /* where what goes on in the next line begins */
};

struct sheet {
	char *title;
	struct sheet_line *lines;
	size_t len, cap;
	size_t top;	   /* the first line of the screen's that is seen */
	int width, height; /* of what is seen of it, when it was drawn last */
	bool framed;
};

void sheet_begin(struct sheet *sheet, const char *title);
void sheet_add(struct sheet *sheet, enum role role, int indent, const char *text);
void sheet_release(struct sheet *sheet);

void sheet_draw(struct sheet *sheet, int y, int height, int columns);

enum sheet_state { SHEET_STAYS, SHEET_CLOSES, SHEET_OTHER_KEY };

/* Scrolls, closes, or says that the key is not for it. */
enum sheet_state sheet_key(struct sheet *sheet, const struct key *key);

/*
 * The bytes of text that go on a line of `width` columns, at least one character: up to a blank where there is one.
 * *ret_skip: the blanks behind it, which are not drawn.
 */
size_t sheet_wrap(const char *text, int width, size_t *ret_skip);

#endif
