/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What colours mean, and what a terminal with fewer makes of them. */
#include "config.h"

#include "tui/theme.h"

#include <stdio.h>
#include <string.h>

static const char *const names[] = {
	[ROLE_NORMAL] = "normal", [ROLE_HEADER] = "header",   [ROLE_TAB] = "tab",
	[ROLE_TAB_ACTIVE] = "tab-active",
	[ROLE_TITLE] = "title",	  [ROLE_CURSOR] = "cursor",   [ROLE_DIM] = "dim",	  [ROLE_GOOD] = "good",
	[ROLE_WARN] = "warn",	  [ROLE_BAD] = "bad",	      [ROLE_LIVE] = "live",	  [ROLE_KEY] = "key",
	[ROLE_LABEL] = "label",	  [ROLE_MESSAGE] = "message", [ROLE_ERROR] = "error",	  [ROLE_INPUT] = "input",
	[ROLE_CHOICE] = "choice",
};
_Static_assert(sizeof names / sizeof names[0] == ROLES, "each role has a name");

static const char *const color_names[] = { "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white" };

/* xterm's own first 16. */
static const uint32_t palette[] = { 0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
				    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff };

/* The steps of the colour cube that are the numbers 16 to 231. */
static const int steps[] = { 0, 95, 135, 175, 215, 255 };

const char *
role_name(enum role role)
{
	return names[role];
}

int
role_find(const char *name)
{
	for (int i = 0; i < ROLES; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

bool
color_parse(const char *text, int32_t *ret)
{
	bool bright = strncmp(text, "bright-", 7) == 0;
	unsigned value;
	int end = 0;

	if (strcmp(text, "-") == 0) {
		*ret = COLOR_OWN;
		return true;
	}
	for (int i = 0; i < 8; i++) {
		if (strcmp(text + (bright ? 7 : 0), color_names[i]) == 0) {
			*ret = i + (bright ? 8 : 0);
			return true;
		}
	}
	if (sscanf(text, "#%6x%n", &value, &end) == 1 && end == 7 && !text[end]) {
		*ret = COLOR_RGB + (int32_t)value;
		return true;
	}
	if (sscanf(text, "%u%n", &value, &end) == 1 && !text[end] && value < 256) {
		*ret = (int32_t)value;
		return true;
	}
	return false;
}

static uint32_t
rgb_of(int32_t color)
{
	if (color >= COLOR_RGB)
		return (uint32_t)(color - COLOR_RGB);
	if (color < 16)
		return palette[color];
	if (color >= 232)
		return (uint32_t)(8 + 10 * (color - 232)) * 0x010101;
	color -= 16;
	return (uint32_t)(steps[color / 36] << 16 | steps[color / 6 % 6] << 8 | steps[color % 6]);
}

static int
distance(uint32_t one, uint32_t other)
{
	int sum = 0;

	for (int shift = 0; shift < 24; shift += 8) {
		int difference = (int)(one >> shift & 255) - (int)(other >> shift & 255);

		sum += difference * difference;
	}
	return sum;
}

/* The nearest of the palette's numbers from `first` up to `end`. */
static int32_t
nearest(uint32_t rgb, int32_t first, int32_t end)
{
	int32_t best = first;

	for (int32_t i = first; i < end; i++)
		if (distance(rgb, rgb_of(i)) < distance(rgb, rgb_of(best)))
			best = i;
	return best;
}

int32_t
color_for(int32_t color, int32_t colors, bool *ret_bold)
{
	if (color == COLOR_OWN)
		return color;
	if (colors >= COLORS_ALL)
		return color < 256 ? color : 256 + (color - COLOR_RGB);
	/* There the first eight are still the palette's, and every other number is what it says. */
	if (colors >= 1 << 24)
		return color < 8 ? color : (int32_t)(rgb_of(color) < 8 ? 0 : rgb_of(color));
	if (colors >= 256)
		return color < 256 ? color : nearest(rgb_of(color), 16, 256);
	if (colors >= 16)
		return color < 16 ? color : nearest(rgb_of(color), 0, 16);
	if (color >= 16)
		color = nearest(rgb_of(color), 0, 16);
	*ret_bold |= color >= 8;
	return color % 8;
}
