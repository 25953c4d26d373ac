/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A watched session, from outside. Theory of operation:
 *
 *	payload -- looks up --> kernel -- fuse --> pid 1 -- asks --> supervisor <-- reads -- manager, control process
 *
 * The supervisor is a process of the manager's that knows the host: it reads what the waiting program asked
 * for, lets it go on, and finds out if that exists outside. It holds the list of misses. It has no descriptor
 * of the sandbox's but its socket to pid 1, is nobody's parent, and nothing depends on it: when it ends, in
 * whatever way, the session goes on and only what would have been seen is not.
 *
 * The manager makes everything before the sandbox is launched, since pid 1 has to have its end of the socket; and forks
 * the supervisor after, beside the sandbox's own start.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "inspect/miss.h"
#include "sandbox/launch.h"
#include "watch/holds.h"

enum watch_tier {
	WATCH_OFF,
	WATCH_STATIC,  /* tier 0: the static check of a program that could not be executed, and nothing else */
	WATCH_ROOT,    /* tier 1: the root's file system */
	WATCH_SECCOMP, /* tier 2: notifications of system calls */
	WATCH_TIERS
};
extern const char *const watch_tier_names[WATCH_TIERS]; /* "off", "static", "fuse", "seccomp" */

/* Who reads: each has a socket of its own, and may be one process at a time. */
enum watch_reader { WATCH_MANAGER, WATCH_CONTROL, WATCH_READERS };

struct watch;

struct watch_state {
	enum watch_tier tier;
	int refused;	    /* errno of why it is not tier 1, or 0 */
	int refused_filter; /* errno of why it is not tier 2 either, or 0 */
	uint64_t lost;	    /* misses of which nothing but their number is known */
	uint64_t held;	    /* calls that wait for a decision */
};

/*
 * Before the launch: if the plan's request asks for it, fills sb->sensor, sb->sensor_socket and sb->watch. 0, or
 * negative with err filled.
 */
int watch_prepare(const struct plan *plan, struct sandbox *sb, struct error *err);

/*
 * After the launch: starts the supervisor. If that cannot be, the session is as one that is not watched. The mounter is
 * for what the user's policy says; NULL: nothing is ever mounted.
 */
void watch_start(const struct plan *plan, struct sandbox *sb, const struct watch_mounter *mounter);

/* At the end of the session: has the supervisor end, beside the end of the sandbox. */
void watch_stop(struct sandbox *sb);

/* After that, or where the launch failed: waits for it, and closes everything. */
void watch_end(struct sandbox *sb);

/* Which tier is at work, known once the payload runs; without asking anybody. */
enum watch_tier watch_tier(const struct watch *watch);

/*
 * Brings the list up to date, which is zero-initialised at first and kept by the caller: what has not changed is not
 * sent again. state may be NULL. 0; -EPIPE: there is no supervisor (any more), -ETIMEDOUT; the list is as it was then.
 */
int watch_read(struct watch *watch, enum watch_reader who, struct miss_list *list, struct watch_state *state);

/*
 * Sets the state of the misses at and below a path. Calls that are held for one go on: after MISS_CURED the
 * kernel looks again, after MISS_IGNORED they fail as they would have. 0 or -errno, as above.
 */
int watch_set_state(struct watch *watch, enum watch_reader who, const char *path, enum miss_state state);

/*
 * With --on-miss=ask: the process (of the reader's side, alive) is there to decide, and calls wait for it; 0: nobody
 * is, and whoever waits goes on. When the process ends it is as if it had said so. The decision is watch_set_state():
 * MISS_CURED after a mount, MISS_IGNORED for a call that is to fail. 0 or -errno, as above.
 */
int watch_set_decider(struct watch *watch, enum watch_reader who, pid_t pid);

/*
 * Readable when there is something new for watch_read() of WATCH_CONTROL, which makes it unreadable again (an eventfd,
 * for poll(2) alone). -1: not watched.
 */
int watch_event_fd(const struct watch *watch);

/* The descriptors that a process has to keep to be the reader `who`: at most 2, into ret. How many. */
size_t watch_keep(const struct watch *watch, enum watch_reader who, int ret[2]);

#endif
