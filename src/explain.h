/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where errors of a sandbox meet those who can explain them: it joins sandbox/ and inspect/, which do not know
 * each other.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

#include "base/error.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"

/*
 * A session_explainer (session/session.h): if the program could not be executed, or ended with status 127 as a dynamic
 * loader does that lacks a library, puts the reason into err.
 */
void explain_failure(const struct sandbox *sb, const struct plan *plan, bool exec_failed, int status,
		     struct error *err);

/* Adds the remedy to an error whose cause is the machine. */
void explain_machine(struct error *err);

#endif
