/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths as they are outside, link by link: where a name leads to, and which links it leads through, so that the plan
 * can make the same links inside.
 *
 * The kernel decides what a path means: ".." is the directory above the one that was reached, 40 links are the limit,
 * search permission is all that a directory on the way has to give. The walk reads and changes nothing, mounts no
 * automount below its last component, and opens no file.
 */
#ifndef SANDBOX_VIEW_H
#define SANDBOX_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Something on the way that has to be inside as well. */
struct view_stop {
	char *path;   /* its physical place */
	char *target; /* the text of the link there; NULL: a directory that is entered and left again by ".." */
};

struct view {
	char *path;  /* physical: absolute, clean, without links; behind a missing component, as it was written */
	mode_t mode; /* st_mode; 0: not there */
	int why;     /* where mode is 0: ENOENT, ENOTDIR or EACCES; where the walk failed: its error */
	bool magic;  /* the walk failed with ELOOP at a link of procfs that stands for something a process has open */
	struct view_stop *stops; /* in the order in which they were met */
	size_t stops_len, stops_cap;
};

/*
 * The way through the links that the last path took: of a thousand paths below one linked directory, its links are
 * walked once. Zero-initialised by the caller; one for each plan, which is made in one go.
 */
struct view_memo {
	char *from; /* logical, with a "/" at its end; NULL: nothing is remembered */
	char *to;   /* physical */
	struct view_stop *stops;
	size_t stops_len;
};

/*
 * Walks an absolute path. 0 if it came to an end, where there may be nothing (ret->mode is 0 then); -ELOOP,
 * -ENAMETOOLONG or another -errno if it did not, with ret->path the place where it ended. *ret is to be released in
 * any case. memo may be NULL.
 */
int view_walk(const char *path, struct view_memo *memo, struct view *ret);
void view_release(struct view *view);
void view_memo_release(struct view_memo *memo);

/* The first part of the path of a view without mode that is not there, or cannot be reached. The caller frees. */
char *view_missing(const struct view *view);

/* st_mode of a path in which no component is a link; 0, or -errno (-ELOOP: one is). */
int view_stat(const char *path, mode_t *ret);

#endif
