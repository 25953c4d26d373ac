/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the words of a line to a command with its arguments, checked as its row of the table says. */
#ifndef CMD_ARGUMENTS_H
#define CMD_ARGUMENTS_H

#include "base/error.h"
#include "cmd/table.h"
#include "cmd/words.h"

/*
 * The command that the first word names, with or without a colon, and its arguments; ret->target is left to the caller.
 * The values point into `words` and `line`. 0, or negative with err filled: the caret under the word in `line`, and
 * "did you mean".
 */
int arguments_parse(const char *line, const struct word_list *words, struct call *ret, struct error *err);

#endif
