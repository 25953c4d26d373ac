/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspector drawn, whole. */
#include "config.h"

#include "tui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/desk.h"
#include "tui/line.h"
#include "tui/screen.h"

enum { GAP = 2, CAPTION_LINES = 2, CAPTION_WIDTH = 160 };

/* Which line is for what; -1: there is none. */
struct layout {
	int heading, tabs, caption, caption_lines, titles, list, list_lines, message, keys;
};

static int
lines_of(const char *text, int width)
{
	int columns = screen_width(text, strlen(text));

	return width > 0 ? (columns + width - 1) / width : 0;
}

static void
lay_out(const struct app *app, struct layout *ret)
{
	int lines = screen_lines(), columns = screen_columns(), top = 0, bottom = lines;
	const char *caption = app->rows[app->tab].caption;

	*ret = (struct layout){ -1, -1, -1, 0, -1, 0, 0, -1, -1 };
	/* In the order in which there has to be room for them, beside one row. */
	ret->message = lines >= 2 ? --bottom : -1;
	ret->keys = lines >= 5 ? ret->message : -1;
	if (ret->keys >= 0)
		ret->message = --bottom;
	ret->heading = lines >= 7 ? top++ : -1;
	ret->tabs = lines >= 3 ? top++ : -1;
	if (caption && lines >= 12) {
		int wanted = lines_of(caption, columns < CAPTION_WIDTH ? columns - 2 : CAPTION_WIDTH) + 1;

		ret->caption_lines = wanted < 4 ? wanted : 4;
		ret->caption = top;
		top += ret->caption_lines;
	}
	ret->titles = lines >= 6 ? top++ : -1;
	ret->list = top;
	ret->list_lines = bottom - top > 0 ? bottom - top : 0;
}

long
view_list_height(struct app *app)
{
	struct layout layout;

	lay_out(app, &layout);
	return layout.list_lines;
}

long
view_row_at(struct app *app, int y)
{
	const struct rows *rows = app_rows(app);
	struct layout layout;
	size_t row;

	lay_out(app, &layout);
	if (y < layout.list || y >= layout.list + layout.list_lines)
		return -1;
	row = rows->top + (size_t)(y - layout.list);
	return row < rows->shown_len ? (long)row : -1;
}

/* --- heading and tabs --- */

/*
 * How long it has been up, and since when: nobody is woken to draw the first anew, and the second is true all the time.
 * The caller frees.
 */
static char *
uptime_text(uint64_t started)
{
	time_t now = time(NULL), at = (time_t)started;
	long minutes = now > at ? (long)(now - at) / 60 : 0;
	_autofree_ char *length = NULL;
	char since[32] = "";
	struct tm tm;

	if (started == 0)
		return text_dup("");
	if (localtime_r(&at, &tm))
		strftime(since, sizeof since, now - at < 20 * 3600 ? " since %H:%M" : " since %F %H:%M", &tm);
	length = minutes < 60	   ? text_format("%ld min", minutes) :
		 minutes < 48 * 60 ? text_format("%ld h %ld min", minutes / 60, minutes % 60) :
				     text_format("%ld d", minutes / (24 * 60));
	return text_format("   up %s%s", length, since);
}

static void
draw_heading(const struct app *app, int y)
{
	const struct heading *heading = &app->heading;
	_autofree_ char *who = NULL, *text = NULL, *uptime = NULL;
	int columns = screen_columns(), used;

	if (heading->user_outside && strcmp(heading->user_outside, heading->user_inside) == 0)
		who = text_format("%s", heading->user_outside);
	else
		who = text_format("%s, inside %s", heading->user_outside ? heading->user_outside : "?",
				  heading->user_inside ? heading->user_inside : "?");
	uptime = uptime_text(heading->started);
	text = text_format("%s   net %s%s", who, heading->net ? heading->net : "?", app->ended ? "   ended" : uptime);
	screen_fill(y, 0, columns, ROLE_HEADER);
	used = 1 + screen_text(y, 1, columns - 2, ROLE_HEADER, source_name(app->source));
	screen_text(y, used + 3, columns - used - 4, ROLE_HEADER, text);
}

/* "12 of 60", for the right end of the line of tabs. The caller frees. */
static char *
count_text(const struct rows *rows)
{
	if (rows->filter)
		return text_format("%zu of %zu  /%s", rows->shown_len, rows->len, rows->filter);
	return rows->shown_len > 0 ? text_format("%zu/%zu", rows->cursor + 1, rows->shown_len) : text_dup("");
}

/* Where tab `i` begins and how wide it is; false: there is not room for all, and only the current one is drawn. */
static bool
place_tab(const struct app *app, int i, int *ret_x, int *ret_width)
{
	int x = 0, all = 0;

	for (int tab = 0; tab < TABS; tab++)
		all += (int)strlen(tab_table[tab].title) + 4;
	for (int tab = 0; tab < i; tab++)
		x += (int)strlen(tab_table[tab].title) + 4;
	*ret_x = x;
	*ret_width = (int)strlen(tab_table[i].title) + 4;
	if (all <= screen_columns())
		return true;
	*ret_x = i == app->tab ? 0 : -1;
	return false;
}

int
view_tab_at(struct app *app, int y, int x)
{
	struct layout layout;
	int at, width;

	lay_out(app, &layout);
	if (y != layout.tabs)
		return -1;
	for (int i = 0; i < TABS; i++)
		if (place_tab(app, i, &at, &width) && x >= at && x < at + width)
			return i;
	/* On a narrow screen a click goes on to the next. */
	return place_tab(app, 0, &at, &width) ? -1 : (app->tab + 1) % TABS;
}

static void
draw_tabs(struct app *app, int y)
{
	_autofree_ char *count = count_text(app_rows(app));
	int columns = screen_columns(), wide = screen_width(count, strlen(count)), end = 0;

	for (int i = 0; i < TABS; i++) {
		_autofree_ char *title = text_format(" %d %s ", i + 1, tab_table[i].title);
		int x, width;

		place_tab(app, i, &x, &width);
		if (x < 0)
			continue;
		screen_text(y, x, width, i == app->tab ? ROLE_TAB_ACTIVE : ROLE_TAB, title);
		end = x + width > end ? x + width : end;
	}
	if (wide > columns - end - 2)
		wide = columns - end - 2;
	if (wide >= 3)
		screen_text(y, columns - wide - 1, wide, ROLE_DIM, count);
}

/* Words of a text in lines of `width`. */
static void
draw_wrapped(int y, int x, int width, int lines, const char *text)
{
	while (lines-- > 0 && *text) {
		size_t n = strlen(text), cut = 0;

		if (screen_width(text, n) > width) {
			for (size_t i = 0; i < n; i++) {
				if (text[i] != ' ')
					continue;
				if (screen_width(text, i) > width)
					break;
				cut = i;
			}
			n = cut && lines > 0 ? cut : n;
		}
		{
			_autofree_ char *one = text_ndup(text, n);

			screen_text(y++, x, width, ROLE_NORMAL, one);
		}
		text += n;
		text += strspn(text, " ");
	}
}

/* --- the list --- */

/* The widths of the columns; 0: left out. */
static void
measure(const struct app *app, int widths[COLUMNS_MAX])
{
	const struct tab *tab = &tab_table[app->tab];
	const struct rows *rows = &app->rows[app->tab];
	int n = app->settings.columns_len[app->tab], room = screen_columns() - 2, sum, lightest;
	const int *columns = app->settings.columns[app->tab];

	for (int i = 0; i < n; i++) {
		widths[i] = (int)strlen(tab->columns[columns[i]].title);
		for (size_t row = 0; row < rows->shown_len; row++) {
			const char *cell = rows->items[rows->shown[row]].cells[columns[i]];
			int width = cell ? screen_width(cell, strlen(cell)) : 0;

			widths[i] = width > widths[i] ? width : widths[i];
		}
		/* A column where no row says anything. */
		if (rows->shown_len > 0 && (tab->columns[columns[i]].flags & TAB_GROWS) &&
		    widths[i] == (int)strlen(tab->columns[columns[i]].title) && i > 0) {
			bool empty = true;

			for (size_t row = 0; row < rows->shown_len && empty; row++) {
				const char *cell = rows->items[rows->shown[row]].cells[columns[i]];

				empty = !cell || !*cell;
			}
			widths[i] = empty ? 0 : widths[i];
		}
	}
	for (;;) {
		int spare = 0;

		sum = -GAP;
		lightest = -1;
		for (int i = 0; i < n; i++) {
			const struct tab_column *column = &tab->columns[columns[i]];

			if (widths[i] == 0)
				continue;
			sum += widths[i] + GAP;
			if (column->flags & TAB_GROWS && widths[i] > column->least)
				spare += widths[i] - column->least;
			if (lightest < 0 || column->weight < tab->columns[columns[lightest]].weight)
				lightest = i;
		}
		if (sum <= room)
			return;
		if (sum - spare <= room)
			break;
		/* The last one is cut to what there is. */
		if (sum == widths[lightest]) {
			widths[lightest] = room > 1 ? room : 1;
			return;
		}
		widths[lightest] = 0;
	}
	/* The widest give first. */
	while (sum > room) {
		int widest = -1;

		for (int i = 0; i < n; i++) {
			const struct tab_column *column = &tab->columns[columns[i]];

			if (column->flags & TAB_GROWS && widths[i] > column->least &&
			    (widest < 0 || widths[i] > widths[widest]))
				widest = i;
		}
		widths[widest]--;
		sum--;
	}
}

static void
draw_cell(int y, int x, int width, const struct tab_column *column, enum role role, const char *text)
{
	int wide = column->flags & TAB_RIGHT ? screen_width(text, strlen(text)) : width;
	int indent = wide < width ? width - wide : 0;

	if (column->flags & TAB_KEEP_END)
		screen_text_end(y, x, width, role, text);
	else
		screen_text(y, x + indent, width - indent, role, text);
}

static void
draw_titles(const struct app *app, int y, const int widths[COLUMNS_MAX])
{
	const struct tab *tab = &tab_table[app->tab];
	int x = 1;

	for (int i = 0; i < app->settings.columns_len[app->tab]; i++) {
		const struct tab_column *column = &tab->columns[app->settings.columns[app->tab][i]];

		if (widths[i] == 0)
			continue;
		draw_cell(y, x, widths[i], column, ROLE_TITLE, column->title);
		x += widths[i] + GAP;
	}
}

static void
draw_row(const struct app *app, int y, const struct row *row, bool selected, const int widths[COLUMNS_MAX])
{
	const struct tab *tab = &tab_table[app->tab];
	int x = screen_columns() > 3 ? 1 : 0;

	if (selected)
		screen_fill(y, 0, screen_columns(), ROLE_CURSOR);
	for (int i = 0; i < app->settings.columns_len[app->tab]; i++) {
		int cell = app->settings.columns[app->tab][i];

		if (widths[i] == 0)
			continue;
		if (row->cells[cell])
			draw_cell(y, x, widths[i], &tab->columns[cell], selected ? ROLE_CURSOR : row->roles[cell],
				  row->cells[cell]);
		x += widths[i] + GAP;
	}
	if (selected)
		screen_cursor(y, 0);
}

static void
draw_list(struct app *app, const struct layout *layout)
{
	struct rows *rows = app_rows(app);
	int widths[COLUMNS_MAX] = { 0 };

	rows_scroll(rows, (size_t)layout->list_lines);
	if (rows->shown_len == 0) {
		const char *text = rows->len > 0 ? "No row matches the filter." : tab_table[app->tab].empty;

		screen_text(layout->list, 1, screen_columns() - 2, ROLE_DIM, text);
		return;
	}
	measure(app, widths);
	if (layout->titles >= 0)
		draw_titles(app, layout->titles, widths);
	for (int i = 0; i < layout->list_lines && rows->top + (size_t)i < rows->shown_len; i++) {
		size_t at = rows->top + (size_t)i;

		draw_row(app, layout->list + i, &rows->items[rows->shown[at]], at == rows->cursor, widths);
	}
}

/* --- text over the list --- */

long
view_text_height(struct app *app)
{
	struct layout layout;

	lay_out(app, &layout);
	return screen_lines() - (layout.tabs + 1) - (screen_lines() - (layout.list + layout.list_lines)) - 2;
}

static void
draw_text(struct app *app, const struct layout *layout)
{
	const struct text_view *text = &app->text;
	int top = layout->tabs + 1, height = layout->list + layout->list_lines - top, columns = screen_columns();

	screen_box(top, 0, height, columns, text->title, ROLE_NORMAL);
	for (int i = 0; i < height - 2 && text->top + (size_t)i < text->len; i++) {
		const struct text_line *line = &text->lines[text->top + (size_t)i];

		screen_text(top + 1 + i, 2, columns - 4, line->role, line->text);
	}
	screen_cursor(top + 1, 2);
}

/* --- the last lines --- */

struct hint {
	const char *key, *label;
};

/* What the keys are for while it is not the list that has them. */
static const struct hint text_hints[] = { { "Esc", "back" }, { "Up Down", "scroll" }, { NULL, NULL } };
static const struct hint command_hints[] = {
	{ "Enter", "run" }, { "Tab", "complete" }, { "Up", "history" }, { "Esc", "cancel" }, { NULL, NULL },
};
static const struct hint filter_hints[] = {
	{ "Enter", "keep" }, { "!", "not" }, { "Esc", "cancel" }, { NULL, NULL },
};
static const struct hint ask_hints[] = { { "y", "do it" }, { "any other key", "leave it" }, { NULL, NULL } };
static const struct hint form_hints[] = {
	{ "Enter", "mount" }, { "Down", "next" },   { "Space", "switch" },
	{ "Tab", "complete" }, { "Esc", "cancel" }, { NULL, NULL },
};

static int
draw_hint(int y, int x, const char *key, const char *label)
{
	int room = screen_columns() - x;
	int width = screen_width(key, strlen(key)) + 1 + screen_width(label, strlen(label));

	if (width > room)
		return 0;
	x += screen_text(y, x, room, ROLE_KEY, key) + 1;
	screen_text(y, x, screen_columns() - x, ROLE_LABEL, label);
	return width + 2;
}

static void
draw_keys(const struct app *app, int y)
{
	static const struct hint *const hints[] = {
		[MODE_TEXT] = text_hints, [MODE_COMMAND] = command_hints, [MODE_FILTER] = filter_hints,
		[MODE_ASK] = ask_hints,	  [MODE_FORM] = form_hints,	  [MODE_LIST] = NULL,
	};
	const struct hint *hint = hints[app->mode];
	int x = screen_columns() > 3 ? 1 : 0;
	char prefix[24];

	if (app->desk && !app->desk->in_panel) {
		if (app->desk->input.prefix)
			draw_hint(y, x, keys_name((uint32_t)app->desk->input.prefix, false, prefix, sizeof prefix),
				  "gives the keys to this panel");
		return;
	}
	for (; hint && hint->key; hint++)
		x += draw_hint(y, x, hint->key, hint->label);
	/* First what the tab has of its own. */
	for (int pass = 0; app->mode == MODE_LIST && pass < 2; pass++) {
		for (size_t i = 0; i < app->settings.bindings_len; i++) {
			const struct binding *binding = &app->settings.bindings[i];
			char key[24];

			if (!binding->label || binding->place != (pass == 0 ? app->tab : PLACE_ALL))
				continue;
			keys_name(binding->code, binding->alt, key, sizeof key);
			x += draw_hint(y, x, key, binding->label);
		}
	}
}

static void
draw_message(struct app *app, int y)
{
	int columns = screen_columns();
	_autofree_ char *question = NULL;

	switch (app->mode) {
	case MODE_COMMAND:
	case MODE_FILTER:
		line_draw(y, 0, columns, ROLE_INPUT);
		line_draw_matches(y, 1);
		return;
	case MODE_ASK:
		/* The end of the question is ours: what is asked about cannot push it away. */
		question = text_format("run :%s", app->asked);
		screen_text(y, 0, 6 < columns ? 6 : columns, ROLE_ERROR, "(y/n)");
		screen_text(y, 6, columns - 6, ROLE_ERROR, question);
		screen_cursor(y, 0);
		return;
	case MODE_LIST:
	case MODE_TEXT:
	case MODE_FORM:
		break;
	}
	if (app->message && *app->message)
		screen_text(y, columns > 3 ? 1 : 0, columns - 1, app->message_is_error ? ROLE_ERROR : ROLE_MESSAGE,
			    app->message);
}

void
view_draw(struct app *app)
{
	view_paint(app);
	screen_show();
}

void
view_paint(struct app *app)
{
	struct layout layout;

	screen_erase();
	lay_out(app, &layout);
	if (layout.heading >= 0)
		draw_heading(app, layout.heading);
	if (layout.tabs >= 0)
		draw_tabs(app, layout.tabs);
	if (layout.caption >= 0)
		draw_wrapped(layout.caption, 1, screen_columns() < CAPTION_WIDTH ? screen_columns() - 2 : CAPTION_WIDTH,
			     layout.caption_lines, app_rows(app)->caption);
	if (app->mode == MODE_TEXT && layout.tabs >= 0)
		draw_text(app, &layout);
	else
		draw_list(app, &layout);
	if (app->mode == MODE_FORM)
		form_draw(&app->form, layout.tabs + 1, layout.list + layout.list_lines);
	if (layout.message >= 0)
		draw_message(app, layout.message);
	if (layout.keys >= 0)
		draw_keys(app, layout.keys);
}
