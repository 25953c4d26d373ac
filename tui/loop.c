/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspector's main loop, and scripts in its place. */
#include "config.h"

#include "tui/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "tui/desk.h"
#include "tui/screen.h"
#include "tui/view.h"

enum { POLL_KEYS, POLL_SIGNALS, POLL_MOUNTS, POLL_END, POLL_EVENTS, POLL_ANSWER, POLL_NOTICE, POLL_PANE, POLLS };

enum { SECOND_MS = 1000 };

/* As in the desk (tui/desk.c): the key that opened us, typed again so soon, is for the program. */
enum { TWICE_MS = 1000 };

/* So many events of the session between two looks at the keys. */
enum { EVENTS_AT_ONCE = 200 };

struct loop {
	struct app *app;
	struct loop_options options;
	struct keys keys;
	struct desk *desk; /* the pane and the panel; NULL: the panel is alone */
	int64_t since;	   /* ms */
	int64_t second;	   /* when it was last a second's time to look again, in ms */
	sigset_t signals;
	int signal_fd;
	int status;
};

static void
take_keys(struct loop *loop, bool flush)
{
	struct key key;

	while (!loop->app->closing && keys_next(&loop->keys, flush, &key)) {
		if (loop->options.key && key.code == loop->options.key) {
			loop->app->closing = true;
			if (clock_ms() - loop->since <= TWICE_MS)
				loop->status = LOOP_SENDS_KEY;
		} else if (!loop->desk || !desk_key(loop->desk, &key)) {
			app_key(loop->app, &key);
		}
	}
}

/* Byte by byte, since a key may give the focus back: what follows is the program's. */
static void
type_in_panel(struct loop *loop, const struct input_piece *piece, bool flush)
{
	struct input_piece rest = *piece;
	struct key key;

	while (rest.len > 0 && desk_has_keys(loop->desk)) {
		keys_feed(&loop->keys, rest.bytes, 1);
		take_keys(loop, false);
		rest.bytes++;
		rest.len--;
	}
	if (flush)
		take_keys(loop, true);
	if (rest.len > 0)
		desk_take(loop->desk, &rest, &key);
}

/* Cut up between the program in the pane and us. */
static void
take_input(struct loop *loop, const char *bytes, size_t len, bool flush)
{
	struct input_piece piece;
	struct key key;
	size_t at = 0;

	while (!loop->app->closing && input_next(&loop->desk->input, bytes, len, &at, flush, &piece)) {
		switch (desk_take(loop->desk, &piece, &key)) {
		case DESK_DONE:
			break;
		case DESK_KEY:
			loop->desk->panel_stale = true;
			app_key(loop->app, &key);
			break;
		case DESK_BYTES:
			loop->desk->panel_stale = true;
			type_in_panel(loop, &piece, flush);
			break;
		}
	}
}

/* As much as the rest of the screen can wait for. */
static void
read_input(struct loop *loop)
{
	char bytes[4096];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

	if (n > 0) {
		take_input(loop, bytes, (size_t)n, false);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		loop->app->closing = true;
		loop->status = STATUS_FAILED;
	}
}

static void
read_keys(struct loop *loop)
{
	char bytes[64];
	size_t room = keys_room(&loop->keys);
	ssize_t n = read(STDIN_FILENO, bytes, room < sizeof bytes ? room : sizeof bytes);

	if (n > 0) {
		keys_feed(&loop->keys, bytes, (size_t)n);
		take_keys(loop, false);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		/* The terminal is gone. */
		loop->app->closing = true;
		loop->status = STATUS_FAILED;
	}
}

static bool
is_pending(int number)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, number) == 1;
}

/* As soon as somebody continues us, if there is anybody: false if we were not even stopped. */
static bool
stop(int number)
{
	const struct timespec none = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	kill(getpid(), number);
	/* It is taken here, and we go on here. */
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (!is_pending(SIGCONT))
		return false;
	sigemptyset(&set);
	sigaddset(&set, SIGCONT);
	sigtimedwait(&set, NULL, &none);
	return true;
}

/*
 * Stops us, with the terminal as it was. Whoever has started us stops for that too, and with him the job that the shell
 * knows of (session/inspector.c). We may be continued in the background, where there is no terminal to be had.
 */
static void
suspend(struct loop *loop)
{
	bool stopped;

	loop->app->suspending = false;
	app_leave_screen(loop->app);
	stopped = stop(SIGTSTP);
	while (stopped && tcgetpgrp(STDIN_FILENO) != getpgrp())
		stopped = stop(SIGTTIN);
	screen_resize();
	app_enter_screen(loop->app);
}

/* Somebody had stopped us without asking: the terminal is as others have left it. */
static void
resume(struct loop *loop)
{
	if (tcgetpgrp(STDIN_FILENO) != getpgrp()) {
		loop->app->suspending = true;
		return;
	}
	app_leave_screen(loop->app);
	screen_resize();
	app_enter_screen(loop->app);
}

static void
read_signals(struct loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signal_fd, &info, sizeof info) == sizeof info) {
		switch (info.ssi_signo) {
		case SIGWINCH:
			screen_resize();
			if (loop->desk)
				desk_lay_out(loop->desk);
			break;
		case SIGTSTP:
			loop->app->suspending = true;
			break;
		case SIGCONT:
			resume(loop);
			break;
		default:
			loop->app->closing = true;
			/* The program has ended: so the manager tells. */
			loop->status = loop->desk && info.ssi_signo == SIGTERM ? 0 : 128 + (int)info.ssi_signo;
			break;
		}
	}
}

static void
read_events(struct app *app)
{
	for (int i = 0; i < EVENTS_AT_ONCE; i++) {
		_autofree_ char *event = source_event(app->source);

		if (!event)
			return;
		app_event(app, event);
	}
}

/* Until the tab is to be looked at again, in ms; -1: never. A pane that is never silent does not put it off. */
static int
time_to_second(const struct loop *loop)
{
	const struct app *app = loop->app;
	int64_t left = loop->second + SECOND_MS - clock_ms();

	if (tab_table[app->tab].refresh != REFRESH_SECOND || app->ended || app->lost)
		return -1;
	return left > 0 ? (int)left : 0;
}

static int
sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int
time_to_wait(const struct loop *loop)
{
	int wait = sooner(time_to_second(loop), app_misses_wait(loop->app));

	if (source_has_event(loop->app->source))
		return 0;
	if (loop->desk)
		wait = sooner(wait, desk_wait_ms(loop->desk));
	if (keys_wait(&loop->keys) || (loop->desk && input_waits(&loop->desk->input)))
		wait = sooner(wait, KEYS_ESCAPE_MS);
	return wait;
}

/* What the manager says: how the program has failed. */
static void
read_notice(struct loop *loop)
{
	char words[4096];
	ssize_t n = read(loop->options.notice, words, sizeof words - 1);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	close(take_fd(&loop->options.notice));
	/* At its end without a word it is only closed. */
	if (n <= 0)
		return;
	words[n] = '\0';
	if (loop->desk)
		desk_program_ended(loop->desk, words);
	app_program_ended(loop->app, words);
}

/* Everything but keys and the pane. */
static void
take_changes(struct loop *loop, const struct pollfd *fds)
{
	struct app *app = loop->app;
	bool second = time_to_second(loop) == 0, misses = false;
	bool events = fds[POLL_EVENTS].revents || source_has_event(app->source);

	/* Before something else is asked for, which would throw it away. */
	if (fds[POLL_ANSWER].revents)
		app_answered(app);
	if (second) {
		loop->second = clock_ms();
		app_second(app);
	}
	if (fds[POLL_SIGNALS].revents)
		read_signals(loop);
	if (events)
		read_events(app);
	if (source_lost_events(app->source))
		app_lost(app);
	if (app_misses_wait(app) == 0) {
		app_misses_due(app);
		misses = true;
	}
	if (fds[POLL_MOUNTS].revents)
		app_mounts_changed(app);
	if (fds[POLL_END].revents)
		app_ended(app);
	if (fds[POLL_NOTICE].revents)
		read_notice(loop);
	/* The manager waits for us to end its session. */
	if (app->ended && loop->options.managed)
		app->closing = true;
	if (loop->desk && (second || misses || events || fds[POLL_ANSWER].revents || fds[POLL_NOTICE].revents ||
			   fds[POLL_SIGNALS].revents || fds[POLL_MOUNTS].revents))
		loop->desk->panel_stale = true;
}

static void
flush_keys(struct loop *loop)
{
	if (loop->desk && input_waits(&loop->desk->input))
		take_input(loop, NULL, 0, true);
	else
		take_keys(loop, true);
}

static void
wait_once(struct loop *loop)
{
	struct app *app = loop->app;
	struct pollfd fds[POLLS] = {
		[POLL_KEYS] = { .fd = STDIN_FILENO, .events = POLLIN },
		[POLL_SIGNALS] = { .fd = loop->signal_fd, .events = POLLIN },
		[POLL_MOUNTS] = { .fd = app->ended ? -1 : source_mounts_fd(app->source), .events = POLLPRI },
		[POLL_END] = { .fd = app->ended ? -1 : source_end_fd(app->source), .events = POLLIN },
		[POLL_EVENTS] = { .fd = app->ended ? -1 : source_events_fd(app->source), .events = POLLIN },
		[POLL_ANSWER] = { .fd = app->ended ? -1 : source_answer_fd(app->source), .events = POLLIN },
		[POLL_NOTICE] = { .fd = loop->options.notice, .events = POLLIN },
		[POLL_PANE] = { .fd = -1 },
	};
	bool waited = keys_wait(&loop->keys) || (loop->desk && input_waits(&loop->desk->input));

	if (loop->desk)
		desk_poll(loop->desk, &fds[POLL_PANE]);
	if (poll(fds, POLLS, time_to_wait(loop)) < 0)
		return;
	if (waited && !fds[POLL_KEYS].revents && !source_has_event(app->source))
		flush_keys(loop);
	take_changes(loop, fds);
	if (fds[POLL_KEYS].revents && loop->desk)
		read_input(loop);
	else if (fds[POLL_KEYS].revents)
		read_keys(loop);
	if (loop->desk)
		desk_move_bytes(loop->desk, fds[POLL_PANE].revents);
}

/* What the manager had read already when it saw the key. */
static void
take_typed(struct loop *loop, const char *hex)
{
	unsigned byte;

	for (; hex && sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		char c = (char)byte;

		keys_feed(&loop->keys, &c, 1);
		take_keys(loop, false);
		if (!hex[1])
			return;
	}
}

/* The keys of the panel are cut out of the pane's. */
static void
open_desk(struct loop *loop, struct desk *desk)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (loop->options.pane < 0)
		return;
	if (desk_open(desk, loop->app, loop->options.pane, (char)loop->options.key, &err) < 0) {
		app_say_error(loop->app, &err);
		return;
	}
	loop->options.key = 0;
	loop->app->desk = loop->desk = desk;
}

static void
close_desk(struct loop *loop, char **ret_last)
{
	*ret_last = NULL;
	if (!loop->desk)
		return;
	*ret_last = desk_last_text(loop->desk);
	desk_release(loop->desk);
	loop->app->desk = loop->desk = NULL;
	screen_whole();
}

static void
draw(struct loop *loop)
{
	if (loop->desk)
		desk_draw(loop->desk);
	else
		view_draw(loop->app);
}

int
loop_run(struct app *app, const struct loop_options *options, char **ret_last)
{
	struct loop loop = { .app = app, .options = *options, .since = clock_ms(), .second = clock_ms() };
	struct desk desk;

	keys_init(&loop.keys);
	sigemptyset(&loop.signals);
	sigaddset(&loop.signals, SIGWINCH);
	sigaddset(&loop.signals, SIGTSTP);
	sigaddset(&loop.signals, SIGTTIN);
	sigaddset(&loop.signals, SIGCONT);
	sigaddset(&loop.signals, SIGTERM);
	sigaddset(&loop.signals, SIGHUP);
	sigaddset(&loop.signals, SIGINT);
	sigaddset(&loop.signals, SIGQUIT);
	sigprocmask(SIG_BLOCK, &loop.signals, NULL);
	loop.signal_fd = signalfd(-1, &loop.signals, SFD_CLOEXEC | SFD_NONBLOCK);
	/* Its size may have changed before anybody looked. */
	screen_resize();
	open_desk(&loop, &desk);
	/* Something is seen before all is known. */
	draw(&loop);
	app_complete(app);
	if (loop.desk)
		desk.panel_stale = true;
	take_typed(&loop, options->typed);
	while (!app->closing && loop.signal_fd >= 0) {
		if (app->suspending)
			suspend(&loop);
		draw(&loop);
		wait_once(&loop);
	}
	close_desk(&loop, ret_last);
	if (loop.signal_fd >= 0)
		close(loop.signal_fd);
	keys_release(&loop.keys);
	return loop.status;
}

/* --- scripts --- */

static const struct {
	const char *name, *bytes;
} sequences[] = {
	{ "up", "\033[A" },	  { "down", "\033[B" },	     { "right", "\033[C" },  { "left", "\033[D" },
	{ "home", "\033[H" },	  { "end", "\033[F" },	     { "insert", "\033[2~" }, { "delete", "\033[3~" },
	{ "page-up", "\033[5~" }, { "page-down", "\033[6~" }, { "back-tab", "\033[Z" }, { "f1", "\033OP" },
	{ "f10", "\033[21~" },
	{ "escape", "\033" },	  { "tab", "\t" },	     { "enter", "\r" },	     { "space", " " },
	{ "backspace", "\177" },
};

static void
feed(struct loop *loop, const char *bytes, size_t len)
{
	/* Once it closes no key is taken any more. */
	while (len > 0 && !loop->app->closing) {
		size_t room = keys_room(&loop->keys), n = len < room ? len : room;

		keys_feed(&loop->keys, bytes, n);
		take_keys(loop, false);
		bytes += n;
		len -= n;
	}
	take_keys(loop, true);
	view_draw(loop->app);
}

static int
play_word(struct loop *loop, const char *word, struct error *err)
{
	bool alt;
	uint32_t code;
	char byte;

	for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
		if (strcmp(sequences[i].name, word) == 0) {
			feed(loop, sequences[i].bytes, strlen(sequences[i].bytes));
			return 0;
		}
	}
	code = keys_parse(word, &alt);
	if (code == 0 || code >= 128 || alt)
		return error_set(err, 0, "'%s' is no key", word);
	byte = (char)code;
	feed(loop, &byte, 1);
	return 0;
}

static int
play_line(struct loop *loop, char *line, struct error *err)
{
	line[strcspn(line, "\n")] = '\0';
	if (line[0] == ':') {
		app_run(loop->app, line);
		view_draw(loop->app);
		return 0;
	}
	while (*(line += strspn(line, " "))) {
		const char *stop = *line == '"' ? "\"" : " ";
		char *word = line + (*line == '"');
		size_t len = strcspn(word, stop);
		bool is_text = *line == '"';
		int r = 0;

		line = word + len + (word[len] != '\0');
		word[len] = '\0';
		if (is_text)
			feed(loop, word, len);
		else
			r = play_word(loop, word, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int
loop_play(struct app *app, const char *path, struct error *err)
{
	struct loop loop = { .app = app, .signal_fd = -1 };
	_autofclose_ FILE *f = fopen(path, "re");
	_autofree_ char *line = NULL;
	size_t cap = 0;
	int r = 0;

	if (!f)
		return error_set(err, errno, "cannot read '%s'", path);
	keys_init(&loop.keys);
	app_complete(app);
	view_draw(app);
	while (r == 0 && !app->closing && getline(&line, &cap, f) > 0)
		r = line[0] == '#' ? 0 : play_line(&loop, line, err);
	keys_release(&loop.keys);
	return r;
}
