/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal as a grid that is drawn on: the only file that includes curses. Text comes as bytes that anybody may
 * have chosen; it is escaped (base/text.h), cut to its place, and in a locale without UTF-8 written with '?' for what
 * is not ASCII: so nothing that is drawn can leave the place that it was given.
 *
 * There is one screen, as there is one terminal.
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "tui/theme.h"

struct screen_options {
	const char *size; /* "80x24" (columns x lines): nothing is shown, for scripts; NULL: the terminal */
	bool mono;	  /* no colours */
	bool ascii;	  /* lines of - and |, also where the locale has others */
	bool mouse;
	const struct style *styles; /* ROLES of them, which stay the caller's */
};

/* 0, or negative with err filled: TERM is not known, or can do too little. */
int screen_open(const struct screen_options *options, struct error *err);
void screen_close(void);

/* Whether it is a terminal's, and not one that is only drawn on. */
bool screen_is_shown(void);

/* After another theme was put into styles. */
void screen_restyle(void);

/* Gives the terminal back for a while, and takes it again. */
void screen_leave(void);
void screen_enter(void);

/* The terminal has another size. */
void screen_resize(void);

/*
 * A part of the screen, made to fit: from here on everything is drawn in it and nothing beside it, with coordinates
 * from its corner, and it is what is asked about. At first, and after screen_resize(), that is the whole screen.
 */
void screen_part(int y, int x, int lines, int columns);
void screen_whole(void);

int screen_lines(void);
int screen_columns(void);

void screen_erase(void);
void screen_fill(int y, int x, int width, enum role role);

/*
 * Draws text in at most `width` columns; what does not fit is cut, which a last (with `keep_end` a first) "…" shows.
 * Returns the columns that it took.
 */
int screen_text(int y, int x, int width, enum role role, const char *text);
int screen_text_end(int y, int x, int width, enum role role, const char *text);

/* Underlines what stands there in that role. */
void screen_mark(int y, int x, int width, enum role role);

/* As it stands, without a sign where it is cut: from column `skip` of it on. */
int screen_text_from(int y, int x, int width, enum role role, const char *text, int skip);

/*
 * One cell, as a program's own terminal has it: a character and what combines with it (n of them; none: a blank), in
 * `width` columns. What the C library takes for wider or narrower is drawn as U+FFFD. Controls of direction are left
 * out: on some terminals they would turn around what stands beside the cell. So are U+200D, selectors of emoji and
 * colours of skin: on some terminals the columns behind them would be others.
 */
void screen_cell(int y, int x, const uint32_t *chars, size_t n, int width, const struct style *style);

/*
 * Counts the times that colours in use got another meaning, as a terminal has only so many pairs of them: then all
 * cells have to be drawn anew before screen_show().
 */
unsigned screen_colors_lost(void);

/* Columns that it would take. */
int screen_width(const char *text, size_t len);

/* An empty box with a frame, all of it `role`. */
void screen_box(int y, int x, int height, int width, const char *title, enum role role);

/* A line of so many cells, down or to the right. */
void screen_line(int y, int x, int len, bool down, enum role role);

/* Where the cursor stands when all is drawn; -1: it is not to be seen. */
void screen_cursor(int y, int x);

/* A sequence for the terminal itself, if it is one that passes over what it does not know. */
void screen_send(const char *sequence);

/* All that was drawn becomes visible at once. */
void screen_show(void);

/* The screen as text, a line each, blanks at the end left out. */
void screen_dump(FILE *f);

/* A sign for the eye only, as the locale has it: cut, mark of a row, check mark. */
const char *screen_ellipsis(void);

/* It shows no colours: NO_COLOR, or the terminal has none. */
bool screen_is_mono(void);

void screen_beep(void);

#endif
