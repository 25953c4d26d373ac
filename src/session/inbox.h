/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The signals that reach the manager, each with the answer to the question on which forwarding turns: was it sent
 * to the manager alone, or to its process group?
 *
 * siginfo does not tell. A *sentinel* does: a process of our group that blocks every signal and takes none, so that
 * what was sent to the group stays pending in it, and what was sent to us alone does not. Where there is a pid
 * namespace's init in our group it is the sentinel (sandbox/init.c); else inbox_start_sentinel() makes one.
 */
#ifndef SESSION_INBOX_H
#define SESSION_INBOX_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* By sigqueue(3) with the number of a signal: makes a sentinel forget one of those. Also in sandbox/init.c. */
#define INBOX_FORGET (SIGRTMAX - 1)

/* The kernel's word to us that our parent, or one thread of it, has ended (PR_SET_PDEATHSIG). */
#define INBOX_PARENT SIGRTMAX

/* More than there are signal numbers; of one number several can be taken at once only if it is a real-time signal. */
enum { INBOX_MAX = 96 };

struct letter {
	int number;
	bool to_group; /* sent to the whole of our process group */
	bool queued;   /* by sigqueue(3), with `value` */
	union sigval value;
	pid_t sender;  /* 0: the kernel, or a process that we cannot see */
};

struct inbox {
	sigset_t watched;  /* blocked since inbox_open(), and taken from here */
	sigset_t original; /* the mask that was in force before */
	bool ignored_child; /* SIGCHLD was ignored before */
	pid_t sentinel;	   /* 0: none */
	pid_t parent;	   /* whose end is watched, or 0 */
	bool parent_ended;
};

/*
 * Blocks everything that a sender could mean for the payload, and SIGCHLD, whose disposition becomes the default.
 * Not what a faulty instruction raises: that stays ours. Signals stay blocked for the rest of the process's life:
 * what arrives for the payload too late must not change how we end.
 */
void inbox_open(struct inbox *inbox);

/* From now on inbox_take() notices when our parent ends: see parent_ended, which may be true at once. */
void inbox_watch_parent(struct inbox *inbox);

/* A child that is a sentinel and nothing else, holds no descriptor and dies with us. Its pid, or -errno. */
pid_t inbox_start_sentinel(void);

/* Ends and reaps it. */
void inbox_end_sentinel(struct inbox *inbox);

/*
 * Takes what is pending: fills ret[INBOX_MAX] and returns how many. With `wait`, waits until there is something.
 * SIGCHLD comes at most once.
 */
size_t inbox_take(struct inbox *inbox, bool wait, struct letter *ret);

/* True if a signal of that number is among them. */
bool inbox_has(const struct letter *letters, size_t len, int number);

/* True for a signal by which somebody wants a program to end, if the payload as we would start it would end by it. */
bool inbox_is_fatal(const struct inbox *inbox, int number);

#endif
