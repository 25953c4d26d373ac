/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session: how the payload stands to the terminal decides who looks after it. */
#include "config.h"

#include "session/session.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/number.h"
#include "session/direct.h"
#include "session/ending.h"
#include "session/inbox.h"
#include "session/interactive.h"
#include "session/terminal.h"

static enum launch_group
choose_group(void)
{
	int tty;

	/*
	 * Where the terminal is all that the payload has, it gets one of its own: nothing is shared that it could
	 * type into.
	 */
	if (terminal_is_all())
		return GROUP_PTY;
	/*
	 * In a pipeline on a terminal, the terminal's signals are for the whole job, the payload included, and it
	 * is stopped as one.
	 */
	tty = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (tty < 0)
		return GROUP_OWN;
	close(tty);
	return GROUP_SHARED;
}

/*
 * A Jupyter kernel ends by itself when its front end has ended: it looks whether its parent is another than at the
 * start. Inside, its parent is nobody, always (sandbox/launch.h), so the look-out is ours.
 */
static bool
is_kernel_of_parent(void)
{
	const char *text = getenv("JPY_PARENT_PID");
	uint64_t pid;

	return text && number_parse(text, INT_MAX, &pid) == 0 && (pid_t)pid == getppid();
}

bool
session_watches_unasked(const struct request *req)
{
	/* isolate.sh is what it was. */
	if (req->trace || req->no_trace || req->script)
		return false;
	return ending_is_of_typed_shell(req->argv) && terminal_is_all() && !getenv("ISOLATE_SESSION");
}

int
session_run(const struct plan *plan, const struct session_hooks *hooks, struct outcome *ret, struct error *err)
{
	enum launch_group group = choose_group();
	struct control control = CONTROL_INIT;
	struct inbox inbox;
	int r;

	inbox_open(&inbox);
	if (plan->req->die_with_parent || is_kernel_of_parent())
		inbox_watch_parent(&inbox);
	if (inbox.parent_ended) {
		*ret = (struct outcome){ .signal = SIGTERM };
		return 0;
	}
	r = control_prepare(&control, plan, hooks->serve, err);
	if (r < 0)
		return r;
	if (plan->req->inspect_new && group != GROUP_PTY)
		log_note("this is no terminal, so there is no inspector: isolate --inspect=%s shows the session from "
			 "one, and --command asks it",
			 control.registration.name ? control.registration.name : "PID");
	if (group == GROUP_PTY)
		r = interactive_run(plan, &inbox, &control, hooks->explain, ret, err);
	else
		r = direct_run(plan, group, &inbox, &control, hooks->explain, ret, err);
	control_close(&control);
	return r;
}
