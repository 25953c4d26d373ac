/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :help: the table of the commands, shown. */
#include "config.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/table.h"

static void
write_row(const struct command *command, struct output *output)
{
	_autofree_ char *usage = command_usage(command);
	_autofree_ char *shown = text_format(":%s", usage);

	output_cell(output, value_string(command->name));
	output_cell(output, value_reads(value_string(usage), shown));
	output_cell(output, value_string(command->help));
	output_cell(output, value_string(command->man));
}

int
command_help(const struct call *call, struct output *output, struct error *err)
{
	static const struct column columns[] = {
		{ "name", "", COLUMN_MACHINE },
		{ "usage", "COMMAND", 0 },
		{ "help", "WHAT IT TELLS", 0 },
		{ "text", "", COLUMN_MACHINE },
	};
	const char *name = call->values[0];
	const struct command *one = name ? command_find(name + (*name == ':')) : NULL;

	(void)err;
	output_begin(output, "help");
	output_table(output, "commands", NULL, columns, COUNT(columns));
	for (size_t i = 0; i < command_table_len; i++)
		if (!one || one == &command_table[i])
			write_row(&command_table[i], output);
	output_table_end(output);
	if (one)
		output_prose(output, NULL, one->man);
	output_end(output);
	return 0;
}
