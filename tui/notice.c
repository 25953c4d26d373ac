/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody who types commands is told of calls that wait for him. */
#include "config.h"

#include "tui/notice.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/json_read.h"
#include "tui/typed.h"

enum {
	ONE_BY_ONE = 3,	 /* so many between two lines of the user's */
	LINES_MAX = 6,	 /* of a path or a spec */
	WIDTH_LEAST = 20,
};

void
notices_release(struct notices *notices)
{
	free(notices->text);
	*notices = (struct notices){ 0 };
}

static void
append(char **text, const char *more)
{
	char *longer = text_format("%s%s", *text ? *text : "", more);

	free(*text);
	*text = longer;
}

/* So many bytes of an escaped text, at least a character, take no more than `width` columns. */
static size_t
fitting(const char *text, int width)
{
	size_t all = strlen(text), n = 0;
	int used = 0;

	while (n < all) {
		uint32_t code;
		size_t len = text_decode(text + n, all - n, &code);
		int columns = len > 0 ? wcwidth((wchar_t)code) : 1;

		len += len == 0;
		used += columns >= 0 ? columns : 1;
		if (used > width && n > 0)
			break;
		n += len;
	}
	return n;
}

/*
 * `label` and the text behind it, in lines below each other. What is longer than LINES_MAX lines loses its end, and
 * it is said how much that is.
 */
static void
append_field(char **text, const char *label, const char *value, int columns)
{
	_autofree_ char *escaped = text_escape(value);
	int indent = (int)strlen(label), width = columns - indent - 1;
	const char *at = escaped;

	width = width < WIDTH_LEAST ? WIDTH_LEAST : width;
	for (int line = 0; line == 0 || *at != '\0'; line++) {
		size_t n = fitting(at, width);
		_autofree_ char *one = NULL;

		if (line == LINES_MAX) {
			one = text_format("%*s(and %zu more bytes)\n", indent, "", strlen(at));
			append(text, one);
			return;
		}
		one = text_format("%*s%.*s\n", line == 0 ? 0 : indent, "", (int)n, at);
		if (line == 0)
			append(text, label);
		append(text, one);
		at += n;
	}
}

/* "cat, process 42, openat": the program chooses its name. The caller frees. */
static char *
asker_text(const char *event)
{
	const char *at = event;
	_autofree_ char *comm = json_next_string(&at, "comm"), *call = NULL;
	long pid;

	at = event;
	pid = json_next_number(&at, "pid");
	at = event;
	call = json_next_string(&at, "call");
	if (pid < 0)
		return text_format("%s, %s", comm ? comm : "?", call ? call : "?");
	return text_format("%s, process %ld, %s", comm ? comm : "?", pid, call ? call : "?");
}

static void
tell_one(struct notices *notices, const char *event, const char *path, int columns)
{
	const char *at = event;
	_autofree_ char *spec = json_next_string(&at, "spec"), *asker = asker_text(event);
	_autofree_ char *allow = spec ? text_format(":allow %s", spec) : NULL;
	_autofree_ char *word = typed_quote(path, false, '\0', false), *shown = text_escape(path);
	_autofree_ char *deny = text_format(":deny %s", word);
	/* What cannot be typed, or would not be: all that waits. */
	bool typable = strcmp(shown, path) == 0 && (int)strlen(deny) < 2 * columns;

	append_field(&notices->text, "held   ", path, columns);
	append_field(&notices->text, "by     ", asker, columns);
	append_field(&notices->text, "cure   ", allow ? allow : "(no mount is one)", columns);
	append_field(&notices->text, "else   ", typable ? deny : ":deny", columns);
}

static void
tell_number(struct notices *notices)
{
	_autofree_ char *line = NULL;

	if (notices->waiting < 2 || (notices->counted > 0 && notices->waiting < 2 * notices->counted))
		return;
	notices->counted = notices->waiting;
	line = text_format("held   %ld calls wait; :misses lists what for, :deny lets all fail\n", notices->waiting);
	append(&notices->text, line);
}

void
notices_take(struct notices *notices, const char *event, int columns)
{
	const char *at = event;
	_autofree_ char *kind = json_next_string(&at, "event"), *path = NULL;
	long waiting;

	at = event;
	waiting = json_next_number(&at, "waiting");
	if (!kind || waiting < 0)
		return;
	notices->waiting = waiting;
	at = event;
	path = json_next_string(&at, "path");
	if (strcmp(kind, "held") == 0 && path) {
		notices->said_waits = true;
		if (notices->told++ < ONE_BY_ONE)
			tell_one(notices, event, path, columns);
		else
			tell_number(notices);
	} else if (strcmp(kind, "more") == 0) {
		tell_number(notices);
	}
	if (waiting > 0 || !notices->said_waits)
		return;
	notices->said_waits = false;
	/* Who decides here sees it in the answer. */
	if (!notices->said_none && strcmp(kind, "released") == 0)
		append(&notices->text, "held   no call waits any more\n");
	notices->said_none = true;
}

void
notices_pass(struct notices *notices)
{
	notices->told = 0;
	notices->counted = 0;
	notices->said_none = false;
}

char *
notices_next(struct notices *notices)
{
	return take_ptr(notices->text);
}
