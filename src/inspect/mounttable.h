/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mounts that one process sees, from one read of its mountinfo, indexed so that a path finds the mount it lies on
 * and a place in a file system finds the mounts that show it.
 *
 * Whoever may mount chooses the paths and the number of the lines (100,000 by default, fs.mount-max). So every look-up
 * takes logarithmic time, whatever the mounts are, and nothing is looked for by trying all of them.
 */
#ifndef INSPECT_MOUNTTABLE_H
#define INSPECT_MOUNTTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/mountinfo.h"

/*
 * No mount: the parent of the root, or what lies above the root of a process that was chrooted into the middle of a
 * mount.
 */
#define MOUNT_NONE SIZE_MAX

struct mount_entry {
	struct mountinfo info;
	size_t point_len, root_len; /* of its mount point and root: they are compared often */
	size_t parent; /* index, or MOUNT_NONE */
	size_t top;    /* the last of the mounts that are stacked on this one's root; itself if there is none */
};

struct mount_table {
	struct mount_entry *entries;
	size_t len;
	size_t root;	   /* the mount of "/", or MOUNT_NONE */
	size_t *by_place;  /* indexes, in the order of parent and mount point */
	size_t *by_source; /* indexes, in the order of device, root and age */
	char *text;	   /* holds all strings */
};

/*
 * Reads PROCESS/mountinfo, of a process held by a descriptor of its directory in procfs. 0 or -errno; -EINVAL: not as
 * proc(5) says.
 */
int mount_table_read(int process, struct mount_table *ret);

/* The same of a text, which is taken over and freed in any case. */
int mount_table_parse(char *text, struct mount_table *ret);

void mount_table_release(struct mount_table *table);

/*
 * The mount that the absolute, clean path of `len` bytes lies on, for who walks to it from the root; MOUNT_NONE if that
 * is not in the table.
 */
size_t mount_table_at(const struct mount_table *table, const char *path, size_t len);

/*
 * True if a walk to the mount's own mount point ends in it: nothing is mounted over it or over one of the directories
 * above.
 */
bool mount_table_is_visible(const struct mount_table *table, size_t mount);

/*
 * The first of the mounts in by_source that have this device and root of `root_len` bytes; *ret_n says how many follow,
 * itself included.
 */
const size_t *mount_table_by_source(const struct mount_table *table, const struct mountinfo *device, const char *root,
				    size_t root_len, size_t *ret_n);

/* Where in its file system the path lies, given the mount that it lies on. The caller frees. */
char *mount_table_inner_path(const struct mount_table *table, size_t mount, const char *path);

#endif
