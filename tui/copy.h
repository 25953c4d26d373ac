/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking back in the pane, and copying from it: a cursor of its own that goes through the history, a selection, a
 * search. The program goes on meanwhile, and the lines that are looked at stay where they are. Keys are those of vi or
 * of emacs, from one table. It draws nothing.
 */
#ifndef TUI_COPY_H
#define TUI_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/keys.h"
#include "tui/vt/vt.h"

enum copy_marks { COPY_NONE, COPY_TEXT, COPY_BLOCK, COPY_LINES };

/* What the mouse takes where it is clicked. */
enum copy_unit { COPY_CELL, COPY_WORD, COPY_LINE };

enum { COPY_PATTERN_MAX = 200 };

struct copy {
	struct vt *vt; /* the pane's */
	int rows, cols;
	bool emacs;    /* its keys, not vi's */
	bool active;
	bool by_wheel; /* it ends where it began, at the bottom */
	struct vt_place at;
	long top;      /* the first line that is shown */
	enum copy_marks marks;
	struct vt_place mark;
	bool asking;   /* a text to look for is being typed */
	bool backward;
	char pattern[COPY_PATTERN_MAX + 1], asked[COPY_PATTERN_MAX + 1];
	bool found;    /* the cursor is where a search has led, to the text between these two */
	struct vt_place found_from, found_to;
	const char *said; /* a word to the user, or NULL */
	char *text;    /* what was copied last, or NULL */
	size_t len;
};

/* What the user wants done beside moving about. */
enum copy_wish { COPY_NOTHING, COPY_COPIED, COPY_WHY, COPY_MOUNT };

void copy_begin(struct copy *copy);
void copy_end(struct copy *copy);
void copy_release(struct copy *copy);

enum copy_wish copy_key(struct copy *copy, const struct key *key);

/* Moves what is shown; the cursor stays in it. */
void copy_scroll(struct copy *copy, long lines);

/* Begins or goes on with a selection by the mouse, at a cell of what is shown: of it, or of its word or line. */
void copy_select(struct copy *copy, int row, int col, bool begins, enum copy_unit unit);

/* Takes what is selected to copy->text. False: nothing is. */
bool copy_take(struct copy *copy);

/* Line and column are a place of the selection. */
bool copy_is_selected(const struct copy *copy, long line, int col);

/* ... or of the text that a search has led to. */
bool copy_is_found(const struct copy *copy, long line, int col);

/* The path that is selected, or else the one at a place, for the caller to free; NULL: there is none. */
char *copy_path(const struct copy *copy, struct vt_place at);

/* What was copied last, where it can be a path, for the caller to free; NULL: it cannot. */
char *copy_path_copied(const struct copy *copy);

/* One line for each key, for the help: its keys in vi's and emacs's way, and what it does; false: there are no more. */
bool copy_help(size_t i, char *buf, size_t size);

#endif
