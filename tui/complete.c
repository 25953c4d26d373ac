/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command line could go on with. */
#include "config.h"

#include "tui/complete.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "cmd/signal_names.h"
#include "tui/typed.h"

/* The argument that the cursor is in, and what is there already. */
struct place {
	const struct command *command;
	const struct argument *argument; /* NULL: there is none left by its place */
	bool value_of_option;
	bool given[ARGUMENTS_MAX];
};

struct work {
	const struct command *table;
	size_t table_len;
	const struct complete_source *source;
	const char *line;
	const struct typed *word; /* the cursor is at its end */
	size_t raw_len;		  /* of the word, quotes and all */
	struct complete *ret;
};

void
complete_names_add(struct complete_names *names, const char *text, bool is_dir)
{
	names->items = array_grow(names->items, &names->cap, names->len + 1, sizeof *names->items);
	names->items[names->len++] = (struct complete_name){ text_dup(text), is_dir };
}

void
complete_names_release(struct complete_names *names)
{
	for (size_t i = 0; i < names->len; i++)
		free(names->items[i].text);
	free(names->items);
	memset(names, 0, sizeof *names);
}

char *
complete_names_pack(const struct complete_names *names, size_t *ret_len)
{
	size_t len = 0;
	char *bytes, *at;

	for (size_t i = 0; i < names->len; i++)
		len += strlen(names->items[i].text) + 2;
	bytes = at = text_room(len + 1);
	for (size_t i = 0; i < names->len; i++) {
		*at++ = names->items[i].is_dir ? 'd' : '-';
		at = stpcpy(at, names->items[i].text) + 1;
	}
	*ret_len = len;
	return bytes;
}

void
complete_names_unpack(struct complete_names *names, const char *bytes, size_t len)
{
	while (len > 2) {
		const char *end = memchr(bytes, '\0', len);

		if (!end || end == bytes)
			return;
		complete_names_add(names, bytes + 1, *bytes == 'd');
		len -= (size_t)(end + 1 - bytes);
		bytes = end + 1;
	}
}

/* Takes both texts over. */
static void
add_match(struct complete *ret, char *text, char *shown, bool open)
{
	ret->matches = array_grow(ret->matches, &ret->matches_cap, ret->matches_len + 1, sizeof *ret->matches);
	ret->matches[ret->matches_len++] = (struct complete_match){ text, shown, open };
}

/* A word that needs no quotes, if it begins as what was typed does. */
static void
add_word(struct work *work, const char *text)
{
	if (strncmp(text, work->word->text, work->word->len) == 0)
		add_match(work->ret, text_dup(text), text_dup(text), false);
}

static void
add_words(struct work *work, const char *words)
{
	_autofree_ char *copy = text_dup(words);
	char *rest = copy;

	for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " "))
		add_word(work, word);
}

/* The names of the commands, with a colon if one was typed, or if `colon` and nothing was. */
static void
add_commands(struct work *work, bool colon)
{
	bool with = work->word->text[0] == ':' || (colon && work->word->len == 0);

	for (size_t i = 0; i < work->table_len; i++) {
		_autofree_ char *text = text_format("%s%s", with ? ":" : "", work->table[i].name);

		add_word(work, text);
	}
}

static void
add_listed(struct work *work, enum complete_kind kind)
{
	struct complete_names names = { 0 };

	work->source->list(work->source->arg, kind, NULL, &names);
	for (size_t i = 0; i < names.len; i++)
		add_word(work, names.items[i].text);
	complete_names_release(&names);
}

/* True if the name can stand in a line that is shown as it is. */
static bool
can_be_shown(const char *name)
{
	size_t left = strlen(name);

	while (left > 0) {
		uint32_t code;
		size_t n = text_decode(name, left, &code);

		if (n == 0 || !text_is_shown(code))
			return false;
		name += n;
		left -= n;
	}
	return true;
}

/* Paths that were missed, whole; or specs, which are quoted already. */
static void
add_missed(struct work *work, enum complete_kind kind, bool spec)
{
	struct complete_names names = { 0 };
	const char *raw = work->line + work->word->at;
	size_t raw_len = work->raw_len;

	work->source->list(work->source->arg, kind, NULL, &names);
	for (size_t i = 0; i < names.len; i++) {
		const char *text = names.items[i].text;

		if (!can_be_shown(text))
			continue;
		if (kind == COMPLETE_CURES && strncmp(text, raw, raw_len) == 0)
			add_match(work->ret, text_dup(text), text_dup(text), false);
		if (kind == COMPLETE_MISSES && strncmp(text, work->word->text, work->word->len) == 0)
			add_match(work->ret, typed_quote(text, spec, '\0', false), text_dup(text), false);
	}
	complete_names_release(&names);
}

/* What would mean something else at the beginning of an argument: a home, an option, an empty place. */
static bool
needs_dot(const char *path)
{
	return path[0] == '~' || path[0] == '-' || strcmp(path, "none") == 0;
}

/* The path `before` + `name` as it is to stand in the line, `raw` being what was typed of it. */
static void
add_path(struct work *work, const char *before, const struct complete_name *name, const char *raw, bool tilde,
	 bool spec)
{
	_autofree_ char *path = text_format("%s%s%s", before, name->text, name->is_dir ? "/" : "");
	_autofree_ char *quoted = NULL;
	char quote = raw[0] == work->word->quote ? work->word->quote : '\0';
	const char *dot = !tilde && needs_dot(path) ? "./" : "";

	if (tilde)
		quoted = typed_quote(path + 1, spec, '\0', true);
	else
		quoted = typed_quote(path, spec, *dot ? '\0' : quote, !name->is_dir);
	add_match(work->ret, text_format("%s%s%s", tilde ? "~" : "", dot, quoted),
		  text_format("%s%s", name->text, name->is_dir ? "/" : ""), name->is_dir);
}

/*
 * The paths that begin with what was typed from byte `begin` of the word on. The range is set to that part; where it
 * begins behind a separator, the quotes are its own.
 */
static void
add_paths(struct work *work, size_t begin, enum complete_kind kind, bool spec)
{
	const struct typed *word = work->word;
	const struct complete_source *source = work->source;
	const char *typed = word->text + begin, *slash = strrchr(typed, '/');
	_autofree_ char *before = text_ndup(typed, slash ? (size_t)(slash + 1 - typed) : 0);
	const char *name = slash ? slash + 1 : typed;
	bool tilde = typed[0] == '~' && !(spec && word->protected[begin]);
	_autofree_ char *directory = NULL;
	struct complete_names names = { 0 };

	work->ret->at = begin == 0 ? word->at : word->from[begin - 1] + 1;
	if (tilde && (!source->home || (typed[1] != '/' && typed[1] != '\0')))
		return;
	if (tilde && !slash) {
		add_match(work->ret, text_dup("~/"), text_dup("~/"), true);
		return;
	}
	directory = tilde ? path_absolute(source->home, before + 2) : path_absolute(source->cwd, before);
	source->list(source->arg, kind, directory, &names);
	for (size_t i = 0; i < names.len; i++) {
		const char *text = names.items[i].text;

		if (strncmp(text, name, strlen(name)) != 0 || (text[0] == '.' && name[0] != '.'))
			continue;
		if (strcmp(text, ".") != 0 && strcmp(text, "..") != 0 && can_be_shown(text))
			add_path(work, before, &names.items[i], work->line + work->ret->at, tilde, spec);
	}
	complete_names_release(&names);
}

/* The flags that can follow those that were typed; the range is the whole word. */
static void
add_flags(struct work *work)
{
	const char *typed = work->word->text, *comma = strrchr(typed, ',');
	const char *last = comma ? comma + 1 : typed;
	_autofree_ char *given = text_format(",%.*s", (int)(last - typed), typed);

	for (const char *const *flag = argument_spec_flags(); *flag; flag++) {
		_autofree_ char *between = text_format(",%s,", *flag);

		if (strncmp(*flag, last, strlen(last)) == 0 && !strstr(given, between))
			add_match(work->ret, text_format("%.*s%s:", (int)(last - typed), typed, *flag),
				  text_format("%s:", *flag), true);
	}
}

/* The index of the first unprotected `c` of the word; its length: there is none. */
static size_t
find_mark(const struct typed *word, char c)
{
	size_t i = 0;

	while (i < word->len && (word->text[i] != c || word->protected[i]))
		i++;
	return i;
}

/* [FLAG[,FLAG]…:]MNTPOINT[=SOURCE] (sandbox/spec.h). Both paths are outside: MNTPOINT alone is its own source. */
static void
add_specs(struct work *work)
{
	const struct typed *word = work->word;
	size_t equals = find_mark(word, '='), colon = find_mark(word, ':');

	if (equals < word->len) {
		add_paths(work, equals + 1, COMPLETE_OUTSIDE, true);
		if (strncmp("none", word->text + equals + 1, word->len - equals - 1) == 0)
			add_match(work->ret, text_dup("none"), text_dup("none"), false);
	} else if (colon < word->len) {
		add_paths(work, colon + 1, COMPLETE_OUTSIDE, true);
	} else {
		add_paths(work, 0, COMPLETE_OUTSIDE, true);
		if (!strpbrk(word->text, "/~") && !strpbrk(work->line + word->at, "'\"\\"))
			add_flags(work);
	}
}

static void
add_signals(struct work *work)
{
	for (int signal = 1; signal < NSIG; signal++) {
		const char *name = signal_name(signal);

		if (name && strncasecmp(name, work->word->text + 1, work->word->len - 1) == 0)
			add_match(work->ret, text_format("-%s", name), text_format("-%s", name), false);
	}
}

/* The options that were not given yet. */
static void
add_options(struct work *work, const struct place *place)
{
	for (size_t i = 0; i < ARGUMENTS_MAX && place->command->arguments[i].name; i++) {
		const struct argument *argument = &place->command->arguments[i];

		if (!argument->option || place->given[i])
			continue;
		if (argument->kind != ARGUMENT_SIGNAL)
			add_word(work, argument->option);
		else if (work->word->len > 0)
			add_signals(work);
	}
}

static void
add_values(struct work *work, const struct argument *argument)
{
	switch (argument->kind) {
	case ARGUMENT_COMMAND:
		add_commands(work, false);
		return;
	case ARGUMENT_PID:
		add_listed(work, COMPLETE_PROCESSES);
		return;
	case ARGUMENT_INSIDE_PATH:
	case ARGUMENT_PLACE:
		add_paths(work, 0, COMPLETE_INSIDE, false);
		return;
	case ARGUMENT_SPECS:
		add_specs(work);
		return;
	case ARGUMENT_CURE:
		add_missed(work, COMPLETE_CURES, false);
		add_missed(work, COMPLETE_MISSES, true);
		return;
	case ARGUMENT_MISSES:
		add_missed(work, COMPLETE_MISSES, false);
		return;
	case ARGUMENT_WORDS:
		add_words(work, argument->words);
		return;
	case ARGUMENT_PROGRAM:
		add_paths(work, 0, COMPLETE_INSIDE, false);
		return;
	case ARGUMENT_NAME:
	case ARGUMENT_FLAG: /* options: add_options() */
	case ARGUMENT_SIGNAL:
		return;
	}
}

/* The first argument by place that was not given, or NULL. */
static const struct argument *
next_positional(const struct place *place)
{
	for (size_t i = 0; i < ARGUMENTS_MAX && place->command->arguments[i].name; i++)
		if (!place->command->arguments[i].option && !place->given[i])
			return &place->command->arguments[i];
	return NULL;
}

/* The option that the word is, or NULL. */
static const struct argument *
find_option(const struct command *command, const char *word)
{
	for (size_t i = 0; i < ARGUMENTS_MAX && command->arguments[i].name; i++) {
		const struct argument *argument = &command->arguments[i];

		if (!argument->option || word[0] != '-')
			continue;
		if (strcmp(argument->option, word) == 0)
			return argument;
		if (argument->kind == ARGUMENT_SIGNAL && word[1] != '-' && word[1] != '\0')
			return argument;
	}
	return NULL;
}

/* Goes over the words between the command and the last, as arguments_parse() does. */
static void
find_place(const struct command *command, const struct typed_list *words, struct place *ret)
{
	const struct argument *pending = NULL;

	*ret = (struct place){ .command = command };
	for (size_t i = 1; i + 1 < words->len; i++) {
		const struct argument *option = pending ? NULL : find_option(command, words->items[i].text);
		const struct argument *argument = pending ? pending : option ? option : next_positional(ret);

		/* All that is left of the line. */
		if (argument && argument_is_rest(argument))
			break;
		pending = NULL;
		if (option && option->kind != ARGUMENT_FLAG && option->kind != ARGUMENT_SIGNAL)
			pending = option;
		else if (argument)
			ret->given[argument - command->arguments] = true;
	}
	ret->argument = pending ? pending : next_positional(ret);
	ret->value_of_option = pending;
}

static int
compare(const void *a, const void *b)
{
	const struct complete_match *one = a, *other = b;
	int order = strcmp(one->shown, other->shown);

	return order ? order : strcmp(one->text, other->text);
}

static void
release_match(struct complete_match *match)
{
	free(match->text);
	free(match->shown);
}

static void
sort_matches(struct complete *ret)
{
	size_t kept = 0;

	if (ret->matches_len == 0)
		return;
	qsort(ret->matches, ret->matches_len, sizeof *ret->matches, compare);
	for (size_t i = 1; i < ret->matches_len; i++) {
		if (compare(&ret->matches[kept], &ret->matches[i]) == 0)
			release_match(&ret->matches[i]);
		else
			ret->matches[++kept] = ret->matches[i];
	}
	ret->matches_len = kept + 1;
}

static void
complete_argument(struct work *work, const struct typed_list *words)
{
	const char *name = words->items[0].text;
	struct place place;

	name += *name == ':';
	for (size_t i = 0; i < work->table_len; i++) {
		if (strcmp(work->table[i].name, name) != 0)
			continue;
		find_place(&work->table[i], words, &place);
		if (!place.value_of_option && (work->word->text[0] == '-' || !place.argument))
			add_options(work, &place);
		else if (place.argument)
			add_values(work, place.argument);
	}
}

static void
finish(struct work *work, size_t cursor)
{
	struct complete *ret = work->ret;

	ret->len = cursor - ret->at;
	ret->typed = text_ndup(work->line + ret->at, ret->len);
	sort_matches(ret);
}

void
complete_line(const struct command *table, size_t table_len, const char *line, size_t cursor,
	      const struct complete_source *source, struct complete *ret)
{
	struct work work = { .table = table, .table_len = table_len, .source = source, .line = line, .ret = ret };
	struct typed_list words;

	memset(ret, 0, sizeof *ret);
	typed_split(line, cursor, &words);
	work.word = &words.items[words.len - 1];
	work.raw_len = cursor - work.word->at;
	ret->at = work.word->at;
	if (words.len == 1)
		add_commands(&work, !source->has_colon);
	else
		complete_argument(&work, &words);
	finish(&work, cursor);
	typed_list_release(&words);
}

void
complete_words(const char *line, size_t cursor, const char *const *words, size_t words_len, struct complete *ret)
{
	struct work work = { .line = line, .ret = ret };
	struct typed_list typed;

	memset(ret, 0, sizeof *ret);
	typed_split(line, cursor, &typed);
	work.word = &typed.items[typed.len - 1];
	ret->at = work.word->at;
	for (size_t i = 0; i < words_len; i++)
		add_word(&work, words[i]);
	finish(&work, cursor);
	typed_list_release(&typed);
}

void
complete_session(const char *line, size_t cursor, const struct complete_source *source, struct complete *ret)
{
	struct work work = { .source = source, .line = line, .ret = ret };
	struct typed_list words;

	memset(ret, 0, sizeof *ret);
	typed_split(line, cursor, &words);
	work.word = &words.items[words.len - 1];
	ret->at = work.word->at;
	if (words.len == 1)
		add_listed(&work, COMPLETE_SESSIONS);
	finish(&work, cursor);
	typed_list_release(&words);
}

void
complete_merge(struct complete *complete, struct complete *other)
{
	if (complete->matches_len == 0) {
		complete_release(complete);
		*complete = *other;
		return;
	}
	if (complete->at == other->at) {
		for (size_t i = 0; i < other->matches_len; i++)
			add_match(complete, take_ptr(other->matches[i].text), take_ptr(other->matches[i].shown),
				  other->matches[i].open);
		sort_matches(complete);
	}
	complete_release(other);
}

/* The first n bytes or a few less: not cut in the middle of a character, nor behind a backslash that protects it. */
static size_t
whole(const char *text, size_t n)
{
	size_t slashes = 0;

	while (n > 0 && (text[n] & 0xc0) == 0x80)
		n--;
	while (slashes < n && text[n - slashes - 1] == '\\')
		slashes++;
	return n - slashes % 2;
}

char *
complete_common(const struct complete *complete)
{
	size_t n;

	if (complete->matches_len == 0)
		return text_dup(complete->typed);
	n = strlen(complete->matches[0].text);
	for (size_t i = 1; i < complete->matches_len; i++) {
		const char *first = complete->matches[0].text, *text = complete->matches[i].text;
		size_t same = 0;

		while (same < n && first[same] == text[same])
			same++;
		n = same;
	}
	n = whole(complete->matches[0].text, n);
	return n < complete->len ? text_dup(complete->typed) : text_ndup(complete->matches[0].text, n);
}

void
complete_release(struct complete *complete)
{
	for (size_t i = 0; i < complete->matches_len; i++)
		release_match(&complete->matches[i]);
	free(complete->matches);
	free(complete->typed);
	memset(complete, 0, sizeof *complete);
}
