/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The processes of a sandbox as they come and go, without polling: as the kernel tells it (sys/procnews.h).
 *
 * The set of the sandbox's processes is read once and kept from then on: a child of one that is in it is in it too.
 * Two sockets: one is told everything and is never waited for; the other is asked for what the known processes do and
 * nothing else, so that what the rest of the machine does wakes nobody. When it speaks, the first one is read: it has
 * what children did before they were known. On a machine where hundreds of other processes came and went meanwhile that
 * one is full; then what there is of them is looked at, and how a child ended that came and went at once is not known.
 *
 * Who forks without end is not followed one by one: beyond PROCWATCH_RATE news within a second nothing is listened to
 * for a while, longer each time, and then it is told how many processes there are.
 */
#ifndef INSPECT_PROCWATCH_H
#define INSPECT_PROCWATCH_H

#include <stddef.h>
#include <sys/types.h>

enum { PROCWATCH_RATE = 500 };

enum procwatch_kind { PROCWATCH_FORKED, PROCWATCH_EXECUTED, PROCWATCH_EXITED, PROCWATCH_FOLDED };

/* Valid while it is told. */
struct procwatch_news {
	enum procwatch_kind kind;
	pid_t pid;
	pid_t inside;	  /* 0: not known */
	pid_t parent;	  /* PROCWATCH_FORKED */
	const char *name; /* a hostile one, maybe */
	char **argv;	  /* PROCWATCH_EXECUTED */
	size_t argc;
	int status;   /* PROCWATCH_EXITED: as of waitpid(2); -1: not known */
	size_t count; /* PROCWATCH_FOLDED: how many processes there are now */
};

typedef void procwatch_teller(void *arg, const struct procwatch_news *news);

struct procwatch;

/*
 * Of the sandbox that `process` is in, as processes_read() finds it. 0 or -errno: -EPERM, -EOPNOTSUPP as
 * procnews_open(). The descriptors are the caller's, and have to outlive it.
 */
int procwatch_open(int proc, int caller, int process, struct procwatch **ret);
void procwatch_free(struct procwatch *watch); /* NULL is none */

/* To be polled for reading. */
int procwatch_fd(const struct procwatch *watch);

/* A process that has come in from outside: nothing was heard of it so far. Tells what it has done since. */
void procwatch_add(struct procwatch *watch, pid_t pid, procwatch_teller *tell, void *arg);

/* Tells what has happened; a bounded number at a time, and the descriptor stays ready while there is more. */
void procwatch_look(struct procwatch *watch, procwatch_teller *tell, void *arg);

#endif
