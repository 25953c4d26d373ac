/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A description of the terminal with colours of 24 bits: that of TERM, compiled anew (term(5)) with other colours. */
#include "config.h"

#include "tui/truecolor.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

/* The format with numbers of 32 bits; pairs are what curses has at most. */
enum { MAGIC = 01036, PAIRS_ALL = 65536 };

/* Of the palette as xterm-256color has it, and what is above as three numbers. %s: 3, 9, 38 or 4, 10, 48. */
#define SET_COLOR                                                                                           \
	"\033[%%?%%p1%%{8}%%<%%t%s%%p1%%d%%e%%p1%%{16}%%<%%t%s%%p1%%{8}%%-%%d%%e%%p1%%{256}%%<%%t%s;5;%%p1%%d" \
	"%%e%s;2;%%p1%%{256}%%-%%Pa%%ga%%{65536}%%/%%d;%%ga%%{256}%%/%%{255}%%&%%d;%%ga%%{255}%%&%%d%%;m"

struct image {
	unsigned char *bytes;
	size_t len, cap;
};

static void
put(struct image *image, const void *bytes, size_t n)
{
	if (n == 0)
		return;
	image->bytes = array_grow(image->bytes, &image->cap, image->len + n, 1);
	memcpy(image->bytes + image->len, bytes, n);
	image->len += n;
}

static void
put_number(struct image *image, int value, int n)
{
	for (int i = 0; i < n; i++) {
		unsigned char byte = (unsigned char)((unsigned)value >> i * 8);

		put(image, &byte, 1);
	}
}

static void
put_even(struct image *image)
{
	if (image->len % 2)
		put_number(image, 0, 1);
}

static size_t
count(NCURSES_CONST char *const *names)
{
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

static void
put_numbers(struct image *image)
{
	for (size_t i = 0; numnames[i]; i++) {
		int value = strcmp(numnames[i], "colors") == 0 ? COLORS_ALL :
			    strcmp(numnames[i], "pairs") == 0  ? PAIRS_ALL :
								 tigetnum(numnames[i]);

		put_number(image, value < 0 ? -1 : value, 4);
	}
}

/* Where each string stands in the table of strings, which is filled on the way. */
static void
put_strings(struct image *image, struct image *table)
{
	_autofree_ char *fg = text_format(SET_COLOR, "3", "9", "38", "38");
	_autofree_ char *bg = text_format(SET_COLOR, "4", "10", "48", "48");

	for (size_t i = 0; strnames[i]; i++) {
		const char *value = strcmp(strnames[i], "setaf") == 0 ? fg :
				    strcmp(strnames[i], "setab") == 0 ? bg :
									tigetstr(strnames[i]);

		if (!value || value == (const char *)-1) {
			put_number(image, -1, 2);
			continue;
		}
		put_number(image, (int)table->len, 2);
		put(table, value, strlen(value) + 1);
	}
}

/* What is not in the standard, of which curses looks at these two: both are true. */
static void
put_extended(struct image *image)
{
	static const char names[] = "AX\0RGB";
	static const int head[] = { 2, 0, 0, 2, sizeof names };

	for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
		put_number(image, head[i], 2);
	put_number(image, 1, 1);
	put_number(image, 1, 1);
	put_number(image, 0, 2);
	put_number(image, 3, 2);
	put(image, names, sizeof names);
}

/* The description that setupterm() has read, as TERMINFO takes it. */
static char *
describe(const char *term)
{
	struct image image = { 0 }, strings = { 0 }, table = { 0 };
	char *text, *to;

	put_strings(&strings, &table);
	put_number(&image, MAGIC, 2);
	put_number(&image, (int)strlen(term) + 1, 2);
	put_number(&image, (int)count(boolnames), 2);
	put_number(&image, (int)count(numnames), 2);
	put_number(&image, (int)count(strnames), 2);
	put_number(&image, (int)table.len, 2);
	put(&image, term, strlen(term) + 1);
	for (size_t i = 0; boolnames[i]; i++)
		put_number(&image, tigetflag(boolnames[i]) > 0, 1);
	put_even(&image);
	put_numbers(&image);
	put(&image, strings.bytes, strings.len);
	put(&image, table.bytes, table.len);
	put_even(&image);
	put_extended(&image);
	text = text_room(sizeof "hex:" + image.len * 2);
	to = stpcpy(text, "hex:");
	for (size_t i = 0; i < image.len; i++)
		to += sprintf(to, "%02X", image.bytes[i]);
	free(image.bytes);
	free(strings.bytes);
	free(table.bytes);
	return text;
}

/* COLORTERM says it, the palette is there, and its colours can be reset. screen(1) passes COLORTERM on and cannot. */
static bool
is_wanted(const char *term)
{
	const char *says = getenv("COLORTERM");
	const char *fg, *reset;

	if (!says || (strcmp(says, "truecolor") != 0 && strcmp(says, "24bit") != 0) || strncmp(term, "screen", 6) == 0)
		return false;
	fg = tigetstr("setaf");
	reset = tigetstr("op");
	return tigetnum("colors") == 256 && fg && fg != (char *)-1 && strstr(fg, "38;5;") && reset &&
	       reset != (char *)-1 && strcmp(reset, "\033[39;49m") == 0;
}

struct screen *
truecolor_newterm(const char *term, FILE *out, FILE *in)
{
	const char *now = getenv("TERMINFO");
	_autofree_ char *before = now ? text_dup(now) : NULL, *description = NULL;
	struct screen *screen;
	int error;

	if (!term || setupterm(term, fileno(out), &error) == ERR)
		return NULL;
	if (is_wanted(term))
		description = describe(term);
	del_curterm(cur_term);
	if (!description)
		return NULL;
	setenv("TERMINFO", description, 1);
	screen = newterm(term, out, in);
	if (before)
		setenv("TERMINFO", before, 1);
	else
		unsetenv("TERMINFO");
	return screen;
}
