/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspector's own commands. */
#include "config.h"

#include "tui/actions.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/table.h"
#include "tui/answer.h"
#include "tui/attempts.h"
#include "tui/crossing.h"
#include "tui/desk.h"
#include "tui/details.h"
#include "tui/line.h"
#include "tui/screen.h"
#include "tui/view.h"

/* All paths that a row of misses stands for, as words. The caller frees. NULL: it is none. */
static char *
paths_words(const json_t *source)
{
	const json_t *members = json_object_get(source, "members"), *one;
	char *words = json_array_size(members) > 0 ? text_dup("") : NULL;
	size_t i;

	json_array_foreach(members, i, one) {
		_autofree_ char *path = answer_member(one, "path"), *word = tab_quote(path, false);
		char *longer = text_format("%s%s%s", words, i > 0 ? " " : "", word);

		free(words);
		words = longer;
	}
	return words;
}

static char *
member_word(const struct row *row, const char *name)
{
	_autojson_ json_t *source = row_source(row);
	_autofree_ char *text = NULL;
	const json_t *value;

	if (strcmp(name, "opposite") == 0) {
		value = json_object_get(source, "flags");
		return value ? text_dup(answer_list_has(value, "ro") ? "rw" : "ro") : NULL;
	}
	if (strcmp(name, "paths") == 0)
		return paths_words(source);
	value = json_object_get(source, name);
	if (!json_is_string(value) && !json_is_integer(value))
		return NULL;
	text = answer_text(value);
	/* A spec is quoted already. */
	return strcmp(name, "spec") == 0 || strcmp(name, "writable") == 0 ? take_ptr(text) : tab_quote(text, false);
}

char *
action_substitute(const char *line, const struct row *row)
{
	char *result = text_dup("");

	while (*line) {
		size_t plain = strcspn(line, "%"), name = 0;
		_autofree_ char *word = NULL, *member = NULL;
		char *longer;

		while (line[plain] && (islower((unsigned char)line[plain + 1 + name]) || line[plain + 1 + name] == '_'))
			name++;
		if (name > 0) {
			member = text_ndup(line + plain + 1, name);
			word = member_word(row, member);
			if (!word) {
				free(result);
				return NULL;
			}
		} else {
			/* A percent sign that is none of ours. */
			word = text_dup(line[plain] ? "%" : "");
		}
		longer = text_format("%s%.*s%s", result, (int)plain, line, word);
		free(result);
		result = longer;
		line += plain + (line[plain] != '\0') + name;
	}
	return result;
}

static void
run_tab(struct app *app, const char *arguments)
{
	int tab = strcmp(arguments, "next") == 0     ? (app->tab + 1) % TABS :
		  strcmp(arguments, "previous") == 0 ? (app->tab + TABS - 1) % TABS :
						       tab_find(arguments);

	if (tab < 0) {
		app_say(app, true, "there is no tab '%s'", arguments);
		return;
	}
	app->tab = tab;
	app_refresh(app);
	/* What calls wait for stands first, and is what one has come for. */
	if (tab == TAB_MISSES && app->waiting > 0)
		rows_move(app_rows(app), -(long)app_rows(app)->shown_len);
}

static void
run_move(struct app *app, const char *arguments)
{
	struct rows *rows = app_rows(app);
	long page = view_list_height(app), by = strtol(arguments, NULL, 10);

	if (strcmp(arguments, "page-up") == 0)
		by = page > 1 ? 1 - page : -1;
	else if (strcmp(arguments, "page-down") == 0)
		by = page > 1 ? page - 1 : 1;
	else if (strcmp(arguments, "first") == 0)
		by = -(long)rows->shown_len;
	else if (strcmp(arguments, "last") == 0)
		by = (long)rows->shown_len;
	rows_move(rows, by);
}

static void
run_details(struct app *app, const char *arguments)
{
	const struct row *row = rows_current(app_rows(app));

	(void)arguments;
	if (row)
		/* An event is called by what happened, and not by when. */
		details_tell(&tab_table[app->tab], row, app_sheet(app, row_cell(row, app->tab == TAB_EVENTS)));
	else
		app_say(app, false, "there is no row here");
}

/* What is known of the first word of a binding's command: our table, or the session's. */
static const char *
command_help_of(const char *line)
{
	const char *arguments;
	_autofree_ char *name = NULL;
	const struct action *action;
	const struct command *command;

	if (strncmp(line, "confirm ", 8) == 0)
		line += 8;
	action = action_find(line, &arguments);
	/* A line that is only put there to be gone on with. */
	if (action && strcmp(action->name, "command") == 0 && *arguments)
		line = arguments;
	else if (action)
		return action->help;
	name = text_ndup(line, strcspn(line, " "));
	command = command_find(name);
	return command ? command->help : "";
}

/* Where the words stand in the help. */
enum { HELP_COLUMN = 38, BINDING_COLUMN = 39, COPY_COLUMN = 44, KEY_COLUMN = 9 };

/* There is no room for words beside a command. */
static bool
is_narrow(void)
{
	return screen_columns() < 2 * HELP_COLUMN;
}

static void
add_bindings(struct app *app, struct sheet *sheet, int place)
{
	for (size_t i = 0; i < app->settings.bindings_len; i++) {
		const struct binding *binding = &app->settings.bindings[i];
		_autofree_ char *line = NULL;
		const char *name;
		char key[24];

		if (binding->place != place || !binding->command)
			continue;
		name = keys_name(binding->code, binding->alt, key, sizeof key);
		if (is_narrow())
			line = text_format("%-8s %s (:%s)", name, command_help_of(binding->command), binding->command);
		else
			line = text_format("%-8s :%-28s %s", name, binding->command, command_help_of(binding->command));
		sheet_add(sheet, ROLE_NORMAL, is_narrow() ? KEY_COLUMN : BINDING_COLUMN, line);
	}
	sheet_add(sheet, ROLE_NORMAL, 0, "");
}

static void
add_copy_keys(struct sheet *sheet)
{
	char line[128];

	sheet_add(sheet, ROLE_TITLE, 0, "Looking back in the pane: vi, emacs");
	for (size_t i = 0; copy_help(i, line, sizeof line); i++)
		sheet_add(sheet, ROLE_NORMAL, COPY_COLUMN, line);
	sheet_add(sheet, ROLE_NORMAL, 0, "");
}

static void
add_command(struct sheet *sheet, const char *usage, const char *help)
{
	int room = HELP_COLUMN - 2 - screen_width(usage, strlen(usage));
	_autofree_ char *line = NULL, *below = NULL;

	if (is_narrow()) {
		line = text_format(":%s", usage);
		below = text_format("  %s", help);
		sheet_add(sheet, ROLE_NORMAL, 2, line);
		sheet_add(sheet, ROLE_NORMAL, 2, below);
		return;
	}
	line = text_format(":%s%*s %s", usage, room > 0 ? room : 0, "", help);
	sheet_add(sheet, ROLE_NORMAL, HELP_COLUMN, line);
}

static void
add_actions(struct sheet *sheet, enum action_use use)
{
	static const char *const titles[ACTION_USES] = {
		[FOR_ALL] = "Commands of the inspector",
		[FOR_KEYS] = "Commands for keys (key PLACE KEY LABEL COMMAND in the configuration)",
		[FOR_SCRIPTS] = "Commands for scripts (isolate-inspect --script)",
	};

	sheet_add(sheet, ROLE_NORMAL, 0, "");
	sheet_add(sheet, ROLE_TITLE, 0, titles[use]);
	for (size_t i = 0; i < action_table_len; i++) {
		_autofree_ char *usage = text_format("%s %s", action_table[i].name, action_table[i].arguments);

		if (action_table[i].use == use)
			add_command(sheet, usage, action_table[i].help);
	}
}

static void
run_keys(struct app *app, const char *arguments)
{
	const struct tab *tab = &tab_table[app->tab];
	_autofree_ char *about = text_format("%s: %s", tab->title, tab->help);
	struct sheet *sheet = app_sheet(app, "Keys and commands");

	(void)arguments;
	sheet_add(sheet, ROLE_NORMAL, 0, about);
	sheet_add(sheet, ROLE_NORMAL, 0, "");
	sheet_add(sheet, ROLE_TITLE, 0, "Keys here");
	add_bindings(app, sheet, app->tab);
	sheet_add(sheet, ROLE_TITLE, 0, "Keys everywhere");
	add_bindings(app, sheet, PLACE_ALL);
	if (app->desk)
		add_copy_keys(sheet);
	sheet_add(sheet, ROLE_TITLE, 0, "Commands of the session");
	for (size_t i = 0; i < command_table_len; i++) {
		_autofree_ char *usage = command_usage(&command_table[i]);

		add_command(sheet, usage, command_table[i].help);
	}
	for (int use = 0; use < ACTION_USES; use++)
		add_actions(sheet, use);
}

static void
run_filter(struct app *app, const char *arguments)
{
	struct rows *rows = app_rows(app);

	if (*arguments) {
		free(app->pattern);
		app->pattern = text_dup(arguments);
		rows_filter(rows, arguments);
		return;
	}
	app_command_line(app, MODE_FILTER, app_filter(app));
}

static void
run_unfilter(struct app *app, const char *arguments)
{
	(void)arguments;
	/* Where there is nothing to take back, the program has the keys again. */
	if (app->desk && !*app_filter(app))
		desk_focus(app->desk, false);
	rows_filter(app_rows(app), "");
	app_say(app, false, "%s", "");
}

static void
search(struct app *app, bool backwards)
{
	if (!app->pattern || strcmp(app->pattern, "") == 0 || strcmp(app->pattern, "!") == 0)
		app_say(app, true, "nothing was looked for yet: / does");
	else if (!rows_search(app_rows(app), app->pattern, backwards))
		app_say(app, true, "'%s' is not here", app->pattern);
}

static void
run_search_next(struct app *app, const char *arguments)
{
	(void)arguments;
	search(app, false);
}

static void
run_search_previous(struct app *app, const char *arguments)
{
	(void)arguments;
	search(app, true);
}

static void
run_command(struct app *app, const char *arguments)
{
	app_command_line(app, MODE_COMMAND, arguments);
}

static void
run_add(struct app *app, const char *arguments)
{
	(void)arguments;
	form_open(&app->form, source_names(app->source));
	app->mode = MODE_FORM;
}

static void
run_confirm(struct app *app, const char *arguments)
{
	free(app->asked);
	app->asked = text_dup(arguments);
	app->mode = MODE_ASK;
}

static void
run_refresh(struct app *app, const char *arguments)
{
	(void)arguments;
	if (app->lost && !app_reconnect(app))
		return;
	app_say(app, false, "asked for everything again");
	for (int i = 0; i < TABS; i++)
		app->stale[i] = true;
	app_refresh(app);
}

static void
run_redraw(struct app *app, const char *arguments)
{
	(void)arguments;
	app_leave_screen(app);
	app_enter_screen(app);
	run_refresh(app, arguments);
}

static void
run_theme(struct app *app, const char *arguments)
{
	struct settings *settings = &app->settings;

	if (strcmp(arguments, "next") == 0) {
		settings->theme = (settings->theme + 1) % settings->themes_len;
	} else if (!settings_use_theme(settings, arguments)) {
		app_say(app, true, "there is no theme '%s'", arguments);
		return;
	}
	app_restyle(app);
	app_say(app, false, "theme %s%s", settings->themes[settings->theme].name,
		screen_is_mono() ? ", but there are no colours here" : "");
}

static void
run_follow(struct app *app, const char *arguments)
{
	struct rows *rows = app_rows(app);

	(void)arguments;
	rows_move(rows, (long)rows->shown_len);
	rows->follow = true;
	app_say(app, false, "the newest stays in sight");
}

static void
run_suspend(struct app *app, const char *arguments)
{
	(void)arguments;
	app->suspending = true;
}

static void
run_close(struct app *app, const char *arguments)
{
	(void)arguments;
	/* The program would be left with half a screen: it is the panel that goes. */
	if (app->desk && !app->program_ended) {
		desk_place_panel(app->desk, DESK_AWAY);
		app_say(app, false, "v puts this beside the program again");
		return;
	}
	app->closing = true;
}

static void
run_dump_screen(struct app *app, const char *arguments)
{
	FILE *f = screen_is_shown() ? NULL : fopen(arguments, "we");

	if (screen_is_shown()) {
		app_say(app, true, "only a script writes files: what is confined may not");
		return;
	}
	if (!f) {
		app_say(app, true, "cannot write '%s': %s", arguments, strerror(errno));
		return;
	}
	view_draw(app);
	screen_dump(f);
	fclose(f);
}

/* --- with a program in a pane --- */

static bool
has_desk(struct app *app)
{
	if (!app->desk)
		app_say(app, true, "there is no program's pane here: isolate --inspect has one");
	return app->desk != NULL;
}

static void
run_copy(struct app *app, const char *arguments)
{
	(void)arguments;
	if (has_desk(app))
		desk_copy(app->desk);
}

static void
run_grow(struct app *app, const char *arguments)
{
	if (has_desk(app))
		desk_grow_panel(app->desk, (int)strtol(arguments, NULL, 10));
}

static void
run_hand(struct app *app, const char *arguments)
{
	if (has_desk(app))
		crossing_hand(app->desk, *arguments ? arguments : "why");
}

static void
run_panel(struct app *app, const char *arguments)
{
	static const char *const places[DESK_PLACES] = { "right", "below", "away" };

	if (!has_desk(app))
		return;
	for (int i = 0; i < DESK_PLACES; i++) {
		if (strcmp(arguments, places[i]) != 0)
			continue;
		desk_place_panel(app->desk, (enum desk_place)i);
		return;
	}
	if (strcmp(arguments, "next") == 0)
		desk_place_panel(app->desk, (app->desk->place + 1) % DESK_PLACES);
	else if (strspn(arguments, "0123456789") == strlen(arguments) && *arguments)
		desk_share_panel(app->desk, (int)strtol(arguments, NULL, 10));
	else
		app_say(app, true, "the panel is right, below or away, or so many percent of the screen");
}

static void
run_zoom(struct app *app, const char *arguments)
{
	(void)arguments;
	if (has_desk(app))
		desk_zoom_panel(app->desk);
}

static void
run_pane(struct app *app, const char *arguments)
{
	(void)arguments;
	if (has_desk(app))
		desk_focus(app->desk, false);
}

static void
run_paste(struct app *app, const char *arguments)
{
	(void)arguments;
	if (has_desk(app))
		desk_paste(app->desk);
}

const struct action action_table[] = {
	{ "add", "", "a form for a new mount", run_add, FOR_ALL },
#ifdef ISOLATE_TEST_BREAKS
	{ "attempt", "", "what the confinement is there to stop", attempt_run, FOR_SCRIPTS },
#endif
	{ "close", "", "close the inspector or, with a pane, put the panel away", run_close, FOR_ALL },
	{ "command", "[TEXT]", "a line for a command, with TEXT in it", run_command, FOR_KEYS },
	{ "confirm", "COMMAND", "run the command after a question", run_confirm, FOR_KEYS },
	{ "copy", "", "look back in the pane, search and copy", run_copy, FOR_ALL },
	{ "details", "", "all that is known of the row", run_details, FOR_ALL },
	{ "dump-screen", "FILE", "write what is on the screen to a file", run_dump_screen, FOR_SCRIPTS },
	{ "filter", "[REGEX|!REGEX]", "show only the rows that match, or only those that do not", run_filter, FOR_ALL },
	{ "follow", "", "keep the newest row in sight", run_follow, FOR_ALL },
	{ "grow", "N", "make the panel wider, or, by less than nothing, narrower", run_grow, FOR_ALL },
	{ "hand", "[why|mount]", "a command with the path at the cursor of the pane", run_hand, FOR_ALL },
	{ "keys", "", "the keys and commands of this place", run_keys, FOR_ALL },
	{ "move", "N|page-up|page-down|first|last", "move to another row", run_move, FOR_ALL },
	{ "pane", "", "give the keys to the program", run_pane, FOR_ALL },
	{ "panel", "right|below|away|next|PERCENT", "put the panel elsewhere, or give it a share", run_panel, FOR_ALL },
	{ "paste", "", "type what was copied into the pane", run_paste, FOR_ALL },
	{ "redraw", "", "draw the screen anew", run_redraw, FOR_ALL },
	{ "refresh", "", "ask for everything again", run_refresh, FOR_ALL },
	{ "search-next", "", "go to the next row that matches what was filtered for", run_search_next, FOR_ALL },
	{ "search-previous", "", "go to the one before", run_search_previous, FOR_ALL },
	{ "suspend", "", "stop the inspector; fg brings it back", run_suspend, FOR_ALL },
	{ "tab", "NAME|next|previous", "go to another tab", run_tab, FOR_ALL },
	{ "theme", "NAME|next", "other colours", run_theme, FOR_ALL },
	{ "unfilter", "", "show all rows again", run_unfilter, FOR_ALL },
	{ "zoom", "", "the panel over all of the screen, or beside the program again", run_zoom, FOR_ALL },
};
const size_t action_table_len = sizeof action_table / sizeof action_table[0];

const struct action *
action_find(const char *line, const char **ret_arguments)
{
	size_t len = strcspn(line, " ");

	/* In the table of the commands, and the same here. */
	if (strcmp(line, "quit") == 0 || strcmp(line, "detach") == 0)
		return action_find("close", ret_arguments);
	for (size_t i = 0; i < action_table_len; i++) {
		if (strlen(action_table[i].name) != len || strncmp(action_table[i].name, line, len) != 0)
			continue;
		*ret_arguments = line + len + strspn(line + len, " ");
		return &action_table[i];
	}
	return NULL;
}
