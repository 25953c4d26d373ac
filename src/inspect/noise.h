/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Misses that are no cause of anything: paths that programs ask for all the time, that most machines have and that
 * nobody needs inside. They are kept, and shown on request only.
 *
 * One table, which doc/REPORT.md shows as it stands here. A pattern is a path of components, each matched as by
 * fnmatch(3); "**" at the end stands for the path itself and all that is below; "~" is the home directory outside; one
 * that begins with "**" followed by a slash matches below any directory.
 */
#ifndef INSPECT_NOISE_H
#define INSPECT_NOISE_H

#include <stddef.h>

enum noise_kind {
	NOISE_FOLDED, /* is never told unasked */
	NOISE_WEAK,   /* is told only where nothing better is known */
};

struct noise_row {
	const char *pattern;
	enum noise_kind kind;
	const char *reason; /* a sentence without a full stop */
};
extern const struct noise_row noise_rows[];
extern const size_t noise_rows_len;

/*
 * The row that matches the path, which is absolute and clean, or NULL. home: the user's home directory outside, or
 * NULL.
 */
const struct noise_row *noise_find(const char *path, const char *home);

#endif
