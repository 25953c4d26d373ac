/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the program's pane and the inspector's panel are on a screen of a size. It knows of nothing else: the size that
 * a program begins with is told before there is a screen (isolate-inspect --pane-size).
 */
#ifndef TUI_DESK_LAYOUT_H
#define TUI_DESK_LAYOUT_H

#include <stdbool.h>

enum desk_place { DESK_RIGHT, DESK_BELOW, DESK_AWAY, DESK_PLACES };

struct desk_part {
	int y, x, lines, columns;
};

struct desk_layout {
	struct desk_part pane, panel; /* a panel without columns is not to be seen */
	int seen_columns;	      /* of the pane: a panel that is away lies over it while it has the focus */
	int divider;		      /* its column (right) or line (below); -1: none */
};

/*
 * `place`: of the panel; where it does not fit it is below, or away. `share`: of the panel, in percent; 0: as it suits
 * the screen. `in_panel`: it has the focus.
 */
void desk_layout_make(struct desk_layout *ret, enum desk_place place, int share, bool in_panel, int lines, int columns);

/* Then the panel over all of the screen; the pane, of which nothing is seen, keeps its size. */
void desk_layout_zoom(struct desk_layout *layout, int lines, int columns);

#endif
