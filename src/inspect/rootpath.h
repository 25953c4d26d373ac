/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking a path up below a root directory that is held as a descriptor, link by link, and remembering the way.
 *
 * The tree may belong to the payload, which may change it meanwhile. So each component is opened by itself, never
 * through a link; a link's text is followed by us, with "/" and ".." ending at the root. What a walk says may be out of
 * date at once, but it never leaves the root.
 */
#ifndef INSPECT_ROOTPATH_H
#define INSPECT_ROOTPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct rootpath {
	int status; /* 0, or why the walk ended: -ENOENT, -ENOTDIR, -ELOOP, -EACCES, -ENAMETOOLONG, …; -EXDEV: a link
		     * of procfs, which means something else to every reader and is not followed */
	int fd;	    /* O_PATH descriptor of what was found, else -1 */
	struct stat st; /* of what was found */
	char *place;  /* its path without links; on a failure, that of the first component that is missing or refused */
	bool last;    /* that was the last component of the path */
	char **links; /* the places of the links that were followed, in order */
	size_t links_len, links_cap;
	char *target; /* what the last of them says, or NULL */
};

/*
 * Walks `path`, which is absolute, below `root` (an O_PATH descriptor will do). Returns ret->status. Release in any
 * case.
 */
int rootpath_walk(int root, const char *path, struct rootpath *ret);
void rootpath_release(struct rootpath *path);

/*
 * Opens what a walk has found for reading, if it is a regular file and still the same: never a device, and never
 * waiting for the other end of a FIFO. A descriptor (CLOEXEC) or -errno; -ESTALE if another file is there now, -EINVAL
 * if it is not regular.
 */
int rootpath_open(int root, const struct rootpath *found);

/* True if there is something at the path, be it a link that leads nowhere. */
bool rootpath_exists(int root, const char *path);

/* True if the path, its links followed, is a directory. */
bool rootpath_is_directory(int root, const char *path);

#define ROOTPATH_INIT { .fd = -1 }
#define _autorootpath_ __attribute__((cleanup(rootpath_release)))

#endif
