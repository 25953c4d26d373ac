/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A watched session, from outside. Theory of operation:
 *
 *	payload -- looks up --> kernel -- fuse --> pid 1 -- asks --> supervisor <-- reads -- manager, control process
 *
 * The supervisor is a process of the manager's that knows the host: it reads what the waiting program asked
 * for, lets it go on, and finds out if that exists outside. It holds the list of misses. It has no descriptor
 * of the sandbox's but its socket to pid 1: what has to be done inside the mounter does, and short-lived children
 * (private.c). Nothing depends on it: when it ends, in whatever way, the session goes on and only what would have been
 * seen is not.
 *
 * The manager makes everything before the sandbox is launched, since pid 1 has to have its end of the socket; and forks
 * the supervisor after: beside the sandbox's own start, or when the first asks for it.
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
 * After the launch: starts the supervisor, or has it started by watch_rouse(). If that cannot be, the session is as one
 * that is not watched. Plan and mounter have to outlive the session; the mounter is for what the user's policy says;
 * NULL: nothing is ever mounted.
 */
void watch_start(const struct plan *plan, struct sandbox *sb, const struct watch_mounter *mounter);

/*
 * Most programs miss nothing, and a process takes time to make and to end: where the root's file system sees what is
 * missing, the supervisor is started when it is asked for something. Readable when it is; -1: that has happened, or the
 * session is not watched.
 */
int watch_rouse_fd(const struct watch *watch);
void watch_rouse(struct watch *watch);

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
 * A decision about a path and all below it. Calls that are held for it go on, how many is the answer: after MISS_CURED
 * (something was mounted there) the kernel looks again, after MISS_IGNORED and MISS_DENIED they fail as they would
 * have, and so do later ones, without waiting. MISS_OPEN takes the last two back. -errno, as above; -ENOSPC:
 * there are as many rules as can be (watch/rules.h), and nothing was changed.
 */
int watch_set_state(struct watch *watch, enum watch_reader who, const char *path, enum miss_state state);

/* The same of the misses that there are: of those to come nothing is said, and nothing said before is forgotten. */
int watch_set_state_now(struct watch *watch, enum watch_reader who, const char *path, enum miss_state state);

/*
 * A program is about to join the session. Where calls are notified of, *ret_socket is the caller's, CLOEXEC: the
 * program hands its listener in over it (sandbox/keeper.h). 0 or -errno: -EOPNOTSUPP: they are not; -EMFILE: as
 * many have joined as can be watched at a time; and as above.
 */
int watch_expect(struct watch *watch, enum watch_reader who, int *ret_socket);

/* What was mounted at the path is not any more: calls for what it has cured may wait again. 0 or -errno, as above. */
int watch_uncure(struct watch *watch, enum watch_reader who, const char *path);

/*
 * With --on-miss=ask: the process (alive) is there to decide, as the reader says, and calls wait for it; 0: nobody
 * is, and unless the other reader knows of one, whoever waits goes on. When the process ends it is as if the reader had
 * said so. `in_place_of` > 0: if that is whom the other reader has told of, it takes his place. The decision is
 * watch_set_state(). 0 or -errno, as above.
 */
int watch_set_decider(struct watch *watch, enum watch_reader who, pid_t pid, pid_t in_place_of);

/* The same by the manager, who waits for no answer; may be called before watch_start(). NULL is no watch. */
void watch_tell_decider(struct watch *watch, pid_t pid);

/*
 * Readable when there is something new for watch_read() of WATCH_CONTROL, which makes it unreadable again (an eventfd,
 * for poll(2) alone). -1: not watched.
 */
int watch_event_fd(const struct watch *watch);

/* POLLHUP when the supervisor has ended. -1: not watched. */
int watch_end_fd(const struct watch *watch, enum watch_reader who);

/* The descriptors that a process has to keep to be the reader `who`: at most 2, into ret. How many. */
size_t watch_keep(const struct watch *watch, enum watch_reader who, int ret[2]);

#endif
