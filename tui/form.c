/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form for a new mount. */
#include "config.h"

#include "tui/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/table.h"
#include "tui/line.h"
#include "tui/screen.h"
#include "tui/sheet.h"

static const struct {
	const char *label, *hint, *flag;
} fields[FORM_FIELDS] = {
	[FORM_INSIDE] = { "Inside", "where it is to be seen", NULL },
	[FORM_OUTSIDE] = { "Outside", "what is seen there; empty: the same path", NULL },
	[FORM_READ_ONLY] = { "read-only", "", "ro" },
	[FORM_NOEXEC] = { "no programs are executed from it", "", "noexec" },
	[FORM_DEVICES] = { "its devices work", "", "dev" },
	[FORM_SUID] = { "set-user-ID programs count", "", "suid" },
	[FORM_TRY] = { "no error if it is not there", "", "try" },
};

/* Paths are completed as those of commands are: what is typed stands behind a command that has such an argument. */
static void
complete_path(struct form *form, const char *before, const char *text, size_t cursor, struct complete *ret)
{
	_autofree_ char *typed = text_ndup(text, cursor), *line = text_format("%s%s", before, typed);
	size_t extra = strlen(before);

	complete_line(command_table, command_table_len, line, strlen(line), form->names, ret);
	if (ret->at >= extra) {
		ret->at -= extra;
		return;
	}
	complete_release(ret);
	*ret = (struct complete){ 0 };
}

/* What is inside, and, since a place inside is most often called what it is called outside, what is there. */
static void
complete_inside(void *arg, const char *text, size_t cursor, struct complete *ret)
{
	struct complete outside;

	complete_path(arg, "umount ", text, cursor, ret);
	complete_path(arg, "mount ro:", text, cursor, &outside);
	complete_merge(ret, &outside);
}

static void
complete_outside(void *arg, const char *text, size_t cursor, struct complete *ret)
{
	complete_path(arg, "mount /x=", text, cursor, ret);
}

static void
open_line(struct form *form)
{
	if (form->focus <= FORM_OUTSIDE)
		line_open("", form->paths[form->focus], form->focus == FORM_INSIDE ? complete_inside : complete_outside,
			  form, false);
}

static void
keep_line(struct form *form)
{
	if (form->focus > FORM_OUTSIDE)
		return;
	free(form->paths[form->focus]);
	form->paths[form->focus] = text_dup(line_text());
}

void
form_open(struct form *form, const struct complete_source *names)
{
	*form = (struct form){ .names = names };
	form->paths[FORM_INSIDE] = text_dup("");
	form->paths[FORM_OUTSIDE] = text_dup("");
	form->on[FORM_READ_ONLY] = true;
	open_line(form);
}

void
form_resume(struct form *form)
{
	open_line(form);
}

void
form_release(struct form *form)
{
	if (!form->names)
		return;
	line_close();
	free(form->paths[FORM_INSIDE]);
	free(form->paths[FORM_OUTSIDE]);
	*form = (struct form){ 0 };
}

static void
move_focus(struct form *form, int by)
{
	keep_line(form);
	line_close();
	form->focus = (form->focus + by + FORM_FIELDS) % FORM_FIELDS;
	open_line(form);
}

static enum form_state
path_key(struct form *form, const struct key *key)
{
	switch (line_key(key)) {
	case LINE_CANCELLED:
		/* Backspace in an empty field is not the end of the form. */
		if (key->code != 127)
			return FORM_CANCELLED;
		open_line(form);
		break;
	case LINE_DONE:
		keep_line(form);
		return FORM_DONE;
	case LINE_EDITING:
		keep_line(form);
		break;
	}
	return FORM_EDITING;
}

enum form_state
form_key(struct form *form, const struct key *key)
{
	bool is_path = form->focus <= FORM_OUTSIDE;

	/* While completions are listed, the arrows are theirs. */
	if (is_path && line_lists() && key->code != '\t')
		return path_key(form, key);
	if (key->code == KEYS_DOWN || key->code == KEYS_UP || key->code == KEYS_BACK_TAB ||
	    (key->code == '\t' && !is_path)) {
		move_focus(form, key->code == KEYS_UP || key->code == KEYS_BACK_TAB ? -1 : 1);
		return FORM_EDITING;
	}
	if (is_path)
		return path_key(form, key);
	if (key->code == ' ')
		form->on[form->focus] = !form->on[form->focus];
	else if (key->code == '\r')
		return FORM_DONE;
	else if (key->code == KEYS_ESCAPE || key->code == 3)
		return FORM_CANCELLED;
	return FORM_EDITING;
}

char *
form_command(const struct form *form)
{
	const char *inside = form->paths[FORM_INSIDE], *outside = form->paths[FORM_OUTSIDE];
	_autofree_ char *flags = text_dup("");

	if (!*inside && !*outside)
		return NULL;
	for (int i = FORM_READ_ONLY; i < FORM_FIELDS; i++) {
		char *longer;

		if (!form->on[i])
			continue;
		longer = text_format("%s%s%s", flags, *flags ? "," : "", fields[i].flag);
		free(flags);
		flags = longer;
	}
	if (!*inside)
		inside = outside;
	if (!*outside || strcmp(inside, outside) == 0)
		return text_format("mount %s%s%s", flags, *flags ? ":" : "", inside);
	return text_format("mount %s%s%s=%s", flags, *flags ? ":" : "", inside, outside);
}

static void
draw_field(const struct form *form, int field, int y, int x, int width)
{
	bool focused = form->focus == field;
	const char *text;

	if (field > FORM_OUTSIDE) {
		_autofree_ char *box = text_format("[%c] %-7s %s", form->on[field] ? 'x' : ' ', fields[field].flag,
							fields[field].label);

		screen_text(y, x, width, focused ? ROLE_CHOICE : ROLE_NORMAL, box);
		if (focused)
			screen_cursor(y, x + 1);
		return;
	}
	text = form->paths[field];
	screen_text(y, x, 8, focused ? ROLE_KEY : ROLE_NORMAL, fields[field].label);
	if (focused)
		line_draw(y, x + 9, width - 9, ROLE_INPUT);
	if (!*text)
		screen_text(y, x + 9, width - 9, ROLE_DIM, fields[field].hint);
	else if (!focused)
		screen_text_end(y, x + 9, width - 9, ROLE_NORMAL, text);
}

/* All of the command, in as many lines as it takes. */
static void
draw_command(const char *command, int y, int x, int width, int lines)
{
	for (size_t skip; lines > 0 && *command; lines--) {
		size_t n = lines == 1 ? strlen(command) : sheet_wrap(command, width, &skip);
		_autofree_ char *piece = text_ndup(command, n);

		screen_text(y++, x, width, ROLE_KEY, piece);
		command += n + strspn(command + n, " ");
	}
}

static int
form_width(void)
{
	return screen_columns() < 72 ? screen_columns() : 72;
}

static int
command_lines(const char *command)
{
	int width = screen_width(command, strlen(command)), inner = form_width() > 5 ? form_width() - 4 : 1;

	return width / inner + 1;
}

static char *
shown_command(const struct form *form)
{
	_autofree_ char *command = form_command(form);

	return text_format(":%s", command ? command : "mount");
}

bool
form_is_framed(const struct form *form, int lines)
{
	_autofree_ char *command = shown_command(form);

	return lines >= FORM_FIELDS + 3 + command_lines(command);
}

void
form_draw(struct form *form, int top, int bottom, int end)
{
	_autofree_ char *command = shown_command(form);
	int columns = screen_columns(), width = form_width(), height = FORM_FIELDS + 3 + command_lines(command);
	int x = (columns - width) / 2, y = top, first = 0;
	bool framed = form_is_framed(form, bottom - top);

	if (framed) {
		y = top + (bottom - top - height) / 3;
		screen_box(y, x, height, width, "Add a mount", ROLE_NORMAL);
	}
	for (int i = top; !framed && i < bottom; i++)
		screen_fill(i, 0, columns, ROLE_NORMAL);
	/* Without room for all: the one that is edited, and what comes before it as far as there is room. */
	if (!framed && form->focus >= bottom - top)
		first = form->focus - (bottom - top) + 1;
	for (int i = first; i < FORM_FIELDS && (framed || i - first < bottom - top); i++)
		draw_field(form, i, y + framed + i - first, x + (framed ? 2 : 0), width - (framed ? 4 : 0));
	if (framed)
		draw_command(command, y + FORM_FIELDS + 2, x + 2, width - 4, command_lines(command));
	if (form->focus <= FORM_OUTSIDE)
		line_draw_matches(y + framed + form->focus - first, x + (framed ? 2 : 0) + 9, end);
}
