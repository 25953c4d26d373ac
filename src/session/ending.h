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
 * True for the status of a program that failed; 128 and a signal's number where that ended it. Many signals are
 * somebody's wish that the program ends; only those count that it has brought upon itself.
 */
bool ending_is_failure(int status);

/*
 * True for a shell whose commands were typed: no program (then it is $SHELL), or a shell with nothing but options. Its
 * status is that of the last command, which may be hours old and was seen by whoever typed it.
 */
bool ending_is_of_typed_shell(char *const *argv);

/* How it ended, for people: "ended with status 1". The caller frees. */
char *ending_text(const struct ending *ending);

/*
 * After the payload's end, while pid 1 lives: the outcome, or the error that kept the payload from running, both
 * with the explainer's help. As session_run() returns it.
 */
int ending_conclude(const struct ending *ending, struct sandbox *sb, const struct plan *plan,
		    session_explainer *explain, struct outcome *ret, struct error *err);

#endif
