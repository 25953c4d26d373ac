/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * :events: what changes in a sandbox, told as it happens. Nothing is polled: the kernel says when the mounts have
 * changed (proc_pid_mountinfo(5), POLLPRI) and when a process has ended (a pidfd); the control process says who joined
 * and which commands were given.
 */
#ifndef CMD_EVENTS_H
#define CMD_EVENTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct context;
struct events;
struct peer;

/* What the control process knows of. */
enum event_kind { EVENT_COMMAND, EVENT_JOINED };

struct event {
	enum event_kind kind;
	const struct peer *peer; /* who did it */
	const char *line;	 /* EVENT_COMMAND */
	int status;
	pid_t pid; /* EVENT_JOINED */
};

/* `line` is the command with its arguments. NULL with err filled. */
struct events *events_open(struct context *context, const char *line, bool json, struct error *err);
void events_free(struct events *events); /* NULL is none */

/* To be polled for reading. */
int events_fd(const struct events *events);

/* The next one, as client_event(). */
int events_next(struct events *events, bool wait, char **ret, struct error *err);

/* Adds one. */
void events_tell(struct events *events, const struct event *event);

#endif
