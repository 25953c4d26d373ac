/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspector's main loop: waits for what happens, and draws what came of it. Or plays keys from a file. */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/app.h"

struct loop_options {
	bool managed;	   /* a session's manager has started us, and waits for our end */
	uint32_t key;	   /* managed: the key that opened it; typed again at once it is for the program. 0: none */
	const char *typed; /* what was typed already, two hexadecimal digits a byte; or NULL */
	int notice;	   /* managed: a pipe on which the program's failure is told; -1: none */
	int pane;	   /* managed: the master of the program's terminal, which is shown beside; -1: none */
};

/* As session/inspector.h has it: the key was typed again at once. */
enum { LOOP_SENDS_KEY = 3 };

/*
 * Until it is closed, the terminal is gone or a signal ends it. Returns the exit status. *ret_last: what was last to be
 * seen of a program in the pane, for the caller to free, or NULL.
 */
int loop_run(struct app *app, const struct loop_options *options, char **ret_last);

/*
 * Plays a script: on each line words that are keys ("down", "ctrl-x", "a") or texts in quotes, or a command that begins
 * with a colon. 0, or negative with err filled.
 */
int loop_play(struct app *app, const char *path, struct error *err);

#endif
