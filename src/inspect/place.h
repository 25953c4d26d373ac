/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The place outside that something inside shows, worked out from the mounts of both sides. A mount shows a part of a
 * file system, named by device and root; the same part is outside where a mount of the same device shows it or
 * something above it, and no other mount hides that. The device number of mountinfo is the file system's own, so this
 * holds for subvolumes of btrfs and for binds of binds as well. Inode numbers are not asked: nothing inside has to be
 * touched.
 */
#ifndef INSPECT_PLACE_H
#define INSPECT_PLACE_H

#include "inspect/mounttable.h"

enum place_kind {
	PLACE_SHOWN,	/* it is at `path` outside */
	PLACE_DELETED,	/* it was at `path`, and has been removed since */
	PLACE_COVERED,	/* it would be at `path`, where another mount covers it */
	PLACE_PART,	/* its file system is mounted outside, but not this part of it */
	PLACE_INSIDE,	/* its file system is not mounted outside at all */
	PLACE_UNKNOWN,	/* not even the mount inside is known */
	PLACE_KINDS
};

/* What they are called in answers for machines. */
extern const char *const place_names[PLACE_KINDS];

struct place {
	enum place_kind kind;
	char *path; /* NULL for the last three kinds */
};

/*
 * Where outside there is what `inside` shows at the absolute, clean path. Where there are several places, the one of
 * the same name is preferred.
 */
struct place place_find(const struct mount_table *inside, const struct mount_table *outside, const char *path);

/* The same for the root of a mount of `inside`, also of one that is covered. */
struct place place_of_mount(const struct mount_table *inside, size_t mount, const struct mount_table *outside);

void place_release(struct place *place);

#endif
