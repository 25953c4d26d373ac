/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What pid 1 of a watched session and the supervisor outside have in common: a page of shared memory, and the packets
 * of the socket between them.
 *
 * The root of a watched session is a file system of pid 1's own (sandbox/rootfs.h): what is missing reaches it. pid 1
 * knows nothing of the outside, and must never block, so it looks each missing name up in a filter in the shared page,
 * which the supervisor fills with what the directories hold outside. A name that is not in it exists neither here nor
 * there: that is answered at once, and the kernel may remember it. Any other is an *ask*: the program waits while the
 * supervisor, which sees it wait, reads what it asked for. Whatever becomes of the supervisor, the program goes on.
 */
#ifndef SANDBOX_SENSOR_H
#define SANDBOX_SENSOR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How misses are seen. In this order of preference. */
enum sensor_tier {
	SENSOR_STATIC,	/* not at all: what is left is the static check of a program that could not be executed */
	SENSOR_ROOT,	/* by the root's file system */
	SENSOR_SECCOMP, /* by notifications of system calls */
};

enum {
	SENSOR_FILTER_BITS = 1 << 19, /* for some 30,000 names outside one missing name in 80 is asked for in vain */
	SENSOR_PATH_MAX = 4096 + 256, /* a directory's path and a name below it */
	SENSOR_HELD_MAX = 256, /* so many notified calls wait for a decision at most */
	SENSOR_LISTENERS_MAX = 64, /* the payload's, which is the first, and those of programs that have joined */
};

struct sensor_page {
	_Atomic uint32_t tier;	 /* enum sensor_tier; written while the sandbox is built */
	_Atomic int32_t refused; /* errno of the root's file system, where that was tried in vain */
	_Atomic int32_t refused_filter; /* likewise of the notifications */
	_Atomic uint32_t filled; /* the filter is: until then every missing name is asked for */
	_Atomic uint64_t received[SENSOR_LISTENERS_MAX]; /* id of the notification that the supervisor received last */
	_Atomic uint64_t held[SENSOR_HELD_MAX]; /* ids of those that it has not answered, or 0 */
	_Atomic uint64_t bursts; /* of names that are nowhere */
	_Atomic int32_t mounter; /* who mounts what others wait for, by its thread id outside, or 0 */
	_Atomic uint64_t lost;	 /* asks that the supervisor could not be told of */
	_Atomic uint64_t filter[SENSOR_FILTER_BITS / 64];
};

enum sensor_ask_kind {
	ASK_MISSING = 1, /* the program waits for an answer */
	ASK_SIGNAL,	 /* whoever waits for `id` has a signal: answer it if that is to end the program */
	ASK_GONE,	 /* it does not wait any more: it got its answer without the supervisor */
	ASK_LISTENER,	 /* no ask: the descriptor that comes with it is the listener of the notifications */
	ASK_NEAR,	 /* the task asks for much that is nowhere: pid 1 would rather be on its processor */
	ASK_ATTRIBUTES,	 /* of a place (sandbox/rootfs.h), by its path; the program waits for an answer */
	ASK_AGAIN,	 /* told to walk once more (ANSWER_AGAIN) it does, and can wait; the name is the same */
};

/* From pid 1. The path, of path_len bytes without a NUL, follows. Absolute, inside, of the missing name. */
struct sensor_ask {
	uint64_t id;
	uint32_t kind;
	int32_t task; /* its thread id outside */
	uint32_t parent; /* node of the directory */
	uint32_t path_len;
};

enum sensor_answer_kind {
	ANSWER_MISSING = 1, /* it is not there; if it is by now, it is */
	ANSWER_KILLED,	    /* EINTR: the program is about to die */
	ANSWER_GHOST,	    /* not yet decided: have it ask again, in a way in which it can wait (sandbox/rootfs.h) */
	ANSWER_HOLD,	    /* it has: another answer follows, whenever that is; the mounter finds a place meanwhile */
	ANSWER_PLACE,	    /* who asks is about to mount something there: there shall be a place */
	ANSWER_THERE,	    /* it has been mounted there: the kernel may remember the place */
	ANSWER_UNMADE,	    /* it could not be mounted: there shall be no place any more */
	ANSWER_STALE,	    /* ESTALE: have it walk the path once more */
	ANSWER_ABSENT,	    /* it is not there, and whoever makes something there is not to be kept from it */
	ANSWER_PLAIN,	    /* the place is a directory or a file as any other */
	ANSWER_AGAIN,	    /* ESTALE, and ask when it walks the path once more: it must not wait here */
	ANSWER_LISTENER,    /* no answer: the listener of a program that has joined comes with it; `id` is its place */
};

/* From the supervisor. */
struct sensor_answer {
	uint64_t id;
	uint32_t kind;
	uint32_t type; /* S_IFDIR or S_IFREG, with ANSWER_GHOST, ANSWER_PLACE and ANSWER_HOLD (0: it is no place) */
};

/* The hash of a path inside, from that of the directory. The root's is SENSOR_ROOT_HASH. */
#define SENSOR_ROOT_HASH 0xcbf29ce484222325u
uint64_t sensor_hash(uint64_t dir, const char *name, size_t len);

void sensor_mark(struct sensor_page *page, uint64_t hash);
bool sensor_is_marked(const struct sensor_page *page, uint64_t hash);

#endif
