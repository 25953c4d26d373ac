/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of a command as words. */
#include "config.h"

#include "cmd/words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static const char blanks[] = " \t\n";

/* The end of the quoted part that begins at `at`, behind the quote; NULL if it has none. */
static const char *
copy_quoted(const char *at, char **to)
{
	char quote = *at++;

	while (*at != quote) {
		if (quote == '"' && *at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		if (*at == '\0')
			return NULL;
		*(*to)++ = *at++;
	}
	return at + 1;
}

/* One word, which begins at `at`. Returns its end, or NULL with err filled. */
static const char *
copy_word(const char *line, const char *at, char *to, struct error *err)
{
	while (*at != '\0' && !strchr(blanks, *at)) {
		const char *from = at;

		if (*at == '\'' || *at == '"') {
			at = copy_quoted(at, &to);
			if (!at) {
				error_set(err, 0, "a quote is not closed");
				error_caret(err, line, (int)(from - line), 1);
				return NULL;
			}
			continue;
		}
		if (*at == '\\' && *++at == '\0') {
			error_set(err, 0, "a backslash has nothing behind it");
			error_caret(err, line, (int)(from - line), 1);
			return NULL;
		}
		*to++ = *at++;
	}
	*to = '\0';
	return at;
}

int
words_split(const char *line, struct word_list *ret, struct error *err)
{
	_autofree_ char *text = text_dup(line); /* as long as a word can get; there may be thousands */
	const char *at = line;

	memset(ret, 0, sizeof *ret);
	while (*(at += strspn(at, blanks)) != '\0') {
		const char *end = copy_word(line, at, text, err);

		if (!end)
			return -1;
		ret->items = array_grow(ret->items, &ret->cap, ret->len + 1, sizeof *ret->items);
		ret->items[ret->len++] = (struct word){ text_dup(text), (int)(at - line), (int)(end - at) };
		at = end;
	}
	return 0;
}

void
words_release(struct word_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i].text);
	free(list->items);
	memset(list, 0, sizeof *list);
}
