/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session: the manager's part, from a plan to an exit status. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdbool.h>

#include "base/error.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "session/control.h"

/* How a payload ended. */
struct outcome {
	int status; /* exit status, where signal is 0 */
	int signal; /* the signal that ended it, or 0 */
	bool typed; /* it had a terminal of its own, and the user has typed something */
	bool to_group; /* the signal was typed, and outside it would have reached our whole process group */
};

/*
 * Called between the payload's end and the sandbox's, while pid 1 (sb->init) still holds the root as the payload
 * saw it, after every session, also one that has nothing to explain: that has to be seen at once. `status` is the
 * payload's exit status, or 128 + N for signal N.
 *  - exec_failed: the payload could not be executed. err has what the kernel said; `status` is 126 or 127. What is
 *    put into err takes its place, err->status included.
 *  - err has a message, and not exec_failed: the sandbox could not be made; `status` is 125. Its root may be half made.
 *  - else it ran. err is empty; what is put into it is for the user to read, and changes neither the outcome nor the
 *    result of session_run().
 */
typedef void session_explainer(const struct sandbox *sb, const struct plan *plan, bool exec_failed, int status,
			       struct error *err);

/* What is above this layer, and part of a session. */
struct session_hooks {
	session_explainer *explain; /* NULL: nothing is explained */
	control_server *serve;	    /* session/control.h; NULL: the session has no control socket and no name */
};

/*
 * True if a session of the request is to be watched for misses though nobody asked (request.watch_unasked): a shell on
 * a terminal, whose user looks for what he misses himself, in no other session.
 */
bool session_watches_unasked(const struct request *req);

/*
 * Runs the plan to its end: starts the sandbox, relays terminal and signals, reaps, and cleans up. 0 with *ret
 * filled if the payload ran, or was given up because of a signal that asked for it; negative with err filled if it
 * never did. In both cases no process of the session is left, and none of its files. Once in the life of a process: it
 * leaves signals blocked, so that one that comes too late for the payload does not change how we end.
 */
int session_run(const struct plan *plan, const struct session_hooks *hooks, struct outcome *ret, struct error *err);

/*
 * Ends this process as the payload ended: the same status, or the same signal without a core; with to_group the signal
 * is for the process group, so that a Ctrl-C ends the script that runs us too. Does not return.
 */
_Noreturn void outcome_exit(const struct outcome *outcome);

#endif
