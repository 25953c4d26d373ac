/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mouse, as bytes for the program: which events it asked for, and in which of the four forms. */
#include "config.h"

#include "tui/vt/vt_impl.h"

enum { CODE_RELEASE = 3, CODE_SHIFT = 4, CODE_META = 8, CODE_CTRL = 16, CODE_MOVE = 32, CODE_WHEEL = 64 };
enum { WHEEL_LINES = 3 };

static bool
is_wanted(const struct vt *vt, enum vt_mouse_action action, enum vt_button button)
{
	if (is_set(vt, MODE_MOUSE_X10))
		return action == VT_MOUSE_PRESS && button < VT_BUTTON_WHEEL_UP;
	if (action != VT_MOUSE_MOVE)
		return true;
	return is_set(vt, MODE_MOUSE_MOVE) || (is_set(vt, MODE_MOUSE_DRAG) && button != VT_BUTTON_NONE);
}

static int
code_of(const struct vt *vt, enum vt_mouse_action action, enum vt_button button, unsigned modifiers)
{
	int code = button == VT_BUTTON_NONE ? CODE_RELEASE :
		   button >= VT_BUTTON_WHEEL_UP ? CODE_WHEEL + (int)(button - VT_BUTTON_WHEEL_UP) :
						  (int)(button - VT_BUTTON_LEFT);

	if (is_set(vt, MODE_MOUSE_X10))
		return code;
	if (action == VT_MOUSE_MOVE)
		code += CODE_MOVE;
	code += modifiers & VT_SHIFT ? CODE_SHIFT : 0;
	code += modifiers & (VT_ALT | VT_META) ? CODE_META : 0;
	return code + (modifiers & VT_CTRL ? CODE_CTRL : 0);
}

/* The form from the beginning has one byte for a number, and none above 223. */
static void
send_bytes(struct vt *vt, int code, int row, int col)
{
	const char bytes[] = { '\033', '[', 'M', (char)(32 + code), (char)(33 + col), (char)(33 + row) };

	if (row < 223 && col < 223)
		vt_reply(vt, bytes, sizeof bytes);
}

static void
send_utf8(struct vt *vt, int code, int row, int col)
{
	char buf[16] = "\033[M";
	size_t n = 3;

	n += utf8_write((uint32_t)(32 + code), buf + n);
	n += utf8_write((uint32_t)(33 + col), buf + n);
	n += utf8_write((uint32_t)(33 + row), buf + n);
	vt_reply(vt, buf, n);
}

static void
send_event(struct vt *vt, bool is_release, int code, int row, int col)
{
	if (is_set(vt, MODE_MOUSE_SGR)) {
		reply(vt, "\033[<%d;%d;%d%c", code, col + 1, row + 1, is_release ? 'm' : 'M');
		return;
	}
	/* The other forms do not tell which button was released. */
	if (is_release)
		code = (code & ~CODE_RELEASE) | CODE_RELEASE;
	if (is_set(vt, MODE_MOUSE_URXVT))
		reply(vt, "\033[%d;%d;%dM", 32 + code, col + 1, row + 1);
	else if (is_set(vt, MODE_MOUSE_UTF8))
		send_utf8(vt, code, row, col);
	else
		send_bytes(vt, code, row, col);
}

bool
vt_mouse(struct vt *vt, enum vt_mouse_action action, enum vt_button button, unsigned modifiers, int row, int col)
{
	bool is_vertical = button == VT_BUTTON_WHEEL_UP || button == VT_BUTTON_WHEEL_DOWN;

	row = clamp(row, 0, vt->rows - 1);
	col = clamp(col, 0, vt->cols - 1);
	if (vt_mode(vt, VT_MODE_MOUSE)) {
		if (is_wanted(vt, action, button))
			send_event(vt, action == VT_MOUSE_RELEASE, code_of(vt, action, button, modifiers), row, col);
		return true;
	}
	if (action != VT_MOUSE_PRESS || !is_vertical || vt->screen != &vt->alternate ||
	    !is_set(vt, MODE_ALTERNATE_SCROLL))
		return false;
	for (int i = 0; i < WHEEL_LINES; i++)
		vt_key(vt, button == VT_BUTTON_WHEEL_UP ? VT_KEY_UP : VT_KEY_DOWN, 0);
	return true;
}
