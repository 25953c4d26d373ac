/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inspector drawn, whole. From the top: heading, tabs, sentence of the tab, titles, rows; from the bottom: keys,
 * message. On a small screen what matters least goes first; a row is left on the last line there is.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "tui/app.h"

void view_draw(struct app *app);

/* The same in the part of the screen that is drawn in, without making it visible. */
void view_paint(struct app *app);

/* Rows of the list that there is room for. */
long view_list_height(struct app *app);

/* All of the question can be read. */
bool view_asks_whole(struct app *app);

/* What was clicked on: the tab, or the index among the shown rows; -1: none. */
int view_tab_at(struct app *app, int y, int x);
long view_row_at(struct app *app, int y);

#endif
