/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls that wait for a decision, and the user's policy: what is to be mounted for a miss without being asked.
 *
 * What is decided is a path outside, once: whoever asks for it again gets the same answer. Nothing is ever mounted but
 * what a pattern of --allow names, whole, or what somebody outside mounts himself while calls wait. There are bounds on
 * how many may wait and on how many decisions are remembered; beyond them calls fail, as without a watch.
 */
#ifndef WATCH_HOLDS_H
#define WATCH_HOLDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sandbox/request.h"
#include "watch/rules.h"

/* Both in a process of its own, and read-only, in the sandbox of that pid 1. */
struct watch_mounter {
	/* Mounts a path. 0 or negative. */
	int (*mount)(pid_t init, const char *path);
	/*
	 * Mounts one path after the other, each a packet from the socket, and answers with an int: 0, or negative where
	 * it is for mount() to try. Returns when there are no more, or when it is of no use any more.
	 */
	void (*serve)(pid_t init, int socket);
};

/*
 * HOLDS_MAX is half of those who may wait for the supervisor at all (sandbox/watched.c): whoever holds as many calls as
 * there may be does not keep others from being seen.
 */
enum { HOLDS_MAX = 128, UNITS_MAX = 256, MEETINGS_MAX = 256, LATECOMER_MS = 5000 };

/* Those who say who is there to decide: as many as there are readers (watch/watch.h). */
enum { HOLD_SPEAKERS = 2 };

/* Somebody who was told to ask again (ANSWER_GHOST). */
struct hold_meeting {
	pid_t task;
	char *missing; /* the name that he asks for; NULL: nobody */
	char *path;    /* of the miss */
};

struct hold {
	uint64_t id;
	pid_t task;
	char *path; /* of the miss */
	bool signalled;
	/*
	 * ms of CLOCK_MONOTONIC; 0: none. Should the kernel have let go of the ghost (sandbox/rootfs.h), then who comes
	 * while it is being mounted holds the lock that the mounter waits for: he waits long enough, not for ever.
	 */
	int64_t deadline;
};

/* What was mounted by the policy, or is about to be. */
struct hold_unit {
	char *path;
	bool mounting;
	pid_t pid; /* of who mounts it alone, or 0 */
	int pidfd;
	bool failed;
};

enum hold_progress { HOLD_NONE, HOLD_FAILED, HOLD_MOUNTED, HOLD_MOUNTING };

struct holds {
	const struct request *req;
	const struct rules *rules; /* what the user has said meanwhile; NULL: nothing */
	const struct watch_mounter *mounter;
	pid_t init;
	int keep; /* for who serves, so that it can be seen when he has ended */
	pid_t server; /* who serves, or 0 */
	int server_socket, server_cpu;
	struct hold_unit *serving; /* what he mounts, or NULL: one at a time, so that nobody waits for another's path */
	struct hold items[HOLDS_MAX];
	size_t len;
	struct hold_unit units[UNITS_MAX];
	size_t units_len;
	struct hold_meeting met[MEETINGS_MAX];
	size_t met_next; /* which of them is to be forgotten next */
	/* Who is there to decide, as each of the readers says. */
	struct hold_decider {
		pid_t pid; /* 0: nobody */
		int pidfd;
	} deciders[HOLD_SPEAKERS];
};

/*
 * What the pattern allows of a path: the part of it, from the root on, that the pattern matches. The caller frees.
 * NULL: nothing.
 */
char *holds_allowed_part(const char *pattern, const char *path);

/* Whether a call that asks for the path, of which nothing is decided yet, is to wait. */
bool holds_want(const struct holds *holds, const char *path);

/* The task is told to ask for the name again. */
void holds_meet(struct holds *holds, pid_t task, const char *missing, const char *path);

/* True if it has been, and forgets it: *ret_path is the miss's, the caller's to free. */
bool holds_met(struct holds *holds, pid_t task, const char *missing, char **ret_path);

/* True if it will be that. */
bool holds_has_met(const struct holds *holds, pid_t task, const char *missing);

/*
 * It asks again, and waits. Where the policy says so, somebody begins to mount the path: not before, since he would get
 * in the way of the question. False: there is no room, or nothing to wait for any more.
 */
bool holds_add(struct holds *holds, uint64_t id, pid_t task, const char *path);
void holds_drop(struct holds *holds, uint64_t id);

/* How many wait for something at or below the path ("/": anything). */
size_t holds_count(const struct holds *holds, const char *path);

/* The first that waits for something at or below the path ("/": anything), taken out; *ret_id. False: none. */
bool holds_take(struct holds *holds, const char *path, uint64_t *ret_id);

/* One whose time is over, taken out; *ret_wait is how many ms the next one has (-1: there is none). False: none. */
bool holds_take_late(struct holds *holds, uint64_t *ret_id, int *ret_wait);

/* A unit whose mount is over, one way or the other, for the caller to release those who wait. NULL: none. */
const struct hold_unit *holds_finished(struct holds *holds);

/* How it stands with the units at or below a path: the last of the above that is true of any, and which that is. */
enum hold_progress holds_progress(const struct holds *holds, const char *path, const struct hold_unit **ret);

/* The same of the path alone. */
enum hold_progress holds_progress_at(const struct holds *holds, const char *path);

/* Readable when what they mount is: who serves, and the first of those who mount for themselves. -1: nobody does. */
int holds_server_fd(const struct holds *holds);
int holds_mount_fd(const struct holds *holds);

/* From now on the process is there to decide, says that reader; 0: nobody. */
void holds_set_decider(struct holds *holds, size_t speaker, pid_t pid);

/* Somebody is, as far as any of them says. */
bool holds_has_decider(const struct holds *holds);

/* True once if the last one who was there has ended: nobody is any more. */
bool holds_lost_deciders(struct holds *holds);

/* Somebody waits for that very path. */
bool holds_any_for(const struct holds *holds, const char *path);

void holds_release(struct holds *holds);

#endif
