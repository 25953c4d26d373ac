/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line that is still being typed, as words. */
#include "config.h"

#include "tui/typed.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static const char blanks[] = " \t\n";

static void
typed_init(struct typed *word, size_t at, size_t room)
{
	size_t cap = 0;

	*word = (struct typed){ .text = text_room(room + 1), .at = at };
	word->protected = array_grow(NULL, &cap, room + 1, sizeof *word->protected);
	cap = 0;
	word->from = array_grow(NULL, &cap, room + 1, sizeof *word->from);
	word->text[0] = '\0';
}

static void
typed_release(struct typed *word)
{
	free(word->text);
	free(word->protected);
	free(word->from);
}

static void
add(struct typed *word, const char *line, size_t from, bool protected)
{
	word->text[word->len] = line[from];
	word->protected[word->len] = protected;
	word->from[word->len++] = from;
	word->text[word->len] = '\0';
}

/* The word that begins at `at`; returns where it ends. The rules are those of words_split(). */
static size_t
read_word(const char *line, size_t at, size_t n, struct typed *word)
{
	typed_init(word, at, n - at);
	for (; at < n; at++) {
		char c = line[at];

		if (word->quote && c == word->quote) {
			word->quote = '\0';
		} else if (word->quote == '"' && c == '\\' && at + 1 < n && strchr("\"\\", line[at + 1])) {
			add(word, line, ++at, true);
		} else if (word->quote) {
			add(word, line, at, true);
		} else if (c == '\'' || c == '"') {
			word->quote = c;
		} else if (c == '\\') {
			if (at + 1 < n)
				add(word, line, ++at, true);
		} else if (strchr(blanks, c)) {
			return at;
		} else {
			add(word, line, at, false);
		}
	}
	return at;
}

static struct typed *
append(struct typed_list *list)
{
	list->items = array_grow(list->items, &list->cap, list->len + 1, sizeof *list->items);
	return &list->items[list->len++];
}

void
typed_split(const char *line, size_t n, struct typed_list *ret)
{
	size_t at = 0;
	bool ended = true;

	memset(ret, 0, sizeof *ret);
	while (at < n) {
		if (strchr(blanks, line[at])) {
			at++;
			ended = true;
			continue;
		}
		at = read_word(line, at, n, append(ret));
		ended = false;
	}
	if (ended)
		typed_init(append(ret), n, 0);
}

void
typed_list_release(struct typed_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		typed_release(&list->items[i]);
	free(list->items);
	memset(list, 0, sizeof *list);
}

char *
typed_quote(const char *text, bool spec, char quote, bool closed)
{
	char *quoted = text_room(2 * strlen(text) + 3), *to = quoted;
	const char *special = spec ? " \t\n\\'\":=" : " \t\n\\'\"";

	if (quote == '\'' && strchr(text, '\''))
		quote = '\0';
	if (quote)
		*to++ = quote;
	if (quote == '"')
		special = "\"\\";
	for (; *text != '\0'; text++) {
		if (quote != '\'' && strchr(special, *text))
			*to++ = '\\';
		*to++ = *text;
	}
	if (quote && closed)
		*to++ = quote;
	*to = '\0';
	return quoted;
}
