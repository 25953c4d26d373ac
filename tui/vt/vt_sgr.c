/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SGR: from arguments to a style, and back (for reports). */
#include "config.h"

#include <stdio.h>

#include "tui/vt/vt_impl.h"

static int
value(const struct vt *vt, int i)
{
	return i < vt->parser.n_args ? max_of(vt->parser.args[i], 0) : 0;
}

/* How many sub-arguments follow argument i. */
static int
subs(const struct vt *vt, int i)
{
	int n = 0;

	while (i + n + 1 < vt->parser.n_args && vt->parser.is_sub[i + n + 1])
		n++;
	return n;
}

static bool
rgb(int r, int g, int b, uint32_t *ret)
{
	if (r > 255 || g > 255 || b > 255)
		return false;
	*ret = VT_COLOR_RGB | (uint32_t)r << 16 | (uint32_t)g << 8 | (uint32_t)b;
	return true;
}

/*
 * 38, 48 or 58 at i: "38;5;N", "38;2;R;G;B", "38:5:N", "38:2:R:G:B", "38:2:SPACE:R:G:B". Returns how many arguments
 * behind it belong to it, also where the colour is none.
 */
static int
extended(const struct vt *vt, int i, uint32_t *ret)
{
	int n = subs(vt, i), kind = value(vt, i + 1);
	int at = i + 2;

	if (n > 0) {
		if (kind == 5 && n >= 2 && value(vt, at) < 256)
			*ret = VT_COLOR_INDEX | (uint32_t)value(vt, at);
		else if (kind == 2 && n >= 4) {
			at += n >= 5;
			rgb(value(vt, at), value(vt, at + 1), value(vt, at + 2), ret);
		}
		return n;
	}
	if (kind == 5) {
		if (at < vt->parser.n_args && value(vt, at) < 256)
			*ret = VT_COLOR_INDEX | (uint32_t)value(vt, at);
		return 2;
	}
	if (kind == 2) {
		if (at + 2 < vt->parser.n_args)
			rgb(value(vt, at), value(vt, at + 1), value(vt, at + 2), ret);
		return 4;
	}
	return 1;
}

static void
set_underline(struct vt_style *style, int kind)
{
	if (kind <= 5)
		style->attrs = (style->attrs & ~(uint32_t)VT_UNDERLINE) | (uint32_t)kind << 8;
}

/* Attributes that one number sets and another clears. */
static bool
simple(struct vt_style *style, int n)
{
	static const uint16_t set[] = { 0,	   VT_BOLD, VT_FAINT,   VT_ITALIC,    0,
					VT_BLINK, VT_BLINK, VT_REVERSE, VT_INVISIBLE, VT_STRIKE };
	static const uint16_t clear[] = { 0,	    0, VT_BOLD | VT_FAINT, VT_ITALIC,	 VT_UNDERLINE,
					  VT_BLINK, 0, VT_REVERSE,	   VT_INVISIBLE, VT_STRIKE };

	if (n > 0 && n < 10 && set[n])
		style->attrs |= set[n];
	else if (n > 21 && n < 30 && clear[n - 20])
		style->attrs &= ~(uint32_t)clear[n - 20];
	else if (n == 53)
		style->attrs |= VT_OVERLINE;
	else if (n == 55)
		style->attrs &= ~(uint32_t)VT_OVERLINE;
	else
		return false;
	return true;
}

static void
color(struct vt_style *style, int n)
{
	if (n >= 30 && n < 38)
		style->fg = VT_COLOR_INDEX | (uint32_t)(n - 30);
	else if (n == 39)
		style->fg = 0;
	else if (n >= 40 && n < 48)
		style->bg = VT_COLOR_INDEX | (uint32_t)(n - 40);
	else if (n == 49)
		style->bg = 0;
	else if (n == 59)
		style->underline = 0;
	else if (n >= 90 && n < 98)
		style->fg = VT_COLOR_INDEX | (uint32_t)(n - 90 + 8);
	else if (n >= 100 && n < 108)
		style->bg = VT_COLOR_INDEX | (uint32_t)(n - 100 + 8);
}

/* The arguments from `first` on. A link is no rendition and stays. */
void
sgr_apply(struct vt *vt, int first, struct vt_style *style)
{
	for (int i = first; i < max_of(vt->parser.n_args, first + 1); i++) {
		int n = value(vt, i);

		if (n == 0) {
			*style = (struct vt_style){ .link = style->link };
		} else if (n == 4) {
			set_underline(style, subs(vt, i) ? value(vt, i + 1) : 1);
		} else if (n == 21) {
			set_underline(style, 2);
		} else if (n == 38 || n == 48 || n == 58) {
			i += extended(vt, i, n == 38 ? &style->fg : n == 48 ? &style->bg : &style->underline);
			continue;
		} else if (!simple(style, n)) {
			color(style, n);
		}
		i += subs(vt, i);
	}
}

static int
write_color(char *ret, size_t size, int base, uint32_t c)
{
	unsigned v = c & VT_COLOR_VALUE;

	switch (c & VT_COLOR_KIND) {
	case VT_COLOR_INDEX:
		if (v < 8 && base != 58)
			return snprintf(ret, size, ";%u", (unsigned)base - 8 + v);
		if (v < 16 && base != 58)
			return snprintf(ret, size, ";%u", (unsigned)base + 52 + v - 8);
		return snprintf(ret, size, ";%d:5:%u", base, v);
	case VT_COLOR_RGB:
		return snprintf(ret, size, ";%d:2::%u:%u:%u", base, v >> 16, v >> 8 & 0xff, v & 0xff);
	default:
		return 0;
	}
}

/* The arguments that make the style from nothing, "0" first. 128 bytes are enough. */
size_t
sgr_write(const struct vt_style *style, char *ret, size_t size)
{
	static const struct {
		uint16_t attr;
		uint8_t n;
	} simple_attrs[] = { { VT_BOLD, 1 },	{ VT_FAINT, 2 },     { VT_ITALIC, 3 }, { VT_BLINK, 5 },
			     { VT_REVERSE, 7 }, { VT_INVISIBLE, 8 }, { VT_STRIKE, 9 }, { VT_OVERLINE, 53 } };
	unsigned underline = (style->attrs & VT_UNDERLINE) >> 8;
	size_t n = (size_t)snprintf(ret, size, "0");

	for (size_t i = 0; i < sizeof simple_attrs / sizeof *simple_attrs; i++)
		if (style->attrs & simple_attrs[i].attr)
			n += (size_t)snprintf(ret + n, size - n, ";%d", simple_attrs[i].n);
	if (underline == 1)
		n += (size_t)snprintf(ret + n, size - n, ";4");
	else if (underline)
		n += (size_t)snprintf(ret + n, size - n, ";4:%u", underline);
	n += (size_t)write_color(ret + n, size - n, 38, style->fg);
	n += (size_t)write_color(ret + n, size - n, 48, style->bg);
	n += (size_t)write_color(ret + n, size - n, 58, style->underline);
	return n;
}
