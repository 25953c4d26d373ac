/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session: how the payload stands to the terminal decides who looks after it. */
#include "config.h"

#include "session/session.h"

#include <fcntl.h>
#include <unistd.h>

#include "session/direct.h"
#include "session/inbox.h"
#include "session/interactive.h"
#include "session/terminal.h"

static enum launch_group
choose_group(void)
{
	int tty;

	/* Where the terminal is all that the payload has, it gets one of its own: nothing is shared that it could type into. */
	if (terminal_is_all())
		return GROUP_PTY;
	/* In a pipeline on a terminal, the terminal's signals are for the whole job, the payload included, and it is stopped as one. */
	tty = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (tty < 0)
		return GROUP_OWN;
	close(tty);
	return GROUP_SHARED;
}

int
session_run(const struct plan *plan, session_explainer *explain, struct outcome *ret, struct error *err)
{
	enum launch_group group = choose_group();
	struct inbox inbox;

	inbox_open(&inbox);
	if (group == GROUP_PTY)
		return interactive_run(plan, &inbox, explain, ret, err);
	return direct_run(plan, group, &inbox, explain, ret, err);
}
