/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :deny and :ignore: calls for what is missing fail, now and later; and what nobody wants to be told of. */
#include "config.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/decide.h"
#include "cmd/table.h"
#include "sandbox/plan.h"

/* The end of what is said to people. */
static char *
calls_text(const char *what, const char *path, size_t calls, const char *then)
{
	if (calls == 0)
		return text_format("%s %s; no call was waiting%s", what, path, then);
	return text_format("%s %s; %zu %s that waited %s%s", what, path, calls, calls == 1 ? "call" : "calls",
			   calls == 1 ? "fails" : "fail", then);
}

static void
write_answer(const struct call *call, const char *path, size_t calls, const char *text, struct output *output)
{
	const struct plan *plan = call->context->plan;

	output_begin(output, call->command->name);
	output_field(output, "pid", NULL, value_number((uint64_t)call->target->pid));
	output_field(output, "path", NULL, value_string(path));
	output_field(output, "calls", NULL, value_number(calls));
	output_line(output, text);
	if (plan && plan->req->on_miss != ON_MISS_ASK && call->command->run == command_deny)
		output_note(output, "no call waits in this session: it was not started with --on-miss=ask");
	output_end(output);
}

/* All that waits now; what is asked for later waits again, unless it is the same. */
static int
deny_all(const struct call *call, struct output *output, struct error *err)
{
	const struct miss_list *misses = &call->context->misses;
	_autofree_ char *text = NULL;
	size_t calls = 0, paths = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < misses->len; i++) {
		if (misses->items[i]->state != MISS_HELD)
			continue;
		r = decide_set(call, misses->items[i]->path, MISS_DENIED, &calls, err);
		paths++;
	}
	if (r < 0)
		return r;
	text = text_format("denied %zu %s; %zu %s that waited %s", paths, paths == 1 ? "path" : "paths", calls,
			   calls == 1 ? "call" : "calls", calls == 1 ? "fails" : "fail");
	write_answer(call, NULL, calls, paths > 0 ? text : "no call waits", output);
	if (paths > 0)
		decide_note(call, "denied", NULL, NULL, calls);
	return 0;
}

int
command_deny(const struct call *call, struct output *output, struct error *err)
{
	_autofree_ char *path = NULL, *text = NULL;
	size_t calls = 0;
	int r = decide_read(call, NULL, err);

	if (r < 0)
		return r;
	if (!call->values[0])
		return deny_all(call, output, err);
	path = decide_path(call, call->values[0], err);
	r = path ? decide_set(call, path, MISS_DENIED, &calls, err) : -1;
	if (r < 0)
		return r;
	text = calls_text("denied", path, calls, ", and later ones do not wait");
	write_answer(call, path, calls, text, output);
	decide_note(call, "denied", path, NULL, calls);
	return 0;
}

int
command_ignore(const struct call *call, struct output *output, struct error *err)
{
	bool undo = call->values[0];
	_autofree_ char *path = NULL, *text = NULL;
	size_t calls = 0;
	int r = decide_read(call, NULL, err);

	if (r < 0)
		return r;
	path = decide_path(call, call->values[1], err);
	r = path ? decide_set(call, path, undo ? MISS_OPEN : MISS_IGNORED, &calls, err) : -1;
	if (r < 0)
		return r;
	text = undo ? text_format("%s is told of again, and calls for it wait where calls do", path) :
		      calls_text("ignored", path, calls, "");
	write_answer(call, path, calls, text, output);
	decide_note(call, undo ? "reset" : "ignored", path, NULL, calls);
	return 0;
}
