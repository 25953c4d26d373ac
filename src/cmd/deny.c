/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :deny and :ignore: calls for what is missing fail, now and later; and what nobody wants to be told of. */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/decide.h"
#include "cmd/table.h"
#include "cmd/words.h"
#include "sandbox/plan.h"

/* What has been decided of how many paths, and what came of it. */
struct answer {
	const char *verb; /* "denied" */
	struct word_list paths; /* absolute */
	size_t calls;
	bool all; /* no path was given: all that waited */
};

static const char *
plural(size_t n, const char *one, const char *more)
{
	return n == 1 ? one : more;
}

static void
write_sentence(const struct answer *answer, struct output *output)
{
	size_t n = answer->paths.len, calls = answer->calls;
	_autofree_ char *what = n == 1 ? text_dup(answer->paths.items[0].text) : text_format("%zu paths", n);
	_autofree_ char *text = NULL;

	if (strcmp(answer->verb, "reset") == 0)
		text = text_format("%s: told of again, and calls wait for %s where calls do", what,
				   plural(n, "it", "them"));
	else if (answer->all && n == 0)
		text = text_dup("no call waits");
	else if (calls == 0)
		text = text_format("%s %s; no call was waiting", answer->verb, what);
	else
		text = text_format("%s %s; %zu %s that waited %s", answer->verb, what, calls,
				   plural(calls, "call", "calls"), plural(calls, "fails", "fail"));
	output_line(output, text);
}

static void
note_policy(enum on_miss policy, struct output *output)
{
	if (policy == ON_MISS_REPORT)
		output_note(output, "no call waits in this session: it was not started with --on-miss=ask");
	else if (policy == ON_MISS_MOUNT)
		output_note(output, "in this session calls wait only while what --allow names is mounted: "
				    "what is denied first is not mounted");
}

static void
write_answer(const struct call *call, const struct answer *answer, struct output *output)
{
	const struct plan *plan = call->context->plan;
	const struct word_list *list = &answer->paths;
	_autofree_ struct value *paths = array_grow(NULL, &(size_t){ 0 }, list->len + 1, sizeof *paths);

	for (size_t i = 0; i < list->len; i++)
		paths[i] = value_string(list->items[i].text);
	output_begin(output, call->command->name);
	output_field(output, "pid", NULL, value_number((uint64_t)call->target->pid));
	output_field(output, "paths", NULL, value_list(paths, list->len));
	output_field(output, "calls", NULL, value_number(answer->calls));
	write_sentence(answer, output);
	if (plan && call->command->run == command_deny)
		note_policy(plan->req->on_miss, output);
	output_end(output);
}

/* The words of an argument, or of none all that waits. 0, or negative with err filled. */
static int
find_paths(const struct call *call, const char *words, struct answer *ret, struct error *err)
{
	const struct miss_list *misses = &call->context->misses;
	struct word_list *list = &ret->paths;

	ret->all = !words;
	if (words)
		return words_split(words, list, err);
	for (size_t i = 0; i < misses->len; i++) {
		if (misses->items[i]->state != MISS_HELD)
			continue;
		list->items = array_grow(list->items, &list->cap, list->len + 1, sizeof *list->items);
		list->items[list->len++] = (struct word){ .text = text_dup(misses->items[i]->path) };
	}
	return 0;
}

static int
set_all(const struct call *call, const char *words, enum miss_state state, struct answer *answer, struct error *err)
{
	int r = decide_read(call, NULL, err);

	if (r == 0)
		r = find_paths(call, words, answer, err);
	for (size_t i = 0; r == 0 && i < answer->paths.len; i++) {
		struct word *word = &answer->paths.items[i];
		char *path = decide_path(call, word->text, err);

		if (!path)
			return -1;
		free(word->text);
		word->text = path;
		/* What waits is the program's choice: no room for what the user says himself is used up by it. */
		r = (answer->all ? decide_set_now : decide_set)(call, path, state, &answer->calls, err);
	}
	return r;
}

static int
decide(const struct call *call, const char *words, enum miss_state state, const char *verb, struct output *output,
       struct error *err)
{
	struct answer answer = { .verb = verb };
	int r = set_all(call, words, state, &answer, err);

	if (r == 0) {
		write_answer(call, &answer, output);
		if (answer.paths.len > 0)
			decide_note(call, verb, answer.paths.items[0].text, NULL, answer.calls);
		call->context->decision.paths = answer.paths.len;
	}
	words_release(&answer.paths);
	return r;
}

int
command_deny(const struct call *call, struct output *output, struct error *err)
{
	return decide(call, call->values[0], MISS_DENIED, "denied", output, err);
}

int
command_ignore(const struct call *call, struct output *output, struct error *err)
{
	bool undo = call->values[0];

	return decide(call, call->values[1], undo ? MISS_OPEN : MISS_IGNORED, undo ? "reset" : "ignored", output, err);
}
