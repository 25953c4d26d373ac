/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inspector's confinement. What it shows, a hostile program has written: names of files and processes, and with a
 * pane the whole of a terminal's stream. So before it reads the first byte of that it gives up what it does not need
 * (sys/confine.h). What it has by then, and keeps:
 *
 *	the terminal
 *	two connections to the session, or none
 *	the table of the mounts and the process of the payload, to be polled
 *	the master of the program's terminal, if there is a pane
 *	a socket to its aide (tui/aide.h), which does the rest: little, and nothing by a name of the inspector's choice
 *
 * A script (--script) and answers on standard output are not confined: the one writes files, the other passes text on.
 */
#ifndef TUI_CONFINE_H
#define TUI_CONFINE_H

#include "base/error.h"

/* 0, or negative with err filled: the inspector must not go on. All files that libraries read once are read here. */
int confine_inspector(struct error *err);

#endif
