/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's terminal, from the manager's side: its modes, its size, and whether it is ours to use at the moment.
 *
 * Rules. The modes are changed only while we are in the foreground, and are put back before anybody else has the
 * terminal. Its O_NONBLOCK is never touched on an open file that others have.
 */
#ifndef SESSION_TERMINAL_H
#define SESSION_TERMINAL_H

#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "session/relay.h"

struct terminal {
	struct relay_end in, out; /* two descriptors, so that each can be waited for by itself */
	bool controlling;	  /* it is our session's: there may be a shell with job control */
	bool raw;		  /* the modes are ours at the moment */
	struct termios saved;	  /* as the user has them */
	struct termios ours;	  /* the same, with every byte passed on as it comes */
};

/* True if standard input, output and error are all one and the same terminal. */
bool terminal_is_all(void);

/* Opens the terminal that standard input is, and reads its modes. *ret is written on success only. 0 or -errno. */
int terminal_open(struct terminal *ret);
void terminal_close(struct terminal *terminal);

/* True if we are in the terminal's foreground process group, or if there is no job control between us and it. */
bool terminal_is_ours(const struct terminal *terminal);

/* True if the line was hung up: there is no terminal any more. */
bool terminal_is_gone(const struct terminal *terminal);

/* Reads the modes anew, and sets raw ones. For the foreground only. 0 or -errno. */
int terminal_set_raw(struct terminal *terminal);

/* Puts the user's modes back, if ours are in force. */
void terminal_restore(struct terminal *terminal);

/*
 * The same, for a process that is not in the terminal's session, after the manager died without doing it. Only if the
 * modes are still what the manager made them: a shell that has seen to it itself is not disturbed.
 */
void terminal_rescue(const struct terminal *terminal);

#endif
