/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the commands that decide about misses (:allow, :deny, :ignore), and those that change mounts, have in common.
 *
 * A decision is about a path and all below it. What waits for it goes on, and it stands in the call's context until
 * whoever serves the command has told those who follow events.
 */
#ifndef CMD_DECIDE_H
#define CMD_DECIDE_H

#include <stddef.h>

#include "base/error.h"
#include "cmd/table.h"
#include "inspect/miss.h"
#include "watch/watch.h"

struct live_change;

struct decision {
	const char *verb; /* "allowed", "denied", "ignored", "reset"; NULL: none was made */
	char *path;   /* the first one */
	size_t paths; /* how many there were */
	char *spec;  /* what was mounted, or NULL */
	size_t calls; /* that went on */
};
void decision_release(struct decision *decision);

/* Brings the context's list of misses up to date. state may be NULL. 0, or negative with err filled: nobody watches. */
int decide_read(const struct call *call, struct watch_state *state, struct error *err);

/* The path that an argument means, absolute. The caller frees. NULL with err filled: it is relative to nothing. */
char *decide_path(const struct call *call, const char *path, struct error *err);

/* Says it to who watches; *ret_calls (may be NULL) gets added how many go on. 0, or negative with err filled. */
int decide_set(const struct call *call, const char *path, enum miss_state state, size_t *ret_calls, struct error *err);

/* The same of the misses that there are, and not of those to come (watch_set_state_now()). */
int decide_set_now(const struct call *call, const char *path, enum miss_state state, size_t *ret_calls,
		   struct error *err);

/* Makes it the context's decision, in place of the one before. */
void decide_note(const struct call *call, const char *verb, const char *path, const char *spec, size_t calls);

/*
 * What was mounted cures misses, and what waits for it goes on; what was unmounted does not any more. `undone`: the
 * change was taken back. Returns how many calls go on. Where nobody watches nothing is done.
 */
size_t decide_by_change(const struct call *call, const struct live_change *change, bool undone);

#endif
