/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers for machines: one JSON object on one line. */
#include "config.h"

#include <stdlib.h>

#include "base/text.h"
#include "cmd/json.h"
#include "cmd/output.h"

struct json_output {
	struct output base;
	FILE *f;
	bool keyed;	   /* the table has a column that is the key */
	size_t rows;	   /* of the table, so far */
	size_t cells;	   /* written of the row: the key and what is for people do not count */
	struct value *notes;
	size_t notes_len, notes_cap;
};

static struct json_output *
json_of(struct output *output)
{
	return (struct json_output *)output;
}

static void
write_name(FILE *f, const char *name)
{
	json_string(f, name);
	fputc(':', f);
}

static void
begin(struct output *output, const char *command)
{
	FILE *f = json_of(output)->f;

	fputc('{', f);
	write_name(f, "command");
	json_string(f, command);
}

static void
field(struct output *output, const char *name, const char *title, const struct value *value)
{
	FILE *f = json_of(output)->f;

	(void)title;
	fputc(',', f);
	write_name(f, name);
	json_value(f, value);
}

/* It is for people. */
static void
line(struct output *output, const char *text)
{
	(void)output;
	(void)text;
}

static void
prose(struct output *output, const char *name, const char *text)
{
	struct value value = value_string(text);

	if (name)
		field(output, name, NULL, &value);
}

static void
table(struct output *output, const char *name, const char *title)
{
	struct json_output *json = json_of(output);

	(void)title;
	json->keyed = false;
	json->rows = 0;
	for (size_t i = 0; i < output->columns_len; i++)
		json->keyed |= (output->columns[i].flags & COLUMN_KEY) != 0;
	fputc(',', json->f);
	write_name(json->f, name);
	fputc(json->keyed ? '{' : '[', json->f);
}

static void
cell(struct output *output, const struct value *value)
{
	struct json_output *json = json_of(output);
	const struct column *column = &output->columns[output->column];

	if (output->column == 0) {
		json->cells = 0;
		if (json->rows++ > 0)
			fputc(',', json->f);
		if (!json->keyed)
			fputc('{', json->f);
	}
	if (column->flags & COLUMN_KEY) {
		/* The first of its row. */
		write_name(json->f, value->as.string);
		fputc('{', json->f);
	} else if (!(column->flags & COLUMN_PEOPLE)) {
		if (json->cells++ > 0)
			fputc(',', json->f);
		write_name(json->f, column->name);
		json_value(json->f, value);
	}
	if (output->column + 1 == output->columns_len)
		fputc('}', json->f);
}

static void
table_end(struct output *output)
{
	struct json_output *json = json_of(output);

	fputc(json->keyed ? '}' : ']', json->f);
}

static void
note(struct output *output, const char *text)
{
	struct json_output *json = json_of(output);

	json->notes = array_grow(json->notes, &json->notes_cap, json->notes_len + 1, sizeof *json->notes);
	json->notes[json->notes_len++] = value_string(text_dup(text));
}

static void
end(struct output *output)
{
	struct json_output *json = json_of(output);
	struct value notes = value_list(json->notes, json->notes_len);

	fputc(',', json->f);
	write_name(json->f, "notes");
	json_value(json->f, &notes);
	fputs("}\n", json->f);
}

static void
release(struct output *output)
{
	struct json_output *json = json_of(output);

	for (size_t i = 0; i < json->notes_len; i++)
		free((char *)json->notes[i].as.string);
	free(json->notes);
	free(json);
}

struct output *
output_new_json(FILE *f)
{
	static const struct output_form form = { begin, field, line, prose, table,
						 cell, table_end, note, end, release };
	size_t cap = 0;
	struct json_output *json = array_grow(NULL, &cap, 1, sizeof *json);

	*json = (struct json_output){ .base.form = &form, .f = f };
	return &json->base;
}
