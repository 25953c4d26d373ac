/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mounts of one process as a table. */
#include "config.h"

#include "session/live_table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/plan.h"

static int
compare_numbers(const void *a, const void *b, void *arg)
{
	const struct mountinfo *rows = arg;
	uint64_t x = rows[*(const size_t *)a].id;
	uint64_t y = rows[*(const size_t *)b].id;

	return x < y ? -1 : x > y;
}

/* All of a file, with a NUL after it; much at once, since the kernel makes the lines anew for each read(2). */
static int
read_text(int fd, char **ret)
{
	enum { READ_SIZE = 32 * 1024 };
	_autofree_ char *text = NULL;
	size_t len = 0, cap = 0;
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	do {
		text = array_grow(text, &cap, len + READ_SIZE + 1, 1);
		n = read(fd, text + len, cap - len - 1);
		if (n < 0)
			return -errno;
		len += (size_t)n;
	} while (n > 0);
	text[len] = '\0';
	*ret = take_ptr(text);
	return 0;
}

int
live_table_read(int process, struct live_table *ret)
{
	_autoclose_ int fd = openat(process, "mountinfo", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : live_table_read_file(fd, ret);
}

int
live_table_read_file(int fd, struct live_table *ret)
{
	struct live_table table = { 0 };
	char *line, *end;
	size_t cap = 0;
	int r = read_text(fd, &table.text);

	for (line = table.text; r == 0 && line && *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		*end = '\0';
		table.rows = array_grow(table.rows, &table.cap, table.len + 1, sizeof *table.rows);
		r = mountinfo_parse(line, &table.rows[table.len++]);
	}
	if (r < 0) {
		live_table_release(&table);
		return r;
	}
	table.by_number = array_grow(NULL, &cap, table.len + 1, sizeof *table.by_number);
	for (size_t i = 0; i < table.len; i++)
		table.by_number[i] = i;
	qsort_r(table.by_number, table.len, sizeof *table.by_number, compare_numbers, table.rows);
	*ret = table;
	return 0;
}

void
live_table_release(struct live_table *table)
{
	free(table->rows);
	free(table->by_number);
	free(table->text);
	*table = (struct live_table){ 0 };
}

const struct mountinfo *
live_table_find(const struct live_table *table, uint64_t number)
{
	size_t low = 0, high = table->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct mountinfo *row = &table->rows[table->by_number[middle]];

		if (row->id == number)
			return row;
		if (row->id < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

enum { MARK_UNKNOWN, MARK_NO, MARK_YES };

/* Up from a row to one that is decided, then the same way again, deciding the others alike. */
static void
mark_chain(const struct live_table *table, unsigned char *marks, size_t row, uint64_t top)
{
	unsigned char mark = MARK_UNKNOWN;
	size_t steps = 0;

	for (size_t at = row; mark == MARK_UNKNOWN; steps++) {
		const struct mountinfo *parent = live_table_find(table, table->rows[at].parent);

		if (marks[at] != MARK_UNKNOWN)
			mark = marks[at];
		else if (table->rows[at].id == top)
			mark = MARK_YES;
		else if (!parent || parent == &table->rows[at] || steps > table->len)
			mark = MARK_NO;
		else
			at = (size_t)(parent - table->rows);
	}
	for (size_t at = row; steps > 0; steps--) {
		const struct mountinfo *parent = live_table_find(table, table->rows[at].parent);

		marks[at] = mark;
		if (parent)
			at = (size_t)(parent - table->rows);
	}
}

bool *
live_table_mark(const struct live_table *table, uint64_t top)
{
	size_t marks_cap = 0, on_cap = 0;
	_autofree_ unsigned char *marks = array_grow(NULL, &marks_cap, table->len + 1, 1);
	bool *on = array_grow(NULL, &on_cap, table->len + 1, sizeof *on);

	memset(marks, MARK_UNKNOWN, table->len + 1);
	for (size_t i = 0; i < table->len; i++)
		mark_chain(table, marks, i, top);
	for (size_t i = 0; i < table->len; i++)
		on[i] = marks[i] == MARK_YES;
	return on;
}

char *
live_table_source(const struct live_table *outside, const struct mountinfo *row)
{
	const struct mountinfo *best = NULL;
	const char *rel;

	for (size_t i = 0; i < outside->len; i++) {
		const struct mountinfo *other = &outside->rows[i];

		if (other->major != row->major || other->minor != row->minor || !path_is_below(row->root, other->root))
			continue;
		if (!best || strlen(other->root) > strlen(best->root))
			best = other;
	}
	if (!best)
		return NULL;
	rel = path_below(row->root, best->root);
	return *rel == '\0' ? text_dup(best->mount_point) : path_join(best->mount_point, rel);
}

unsigned
live_table_attrs(const struct mountinfo *row)
{
	return (mountinfo_has_option(row->options, "ro") ? PLAN_RO : 0) |
	       (mountinfo_has_option(row->options, "noexec") ? PLAN_NOEXEC : 0) |
	       (mountinfo_has_option(row->options, "nodev") ? 0 : PLAN_DEV) |
	       (mountinfo_has_option(row->options, "nosuid") ? 0 : PLAN_SUID);
}
