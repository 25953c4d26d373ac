/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One event as a line: for machines an object, for people a time and words. */
#ifndef CMD_EVENT_LINE_H
#define CMD_EVENT_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "cmd/value.h"

struct event_line {
	bool json;
	char *text;
	size_t size;
	FILE *f;
};

/* False: there is no memory, and nothing to end. */
bool event_line_begin(struct event_line *line, bool json, const char *event);

/*
 * A member for machines, NULL is null; for people the value behind `before`, escaped, or nothing where either is NULL.
 */
void event_line_text(struct event_line *line, const char *name, const char *before, const char *value);
void event_line_number(struct event_line *line, const char *name, const char *before, long long value);

/* For machines alone: any value. And for people alone: words. */
void event_line_value(struct event_line *line, const char *name, const struct value *value);
void event_line_words(struct event_line *line, const char *words);

/* The line with its end; NULL: no memory. The caller frees. */
char *event_line_end(struct event_line *line);

#endif
