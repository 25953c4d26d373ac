/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pane and the panel drawn: what has changed, when it is due. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/crossing.h"
#include "tui/desk.h"
#include "tui/screen.h"
#include "tui/view.h"

/* A flood is drawn as often as this. SYNC_MS: so long a program may ask not to be drawn (mode 2026). */
enum { FRAME_MS = 33, SYNC_MS = 150 };

/* So many times in a row something is drawn at once that no key has brought about. */
enum { CREDIT = 8 };

int64_t
desk_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- a row --- */

static int32_t
color_of(const struct vt *vt, uint32_t color, bool is_bg)
{
	uint32_t rgb, fg, bg;

	switch (color & VT_COLOR_KIND) {
	case VT_COLOR_INDEX:
		if (vt_palette(vt, (int)(color & 0xff), &rgb))
			return COLOR_RGB | (int32_t)rgb;
		return (int32_t)(color & 0xff);
	case VT_COLOR_RGB:
		return COLOR_RGB | (int32_t)(color & VT_COLOR_VALUE);
	default:
		if (vt_default_colors(vt, &fg, &bg))
			return COLOR_RGB | (int32_t)(is_bg ? bg : fg);
		return COLOR_OWN;
	}
}

static struct style
style_of(const struct vt *vt, const struct vt_style *style, bool reverse)
{
	static const struct {
		uint32_t from;
		unsigned to;
	} attributes[] = {
		{ VT_BOLD, STYLE_BOLD },	 { VT_FAINT, STYLE_DIM },	{ VT_ITALIC, STYLE_ITALIC },
		{ VT_BLINK, STYLE_BLINK },	 { VT_INVISIBLE, STYLE_INVISIBLE }, { VT_REVERSE, STYLE_REVERSE },
		{ VT_UNDERLINE, STYLE_UNDERLINE },
	};
	struct style result = { color_of(vt, style->fg, false), color_of(vt, style->bg, true), 0 };

	for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
		if (style->attrs & attributes[i].from)
			result.attributes |= attributes[i].to;
	if (reverse)
		result.attributes ^= STYLE_REVERSE;
	return result;
}

static void
draw_row(const struct desk *desk, int y, long line)
{
	static struct vt_cell cells[VT_COLS_MAX];
	const struct vt *vt = desk->pane.vt;
	bool reverse = vt_mode(vt, VT_MODE_REVERSE_VIDEO);
	int columns = desk->at.seen_columns < VT_COLS_MAX ? desk->at.seen_columns : VT_COLS_MAX;

	vt_row_read(vt, line, cells, columns, NULL);
	for (int x = 0; x < columns; x++) {
		const struct vt_cell *cell = &cells[x];
		bool chosen = copy_is_selected(&desk->copy, line, x) != copy_is_found(&desk->copy, line, x);
		struct style style = style_of(vt, &cell->style, reverse != chosen);
		size_t n = 0;

		if (cell->width == 0)
			continue;
		while (n < VT_CELL_CHARS && cell->chars[n])
			n++;
		/* Half of it lies under the panel. */
		if (x + cell->width > columns)
			screen_cell(y, x, NULL, 0, 1, &style);
		else
			screen_cell(y, x, cell->chars, n, cell->width, &style);
	}
}

/* --- all --- */

/* Where one is, and what is asked or said. */
static void
draw_copy(const struct desk *desk)
{
	const struct copy *copy = &desk->copy;
	long all = vt_screen_line(desk->pane.vt) - vt_first_line(desk->pane.vt);
	_autofree_ char *where = text_format("[%ld/%ld]", vt_screen_line(desk->pane.vt) - copy->top, all);
	_autofree_ char *asked = text_format("%c%s", copy->backward ? '?' : '/', copy->asked);
	int width = (int)strlen(where), last = desk->at.pane.lines - 1;

	screen_text(0, desk->at.seen_columns - width, width, ROLE_CHOICE, where);
	if (copy->asking)
		screen_text(last, 0, desk->at.seen_columns, ROLE_CHOICE, asked);
	else if (copy->said)
		screen_text(last, 0, desk->at.seen_columns, ROLE_ERROR, copy->said);
}

void
desk_waiting_changed(struct desk *desk)
{
	desk->panel_stale = desk->pane_stale = true;
}

/* Calls wait, and the panel that tells is away: the line in whose corner that stands, not the cursor's. -1: none. */
static int
waiting_line(const struct desk *desk)
{
	struct vt_cursor cursor;

	if (desk->app->waiting == 0 || desk->at.panel.columns > 0 || desk->copy.active)
		return -1;
	vt_cursor(desk->pane.vt, &cursor);
	return cursor.row == 0 ? desk->at.pane.lines - 1 : 0;
}

static void
draw_waiting(const struct desk *desk)
{
	_autofree_ char *waiting = app_waiting_text(desk->app), *text = NULL;
	char prefix[24];
	int width;

	if (!waiting || desk->waiting_line < 0)
		return;
	keys_name((uint32_t)desk->input.prefix, false, prefix, sizeof prefix);
	text = text_format(" %s %s ", prefix, waiting);
	width = screen_width(text, strlen(text));
	if (width < desk->at.seen_columns)
		screen_text(desk->waiting_line, desk->at.seen_columns - width, width, ROLE_CHOICE, text);
}

static void
draw_pane(struct desk *desk)
{
	struct vt *vt = desk->pane.vt;
	const struct copy *copy = &desk->copy;
	long top = copy->active ? copy->top : vt_screen_line(vt);
	/* While one looks back the lines of the screen stand elsewhere. */
	bool all = desk->all_stale || desk->pane_stale || copy->active || waiting_line(desk) != desk->waiting_line;

	desk->waiting_line = waiting_line(desk);
	screen_part(desk->at.pane.y, desk->at.pane.x, desk->at.pane.lines, desk->at.seen_columns);
	for (int y = 0; y < desk->at.pane.lines; y++)
		if (all || vt_damage_row(vt, y))
			draw_row(desk, y, top + y);
	if (copy->active)
		draw_copy(desk);
	else
		draw_waiting(desk);
	vt_damage_clear(vt);
}

static void
draw_divider(const struct desk *desk)
{
	enum role role = desk->in_panel ? ROLE_LIVE : ROLE_DIM;
	bool below = desk->at.panel.x == 0;

	if (desk->at.divider < 0)
		return;
	screen_whole();
	if (below)
		screen_line(desk->at.divider, 0, screen_columns(), false, role);
	else
		screen_line(0, desk->at.divider, screen_lines(), true, role);
}

static void
draw_panel(struct desk *desk)
{
	if (desk->at.panel.columns <= 0)
		return;
	screen_part(desk->at.panel.y, desk->at.panel.x, desk->at.panel.lines, desk->at.panel.columns);
	view_paint(desk->app);
}

/* Modes of our terminal that follow those of the pane's. */
static void
tell_terminal(struct desk *desk, const struct vt_cursor *cursor)
{
	static const char *const shapes[][2] = { { "\033[2 q", "\033[1 q" },
						 { "\033[4 q", "\033[3 q" },
						 { "\033[6 q", "\033[5 q" } };
	bool moves = desk->app->settings.mouse && vt_mode(desk->pane.vt, VT_MODE_MOUSE_MOVE);
	bool keypad = vt_mode(desk->pane.vt, VT_MODE_APP_KEYPAD) && !desk->in_panel;
	/* A block that blinks is how it begins: the terminal's own choice. */
	int shape = (int)cursor->shape * 2 + cursor->blinks;

	if (shape == VT_CURSOR_BLOCK * 2 + 1)
		shape = 0;
	else
		shape++;
	if (moves != desk->told_moves)
		screen_send(moves ? "\033[?1003h" : "\033[?1003l\033[?1002h");
	if (keypad != desk->told_keypad)
		screen_send(keypad ? "\033=" : "\033>");
	if (shape != desk->told_shape)
		screen_send(shape == 0 ? "\033[0 q" : shapes[cursor->shape][cursor->blinks]);
	desk->told_moves = moves;
	desk->told_keypad = keypad;
	desk->told_shape = shape;
}

static void
place_cursor(struct desk *desk)
{
	struct vt_cursor cursor;

	vt_cursor(desk->pane.vt, &cursor);
	tell_terminal(desk, &cursor);
	if (desk->in_panel)
		return;
	screen_part(desk->at.pane.y, desk->at.pane.x, desk->at.pane.lines, desk->at.pane.columns);
	if (desk->copy.active)
		screen_cursor((int)(desk->copy.at.line - desk->copy.top), desk->copy.at.col);
	else if (cursor.is_visible)
		screen_cursor(cursor.row, cursor.col);
	else
		screen_cursor(-1, -1);
}

void
desk_draw_all(struct desk *desk)
{
	bool all = desk->all_stale;

	draw_pane(desk);
	/* Colours have run out: what was drawn before has others now. */
	if (screen_colors_lost() != desk->colors) {
		desk->colors = screen_colors_lost();
		desk->all_stale = all = true;
		draw_pane(desk);
	}
	if (all)
		draw_divider(desk);
	if (all || desk->panel_stale) {
		draw_divider(desk);
		draw_panel(desk);
	}
	place_cursor(desk);
	if (desk->pane.bell)
		screen_beep();
	if (desk->pane.copied)
		crossing_program_copied(desk);
	desk->pane.bell = desk->all_stale = desk->pane_stale = desk->panel_stale = desk->typed = false;
	screen_show();
}

/* --- when --- */

static bool
has_to_draw(const struct desk *desk)
{
	return desk->all_stale || desk->pane_stale || desk->panel_stale || desk->pane.copied ||
	       desk->pane.bell || vt_damage_any(desk->pane.vt);
}

/* Milliseconds until what has changed is to be drawn: 0 now, -1: nothing has. */
static int
due_ms(struct desk *desk, int64_t now)
{
	int64_t frame = desk->last_us + FRAME_MS * 1000;

	if (!has_to_draw(desk))
		return -1;
	if (!vt_sync(desk->pane.vt)) {
		desk->sync_us = 0;
	} else if (!desk->all_stale && !desk->panel_stale) {
		if (desk->sync_us == 0)
			desk->sync_us = now;
		if (now < desk->sync_us + SYNC_MS * 1000)
			return (int)((desk->sync_us + SYNC_MS * 1000 - now) / 1000) + 1;
		vt_sync_end(desk->pane.vt);
		desk->sync_us = 0;
	}
	if (now >= frame || (!desk->pane.more && (desk->typed || desk->credit > 0)))
		return 0;
	return (int)((frame - now) / 1000) + 1;
}

void
desk_draw(struct desk *desk)
{
	int64_t now = desk_now_us();

	/* One more for each frame's time that went by. */
	if (now - desk->refill_us >= FRAME_MS * 1000) {
		int64_t more = (now - desk->refill_us) / (FRAME_MS * 1000);

		desk->credit = more > CREDIT - desk->credit ? CREDIT : desk->credit + (int)more;
		desk->refill_us = now;
	}
	desk->wait_ms = due_ms(desk, now);
	if (desk->wait_ms != 0)
		return;
	if (!desk->typed && desk->credit > 0)
		desk->credit--;
	desk->wait_ms = -1;
	desk_draw_all(desk);
	desk->last_us = now;
}
