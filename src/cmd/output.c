/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all forms of output have in common. */
#include "config.h"

#include "cmd/output.h"

#include <assert.h>
#include <stdarg.h>

#include "base/cleanup.h"
#include "base/text.h"

void
output_free(struct output *output)
{
	if (output)
		output->form->release(output);
}

void
output_begin(struct output *output, const char *command)
{
	output->form->begin(output, command);
}

void
output_field(struct output *output, const char *name, const char *title, struct value value)
{
	output->form->field(output, name, title, &value);
}

void
output_line(struct output *output, const char *text)
{
	output->form->line(output, text);
}

void
output_prose(struct output *output, const char *name, const char *text)
{
	output->form->prose(output, name, text);
}

void
output_table(struct output *output, const char *name, const char *title, const struct column *columns, size_t n)
{
	output->columns = columns;
	output->columns_len = n;
	output->column = 0;
	output->form->table(output, name, title);
}

void
output_cell(struct output *output, struct value value)
{
	assert(output->columns);
	output->form->cell(output, &value);
	output->column = (output->column + 1) % output->columns_len;
}

void
output_table_end(struct output *output)
{
	/* Rows are whole. */
	assert(output->column == 0);
	output->form->table_end(output);
	output->columns = NULL;
}

void
output_note(struct output *output, const char *fmt, ...)
{
	_autofree_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = text_vformat(fmt, ap);
	va_end(ap);
	output->form->note(output, text);
}

void
output_end(struct output *output)
{
	output->form->end(output);
}
