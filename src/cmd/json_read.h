/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What json_string() and its like have written, read where no JSON library is linked. It is no parser: who reads looks
 * for members by their names, which stand in no string.
 */
#ifndef CMD_JSON_READ_H
#define CMD_JSON_READ_H

#include <stdbool.h>

/* Moves *at behind the text, if that is what stands there. */
bool json_skip(const char **at, const char *text);

/*
 * The string at *at, which is moved behind it; its bytes are those that json_string() was given. The caller frees.
 * NULL: it is none.
 */
char *json_read_string(const char **at);

/* The next member of that name that is a string, in whatever object. The caller frees. NULL: there is none. */
char *json_next_string(const char **at, const char *name);

/* The value of the next member of that name; -1: there is none, or it is no number. */
long json_next_number(const char **at, const char *name);

#endif
