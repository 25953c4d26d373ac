/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control sequences: one table of what each final byte does, another of those with a prefix or an intermediate. */
#include "config.h"

#include "tui/vt/vt_impl.h"

/* A count: 1 if it is left out or 0. */
static int
count(const struct vt *vt)
{
	return arg(vt, 0, 1);
}

static void
insert_chars(struct vt *vt)
{
	vt->is_wrapping = false;
	if (vt->x >= vt->left && vt->x <= vt->right)
		row_insert(vt, vt->y, vt->x, vt->right, count(vt));
}

static void
delete_chars(struct vt *vt)
{
	vt->is_wrapping = false;
	if (vt->x >= vt->left && vt->x <= vt->right)
		row_delete(vt, vt->y, vt->x, vt->right, count(vt));
}

/* ECH is not stopped by margins, nor by protection as ISO 6429 means it. */
static void
erase_range(struct vt *vt, int y, int from, int to, bool is_selective)
{
	if (is_selective || vt->is_protection_iso)
		row_erase_selective(vt, y, from, to);
	else
		row_erase(vt, y, from, to);
	if (to == vt->cols) {
		vt_row(vt, y)->is_wrapped = false;
		if (from == 0)
			row_begin_line(vt, y);
	}
}

static void
erase_chars(struct vt *vt)
{
	vt->is_wrapping = false;
	erase_range(vt, vt->y, vt->x, min_of(vt->x + count(vt), vt->cols), false);
}

/*
 * A cursor that waits to wrap stands behind the last column, and goes on waiting: xterm erases that column, and so the
 * last character of a line that a program has filled and then erases the rest of (top, grep). tmux and xterm.js do not.
 */
static void
erase_to_end(struct vt *vt, bool is_selective)
{
	if (!vt->is_wrapping)
		erase_range(vt, vt->y, vt->x, vt->cols, is_selective);
}

static void
erase_line(struct vt *vt)
{
	bool is_selective = vt->parser.prefix == '?';

	switch (arg(vt, 0, 0)) {
	case 0:
		erase_to_end(vt, is_selective);
		break;
	case 1:
		erase_range(vt, vt->y, 0, vt->x + 1, is_selective);
		break;
	case 2:
		erase_range(vt, vt->y, 0, vt->cols, is_selective);
		break;
	default:
		break;
	}
}

static void
erase_lines(struct vt *vt, int from, int to, bool is_selective)
{
	for (int y = from; y < to; y++)
		erase_range(vt, y, 0, vt->cols, is_selective);
}

static void
erase_display(struct vt *vt)
{
	bool is_selective = vt->parser.prefix == '?';

	switch (arg(vt, 0, 0)) {
	case 0:
		erase_to_end(vt, is_selective);
		erase_lines(vt, vt->y + 1, vt->rows, is_selective);
		break;
	case 1:
		erase_lines(vt, 0, vt->y, is_selective);
		erase_range(vt, vt->y, 0, vt->x + 1, is_selective);
		break;
	case 2:
		erase_lines(vt, 0, vt->rows, is_selective);
		break;
	case 3:
		if (!is_selective)
			vt_history_clear(vt);
		break;
	default:
		break;
	}
}

static void
insert_lines(struct vt *vt)
{
	if (!is_in_margins(vt))
		return;
	scroll_down(vt, vt->y, vt->bottom, count(vt));
	cursor_to(vt, vt->y, vt->left);
}

/* Lines that are deleted are no history, even at the top. */
static void
delete_lines(struct vt *vt)
{
	if (!is_in_margins(vt))
		return;
	vt_row(vt, vt->bottom)->is_wrapped = false;
	scroll_up(vt, vt->y, vt->bottom, count(vt), false);
	cursor_to(vt, vt->y, vt->left);
}

static void
shift_columns(struct vt *vt, int x, int n)
{
	if (!is_in_margins(vt))
		return;
	vt->is_wrapping = false;
	for (int y = vt->top; y <= vt->bottom; y++)
		if (n > 0)
			row_insert(vt, y, x, vt->right, n);
		else
			row_delete(vt, y, x, vt->right, -n);
}

static void
insert_columns(struct vt *vt)
{
	shift_columns(vt, vt->x, count(vt));
}

static void
delete_columns(struct vt *vt)
{
	shift_columns(vt, vt->x, -count(vt));
}

static void
shift_left(struct vt *vt)
{
	shift_columns(vt, vt->left, -count(vt));
}

static void
shift_right(struct vt *vt)
{
	shift_columns(vt, vt->left, count(vt));
}

static void
pan_up(struct vt *vt)
{
	scroll_up(vt, vt->top, vt->bottom, count(vt), true);
}

static void
pan_down(struct vt *vt)
{
	/* With five arguments it is highlight tracking, of which there is none. */
	if (vt->parser.n_args <= 1)
		scroll_down(vt, vt->top, vt->bottom, count(vt));
}

static void
move_up(struct vt *vt)
{
	cursor_up(vt, count(vt));
}

static void
move_down(struct vt *vt)
{
	cursor_down(vt, count(vt));
}

static void
move_right(struct vt *vt)
{
	cursor_right(vt, count(vt));
}

static void
move_left(struct vt *vt)
{
	cursor_back(vt, count(vt));
}

static void
next_line(struct vt *vt)
{
	cursor_down(vt, count(vt));
	cursor_return(vt);
}

static void
previous_line(struct vt *vt)
{
	cursor_up(vt, count(vt));
	cursor_return(vt);
}

static void
to_column(struct vt *vt)
{
	int x = count(vt) - 1;

	cursor_to(vt, vt->y, is_set(vt, MODE_ORIGIN) ? min_of(vt->left + x, vt->right) : x);
}

static void
to_row(struct vt *vt)
{
	int y = count(vt) - 1;

	cursor_to(vt, is_set(vt, MODE_ORIGIN) ? min_of(vt->top + y, vt->bottom) : y, vt->x);
}

static void
to_place(struct vt *vt)
{
	cursor_to_origin(vt, arg(vt, 0, 1) - 1, arg(vt, 1, 1) - 1);
}

/* HPR and VPR know the border of the screen, or in origin mode that of the margins. */
static void
forward_columns(struct vt *vt)
{
	cursor_to(vt, vt->y, min_of(vt->x + count(vt), is_set(vt, MODE_ORIGIN) ? vt->right : vt->cols - 1));
}

static void
forward_rows(struct vt *vt)
{
	cursor_to(vt, min_of(vt->y + count(vt), is_set(vt, MODE_ORIGIN) ? vt->bottom : vt->rows - 1), vt->x);
}

static void
tab_forward(struct vt *vt)
{
	cursor_tab(vt, count(vt));
}

static void
tab_back(struct vt *vt)
{
	cursor_tab_back(vt, count(vt));
}

static void
tab_clear(struct vt *vt)
{
	int what = arg(vt, 0, 0);

	if (what == 0)
		vt->tabs[vt->x / 8] &= (uint8_t)~(1u << vt->x % 8);
	else if (what == 3)
		for (size_t i = 0; i < sizeof vt->tabs; i++)
			vt->tabs[i] = 0;
}

static void
repeat(struct vt *vt)
{
	print_repeat(vt, count(vt));
}

static void
set_mode(struct vt *vt)
{
	mode_set_numbers(vt, vt->parser.prefix == '?', true);
}

static void
reset_mode(struct vt *vt)
{
	mode_set_numbers(vt, vt->parser.prefix == '?', false);
}

static void
request_mode(struct vt *vt)
{
	mode_report(vt, vt->parser.prefix == '?');
}

static void
set_rendition(struct vt *vt)
{
	sgr_apply(vt, 0, &vt->style);
	vt->is_style_known = false;
}

static void
set_top_bottom(struct vt *vt)
{
	int top = arg(vt, 0, 1), bottom = min_of(arg(vt, 1, vt->rows), vt->rows);

	if (top >= bottom)
		return;
	vt->top = top - 1;
	vt->bottom = bottom - 1;
	cursor_to_origin(vt, 0, 0);
}

/* DECSLRM where margins are enabled, else SCOSC. */
static void
set_left_right(struct vt *vt)
{
	int left = arg(vt, 0, 1), right = min_of(arg(vt, 1, vt->cols), vt->cols);

	if (!is_set(vt, MODE_MARGINS)) {
		if (vt->parser.n_args == 0)
			cursor_save(vt);
		return;
	}
	if (left >= right)
		return;
	vt->left = left - 1;
	vt->right = right - 1;
	cursor_to_origin(vt, 0, 0);
}

static void
set_cursor_style(struct vt *vt)
{
	int style = arg(vt, 0, 0);

	if (style > 6)
		return;
	vt->cursor_style = style;
	vt->is_damaged = true;
}

static void
set_protection(struct vt *vt)
{
	vt->is_protecting = arg(vt, 0, 0) == 1;
	vt->is_protection_iso = false;
}

/* DECSCL: also a soft reset, and which form of C1 replies have: we keep to the form of seven bits. */
static void
set_conformance(struct vt *vt)
{
	int level = arg(vt, 0, 65);

	if (level < 61 || level > 65)
		return;
	reset_soft(vt);
	vt->conformance = level;
	vt->c1_bits = level == 61 || arg(vt, 1, 0) == 1;
}

static void
set_change_extent(struct vt *vt)
{
	int extent = arg(vt, 0, 0);

	if (extent <= 2)
		vt->change_extent = extent;
}

/* XTMODKEYS: only the keys that "modifyOtherKeys" means. */
static void
set_modify_keys(struct vt *vt)
{
	if (vt->parser.n_args == 0 || (arg(vt, 0, 0) == 4 && vt->parser.n_args < 2))
		vt->modify_other_keys = 0;
	else if (arg(vt, 0, 0) == 4)
		vt->modify_other_keys = min_of(arg(vt, 1, 0), 2);
}

static void
disable_modify_keys(struct vt *vt)
{
	if (arg(vt, 0, 0) == 4)
		vt->modify_other_keys = 0;
}

static void
report_modify_keys(struct vt *vt)
{
	if (arg(vt, 0, 0) == 4)
		reply(vt, "\033[>4;%dm", vt->modify_other_keys);
}

static void
push_rendition(struct vt *vt)
{
	if (vt->sgr_stack_len < SGR_STACK_MAX)
		vt->sgr_stack[vt->sgr_stack_len++] = vt->style;
}

static void
pop_rendition(struct vt *vt)
{
	if (vt->sgr_stack_len == 0)
		return;
	vt->style = vt->sgr_stack[--vt->sgr_stack_len];
	vt->is_style_known = false;
}

/* How titles are written in replies; only tests get such. */
static void
set_title_modes(struct vt *vt)
{
	for (int i = 0; i < vt->parser.n_args; i++)
		if (vt->parser.args[i] >= 0 && vt->parser.args[i] < 4)
			vt->title_modes |= 1u << vt->parser.args[i];
}

static void
reset_title_modes(struct vt *vt)
{
	for (int i = 0; i < vt->parser.n_args; i++)
		if (vt->parser.args[i] >= 0 && vt->parser.args[i] < 4)
			vt->title_modes &= ~(1u << vt->parser.args[i]);
}

/* DECSNLS: the number of rows is the embedder's. */
static void
set_lines(struct vt *vt)
{
	const int size[] = { arg(vt, 0, 24), 0 };

	if (vt->calls.window)
		vt->calls.window(vt->user, 8, size, 1);
}

static void (*const plain[])(struct vt *vt) = {
	['@' - '@'] = insert_chars,   ['A' - '@'] = move_up,	    ['B' - '@'] = move_down,
	['C' - '@'] = move_right,     ['D' - '@'] = move_left,	    ['E' - '@'] = next_line,
	['F' - '@'] = previous_line,  ['G' - '@'] = to_column,	    ['H' - '@'] = to_place,
	['I' - '@'] = tab_forward,    ['J' - '@'] = erase_display,  ['K' - '@'] = erase_line,
	['L' - '@'] = insert_lines,   ['M' - '@'] = delete_lines,   ['P' - '@'] = delete_chars,
	['S' - '@'] = pan_up,	      ['T' - '@'] = pan_down,	    ['X' - '@'] = erase_chars,
	['Z' - '@'] = tab_back,	      ['^' - '@'] = pan_down,	    ['`' - '@'] = to_column,
	['a' - '@'] = forward_columns, ['b' - '@'] = repeat,	    ['c' - '@'] = report_attributes,
	['d' - '@'] = to_row,	      ['e' - '@'] = forward_rows,   ['f' - '@'] = to_place,
	['g' - '@'] = tab_clear,      ['h' - '@'] = set_mode,	    ['l' - '@'] = reset_mode,
	['m' - '@'] = set_rendition,  ['n' - '@'] = report_status,  ['r' - '@'] = set_top_bottom,
	['s' - '@'] = set_left_right, ['t' - '@'] = report_window,  ['u' - '@'] = cursor_restore,
	['x' - '@'] = report_parameters, ['~' - '@'] = NULL,
};

static const struct {
	char prefix, intermediate, final;
	void (*act)(struct vt *vt);
} others[] = {
	{ '?', 0, 'J', erase_display },
	{ '?', 0, 'K', erase_line },
	{ '?', 0, 'h', set_mode },
	{ '?', 0, 'l', reset_mode },
	{ '?', 0, 'm', report_modify_keys },
	{ '?', 0, 'n', report_status_dec },
	{ '?', 0, 'r', mode_restore },
	{ '?', 0, 's', mode_save },
	{ '?', '$', 'p', request_mode },
	{ '>', 0, 'c', report_attributes2 },
	{ '>', 0, 'm', set_modify_keys },
	{ '>', 0, 'n', disable_modify_keys },
	{ '>', 0, 'q', report_version },
	{ '>', 0, 't', set_title_modes },
	{ '>', 0, 'T', reset_title_modes },
	{ '=', 0, 'c', report_attributes3 },
	{ 0, ' ', '@', shift_left },
	{ 0, ' ', 'A', shift_right },
	{ 0, ' ', 'q', set_cursor_style },
	{ 0, '!', 'p', reset_soft },
	{ 0, '"', 'p', set_conformance },
	{ 0, '"', 'q', set_protection },
	{ 0, '#', '{', push_rendition },
	{ 0, '#', 'p', push_rendition },
	{ 0, '#', '}', pop_rendition },
	{ 0, '#', 'q', pop_rendition },
	{ 0, '$', 'p', request_mode },
	{ 0, '$', 'r', rect_change_attributes },
	{ 0, '$', 't', rect_reverse_attributes },
	{ 0, '$', 'v', rect_copy },
	{ 0, '$', 'x', rect_fill },
	{ 0, '$', 'z', rect_erase },
	{ 0, '$', '{', rect_erase_selective },
	{ 0, '\'', '}', insert_columns },
	{ 0, '\'', '~', delete_columns },
	{ 0, '*', 'x', set_change_extent },
	{ 0, '*', 'y', rect_checksum },
	{ 0, '*', '|', set_lines },
};

void
csi_dispatch(struct vt *vt, uint8_t final)
{
	const struct parser *p = &vt->parser;

	if (!p->prefix && !p->intermediate) {
		if (plain[final - '@'])
			plain[final - '@'](vt);
		return;
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if ((uint8_t)others[i].prefix == p->prefix && (uint8_t)others[i].intermediate == p->intermediate &&
		    (uint8_t)others[i].final == final) {
			others[i].act(vt);
			return;
		}
}
