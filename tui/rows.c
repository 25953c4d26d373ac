/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a tab: filter, cursor, search. */
#include "config.h"

#include "tui/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

void
rows_init(struct rows *rows)
{
	*rows = (struct rows){ 0 };
}

void
rows_clear(struct rows *rows)
{
	for (size_t i = 0; i < rows->len; i++) {
		for (int cell = 0; cell < ROW_CELLS; cell++)
			free(rows->items[i].cells[cell]);
		free(rows->items[i].id);
	}
	rows->len = rows->shown_len = 0;
	json_decref(rows->answer);
	rows->answer = NULL;
	free(rows->caption);
	rows->caption = NULL;
	free(rows->failure);
	rows->failure = NULL;
}

static void
drop_filter(struct rows *rows)
{
	if (rows->filter && !rows->literal)
		regfree(&rows->regex);
	free(rows->filter);
	rows->filter = NULL;
	rows->negated = rows->literal = false;
}

void
rows_release(struct rows *rows)
{
	rows_clear(rows);
	drop_filter(rows);
	free(rows->items);
	free(rows->shown);
	rows_init(rows);
}

struct row *
rows_add(struct rows *rows)
{
	rows->items = array_grow(rows->items, &rows->cap, rows->len + 1, sizeof *rows->items);
	rows->items[rows->len] = (struct row){ 0 };
	return &rows->items[rows->len++];
}

void
row_set(struct row *row, int cell, char *text, enum role role)
{
	free(row->cells[cell]);
	row->cells[cell] = text;
	row->roles[cell] = role;
}

static bool
row_matches(const struct row *row, const regex_t *regex, const char *literal)
{
	for (int cell = 0; cell < ROW_CELLS; cell++) {
		if (!row->cells[cell])
			continue;
		if (literal ? strstr(row->cells[cell], literal) != NULL :
			      regexec(regex, row->cells[cell], 0, NULL, 0) == 0)
			return true;
	}
	return false;
}

static bool
passes(const struct rows *rows, const struct row *row)
{
	const char *text = rows->filter ? rows->filter + rows->negated : NULL;

	if (!text || !*text)
		return true;
	return row_matches(row, &rows->regex, rows->literal ? text : NULL) != rows->negated;
}

void
rows_settle(struct rows *rows, const char *id)
{
	size_t before = rows->cursor;
	bool found = false;

	rows->shown_len = 0;
	for (size_t i = 0; i < rows->len; i++) {
		if (!passes(rows, &rows->items[i]))
			continue;
		rows->shown = array_grow(rows->shown, &rows->shown_cap, rows->shown_len + 1, sizeof *rows->shown);
		if (id && !found && rows->items[i].id && strcmp(rows->items[i].id, id) == 0) {
			rows->cursor = rows->shown_len;
			found = true;
		}
		rows->shown[rows->shown_len++] = i;
	}
	if (!found)
		rows->cursor = before;
	if (rows->shown_len > 0 && (rows->follow || rows->cursor >= rows->shown_len))
		rows->cursor = rows->shown_len - 1;
	if (rows->shown_len == 0)
		rows->cursor = 0;
}

static int
compare_ids(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
rows_ids(const struct rows *rows, size_t *ret_len)
{
	size_t cap = 0;
	char **ids = array_grow(NULL, &cap, rows->len + 1, sizeof *ids);

	*ret_len = 0;
	for (size_t i = 0; i < rows->len; i++)
		if (rows->items[i].id)
			ids[(*ret_len)++] = text_dup(rows->items[i].id);
	qsort(ids, *ret_len, sizeof *ids, compare_ids);
	return ids;
}

void
rows_ids_free(char **ids, size_t len)
{
	for (size_t i = 0; i < len; i++)
		free(ids[i]);
	free(ids);
}

const char *
rows_first_new(const struct rows *rows, char *const *ids, size_t len)
{
	for (size_t i = 0; i < rows->len; i++) {
		const char *id = rows->items[i].id;

		if (id && !bsearch(&id, ids, len, sizeof *ids, compare_ids))
			return id;
	}
	return NULL;
}

struct row *
rows_current(const struct rows *rows)
{
	return rows->cursor < rows->shown_len ? &rows->items[rows->shown[rows->cursor]] : NULL;
}

static char *
current_id(const struct rows *rows)
{
	const struct row *row = rows_current(rows);

	return row && row->id ? text_dup(row->id) : NULL;
}

void
rows_filter(struct rows *rows, const char *text)
{
	_autofree_ char *id = current_id(rows);

	drop_filter(rows);
	if (*text) {
		rows->negated = text[0] == '!';
		rows->filter = text_dup(text);
		/* While it is typed it need not be complete: "(a" is looked for as it stands. */
		rows->literal = regcomp(&rows->regex, text + rows->negated, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0;
	}
	rows_settle(rows, id);
}

void
rows_move(struct rows *rows, long by)
{
	long to = (long)rows->cursor + by, last = (long)rows->shown_len - 1;

	to = to > last ? last : to;
	rows->cursor = to < 0 ? 0 : (size_t)to;
	rows->follow = false;
}

bool
rows_search(struct rows *rows, const char *pattern, bool backwards)
{
	bool found = false;
	regex_t regex;
	bool literal = regcomp(&regex, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0;

	for (size_t i = 1; i <= rows->shown_len && !found; i++) {
		size_t at = (rows->cursor + (backwards ? rows->shown_len - i : i)) % rows->shown_len;

		if (row_matches(&rows->items[rows->shown[at]], &regex, literal ? pattern : NULL)) {
			rows->cursor = at;
			rows->follow = false;
			found = true;
		}
	}
	if (!literal)
		regfree(&regex);
	return found;
}

void
rows_scroll(struct rows *rows, size_t height)
{
	if (height == 0)
		return;
	if (rows->cursor < rows->top)
		rows->top = rows->cursor;
	if (rows->cursor >= rows->top + height)
		rows->top = rows->cursor - height + 1;
	/* No empty place below while there are rows above. */
	if (rows->top + height > rows->shown_len)
		rows->top = rows->shown_len > height ? rows->shown_len - height : 0;
}
