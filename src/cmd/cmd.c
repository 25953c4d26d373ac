/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One `:` command, from its line to what it says. */
#include "config.h"

#include "cmd/cmd.h"

#include "cmd/arguments.h"
#include "cmd/output.h"
#include "cmd/table.h"
#include "cmd/target.h"
#include "cmd/words.h"

static int
run(const struct call *call, bool json, FILE *f, struct error *err)
{
	struct output *output = json ? output_new_json(f) : output_new_text(f);
	int r = call->command->run(call, output, err);

	output_free(output);
	return r;
}

static int
run_on_target(struct call *call, const char *name, bool json, FILE *f, struct error *err)
{
	struct target target = TARGET_INIT;
	int r;

	if (call->command->without_target)
		return run(call, json, f, err);
	if (!name) {
		error_set(err, 0, "':%s' needs a session, or a process in a sandbox", call->command->name);
		error_hint(err, "isolate --command ':%s' PID", call->command->name);
		return -1;
	}
	r = target_open(name, &target, err);
	call->target = &target;
	if (r == 0)
		r = run(call, json, f, err);
	call->target = NULL;
	target_close(&target);
	return r;
}

int
cmd_main(const char *line, const char *name, bool json, FILE *f, struct error *err)
{
	struct word_list words;
	struct call call;
	int r = words_split(line, &words, err);

	if (r == 0)
		r = arguments_parse(line, &words, &call, err);
	if (r == 0)
		r = run_on_target(&call, name, json, f, err);
	words_release(&words);
	return r == 0 ? 0 : err->status;
}
