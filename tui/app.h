/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inspector. Theory of operation:
 *
 *	keys -> binding -> command line -> action (ours) or command (the session's) -> rows, text, message -> screen
 *
 * Nothing is done by a key itself: it stands for a command line (tui/settings.h). The first word says whether it is
 * one of the inspector's own actions (tui/actions.c), which change what is shown, or a command of the session, which
 * is sent there (tui/source.h). The screen is drawn anew as a whole after each event (tui/view.c), and curses sends
 * what differs.
 *
 * Waiting: the loop sleeps in poll(2) until a key, a signal, an event of the session or a change of its mount table; on
 * the tab of processes alone it wakes once a second.
 *
 * What the payload has chosen (paths, arguments, names) comes in as text in JSON answers, is kept as it is, and is
 * escaped by the one function that draws text (tui/screen.h); questions are drawn on a line that no row can reach.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "tui/settings.h"
#include "tui/form.h"
#include "tui/keys.h"
#include "tui/rows.h"
#include "tui/sheet.h"
#include "tui/source.h"
#include "tui/tabs.h"

/* What keys are for at the moment. */
enum mode {
	MODE_LIST,
	MODE_TEXT,    /* a text over the list: details, help, an answer */
	MODE_COMMAND, /* the command line */
	MODE_FILTER,
	MODE_ASK,     /* yes or no */
	MODE_FORM,
};

/* What the first line says. */
struct heading {
	char *user_outside, *user_inside;
	char *net; /* whose network it has, in words; NULL: not known yet */
	uint64_t started; /* seconds since the epoch; 0: not known */
};

struct desk;

struct app {
	struct desk *desk; /* a program's pane beside it (tui/desk.h); or NULL */
	struct settings settings;
	struct style styles[ROLES]; /* of the theme in use, as the screen has them */
	struct source *source;
	struct rows rows[TABS];
	bool stale[TABS];
	bool seeks_new; /* what a command of ours has made gets the cursor */
	int tab;
	enum mode mode;
	struct heading heading;
	struct sheet sheet; /* MODE_TEXT */
	struct form form;
	char *message; /* or NULL */
	bool message_is_error;
	char *asked;   /* MODE_ASK: the command that yes runs */
	char *filter_before; /* MODE_FILTER: what Esc goes back to */
	char *pattern; /* the last filter: n, N */
	long waiting;  /* calls that wait for a decision */
	int awaited;   /* the tab whose answer was asked for and has not come (source_ask()), or TABS */
	int64_t misses_asked; /* when the misses were, in ms of clock_ms() */
	int64_t rest_until; /* ms of clock_ms(): misses are not asked for before, since the last answer took its time */
	bool ended;    /* the session has */
	bool lost;     /* it has not, but there is no connection to it */
	bool reconnecting; /* there is another, which has not answered yet */
	bool program_ended; /* the program has, and the session waits: app_program_ended() */
	bool closing;
	bool suspending;
};

/*
 * Fetches the first tab, so that there is something to be drawn; the configuration is there already. Negative: there is
 * nothing to show, and that tab has why. Where that takes its time, what is known is drawn before, if it `draws`: there
 * is no pane. Then, once that is seen, the heading, and news from there on.
 */
int app_open(struct app *app, struct source *source, bool draws);
void app_complete(struct app *app);
void app_release(struct app *app);

/* Does what a key is for. */
void app_key(struct app *app, const struct key *key);

/* Runs a line as a key or the command line gives it: without substitution. */
void app_run(struct app *app, const char *line);

/* Fetches what the current tab shows if it is out of date. */
void app_refresh(struct app *app);

/* The mounts, a second, what was asked for in that, the session's end: what the loop has seen. */
void app_mounts_changed(struct app *app);
void app_second(struct app *app);
void app_answered(struct app *app);
void app_ended(struct app *app);

/*
 * There was no answer, or no event: the session has ended or, where its control process alone has, another connection
 * is made at once. Where that cannot be, or has no answer either, nothing more is tried before :refresh asks for it.
 */
void app_lost(struct app *app);

/* Connects again, and says how that went. */
bool app_reconnect(struct app *app);

/* True if the command cures what the program has failed for, which is then started again. */
bool app_asks_for_cure(const struct app *app, const char *line);

/* The program in the pane has failed, or was never started; `words` say how. */
void app_program_ended(struct app *app, const char *words);
void app_event(struct app *app, const char *json);

/* Fetches the misses if they are seen, out of date, and not asked for all the time. How long until then; -1: never. */
int app_misses_wait(const struct app *app);
void app_misses_due(struct app *app);

/* "2 calls wait", with the key that shows them where they are not seen; NULL: none does. The caller frees. */
char *app_waiting_text(const struct app *app);

void app_say(struct app *app, bool is_error, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Takes the error's words for the message line. */
void app_say_error(struct app *app, const struct error *err);

/* A text to be shown over the list, empty at first: to be filled by sheet_add(). */
struct sheet *app_sheet(struct app *app, const char *title);

/* Opens the line at the bottom: MODE_COMMAND or MODE_FILTER. */
void app_command_line(struct app *app, enum mode mode, const char *text);

/* The filter of the current tab as it was typed; "": there is none. */
const char *app_filter(const struct app *app);

/* After another theme was chosen. */
void app_restyle(struct app *app);

/* The terminal is somebody else's for a while, with all its modes, and ours again. */
void app_leave_screen(struct app *app);
void app_enter_screen(struct app *app);

/* The rows of the current tab. */
static inline struct rows *
app_rows(struct app *app)
{
	return &app->rows[app->tab];
}

#endif
