/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event in words. */
#include "config.h"

#include "tui/event_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/answer.h"

/* Where a member is not told. */
enum silent {
	NEVER,
	AT_ZERO,
	AT_ONE,
	IF_NUMBER,
	IF_TEXT,
};

/*
 * The members of all events (doc/COMMANDS.md), in the order in which they are told, and what stands before each. The
 * words are those of :events for people. What has no row is in the details.
 */
static const struct told {
	const char *member, *before;
	enum silent silent;
	const char *with, *without; /* only in an event that has that member, only in one that has it not */
} told[] = {
	{ "decision", "", NEVER, NULL, NULL },
	{ "command", "", NEVER, NULL, NULL },
	{ "arguments", "", NEVER, NULL, NULL },
	{ "path", " ", NEVER, NULL, NULL },
	{ "inside", "", IF_NUMBER, NULL, NULL },
	{ "name", "", NEVER, NULL, NULL },
	{ "what", "", NEVER, NULL, NULL },
	{ "reason", ": ", NEVER, "what", NULL },
	{ "processes", ", processes now: ", NEVER, NULL, NULL },
	{ "type", ", ", NEVER, NULL, NULL },
	{ "options", ", ", NEVER, NULL, NULL },
	{ "signal", ", by signal ", NEVER, NULL, NULL },
	{ "status", ", failed with ", AT_ZERO, "command", NULL },
	{ "status", ", with status ", AT_ZERO, "name", "signal" },
	{ "paths", ", paths: ", AT_ONE, NULL, NULL },
	{ "spec", ", cured by ", NEVER, NULL, NULL },
	{ "missed", ", missed: ", AT_ZERO, NULL, NULL },
	{ "held", ", held: ", AT_ZERO, NULL, NULL },
	{ "released", ", released: ", AT_ZERO, NULL, NULL },
	{ "cured", ", cured: ", AT_ZERO, NULL, NULL },
	{ "calls", ", calls let go: ", AT_ZERO, NULL, NULL },
	{ "waiting", ", calls that wait: ", AT_ZERO, NULL, NULL },
	{ "comm", ", asked for by ", NEVER, NULL, NULL },
	{ "pid", " ", NEVER, "comm", NULL },
	{ "call", ", ", NEVER, NULL, NULL },
	{ "pid", ", process ", NEVER, NULL, "comm" },
	{ "inside", " (%s inside)", IF_TEXT, NULL, NULL },
	{ "client", ", from ", NEVER, NULL, NULL },
	{ "client_pid", " ", NEVER, "client", NULL },
	{ "parent", ", from ", NEVER, NULL, NULL },
};

static const json_t *
member_of(const json_t *event, const char *name)
{
	const json_t *value = name ? json_object_get(event, name) : NULL;

	return json_is_null(value) ? NULL : value;
}

/* A list of words as a command line, another value as it is. */
static char *
value_words(const json_t *value)
{
	char *text = text_dup("");
	const json_t *word;
	size_t i;

	if (!json_is_array(value)) {
		free(text);
		return answer_text(value);
	}
	json_array_foreach(value, i, word) {
		_autofree_ char *one = answer_text(word), *before = text;

		text = text_format("%s%s%s", before, *before ? " " : "", one);
	}
	return text;
}

static bool
is_told(const json_t *event, const struct told *row)
{
	const json_t *value = member_of(event, row->member);

	if (!value || (row->with && !member_of(event, row->with)) || (row->without && member_of(event, row->without)))
		return false;
	switch (row->silent) {
	case AT_ZERO: return json_integer_value(value) != 0;
	case AT_ONE: return json_integer_value(value) > 1;
	case IF_NUMBER: return !json_is_integer(value);
	case IF_TEXT: return json_is_integer(value);
	case NEVER: break;
	}
	return true;
}

char *
event_words(const json_t *event)
{
	char *text = text_dup("");

	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		_autofree_ char *value = NULL, *so_far = NULL;
		const char *before = told[i].before, *hole = strstr(before, "%s");

		if (!is_told(event, &told[i]))
			continue;
		so_far = text;
		value = value_words(member_of(event, told[i].member));
		/* It begins with no comma and no blank. */
		if (!*so_far)
			before += strspn(before, ", ");
		text = hole ? text_format("%s%.*s%s%s", so_far, (int)(hole - before), before, value, hole + 2) :
			      text_format("%s%s%s", so_far, before, value);
	}
	return text;
}
