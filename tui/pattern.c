/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rows are looked for by. */
#include "config.h"

#include "tui/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* The text as a regular expression that stands for it. The caller frees. */
static char *
quote(const char *text)
{
	char *quoted = text_room(2 * strlen(text) + 1), *to = quoted;

	for (; *text; text++) {
		if (strchr("\\.[](){}*+?^$|", *text))
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '\0';
	return quoted;
}

static void
compile(struct pattern *pattern)
{
	_autofree_ char *quoted = NULL;
	const char *body = pattern_body(pattern);

	if (regcomp(&pattern->regex, body, REG_EXTENDED | REG_ICASE) == 0)
		return;
	pattern->literal = true;
	quoted = quote(body);
	/* What is no text in this locale is not on the screen either. */
	pattern->empty = regcomp(&pattern->regex, quoted, REG_EXTENDED | REG_ICASE) != 0;
}

void
pattern_set(struct pattern *pattern, const char *text)
{
	pattern_release(pattern);
	if (!*text)
		return;
	pattern->text = text_dup(text);
	pattern->negated = text[0] == '!';
	pattern->empty = text[pattern->negated] == '\0';
	if (!pattern->empty)
		compile(pattern);
}

void
pattern_release(struct pattern *pattern)
{
	if (pattern->text && !pattern->empty)
		regfree(&pattern->regex);
	free(pattern->text);
	*pattern = (struct pattern){ 0 };
}

const char *
pattern_body(const struct pattern *pattern)
{
	return pattern->text ? pattern->text + pattern->negated : "";
}

/* All of it is as it is on the screen. */
static bool
is_plain(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

bool
pattern_is_in(const struct pattern *pattern, const char *text)
{
	_autofree_ char *shown = NULL;

	if (!pattern->text || pattern->empty)
		return false;
	if (!is_plain(text))
		text = shown = text_escape(text);
	return regexec(&pattern->regex, text, 0, NULL, 0) == 0;
}

bool
pattern_find(const struct pattern *pattern, const char *shown, size_t *ret_at, size_t *ret_len)
{
	regmatch_t match;

	if (!pattern->text || pattern->empty || regexec(&pattern->regex, shown, 1, &match, 0) != 0)
		return false;
	*ret_at = (size_t)match.rm_so;
	*ret_len = (size_t)(match.rm_eo - match.rm_so);
	return true;
}
