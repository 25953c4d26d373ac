/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The entries of a plan while they are collected, and how they are brought into agreement. Used by plan.c and its
 * parts only.
 *
 * Whoever collects says what is wanted where, in any order. draft_settle() then decides, from the root down:
 *
 *	- at the same place the higher rank wins, and within a rank the later entry;
 *	- what is deeper goes over what is shallower, whatever the order;
 *	- each entry gets its parent, and it is found out whether its place is there, has to be made, or cannot be:
 *	  nothing is ever made in a directory of the host. Where one is bound read-only and lacks the place, that
 *	  directory is rebuilt of its children (plan_rebuild.c); where it is writable, that is an error.
 */
#ifndef SANDBOX_PLAN_DRAFT_H
#define SANDBOX_PLAN_DRAFT_H

#include <sys/types.h>

#include "sandbox/plan.h"
#include "sandbox/view.h"

enum draft_rank {
	RANK_WAYPOINT, /* a directory that names lead through by "..": it only has to be there */
	RANK_SIBLING,  /* a child of a directory that is rebuilt */
	RANK_REBUILT,  /* such a directory */
	RANK_DEFAULT,  /* of the default view */
	RANK_SPEC,
};

enum draft_flag {
	DRAFT_YIELDS = 1 << 0, /* a default that a directory above, brought by a spec, makes superfluous */
	DRAFT_VITAL = 1 << 1,  /* a default that programs cannot do without: no place for it is an error */
	DRAFT_KEEP = 1 << 2,   /* a default that stays even in a directory that was asked to be empty */
	DRAFT_EMPTY = 1 << 3,  /* MNTPOINT=none: the defaults below it go */
	DRAFT_COVER = 1 << 4,  /* what `move` leaves behind: only where its source would be seen */
	DRAFT_VIEW = 1 << 5,   /* part of a default view, isolate's or isolate.sh's: never an error (but see VITAL) */
};

/* The place of an entry has not been looked at outside. */
#define OUTSIDE_UNKNOWN ((mode_t)-1)

struct draft_entry {
	struct plan_entry e;
	enum draft_rank rank;
	unsigned flags; /* enum draft_flag */
	unsigned order;
	mode_t outside; /* st_mode of what stands at e.path outside, 0 for nothing, or OUTSIDE_UNKNOWN */
	const struct draft_entry *above; /* the nearest one above, once settled */
	int index;			 /* in the plan, once settled */
	bool dropped;
};

/* A directory that has to be rebuilt: the bind that shows it, and its path inside. */
struct draft_rebuild {
	struct draft_entry *bind;
	char *dir;
};

struct draft {
	struct draft_entry **entries; /* sorted by draft_settle() */
	size_t len, cap;
	unsigned order;
	struct draft_rebuild *rebuilds;
	size_t rebuilds_len, rebuilds_cap;
};

/* Adds an entry and takes over path. The result may be changed until draft_settle(). */
struct draft_entry *draft_add(struct draft *draft, enum plan_kind kind, char *path, enum draft_rank rank,
			      unsigned flags);

/* Adds the links and the directories left by ".." that a name leads through. Takes over their texts. */
void draft_add_stops(struct draft *draft, struct view *view, enum draft_rank rank, unsigned flags,
		     const struct spec *spec);

/* plan_settle.c: brings the entries into agreement. 0, or negative with err filled. */
int draft_settle(struct draft *draft, struct error *err);

/* Sorts, keeps one entry for each place, and forgets those that were dropped. */
void draft_sort(struct draft *draft);

/* plan_rebuild.c: replaces what is in draft->rebuilds by the children of those directories. */
int draft_rebuild(struct draft *draft, struct error *err);

void draft_release(struct draft *draft);

/* The order of a plan: by component, a directory before all that is below it, and that in one run. */
int plan_path_compare(const char *a, const char *b);

/* Path outside of what a bind shows at a path at or below its own. The caller frees. */
char *bind_source_of(const struct plan_entry *bind, const char *path);

/* True if `source` outside is what a bind shows at `path`. */
bool bind_shows(const struct plan_entry *bind, const char *path, const char *source);

#endif
