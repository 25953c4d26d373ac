/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line from the user, through readline, while something else is watched. */
#include "config.h"

#include "tui/lineedit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Readline's callbacks are given nothing: there is one editor in a program. */
static struct {
	int signals;
	sigset_t mask, before;
	int killed_by;
	lineedit_complete *complete;
	const struct complete_source *source;
	const struct lineedit_aside *aside;
	struct complete last; /* what the list on the screen is made of */
	char *line;
	bool given;
} editor = { .signals = -1 };

static void
take_line(char *line)
{
	editor.line = line;
	editor.given = true;
	rl_callback_handler_remove();
}

/* Readline takes the line from its beginning as the word to complete, so each match begins with what stands before. */
static char *
whole_line(const char *text)
{
	return text_format("%.*s%s", (int)editor.last.at, rl_line_buffer, text);
}

static char **
attempt(const char *text, int start, int end)
{
	const struct complete *last = &editor.last;
	_autofree_ char *common = NULL;
	char **matches;
	size_t cap = 0, n = 0;

	(void)text;
	(void)start;
	rl_attempted_completion_over = 1; /* no file names of readline's own */
	rl_completion_append_character = '\0';
	complete_release(&editor.last);
	editor.complete(rl_line_buffer, (size_t)end, editor.source, &editor.last);
	if (last->matches_len == 0)
		return NULL;
	matches = array_grow(NULL, &cap, last->matches_len + 2, sizeof *matches);
	common = complete_common(last);
	matches[n++] = whole_line(common);
	if (last->matches_len == 1 && !last->matches[0].open)
		rl_completion_append_character = ' ';
	for (size_t i = 0; last->matches_len > 1 && i < last->matches_len; i++)
		matches[n++] = whole_line(last->matches[i].text);
	matches[n] = NULL;
	return matches;
}

/* The list below the line: the names alone. */
static void
show_matches(char **matches, int len, int longest)
{
	size_t cap = 0, widest = 0;
	_autofree_ char **shown = array_grow(NULL, &cap, (size_t)len + 2, sizeof *shown);

	(void)longest;
	if ((size_t)len > editor.last.matches_len)
		return;
	shown[0] = matches[0];
	for (size_t i = 0; i < (size_t)len; i++) {
		shown[i + 1] = editor.last.matches[i].shown;
		if (strlen(shown[i + 1]) > widest)
			widest = strlen(shown[i + 1]);
	}
	shown[len + 1] = NULL;
	rl_display_match_list(shown, len, (int)widest);
	rl_forced_update_display();
}

static void
set_up_readline(void)
{
	rl_readline_name = "isolate";
	rl_attempted_completion_function = attempt;
	rl_completion_display_matches_hook = show_matches;
	rl_basic_word_break_characters = "";
	rl_completer_word_break_characters = (char *)"";
	rl_completer_quote_characters = NULL;
	rl_sort_completion_matches = 0;
	rl_ignore_completion_duplicates = 0;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	using_history();
	stifle_history(HISTORY_LINES);
}

int
lineedit_init(const struct history *history)
{
	static const int taken[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP };

	sigemptyset(&editor.mask);
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		sigaddset(&editor.mask, taken[i]);
	editor.signals = signalfd(-1, &editor.mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (editor.signals < 0)
		return -errno;
	sigprocmask(SIG_BLOCK, &editor.mask, &editor.before);
	set_up_readline();
	for (size_t i = 0; i < history->len; i++)
		add_history(history->lines[i]);
	return 0;
}

void
lineedit_release(void)
{
	if (editor.signals < 0)
		return;
	complete_release(&editor.last);
	clear_history();
	close(editor.signals);
	editor.signals = -1;
	sigprocmask(SIG_SETMASK, &editor.before, NULL);
}

void
lineedit_remember(const char *line)
{
	for (int i = 0; i < history_length; i++) {
		HIST_ENTRY *entry = history_get(history_base + i);

		if (!entry || strcmp(entry->line, line) != 0)
			continue;
		free_history_entry(remove_history(i));
		break;
	}
	add_history(line);
}

int
lineedit_signals(void)
{
	return editor.signals;
}

int
lineedit_signal(void)
{
	struct signalfd_siginfo info;

	if (read(editor.signals, &info, sizeof info) != sizeof info)
		return 0;
	if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP)
		editor.killed_by = (int)info.ssi_signo;
	return (int)info.ssi_signo;
}

void
lineedit_leave(void)
{
	sigprocmask(SIG_SETMASK, &editor.before, NULL);
}

void
lineedit_return(void)
{
	sigprocmask(SIG_BLOCK, &editor.mask, NULL);
}

void
lineedit_die(void)
{
	lineedit_release();
	signal(editor.killed_by, SIG_DFL);
	raise(editor.killed_by);
	_exit(128 + editor.killed_by);
}

/* Takes a signal while a line is edited. True: *ret is to be returned. */
static bool
take_signal(enum line_event *ret)
{
	switch (lineedit_signal()) {
	case SIGINT:
		*ret = LINE_INTERRUPTED;
		return true;
	case SIGTERM:
	case SIGHUP:
		*ret = LINE_KILLED;
		return true;
	case SIGWINCH:
		rl_resize_terminal();
		return false;
	case SIGTSTP:
		/* The terminal has to be the shell's own again while we are stopped. */
		rl_deprep_terminal();
		raise(SIGSTOP);
		rl_prep_terminal(1);
		rl_resize_terminal();
		rl_forced_update_display();
		return false;
	default:
		return false;
	}
}

/* Leaves the line that is being edited as it stands on the screen. */
static void
abandon(void)
{
	rl_callback_sigcleanup();
	/* Its changes belong to a line of the history as well, and would be freed twice. */
	rl_free_line_state();
	rl_callback_handler_remove();
	fputc('\n', rl_outstream);
	fflush(rl_outstream);
}

void
lineedit_set_aside(const struct lineedit_aside *aside)
{
	editor.aside = aside;
}

int
lineedit_columns(void)
{
	int lines, columns;

	rl_get_screen_size(&lines, &columns);
	return columns > 0 ? columns : 80;
}

/* The line is taken from the screen, and put back below what is said. */
static void
take_aside(void)
{
	_autofree_ char *text = editor.aside ? editor.aside->take(editor.aside->arg) : NULL;

	if (!text)
		return;
	rl_clear_visible_line();
	fputs(text, rl_outstream);
	fflush(rl_outstream);
	rl_on_new_line();
	rl_redisplay();
}

enum line_event
lineedit_ask(const char *prompt, lineedit_complete *complete, const struct complete_source *source, int watched,
	     char **ret)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = editor.signals, .events = POLLIN },
				{ .fd = watched, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
	enum line_event event;

	editor.complete = complete;
	editor.source = source;
	editor.given = false;
	history_forget_changes();
	rl_callback_handler_install(prompt, take_line);
	for (;;) {
		fds[3].fd = editor.aside ? editor.aside->fd : -1;
		/* What came with what was read before is not told of by the descriptor. */
		if (fds[3].fd >= 0)
			take_aside();
		if (poll(fds, sizeof fds / sizeof fds[0], -1) < 0) {
			if (errno == EINTR)
				continue;
			event = LINE_END;
			break;
		}
		if (fds[1].revents) {
			if (take_signal(&event))
				break;
			continue;
		}
		if (fds[2].revents) {
			event = LINE_WATCHED;
			break;
		}
		if (!fds[0].revents)
			continue;
		rl_callback_read_char();
		if (!editor.given)
			continue;
		*ret = editor.line;
		if (!editor.line)
			fputc('\n', rl_outstream);
		return editor.line ? LINE_GIVEN : LINE_END;
	}
	abandon();
	return event;
}
