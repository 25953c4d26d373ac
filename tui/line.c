/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line that is being typed: readline behind our keys and our screen. */
#include "config.h"

#include "tui/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/screen.h"

static struct {
	bool open, history;
	enum line_state state;
	char *result; /* of a line that is done */
	char queue[64];
	size_t queue_at, queue_len;
	line_completer *complete;
	void *arg;
	struct complete matches; /* of `before`, while the list is open */
	bool listed;
	long choice;  /* of matches; -1: none yet */
	char *before; /* the line when the list was made */
	int first;    /* of the matches drawn */
	int skip;     /* columns of a long line that are left of what is drawn */
} line;

/* The bytes of one key; at its end readline is told that the key goes no further. */
static int
next_byte(FILE *f)
{
	(void)f;
	return line.queue_at < line.queue_len ? (unsigned char)line.queue[line.queue_at++] : EOF;
}

static int
has_byte(void)
{
	return line.queue_at < line.queue_len;
}

static void
draw_nothing(void)
{
}

/* Its own commands for completion (M-*) know file names of another place than those that are meant. */
static char *
complete_nothing(const char *text, int state)
{
	(void)text;
	(void)state;
	return NULL;
}

/*
 * A line that is given up leaves nothing behind: no search that the next line would go on with, and no list of changes,
 * which belongs to a line of the history as well and would be freed twice.
 */
static void
give_up(void)
{
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_callback_handler_remove();
}

static void
line_ended(char *text)
{
	rl_callback_handler_remove();
	line.state = text ? LINE_DONE : LINE_CANCELLED;
	free(line.result);
	line.result = text;
}

void
line_init(const struct history *history)
{
	rl_readline_name = "isolate";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_getc_function = next_byte;
	rl_input_available_hook = has_byte;
	rl_redisplay_function = draw_nothing;
	rl_completion_entry_function = complete_nothing;
	rl_instream = stdin;
	rl_outstream = fopen("/dev/null", "we");
	rl_initialize();
	/* What is offered comes from us, and is drawn by us. */
	rl_bind_key('\t', rl_insert);
	using_history();
	stifle_history(HISTORY_LINES);
	for (size_t i = 0; i < history->len; i++)
		add_history(history->lines[i]);
}

static void
close_list(void)
{
	if (line.listed)
		complete_release(&line.matches);
	free(line.before);
	line.before = NULL;
	line.listed = false;
	line.choice = -1;
}

void
line_open(const char *prompt, const char *text, line_completer *complete, void *arg, bool history)
{
	line_close();
	line.open = true;
	line.history = history;
	line.state = LINE_EDITING;
	line.complete = complete;
	line.arg = arg;
	line.choice = -1;
	line.skip = 0;
	history_forget_changes();
	rl_callback_handler_install(prompt, line_ended);
	rl_insert_text(text);
}

void
line_close(void)
{
	close_list();
	if (line.open && line.state == LINE_EDITING)
		give_up();
	free(line.result);
	line.result = NULL;
	line.open = false;
}

const char *
line_text(void)
{
	if (!line.open)
		return "";
	return line.state == LINE_EDITING ? rl_line_buffer : line.result ? line.result : "";
}

bool
line_lists(void)
{
	return line.open && line.listed;
}

/* In vi's way of editing Esc has another meaning while one inserts. */
static bool
escape_inserts(void)
{
	return rl_editing_mode == 0 && rl_get_keymap() == rl_get_keymap_by_name("vi-insert");
}

/* It ends a search through the history as well, and leaves what that has found in the line. */
static bool
escape_is_readlines(void)
{
	return escape_inserts() || RL_ISSTATE(RL_STATE_ISEARCH);
}

const char *
line_cancel_key(void)
{
	return line.open && escape_is_readlines() ? "Ctrl-C" : "Esc";
}

/* One change, which can be undone as any other. */
static void
replace_text(const char *text, size_t cursor)
{
	rl_begin_undo_group();
	rl_delete_text(0, rl_end);
	rl_point = 0;
	rl_insert_text(text);
	rl_end_undo_group();
	rl_point = (int)cursor;
}

/* The match takes the place of what was completed. */
static void
put_match(const char *match)
{
	const struct complete *matches = &line.matches;
	size_t at = matches->at;
	_autofree_ char *head = text_ndup(line.before, at);
	_autofree_ char *text = text_format("%s%s%s", head, match, line.before + at + matches->len);

	replace_text(text, at + strlen(match));
}

static void
choose(long by)
{
	long n = (long)line.matches.matches_len;

	line.choice = line.choice < 0 && by < 0 ? n - 1 : (line.choice + by + n) % n;
	put_match(line.matches.matches[line.choice].text);
}

static void
complete_now(void)
{
	_autofree_ char *common = NULL;
	const struct complete *matches = &line.matches;
	size_t cursor = (size_t)rl_point;

	if (line.listed) {
		choose(1);
		return;
	}
	if (!line.complete)
		return;
	line.complete(line.arg, rl_line_buffer, cursor, &line.matches);
	line.before = text_dup(rl_line_buffer);
	line.listed = true;
	line.first = 0;
	if (matches->matches_len == 0) {
		screen_beep();
	} else if (matches->matches_len == 1) {
		const struct complete_match *match = &matches->matches[0];
		_autofree_ char *whole = text_format("%s%s", match->text, match->open ? "" : " ");

		put_match(whole);
	} else {
		common = complete_common(matches);
		if (strlen(common) <= matches->len)
			return;
		put_match(common);
	}
	close_list();
}

/* Keys that are for the list while it is open. True if it was one. */
static bool
list_key(const struct key *key)
{
	if (!line.listed)
		return false;
	switch (key->code) {
	case KEYS_DOWN:
		choose(1);
		return true;
	case KEYS_UP:
	case KEYS_BACK_TAB:
		choose(-1);
		return true;
	case KEYS_ESCAPE:
		replace_text(line.before, line.matches.at + line.matches.len);
		close_list();
		return true;
	case '\r':
		if (line.choice < 0)
			break;
		close_list();
		return true;
	default:
		break;
	}
	close_list();
	return false;
}

static void
paste(const struct key *key)
{
	_autofree_ char *text = text_ndup(key->bytes, key->len);

	for (char *p = text; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	rl_insert_text(text);
}

enum line_state
line_key(const struct key *key)
{
	if (line.state != LINE_EDITING)
		return line.state;
	if (key->code == '\t') {
		complete_now();
		return line.state;
	}
	if (list_key(key))
		return line.state;
	if (key->code == 3 || (key->code == KEYS_ESCAPE && !escape_is_readlines())) {
		give_up();
		return line.state = LINE_CANCELLED;
	}
	if (key->code == KEYS_PASTE) {
		paste(key);
		return line.state;
	}
	if (key->code == KEYS_CLICK || key->code == KEYS_WHEEL_UP || key->code == KEYS_WHEEL_DOWN ||
	    key->len > sizeof line.queue)
		return line.state;
	/* Backspace where there is nothing takes one back to where one was, as in vi and less. */
	if (key->code == 127 && rl_end == 0) {
		give_up();
		return line.state = LINE_CANCELLED;
	}
	memcpy(line.queue, key->bytes, key->len);
	line.queue_len = key->len;
	line.queue_at = 0;
	while (line.queue_at < line.queue_len && line.state == LINE_EDITING)
		rl_callback_read_char();
	if (line.state == LINE_DONE && line.history && line.result[0])
		add_history(line.result);
	return line.state;
}

/*
 * Of a line of `all` columns, those that are drawn in `room`: the cursor moves within them as long as it can, and the
 * place behind the end is one of them.
 */
static void
scroll_to(int cursor, int all, int room)
{
	int least = cursor - room + 1, most = all - room + 1;

	if (cursor < line.skip + (line.skip > 0))
		line.skip = cursor - room / 3;
	line.skip = line.skip < most ? line.skip : most;
	line.skip = line.skip > least ? line.skip : least;
	line.skip = line.skip > 0 ? line.skip : 0;
}

void
line_draw(int y, int x, int width, enum role role)
{
	const char *prompt = rl_display_prompt ? rl_display_prompt : "";
	int prompt_width = screen_width(prompt, strlen(prompt)), before, all, room;

	screen_fill(y, x, width, role);
	if (line.state != LINE_EDITING || !line.open)
		return;
	if (prompt_width >= width)
		prompt_width = 0;
	else
		screen_text(y, x, width, role, prompt);
	before = screen_width(rl_line_buffer, (size_t)rl_point);
	room = width - prompt_width;
	all = screen_width(rl_line_buffer, strlen(rl_line_buffer));
	scroll_to(before, all, room);
	screen_text_from(y, x + prompt_width, room, role, rl_line_buffer, line.skip);
	/* Signs that it goes on, where there is room for them. */
	if (line.skip > 0 && room > 2 && before > line.skip)
		screen_text(y, x + prompt_width, 1, role, screen_ellipsis());
	if (all - line.skip > room && room > 2 && before < line.skip + room - 1)
		screen_text(y, x + width - 1, 1, role, screen_ellipsis());
	screen_cursor(y, x + prompt_width + before - line.skip);
}

/* LIST_FRAMED: with so many lines there is room for a frame, which tells the list from what is below it. */
enum { LIST_LINES = 10, LIST_FRAMED = 6 };

void
line_draw_matches(int y, int x, int bottom)
{
	const struct complete *matches = &line.matches;
	int n = line.listed ? (int)matches->matches_len : 0, width = 0, above = y, below = bottom - y - 1;
	int height, top, room = above > below ? above : below, frame = room >= LIST_FRAMED ? 1 : 0;

	if (n == 0 || room < 1)
		return;
	height = n < LIST_LINES ? n : LIST_LINES;
	height = height < room - 2 * frame ? height : room - 2 * frame;
	for (int i = 0; i < n; i++) {
		int w = screen_width(matches->matches[i].shown, strlen(matches->matches[i].shown));

		width = w > width ? w : width;
	}
	/* With a place for the sign that there are more. */
	width += n > height ? 3 : 2;
	width = width < screen_columns() - 2 * frame ? width : screen_columns() - 2 * frame;
	/* The matches stand below what they would take the place of, as far as there is room. */
	x = x + width + frame > screen_columns() ? screen_columns() - width - frame : x > frame ? x : frame;
	top = above > below ? y - height - frame : y + 1 + frame;
	if (frame)
		screen_box(top - 1, x - 1, height + 2, width + 2, NULL, ROLE_NORMAL);
	if (line.choice >= 0 && (int)line.choice < line.first)
		line.first = (int)line.choice;
	if ((int)line.choice >= line.first + height)
		line.first = (int)line.choice - height + 1;
	for (int i = 0; i < height; i++) {
		enum role role = line.first + i == (int)line.choice ? ROLE_CHOICE :
				 frame                                ? ROLE_NORMAL :
									ROLE_HEADER;

		/* Without a frame nothing else stands in these lines. */
		if (!frame)
			screen_fill(top + i, 0, screen_columns(), ROLE_NORMAL);
		screen_fill(top + i, x, width, role);
		screen_text(top + i, x + 1, width - (n > height ? 3 : 2), role, matches->matches[line.first + i].shown);
		if ((i == 0 && line.first > 0) || (i == height - 1 && line.first + height < n))
			screen_text(top + i, x + width - 1, 1, role, screen_ellipsis());
	}
}
