/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes from the pane to the panel and to the terminal: paths for commands, and text that was copied. */
#ifndef TUI_CROSSING_H
#define TUI_CROSSING_H

#include "tui/desk.h"

/*
 * Opens the panel's command line with `command` and the path that is selected in the pane, or else the one at its
 * cursor, or else the one that was copied last. Nothing runs before the user has seen it: the path is the program's
 * choice.
 */
void crossing_hand(struct desk *desk, const char *command);

/* The user has copied something: it is told, and goes to the terminal's clipboard where the configuration says so. */
void crossing_copied(struct desk *desk);

/* The program has, where the configuration lets it. */
void crossing_program_copied(struct desk *desk);

#endif
