/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What somebody who types commands is told of calls that wait for him: a text to be printed above his line.
 *
 * Paths, and who asks, are the program's to choose: they are escaped, and broken into lines of which each has
 * blanks in front, so that nothing of theirs stands where a line of ours begins. Whoever asks for much is told of
 * by a number, and seldom: only so many texts come between two lines of the user's.
 */
#ifndef TUI_NOTICE_H
#define TUI_NOTICE_H

#include <stdbool.h>
#include <stddef.h>

struct notices {
	char *text;	  /* to be printed; NULL: nothing */
	unsigned told;	  /* calls that were told of one by one since the user's last line */
	long counted;	  /* the number that was told last, likewise; 0: none was */
	long waiting;	  /* calls, as far as is known */
	bool said_waits, said_none; /* that some wait was told; that none does any more, since the user's last line */
};

/* Zero-initialised. */
void notices_release(struct notices *notices);

/* An event, as :events tells it to machines. `columns` of the terminal. */
void notices_take(struct notices *notices, const char *event, int columns);

/* The user has given a line: what he was told is behind him. */
void notices_pass(struct notices *notices);

/* What is to be printed now, with line breaks, the caller's to free; NULL: nothing. */
char *notices_next(struct notices *notices);

#endif
