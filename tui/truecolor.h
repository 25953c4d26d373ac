/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Colours of 24 bits where the terminal has them and its description has not. Most terminals say that they are
 * xterm-256color, and in COLORTERM that they take more: curses, which goes by the description, would give a program in
 * the pane the nearest of 256 for each of its colours.
 */
#ifndef TUI_TRUECOLOR_H
#define TUI_TRUECOLOR_H

#include <stdbool.h>
#include <stdio.h>

#include "tui/theme.h"

struct screen; /* curses' */

/*
 * newterm(3) with the description of `term`, in which a colour up to 255 is that of the palette and 256 + 0xRRGGBB is
 * of 24 bits (COLORS_ALL of them, theme.h). NULL: that is not for this terminal, and nothing was done.
 */
struct screen *truecolor_newterm(const char *term, FILE *out, FILE *in);

#endif
