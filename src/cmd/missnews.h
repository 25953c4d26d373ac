/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is new about a session's misses, for those who follow its events: what was missed, which calls wait, and which
 * do not any more. The program decides how often something is missed, so in each look so many are told of and the rest
 * is counted, and after a few looks there is so much time between two.
 */
#ifndef CMD_MISSNEWS_H
#define CMD_MISSNEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/miss.h"

struct context;
struct event;

struct told_miss {
	uint64_t number;
	enum miss_state state;
};

struct missnews {
	struct told_miss *told; /* by number */
	size_t len;
	uint64_t waiting; /* calls */
	int looks;	  /* that may follow each other at once */
	int64_t next;	  /* ms of clock_ms(): when there is one more */
	bool started, lost;
};

/* Zero-initialised; released in any case. */
void missnews_release(struct missnews *news);

/* To be polled for reading; -1: nobody watches. How long to wait before it is, in ms: 0, or -1 where it need not be. */
int missnews_fd(const struct missnews *news, const struct context *context);
int missnews_wait(const struct missnews *news);

/* POLLHUP when nobody watches any more: to be looked at once more. -1: there is nobody. */
int missnews_end_fd(const struct missnews *news, const struct context *context);

/*
 * Takes what is new and tells each; the first time nothing is. What a client decided is told of by whoever serves him.
 */
typedef void missnews_tell(void *arg, const struct event *event);
void missnews_look(struct missnews *news, struct context *context, missnews_tell *tell, void *arg);

/* Tells what waits now. */
void missnews_tell_waiting(struct missnews *news, struct context *context, missnews_tell *tell, void *arg);

#endif
