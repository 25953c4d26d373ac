/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mounts that one process sees, indexed. */
#include "config.h"

#include "inspect/mounttable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/procfs.h"

/* Shorter before longer: most comparisons then end without a look at the bytes. */
static int
compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return memcmp(a, b, a_len);
}

static int
compare_place(const struct mount_entry *entry, size_t parent, const char *path, size_t len)
{
	if (entry->parent != parent)
		return entry->parent < parent ? -1 : 1;
	return compare_bytes(entry->info.mount_point, entry->point_len, path, len);
}

static int
compare_source(const struct mount_entry *entry, const struct mountinfo *device, const char *root, size_t len)
{
	const struct mountinfo *info = &entry->info;

	if (info->major != device->major)
		return info->major < device->major ? -1 : 1;
	if (info->minor != device->minor)
		return info->minor < device->minor ? -1 : 1;
	return compare_bytes(info->root, entry->root_len, root, len);
}

/* For qsort_r(3): the table is the context. */
static int
order_by_place(const void *a, const void *b, void *table)
{
	const struct mount_entry *entries = ((const struct mount_table *)table)->entries;
	const struct mount_entry *other = &entries[*(const size_t *)b];

	return compare_place(&entries[*(const size_t *)a], other->parent, other->info.mount_point, other->point_len);
}

static int
order_by_source(const void *a, const void *b, void *table)
{
	const struct mount_entry *entries = ((const struct mount_table *)table)->entries;
	const struct mount_entry *one = &entries[*(const size_t *)a], *other = &entries[*(const size_t *)b];
	int order = compare_source(one, &other->info, other->info.root, other->root_len);

	if (order != 0)
		return order;
	return one->info.id < other->info.id ? -1 : one->info.id > other->info.id;
}

static int
order_by_id(const void *a, const void *b, void *table)
{
	const struct mount_entry *entries = ((const struct mount_table *)table)->entries;
	uint64_t one = entries[*(const size_t *)a].info.id, other = entries[*(const size_t *)b].info.id;

	return one < other ? -1 : one > other;
}

static size_t *
make_index(struct mount_table *table, int (*order)(const void *, const void *, void *))
{
	size_t cap = 0;
	size_t *index = array_grow(NULL, &cap, table->len, sizeof *index);

	for (size_t i = 0; i < table->len; i++)
		index[i] = i;
	qsort_r(index, table->len, sizeof *index, order, table);
	return index;
}

static size_t
find_id(const struct mount_table *table, const size_t *by_id, uint64_t id)
{
	size_t from = 0, to = table->len;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		uint64_t seen = table->entries[by_id[middle]].info.id;

		if (seen == id)
			return by_id[middle];
		if (seen < id)
			from = middle + 1;
		else
			to = middle;
	}
	return MOUNT_NONE;
}

static void
find_parents(struct mount_table *table)
{
	_autofree_ size_t *by_id = make_index(table, order_by_id);

	table->root = MOUNT_NONE;
	for (size_t i = 0; i < table->len; i++) {
		struct mount_entry *entry = &table->entries[i];

		/* The first root file system is its own parent. */
		entry->parent = find_id(table, by_id, entry->info.parent);
		if (entry->parent == i)
			entry->parent = MOUNT_NONE;
		/* What is mounted on "/" itself later is a child of this one; no walk from the root gets into it. */
		if (entry->parent == MOUNT_NONE && table->root == MOUNT_NONE && !strcmp(entry->info.mount_point, "/"))
			table->root = i;
	}
}

static size_t
find_child(const struct mount_table *table, size_t parent, const char *path, size_t len)
{
	size_t from = 0, to = table->len;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		size_t i = table->by_place[middle];
		int order = compare_place(&table->entries[i], parent, path, len);

		if (order == 0)
			return i;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return MOUNT_NONE;
}

/* Each stack is climbed once, from whichever of its mounts comes first. */
static void
find_tops(struct mount_table *table)
{
	for (size_t i = 0; i < table->len; i++)
		table->entries[i].top = MOUNT_NONE;
	for (size_t i = 0; i < table->len; i++) {
		const char *point = table->entries[i].info.mount_point;
		size_t len = table->entries[i].point_len, at = i, top, steps = 0;

		for (;; at = top) {
			top = table->entries[at].top;
			if (top != MOUNT_NONE)
				break;
			top = find_child(table, at, point, len);
			/* The kernel makes no circles; a recorded text may. */
			if (top == MOUNT_NONE || steps++ > table->len) {
				top = at;
				break;
			}
		}
		for (at = i; at != top && table->entries[at].top == MOUNT_NONE; at = find_child(table, at, point, len))
			table->entries[at].top = top;
		table->entries[top].top = top;
	}
}

int
mount_table_parse(char *text, struct mount_table *ret)
{
	struct mount_table table = { .text = text };
	struct mount_entry *entry;
	size_t cap = 0;
	char *rest = text;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		if (*line == '\0')
			continue;
		table.entries = array_grow(table.entries, &cap, table.len + 1, sizeof *table.entries);
		entry = &table.entries[table.len++];
		if (mountinfo_parse(line, &entry->info) < 0) {
			mount_table_release(&table);
			return -EINVAL;
		}
		entry->point_len = strlen(entry->info.mount_point);
		entry->root_len = strlen(entry->info.root);
	}
	find_parents(&table);
	table.by_place = make_index(&table, order_by_place);
	table.by_source = make_index(&table, order_by_source);
	find_tops(&table);
	*ret = table;
	return 0;
}

int
mount_table_read(int process, struct mount_table *ret)
{
	char *text;
	int r = procfs_read(process, "mountinfo", &text, NULL);

	return r < 0 ? r : mount_table_parse(text, ret);
}

void
mount_table_release(struct mount_table *table)
{
	free(table->entries);
	free(table->by_place);
	free(table->by_source);
	free(table->text);
	memset(table, 0, sizeof *table);
}

size_t
mount_table_at(const struct mount_table *table, const char *path, size_t len)
{
	size_t at = table->root;

	for (size_t end = 1; end < len; end++) {
		size_t child;

		while (end < len && path[end] != '/')
			end++;
		child = find_child(table, at, path, end);
		if (child != MOUNT_NONE)
			at = table->entries[child].top;
	}
	return at;
}

bool
mount_table_is_visible(const struct mount_table *table, size_t mount)
{
	const struct mount_entry *entry = &table->entries[mount];

	return mount_table_at(table, entry->info.mount_point, entry->point_len) == mount;
}

/* The first place in by_source that is not before the given one; with `after`, the first behind it. */
static size_t
source_bound(const struct mount_table *table, const struct mountinfo *device, const char *root, size_t len, bool after)
{
	size_t from = 0, to = table->len;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = compare_source(&table->entries[table->by_source[middle]], device, root, len);

		if (order < 0 || (after && order == 0))
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

const size_t *
mount_table_by_source(const struct mount_table *table, const struct mountinfo *device, const char *root,
		      size_t root_len, size_t *ret_n)
{
	size_t first = source_bound(table, device, root, root_len, false);

	*ret_n = source_bound(table, device, root, root_len, true) - first;
	return table->by_source + first;
}

char *
mount_table_inner_path(const struct mount_table *table, size_t mount, const char *path)
{
	const struct mountinfo *info = &table->entries[mount].info;
	const char *below = path_below(path, info->mount_point);

	return below && *below ? path_join(info->root, below) : text_dup(info->root);
}
