/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a terminal sends, cut up only as far as is needed to tell for whom it is: a program in the pane gets its bytes
 * as they came, but for a few keys that this terminal sends otherwise than xterm. Clicks, focus, the ends of pastes and
 * cursor keys are told apart, since what they are for a program depends on its place and on the modes that it has set.
 *
 * Whoever sits at the terminal is trusted, its bytes are not: all lengths are bounded.
 */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum input_kind {
	INPUT_BYTES,	   /* typed; complete sequences, but maybe more than one key */
	INPUT_PASTED,	   /* a part of a paste */
	INPUT_PASTE_BEGIN,
	INPUT_PASTE_END,
	INPUT_PREFIX,	   /* the key that the pane does not get */
	INPUT_CURSOR_KEY,
	INPUT_MOUSE,
	INPUT_FOCUS,
	INPUT_COLOR,	   /* the terminal's answer to OSC 10 or 11 */
};

struct input_piece {
	enum input_kind kind;
	const char *bytes; /* as they came. Valid until the next call */
	size_t len;
	char letter;	   /* of a cursor key: A to D, F, H */
	unsigned button;   /* of the mouse, as xterm numbers it: with modifiers, moves and wheel */
	bool released;
	int x, y;	   /* from 0 */
	bool has_focus;
	int color;	   /* 10 or 11 */
	uint32_t rgb;
};

enum { INPUT_PENDING = 64 };

struct input {
	char prefix; /* 0: none */
	bool pasting;
	int colors;  /* answers of INPUT_COLOR that are expected: without them Esc ] is a key */
	char pending[INPUT_PENDING];
	size_t len;
	size_t used; /* of pending, by the last piece */
};

/*
 * The next piece of bytes of which *at are used already. False: there is none that is complete; what there is of it is
 * kept. `flush`: nothing more has come for a while, so an Esc is an Esc.
 */
bool input_next(struct input *input, const char *bytes, size_t len, size_t *at, bool flush, struct input_piece *ret);

/* True if something incomplete is kept that time will complete. */
static inline bool
input_waits(const struct input *input)
{
	return input->len > input->used && !input->pasting;
}

#endif
