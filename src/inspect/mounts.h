/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mounts that a process sees, each with the place outside that it shows. */
#ifndef INSPECT_MOUNTS_H
#define INSPECT_MOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "inspect/mountlock.h"
#include "inspect/mounttable.h"
#include "inspect/place.h"

struct mount_view {
	size_t index;	       /* in `inside` */
	struct place outside;
	const char *covered_by; /* the mount point of what is seen in its place; NULL: it can be seen */
	enum mount_lock lock;
};

/* How a mount takes part in what is mounted elsewhere (mount_namespaces(7)). 0 for a group: none. */
struct mount_propagation {
	uint64_t shared, master, from;
	bool unbindable;
};

/* A part of an overlay's options; strings are the caller's to free. */
struct mount_overlay {
	char **lower;
	size_t lower_len;
	char *upper; /* NULL: there is none, and it is read-only */
	char *work;
};

struct mounts {
	struct mount_table inside, outside;
	struct mount_view *views; /* in the order of mountinfo */
	size_t len;
	bool same_namespace; /* the caller's own: it sees the very same mounts */
	enum mount_power power;
};

/*
 * Reads both sides: that of `process` and that of `caller`, descriptors of their directories in procfs. 0 or -errno.
 * Namespaces that may not be looked at are no error: then the locks are unknown.
 */
int mounts_read(int caller, int process, struct mounts *ret);
void mounts_release(struct mounts *mounts);

struct mount_propagation mount_propagation_of(const struct mountinfo *info);

/*
 * The layers of an overlay; false for anything else. The paths are what the one who mounted it wrote, in his view of
 * the file system.
 */
bool mount_overlay_of(const struct mountinfo *info, struct mount_overlay *ret);
void mount_overlay_release(struct mount_overlay *overlay);

#endif
