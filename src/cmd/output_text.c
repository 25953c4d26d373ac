/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers for people: aligned columns, nothing in them that a terminal would obey. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/output.h"

/* Blanks between columns; the columns of a line of prose. */
enum { GAP = 2, LINE_WIDTH = 79 };

struct text_cell {
	char *text; /* escaped */
	int width;
	bool empty; /* there is no value */
};

struct text_output {
	struct output base;
	FILE *f;
	bool written; /* something stands above already */
	char *title;
	struct text_cell *cells;
	size_t len, cap;
	char **notes;
	size_t notes_len, notes_cap;
};

static struct text_output *
text_of(struct output *output)
{
	return (struct text_output *)output;
}

/* Most texts are plain, and of some there are tens of thousands. */
static bool
is_plain(const char *s)
{
	while (*s >= ' ' && *s < 0x7f)
		s++;
	return *s == '\0';
}

static struct text_cell
make_cell(const char *text, bool empty)
{
	bool plain = is_plain(text);
	struct text_cell cell = { .text = plain ? text_dup(text) : text_escape(text), .empty = empty };

	cell.width = plain ? (int)strlen(text) : text_columns(text, strlen(text));
	return cell;
}

static void show_to(FILE *f, const struct value *value);

static void
show_list(FILE *f, const struct value *items, size_t len)
{
	if (len == 0)
		fputs("none", f);
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			fputs(", ", f);
		show_to(f, &items[i]);
	}
}

static void
show_record(FILE *f, const struct field *fields, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		fprintf(f, "%s%s ", i > 0 ? ", " : "", fields[i].name);
		show_to(f, &fields[i].value);
	}
}

static void
show_to(FILE *f, const struct value *value)
{
	if (value->text) {
		fputs(value->text, f);
		return;
	}
	switch (value->kind) {
	case VALUE_NONE:
		fputc('-', f);
		break;
	case VALUE_STRING:
		fputs(value->as.string, f);
		break;
	case VALUE_NUMBER:
		fprintf(f, "%" PRIu64, value->as.number);
		break;
	case VALUE_TRUTH:
		fputs(value->as.truth ? "yes" : "no", f);
		break;
	case VALUE_LIST:
		show_list(f, value->as.list.items, value->as.list.len);
		break;
	case VALUE_RECORD:
		show_record(f, value->as.record.fields, value->as.record.len);
		break;
	}
}

/* What people read of a value, not escaped yet. The caller frees. */
static char *
show(const struct value *value)
{
	_autofree_ char *shown = NULL;
	size_t size;
	FILE *f;

	if (value->text || value->kind == VALUE_STRING)
		return text_dup(value->text ? value->text : value->as.string);
	f = open_memstream(&shown, &size);
	if (!f)
		return text_dup("");
	show_to(f, value);
	return fclose(f) == 0 ? take_ptr(shown) : text_dup("");
}

static void
begin(struct output *output, const char *command)
{
	(void)output;
	(void)command;
}

/* A blank line between the parts of an answer. */
static void
separate(struct text_output *text)
{
	if (text->written)
		fputc('\n', text->f);
	text->written = true;
}

static void
field(struct output *output, const char *name, const char *title, const struct value *value)
{
	struct text_output *text = text_of(output);
	_autofree_ char *shown = NULL;

	(void)name;
	if (!title)
		return;
	shown = show(value);
	fprintf(text->f, "%s: ", title);
	text_print(text->f, shown);
	fputc('\n', text->f);
	text->written = true;
}

static void
line(struct output *output, const char *line_text)
{
	struct text_output *text = text_of(output);

	text_print(text->f, line_text);
	fputc('\n', text->f);
	text->written = true;
}

/* One paragraph, which ends at an empty line or at the end of the text. Returns what follows it. */
static const char *
print_paragraph(FILE *f, const char *at)
{
	int column = 0;

	while (*at != '\0' && strncmp(at, "\n\n", 2) != 0) {
		size_t len = strcspn(at, " \n");
		_autofree_ char *word = text_ndup(at, len);
		int width = text_columns(word, len);

		if (len > 0 && column > 0) {
			fputc(column + 1 + width > LINE_WIDTH ? '\n' : ' ', f);
			column = column + 1 + width > LINE_WIDTH ? 0 : column + 1;
		}
		text_print(f, word);
		column += width;
		at += len;
		if (*at == ' ' || (*at == '\n' && at[1] != '\n'))
			at++;
	}
	fputc('\n', f);
	return at + strspn(at, "\n");
}

static void
prose(struct output *output, const char *name, const char *text)
{
	(void)name;
	while (*text != '\0') {
		separate(text_of(output));
		text = print_paragraph(text_of(output)->f, text);
	}
}

static void
table(struct output *output, const char *name, const char *title)
{
	struct text_output *text = text_of(output);

	(void)name;
	free(text->title);
	text->title = title ? text_dup(title) : NULL;
	text->len = 0;
}

static void
cell(struct output *output, const struct value *value)
{
	struct text_output *text = text_of(output);
	unsigned flags = output->columns[output->column].flags;
	_autofree_ char *shown = NULL;
	bool empty;

	text->cells = array_grow(text->cells, &text->cap, text->len + 1, sizeof *text->cells);
	if (flags & COLUMN_MACHINE) {
		text->cells[text->len++] = (struct text_cell){ NULL, 0, true };
		return;
	}
	empty = value->kind == VALUE_NONE && !value->text;
	shown = empty && flags & COLUMN_OPTIONAL ? text_dup("") : show(value);
	text->cells[text->len++] = make_cell(shown, empty);
}

/* The width of a column, or -1 where it is not shown. */
static int
measure(const struct text_output *text, size_t column)
{
	const struct column *columns = text->base.columns;
	bool empty = true;
	int width;

	if (columns[column].flags & COLUMN_MACHINE)
		return -1;
	width = text_columns(columns[column].title, strlen(columns[column].title));
	for (size_t i = column; i < text->len; i += text->base.columns_len) {
		empty &= text->cells[i].empty;
		if (text->cells[i].width > width)
			width = text->cells[i].width;
	}
	return empty && columns[column].flags & COLUMN_OPTIONAL ? -1 : width;
}

static void
print_blanks(FILE *f, int n)
{
	static const char blanks[] = "                                                                ";

	for (int part; n > 0; n -= part) {
		part = n < (int)sizeof blanks ? n : (int)sizeof blanks - 1;
		fwrite(blanks, 1, (size_t)part, f);
	}
}

/* One line of `n` cells, of which those with a width are shown, the last one without blanks behind it. */
static void
print_line(const struct text_output *text, const struct text_cell *cells, const int *widths)
{
	size_t n = text->base.columns_len;
	int gap = 0;

	for (size_t i = 0; i < n; i++) {
		int pad = widths[i] - cells[i].width;

		if (widths[i] < 0)
			continue;
		if (text->base.columns[i].flags & COLUMN_RIGHT) {
			print_blanks(text->f, gap + pad);
			fputs(cells[i].text, text->f);
			gap = GAP;
		} else if (cells[i].width == 0) {
			/* Blanks are owed until something follows them. */
			gap += pad + GAP;
		} else {
			print_blanks(text->f, gap);
			fputs(cells[i].text, text->f);
			gap = pad + GAP;
		}
	}
	fputc('\n', text->f);
}

static void
print_headings(const struct text_output *text, const int *widths)
{
	size_t n = text->base.columns_len, cap = 0;
	struct text_cell *headings = array_grow(NULL, &cap, n, sizeof *headings);

	for (size_t i = 0; i < n; i++)
		headings[i] = make_cell(text->base.columns[i].title, false);
	print_line(text, headings, widths);
	for (size_t i = 0; i < n; i++)
		free(headings[i].text);
	free(headings);
}

static void
table_end(struct output *output)
{
	struct text_output *text = text_of(output);
	size_t n = output->columns_len, cap = 0;
	_autofree_ int *widths = NULL;
	bool shown = false;

	if (text->len == 0)
		return;
	widths = array_grow(NULL, &cap, n, sizeof *widths);
	for (size_t i = 0; i < n; i++) {
		widths[i] = measure(text, i);
		shown |= widths[i] >= 0;
	}
	/* A table may be for machines alone. */
	if (shown) {
		separate(text);
		if (text->title)
			fprintf(text->f, "%s\n", text->title);
		print_headings(text, widths);
		for (size_t row = 0; row < text->len; row += n)
			print_line(text, text->cells + row, widths);
	}
	for (size_t i = 0; i < text->len; i++)
		free(text->cells[i].text);
	text->len = 0;
}

static void
note(struct output *output, const char *note_text)
{
	struct text_output *text = text_of(output);

	text->notes = array_grow(text->notes, &text->notes_cap, text->notes_len + 1, sizeof *text->notes);
	text->notes[text->notes_len++] = text_dup(note_text);
}

static void
end(struct output *output)
{
	struct text_output *text = text_of(output);

	if (text->notes_len > 0)
		separate(text);
	for (size_t i = 0; i < text->notes_len; i++) {
		fputs("note: ", text->f);
		text_print(text->f, text->notes[i]);
		fputc('\n', text->f);
	}
}

static void
release(struct output *output)
{
	struct text_output *text = text_of(output);

	for (size_t i = 0; i < text->notes_len; i++)
		free(text->notes[i]);
	free(text->notes);
	for (size_t i = 0; i < text->len; i++)
		free(text->cells[i].text);
	free(text->cells);
	free(text->title);
	free(text);
}

struct output *
output_new_text(FILE *f)
{
	static const struct output_form form = { begin, field, line, prose, table,
						 cell, table_end, note, end, release };
	size_t cap = 0;
	struct text_output *text = array_grow(NULL, &cap, 1, sizeof *text);

	*text = (struct text_output){ .base.form = &form, .f = f };
	return &text->base;
}
