/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An error with a chain of what was being done. */
#include "config.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

void
error_release(struct error *err)
{
	free(err->message);
	free(err->where);
	free(err->hint);
	*err = (struct error)ERROR_INIT;
}

static bool
is_empty(const struct error *err)
{
	return !err || !err->message;
}

/* Takes over the new message. */
static void
replace_message(struct error *err, char *message)
{
	free(err->message);
	err->message = message;
}

int
error_set(struct error *err, int errnum, const char *fmt, ...)
{
	int ret = errnum > 0 ? -errnum : -1;
	char *message;
	va_list ap;

	if (!err)
		return ret;
	/* Formatted first: the arguments may be parts of the error that is replaced. */
	va_start(ap, fmt);
	message = text_vformat(fmt, ap);
	va_end(ap);
	error_release(err);
	err->message = message;
	if (errnum > 0) {
		err->code = errnum;
		replace_message(err, text_format("%s: %s", message, strerror(errnum)));
	}
	return ret;
}

void
error_context(struct error *err, const char *fmt, ...)
{
	_autofree_ char *text = NULL;
	va_list ap;

	if (is_empty(err))
		return;
	va_start(ap, fmt);
	text = text_vformat(fmt, ap);
	va_end(ap);
	replace_message(err, text_format("%s: %s", text, err->message));
}

void
error_from(struct error *err, const char *fmt, ...)
{
	_autofree_ char *text = NULL;
	va_list ap;

	if (is_empty(err))
		return;
	va_start(ap, fmt);
	text = text_vformat(fmt, ap);
	va_end(ap);
	replace_message(err, text_format("%s (%s)", err->message, text));
}

void
error_hint(struct error *err, const char *fmt, ...)
{
	_autofree_ char *text = NULL;
	_autofree_ char *line = NULL;
	char *hint;
	va_list ap;

	if (is_empty(err))
		return;
	va_start(ap, fmt);
	text = text_vformat(fmt, ap);
	va_end(ap);
	/* Escaped here already: a newline in a path must not begin a line of advice. */
	line = text_escape(text);
	hint = err->hint ? text_format("%s\n%s", err->hint, line) : take_ptr(line);
	free(err->hint);
	err->hint = hint;
}

void
error_caret(struct error *err, const char *text, int at, int len)
{
	char *copy;

	if (is_empty(err))
		return;
	copy = text_dup(text);
	free(err->where);
	err->where = copy;
	err->caret = at;
	err->caret_len = len > 0 ? len : 1;
}

/* The text, and a line below it that points to its part: "^", or "^~~~" where it is more than one column. */
static void
print_caret(const struct error *err, FILE *f)
{
	size_t at = err->caret > 0 ? (size_t)err->caret : 0;
	int from = text_columns(err->where, at);
	int to = text_columns(err->where, at + (size_t)err->caret_len);

	fputs("  ", f);
	text_print(f, err->where);
	fprintf(f, "\n  %*s^", from, "");
	for (int column = from + 1; column < to; column++)
		fputc('~', f);
	fputc('\n', f);
}

void
error_print(const struct error *err, FILE *f, const char *program)
{
	_autofree_ char *hints = NULL;
	char *rest;

	if (is_empty(err))
		return;
	fprintf(f, "%s: ", program);
	text_print(f, err->message);
	fputc('\n', f);
	if (err->where)
		print_caret(err, f);
	if (!err->hint)
		return;
	hints = text_dup(err->hint);
	rest = hints;
	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		fputs("hint: ", f);
		text_print(f, line);
		fputc('\n', f);
	}
}
