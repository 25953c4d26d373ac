/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspector: what keys and events do to what is shown. */
#include "config.h"

#include "tui/app.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "cmd/table.h"
#include "tui/actions.h"
#include "tui/answer.h"
#include "tui/desk.h"
#include "tui/line.h"
#include "tui/screen.h"
#include "tui/view.h"

void
app_say(struct app *app, bool is_error, const char *fmt, ...)
{
	va_list ap;

	free(app->message);
	va_start(ap, fmt);
	app->message = text_vformat(fmt, ap);
	va_end(ap);
	app->message_is_error = is_error;
}

void
app_say_error(struct app *app, const struct error *err)
{
	if (err->hint)
		app_say(app, true, "%s (%s)", err->message, err->hint);
	else
		app_say(app, true, "%s", err->message);
}

struct sheet *
app_sheet(struct app *app, const char *title)
{
	sheet_begin(&app->sheet, title);
	app->mode = MODE_TEXT;
	return &app->sheet;
}

void
app_restyle(struct app *app)
{
	memcpy(app->styles, app->settings.themes[app->settings.theme].styles, sizeof app->styles);
	screen_restyle();
}

void
app_leave_screen(struct app *app)
{
	if (app->desk)
		desk_leave(app->desk);
	screen_leave();
}

void
app_enter_screen(struct app *app)
{
	screen_enter();
	if (app->desk)
		desk_enter(app->desk);
}

/* --- what is shown --- */

/* Negative: there is no answer, and the message line has why. */
static int
ask(struct app *app, const char *command, struct said *said)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (source_run(app->source, command, true, said, &err) < 0) {
		app_say_error(app, &err);
		app_lost(app);
		return -1;
	}
	if (said->error.message) {
		app_say_error(app, &said->error);
		return -1;
	}
	return 0;
}

static int
fetch(struct app *app, const char *command, struct said *said, json_t **ret)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (ask(app, command, said) < 0)
		return -1;
	*ret = answer_parse(said->out, said->len, &err);
	if (!*ret)
		app_say_error(app, &err);
	return *ret ? 0 : -1;
}

static void
take_waiting(struct app *app, long waiting)
{
	if (app->desk && waiting != app->waiting)
		desk_waiting_changed(app->desk);
	app->waiting = waiting;
}

/* The rows of the current tab, made of its answer. */
static void
take_answer(struct app *app, const struct said *said)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct rows *rows = app_rows(app);
	struct row *current = rows_current(rows);
	_autofree_ char *id = current ? text_dup(row_id(current)) : NULL;
	_autojson_ json_t *answer = NULL;
	const char *made;
	size_t n = 0;
	char **before = app->seeks_new && app->tab == TAB_MOUNTS ? rows_ids(rows, &n) : NULL;

	answer = tab_fill(&tab_table[app->tab], said->out, said->len, rows, &err);
	if (err.message)
		app_say_error(app, &err);
	made = before ? rows_first_new(rows, before, n) : NULL;
	rows_settle(rows, made ? made : id);
	rows_ids_free(before, n);
	if (answer && app->tab == TAB_MISSES)
		take_waiting(app, (long)json_integer_value(json_object_get(answer, "waiting")));
}

/* What the program misses is for it to choose: no more than a fifth of the time, the session's too, is for that. */
static void
rest(struct app *app, int64_t began)
{
	app->rest_until = clock_ms() + 4 * (clock_ms() - began);
}

void
app_refresh(struct app *app)
{
	const struct tab *tab = &tab_table[app->tab];
	struct rows *rows = app_rows(app);
	struct said said = { .error = ERROR_INIT };
	int64_t began = clock_ms();

	if (!app->stale[app->tab] || app->ended || app->lost)
		return;
	app->stale[app->tab] = false;
	app->awaited = app->awaited == app->tab ? TABS : app->awaited;
	if (tab->refresh == REFRESH_EVENTS || !command_find(tab->command))
		return;
	if (ask(app, tab->command, &said) == 0)
		take_answer(app, &said);
	if (!rows->known && app->message) {
		/* It stands where the rows would, so that there is no need to say it elsewhere. */
		free(rows->failure);
		rows->failure = text_dup(app->message);
		app_say(app, false, "%s", "");
	}
	said_release(&said);
	if (app->tab == TAB_MISSES)
		rest(app, began);
}

/*
 * Asks for the current tab's answer, for which keys do not wait: app_answered() has it. False: app_refresh() is to be
 * called. Should something be run meanwhile, that answer never comes.
 */
static bool
await_answer(struct app *app)
{
	if (source_answer_fd(app->source) >= 0)
		return true;
	if (!app_rows(app)->known || !source_ask(app->source, tab_table[app->tab].command))
		return false;
	app->awaited = app->tab;
	app->stale[app->tab] = false;
	return true;
}

int
app_misses_wait(const struct app *app)
{
	int64_t left = app->rest_until - clock_ms();
	bool stale = app->stale[TAB_MISSES] || app->awaited == TAB_MISSES;

	if (app->tab != TAB_MISSES || !stale || app->ended || app->lost || source_answer_fd(app->source) >= 0)
		return -1;
	return left > 0 ? (int)left : 0;
}

void
app_misses_due(struct app *app)
{
	if (app_misses_wait(app) != 0)
		return;
	app->stale[TAB_MISSES] = true;
	app->misses_asked = clock_ms();
	if (!await_answer(app))
		app_refresh(app);
}

char *
app_waiting_text(const struct app *app)
{
	int tab = TAB_MISSES + 1;

	if (app->waiting == 0 || app->ended)
		return NULL;
	if (app->tab == TAB_MISSES && (!app->desk || app->desk->in_panel))
		return text_format("%ld %s", app->waiting, app->waiting == 1 ? "call waits" : "calls wait");
	return text_format("%ld %s: %d", app->waiting, app->waiting == 1 ? "call waits" : "calls wait", tab);
}

static void
replace(char **text, char *by)
{
	free(*text);
	*text = by;
}

/* For the first line. What cannot be had now stays as it was; should it be lost meanwhile app_lost() asks anew. */
static void
fill_heading(struct app *app)
{
	struct said said = { .error = ERROR_INIT };
	struct heading *heading = &app->heading;
	_autofree_ char *known = source_user_inside(app->source);
	json_t *answer = NULL, *identity, *user, *net;

	if (fetch(app, "who", &said, &answer) == 0) {
		identity = json_object_get(answer, "identity");
		user = json_object_get(identity, "user");
		replace(&heading->user_outside, answer_text(json_object_get(user, "outside")));
		/* Process 1, which answers where the program has ended, is nobody that one would know. */
		if (known && json_integer_value(json_object_get(json_object_get(identity, "pid"), "inside")) == 1)
			replace(&heading->user_inside, take_ptr(known));
		else
			replace(&heading->user_inside, answer_text(json_object_get(user, "inside")));
		json_decref(answer);
	}
	if (fetch(app, "ns", &said, &answer) == 0) {
		net = json_object_get(json_object_get(answer, "namespaces"), "net");
		replace(&heading->net, text_dup(json_is_true(json_object_get(net, "same")) ? "host's network" :
											     "own network"));
		json_decref(answer);
	}
	heading->started = source_started(app->source);
	said_release(&said);
}

/* What is found has to be seen, so it is the columns that are shown, the last to be left out first. */
static void
look_in_columns(struct app *app, int tab)
{
	const struct tab_column *columns = tab_table[tab].columns;
	int weight = COLUMN_WEIGHT_MAX;

	for (; weight >= 0; weight--)
		for (int i = 0; i < app->settings.columns_len[tab]; i++)
			if (columns[app->settings.columns[tab][i]].weight == weight)
				rows_look_in(&app->rows[tab], app->settings.columns[tab][i]);
}

/* A long list takes its time: then all but the list is seen before. */
static void
show_frame(struct app *app)
{
	enum { SOON = 8 }; /* ms */
	struct pollfd answer = { .events = POLLIN };

	if (!source_ask(app->source, tab_table[app->tab].command))
		return;
	answer.fd = source_answer_fd(app->source);
	if (poll(&answer, 1, SOON) == 0)
		view_draw(app);
}

int
app_open(struct app *app, struct source *source, bool draws)
{
	app->source = source;
	app->awaited = TABS;
	for (int i = 0; i < TABS; i++) {
		rows_init(&app->rows[i]);
		look_in_columns(app, i);
		app->stale[i] = true;
	}
	app->rows[TAB_EVENTS].follow = true;
	app->rows[TAB_MISSES].newest_first = true;
	if (draws)
		show_frame(app);
	app_refresh(app);
	if (app_rows(app)->known)
		return 0;
	/* What is in no sandbox has no mounts of its own to be shown, but all else. */
	app->tab = TAB_NAMESPACES;
	app_refresh(app);
	if (!app_rows(app)->known)
		return -1;
	app->tab = TAB_IDENTITY;
	app_refresh(app);
	app_say(app, true, "%s", app->rows[TAB_MOUNTS].failure);
	return 0;
}

void
app_complete(struct app *app)
{
	fill_heading(app);
	source_follow(app->source);
}

void
app_release(struct app *app)
{
	for (int i = 0; i < TABS; i++)
		rows_release(&app->rows[i]);
	sheet_release(&app->sheet);
	form_release(&app->form);
	free(app->heading.user_outside);
	free(app->heading.user_inside);
	free(app->heading.net);
	free(app->message);
	free(app->asked);
	free(app->filter_before);
	free(app->pattern);
	line_close();
	settings_release(&app->settings);
}

void
app_mounts_changed(struct app *app)
{
	app->stale[TAB_MOUNTS] = true;
	app_refresh(app);
}

/* Two thousand processes take the session a tenth of a second: keys do not wait for that. */
void
app_second(struct app *app)
{
	app->stale[TAB_PROCESSES] = true;
	if (!app->lost && !await_answer(app))
		app_refresh(app);
}

void
app_answered(struct app *app)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct said said = { .error = ERROR_INIT };
	int tab = app->awaited;

	app->awaited = TABS;
	if (source_take(app->source, &said, &err) < 0) {
		app_say_error(app, &err);
		app_lost(app);
	} else if (said.error.message) {
		app_say_error(app, &said.error);
	} else if (app->tab == tab) {
		take_answer(app, &said);
	} else if (tab < TABS) {
		app->stale[tab] = true;
	}
	said_release(&said);
	if (tab == TAB_MISSES)
		rest(app, app->misses_asked);
}

void
app_ended(struct app *app)
{
	if (!app->ended)
		app_say(app, true, "the session has ended; what is shown is how it was");
	app->ended = true;
}

static void
say_lost(struct app *app, const char *why)
{
	char name[24];
	const char *key = settings_key(&app->settings, app->tab, "refresh", name, sizeof name);

	app->lost = true;
	app_say(app, true,
		"not connected, but the session goes on (%s): %s tries again, and so does isolate --inspect=%s", why,
		key ? key : ":refresh", source_name(app->source));
}

bool
app_reconnect(struct app *app)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (source_reconnect(app->source, &err) < 0) {
		say_lost(app, err.message);
		return false;
	}
	app->lost = false;
	for (int i = 0; i < TABS; i++)
		app->stale[i] = true;
	app_say(app, false,
		"the session's control process has ended; another answers, which cannot undo what was before it");
	return true;
}

void
app_lost(struct app *app)
{
	if (app->ended || app->lost)
		return;
	if (!source_is_cut_off(app->source)) {
		app_ended(app);
	} else if (app->reconnecting) {
		say_lost(app, "the connection was lost twice");
	} else if (app_reconnect(app)) {
		app->reconnecting = true;
		fill_heading(app);
		app_refresh(app);
		app->reconnecting = false;
	}
}

bool
app_asks_for_cure(const struct app *app, const char *line)
{
	return app->program_ended && strncmp(line, "allow ", 6) == 0;
}

/* What there is to do; only what has a key is told. */
static void
tell_ways_on(struct app *app)
{
	char mount[24], restart[24], close[24];
	const char *mounts = settings_key(&app->settings, TAB_MISSES, "confirm allow %spec", mount, sizeof mount);
	const char *restarts = settings_key(&app->settings, TAB_MISSES, "restart", restart, sizeof restart);
	const char *closes = settings_key(&app->settings, TAB_MISSES, "close", close, sizeof close);

	app_say(app, true, "ended: %s mounts, %s restarts, %s quits", mounts ? mounts : ":mount",
		restarts ? restarts : ":restart", closes ? closes : ":close");
}

void
app_program_ended(struct app *app, const char *words)
{
	app->program_ended = true;
	app->mode = MODE_LIST;
	for (int i = 0; i < TABS; i++)
		app->stale[i] = true;
	app->tab = TAB_MISSES;
	app_refresh(app);
	if (app->desk)
		tell_ways_on(app);
	else
		app_say(app, true, "%.*s", (int)strcspn(words, "\n"), words);
}

void
app_event(struct app *app, const char *json)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct rows *rows = &app->rows[TAB_EVENTS];
	_autojson_ json_t *event = answer_parse(json, strlen(json), &err);
	const char *name = json_string_value(json_object_get(event, "event"));
	bool is_command = name && strcmp(name, "command") == 0;

	if (!event)
		return;
	/* That we asked is no news. */
	if (is_command &&
	    source_is_ours(app->source, (pid_t)json_integer_value(json_object_get(event, "client_pid"))))
		return;
	if (json_is_integer(json_object_get(event, "waiting")))
		take_waiting(app, (long)json_integer_value(json_object_get(event, "waiting")));
	tab_add_event(event, json, rows);
	rows_settle(rows, NULL);
	/* What a command has done is told by itself. */
	if (is_command)
		return;
	app->stale[TAB_MISSES] = true;
	app_misses_due(app);
}

/* --- commands --- */

/* A few sentences as one line, the caller's to free; NULL: it is a table, or too much. */
static char *
join_lines(const char *text)
{
	enum { MOST = 3 };
	_autofree_ char *copy = text_dup(text);
	char *joined = NULL, *rest = copy;
	size_t lines = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	if (lines < 2 || lines > MOST || strstr(text, "  ") || strstr(text, "\n\n"))
		return NULL;
	for (char *one = strsep(&rest, "\n"); one && *one; one = strsep(&rest, "\n")) {
		char *longer = text_format("%s%s%s", joined ? joined : "", joined ? "; " : "", one);

		free(joined);
		joined = longer;
	}
	return joined;
}

/* An answer for people: one line is a message, more is a text over the list. */
static void
show_answer(struct app *app, const char *line, const char *out, const struct error *error)
{
	_autofree_ char *copy = text_dup(out), *title = text_format(":%s", line), *joined = join_lines(out);
	char *rest = copy, *end = strchr(copy, '\n');
	struct sheet *sheet;

	if (!error->message && joined) {
		app_say(app, false, "%s", joined);
		return;
	}
	if (!error->message && (!end || !end[1])) {
		if (end)
			*end = '\0';
		app_say(app, false, "%s", *copy ? copy : "done");
		return;
	}
	if (error->message)
		app_say_error(app, error);
	if (!*copy)
		return;
	sheet = app_sheet(app, title);
	for (char *one = strsep(&rest, "\n"); one && (rest || *one); one = strsep(&rest, "\n"))
		sheet_add(sheet, ROLE_NORMAL, 2, one);
}

/* A program of the user's, which has the whole terminal until it ends and he has seen what it wrote. */
static int
run_on_terminal(struct app *app, const char *line, struct said *said, struct error *err)
{
	char typed;
	int r;

	app_leave_screen(app);
	if (screen_is_shown()) {
		/* Below what the session's program left in that line. */
		putchar('\n');
		fflush(stdout);
	}
	r = source_run(app->source, line, false, said, err);
	if (screen_is_shown()) {
		fputs("[Enter goes back to the inspector]", stdout);
		fflush(stdout);
		while (read(STDIN_FILENO, &typed, 1) == 1 && typed != '\n')
			;
		/* The manager's place for the cursor, when we shall be gone: behind this (session/inspector.c). */
		screen_send("\0337");
	}
	app_enter_screen(app);
	return r;
}

/* Nobody has answered: it may have been done all the same, so it is not given again. */
static void
run_lost(struct app *app, const char *line, const struct error *err)
{
	app_say_error(app, err);
	app_lost(app);
	if (!app->ended && !app->lost)
		app_say(app, true, "the session's control process ended during :%s, which may have been done or not",
			line);
}

static void
run_in_session(struct app *app, const char *line)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct said said = { .error = ERROR_INIT };
	int r;

	if (app->lost && !app_reconnect(app))
		return;
	if (source_takes_terminal(app->source, line))
		r = run_on_terminal(app, line, &said, &err);
	else
		r = source_run(app->source, line, false, &said, &err);
	if (r < 0) {
		run_lost(app, line, &err);
		return;
	}
	show_answer(app, line, said.out, &said.error);
	said_release(&said);
	for (int i = 0; i < TABS; i++)
		app->stale[i] = true;
	app->seeks_new = true;
	app_refresh(app);
	app->seeks_new = false;
}

void
app_run(struct app *app, const char *line)
{
	const struct action *action;
	const char *arguments;

	line += strspn(line, " :");
	action = action_find(line, &arguments);
	if (action)
		action->run(app, arguments);
	else if (*line)
		run_in_session(app, line);
}

static void
complete_command(void *arg, const char *text, size_t cursor, struct complete *ret)
{
	struct app *app = arg;

	complete_line(command_table, command_table_len, text, cursor, source_names(app->source), ret);
	actions_complete(app, text, cursor, ret);
}

const char *
app_filter(const struct app *app)
{
	const char *filter = app->rows[app->tab].filter.text;

	return filter ? filter : "";
}

void
app_command_line(struct app *app, enum mode mode, const char *text)
{
	bool filters = mode == MODE_FILTER;

	free(app->filter_before);
	app->filter_before = text_dup(app_filter(app));
	app->mode = mode;
	line_open(filters ? "/" : ":", text, filters ? NULL : complete_command, app, !filters);
}

/* --- keys --- */

static void
show_tab(struct app *app, int tab)
{
	app->tab = tab;
	app_refresh(app);
}

static void
list_key(struct app *app, const struct key *key)
{
	const struct binding *binding = settings_find(&app->settings, app->tab, key);
	struct rows *rows = app_rows(app);
	_autofree_ char *line = NULL;
	long row;

	if (key->code == KEYS_CLICK) {
		int tab = view_tab_at(app, key->y, key->x);

		row = view_row_at(app, key->y);
		if (tab >= 0)
			show_tab(app, tab);
		else if (row >= 0)
			rows_move(rows, row - (long)rows->cursor);
		return;
	}
	if (key->code == KEYS_WHEEL_UP || key->code == KEYS_WHEEL_DOWN) {
		rows_move(rows, key->code == KEYS_WHEEL_UP ? -3 : 3);
		return;
	}
	if (!binding || !binding->command)
		return;
	app_say(app, false, "%s", "");
	line = action_substitute(binding->command, rows_current(rows));
	if (line)
		app_run(app, line);
	else
		app_say(app, true, "there is nothing here for ':%s'", binding->command);
}

/* What is for going to another tab does so from a text as well. */
static void
text_key(struct app *app, const struct key *key)
{
	const struct binding *binding = settings_find(&app->settings, app->tab, key);
	enum sheet_state state = sheet_key(&app->sheet, key);

	if (state == SHEET_STAYS)
		return;
	if (state == SHEET_CLOSES) {
		app->mode = MODE_LIST;
		return;
	}
	if ((binding && binding->command && strncmp(binding->command, "tab ", 4) == 0) ||
	    (key->code == KEYS_CLICK && view_tab_at(app, key->y, key->x) >= 0)) {
		app->mode = MODE_LIST;
		list_key(app, key);
	}
}

static void
command_key(struct app *app, const struct key *key)
{
	enum line_state state = line_key(key);
	_autofree_ char *line = NULL;

	if (state == LINE_EDITING)
		return;
	line = text_dup(state == LINE_DONE ? line_text() : "");
	line_close();
	app->mode = MODE_LIST;
	source_remember(app->source, line);
	app_run(app, line);
}

static void
filter_key(struct app *app, const struct key *key)
{
	struct rows *rows = app_rows(app);
	enum line_state state;

	/* Moving about does not end it. */
	if (key->code == KEYS_UP || key->code == KEYS_DOWN) {
		rows_move(rows, key->code == KEYS_UP ? -1 : 1);
		return;
	}
	state = line_key(key);
	if (state == LINE_CANCELLED)
		rows_filter(rows, app->filter_before);
	else if (strcmp(app_filter(app), line_text()) != 0)
		rows_filter(rows, line_text());
	if (state == LINE_EDITING)
		return;
	if (state == LINE_DONE) {
		free(app->pattern);
		app->pattern = text_dup(line_text());
	}
	line_close();
	app->mode = MODE_LIST;
}

/* A cure, where the program waits for one: it is started again with it. */
static void
run_asked(struct app *app, const char *line)
{
	app_run(app, line);
	if (app_asks_for_cure(app, line) && !app->message_is_error)
		app_run(app, "restart");
}

static void
ask_key(struct app *app, const struct key *key)
{
	bool seen = view_asks_whole(app);
	_autofree_ char *line = take_ptr(app->asked);

	app->mode = MODE_LIST;
	if ((key->code == 'y' || key->code == 'Y') && !seen)
		app_say(app, true, "nothing was done: there is not room here to show all of what was asked");
	else if (key->code == 'y' || key->code == 'Y')
		run_asked(app, line);
	else
		app_say(app, false, "nothing was done");
}

static void
form_mode_key(struct app *app, const struct key *key)
{
	enum form_state state = form_key(&app->form, key);
	_autofree_ char *line = state == FORM_DONE ? form_command(&app->form) : NULL;

	if (state == FORM_EDITING) {
		app_say(app, false, "%s", "");
		return;
	}
	app->mode = MODE_LIST;
	if (line)
		app_run(app, line);
	else if (state == FORM_DONE)
		app_say(app, true, "say at least where it is to be inside");
	/* What was refused can be mended. */
	if (state == FORM_DONE && app->message_is_error && app->mode == MODE_LIST && !app->ended) {
		app->mode = MODE_FORM;
		form_resume(&app->form);
		return;
	}
	form_release(&app->form);
}

void
app_key(struct app *app, const struct key *key)
{
	static void (*const modes[])(struct app *, const struct key *) = {
		[MODE_LIST] = list_key,	    [MODE_TEXT] = text_key, [MODE_COMMAND] = command_key,
		[MODE_FILTER] = filter_key, [MODE_ASK] = ask_key,   [MODE_FORM] = form_mode_key,
	};

	modes[app->mode](app, key);
}
