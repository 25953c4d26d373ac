/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line of a command as words: separated by white space, which a backslash before a character, or single or double
 * quotes around some, protect. As in specs, and as people expect of a shell; nothing is expanded.
 */
#ifndef CMD_WORDS_H
#define CMD_WORDS_H

#include <stddef.h>

#include "base/error.h"

struct word {
	char *text; /* without quotes and backslashes */
	int at, len; /* where it stands in the line, for the caret */
};

struct word_list {
	struct word *items;
	size_t len, cap;
};

/* 0, or negative with err filled, its caret under what is wrong. Release in any case. */
int words_split(const char *line, struct word_list *ret, struct error *err);
void words_release(struct word_list *list);

#endif
