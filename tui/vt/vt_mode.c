/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modes: their numbers in one table, what setting them does beside being set, and what is reported of them. */
#include "config.h"

#include "tui/vt/vt_impl.h"

/* Modes that are known but never set, or always. */
enum { FIXED_RESET = MODE_COUNT, FIXED_SET };

static const struct number {
	bool is_dec;
	uint16_t number;
	uint8_t mode; /* enum mode, or FIXED_… */
} numbers[] = {
	{ false, 1, FIXED_RESET },
	{ false, 2, MODE_KEYBOARD_LOCK },
	{ false, 4, MODE_INSERT },
	{ false, 5, FIXED_RESET },
	{ false, 7, FIXED_RESET },
	{ false, 10, FIXED_RESET },
	{ false, 11, FIXED_RESET },
	{ false, 12, MODE_SEND_RECEIVE },
	{ false, 13, FIXED_RESET },
	{ false, 14, FIXED_RESET },
	{ false, 15, FIXED_RESET },
	{ false, 16, FIXED_RESET },
	{ false, 17, FIXED_RESET },
	{ false, 18, FIXED_RESET },
	{ false, 19, FIXED_RESET },
	{ false, 20, MODE_NEWLINE },
	{ true, 1, MODE_APP_CURSOR },
	{ true, 3, MODE_COLUMNS_132 },
	{ true, 4, MODE_SMOOTH_SCROLL },
	{ true, 5, MODE_REVERSE },
	{ true, 6, MODE_ORIGIN },
	{ true, 7, MODE_WRAP },
	{ true, 8, FIXED_SET },
	{ true, 9, MODE_MOUSE_X10 },
	{ true, 12, MODE_CURSOR_BLINK },
	{ true, 18, MODE_PRINT_FORM_FEED },
	{ true, 19, MODE_PRINT_EXTENT },
	{ true, 25, MODE_CURSOR },
	{ true, 35, MODE_HEBREW_KEYBOARD },
	{ true, 40, MODE_ALLOW_132 },
	{ true, 41, MODE_MORE_FIX },
	{ true, 42, MODE_NATIONAL },
	{ true, 45, MODE_REVERSE_WRAP },
	{ true, 47, MODE_ALTERNATE },
	{ true, 60, FIXED_RESET },
	{ true, 66, MODE_APP_KEYPAD },
	{ true, 67, MODE_BACKSPACE },
	{ true, 69, MODE_MARGINS },
	{ true, 95, MODE_NO_CLEAR },
	{ true, 1000, MODE_MOUSE },
	{ true, 1002, MODE_MOUSE_DRAG },
	{ true, 1003, MODE_MOUSE_MOVE },
	{ true, 1004, MODE_FOCUS },
	{ true, 1005, MODE_MOUSE_UTF8 },
	{ true, 1006, MODE_MOUSE_SGR },
	{ true, 1007, MODE_ALTERNATE_SCROLL },
	{ true, 1015, MODE_MOUSE_URXVT },
	{ true, 1036, MODE_META_ESC },
	{ true, 1045, MODE_REVERSE_WRAP_EXTENDED },
	{ true, 1047, MODE_ALTERNATE_CLEAR },
	{ true, 1048, MODE_SAVE_CURSOR },
	{ true, 1049, MODE_ALTERNATE_SAVE },
	{ true, 2004, MODE_PASTE },
	{ true, 2026, MODE_SYNC },
	{ true, 2027, FIXED_RESET },
};

#define BIT(mode) ((uint64_t)1 << (mode))
#define MOUSE_EVENTS (BIT(MODE_MOUSE_X10) | BIT(MODE_MOUSE) | BIT(MODE_MOUSE_DRAG) | BIT(MODE_MOUSE_MOVE))
#define MOUSE_FORMS (BIT(MODE_MOUSE_UTF8) | BIT(MODE_MOUSE_SGR) | BIT(MODE_MOUSE_URXVT))

const uint64_t modes_initial = BIT(MODE_WRAP) | BIT(MODE_CURSOR) | BIT(MODE_SEND_RECEIVE) |
			       BIT(MODE_ALTERNATE_SCROLL) | BIT(MODE_META_ESC) | BIT(MODE_PRINT_EXTENT);

_Static_assert(MODE_COUNT <= 64, "modes are bits of 64");

static const struct number *
find(bool is_dec, int number)
{
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (numbers[i].is_dec == is_dec && numbers[i].number == number)
			return &numbers[i];
	return NULL;
}

static void
set_bit(struct vt *vt, enum mode mode, bool on)
{
	vt->modes = (vt->modes & ~BIT(mode)) | (on ? BIT(mode) : 0);
}

static void
clear_screen(struct vt *vt)
{
	row_begin_line(vt, 0);
	for (int y = 0; y < vt->rows; y++) {
		vt_row(vt, y)->is_wrapped = false;
		row_erase(vt, y, 0, vt->cols);
	}
}

/* The three modes of the alternate screen are one state; `mode` is the one that asked. */
static void
set_alternate(struct vt *vt, enum mode mode, bool on)
{
	bool was = vt->screen == &vt->alternate;

	if (mode == MODE_ALTERNATE_SAVE && on && !was)
		cursor_save(vt);
	if (!on && was && mode == MODE_ALTERNATE_CLEAR)
		clear_screen(vt);
	vt->screen = on ? &vt->alternate : &vt->main;
	vt->modes &= ~(BIT(MODE_ALTERNATE) | BIT(MODE_ALTERNATE_CLEAR) | BIT(MODE_ALTERNATE_SAVE));
	if (on)
		vt->modes |= BIT(MODE_ALTERNATE) | BIT(MODE_ALTERNATE_CLEAR) | BIT(MODE_ALTERNATE_SAVE);
	if (mode == MODE_ALTERNATE_SAVE && on && !was)
		clear_screen(vt);
	if (mode == MODE_ALTERNATE_SAVE && !on)
		cursor_restore(vt);
	if (was != on) {
		vt->is_wrapping = false;
		damage_all(vt);
	}
}

/* 80 or 132 columns: a pane's width is not the program's to choose, so it is asked for; the rest is done. */
static void
set_columns(struct vt *vt, bool on)
{
	const int size[] = { vt->rows, on ? 132 : 80 };

	if (!is_set(vt, MODE_ALLOW_132))
		return;
	set_bit(vt, MODE_COLUMNS_132, on);
	if (vt->calls.window)
		vt->calls.window(vt->user, 8, size, 2);
	mode_set(vt, MODE_MARGINS, false);
	margins_reset(vt);
	if (!is_set(vt, MODE_NO_CLEAR))
		clear_screen(vt);
	cursor_to(vt, 0, 0);
}

/* Of the ways to report the mouse the last one counts, as xterm has it. */
static void
set_mouse(struct vt *vt, enum mode mode, bool on, uint64_t group)
{
	vt->modes &= ~group;
	if (on)
		vt->modes |= BIT(mode);
}

void
mode_set(struct vt *vt, enum mode mode, bool on)
{
	switch (mode) {
	case MODE_COLUMNS_132:
		set_columns(vt, on);
		return;
	case MODE_ALTERNATE:
	case MODE_ALTERNATE_CLEAR:
	case MODE_ALTERNATE_SAVE:
		set_alternate(vt, mode, on);
		return;
	case MODE_SAVE_CURSOR:
		if (on)
			cursor_save(vt);
		else
			cursor_restore(vt);
		break;
	case MODE_MOUSE_X10:
	case MODE_MOUSE:
	case MODE_MOUSE_DRAG:
	case MODE_MOUSE_MOVE:
		set_mouse(vt, mode, on, MOUSE_EVENTS);
		return;
	case MODE_MOUSE_UTF8:
	case MODE_MOUSE_SGR:
	case MODE_MOUSE_URXVT:
		set_mouse(vt, mode, on, MOUSE_FORMS);
		return;
	default:
		break;
	}
	set_bit(vt, mode, on);
	if (mode == MODE_REVERSE)
		damage_all(vt);
	else if (mode == MODE_ORIGIN)
		cursor_to_origin(vt, 0, 0);
	else if (mode == MODE_WRAP && !on)
		vt->is_wrapping = false;
	else if (mode == MODE_MARGINS) {
		vt->left = 0;
		vt->right = vt->cols - 1;
	}
	vt->is_damaged = true;
}

void
mode_set_numbers(struct vt *vt, bool is_dec, bool on)
{
	for (int i = 0; i < vt->parser.n_args; i++) {
		const struct number *n = find(is_dec, vt->parser.args[i]);

		if (n && n->mode < MODE_COUNT)
			mode_set(vt, (enum mode)n->mode, on);
	}
}

/* DECRPM: 0 not known, 1 set, 2 reset, 3 always set, 4 never set. */
void
mode_report(struct vt *vt, bool is_dec)
{
	int number = arg(vt, 0, 0);
	const struct number *n = find(is_dec, number);
	int state = !n ? 0 : n->mode == FIXED_SET ? 3 : n->mode == FIXED_RESET ? 4 : 2;

	if (state == 2 && is_set(vt, (enum mode)n->mode))
		state = 1;

	reply(vt, "\033[%s%d;%d$y", is_dec ? "?" : "", number, state);
}

/* XTSAVE and XTRESTORE. */
void
mode_save(struct vt *vt)
{
	for (int i = 0; i < vt->parser.n_args; i++) {
		const struct number *n = find(true, vt->parser.args[i]);

		if (n && n->mode < MODE_COUNT)
			vt->saved_modes = (vt->saved_modes & ~BIT(n->mode)) | (vt->modes & BIT(n->mode));
	}
}

void
mode_restore(struct vt *vt)
{
	for (int i = 0; i < vt->parser.n_args; i++) {
		const struct number *n = find(true, vt->parser.args[i]);

		if (n && n->mode < MODE_COUNT && (vt->saved_modes >> n->mode & 1) != is_set(vt, (enum mode)n->mode))
			mode_set(vt, (enum mode)n->mode, vt->saved_modes >> n->mode & 1);
	}
}

bool
vt_mode(const struct vt *vt, enum vt_mode mode)
{
	switch (mode) {
	case VT_MODE_ALTERNATE:
		return vt->screen == &vt->alternate;
	case VT_MODE_APP_CURSOR:
		return is_set(vt, MODE_APP_CURSOR);
	case VT_MODE_APP_KEYPAD:
		return is_set(vt, MODE_APP_KEYPAD);
	case VT_MODE_PASTE:
		return is_set(vt, MODE_PASTE);
	case VT_MODE_FOCUS:
		return is_set(vt, MODE_FOCUS);
	case VT_MODE_MOUSE:
		return vt->modes & MOUSE_EVENTS;
	case VT_MODE_MOUSE_DRAG:
		return is_set(vt, MODE_MOUSE_DRAG) || is_set(vt, MODE_MOUSE_MOVE);
	case VT_MODE_MOUSE_MOVE:
		return is_set(vt, MODE_MOUSE_MOVE);
	case VT_MODE_REVERSE_VIDEO:
		return is_set(vt, MODE_REVERSE);
	case VT_MODE_ALTERNATE_SCROLL:
		return is_set(vt, MODE_ALTERNATE_SCROLL);
	}
	return false;
}

bool
vt_sync(const struct vt *vt)
{
	return is_set(vt, MODE_SYNC);
}

void
vt_sync_end(struct vt *vt)
{
	vt->modes &= ~BIT(MODE_SYNC);
}
