/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where errors of a sandbox, and programs that failed in it, meet those who can explain them: it joins sandbox/ and
 * inspect/, which do not know each other.
 */
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include <stdbool.h>

#include "base/error.h"
#include "inspect/finding.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "session/session.h"

/*
 * What is known of a session at its end. The explainer below fills the one that explain_story() gives, since a
 * session has no other way to hand something to main().
 */
struct story {
	bool told; /* the explainer has looked: `findings` holds what there is */
	char *session; /* that the program joined; NULL: it began one */
	int tier;  /* who watched: 0 nobody, 1 the root, 2 the system calls */
	struct finding_list findings;
};
struct story *explain_story(void);

/*
 * A session_explainer (session/session.h). If the program could not be executed, or ended with status 127 as a
 * dynamic loader does that lacks a library, puts the reason into err. If it failed, or a report is asked for, finds
 * out what it may have missed. Else it does nothing, at once.
 */
void explain_failure(const struct sandbox *sb, const struct plan *plan, bool exec_failed, int status,
		     struct error *err);

/* With -v: what the environment names and will not be inside. */
void explain_before(const struct plan *plan);

/* After a program that failed: at most five lines on standard error, if it may have missed something. */
void explain_footer(const struct story *story, const struct request *req, const struct outcome *outcome);

/*
 * What is needed to ask why something is not there in a running sandbox of ours: the roots, and the mounts with the
 * specs of the plan. 0 or -errno. Release in any case.
 */
struct inquiry {
	int inside, outside, userns;
	struct why_view view;
	struct why_query query; /* points into the rest, into the plan, and into the environment of ours */
};
int inquiry_open(const struct sandbox *sb, const struct plan *plan, struct inquiry *ret);
void inquiry_close(struct inquiry *inquiry);

/* Adds the remedy to an error whose cause is the machine. */
void explain_machine(struct error *err);

#endif
