/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is typed behind a / : an extended regular expression without regard to case; ! before it means the rows without
 * it. While it is typed it need not be complete: what is no regular expression is looked for as it stands.
 *
 * It is about what is seen: text in which control characters are escaped (text_escape()).
 */
#ifndef TUI_PATTERN_H
#define TUI_PATTERN_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

/* Zero-initialised: none. */
struct pattern {
	char *text; /* as typed; NULL: none */
	bool negated;
	bool literal; /* it is no regular expression */
	bool empty;   /* nothing to look for: a ! alone */
	regex_t regex; /* unless it is empty */
};

/* "" is none. */
void pattern_set(struct pattern *pattern, const char *text);
void pattern_release(struct pattern *pattern);

/* What is looked for, without the !; "" for none. */
const char *pattern_body(const struct pattern *pattern);

/* Whether the text, as it is before it is escaped, has it, whatever ! says. Nothing has none, or an empty one. */
bool pattern_is_in(const struct pattern *pattern, const char *text);

/* Where it is in a text that was escaped: `*ret_len` bytes at `*ret_at`. False: it is not. */
bool pattern_find(const struct pattern *pattern, const char *shown, size_t *ret_at, size_t *ret_len);

#endif
