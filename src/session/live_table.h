/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mounts of one process as a table: what lies on what, and where it is to be seen outside. */
#ifndef SESSION_LIVE_TABLE_H
#define SESSION_LIVE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/mountinfo.h"

struct live_table {
	struct mountinfo *rows; /* in the kernel's order */
	size_t len, cap;
	size_t *by_number;
	char *text; /* that the rows point into */
};

/* Reads mountinfo of the process whose directory in procfs is given. 0 or -errno; released on success only. */
int live_table_read(int process, struct live_table *ret);

/* The same from a descriptor of the file, from its beginning: as the mounts are now. */
int live_table_read_file(int fd, struct live_table *ret);
void live_table_release(struct live_table *table);

/* The row with this number (struct mount_place), or NULL. */
const struct mountinfo *live_table_find(const struct live_table *table, uint64_t number);

/*
 * For each row, whether it is the mount with this number or lies on it, at any depth. The caller frees. Whoever may
 * mount inside chooses how many rows there are and how deep they lie, so it takes n log n.
 */
bool *live_table_mark(const struct live_table *table, uint64_t top);

/*
 * Where, in another table, the file system of `row` is to be seen at the root of `row`: a path, which the caller frees,
 * or NULL. There may be several, and something else may be mounted over it: to be checked by whoever uses it.
 */
char *live_table_source(const struct live_table *outside, const struct mountinfo *row);

/* enum plan_attr of a row. */
unsigned live_table_attrs(const struct mountinfo *row);

#endif
