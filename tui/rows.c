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
	rows_drop(rows, rows->len);
	rows->shown_len = 0;
	rows->known = false;
	free(rows->caption);
	rows->caption = NULL;
	free(rows->failure);
	rows->failure = NULL;
}

void
rows_drop(struct rows *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(rows->items[i].text);
	rows->len -= n;
	if (rows->len > 0)
		memmove(rows->items, rows->items + n, rows->len * sizeof *rows->items);
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

void
row_set(struct row_draft *draft, int cell, char *text, enum role role)
{
	free(draft->cells[cell]);
	draft->cells[cell] = text;
	draft->roles[cell] = role;
}

static char *
put(char *to, const char *bytes, size_t len)
{
	memcpy(to, bytes, len);
	to[len] = '\0';
	return to + len + 1;
}

void
rows_add(struct rows *rows, struct row_draft *draft, const char *source, size_t len)
{
	const char *id = draft->id ? draft->id : "";
	size_t size = strlen(id) + 1 + len + 1;
	struct row row = { .rank = (unsigned char)draft->rank };
	char *to;

	for (; row.cells < ROW_CELLS && draft->cells[row.cells]; row.cells++) {
		size += strlen(draft->cells[row.cells]) + 1;
		row.roles[row.cells] = (unsigned char)draft->roles[row.cells];
	}
	row.text = text_room(size);
	to = put(row.text, id, strlen(id));
	for (int cell = 0; cell < row.cells; cell++) {
		to = put(to, draft->cells[cell], strlen(draft->cells[cell]));
		free(draft->cells[cell]);
	}
	put(to, source, len);
	free(draft->id);
	*draft = (struct row_draft){ 0 };
	rows->items = array_grow(rows->items, &rows->cap, rows->len + 1, sizeof *rows->items);
	rows->items[rows->len++] = row;
}

/* The n-th of its texts. */
static const char *
nth_text(const struct row *row, int n)
{
	const char *text = row->text;

	while (n-- > 0)
		text += strlen(text) + 1;
	return text;
}

const char *
row_cell(const struct row *row, int cell)
{
	return cell < row->cells ? nth_text(row, 1 + cell) : NULL;
}

const char *
row_id(const struct row *row)
{
	return row->text;
}

json_t *
row_source(const struct row *row)
{
	return row ? json_loads(nth_text(row, row->cells + 1), 0, NULL) : NULL;
}

static bool
row_matches(const struct row *row, const regex_t *regex, const char *literal)
{
	const char *text = nth_text(row, 1);

	for (int cell = 0; cell < row->cells; cell++, text += strlen(text) + 1)
		if (literal ? strstr(text, literal) != NULL : regexec(regex, text, 0, NULL, 0) == 0)
			return true;
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
		if (id && *id && !found && strcmp(row_id(&rows->items[i]), id) == 0) {
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
		ids[(*ret_len)++] = text_dup(row_id(&rows->items[i]));
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
		const char *id = row_id(&rows->items[i]);

		if (!bsearch(&id, ids, len, sizeof *ids, compare_ids))
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

	return row ? text_dup(row_id(row)) : NULL;
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
	rows->moved = rows->cursor > 0;
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
			rows->moved = true;
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
	if (rows->newest_first && !rows->moved && rows->cursor >= rows->top + height)
		rows->cursor = 0;
	if (rows->cursor < rows->top)
		rows->top = rows->cursor;
	if (rows->cursor >= rows->top + height)
		rows->top = rows->cursor - height + 1;
	/* No empty place below while there are rows above. */
	if (rows->top + height > rows->shown_len)
		rows->top = rows->shown_len > height ? rows->shown_len - height : 0;
}
