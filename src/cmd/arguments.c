/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the words of a line to a command with its arguments. */
#include "config.h"

#include "cmd/arguments.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/signal_names.h"

/* More than the table has commands, and any argument words. */
enum { CANDIDATES_MAX = 64 };

static int
refuse(const char *line, const struct word *word, struct error *err)
{
	error_caret(err, line, word->at, word->len);
	return -1;
}

static int
refuse_command(const char *line, const struct word *word, struct error *err)
{
	const char *names[CANDIDATES_MAX];
	const char *name = word->text + (*word->text == ':'), *nearest;
	size_t n = 0;

	for (; n < command_table_len && n < CANDIDATES_MAX; n++)
		names[n] = command_table[n].name;
	error_set(err, 0, "there is no command ':%s'", name);
	nearest = text_nearest(name, names, n);
	if (nearest)
		error_hint(err, "did you mean ':%s'?", nearest);
	else
		error_hint(err, "':help' lists them");
	return refuse(line, word, err);
}

static size_t
count_arguments(const struct command *command)
{
	size_t n = 0;

	while (n < ARGUMENTS_MAX && command->arguments[n].name)
		n++;
	return n;
}

static int
check_words(const char *line, const struct word *word, const char *words, struct error *err)
{
	_autofree_ char *copy = text_dup(words);
	const char *list[CANDIDATES_MAX];
	char *rest = copy;
	const char *nearest;
	size_t n = 0;

	for (char *item = strsep(&rest, " "); item && n < CANDIDATES_MAX; item = strsep(&rest, " ")) {
		if (strcmp(item, word->text) == 0)
			return 0;
		list[n++] = item;
	}
	error_set(err, 0, "'%s' is none of: %s", word->text, words);
	nearest = text_nearest(word->text, list, n);
	if (nearest)
		error_hint(err, "did you mean '%s'?", nearest);
	return refuse(line, word, err);
}

static int
refuse_signal(const char *line, const struct word *word, struct error *err)
{
	const char *nearest = signal_nearest(word->text + 1);

	error_set(err, 0, "'%s' is no signal", word->text + 1);
	if (nearest)
		error_hint(err, "did you mean '-%s'?", nearest);
	return refuse(line, word, err);
}

static int
check_value(const char *line, const struct argument *argument, const struct word *word, struct error *err)
{
	uint64_t pid;

	switch (argument->kind) {
	case ARGUMENT_COMMAND:
		return command_find(word->text + (*word->text == ':')) ? 0 : refuse_command(line, word, err);
	case ARGUMENT_PID:
		if (number_parse(word->text, INT32_MAX, &pid) == 0 && pid > 0)
			return 0;
		error_set(err, 0, "'%s' is not the number of a process", word->text);
		return refuse(line, word, err);
	case ARGUMENT_INSIDE_PATH:
		if (word->text[0] == '/')
			return 0;
		error_set(err, 0, "'%s' does not begin with '/'", word->text);
		error_hint(err, "a path inside is told from the root");
		return refuse(line, word, err);
	case ARGUMENT_PLACE:
		if (word->text[0] != '\0')
			return 0;
		error_set(err, 0, "an empty path names nothing");
		return refuse(line, word, err);
	case ARGUMENT_WORDS:
		return check_words(line, word, argument->words, err);
	case ARGUMENT_SIGNAL:
		return signal_of(word->text + 1) > 0 ? 0 : refuse_signal(line, word, err);
	case ARGUMENT_SPECS: /* they have a parser of their own */
	case ARGUMENT_CURE:
	case ARGUMENT_MISSES:
	case ARGUMENT_PROGRAM:
	case ARGUMENT_FLAG:
	case ARGUMENT_NAME:
		return 0;
	}
	return 0;
}

/* A word with two dashes is an option everywhere, one with a single dash where the command has such an option. */
static bool
is_option(const struct command *command, const char *word)
{
	if (strncmp(word, "--", 2) == 0)
		return true;
	if (word[0] != '-' || word[1] == '\0')
		return false;
	for (size_t i = 0; i < count_arguments(command); i++)
		if (command->arguments[i].option && command->arguments[i].option[1] != '-')
			return true;
	return false;
}

/* The option that the word is, or NULL with err filled. */
static const struct argument *
find_option(const char *line, const struct command *command, const struct word *word, struct error *err)
{
	const char *names[ARGUMENTS_MAX], *nearest;
	size_t n = 0;

	for (size_t i = 0; i < count_arguments(command); i++) {
		if (!command->arguments[i].option)
			continue;
		if (strcmp(command->arguments[i].option, word->text) == 0)
			return &command->arguments[i];
		if (command->arguments[i].kind == ARGUMENT_SIGNAL && word->text[1] != '-')
			return &command->arguments[i];
		names[n++] = command->arguments[i].option;
	}
	error_set(err, 0, "':%s' has no option '%s'", command->name, word->text);
	nearest = text_nearest(word->text, names, n);
	if (nearest)
		error_hint(err, "did you mean '%s'?", nearest);
	refuse(line, word, err);
	return NULL;
}

/* The first argument by place that has no value yet, or NULL. */
static const struct argument *
next_positional(const struct call *call)
{
	for (size_t i = 0; i < count_arguments(call->command); i++)
		if (!call->command->arguments[i].option && !call->values[i])
			return &call->command->arguments[i];
	return NULL;
}

/* The option at *at, and its value, which may be the word itself. */
static int
take_option(const char *line, const struct word_list *words, size_t *at, struct call *call, struct error *err)
{
	const struct word *word = &words->items[(*at)++];
	const struct argument *argument = find_option(line, call->command, word, err);
	bool has_dash = argument && argument->kind == ARGUMENT_SIGNAL;

	if (!argument)
		return -1;
	if (!has_dash && argument->kind != ARGUMENT_FLAG) {
		if (*at == words->len) {
			error_set(err, 0, "'%s' needs a value: %s", word->text, argument->name);
			return refuse(line, word, err);
		}
		word = &words->items[(*at)++];
	}
	call->values[argument - call->command->arguments] = word->text + has_dash;
	return check_value(line, argument, word, err);
}

static int
take_word(const char *line, const struct word_list *words, size_t *at, struct call *call, struct error *err)
{
	const struct word *word = &words->items[*at];
	const struct argument *argument = next_positional(call);

	if (is_option(call->command, word->text))
		return take_option(line, words, at, call, err);
	if (!argument) {
		_autofree_ char *usage = command_usage(call->command);

		error_set(err, 0, "':%s' has no use for '%s'", call->command->name, word->text);
		error_hint(err, "usage: :%s", usage);
		return refuse(line, word, err);
	}
	if (argument_is_rest(argument)) {
		call->values[argument - call->command->arguments] = line + word->at;
		*at = words->len;
		return 0;
	}
	++*at;
	call->values[argument - call->command->arguments] = word->text;
	return check_value(line, argument, word, err);
}

static int
check_required(const struct call *call, struct error *err)
{
	for (size_t i = 0; i < count_arguments(call->command); i++) {
		_autofree_ char *usage = NULL;

		if (!call->command->arguments[i].required || call->values[i])
			continue;
		usage = command_usage(call->command);
		error_set(err, 0, "':%s' needs %s", call->command->name, call->command->arguments[i].name);
		error_hint(err, "usage: :%s", usage);
		return -1;
	}
	return 0;
}

int
arguments_parse(const char *line, const struct word_list *words, struct call *ret, struct error *err)
{
	struct call call = { 0 };
	const struct word *first;
	int r = 0;

	if (words->len == 0) {
		error_set(err, 0, "there is no command in '%s'", line);
		error_hint(err, "':help' lists them");
		return -1;
	}
	first = &words->items[0];
	call.command = command_find(first->text + (*first->text == ':'));
	if (!call.command)
		return refuse_command(line, first, err);
	for (size_t at = 1; r == 0 && at < words->len;)
		r = take_word(line, words, &at, &call, err);
	if (r == 0)
		r = check_required(&call, err);
	if (r == 0)
		*ret = call;
	return r;
}
