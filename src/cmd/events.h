/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * :events: what changes in a sandbox, told as it happens. Nothing is polled: the kernel says when the mounts have
 * changed (proc_pid_mountinfo(5), POLLPRI) and when a process has ended (a pidfd); the control process says who joined
 * and which commands were given.
 */
#ifndef CMD_EVENTS_H
#define CMD_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct context;
struct decision;
struct events;
struct miss;
struct peer;

/* What the control process knows of. */
enum event_kind {
	EVENT_COMMAND,
	EVENT_JOINED,
	EVENT_MISSED,	/* for the first time */
	EVENT_HELD,	/* a call waits for it */
	EVENT_RELEASED, /* nobody waits for it any more, and nobody has decided */
	EVENT_CURED,	/* the user's policy has mounted it */
	EVENT_MORE,	/* of the last four there were more than could be told */
	EVENT_DECIDED,
	EVENT_KINDS
};

struct event {
	enum event_kind kind;
	const struct peer *peer; /* who did it: EVENT_COMMAND, EVENT_JOINED, EVENT_DECIDED */
	const char *line;	 /* EVENT_COMMAND */
	int status;
	pid_t pid; /* EVENT_JOINED */
	const struct miss *miss; /* EVENT_MISSED to EVENT_CURED */
	const char *spec;	 /* EVENT_HELD: what would cure it, or NULL */
	uint64_t waiting;	 /* EVENT_HELD and later: calls that wait now */
	size_t more[EVENT_KINDS]; /* EVENT_MORE: of each */
	bool any_more;
	const struct decision *decision; /* EVENT_DECIDED */
};

/* `line` is the command with its arguments. NULL with err filled. */
struct events *events_open(struct context *context, const char *line, bool json, struct error *err);
void events_free(struct events *events); /* NULL is none */

/* Who follows them is there to decide: --decide was given. */
bool events_decide(const struct events *events);

/* To be polled for reading. */
int events_fd(const struct events *events);

/* The next one, as client_event(). */
int events_next(struct events *events, bool wait, char **ret, struct error *err);

/* Adds one. */
void events_tell(struct events *events, const struct event *event);

#endif
