/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One `:` command, from its line to what it says. */
#include "config.h"

#include "cmd/context.h"

#include <string.h>

#include "base/cleanup.h"
#include "cmd/arguments.h"
#include "cmd/output.h"
#include "cmd/table.h"
#include "cmd/target.h"
#include "cmd/words.h"
#include "session/registry.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

static int
run(const struct call *call, bool json, FILE *f, struct error *err)
{
	struct output *output = json ? output_new_json(f) : output_new_text(f);
	int r = call->command->run(call, output, err);

	output_free(output);
	return r;
}

/* The payload may have ended, in a session that waits to start it again, and its number be another process's. */
static bool
payload_lives(const struct session_record *record)
{
	_autoclose_ int proc = procfs_open();
	_autoclose_ int process = proc < 0 ? -1 : procfs_open_process(proc, record->payload);
	uint64_t number;

	return process >= 0 && procfs_ns_number(process, NS_PID, &number) == 0 && number == record->sandbox_pidns;
}

/*
 * What the command is about. In a session that is the payload, but where the mounts are looked at or changed it is
 * process 1, whose root nobody inside can change.
 */
static pid_t
choose_process(const struct call *call, const struct context *context)
{
	const struct session_record *record = context->record;

	if (context->pid > 0 || !record)
		return context->pid;
	return call->command->about_mounts || !payload_lives(record) ? record->init : record->payload;
}

static int
run_on_target(struct call *call, struct context *context, bool json, FILE *f, struct error *err)
{
	struct target target = TARGET_INIT;
	pid_t pid = choose_process(call, context);
	int r;

	if (call->command->without_target)
		return run(call, json, f, err);
	if (pid == 0) {
		error_set(err, 0, "':%s' needs a session, or a process in a sandbox", call->command->name);
		error_hint(err, "isolate --command ':%s' SESSION", call->command->name);
		error_hint(err, "'isolate --list' shows the sessions");
		return -1;
	}
	r = target_open(pid, &target, err);
	call->target = &target;
	if (r == 0)
		r = run(call, json, f, err);
	call->target = NULL;
	target_close(&target);
	return r;
}

int
context_run(struct context *context, const char *line, bool json, FILE *f, struct error *err)
{
	struct word_list words;
	struct call call;
	int r = words_split(line, &words, err);

	if (r == 0)
		r = arguments_parse(line, &words, &call, err);
	if (r == 0) {
		call.context = context;
		r = run_on_target(&call, context, json, f, err);
	}
	words_release(&words);
	return r;
}

bool
context_is_command(const char *line, const char *name)
{
	size_t len = strlen(name);

	line += strspn(line, " \t\n");
	line += *line == ':';
	return strncmp(line, name, len) == 0 && (line[len] == '\0' || strchr(" \t\n", line[len]));
}

bool
context_only_looks(const char *line)
{
	for (size_t i = 0; i < command_table_len; i++)
		if (command_table[i].only_looks && context_is_command(line, command_table[i].name))
			return true;
	return false;
}
