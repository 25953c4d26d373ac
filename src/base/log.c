/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What isolate says while it works. */
#include "config.h"

#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"

static const char *program = "isolate";
static enum log_level level = LOG_NORMAL;
static log_sink *sink;

void
log_set_program(const char *name)
{
	program = name;
}

void
log_set_level(enum log_level new_level)
{
	level = new_level;
}

enum log_level
log_level(void)
{
	return level;
}

void
log_set_sink(log_sink *new_sink)
{
	sink = new_sink;
}

/* One call to stdio a line, so that lines of several processes on one terminal do not mix. */
static void
say(enum log_level of, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

static void
say(enum log_level of, const char *fmt, va_list ap)
{
	_autofree_ char *text = text_vformat(fmt, ap);
	_autofree_ char *safe = NULL;

	if (sink) {
		sink(of, text);
		return;
	}
	safe = text_escape(text);
	fprintf(stderr, "%s: %s%s\n", program, of == LOG_NORMAL ? "note: " : "", safe);
}

void
log_note(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	say(LOG_NORMAL, fmt, ap);
	va_end(ap);
}

void
log_verbose(const char *fmt, ...)
{
	va_list ap;

	if (level < LOG_VERBOSE)
		return;
	va_start(ap, fmt);
	say(LOG_VERBOSE, fmt, ap);
	va_end(ap);
}
