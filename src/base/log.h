/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What isolate says while it works, to stderr. Errors are not logged: they are returned (base/error.h). */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level {
	LOG_QUIET,   /* --quiet: nothing but errors */
	LOG_NORMAL,  /* notes that a user wants to see once */
	LOG_VERBOSE, /* -v: each step */
};

/* The name in front of each line; "isolate" unless set. Kept, not copied. */
void log_set_program(const char *name);

void log_set_level(enum log_level level);
enum log_level log_level(void);

/* Takes what would be printed, unescaped and without the program's name; NULL: it is printed again. */
typedef void log_sink(enum log_level level, const char *text);
void log_set_sink(log_sink *sink);

/* "isolate: note: …": something is not as the user may think. Escaped as error_print() does. */
void log_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "isolate: …", only with -v. */
void log_verbose(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
