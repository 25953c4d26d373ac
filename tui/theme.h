/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What colours mean. Whatever is drawn is drawn in a role; a theme says what each role looks like. No role is told from
 * another by its colour alone: what matters has a word, a sign or an attribute too.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>
#include <stdint.h>

enum role {
	ROLE_NORMAL,
	ROLE_HEADER,	 /* the first line */
	ROLE_TAB,
	ROLE_TAB_ACTIVE,
	ROLE_TITLE,	 /* of columns and boxes */
	ROLE_CURSOR,	 /* the row that keys are about */
	ROLE_DIM,	 /* what is there by default */
	ROLE_GOOD,	 /* closed, apart, of its own */
	ROLE_WARN,	 /* open: can be written to, is shared */
	ROLE_BAD,	 /* failed, missing */
	ROLE_LIVE,	 /* made while it ran */
	ROLE_KEY,	 /* a key in the key bar */
	ROLE_LABEL,	 /* what it does */
	ROLE_MESSAGE,
	ROLE_ERROR,
	ROLE_INPUT,	 /* what is being typed */
	ROLE_CHOICE,	 /* the one that would be taken, in a list of completions */
	ROLES
};

/* A colour: -1 the terminal's own; 0 to 255 of the palette; from COLOR_RGB on a value of 24 bits. */
enum { COLOR_OWN = -1, COLOR_RGB = 1 << 24 };

/* As many as a terminal has that knows the palette and values of 24 bits (tui/truecolor.h). */
enum { COLORS_ALL = 256 + (1 << 24) };

enum {
	STYLE_BOLD = 1,
	STYLE_DIM = 2,
	STYLE_UNDERLINE = 4,
	STYLE_REVERSE = 8,
	/* Of a program's own cells, not of roles. */
	STYLE_ITALIC = 16,
	STYLE_BLINK = 32,
	STYLE_INVISIBLE = 64,
};

struct style {
	int32_t fg, bg;
	unsigned attributes;
};

/* "header": the name of a role in the configuration; and the role of that name, or -1. */
const char *role_name(enum role role);
int role_find(const char *name);

/* "-", "red", "bright-red", "208", "#ff8700". False: it is none. */
bool color_parse(const char *text, int32_t *ret);

/*
 * The same colour as a terminal with so many can show it: at most 8, 16, 88 or 256, or, with 2^24, as the number
 * 0xRRGGBB, or, with COLORS_ALL, as one up to 255 or 256 more than that. *ret_bold: where a bright one of 8 has to be
 * made by bold.
 */
int32_t color_for(int32_t color, int32_t colors, bool *ret_bold);

#endif
