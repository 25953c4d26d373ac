/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the name that was missing to the path that was asked for. The root's file system is asked for one name in one of
 * its directories ("opt" in "/"); the program asked for something else: a path that goes on below it, a link somewhere
 * that leads there, a script whose "#!" line does. We go the same way, by the mounts that the sandbox has and by what
 * they show outside, and never look a name up inside.
 */
#ifndef WATCH_TRAIL_H
#define WATCH_TRAIL_H

#include <stdbool.h>

#include "inspect/miss.h"
#include "inspect/mounttable.h"
#include "sandbox/plan.h"

/* What the sandbox's mounts are, as of the last time that they were read. */
struct trail_map {
	const struct plan *plan;
	struct mount_table inside, outside;
	bool known;
};

/* Reads them: `process` is the directory of pid 1 in procfs, `caller` our own. */
void trail_map_read(struct trail_map *map, int caller, int process);
void trail_map_release(struct trail_map *map);

struct trail {
	char *path; /* of the miss: absolute, clean */
	struct miss_step steps[MISS_STEPS_MAX];
	size_t len;
};

/*
 * Follows `path` (absolute, as the program wrote it) until it comes to `missing`. True, with *ret filled, if it does.
 * `executes`: what is found at its end is a program, which leads on to its interpreter.
 */
bool trail_follow(const struct trail_map *map, const char *path, const char *missing, bool executes, struct trail *ret);
/* One more step, if there is room. */
void trail_add(struct trail *trail, enum miss_via via, const char *path);
void trail_release(struct trail *trail);

/* What runs the program at a clean path inside: its "#!" line's or its ELF header's interpreter; NULL: nothing else. */
char *trail_interpreter(const struct trail_map *map, const char *path);

/* The place outside of a clean path inside, or NULL: it is nothing of the host's. The caller frees. */
char *trail_outside(const struct trail_map *map, const char *path);

#endif
