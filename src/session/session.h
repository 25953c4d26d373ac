/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session: the manager's part, from a plan to an exit status. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "base/error.h"
#include "sandbox/plan.h"

/* How a payload ended, or an error of our own (then status is 125, 126 or 127 and signal 0). */
struct outcome {
	int status; /* exit status, where signal is 0 */
	int signal; /* the signal that ended it, or 0 */
};

/*
 * Runs the plan to its end: starts the sandbox, relays terminal and signals, reaps, and cleans up. 0 with *ret filled
 * if the payload ran; negative with err filled if it never did. In both cases no process of the session is left.
 */
int session_run(const struct plan *plan, struct outcome *ret, struct error *err);

/* Ends this process as the payload ended: the same status, or the same signal without a core. Does not return. */
_Noreturn void outcome_exit(const struct outcome *outcome);

#endif
