/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is mounted inside, as far as it explains why something is not there: each mount that can be seen, what it
 * shows of outside, and, where that is known, the spec that asked for it.
 */
#ifndef INSPECT_WHY_VIEW_H
#define INSPECT_WHY_VIEW_H

#include <stdbool.h>
#include <stddef.h>

struct why_mount {
	char *path;   /* the mount point inside: absolute, clean */
	char *source; /* the place outside that it shows; NULL: it shows nothing of outside */
	bool gone;    /* that place has been removed since */
	bool read_only;
	bool kernel; /* procfs, devpts and their like: what is in it is not to be judged by what is outside */
	char *type;  /* of the file system, or NULL */
	char *spec;  /* as it was written ("ro:/opt/x"), or NULL */
	char *from;  /* what asked for it ("--mnt", "the default view"), or NULL */
};

struct why_view {
	struct why_mount *items; /* in the order in which they were mounted */
	size_t len, cap;
};

/*
 * Reads it from the mount tables of both sides: `caller` and `process` are descriptors of directories in procfs. 0 or
 * -errno. Release in any case.
 */
int why_view_read(int caller, int process, struct why_view *ret);
void why_view_release(struct why_view *view);

void why_mount_release(struct why_mount *mount);

/* A copy, for the caller to release and free; NULL of NULL. */
struct why_mount *why_mount_copy(const struct why_mount *mount);

/* Appends a mount and returns it, with nothing but its path. */
struct why_mount *why_view_add(struct why_view *view, const char *path);

/* Notes what asked for the mount at that path; nothing if there is none. spec and from may be NULL. */
void why_view_ascribe(struct why_view *view, const char *path, const char *spec, const char *from);

/* The mount that an absolute, clean path without links lies on; NULL: on none that is known, or the root itself. */
const struct why_mount *why_view_find(const struct why_view *view, const char *path);

#endif
