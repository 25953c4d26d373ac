/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the many places that a program needs to the few that are mounted for them. Pure data: nothing here looks at the
 * file system.
 *
 * A directory is taken whole if it was asked for as a whole, or if FOLD_CHILDREN of the names in it are needed
 * themselves; and, while there are more places than wanted, where two are, the deepest first. Some never are: those
 * that the caller says show too much, those marked FOLD_NEVER, and all above such a mark.
 */
#ifndef INSPECT_FOLD_H
#define INSPECT_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "inspect/unit.h"

enum { FOLD_CHILDREN = 3 };

enum fold_kind {
	FOLD_PLACE, /* it is needed, a file as a rule */
	FOLD_WHOLE, /* with all that is in it */
	FOLD_TAKEN, /* likewise, but that was not asked for: it was folded before */
	FOLD_NEVER, /* it is not needed, and never taken whole */
};

struct fold_node;

struct fold {
	struct fold_node *root;
	bool (*is_too_wide)(const char *dir, void *arg); /* NULL: none is */
	void *arg;
};

/* An absolute, clean place without links. */
void fold_add(struct fold *fold, const char *place, enum fold_kind kind);

/*
 * The places to mount, none below another, in the order of their names, appended to ret. max: what they should not be
 * more than; 0: as many as they are. May be called again after more was added.
 */
void fold_places(struct fold *fold, size_t max, struct place_list *ret);
void fold_release(struct fold *fold);

#endif
