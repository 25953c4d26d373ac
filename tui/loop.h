/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspector's main loop: waits for what happens, and draws what came of it. Or plays keys from a file. */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H

#include "tui/app.h"

/*
 * Until it is closed, the terminal is gone or a signal ends it. `managed`: a session's manager has started us and waits
 * for our end, so there is nobody to suspend for. Returns the exit status.
 */
int loop_run(struct app *app, bool managed);

/*
 * Plays a script: on each line words that are keys ("down", "ctrl-x", "a") or texts in quotes, or a command that begins
 * with a colon. 0, or negative with err filled.
 */
int loop_play(struct app *app, const char *path, struct error *err);

#endif
