/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths as strings: nothing here looks at the file system. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * `path` made absolute on `base` (an absolute path) and cleaned: no empty component, no ".", no trailing
 * slash but for "/" itself. ".." is resolved lexically, as a shell's logical `cd` does; above "/" it is "/".
 * The caller frees.
 */
char *path_absolute(const char *base, const char *path);

/* "a/b" from "a" and "b"; exactly one slash between. The caller frees. */
char *path_join(const char *a, const char *b);

/* True if path is dir or lies below it. Both absolute and clean. */
bool path_is_below(const char *path, const char *dir);

/* The part of path below dir, without a leading slash ("" for dir itself), pointing into path; NULL: not below. */
const char *path_below(const char *path, const char *dir);

/* Number of components: 0 for "/", 2 for "/a/b". */
int path_depth(const char *path);

/* The parent of a clean absolute path ("/" for "/a" and "/"). The caller frees. */
char *path_parent(const char *path);

/* The last component, pointing into path ("" for "/"). */
const char *path_name(const char *path);

#endif
