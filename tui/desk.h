/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program's pane and the inspector's panel, side by side on one screen: who has the keys, where each of them is,
 * and when what is drawn.
 *
 * Keys. One of the two has the focus. The prefix key takes it to the panel, and back; typed twice in a row it is itself
 * for the program. A click gives the focus to what is clicked on. Everything else that is typed while the pane has it
 * is the program's, byte for byte.
 *
 * Drawing. What a key has brought about is drawn as soon as the program has no more to say, so that an echo waits for
 * nothing. A program that goes on writing is drawn once in FRAME_MS, whatever it writes, and reads of its output take
 * turns with the keys and the panel. While nothing happens nothing wakes us.
 */
#ifndef TUI_DESK_H
#define TUI_DESK_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "tui/app.h"
#include "tui/copy.h"
#include "tui/input.h"
#include "tui/keys.h"
#include "tui/desk_layout.h"
#include "tui/pane.h"

struct desk {
	struct app *app;
	struct pane pane;
	struct input input;
	enum desk_place place; /* of the panel */
	bool zoomed;	       /* the panel, while it has the focus */
	int share;	       /* of the panel, in percent; 0: as it suits the screen */
	bool in_panel;	       /* the panel has the focus */
	int64_t fresh_until;   /* ... by the prefix key, and nothing was typed since: us of desk_now_us(); 0: not */
	bool outside;	       /* the window has no focus */
	bool dragging;	       /* the divider */
	struct copy copy;      /* looking back in the pane */
	bool program_ended;    /* and nobody will write any more */
	bool selecting;	       /* by the mouse */
	bool held;	       /* a button, pressed in the pane: until it is released the mouse is the pane's */
	int pressed_y, pressed_x, presses; /* where last, and how often at once */
	int64_t pressed_us;

	struct desk_layout at; /* where things are */
	int waiting_line;      /* of the pane, in which it stands that calls wait; -1: none */

	/* What is to be drawn, and when. */
	bool panel_stale, pane_stale, all_stale, typed;
	unsigned colors;      /* screen_colors_lost() when it was drawn */
	int64_t last_us, refill_us, sync_us;
	int credit;
	int wait_ms; /* until something is due; -1: nothing is */

	/* Its default colours. */
	int64_t asked_us; /* when it was asked for them; 0: it was not */
	uint32_t fg, bg;

	/* What the terminal was told. */
	int told_shape;
	bool told_moves, told_keypad;
};

/* What became of a piece of input. */
enum desk_takes {
	DESK_DONE,
	DESK_BYTES, /* its bytes are the panel's */
	DESK_KEY,   /* *ret_key is the panel's */
};

/* The screen is open. `fd`: the program's terminal. 0, or negative with err filled. */
int desk_open(struct desk *desk, struct app *app, int fd, char prefix, struct error *err);
void desk_release(struct desk *desk);

/* The terminal is given away, and is ours again: all is told and drawn anew. */
void desk_leave(struct desk *desk);
void desk_enter(struct desk *desk);

/* The screen has another size, or the panel another place: everything finds its own anew. */
void desk_lay_out(struct desk *desk);

/* For poll(2). */
void desk_poll(const struct desk *desk, struct pollfd *ret);
int desk_wait_ms(const struct desk *desk); /* -1: nothing is to be done without an event */

/* After it: reads and writes what there is. */
void desk_move_bytes(struct desk *desk, short revents);

enum desk_takes desk_take(struct desk *desk, const struct input_piece *piece, struct key *ret_key);

/* What is typed is not the program's now: it is the panel's, or for looking back. */
static inline bool
desk_has_keys(const struct desk *desk)
{
	return desk->in_panel || desk->copy.active;
}

/* A key of the panel or of looking back. True: it was one of the latter. */
bool desk_key(struct desk *desk, const struct key *key);

/* As many calls wait as the app knows: that is seen in the pane where the panel is not. */
void desk_waiting_changed(struct desk *desk);

/*
 * The program has failed, as `words` say, which are shown below what it wrote, and nobody else will write there. The
 * panel has the keys.
 */
void desk_program_ended(struct desk *desk, const char *words);

/* Who gets the keys. */
void desk_focus(struct desk *desk, bool in_panel);

void desk_place_panel(struct desk *desk, enum desk_place place);

/* Over all of the screen while it has the focus, or no more: the program keeps the size that it has. */
void desk_zoom_panel(struct desk *desk);

/* So many percent of the screen; so many columns or lines more. */
void desk_share_panel(struct desk *desk, int percent);
void desk_grow_panel(struct desk *desk, int columns);

/* What was copied last, typed into the pane. */
void desk_paste(struct desk *desk);

/* Begins to look back. */
void desk_copy(struct desk *desk);

/* Draws what is due. */
void desk_draw(struct desk *desk);
void desk_draw_all(struct desk *desk);

/* Takes what the program wrote last; then the text of its screen, for the caller to free, or NULL. */
char *desk_last_text(struct desk *desk);

/* The clock that all of it goes by. */
int64_t desk_now_us(void);

#endif
