/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user has said once and for all of paths: that he does not want to be told of them, or that calls for them
 * are to fail. It holds of what is asked for later too, and whatever becomes of the list of misses, which is bounded
 * and which the program fills.
 */
#ifndef WATCH_RULES_H
#define WATCH_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "inspect/miss.h"

enum { RULES_MAX = 256 };

struct rule {
	char *path;
	enum miss_state state;
};

/* Zero-initialised. */
struct rules {
	struct rule items[RULES_MAX];
	size_t len;
};

/*
 * Of the path and all below it, in place of what was said of any of that. MISS_OPEN: nothing is said any more. -ENOSPC:
 * there is no room for it, and nothing was changed.
 */
int rules_set(struct rules *rules, const char *path, enum miss_state state);

/* What the rule says that is the nearest above; MISS_OPEN: there is none. */
enum miss_state rules_find(const struct rules *rules, const char *path);

/*
 * True if calls are to fail for a path in the directory, or for it: whoever shows all of it would show that. By
 * whatever name, as links lead at this moment: the directory has been looked at before, as outside_has() does.
 */
bool rules_refuse_in(const struct rules *rules, const char *dir);

void rules_release(struct rules *rules);

#endif
