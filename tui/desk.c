/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's pane and the inspector's panel: where they are, and who has the keys. */
#include "config.h"

#include "tui/desk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/crossing.h"
#include "tui/screen.h"

/* A program that has closed its terminal may open it again: how often that is looked for. */
enum { CLOSED_MS = 250 };

enum { HISTORY_LINES = 10000 };

/* The prefix key twice in that time is itself for the program; later it is two visits to the panel. */
enum { TWICE_US = 1000 * 1000 };

enum { WHEEL_LINES = 3, DOUBLE_US = 400 * 1000 };

/* xterm's numbers of buttons: bits beside the number. */
enum { BUTTON_SHIFT = 4, BUTTON_META = 8, BUTTON_CTRL = 16, BUTTON_MOVE = 32, BUTTON_WHEEL = 64, BUTTON_MASK = 3 };

int
desk_open(struct desk *desk, struct app *app, int fd, char prefix, struct error *err)
{
	int r;

	*desk = (struct desk){ .app = app, .input.prefix = prefix, .at.divider = -1, .all_stale = true,
			       .place = (enum desk_place)app->settings.panel };
	r = pane_open(&desk->pane, fd, HISTORY_LINES, app->settings.clipboard == CLIPBOARD_PROGRAM);
	if (r < 0)
		return error_set(err, -r, "cannot make a terminal");
	desk->copy = (struct copy){ .vt = desk->pane.vt, .emacs = settings_copy_is_emacs(&app->settings) };
	desk_enter(desk);
	return 0;
}

void
desk_enter(struct desk *desk)
{
	/* Moves with a button held, too; and the focus of the window. */
	screen_send(desk->app->settings.mouse ? "\033[?1002h\033[?1004h" : "\033[?1004h");
	desk->told_moves = desk->told_keypad = false;
	desk->told_shape = 0;
	desk_lay_out(desk);
}

/*
 * The terminal's default colours, for a program that asks: vim and others choose theirs to be seen on that background.
 * Some that ask do not wait for an answer behind others, so it is sought when the first key is typed. Once: it is never
 * the program that decides how often.
 */
static void
ask_colors(struct desk *desk)
{
	if (desk->asked_us != 0)
		return;
	desk->asked_us = desk_now_us();
	desk->input.colors = 2;
	screen_send("\033]10;?\033\\\033]11;?\033\\");
}

static void
take_color(struct desk *desk, const struct input_piece *piece)
{
	*(piece->color == 10 ? &desk->fg : &desk->bg) = piece->rgb;
	if (desk->input.colors == 0)
		vt_tell_colors(desk->pane.vt, desk->fg, desk->bg);
}

/* An answer that is still on its way would be typed into what comes after us. */
static void
await_colors(struct desk *desk)
{
	enum { AWAITED_US = 500 * 1000, PATIENCE_MS = 100 };
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };
	struct input_piece piece;
	char bytes[256];
	ssize_t n;

	while (desk->input.colors > 0 && desk_now_us() - desk->asked_us < AWAITED_US &&
	       poll(&pfd, 1, PATIENCE_MS) > 0 && (n = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
		for (size_t at = 0; input_next(&desk->input, bytes, (size_t)n, &at, false, &piece);)
			;
	desk->input.colors = 0;
}

void
desk_leave(struct desk *desk)
{
	await_colors(desk);
	screen_send("\033[?1003l\033[?1002l\033[?1004l\033>");
	if (desk->told_shape != 0)
		screen_send("\033[0 q");
}

void
desk_release(struct desk *desk)
{
	desk_leave(desk);
	copy_release(&desk->copy);
	pane_release(&desk->pane);
}

/* --- places --- */

void
desk_lay_out(struct desk *desk)
{
	screen_whole();
	desk_layout_make(&desk->at, desk->place, desk->share, desk->in_panel, screen_lines(), screen_columns());
	if (desk->zoomed && desk->in_panel)
		desk_layout_zoom(&desk->at, screen_lines(), screen_columns());
	/* Lines get another meaning, and another width. */
	if (desk->at.pane.lines != desk->pane.rows || desk->at.pane.columns != desk->pane.cols)
		copy_end(&desk->copy);
	pane_resize(&desk->pane, desk->at.pane.lines, desk->at.pane.columns);
	desk->all_stale = true;
}

void
desk_place_panel(struct desk *desk, enum desk_place place)
{
	desk->place = place;
	desk->share = 0;
	desk->zoomed = false;
	if (place == DESK_AWAY)
		desk_focus(desk, false);
	desk_lay_out(desk);
}

void
desk_zoom_panel(struct desk *desk)
{
	desk->zoomed = !desk->zoomed;
	desk_lay_out(desk);
}

void
desk_share_panel(struct desk *desk, int percent)
{
	desk->share = percent < 1 ? 1 : percent > 99 ? 99 : percent;
	desk->zoomed = false;
	desk_lay_out(desk);
}

void
desk_grow_panel(struct desk *desk, int columns)
{
	bool below = desk->at.panel.x == 0;
	int all = below ? desk->at.panel.y + desk->at.panel.lines : desk->at.panel.x + desk->at.panel.columns;
	int wanted = (below ? desk->at.panel.lines : desk->at.panel.columns) + columns;

	/* Rounded up, as it is rounded down when it is used. */
	if (desk->at.divider >= 0)
		desk_share_panel(desk, (wanted * 100 + all - 1) / all);
}

static void
tell_focus(struct desk *desk, bool has)
{
	pane_typing_begin(&desk->pane);
	vt_focus(desk->pane.vt, has);
	pane_typing_end(&desk->pane);
}

void
desk_focus(struct desk *desk, bool in_panel)
{
	if (desk->in_panel == in_panel)
		return;
	desk->in_panel = in_panel;
	desk->fresh_until = 0;
	/* To the program its pane is a window. */
	if (!desk->outside)
		tell_focus(desk, !in_panel);
	/* Where one lies over the other, another is seen. */
	if (desk->at.divider < 0 || desk->at.seen_columns < desk->at.pane.columns || desk->zoomed)
		desk_lay_out(desk);
	desk->panel_stale = true;
}

/* --- bytes --- */

void
desk_poll(const struct desk *desk, struct pollfd *ret)
{
	*ret = (struct pollfd){ .fd = desk->pane.ended ? -1 : desk->pane.fd, .events = POLLIN };
	if (pane_has_to_write(&desk->pane))
		ret->events |= POLLOUT;
}

void
desk_move_bytes(struct desk *desk, short revents)
{
	struct pane *pane = &desk->pane;

	if (revents & POLLOUT)
		pane_write(pane);
	if (revents & (POLLIN | POLLHUP | POLLERR) || pane->more || (pane->ended && !desk->program_ended))
		pane_read(pane);
	if (pane->asks_colors)
		ask_colors(desk);
	pane->asks_colors = false;
	/* What it asked is answered. */
	pane_write(pane);
}

/* All that the program wrote. What is not there yet comes at once; one in its background may write without end. */
static void
read_last(struct desk *desk)
{
	enum { PATIENCE = 256, PATIENCE_MS = 100 };

	for (int i = 0; i < PATIENCE; i++) {
		struct pollfd pfd = { .fd = desk->pane.fd, .events = POLLIN };

		pane_read(&desk->pane);
		if (desk->pane.ended || (!desk->pane.more && poll(&pfd, 1, PATIENCE_MS) <= 0))
			break;
	}
}

char *
desk_last_text(struct desk *desk)
{
	enum { PATIENCE = 256 };
	struct vt *vt = desk->pane.vt;
	struct vt_place from = { 0 }, to = { 0 };
	size_t len;
	char *text;

	/* Somebody in the program's background may write without end. */
	for (int i = 0; i < PATIENCE; i++) {
		pane_read(&desk->pane);
		if (!desk->pane.more)
			break;
	}
	if (vt_mode(vt, VT_MODE_ALTERNATE))
		return NULL;
	from.line = vt_screen_line(vt);
	to = (struct vt_place){ from.line + desk->pane.rows - 1, desk->pane.cols - 1 };
	text = vt_text(vt, from, to, false, &len);
	while (text && len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	return text;
}

void
desk_program_ended(struct desk *desk, const char *words)
{
	/* Whatever state it has left its terminal in: all of the screen scrolls; no colours, no cursor. */
	static const char main_screen[] = "\033[?1049l", plain[] = "\0337\033[r\0338\033[0m\033[?25l\r\n";
	_autofree_ char *copy = text_dup(words);
	char *rest = copy, *line;

	read_last(desk);
	/* On the main screen already it would move the cursor. */
	if (vt_mode(desk->pane.vt, VT_MODE_ALTERNATE))
		vt_feed(desk->pane.vt, main_screen, sizeof main_screen - 1);
	vt_feed(desk->pane.vt, plain, sizeof plain - 1);
	while ((line = strsep(&rest, "\n"))) {
		_autofree_ char *shown = text_escape(line);
		_autofree_ char *whole = text_format("%s%s\r\n", line == copy ? "isolate: " : "", shown);

		vt_feed(desk->pane.vt, whole, strlen(whole));
	}
	desk->pane_stale = desk->program_ended = true;
	desk_focus(desk, true);
}

/* --- keys --- */

static void
type(struct desk *desk, const struct input_piece *piece)
{
	if (!pane_type(&desk->pane, piece->bytes, piece->len))
		screen_beep();
}

/* Its bytes depend on the modes of the terminal, and those of the pane's may be others than those of ours. */
static void
type_cursor_key(struct desk *desk, char letter)
{
	static const struct {
		char letter;
		uint32_t key;
	} keys[] = {
		{ 'A', VT_KEY_UP },   { 'B', VT_KEY_DOWN }, { 'C', VT_KEY_RIGHT },
		{ 'D', VT_KEY_LEFT }, { 'F', VT_KEY_END },  { 'H', VT_KEY_HOME },
	};

	pane_typing_begin(&desk->pane);
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i].letter == letter)
			vt_key(desk->pane.vt, keys[i].key, 0);
	pane_typing_end(&desk->pane);
}

static void
take_prefix(struct desk *desk, const struct input_piece *piece)
{
	if (!desk->in_panel) {
		desk_focus(desk, true);
		desk->fresh_until = desk_now_us() + TWICE_US;
	} else {
		bool twice = desk_now_us() < desk->fresh_until;

		desk_focus(desk, false);
		if (twice)
			type(desk, piece);
	}
}

/* --- mouse --- */

static bool
is_in(const struct desk_part *part, int y, int x)
{
	return y >= part->y && y < part->y + part->lines && x >= part->x && x < part->x + part->columns;
}

static bool
is_on_divider(const struct desk *desk, int y, int x)
{
	return desk->at.divider >= 0 && (desk->at.panel.x > 0 ? x == desk->at.divider : y == desk->at.divider);
}

static void
drag_divider(struct desk *desk, const struct input_piece *piece)
{
	int by = desk->at.panel.x > 0 ? desk->at.divider - piece->x : desk->at.divider - piece->y;

	if (by != 0)
		desk_grow_panel(desk, by);
	desk->dragging = !piece->released;
}

static bool
give_mouse(struct desk *desk, const struct input_piece *piece)
{
	static const enum vt_button buttons[] = { VT_BUTTON_LEFT, VT_BUTTON_MIDDLE, VT_BUTTON_RIGHT, VT_BUTTON_NONE };
	static const enum vt_button wheel[] = { VT_BUTTON_WHEEL_UP, VT_BUTTON_WHEEL_DOWN, VT_BUTTON_WHEEL_LEFT,
						VT_BUTTON_WHEEL_RIGHT };
	bool wheels = piece->button & BUTTON_WHEEL;
	enum vt_button button = (wheels ? wheel : buttons)[piece->button & BUTTON_MASK];
	enum vt_mouse_action action = piece->released		    ? VT_MOUSE_RELEASE :
				      piece->button & BUTTON_MOVE ? VT_MOUSE_MOVE :
								    VT_MOUSE_PRESS;
	unsigned modifiers = (piece->button & BUTTON_SHIFT ? VT_SHIFT : 0u) |
			     (piece->button & BUTTON_META ? VT_META : 0u) |
			     (piece->button & BUTTON_CTRL ? VT_CTRL : 0u);

	bool taken;

	pane_typing_begin(&desk->pane);
	taken = vt_mouse(desk->pane.vt, action, button, modifiers, piece->y - desk->at.pane.y,
			 piece->x - desk->at.pane.x);
	pane_typing_end(&desk->pane);
	return taken;
}

static void
count_press(struct desk *desk, const struct input_piece *piece)
{
	int64_t now = desk_now_us();
	bool again = desk->pressed_y == piece->y && desk->pressed_x == piece->x && now - desk->pressed_us < DOUBLE_US;

	desk->presses = again ? desk->presses + 1 : 1;
	desk->pressed_y = piece->y;
	desk->pressed_x = piece->x;
	desk->pressed_us = now;
}

/* Pressed: maybe a selection begins. Moved: it has. Released: it is copied. Twice at once a word is, thrice a line. */
static void
select_by_mouse(struct desk *desk, const struct input_piece *piece)
{
	bool moves = piece->button & BUTTON_MOVE;
	int row = piece->y - desk->at.pane.y, col = piece->x - desk->at.pane.x;

	if (!piece->released && !moves)
		count_press(desk, piece);
	if (moves || (!piece->released && desk->presses > 1)) {
		copy_begin(&desk->copy);
		if (!desk->selecting)
			copy_select(&desk->copy, desk->pressed_y - desk->at.pane.y, desk->pressed_x - desk->at.pane.x,
				    true, desk->presses == 2 ? COPY_WORD : desk->presses > 2 ? COPY_LINE : COPY_CELL);
		if (moves)
			copy_select(&desk->copy, row, col, false, COPY_CELL);
		desk->selecting = true;
	} else if (piece->released && desk->selecting) {
		desk->selecting = false;
		if (copy_take(&desk->copy))
			crossing_copied(desk);
		copy_end(&desk->copy);
	}
	desk->pane_stale = true;
}

/* What the program did not ask for is ours. */
static void
keep_mouse(struct desk *desk, const struct input_piece *piece)
{
	unsigned number = piece->button & BUTTON_MASK;

	if (piece->button & BUTTON_WHEEL) {
		if (!desk->copy.active && number == 0) {
			copy_begin(&desk->copy);
			desk->copy.by_wheel = true;
		}
		if (desk->copy.active && number < 2)
			copy_scroll(&desk->copy, number == 0 ? -WHEEL_LINES : WHEEL_LINES);
		desk->pane_stale = true;
	} else if (number == 0) {
		select_by_mouse(desk, piece);
	}
}

/* Of a button that is held: the nearest cell of the pane. */
static void
take_held(struct desk *desk, struct input_piece piece)
{
	const struct desk_part *pane = &desk->at.pane;
	int right = pane->x + desk->at.seen_columns - 1, bottom = pane->y + pane->lines - 1;

	piece.x = piece.x < pane->x ? pane->x : piece.x > right ? right : piece.x;
	piece.y = piece.y < pane->y ? pane->y : piece.y > bottom ? bottom : piece.y;
	desk->held = !piece.released;
	if (desk->copy.active || desk->selecting || !give_mouse(desk, &piece))
		keep_mouse(desk, &piece);
}

static enum desk_takes
take_mouse(struct desk *desk, const struct input_piece *piece, struct key *ret_key)
{
	bool presses = !piece->released && !(piece->button & (BUTTON_MOVE | BUTTON_WHEEL));

	/* Where its release was lost, the mouse moves without a button. */
	if (desk->held && !presses && !(piece->button & BUTTON_WHEEL) &&
	    (piece->released || (piece->button & BUTTON_MASK) != BUTTON_MASK)) {
		take_held(desk, *piece);
		return DESK_DONE;
	}
	if (!(piece->button & BUTTON_WHEEL))
		desk->held = false;
	if (desk->dragging || (presses && is_on_divider(desk, piece->y, piece->x))) {
		drag_divider(desk, piece);
		return DESK_DONE;
	}
	if (is_in(&desk->at.panel, piece->y, piece->x)) {
		*ret_key = (struct key){ .code = KEYS_UNKNOWN, .y = piece->y - desk->at.panel.y,
					 .x = piece->x - desk->at.panel.x };
		if (presses)
			desk_focus(desk, true);
		if (presses && (piece->button & BUTTON_MASK) == 0)
			ret_key->code = KEYS_CLICK;
		else if (piece->button == BUTTON_WHEEL)
			ret_key->code = KEYS_WHEEL_UP;
		else if (piece->button == (BUTTON_WHEEL | 1))
			ret_key->code = KEYS_WHEEL_DOWN;
		return ret_key->code == KEYS_UNKNOWN ? DESK_DONE : DESK_KEY;
	}
	if (is_in(&desk->at.pane, piece->y, piece->x)) {
		if (presses) {
			desk_focus(desk, false);
			desk->held = true;
		}
		if (desk->copy.active || desk->selecting || !give_mouse(desk, piece))
			keep_mouse(desk, piece);
	}
	return DESK_DONE;
}

enum desk_takes
desk_take(struct desk *desk, const struct input_piece *piece, struct key *ret_key)
{
	bool bracketed = vt_mode(desk->pane.vt, VT_MODE_PASTE);

	desk->typed = true;
	if (piece->kind == INPUT_MOUSE)
		return take_mouse(desk, piece, ret_key);
	if (piece->kind == INPUT_FOCUS) {
		if (desk->outside == piece->has_focus && !desk->in_panel)
			tell_focus(desk, piece->has_focus);
		desk->outside = !piece->has_focus;
		return DESK_DONE;
	}
	if (piece->kind == INPUT_COLOR) {
		take_color(desk, piece);
		return DESK_DONE;
	}
	if (piece->kind == INPUT_PREFIX) {
		take_prefix(desk, piece);
		return DESK_DONE;
	}
	desk->fresh_until = 0;
	if (desk_has_keys(desk))
		return DESK_BYTES;
	/* Not amid what is pasted: the answer could come there. */
	if (!desk->input.pasting)
		ask_colors(desk);
	switch (piece->kind) {
	case INPUT_CURSOR_KEY:
		type_cursor_key(desk, piece->letter);
		break;
	case INPUT_PASTE_BEGIN:
	case INPUT_PASTE_END:
		/* Brackets are for those who asked for them. */
		if (bracketed)
			type(desk, piece);
		break;
	default:
		type(desk, piece);
		break;
	}
	return DESK_DONE;
}

bool
desk_key(struct desk *desk, const struct key *key)
{
	enum copy_wish wish;

	if (desk->in_panel || !desk->copy.active)
		return false;
	desk->pane_stale = true;
	wish = copy_key(&desk->copy, key);
	if (wish == COPY_COPIED)
		crossing_copied(desk);
	else if (wish != COPY_NOTHING)
		crossing_hand(desk, wish == COPY_WHY ? "why" : "mount");
	return true;
}

void
desk_copy(struct desk *desk)
{
	desk_focus(desk, false);
	copy_begin(&desk->copy);
	desk->pane_stale = true;
}

void
desk_paste(struct desk *desk)
{
	desk_focus(desk, false);
	if (!desk->copy.text)
		return;
	pane_typing_begin(&desk->pane);
	vt_paste(desk->pane.vt, desk->copy.text, desk->copy.len);
	pane_typing_end(&desk->pane);
}

int
desk_wait_ms(const struct desk *desk)
{
	int wait = desk->pane.ended && !desk->program_ended ? CLOSED_MS : -1;

	if (desk->pane.more)
		return 0;
	return wait < 0 || (desk->wait_ms >= 0 && desk->wait_ms < wait) ? desk->wait_ms : wait;
}
