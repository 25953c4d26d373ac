/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --why: the question why something would not be there, answered before anything is run. */
#include "config.h"

#include "question.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/output.h"
#include "cmd/why.h"
#include "cmd/explain.h"
#include "sandbox/launch.h"

static void
ask(const struct sandbox *sb, const struct plan *plan, const char *cwd, const char *name, struct why *ret)
{
	struct inquiry inquiry;

	if (inquiry_open(sb, plan, &inquiry) == 0) {
		_autofree_ char *path = NULL;

		inquiry.query.cwd = cwd;
		path = why_path_of(&inquiry.query, name);
		why_ask_as(inquiry.userns, &inquiry.query, path, ret);
	}
	inquiry_close(&inquiry);
}

/*
 * A program that cannot be: execve(2) of an empty name fails with ENOENT, always and before anything is looked for.
 * By then all else has happened that happens before a program runs, and pid 1 holds the root until we end it.
 */
static int
build_and_ask(struct plan *plan, const char *name, struct why *ret, struct error *err)
{
	static char nothing[] = "", root[] = "/";
	_autofree_ char *cwd = take_ptr(plan->cwd);
	struct sandbox sb = SANDBOX_INIT;
	_autoerror_ struct error failure = ERROR_INIT;
	bool exec_failed = false;
	int r;

	plan->argv[0] = nothing;
	plan->argv[1] = NULL;
	/* One that is missing is what the question may be about. */
	plan->cwd = text_dup(root);
	sigprocmask(SIG_SETMASK, NULL, &sb.payload_mask);
	r = sandbox_launch(plan, GROUP_OWN, &sb, err);
	if (r < 0)
		return r;
	while (waitid(P_PID, (id_t)sb.payload, NULL, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	if (sandbox_failure(&sb, plan, &exec_failed, &failure) == 1 && exec_failed) {
		ask(&sb, plan, cwd, name, ret);
		r = 0;
	} else {
		/* The sandbox could not be made, and that is what there is to be told. */
		*err = failure;
		failure = (struct error)ERROR_INIT;
		r = -1;
		if (!err->message)
			error_set(err, 0, "the sandbox ended before it could be looked at");
	}
	sandbox_end(&sb);
	return r;
}

int
question_answer(struct plan *plan, const char *path, bool json, FILE *f, struct error *err)
{
	_autowhy_ struct why why = { 0 };
	struct output *output;
	int r = build_and_ask(plan, path, &why, err);

	if (r < 0)
		return r;
	if (!why.path)
		return error_set(err, 0, "the sandbox cannot be looked at");
	output = json ? output_new_json(f) : output_new_text(f);
	why_show(&why, 0, plan->req->specs_are_default ? "." : "", output);
	output_free(output);
	return 0;
}
