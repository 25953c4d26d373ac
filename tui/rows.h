/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a tab shows: rows of texts made from an answer, which of them pass the filter, and where the cursor is. There
 * may be thousands, so a row is one piece of memory, and of the answer it keeps its own part as the text that it was.
 */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "tui/pattern.h"
#include "tui/theme.h"

enum { ROW_CELLS = 8 };

/* A row that is being made. */
struct row_draft {
	char *cells[ROW_CELLS]; /* as bytes: escaped when they are drawn */
	enum role roles[ROW_CELLS];
	char *id; /* by which the row is found again after a refresh, or NULL */
	int rank; /* for tabs that put their rows in order */
};

struct row {
	char *text; /* the id, the cells and the source, with a NUL behind each */
	unsigned char cells, rank;
	unsigned char roles[ROW_CELLS]; /* enum role */
	signed char found; /* the cell in which rows_mark() is: ROW_NOWHERE, or ROW_UNKNOWN until it is asked for */
};

enum { ROW_NOWHERE = -1, ROW_UNKNOWN = -2 };

struct rows {
	bool known;    /* there was an answer, be it one without rows */
	char *caption; /* sentences that stand above the rows, or NULL */
	char *failure; /* why there is no answer, or NULL */
	struct row *items;
	size_t len, cap;

	size_t *shown; /* indices of those that pass the filter */
	size_t shown_len, shown_cap;
	size_t cursor; /* of shown */
	size_t top;    /* of shown: the first on the screen */
	bool follow;   /* the cursor stays on the last */
	bool newest_first; /* new rows come before it: it goes back to the first */
	bool moved;	   /* rather than scroll these off the screen, unless the user has moved it */

	struct pattern filter;
	struct pattern sought; /* by rows_search(), as long as nothing is filtered */
	/* The cells that people see, in which alone something is looked for; those that matter most first. */
	unsigned char looked_in[ROW_CELLS];
	int looked_in_len;
	unsigned found; /* bits: the cells in which rows that are shown have what is marked */
};

void rows_init(struct rows *rows);

/* Cells are looked in that were told by this, in that order: before there are rows. */
void rows_look_in(struct rows *rows, int cell);
void rows_release(struct rows *rows);

/* Throws the rows away; keeps filter and cursor. */
void rows_clear(struct rows *rows);

/* The same with the first `n` alone; rows_settle() has to follow. */
void rows_drop(struct rows *rows, size_t n);

/* Sets a cell, of which none may be left out before the last; takes text over. */
void row_set(struct row_draft *draft, int cell, char *text, enum role role);

/* One more row at the end. Releases the draft. `source`: the JSON that it was made of, `len` bytes. */
void rows_add(struct rows *rows, struct row_draft *draft, const char *source, size_t len);

/* NULL: the row has no such cell. "": it has no id. Valid as long as the row. */
const char *row_cell(const struct row *row, int cell);
const char *row_id(const struct row *row);

/* What the row was made of, anew; NULL: nothing more is known, or row is NULL. json_decref(). */
json_t *row_source(const struct row *row);

/* After rows were made: what is shown, with the cursor on the row with this id, or near where it was. */
void rows_settle(struct rows *rows, const char *id);

/*
 * To find what is new: the ids of the rows as they are, sorted, for the caller to free by rows_ids_free(); and the id
 * of the first row that is none of them, or NULL.
 */
char **rows_ids(const struct rows *rows, size_t *ret_len);
void rows_ids_free(char **ids, size_t len);
const char *rows_first_new(const struct rows *rows, char *const *ids, size_t len);

/* The row that keys are about, or NULL. */
struct row *rows_current(const struct rows *rows);

/* "" takes the filter away; a leading ! shows what does not match. */
void rows_filter(struct rows *rows, const char *text);

/* The pattern that rows are seen to match: the filter, or what was searched for. NULL: none, or one that is negated. */
const struct pattern *rows_mark(const struct rows *rows);

/* Moves the cursor by `by` rows, as far as there are any. */
void rows_move(struct rows *rows, long by);

/*
 * The next row, after or before the cursor and around the end, that a filter of this text would show. False: none. It
 * is what is marked from then on, until something is filtered.
 */
bool rows_search(struct rows *rows, const char *text, bool backwards);

/* Sees to it that the cursor is among the `height` rows that are drawn. */
void rows_scroll(struct rows *rows, size_t height);

#endif
