/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the payload's wait status to the outcome of the session. */
#ifndef SESSION_ENDING_H
#define SESSION_ENDING_H

#include "session/session.h"

/* As in siginfo_t: CLD_EXITED and a status, or CLD_KILLED, CLD_DUMPED and a signal. */
struct ending {
	int code;
	int status;
};

/* True if sb's payload has not been executed yet: a signal that wants it to end has to end the session. */
bool ending_is_before_exec(const struct sandbox *sb);

/* True for an ending that ending_conclude() may have to talk about. */
bool ending_may_be_explained(const struct ending *ending);

/*
 * After the payload's end, while pid 1 lives: the outcome, or the error that kept the payload from running, both
 * with the explainer's help. As session_run() returns it.
 */
int ending_conclude(const struct ending *ending, struct sandbox *sb, const struct plan *plan,
		    session_explainer *explain, struct outcome *ret, struct error *err);

#endif
