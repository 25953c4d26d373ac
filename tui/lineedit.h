/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line from the user, through readline, while something else is watched: the only file that includes readline.
 *
 * Signals arrive at a descriptor between lineedit_init() and lineedit_release(), and are looked at only while a line is
 * asked for; who waits for anything else meanwhile polls lineedit_signals() too.
 */
#ifndef TUI_LINEEDIT_H
#define TUI_LINEEDIT_H

#include <stdbool.h>

#include "tui/complete.h"
#include "tui/history.h"

/*
 * Something else that comes while a line is edited. When fd (-1: nothing) can be read, take(arg) is called; the
 * text that it returns (the caller's to free; NULL: none) is printed above the line, which stays as it is.
 */
struct lineedit_aside {
	int fd;
	char *(*take)(void *arg);
	void *arg;
};

enum line_event {
	LINE_GIVEN,
	LINE_END,	  /* Ctrl-D */
	LINE_INTERRUPTED, /* Ctrl-C: what was typed is gone */
	LINE_WATCHED,	  /* the watched descriptor has become readable, or was closed */
	LINE_KILLED,	  /* SIGTERM or SIGHUP: lineedit_die() */
};

/* What the Tab key asks: complete_line() on the table of the commands, or complete_session(). */
typedef void lineedit_complete(const char *line, size_t cursor, const struct complete_source *source,
			       struct complete *ret);

/* Once in a program. 0 or -errno. The history is given to readline; new lines are the caller's to add, to both. */
int lineedit_init(const struct history *history);
void lineedit_release(void);

/* Takes a line into readline's history. */
void lineedit_remember(const char *line);

/* Kept, and looked at while a line is asked for; the caller may change it in between. NULL: there is none. */
void lineedit_set_aside(const struct lineedit_aside *aside);

/* Asks. `watched` may be -1. *ret is the caller's to free, and written with LINE_GIVEN only. */
enum line_event lineedit_ask(const char *prompt, lineedit_complete *complete, const struct complete_source *source,
			     int watched, char **ret);

/* Columns of the terminal. */
int lineedit_columns(void);

/* To be polled: then lineedit_signal() says which. */
int lineedit_signals(void);
int lineedit_signal(void);

/* For a program that gets the terminal for a while: signals are as they were before lineedit_init(), and back. */
void lineedit_leave(void);
void lineedit_return(void);

/* Ends the program by the signal that LINE_KILLED was for. */
_Noreturn void lineedit_die(void);

#endif
