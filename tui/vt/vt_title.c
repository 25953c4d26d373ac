/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Titles of window and icon: cleaned before they are kept, and a stack of them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

enum { TITLE_SET_HEX, TITLE_QUERY_HEX };

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) % 16 : -1;
}

/* Of hexadecimal digits what they stand for; n is set to 0 if they are none. */
static size_t
hex_decode(const char *text, size_t n, char *ret, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i + 1 < n && len < size; i += 2) {
		int high = hex_value(text[i]), low = hex_value(text[i + 1]);

		if (high < 0 || low < 0)
			return 0;
		ret[len++] = (char)(high << 4 | low);
	}
	return len;
}

/* Controls, and what turns the direction of text, are left out; what is not UTF-8 becomes U+FFFD. */
static void
clean(const char *text, size_t n, char *ret)
{
	size_t len = 0;

	for (size_t i = 0; i < n;) {
		uint32_t ch;

		i += utf8_read(text + i, n - i, &ch);
		if (ch < 0x20 || (ch >= 0x7f && ch < 0xa0) || (ch >= 0x202a && ch <= 0x202e) ||
		    (ch >= 0x2066 && ch <= 0x2069) || ch == 0x2028 || ch == 0x2029)
			continue;
		if (len + 4 >= TITLE_SIZE)
			break;
		len += utf8_write(ch, ret + len);
	}
	ret[len] = '\0';
}

void
title_take(struct vt *vt, bool window, bool icon, const char *text, size_t n)
{
	char decoded[TITLE_SIZE];
	char title[TITLE_SIZE];

	if (vt->title_modes & 1u << TITLE_SET_HEX) {
		n = hex_decode(text, n, decoded, sizeof decoded);
		text = decoded;
	}
	clean(text, n, title);
	if (window)
		memcpy(vt->title, title, sizeof title);
	if (icon)
		memcpy(vt->icon_title, title, sizeof title);
	if (vt->calls.title)
		vt->calls.title(vt->user);
}

/* 0: both; 1: the icon's; 2: the window's. Each has its place in a step of the stack. */
void
title_push(struct vt *vt, int which)
{
	struct titles *t = &vt->titles;

	if (which > 2)
		return;
	if (t->n == TITLES_MAX) {
		free(t->window[0]);
		free(t->icon[0]);
		memmove(t->window, t->window + 1, sizeof t->window - sizeof *t->window);
		memmove(t->icon, t->icon + 1, sizeof t->icon - sizeof *t->icon);
		t->n--;
	}
	t->icon[t->n] = which != 2 ? strdup(vt->icon_title) : NULL;
	t->window[t->n++] = which != 1 ? strdup(vt->title) : NULL;
}

/* The latest that was pushed of this kind; it stays. */
static const char *
latest(char *const *stack, int n)
{
	while (n > 0)
		if (stack[--n])
			return stack[n];
	return NULL;
}

static void
restore(char *const *stack, int n, char *title)
{
	const char *text = latest(stack, n);

	if (text)
		memcpy(title, text, strlen(text) + 1);
}

/* A step is taken off whole, though only one of its titles may be wanted: so does xterm. */
void
title_pop(struct vt *vt, int which)
{
	struct titles *t = &vt->titles;

	if (which > 2 || t->n == 0)
		return;
	if (which != 1)
		restore(t->window, t->n, vt->title);
	if (which != 2)
		restore(t->icon, t->n, vt->icon_title);
	t->n--;
	free(t->window[t->n]);
	free(t->icon[t->n]);
	t->window[t->n] = t->icon[t->n] = NULL;
	if (vt->calls.title)
		vt->calls.title(vt->user);
}

/* For tests alone: a title that is sent back is text that the program can type. */
void
title_report(struct vt *vt, bool is_icon)
{
	const char *title = is_icon ? vt->icon_title : vt->title;

	if (!(vt->options & VT_TEST_REPORTS))
		return;
	reply(vt, "\033]%c", is_icon ? 'L' : 'l');
	for (; *title; title++)
		reply(vt, vt->title_modes & 1u << TITLE_QUERY_HEX ? "%02x" : "%c", (uint8_t)*title);
	reply(vt, "\033\\");
}

void
titles_release(struct vt *vt)
{
	for (int i = 0; i < TITLES_MAX; i++) {
		free(vt->titles.window[i]);
		free(vt->titles.icon[i]);
	}
	vt->titles = (struct titles){ 0 };
}

const char *
vt_title(const struct vt *vt)
{
	return vt->title;
}

const char *
vt_icon_title(const struct vt *vt)
{
	return vt->icon_title;
}
