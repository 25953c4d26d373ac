/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a session can be found and asked: its record in the registry, its control socket, and the process that answers.
 *
 * The manager looks after terminal and signals and is never to wait for a command. So all it does is to watch one
 * descriptor, control_fd(): first the listening socket, on which nothing happens in most sessions. At the first
 * connection it starts the *control process*, a copy of itself that keeps nothing but that socket, and watches its life
 * instead. The control process accepts the connections, runs the commands and keeps the journal of what was changed. It
 * ends with the manager (PR_SET_PDEATHSIG); should somebody kill it, the next connection starts another, which knows
 * nothing of the changes before it.
 *
 * It has a session of its own, so no terminal, and no signal that is sent to the job reaches it. Its end sends no
 * SIGCHLD.
 */
#ifndef SESSION_CONTROL_H
#define SESSION_CONTROL_H

#include <sys/types.h>

#include "base/error.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "session/registry.h"
#include "session/restart.h"

/* What the control process knows: a copy of the manager's. */
struct control_service {
	int socket; /* listening, O_NONBLOCK */
	const struct session_record *record;
	const struct plan *plan;
	struct watch *watch; /* or NULL: nobody watches for misses */
	const struct restart *restart;
};

/*
 * The control process's life, which ends with it. All signals are blocked, descriptors 0 to 2 are /dev/null. At the end
 * of the session it gets SIGTERM, has a second to answer what it was asked and to tell who follows what happened last,
 * and is killed.
 */
typedef void control_server(const struct control_service *service);

struct control {
	const struct plan *plan;
	control_server *serve; /* NULL: the session is not to be found */
	struct registration registration;
	struct session_record record;
	pid_t server;	   /* the control process, or 0 */
	int server_pidfd;  /* or -1 */
	struct watch *watch; /* the sandbox's, or NULL */
	struct restart restart; /* opened by who can start its program again */
	int told;	   /* a connection to the session that was joined, or 0 */
};

#define CONTROL_INIT { .registration = REGISTRATION_INIT, .server_pidfd = -1, .restart = RESTART_INIT }

/*
 * Before the launch. A name that was asked for is taken now: an error if a session has it. Where there can be no name,
 * for the directory's sake, the session runs without, with a note of -v.
 */
int control_prepare(struct control *control, const struct plan *plan, control_server *serve, struct error *err);

/* After the launch, while the sandbox is being built. What fails is told by a note of -v. */
void control_open(struct control *control, const struct sandbox *sb, enum launch_group group);

/* To be polled for reading, and if it is readable control_take() called; it may be another afterwards. -1: none. */
int control_fd(const struct control *control);
void control_take(struct control *control);

/* Ends the control process, and takes the session out of the registry. May be called twice. */
void control_close(struct control *control);

#endif
