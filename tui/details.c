/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a row, in words. */
#include "config.h"

#include "tui/details.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/answer.h"

/* Where the values stand. */
enum { VALUE_COLUMN = 15 };

static void
add_named(struct sheet *sheet, enum role role, const char *name, const char *text)
{
	_autofree_ char *line = text_format("%-*s %s", VALUE_COLUMN - 1, name, text);

	sheet_add(sheet, role, VALUE_COLUMN, line);
}

/* A table of words for those that answers have for programs. */
struct word {
	const char *name, *said;
};

static const struct word causes[] = {
	{ "strong", "likely" },
	{ "weak", "seldom" },
	{ "folded", "never" },
	{ NULL, NULL },
};

static const struct word states[] = {
	{ "open", "not decided about" },
	{ "held", "a call waits for a decision" },
	{ "cured", "cured by a mount" },
	{ NULL, NULL },
};

static char *
say(const struct word *words, const json_t *value)
{
	char *text = answer_text(value);

	for (; words->name; words++) {
		if (strcmp(words->name, text) == 0) {
			free(text);
			return text_dup(words->said);
		}
	}
	return text;
}

/* How a member reads: the text of its value, the caller's to free; NULL: nothing is to be told. */

static char *
cause_text(const json_t *value)
{
	return say(causes, value);
}

static char *
state_text(const json_t *value)
{
	return say(states, value);
}

static char *
memory_text(const json_t *value)
{
	return answer_size(json_integer_value(value));
}

static char *
mount_text(const json_t *value)
{
	_autofree_ char *specs = answer_text(value);

	return json_is_string(value) ? text_format(":mount %s", specs) : NULL;
}

/* "not_mounted": words with '_' between them. */
static char *
words_text(const json_t *value)
{
	char *text = answer_text(value);

	for (char *at = text; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	return text;
}

/*
 * Members that answers for machines call otherwise than people do, or whose value is no text. A title of NULL: it is
 * not told, being told already. `tab`: of this one alone.
 */
static const struct detail {
	const char *tab, *name, *title;
	char *(*text)(const json_t *value);
} details[] = {
	{ NULL, "client_pid", "asked by", NULL },
	{ NULL, "comm", "program", NULL },
	{ NULL, "cpu", "CPU time", tab_cpu_text },
	{ "processes", "depth", NULL, NULL },
	{ NULL, "last", "last", tab_time_text },
	{ NULL, "memory", "memory", memory_text },
	{ "misses", "count", "times", NULL },
	{ "misses", "path", "the last path", NULL },
	{ "misses", "pid", "process", NULL },
	{ "misses", "spec", NULL, NULL },
	{ "misses", "state", "state", state_text },
	{ "misses", "unit", "directory", NULL },
	{ "misses", "worth", "is a cause", cause_text },
	{ "misses", "writable", "or writable by", mount_text },
	{ "namespaces", "same", "shared", NULL },
	{ NULL, "reason", "reason", words_text },
	{ NULL, "time", "time", tab_time_text },
};

static const struct detail *
find_detail(const struct tab *tab, const char *name)
{
	for (size_t i = 0; i < sizeof details / sizeof details[0]; i++)
		if (strcmp(details[i].name, name) == 0 &&
		    (!details[i].tab || strcmp(details[i].tab, tab->name) == 0))
			return &details[i];
	return NULL;
}

static void
add_member(struct sheet *sheet, const struct tab *tab, const char *name, const json_t *value)
{
	const struct detail *detail = find_detail(tab, name);
	_autofree_ char *text = NULL, *words = NULL;

	if (detail && !detail->title)
		return;
	text = detail && detail->text ? detail->text(value) : answer_text(value);
	words = text_dup(detail ? detail->title : name);
	for (char *at = words; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	if (text)
		add_named(sheet, ROLE_NORMAL, words, text);
}

/* The paths of a row of misses, each with what was asked how often. */
static void
add_paths(struct sheet *sheet, const json_t *members)
{
	const json_t *one;
	size_t i;

	json_array_foreach(members, i, one) {
		_autofree_ char *path = answer_member(one, "path"), *state = answer_member(one, "state");
		_autofree_ char *program = answer_member(one, "comm"), *call = answer_member(one, "call");
		_autofree_ char *count = answer_text(json_object_get(one, "count"));
		_autofree_ char *at = tab_time_text(json_object_get(one, "last"));
		bool once = strcmp(count, "1") == 0, open = strcmp(state, "open") == 0;
		_autofree_ char *line = text_format("%s  (%s%s%s time%s%s%s by %s, last %s)", path, open ? "" : state,
						    open ? "" : ", ", count, once ? "" : "s", *call ? ", " : "", call,
						    program, at);

		add_named(sheet, ROLE_NORMAL, i == 0 ? "asked for" : "", line);
	}
}

/* Sentences are for reading, and stand before the values. Of misses it is that of the newest. */
static char *
prose(const json_t *source)
{
	const json_t *members = json_object_get(source, "members"), *path = json_object_get(source, "path"), *one;
	size_t i;

	if (json_is_string(json_object_get(source, "about")))
		return answer_member(source, "about");
	json_array_foreach(members, i, one)
		if (json_is_string(json_object_get(one, "sentence")) && json_equal(json_object_get(one, "path"), path))
			return answer_member(one, "sentence");
	return NULL;
}

void
details_tell(const struct tab *tab, const struct row *row, struct sheet *sheet)
{
	_autojson_ json_t *source = row_source(row);
	_autofree_ char *origin = source && tab->origin ? tab->origin(row, source) : NULL, *sentence = prose(source);
	char *origins = origin;
	const char *name;
	json_t *value;

	if (sentence) {
		sheet_add(sheet, ROLE_NORMAL, 0, sentence);
		sheet_add(sheet, ROLE_NORMAL, 0, "");
	}
	for (char *line = strsep(&origins, "\n"); line; line = strsep(&origins, "\n"))
		add_named(sheet, ROLE_KEY, line != origin ? "" : tab == &tab_table[TAB_MISSES] ? "cured by" : "made by",
			  line);
	json_object_foreach(source, name, value) {
		if (strcmp(name, "members") == 0)
			add_paths(sheet, value);
		else if (strcmp(name, "about") != 0)
			add_member(sheet, tab, name, value);
	}
}
