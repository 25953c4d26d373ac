/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JSON answers of commands (doc/COMMANDS.md) as text. All that the inspector shows it takes from these: they are
 * the same here and behind a control socket, they are documented, and so the screen cannot know more than --json tells.
 */
#ifndef TUI_ANSWER_H
#define TUI_ANSWER_H

#include <jansson.h>

#include "base/error.h"

#define _autojson_ __attribute__((cleanup(answer_cleanup)))

static inline void
answer_cleanup(json_t **answer)
{
	json_decref(*answer);
}

/* The object in `text`; NULL with err filled. json_decref(). */
json_t *answer_parse(const char *text, size_t len, struct error *err);

/* The items of a list in an answer, read one by one: all of them as objects would take fifty times the text. */
struct answer_list {
	const char *at, *end;
};

/*
 * The same but for the list of that name, which is empty in what is returned: it is in *ret, and lives as long as text.
 * name NULL: no list.
 */
json_t *answer_parse_but(const char *text, size_t len, const char *name, struct answer_list *ret, struct error *err);

/* The next item, to be released by json_decref(), and its text; NULL: there are no more, or err was filled. */
json_t *answer_next(struct answer_list *list, const char **ret_text, size_t *ret_len, struct error *err);

/*
 * The bytes that a string of an answer stands for: what is no UTF-8 is written there as U+10FFFD, an x and two digits.
 * The caller frees.
 */
char *answer_bytes(const char *string);

/* A value for people: "yes", "alice (1001)", "ro,nosuid", "-". Not escaped. The caller frees. */
char *answer_text(const json_t *value);

/* The bytes of member `name` of an object; "" where there is none, or it is no string. The caller frees. */
char *answer_member(const json_t *object, const char *name);

/* True if the list has that string. */
int answer_list_has(const json_t *list, const char *word);

/* Bytes for people: "1.8 MiB". The caller frees. */
char *answer_size(json_int_t bytes);

#endif
