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
#include "tui/view_keys.h"

enum { GAP = 2, CAPTION_WIDTH = 100, LEAST_OF_ALL = 8, LEAST_FOR_HEADING = 7, LEAST_FOR_TITLES = 8 };

/* Which line is for what; -1: there is none. */
struct layout {
	int heading, heading_lines, tabs, caption, caption_lines, titles, list, list_lines;
	int message, message_lines, keys, keys_lines;
};

static int
lines_of(const char *text, int width)
{
	int lines = 0;
	size_t skip;

	for (; *text && width > 0; lines++) {
		text += sheet_wrap(text, width, &skip);
		text += skip;
	}
	return lines;
}

static int
caption_width(void)
{
	int columns = screen_columns() - 2;

	return columns < CAPTION_WIDTH ? columns : CAPTION_WIDTH;
}

/* --- the heading's words --- */

enum { HEADING_PARTS = 5, HEADING_WAITING = 1, HEADING_GAP = 3 };

struct heading_text {
	char *parts[HEADING_PARTS]; /* session, calls that wait, user, network, uptime; NULL: there is none */
};

static void
heading_text_release(struct heading_text *text)
{
	for (int i = 0; i < HEADING_PARTS; i++)
		free(text->parts[i]);
}

/* Where part i of the heading begins, on a heading of so many lines; what does not fit into a line goes to the next. */
static bool
place_heading(const struct heading_text *text, int part, int lines, int *ret_line, int *ret_x)
{
	int width = screen_columns() - 2, x = 0, line = 0;

	for (int i = 0; i <= part; i++) {
		int wide = text->parts[i] ? screen_width(text->parts[i], strlen(text->parts[i])) : 0;

		if (x > 0 && x + wide > width && line + 1 < lines) {
			line++;
			x = 0;
		}
		*ret_x = x;
		x += wide > 0 ? wide + HEADING_GAP : 0;
	}
	*ret_line = line;
	return x - HEADING_GAP <= width;
}

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
	length = minutes < 1	   ? text_dup("") :
		 minutes < 60	   ? text_format(" %ld min", minutes) :
		 minutes < 48 * 60 ? text_format(" %ld h %ld min", minutes / 60, minutes % 60) :
				     text_format(" %ld d", minutes / (24 * 60));
	return text_format("up%s%s", length, since);
}

/* "ada (1001)" and "1001" are the same: inside there is no name, or no root in which to look for it. */
static bool
is_same_user(const char *outside, const char *inside)
{
	const char *number = strrchr(outside, '(');
	size_t len = strlen(inside);

	if (strcmp(outside, inside) == 0)
		return true;
	return number && strncmp(number + 1, inside, len) == 0 && strcmp(number + 1 + len, ")") == 0;
}

static void
read_heading(const struct app *app, struct heading_text *ret)
{
	const struct heading *heading = &app->heading;
	const char *name = source_name(app->source);
	const char *outside = heading->user_outside ? heading->user_outside : "?";
	const char *inside = heading->user_inside ? heading->user_inside : "?";

	/* A number is that of a process: of a sandbox that has no name. */
	ret->parts[0] = text_format("%s%s", name[strspn(name, "0123456789")] ? "" : "process ", name);
	ret->parts[1] = app_waiting_text(app);
	ret->parts[2] = is_same_user(outside, inside) ? text_dup(outside) :
							text_format("%s, inside %s", outside, inside);
	ret->parts[3] = text_dup(heading->net ? heading->net : "network ?");
	ret->parts[4] = app->ended ? text_dup("ended") :
			app->lost ? text_dup("not connected") : uptime_text(heading->started);
}

/* Two lines where one is too short and there is room. */
static int
heading_lines(const struct app *app)
{
	struct heading_text text;
	int line, x;
	bool fits;

	read_heading(app, &text);
	fits = place_heading(&text, HEADING_PARTS - 1, 1, &line, &x);
	heading_text_release(&text);
	return fits || screen_lines() < 12 ? 1 : 2;
}

static void measure(const struct app *app, int widths[COLUMNS_MAX]);

/* "type ext4", where the current row was found by that and there is no room for the column. The caller frees. */
static char *
unseen_text(const struct app *app)
{
	const struct rows *rows = &app->rows[app->tab];
	const struct row *row = rows_current(rows);
	const int *columns = app->settings.columns[app->tab];
	int widths[COLUMNS_MAX] = { 0 };

	if (!row || !rows_mark(rows) || row->found < 0)
		return NULL;
	measure(app, widths);
	for (int i = 0; i < app->settings.columns_len[app->tab]; i++)
		if (columns[i] == row->found && widths[i] == 0)
			return text_format("%s %s", tab_table[app->tab].columns[columns[i]].name,
					   row_cell(row, columns[i]));
	return NULL;
}

/*
 * That not all rows are seen, which ones, what shows the others, and what cannot be seen of why this one is; NULL: all
 * is plain. The caller frees.
 */
static char *
filter_text(const struct app *app)
{
	const struct pattern *filter = &app->rows[app->tab].filter;
	char name[24];
	const char *key = settings_key(&app->settings, app->tab, "unfilter", name, sizeof name);
	const char *how = filter->literal ? (filter->negated ? "is without" : "has") :
			  filter->negated ? "does not match" : "matches";
	_autofree_ char *said = NULL, *unseen = unseen_text(app);

	if (!*pattern_body(filter))
		return take_ptr(unseen);
	said = text_format("only what %s %s%s%s%s%s%s%s", how, filter->literal ? "" : "/", pattern_body(filter),
			   key ? " (" : "", key ? key : "", key ? " shows all)" : "", unseen ? "; this one: " : "",
			   unseen ? unseen : "");
	if (screen_width(said, strlen(said)) <= screen_columns() - 2)
		return take_ptr(said);
	return unseen ? text_format("/%s: %s", filter->text, unseen) : text_format("/%s", filter->text);
}

/*
 * What the message line says, or NULL; the caller frees. A question begins with what is to be answered: what is asked
 * about cannot push it away.
 */
static char *
message_text(const struct app *app, int list_lines, enum role *ret_role)
{
	bool says = app->message && *app->message;
	_autofree_ char *command = NULL, *waiting = NULL;

	*ret_role = app->mode == MODE_ASK || (says && app->message_is_error) ? ROLE_ERROR : ROLE_MESSAGE;
	if (app->mode == MODE_ASK)
		return text_format("(y/n) %s :%s", app_asks_for_cure(app, app->asked) ? "start it again after" : "run",
				   app->asked);
	if (app->mode == MODE_COMMAND || app->mode == MODE_FILTER)
		return NULL;
	if (app->mode == MODE_FORM && !says && !form_is_framed(&app->form, list_lines)) {
		*ret_role = ROLE_KEY;
		command = form_command(&app->form);
		return text_format(":%s", command ? command : "mount");
	}
	if (says)
		return text_dup(app->message);
	/* Where there is no heading. */
	waiting = screen_lines() < LEAST_FOR_HEADING ? app_waiting_text(app) : NULL;
	if (waiting) {
		*ret_role = ROLE_ERROR;
		return take_ptr(waiting);
	}
	return app->mode == MODE_LIST ? filter_text(app) : NULL;
}

/* What is too long for one line gets more, as long as there is a row left. */
static int
message_lines(const struct app *app, int list_lines)
{
	enum { MOST = 5 };
	enum role role;
	_autofree_ char *text = message_text(app, list_lines, &role);
	int wanted = text ? lines_of(text, screen_columns() - 2) : 1, most = list_lines < MOST ? list_lines : MOST;

	return wanted < most ? wanted : most > 1 ? most : 1;
}

static bool
has_message(const struct app *app, int list_lines)
{
	enum role role;
	_autofree_ char *text = message_text(app, list_lines, &role);

	return text;
}

static void
lay_out(const struct app *app, struct layout *ret)
{
	int lines = screen_lines(), top = 0, bottom = lines;
	const char *caption = app->rows[app->tab].caption;

	bool talks = app->mode != MODE_LIST && app->mode != MODE_TEXT;

	*ret = (struct layout){ .heading = -1, .tabs = -1, .caption = -1, .titles = -1, .message = -1, .keys = -1 };
	/* In the order in which there has to be room for them, beside one row. */
	ret->message = lines >= 2 ? --bottom : -1;
	ret->keys = lines >= 5 ? ret->message : -1;
	if (ret->keys >= 0) {
		ret->keys_lines = view_keys_lines(app);
		ret->keys -= ret->keys_lines - 1;
		ret->message = bottom = ret->keys - 1;
	}
	ret->heading = lines >= LEAST_FOR_HEADING ? top : -1;
	ret->heading_lines = ret->heading >= 0 ? heading_lines(app) : 0;
	top += ret->heading_lines;
	ret->tabs = lines >= 3 ? top++ : -1;
	if (caption && lines >= 12) {
		int wanted = lines_of(caption, caption_width()) + 1, most = lines / 3;

		ret->caption_lines = wanted < most ? wanted : most;
		ret->caption = top;
		top += ret->caption_lines;
	}
	ret->titles = lines >= LEAST_FOR_TITLES ? top++ : -1;
	ret->list = top;
	ret->list_lines = bottom - top > 0 ? bottom - top : 0;
	if (ret->message < 0)
		return;
	/* On a small screen one more row, until there is something to say. */
	if (lines < LEAST_FOR_TITLES && !talks && !has_message(app, ret->list_lines)) {
		ret->list_lines++;
		ret->message = -1;
		return;
	}
	ret->message_lines = message_lines(app, ret->list_lines);
	ret->list_lines -= ret->message_lines - 1;
	ret->message -= ret->message_lines - 1;
}

bool
view_asks_whole(struct app *app)
{
	struct layout layout;
	enum role role;
	_autofree_ char *text = NULL;

	lay_out(app, &layout);
	text = message_text(app, layout.list_lines, &role);
	return text && lines_of(text, screen_columns() - 2) <= layout.message_lines;
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

static void
draw_heading(const struct app *app, const struct layout *layout)
{
	struct heading_text text;
	int line, x;

	read_heading(app, &text);
	for (int i = 0; i < layout->heading_lines; i++)
		screen_fill(layout->heading + i, 0, screen_columns(), ROLE_HEADER);
	for (int i = 0; i < HEADING_PARTS; i++) {
		place_heading(&text, i, layout->heading_lines, &line, &x);
		if (text.parts[i])
			screen_text(layout->heading + line, 1 + x, screen_columns() - 2 - x,
				    i == HEADING_WAITING ? ROLE_ERROR : ROLE_HEADER, text.parts[i]);
	}
	heading_text_release(&text);
}

/* "12 of 60", for the right end of the line of tabs. The caller frees. */
static char *
count_text(const struct rows *rows)
{
	if (rows->filter.text)
		return text_format("%zu of %zu", rows->shown_len, rows->len);
	return rows->shown_len > 0 ? text_format("%zu/%zu", rows->cursor + 1, rows->shown_len) : text_dup("");
}

/*
 * Where tab `i` begins and how wide it is. Where there is not room for all titles, the others are their numbers, and
 * without room for those there is the current one alone: false for the others.
 */
static bool
place_tab(const struct app *app, int i, int *ret_x, int *ret_width)
{
	enum { NUMBER_WIDTH = 3 };
	int current = (int)strlen(tab_table[app->tab].title) + 4, all = 0, x = 0;
	bool numbers;

	for (int tab = 0; tab < TABS; tab++)
		all += (int)strlen(tab_table[tab].title) + 4;
	numbers = all > screen_columns();
	if (numbers && current + (TABS - 1) * NUMBER_WIDTH > screen_columns()) {
		*ret_x = 0;
		*ret_width = current;
		return i == app->tab;
	}
	for (int tab = 0; tab <= i; tab++) {
		*ret_x = x;
		*ret_width = numbers && tab != app->tab ? NUMBER_WIDTH : (int)strlen(tab_table[tab].title) + 4;
		x += *ret_width;
	}
	return true;
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
		if (i != app->tab && place_tab(app, i, &at, &width) && x >= at && x < at + width)
			return i;
	/* Where only one is seen, a click goes on to the next. */
	return place_tab(app, (app->tab + 1) % TABS, &at, &width) ? -1 : (app->tab + 1) % TABS;
}

static void
draw_tabs(struct app *app, int y)
{
	_autofree_ char *count = count_text(app_rows(app));
	int columns = screen_columns(), wide = screen_width(count, strlen(count)), end = 0;

	for (int i = 0; i < TABS; i++) {
		_autofree_ char *title = text_format(" %d %s ", i + 1, tab_table[i].title);
		int x, width;

		if (!place_tab(app, i, &x, &width))
			continue;
		title[width < (int)strlen(title) ? width : (int)strlen(title)] = '\0';
		screen_text(y, x, width, i == app->tab ? ROLE_TAB_ACTIVE : ROLE_TAB, title);
		end = x + width > end ? x + width : end;
	}
	if (wide <= columns - end - 2)
		screen_text(y, columns - wide - 1, wide, ROLE_DIM, count);
}

/* Words of a text in lines of `width`; what there is no room for is cut with a sign. */
static void
draw_wrapped(int y, int x, int width, int lines, enum role role, const char *text)
{
	for (; lines > 0 && *text; lines--) {
		size_t skip, n = lines == 1 ? strlen(text) : sheet_wrap(text, width, &skip);
		_autofree_ char *one = text_ndup(text, n);

		screen_text(y++, x, width, role, one);
		text += n;
		text += strspn(text, " ");
	}
}

/* --- the list --- */

/* The columns that a column of the list would take; 0: no row says anything in it. */
static int
wanted_width(const struct rows *rows, const struct tab_column *column, int cell, bool is_first)
{
	int title = (int)strlen(column->title), width = title;
	bool empty = rows->shown_len > 0;

	for (size_t i = 0; i < rows->shown_len; i++) {
		const char *text = row_cell(&rows->items[rows->shown[i]], cell);
		int wide = text ? screen_width(text, strlen(text)) : 0;

		width = wide > width ? wide : width;
		empty = empty && (!text || !*text);
	}
	return empty && !is_first && column->flags & TAB_GROWS ? 0 : width;
}

/* Where rows were found by what is in a column, only that which says what they are is worth more. */
static int
weight_of(const struct app *app, int column)
{
	enum { MOST = COLUMN_WEIGHT_MAX };
	int weight = tab_table[app->tab].columns[column].weight;
	bool finds = app->rows[app->tab].found >> column & 1;

	return finds && weight < MOST ? (MOST - 1) * MOST + weight : weight * MOST;
}

/* The widths of the columns; 0: left out. */
static void
measure(const struct app *app, int widths[COLUMNS_MAX])
{
	const struct tab *tab = &tab_table[app->tab];
	int n = app->settings.columns_len[app->tab], room = screen_columns() - 2, sum, lightest;
	const int *columns = app->settings.columns[app->tab];
	int least[COLUMNS_MAX] = { 0 };

	for (int i = 0; i < n; i++) {
		const struct tab_column *column = &tab->columns[columns[i]];

		least[i] = column->least;
		widths[i] = wanted_width(&app->rows[app->tab], column, columns[i], i == 0);
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
			if (column->flags & TAB_GROWS && widths[i] > least[i])
				spare += widths[i] - least[i];
			/* Of two as light the one that can give some of its room. */
			if (lightest < 0 || weight_of(app, columns[i]) < weight_of(app, columns[lightest]) ||
			    (weight_of(app, columns[i]) == weight_of(app, columns[lightest]) &&
			     column->flags & TAB_GROWS && least[i] > LEAST_OF_ALL))
				lightest = i;
		}
		if (sum <= room)
			return;
		if (sum - spare <= room)
			break;
		/* Rather a little of it than nothing. */
		if (tab->columns[columns[lightest]].flags & TAB_GROWS && least[lightest] > LEAST_OF_ALL) {
			least[lightest] = LEAST_OF_ALL;
			continue;
		}
		/* The last one is cut to what there is. */
		if (sum == widths[lightest]) {
			widths[lightest] = room > 1 ? room : 1;
			return;
		}
		widths[lightest] = 0;
	}
	/* The lightest give first, of those as light the widest. */
	while (sum > room) {
		int gives = -1;

		for (int i = 0; i < n; i++) {
			const struct tab_column *column = &tab->columns[columns[i]];

			if (!(column->flags & TAB_GROWS) || widths[i] <= least[i])
				continue;
			if (gives < 0 || column->weight < tab->columns[columns[gives]].weight ||
			    (column->weight == tab->columns[columns[gives]].weight && widths[i] > widths[gives]))
				gives = i;
		}
		widths[gives]--;
		sum--;
	}
}

/*
 * Draws the text; of one that is too long, `end` or its beginning. With a mark, the first place where that is in the
 * text is underlined, and is what is drawn of a long one.
 */
static void
draw_marked(int y, int x, int width, enum role role, const char *shown, bool end, const struct pattern *mark)
{
	size_t at, len;
	int all = screen_width(shown, strlen(shown)), from = 0, before, marked;
	_autofree_ char *cut = NULL;

	if (!mark || !pattern_find(mark, shown, &at, &len)) {
		(end ? screen_text_end : screen_text)(y, x, width, role, shown);
		return;
	}
	before = screen_width(shown, at);
	marked = screen_width(shown + at, len);
	if (all > width && end && before > all - width) {
		from = all - screen_text_end(y, x, width, role, shown);
	} else if (all > width && before + marked >= width) {
		from = before - 1;
		cut = text_format("%s%s", screen_ellipsis(), shown + at);
		screen_text(y, x, width, role, cut);
	} else {
		screen_text(y, x, width, role, shown);
	}
	screen_mark(y, x + before - from, before - from + marked < width ? marked : width - before + from, role);
}

static void
draw_cell(int y, int x, int width, const struct tab_column *column, enum role role, const char *text,
	  const struct pattern *mark)
{
	_autofree_ char *shown = text_escape(text);
	int wide = column->flags & TAB_RIGHT ? screen_width(shown, strlen(shown)) : width;
	int indent = wide < width ? width - wide : 0;

	/* Of a path the end tells most; "(inside only)" is none. */
	draw_marked(y, x + indent, width - indent, role, shown, column->flags & TAB_KEEP_END && text[0] != '(', mark);
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
		draw_cell(y, x, widths[i], column, ROLE_TITLE, column->title, NULL);
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
		const char *text = row_cell(row, cell);

		if (widths[i] == 0)
			continue;
		if (text)
			draw_cell(y, x, widths[i], &tab->columns[cell],
				  selected ? ROLE_CURSOR : (enum role)row->roles[cell], text,
				  rows_mark(&app->rows[app->tab]));
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

		if (rows->len > 0 && rows->filter.literal)
			text = "No row has that text, which is no regular expression yet.";
		if (app->tab == TAB_EVENTS && rows->len == 0 && !source_has_events(app->source))
			text = "Nobody tells what happens here: it is no session of isolate.";
		if (!rows->known && tab_table[app->tab].refresh != REFRESH_EVENTS)
			text = "Asking ...";
		if (rows->failure && rows->len == 0)
			text = rows->failure;
		draw_wrapped(layout->list, 1, screen_columns() - 2, layout->list_lines, ROLE_DIM, text);
		screen_cursor(layout->list, 0);
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

/* --- the message line --- */

static void
draw_message(struct app *app, const struct layout *layout)
{
	int columns = screen_columns(), x = columns > 3 ? 1 : 0;
	enum role role;
	_autofree_ char *text = message_text(app, layout->list_lines, &role);

	if (app->mode == MODE_COMMAND || app->mode == MODE_FILTER) {
		line_draw(layout->message, 0, columns, ROLE_INPUT);
		line_draw_matches(layout->message, 1, layout->message + 1);
	} else if (text) {
		draw_wrapped(layout->message, x, columns - 2 * x, layout->message_lines, role, text);
	}
	if (app->mode == MODE_ASK)
		screen_cursor(layout->message, x);
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
		draw_heading(app, &layout);
	if (layout.tabs >= 0)
		draw_tabs(app, layout.tabs);
	if (layout.caption >= 0)
		draw_wrapped(layout.caption, 1, caption_width(), layout.caption_lines - 1, ROLE_NORMAL,
			     app_rows(app)->caption);
	if (app->mode == MODE_TEXT && layout.tabs >= 0)
		sheet_draw(&app->sheet, layout.tabs + 1, layout.list + layout.list_lines - layout.tabs - 1,
			   screen_columns());
	else
		draw_list(app, &layout);
	if (layout.message >= 0)
		draw_message(app, &layout);
	if (layout.keys >= 0)
		view_keys_draw(app, layout.keys, layout.keys_lines);
	/* Last, since its completions may lie over the message. */
	if (app->mode == MODE_FORM)
		form_draw(&app->form, layout.tabs + 1, layout.list + layout.list_lines,
			  layout.keys >= 0 ? layout.keys : screen_lines());
}
