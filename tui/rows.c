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

void
rows_look_in(struct rows *rows, int cell)
{
	rows->looked_in[rows->looked_in_len++] = (unsigned char)cell;
}

void
rows_release(struct rows *rows)
{
	rows_clear(rows);
	pattern_release(&rows->filter);
	pattern_release(&rows->sought);
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
	struct row row = { .rank = (unsigned char)draft->rank, .found = ROW_UNKNOWN };
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

/* The cell in which it is, or ROW_NOWHERE. */
static int
find_in_row(const struct rows *rows, const struct row *row, const struct pattern *pattern)
{
	for (int i = 0; i < rows->looked_in_len; i++) {
		const char *text = row_cell(row, rows->looked_in[i]);

		if (text && pattern_is_in(pattern, text))
			return rows->looked_in[i];
	}
	return ROW_NOWHERE;
}

/* The same of the filter, or what was searched for; of thousands of rows only once. */
static int
found_in(const struct rows *rows, struct row *row)
{
	const struct pattern *pattern = rows->filter.text ? &rows->filter : &rows->sought;

	if (row->found == ROW_UNKNOWN)
		row->found = (signed char)find_in_row(rows, row, pattern);
	return row->found;
}

static void
forget_found(struct rows *rows)
{
	for (size_t i = 0; i < rows->len; i++)
		rows->items[i].found = ROW_UNKNOWN;
}

static bool
passes(const struct rows *rows, struct row *row)
{
	if (!rows->filter.text || rows->filter.empty)
		return true;
	return (found_in(rows, row) == ROW_NOWHERE) == rows->filter.negated;
}

const struct pattern *
rows_mark(const struct rows *rows)
{
	const struct pattern *pattern = rows->filter.text ? &rows->filter : &rows->sought;

	return pattern->text && !pattern->empty && !pattern->negated ? pattern : NULL;
}

void
rows_settle(struct rows *rows, const char *id)
{
	size_t before = rows->cursor;
	bool found = false, marks = rows_mark(rows) != NULL;

	rows->shown_len = 0;
	rows->found = 0;
	for (size_t i = 0; i < rows->len; i++) {
		if (!passes(rows, &rows->items[i]))
			continue;
		if (marks && found_in(rows, &rows->items[i]) >= 0)
			rows->found |= 1u << rows->items[i].found;
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

	pattern_set(&rows->filter, text);
	pattern_release(&rows->sought);
	forget_found(rows);
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
rows_search(struct rows *rows, const char *text, bool backwards)
{
	bool found = false, known = rows->sought.text && strcmp(rows->sought.text, text) == 0;

	pattern_set(&rows->sought, text);
	for (size_t i = 1; i <= rows->shown_len && !found; i++) {
		size_t at = (rows->cursor + (backwards ? rows->shown_len - i : i)) % rows->shown_len;
		int cell = find_in_row(rows, &rows->items[rows->shown[at]], &rows->sought);

		if ((cell == ROW_NOWHERE) == rows->sought.negated) {
			rows->cursor = at;
			rows->follow = false;
			rows->moved = true;
			found = true;
		}
	}
	if (!known && !rows->filter.text) {
		forget_found(rows);
		rows_settle(rows, NULL);
	}
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
