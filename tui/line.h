/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line that is being typed, edited by GNU readline as the user's inputrc says, and drawn by us. readline gets
 * complete keys (single bytes of a sequence would set off its timers), never touches the terminal, and gets no pastes:
 * those are put in as they are, so that a line break in one does not send the line.
 *
 * There is one such line at a time, as there is one readline.
 */
#ifndef TUI_LINE_H
#define TUI_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/complete.h"
#include "tui/history.h"
#include "tui/keys.h"
#include "tui/theme.h"

enum line_state { LINE_EDITING, LINE_DONE, LINE_CANCELLED };

/* What the text before byte `cursor` could go on with. */
typedef void line_completer(void *arg, const char *text, size_t cursor, struct complete *ret);

/* Before the screen is opened: readline asks for the terminal's description too. `history`: what Up leads to. */
void line_init(const struct history *history);

/* `complete` may be NULL. With `history` the line is remembered, and older ones can be had. */
void line_open(const char *prompt, const char *text, line_completer *complete, void *arg, bool history);
enum line_state line_key(const struct key *key);
void line_close(void);

/* The text as it is at the moment. Valid until the next call. */
const char *line_text(void);

/* True while a list of completions is open: Up and Down are for that. */
bool line_lists(void);

/* The name of the key that gives the line up: in vi's way of editing Esc has another meaning while one inserts. */
const char *line_cancel_key(void);

/* Draws prompt and text, and puts the cursor where the next character goes. */
void line_draw(int y, int x, int width, enum role role);

/*
 * Draws the list of completions, if there is one, above line y, or below, up to line `bottom`, where there is more
 * room.
 */
void line_draw_matches(int y, int x, int bottom);

#endif
