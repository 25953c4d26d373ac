/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The place outside that something inside shows. */
#include "config.h"

#include "inspect/place.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

const char *const place_names[] = {
	[PLACE_SHOWN] = "shown", [PLACE_DELETED] = "deleted", [PLACE_COVERED] = "covered",
	[PLACE_PART] = "part",	 [PLACE_INSIDE] = "inside",   [PLACE_UNKNOWN] = "unknown",
};
_Static_assert(sizeof place_names / sizeof *place_names == PLACE_KINDS, "each kind has a name");

/* A part of a file system. */
struct part {
	const struct mountinfo *device;
	const char *path; /* in it */
};

/* What the kernel puts behind the path of something that was removed. Two slashes are in no other path. */
static const char deleted_suffix[] = "//deleted";

static bool
is_same_device(const struct mountinfo *a, const struct mountinfo *b)
{
	return a->major == b->major && a->minor == b->minor;
}

/* True if outside the very same path shows the part. */
static bool
is_there(const struct mount_table *outside, const char *path, const struct part *part)
{
	size_t mount = mount_table_at(outside, path, strlen(path));
	_autofree_ char *seen = NULL;

	if (mount == MOUNT_NONE || !is_same_device(&outside->entries[mount].info, part->device))
		return false;
	seen = mount_table_inner_path(outside, mount, path);
	return strcmp(seen, part->path) == 0;
}

/*
 * Tries the mounts outside whose root is the first `root_len` bytes of the part's path. True if the part can be seen
 * through one of them; else the first path where it would be is left in place->path, unless one is there already.
 */
static bool
try_root(const struct mount_table *outside, const struct part *part, size_t root_len, struct place *place)
{
	const char *below = part->path + root_len + strspn(part->path + root_len, "/");
	size_t n;
	const size_t *mounts = mount_table_by_source(outside, part->device, part->path, root_len, &n);

	for (size_t i = 0; i < n; i++) {
		const char *point = outside->entries[mounts[i]].info.mount_point;
		_autofree_ char *path = *below ? path_join(point, below) : text_dup(point);

		if (mount_table_at(outside, path, strlen(path)) == mounts[i]) {
			free(place->path);
			place->path = take_ptr(path);
			return true;
		}
		if (!place->path)
			place->path = take_ptr(path);
	}
	return false;
}

/*
 * "/../.." is how cgroup2 shows what lies above the reader's cgroup namespace; "net:[1]" a namespace's file. No path
 * leads below those.
 */
static bool
is_plain_path(const char *path)
{
	return path[0] == '/' && strncmp(path, "/..", 3) != 0;
}

/* From the whole file system down to exactly this part: the first one is most likely the one that people know. */
static bool
try_roots(const struct mount_table *outside, const struct part *part, struct place *place)
{
	size_t len = strlen(part->path);

	if (is_plain_path(part->path) && len > 1) {
		if (try_root(outside, part, 1, place))
			return true;
		for (size_t end = 1; end < len; end++)
			if (part->path[end] == '/' && try_root(outside, part, end, place))
				return true;
	}
	return try_root(outside, part, len, place);
}

static bool
has_device(const struct mount_table *table, const struct mountinfo *device)
{
	size_t n;
	const size_t *next = mount_table_by_source(table, device, "", 0, &n);

	/* No root is empty, so this is where the device's mounts begin. */
	return next < table->by_source + table->len && is_same_device(&table->entries[*next].info, device);
}

static struct place
find_part(const struct mount_table *outside, const struct part *part, const char *same_path)
{
	struct place place = { .kind = PLACE_SHOWN };
	size_t len = strlen(part->path), suffix = sizeof deleted_suffix - 1;
	_autofree_ char *before = NULL;

	if (same_path && is_there(outside, same_path, part)) {
		place.path = text_dup(same_path);
		return place;
	}
	if (len > suffix && strcmp(part->path + len - suffix, deleted_suffix) == 0) {
		/* A mount outside may hold on to it as well; nothing else leads to it. */
		if (try_root(outside, part, len, &place))
			return place;
		before = text_ndup(part->path, len - suffix);
		try_roots(outside, &(struct part){ part->device, before }, &place);
		place.kind = place.path ? PLACE_DELETED : has_device(outside, part->device) ? PLACE_PART : PLACE_INSIDE;
		return place;
	}
	if (!try_roots(outside, part, &place))
		place.kind = place.path ? PLACE_COVERED : has_device(outside, part->device) ? PLACE_PART : PLACE_INSIDE;
	return place;
}

struct place
place_find(const struct mount_table *inside, const struct mount_table *outside, const char *path)
{
	size_t mount = mount_table_at(inside, path, strlen(path));
	_autofree_ char *inner = NULL;

	if (mount == MOUNT_NONE)
		return (struct place){ .kind = PLACE_UNKNOWN };
	inner = mount_table_inner_path(inside, mount, path);
	return find_part(outside, &(struct part){ &inside->entries[mount].info, inner }, path);
}

struct place
place_of_mount(const struct mount_table *inside, size_t mount, const struct mount_table *outside)
{
	const struct mountinfo *info = &inside->entries[mount].info;

	return find_part(outside, &(struct part){ info, info->root }, info->mount_point);
}

void
place_release(struct place *place)
{
	free(place->path);
	place->path = NULL;
}
