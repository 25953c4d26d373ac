/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :restart: the program once more, in a sandbox as this one is now. */
#include "config.h"

#include <stddef.h>

#include "cmd/context.h"
#include "cmd/table.h"
#include "session/registry.h"
#include "session/restart.h"

int
command_restart(const struct call *call, struct output *output, struct error *err)
{
	const struct context *context = call->context;
	int r;

	if (!context->plan || !context->restart || context->restart->words < 0) {
		error_set(err, 0, "this session ends with its program");
		error_hint(err, "one that was started with --inspect can start it again; ':save -m' shows the options "
				"that start another like this");
		return -1;
	}
	/* Of the record: where the plan has it, a title has taken its place. */
	r = restart_ask(context->restart, context->plan, &context->journal, context->record->name,
			context->record->argv);
	if (r < 0)
		return error_set(err, -r, "cannot start the program again");
	output_begin(output, "restart");
	output_field(output, "session", NULL, value_string(context->record->name));
	output_line(output, "the program is started again");
	output_end(output);
	return 0;
}
