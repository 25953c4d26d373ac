/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The palette, the default and special colours, and the commands that set, tell and reset them (OSC 4, 5, 10 to 19,
 * 104 to 119).
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

/* xterm's sixteen. */
static const uint32_t first_colors[] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
};

static uint32_t
initial(const struct vt *vt, int i)
{
	static const uint8_t cube[] = { 0, 95, 135, 175, 215, 255 };

	if (i < 16)
		return first_colors[i];
	if (i < 232) {
		i -= 16;
		return (uint32_t)cube[i / 36] << 16 | (uint32_t)cube[i / 6 % 6] << 8 | cube[i % 6];
	}
	if (i < 256)
		return (uint32_t)(8 + (i - 232) * 10) * 0x10101;
	/* Of the dynamic ones 11, 14, 16 and 17 are backgrounds. */
	if (i == COLOR_DYNAMIC + 1 || i == COLOR_DYNAMIC + 4 || i == COLOR_DYNAMIC + 6 || i == COLOR_DYNAMIC + 7)
		return vt->initial_bg;
	return vt->initial_fg;
}

static void
set(struct vt *vt, int i, uint32_t rgb, bool is_new)
{
	const uint8_t bit = (uint8_t)(1u << i % 8);

	vt->colors[i] = rgb;
	vt->colors_changed[i / 8] = (uint8_t)((vt->colors_changed[i / 8] & ~bit) | (is_new ? bit : 0));
	damage_all(vt);
}

static bool
is_changed(const struct vt *vt, int i)
{
	return vt->colors_changed[i / 8] >> i % 8 & 1;
}

void
colors_reset(struct vt *vt)
{
	for (int i = 0; i < COLOR_COUNT; i++)
		set(vt, i, initial(vt, i), false);
}

static int
hex_digits(const char **p, uint32_t *ret)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at;
	int n = 0;

	*ret = 0;
	for (; **p && (at = strchr(digits, **p)) && n < 5; n++, (*p)++)
		*ret = *ret << 4 | (uint32_t)((at - digits) % 16);
	return n;
}

/* "#rgb" and its longer forms: the highest digits of each. */
static bool
parse_sharp(const char *text, uint32_t *ret)
{
	size_t n = strspn(text, "0123456789abcdefABCDEF");
	int digits = (int)n / 3;

	if (text[n] || n % 3 || digits < 1 || digits > 4)
		return false;
	*ret = 0;
	for (int i = 0; i < 3; i++) {
		char part[5] = "";
		unsigned long v;

		memcpy(part, text + i * digits, (size_t)digits);
		v = strtoul(part, NULL, 16) << 4 * (4 - digits);
		*ret = *ret << 8 | (uint32_t)(v >> 8);
	}
	return true;
}

/* "rgb:R/G/B" with one to four digits each, scaled to their range. */
static bool
parse_rgb(const char *text, uint32_t *ret)
{
	*ret = 0;
	for (int i = 0; i < 3; i++) {
		uint32_t part;
		int n = hex_digits(&text, &part);

		if (n < 1 || n > 4 || *text != (i < 2 ? '/' : '\0'))
			return false;
		text++;
		*ret = *ret << 8 | (part * 255 + ((1u << 4 * n) - 1) / 2) / ((1u << 4 * n) - 1);
	}
	return true;
}

/* X's names that programs use most. */
static bool
parse_name(const char *text, uint32_t *ret)
{
	static const struct {
		const char *name;
		uint32_t rgb;
	} names[] = { { "black", 0 },	     { "red", 0xff0000 },  { "green", 0x00ff00 },   { "yellow", 0xffff00 },
		      { "blue", 0x0000ff },  { "cyan", 0x00ffff }, { "magenta", 0xff00ff }, { "white", 0xffffff },
		      { "gray", 0xbebebe },  { "grey", 0xbebebe }, { "orange", 0xffa500 } };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(text, names[i].name) == 0) {
			*ret = names[i].rgb;
			return true;
		}
	return false;
}

static bool
parse(const char *text, uint32_t *ret)
{
	if (*text == '#')
		return parse_sharp(text + 1, ret);
	if (strncmp(text, "rgb:", 4) == 0)
		return parse_rgb(text + 4, ret);
	return parse_name(text, ret);
}

static void
tell(struct vt *vt, const char *head, int n, int color)
{
	uint32_t rgb = vt->colors[color];
	unsigned r = rgb >> 16 & 0xff, g = rgb >> 8 & 0xff, b = rgb & 0xff;

	reply(vt, "\033]%s%d;rgb:%02x%02x/%02x%02x/%02x%02x\033\\", head, n, r, r, g, g, b, b);
}

/* One field of "a;b;c", ended in place. */
static char *
field(char **rest)
{
	char *start = *rest;

	if (start)
		*rest = strchr(start, ';');
	if (start && *rest)
		*(*rest)++ = '\0';
	return start;
}

static int
number_of(const char *text, int below)
{
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 4 || text[n])
		return -1;
	return atoi(text) < below ? atoi(text) : -1;
}

/* "4;n;spec;n;spec…" and "5;…": `base` is where their colours begin. */
static void
set_list(struct vt *vt, int osc, int base, char *text)
{
	char *index, *spec;
	uint32_t rgb;

	while ((index = field(&text)) && (spec = field(&text))) {
		int i = number_of(index, COLOR_DYNAMIC - base);

		if (i < 0)
			return;
		if (strcmp(spec, "?") == 0)
			tell(vt, osc == 4 ? "4;" : "5;", i, base + i);
		else if (parse(spec, &rgb))
			set(vt, base + i, rgb, true);
	}
}

static bool
is_known(const struct vt *vt, int i)
{
	return is_changed(vt, i) || vt->initial_fg != vt->initial_bg;
}

static void
ask(struct vt *vt, int i)
{
	if (i > 1)
		return;
	vt->colors_asked[i] = true;
	if (vt->calls.colors)
		vt->calls.colors(vt->user);
}

void
vt_tell_colors(struct vt *vt, uint32_t fg, uint32_t bg)
{
	vt->initial_fg = fg & VT_COLOR_VALUE;
	vt->initial_bg = bg & VT_COLOR_VALUE;
	for (int i = COLOR_DYNAMIC; i < COLOR_COUNT; i++)
		if (!is_changed(vt, i))
			set(vt, i, initial(vt, i), false);
	for (int i = 0; i < 2; i++) {
		if (vt->colors_asked[i] && is_known(vt, COLOR_DYNAMIC + i))
			tell(vt, "", 10 + i, COLOR_DYNAMIC + i);
		vt->colors_asked[i] = false;
	}
}

/* "10;spec;spec…": each for the next one. */
static void
set_dynamic(struct vt *vt, int first, char *text)
{
	char *spec;
	uint32_t rgb;

	for (int n = first; n < 20 && (spec = field(&text)); n++)
		if (strcmp(spec, "?") == 0 && !is_known(vt, COLOR_DYNAMIC + n - 10))
			ask(vt, n - 10);
		else if (strcmp(spec, "?") == 0)
			tell(vt, "", n, COLOR_DYNAMIC + n - 10);
		else if (parse(spec, &rgb))
			set(vt, COLOR_DYNAMIC + n - 10, rgb, true);
}

/* "104;n;n…", all of them without arguments. */
static void
reset_list(struct vt *vt, int base, int end, char *text)
{
	char *index;

	if (!*text)
		for (int i = base; i < end; i++)
			set(vt, i, initial(vt, i), false);
	while (*text && (index = field(&text))) {
		int i = number_of(index, COLOR_DYNAMIC - base);

		if (i >= 0)
			set(vt, base + i, initial(vt, base + i), false);
		if (!text)
			return;
	}
}

void
color_osc(struct vt *vt, int number, char *text)
{
	if (number == 4)
		set_list(vt, 4, 0, text);
	else if (number == 5)
		set_list(vt, 5, COLOR_SPECIAL, text);
	else if (number >= 10 && number < 20)
		set_dynamic(vt, number, text);
	else if (number == 104)
		reset_list(vt, 0, COLOR_DYNAMIC, text);
	else if (number == 105)
		reset_list(vt, COLOR_SPECIAL, COLOR_DYNAMIC, text);
	else if (number >= 110 && number < 120)
		set(vt, COLOR_DYNAMIC + number - 110, initial(vt, COLOR_DYNAMIC + number - 110), false);
}

bool
vt_palette(const struct vt *vt, int index, uint32_t *ret_rgb)
{
	index &= 0xff;
	*ret_rgb = vt->colors[index];
	return is_changed(vt, index);
}

bool
vt_default_colors(const struct vt *vt, uint32_t *ret_fg, uint32_t *ret_bg)
{
	*ret_fg = vt->colors[COLOR_DYNAMIC];
	*ret_bg = vt->colors[COLOR_DYNAMIC + 1];
	return is_changed(vt, COLOR_DYNAMIC) || is_changed(vt, COLOR_DYNAMIC + 1);
}
