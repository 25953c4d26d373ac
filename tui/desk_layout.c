/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the program's pane and the inspector's panel are. */
#include "config.h"

#include "tui/desk_layout.h"

/*
 * A panel is no wider than it has use for, and no narrower than it can be read. A pane is by itself no smaller than one
 * can work in; it may be made so.
 */
enum { PANEL_LEAST = 28, PANEL_MOST = 72, PANEL_LINES_LEAST = 6, PANE_LEAST = 10, PANE_LINES_LEAST = 3 };
enum { PANE_AT_WORK = 40, PANE_LINES_AT_WORK = 8 };

static int
within(int value, int least, int most)
{
	return value > most ? most : value < least ? least : value;
}

static void
lay_out_right(struct desk_layout *ret, int share, bool in_panel, int lines, int columns)
{
	int wanted = share > 0 ? columns * share / 100 : within(columns * 2 / 5, PANEL_LEAST, PANEL_MOST);
	int width = within(wanted, 1, columns - 1 - PANE_LEAST);

	(void)in_panel;
	ret->pane = (struct desk_part){ 0, 0, lines, columns - 1 - width };
	ret->panel = (struct desk_part){ 0, columns - width, lines, width };
	ret->divider = columns - width - 1;
}

static void
lay_out_below(struct desk_layout *ret, int share, bool in_panel, int lines, int columns)
{
	int wanted = share > 0 ? lines * share / 100 : within(lines * 2 / 5, PANEL_LINES_LEAST, PANEL_MOST);
	int height = within(wanted, 1, lines - 1 - PANE_LINES_LEAST);

	(void)in_panel;
	ret->pane = (struct desk_part){ 0, 0, lines - 1 - height, columns };
	ret->panel = (struct desk_part){ lines - height, 0, height, columns };
	ret->divider = lines - height - 1;
}

/* Away: nothing of it is seen but while it has the focus, over the pane, or over all of it where both have no room. */
static void
lay_out_away(struct desk_layout *ret, int share, bool in_panel, int lines, int columns)
{
	if (columns > PANEL_LEAST + PANE_LEAST)
		lay_out_right(ret, share, in_panel, lines, columns);
	else
		*ret = (struct desk_layout){ .panel = { 0, 0, lines, columns }, .divider = -1 };
	ret->pane = (struct desk_part){ 0, 0, lines, columns };
	if (in_panel)
		return;
	ret->panel = (struct desk_part){ 0 };
	ret->divider = -1;
}

/* The place that it has on a screen of this size. */
static enum desk_place
place_of(enum desk_place place, int share, int lines, int columns)
{
	bool fits_right = columns > PANEL_LEAST + (share > 0 ? PANE_LEAST : PANE_AT_WORK);
	bool fits_below = lines > PANEL_LINES_LEAST + (place == DESK_BELOW || share > 0 ? PANE_LINES_LEAST :
											  PANE_LINES_AT_WORK);

	if (place == DESK_RIGHT && !fits_right)
		return fits_below ? DESK_BELOW : DESK_AWAY;
	return place == DESK_BELOW && !fits_below ? DESK_AWAY : place;
}

void
desk_layout_make(struct desk_layout *ret, enum desk_place place, int share, bool in_panel, int lines, int columns)
{
	static void (*const ways[DESK_PLACES])(struct desk_layout *, int, bool, int, int) = {
		lay_out_right,
		lay_out_below,
		lay_out_away,
	};

	ways[place_of(place, share, lines, columns)](ret, share, in_panel, lines, columns);
	ret->seen_columns = ret->pane.columns;
	if (ret->panel.columns > 0 && ret->pane.lines == lines && ret->pane.columns == columns)
		ret->seen_columns = ret->divider < 0 ? ret->panel.x : ret->divider;
}

void
desk_layout_zoom(struct desk_layout *layout, int lines, int columns)
{
	layout->panel = (struct desk_part){ 0, 0, lines, columns };
	layout->seen_columns = 0;
	layout->divider = -1;
}
