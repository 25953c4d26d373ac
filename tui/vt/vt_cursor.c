/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cursor: where it goes, where margins stop it, tab stops, what DECSC keeps. */
#include "config.h"

#include <string.h>

#include "tui/vt/vt_impl.h"

void
cursor_to(struct vt *vt, int y, int x)
{
	vt->y = clamp(y, 0, vt->rows - 1);
	vt->x = clamp(x, 0, vt->cols - 1);
	vt->is_wrapping = false;
	vt->is_damaged = true;
}

void
cursor_to_origin(struct vt *vt, int y, int x)
{
	if (is_set(vt, MODE_ORIGIN)) {
		y = min_of(y + vt->top, vt->bottom);
		x = min_of(x + vt->left, vt->right);
	}
	cursor_to(vt, y, x);
}

void
cursor_up(struct vt *vt, int n)
{
	cursor_to(vt, max_of(vt->y - n, vt->y >= vt->top ? vt->top : 0), vt->x);
}

void
cursor_down(struct vt *vt, int n)
{
	cursor_to(vt, min_of(vt->y + n, vt->y <= vt->bottom ? vt->bottom : vt->rows - 1), vt->x);
}

void
cursor_left(struct vt *vt, int n)
{
	cursor_to(vt, vt->y, max_of(vt->x - n, vt->x >= vt->left ? vt->left : 0));
}

void
cursor_right(struct vt *vt, int n)
{
	cursor_to(vt, vt->y, min_of(vt->x + n, vt->x <= vt->right ? vt->right : vt->cols - 1));
}

/* The row above, where it goes on from the left border; false if it does not. */
static bool
wrap_back(struct vt *vt)
{
	bool extended = is_set(vt, MODE_REVERSE_WRAP_EXTENDED);
	int y = vt->y - 1;

	if (vt->y == vt->top || vt->y == 0) {
		if (!extended)
			return false;
		y = vt->y == vt->top ? vt->bottom : vt->rows - 1;
	}
	if (!extended && !vt_row(vt, y)->is_wrapped)
		return false;
	cursor_to(vt, y, vt->right);
	return true;
}

void
cursor_back(struct vt *vt, int n)
{
	bool wraps = is_set(vt, MODE_WRAP) &&
		     (is_set(vt, MODE_REVERSE_WRAP) || is_set(vt, MODE_REVERSE_WRAP_EXTENDED));

	if (!wraps) {
		cursor_left(vt, n);
		return;
	}
	/* The column behind the last one is where a cursor is that waits to wrap. */
	if (vt->is_wrapping)
		n--;
	for (n = min_of(n, vt->rows * vt->cols); n > 0;) {
		int border = vt->x >= vt->left ? vt->left : 0;
		int step = min_of(n, vt->x - border);

		cursor_to(vt, vt->y, vt->x - step);
		n -= step;
		if (n > 0 && !wrap_back(vt))
			return;
		n--;
	}
	vt->is_wrapping = false;
	vt->is_damaged = true;
}

void
cursor_tab(struct vt *vt, int n)
{
	int last = vt->x <= vt->right ? vt->right : vt->cols - 1;
	int x = vt->x;

	for (; n > 0 && x < last; n--)
		do
			x++;
		while (x < last && !(vt->tabs[x / 8] >> x % 8 & 1));
	/* A tab in the last column does not end the wait to wrap. */
	if (x != vt->x)
		cursor_to(vt, vt->y, x);
}

void
cursor_tab_back(struct vt *vt, int n)
{
	int first = is_set(vt, MODE_ORIGIN) ? vt->left : 0;
	int x = vt->x;

	for (; n > 0 && x > first; n--)
		do
			x--;
		while (x > first && !(vt->tabs[x / 8] >> x % 8 & 1));
	cursor_to(vt, vt->y, x);
}

void
tabs_reset(struct vt *vt)
{
	memset(vt->tabs, 1, sizeof vt->tabs);
}

void
cursor_return(struct vt *vt)
{
	cursor_to(vt, vt->y, vt->x >= vt->left || is_set(vt, MODE_ORIGIN) ? vt->left : 0);
}

/* IND. Where the cursor is at the bottom margin, but left or right of the others, nothing moves. */
void
line_index(struct vt *vt)
{
	vt->is_damaged = true;
	vt->is_wrapping = false;
	if (vt->y != vt->bottom) {
		if (vt->y < vt->rows - 1)
			vt->y++;
	} else if (vt->x >= vt->left && vt->x <= vt->right) {
		scroll_up(vt, vt->top, vt->bottom, 1, true);
	}
}

void
line_reverse_index(struct vt *vt)
{
	vt->is_damaged = true;
	vt->is_wrapping = false;
	if (vt->y != vt->top) {
		if (vt->y > 0)
			vt->y--;
	} else if (vt->x >= vt->left && vt->x <= vt->right) {
		scroll_down(vt, vt->top, vt->bottom, 1);
	}
}

void
line_feed(struct vt *vt)
{
	line_index(vt);
	if (is_set(vt, MODE_NEWLINE))
		cursor_return(vt);
}

static struct saved *
saved_of(struct vt *vt)
{
	return &vt->saved[vt->screen == &vt->alternate];
}

void
cursor_save(struct vt *vt)
{
	struct saved *s = saved_of(vt);

	*s = (struct saved){
		.x = vt->x,
		.y = vt->y,
		.is_wrapping = vt->is_wrapping,
		.origin = is_set(vt, MODE_ORIGIN),
		.is_protecting = vt->is_protecting,
		.style = vt->style,
		.gl = vt->gl,
	};
	memcpy(s->charsets, vt->charsets, sizeof s->charsets);
}

void
cursor_restore(struct vt *vt)
{
	const struct saved *s = saved_of(vt);

	mode_set(vt, MODE_ORIGIN, s->origin);
	cursor_to(vt, s->y, s->x);
	if (s->origin)
		cursor_to(vt, clamp(s->y, vt->top, vt->bottom), clamp(s->x, vt->left, vt->right));
	vt->is_wrapping = s->is_wrapping && vt->x == s->x && is_set(vt, MODE_WRAP);
	vt->is_protecting = s->is_protecting;
	vt->style = s->style;
	vt->is_style_known = false;
	vt->gl = s->gl;
	memcpy(vt->charsets, s->charsets, sizeof vt->charsets);
}
