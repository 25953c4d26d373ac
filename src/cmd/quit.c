/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :quit and :detach, which whoever takes the lines obeys before a sandbox is asked. */
#include "config.h"

#include "cmd/table.h"

int
command_quit(const struct call *call, struct output *output, struct error *err)
{
	(void)output;
	error_set(err, 0, "there is no prompt here for ':%s' to end", call->command->name);
	error_hint(err, "isolate --kill SESSION ends a session");
	return -1;
}
