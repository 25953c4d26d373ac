/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control characters and escape sequences; resets. */
#include "config.h"

#include <string.h>

#include "tui/vt/vt_impl.h"

static void
tab(struct vt *vt)
{
	/* "more fix": a tab behind the last column starts in the next row. */
	if (vt->is_wrapping && is_set(vt, MODE_MORE_FIX)) {
		vt->is_wrapping = false;
		vt->x = vt->left;
		line_index(vt);
	}
	cursor_tab(vt, 1);
}

void
control_execute(struct vt *vt, uint8_t c)
{
	switch (c) {
	case 0x07:
		if (vt->calls.bell)
			vt->calls.bell(vt->user);
		break;
	case 0x08:
		cursor_back(vt, 1);
		break;
	case 0x09:
		tab(vt);
		break;
	case 0x0a:
	case 0x0b:
	case 0x0c:
		line_feed(vt);
		break;
	case 0x0d:
		cursor_return(vt);
		break;
	case 0x0e:
		vt->gl = 1;
		break;
	case 0x0f:
		vt->gl = 0;
		break;
	default:
		break;
	}
}

void
margins_reset(struct vt *vt)
{
	vt->top = vt->left = 0;
	vt->bottom = vt->rows - 1;
	vt->right = vt->cols - 1;
}

/* DECSTR. */
void
reset_soft(struct vt *vt)
{
	static const uint8_t cleared[] = { MODE_KEYBOARD_LOCK, MODE_INSERT,	  MODE_APP_CURSOR, MODE_ORIGIN,
					   MODE_APP_KEYPAD,    MODE_REVERSE_WRAP, MODE_REVERSE_WRAP_EXTENDED,
					   MODE_NATIONAL,      MODE_MARGINS };

	for (size_t i = 0; i < sizeof cleared; i++)
		vt->modes &= ~((uint64_t)1 << cleared[i]);
	vt->modes |= (uint64_t)1 << MODE_CURSOR | (uint64_t)1 << MODE_WRAP;
	margins_reset(vt);
	vt->style = (struct vt_style){ 0 };
	vt->is_style_known = false;
	vt->is_protecting = vt->is_protection_iso = false;
	memset(vt->charsets, 0, sizeof vt->charsets);
	vt->gl = vt->single_shift = 0;
	vt->sgr_stack_len = 0;
	vt->modify_other_keys = 0;
	vt->saved[vt->screen == &vt->alternate] = (struct saved){ 0 };
	vt->is_damaged = true;
}

void
vt_reset(struct vt *vt)
{
	mode_set(vt, MODE_ALLOW_132, is_set(vt, MODE_COLUMNS_132));
	if (is_set(vt, MODE_COLUMNS_132))
		mode_set(vt, MODE_COLUMNS_132, false);
	vt->screen = &vt->main;
	vt->modes = vt->saved_modes = modes_initial;
	reset_soft(vt);
	row_begin_line(vt, 0);
	for (int y = 0; y < vt->rows; y++) {
		row_clear(vt_row(vt, y));
		row_clear(screen_row(vt, &vt->alternate, y));
	}
	memset(vt->saved, 0, sizeof vt->saved);
	cursor_to(vt, 0, 0);
	tabs_reset(vt);
	colors_reset(vt);
	vt->cursor_style = 0;
	vt->change_extent = 0;
	vt->conformance = 65;
	vt->c1_bits = 1;
	vt->title_modes = 0;
	vt->last_char = 0;
	title_take(vt, true, true, "", 0);
	damage_all(vt);
}

/* DECALN: a screen full of E. */
static void
alignment(struct vt *vt)
{
	margins_reset(vt);
	vt->modes &= ~((uint64_t)1 << MODE_ORIGIN);
	row_begin_line(vt, 0);
	for (int y = 0; y < vt->rows; y++) {
		vt_row(vt, y)->is_wrapped = false;
		row_fill(vt, y, 0, vt->cols, (struct cell){ 'E', 0 });
	}
	cursor_to(vt, 0, 0);
}

/* DECBI and DECFI: the cursor a column on, and where it stands at a margin the text the other way. */
static void
index_columns(struct vt *vt, bool is_back)
{
	int border = is_back ? vt->left : vt->right;

	vt->is_wrapping = false;
	if (vt->x != border) {
		cursor_to(vt, vt->y, vt->x + (is_back ? -1 : 1));
		return;
	}
	if (!is_in_margins(vt))
		return;
	for (int y = vt->top; y <= vt->bottom; y++)
		if (is_back)
			row_insert(vt, y, vt->left, vt->right, 1);
		else
			row_delete(vt, y, vt->left, vt->right, 1);
}

static void
protect(struct vt *vt, bool on)
{
	vt->is_protecting = on;
	vt->is_protection_iso = true;
}

static void
designate(struct vt *vt, int set, uint8_t final)
{
	vt->charsets[set] = final == '0' ? CHARSET_GRAPHICS : final == 'A' ? CHARSET_UK : CHARSET_ASCII;
}

static void
double_width(struct vt *vt, uint8_t final)
{
	struct row *row = vt_row(vt, vt->y);

	if (final == '8') {
		alignment(vt);
	} else if (final >= '3' && final <= '6') {
		row->is_double = final != '5';
		row->is_dirty = vt->is_damaged = true;
	}
}

static void
with_intermediate(struct vt *vt, uint8_t intermediate, uint8_t final)
{
	switch (intermediate) {
	case '(':
		designate(vt, 0, final);
		break;
	case ')':
	case '-':
		designate(vt, 1, final);
		break;
	case '*':
	case '.':
		designate(vt, 2, final);
		break;
	case '+':
	case '/':
		designate(vt, 3, final);
		break;
	case '#':
		double_width(vt, final);
		break;
	default:
		break;
	}
}

/* What stands for a C1 control character, ESC with 0x40 to 0x5f. */
static void
c1(struct vt *vt, uint8_t final)
{
	switch (final) {
	case 'D':
		line_index(vt);
		break;
	case 'E':
		line_index(vt);
		cursor_return(vt);
		break;
	case 'H':
		vt->tabs[vt->x / 8] |= (uint8_t)(1u << vt->x % 8);
		break;
	case 'M':
		line_reverse_index(vt);
		break;
	case 'N':
	case 'O':
		vt->single_shift = final == 'N' ? 2 : 3;
		break;
	case 'V':
	case 'W':
		protect(vt, final == 'V');
		break;
	case 'Z':
		report_attributes(vt);
		break;
	default:
		break;
	}
}

void
esc_dispatch(struct vt *vt, uint8_t final)
{
	if (vt->parser.intermediate) {
		with_intermediate(vt, vt->parser.intermediate, final);
		return;
	}
	switch (final) {
	case '6':
	case '9':
		index_columns(vt, final == '6');
		break;
	case '7':
		cursor_save(vt);
		break;
	case '8':
		cursor_restore(vt);
		break;
	case '=':
	case '>':
		mode_set(vt, MODE_APP_KEYPAD, final == '=');
		break;
	case 'c':
		vt_reset(vt);
		break;
	case 'n':
	case 'o':
		vt->gl = final == 'n' ? 2 : 3;
		break;
	default:
		c1(vt, final);
		break;
	}
}
