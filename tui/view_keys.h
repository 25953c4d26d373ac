/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last lines of the screen: which keys do what, here and now. */
#ifndef TUI_VIEW_KEYS_H
#define TUI_VIEW_KEYS_H

#include "tui/app.h"

/*
 * The lines that they take: more than one where there is room for it and one is too short for what the tab has of its
 * own, the way back to the program and the key that lists all others.
 */
int view_keys_lines(const struct app *app);

void view_keys_draw(const struct app *app, int y, int lines);

#endif
