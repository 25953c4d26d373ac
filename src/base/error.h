/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An error with a chain of what was being done.
 *
 * base/ and sys/ return -errno and know nothing of this. From sandbox/ up, a function that can
 * fail takes a `struct error *err` as its last argument, fills it once where the failure is first
 * understood, and each caller that knows more puts its own words in front with error_context().
 * main() prints it, once. Nobody prints and returns.
 *
 * Messages are in lower case, have the subject in single quotes, no full stop, and read
 *	cannot mount '/opt/x': No such file or directory (from --mnt)
 * They may contain paths as they come: error_print() escapes control characters in all it prints.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdio.h>

/* Exit statuses of isolate's own (DESIGN: as env(1), timeout(1), and shells use them). */
enum {
	STATUS_FAILED = 125,	    /* isolate itself failed; nothing was started */
	STATUS_NOT_EXECUTABLE = 126, /* PROG is there and could not be executed */
	STATUS_NOT_FOUND = 127,	    /* PROG was not found */
};

/*
 * Causes that deserve a look: at the machine, where main() asks inspect/machine.h for the remedy, or at the directory
 * that the payload should start in.
 */
enum error_topic { ERROR_TOPIC_NONE, ERROR_TOPIC_USERNS, ERROR_TOPIC_PROC, ERROR_TOPIC_DIRECTORY };

struct error {
	int code;     /* errno value, 0 where no system call failed */
	int status;   /* exit status for this error; error_set() puts STATUS_FAILED */
	enum error_topic topic;
	char *message; /* NULL: no error */
	char *where;  /* a text (a spec, a command line) that the caret points into, or NULL */
	int caret;    /* byte offset into where */
	int caret_len; /* bytes to underline, at least 1 where `where` is set */
	char *hint;   /* what the user can do, lines separated by \n, or NULL */
};

#define ERROR_INIT { .status = STATUS_FAILED }

void error_release(struct error *err);

/*
 * Sets the message; replaces an older error. errnum > 0: ": strerror" is appended and `code` set.
 * Returns -errnum, or -1 for errnum 0, so that `return error_set(err, errno, …)` reads well.
 * err may be NULL: then only the return value is made. The functions below do nothing on a NULL or empty error.
 */
int error_set(struct error *err, int errnum, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts "TEXT: " in front of the message. */
void error_context(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Appends " (TEXT)" to the message: where the request came from. */
void error_from(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Adds one line of advice (a newline in it is escaped); several calls give several lines, in order. */
void error_hint(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Shows `text` under the message with len bytes from offset at underlined. Copies text. */
void error_caret(struct error *err, const char *text, int at, int len);

/*
 * Prints all of it to f, each line after "isolate: " (the message), two blanks (the caret) or
 * "hint: ". Control characters and bytes that are not UTF-8 come out as \n, \t, \xNN; the
 * caret stands under the right column for wide characters and escapes too.
 */
void error_print(const struct error *err, FILE *f, const char *program);

#define _autoerror_ __attribute__((cleanup(error_release)))

#endif
