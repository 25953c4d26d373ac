/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JSON answers of commands (doc/COMMANDS.md) as text. All that the inspector shows it takes from these: they are
 * the same here and behind a control socket, they are documented, and so the screen cannot know more than --json tells.
 */
#ifndef TUI_ANSWER_H
#define TUI_ANSWER_H

#include <jansson.h>

#include "base/error.h"

/* The object in `text`; NULL with err filled. json_decref(). */
json_t *answer_parse(const char *text, size_t len, struct error *err);

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
