/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: the parser and --help, both driven by the table of src/option_table.c. */
#include "config.h"

#include "options.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Where the parser stands. */
struct reader {
	const struct option_row *no_join; /* the first that cannot stand with --join, or NULL */
	int argc;
	char **argv;
	int at; /* the next word */
	struct request *req;
	bool *done; /* something was shown, nothing is to be run */
};

bool
option_takes_optional(const struct option_row *row)
{
	return row->arg && row->arg[0] == '[';
}

int
option_args(const struct option_row *row)
{
	if (!row->arg || option_takes_optional(row))
		return 0;
	return strchr(row->arg, ' ') ? 2 : 1;
}

const char *
options_program_name(const char *argv0)
{
	const char *slash;

	if (!argv0 || argv0[0] == '\0')
		return "isolate";
	slash = strrchr(argv0, '/');
	return slash ? slash + 1 : argv0;
}

static const struct option_row *
row_by_long_name(const char *name, size_t len)
{
	for (size_t i = 0; i < option_rows_len; i++)
		if (strlen(option_rows[i].long_name) == len && strncmp(option_rows[i].long_name, name, len) == 0)
			return &option_rows[i];
	return NULL;
}

static const struct option_row *
row_by_short_name(char name)
{
	for (size_t i = 0; i < option_rows_len; i++)
		if (option_rows[i].short_name == name)
			return &option_rows[i];
	return NULL;
}

static const char *
nearest_long_name(const char *word)
{
	const char *names[option_rows_len];

	for (size_t i = 0; i < option_rows_len; i++)
		names[i] = option_rows[i].long_name;
	return text_nearest(word, names, option_rows_len);
}

/* `shown` is the option as the user wrote it, `meant` the long name that is near to it, or NULL. */
static int
refuse_unknown(const struct reader *reader, const char *shown, const char *meant, struct error *err)
{
	error_set(err, 0, "unknown option '%s'", shown);
	if (meant)
		error_hint(err, "did you mean '--%s'?", meant);
	else
		error_hint(err, "'%s --help' lists the options", options_program_name(reader->argv[0]));
	return -1;
}

/* Of the bundle `word`, the letter at `c` is no option. */
static int
refuse_unknown_short(const struct reader *reader, const char *word, const char *c, struct error *err)
{
	_autofree_ char *name = text_ndup(word + 1, strcspn(word + 1, "="));
	const char *meant = strlen(name) > 1 ? nearest_long_name(name) : NULL;
	/* "-net" is a dash too few, not the letter n. */
	_autofree_ char *shown = meant ? text_format("-%s", name) : text_format("-%c", *c);

	return refuse_unknown(reader, shown, meant, err);
}

static int
show_and_stop(struct reader *reader, const struct option_row *row, struct error *err)
{
	row->show(stdout, options_program_name(reader->argv[0]));
	*reader->done = true;
	if (fflush(stdout) != 0 || ferror(stdout))
		return error_set(err, errno, "cannot write to standard output (for --%s)", row->long_name);
	return 0;
}

/* Applies row; `attached` is the value after "=" or after a short name, or NULL: then the next words are. */
static int
apply_row(struct reader *reader, const struct option_row *row, const char *attached, struct error *err)
{
	int args = option_args(row);
	const char *values[2] = { attached, NULL };

	if (row->show)
		return show_and_stop(reader, row, err);
	if (!row->with_join && !reader->no_join)
		reader->no_join = row;
	if (args > 0 && !attached) {
		if (reader->argc - reader->at < args)
			return error_set(err, 0, "--%s needs %s: %s", row->long_name,
					 args == 1 ? "an argument" : "two arguments", row->arg);
		for (int i = 0; i < args; i++)
			values[i] = reader->argv[reader->at++];
	}
	return row->apply(reader->req, values[0], values[1], err);
}

static int
read_long(struct reader *reader, const char *word, struct error *err)
{
	const char *name = word + 2;
	const char *equals = strchrnul(name, '=');
	const struct option_row *row = row_by_long_name(name, (size_t)(equals - name));

	if (!row) {
		_autofree_ char *shown = text_ndup(word, (size_t)(equals - word));

		return refuse_unknown(reader, shown, nearest_long_name(shown + 2), err);
	}
	if (*equals == '=' && option_args(row) == 0 && !option_takes_optional(row))
		return error_set(err, 0, "--%s takes no argument: '%s'", row->long_name, word);
	return apply_row(reader, row, *equals == '=' ? equals + 1 : NULL, err);
}

/* A bundle: options without an argument, and at its end one that may have the rest for its argument. */
static int
read_short(struct reader *reader, const char *word, struct error *err)
{
	for (const char *c = word + 1; *c != '\0' && !*reader->done; c++) {
		const struct option_row *row = row_by_short_name(*c);
		bool takes_rest = row && option_args(row) > 0;
		const char *rest = takes_rest && c[1] != '\0' ? c + 1 : NULL;
		int ret;

		if (!row)
			return refuse_unknown_short(reader, word, c, err);
		ret = apply_row(reader, row, rest, err);
		if (ret < 0 || takes_rest)
			return ret;
	}
	return 0;
}

/* What a session is like was decided when it was started. */
static int
refuse_with_join(const struct option_row *row, struct error *err)
{
	error_set(err, 0, "--%s makes no sense with --join, which starts a program in a session as that is",
		  row->long_name);
	if (row->apply && strcmp(row->long_name, "mnt") == 0)
		error_hint(err, "isolate --command ':mount SPEC' SESSION adds a mount to it");
	return -1;
}

int
options_default_specs(struct request *req, struct error *err)
{
	const char *mntdirs = getenv("MNTDIRS");
	int ret;

	if (mntdirs) {
		ret = spec_list_parse(&req->specs, mntdirs, ORIGIN_OPTION, "MNTDIRS", err);
		if (ret < 0 || req->specs.len > 0)
			return ret;
	}
	req->specs_are_default = true;
	return spec_list_parse(&req->specs, ".", ORIGIN_OPTION, "the default '.'", err);
}

int
options_parse(int argc, char **argv, struct request *req, bool *ret_done, struct error *err)
{
	struct reader reader = { .argc = argc, .argv = argv, .at = 1, .req = req, .done = ret_done };

	*ret_done = false;
	while (reader.at < argc && !*ret_done) {
		const char *word = argv[reader.at];
		int ret;

		if (word[0] != '-' || word[1] == '\0')
			break;
		reader.at++;
		if (strcmp(word, "--") == 0)
			break;
		ret = word[1] == '-' ? read_long(&reader, word, err) : read_short(&reader, word, err);
		if (ret < 0)
			return ret;
	}
	if (*ret_done)
		return 0;
	if (req->join && reader.no_join)
		return refuse_with_join(reader.no_join, err);
	if (reader.at < argc)
		req->argv = argv + reader.at;
	return req->specs.len > 0 ? 0 : options_default_specs(req, err);
}

static void
print_row(FILE *f, const char *names, int help_column, const char *help)
{
	int column = fprintf(f, "  %s", names);

	/* At least two blanks between; names that are too long have a line of their own. */
	if (column > help_column - 2) {
		fputc('\n', f);
		column = 0;
	}
	fprintf(f, "%*s%s\n", help_column - column, "", help);
}

static void
print_option(FILE *f, const struct option_row *row)
{
	_autofree_ char *short_part = row->short_name ? text_format("-%c, ", row->short_name) : text_dup("    ");
	_autofree_ char *names = text_format("%s--%s%s%s", short_part, row->long_name,
					     row->arg && !option_takes_optional(row) ? " " : "",
					     row->arg ? row->arg : "");

	print_row(f, names, HELP_COLUMN, row->help);
}

void
options_print_help(FILE *f, const char *program)
{
	const char *group = NULL;

	fprintf(f, "Usage: %s [OPTION]... [--] [PROG [ARG]...]\n", program);
	fputs("Runs PROG, or your shell, on this machine's own files, of which it sees only the\n"
	      "directories that you choose.\n", f);
	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *row = &option_rows[i];

		if (!group || strcmp(group, row->group) != 0)
			fprintf(f, "\n%s:\n", row->group);
		group = row->group;
		print_option(f, row);
	}
	fputs("\nA spec is [FLAG[,FLAG]...:]MNTPOINT[=SOURCE]; SOURCE 'none' is an empty place.\n"
	      "The flags:\n", f);
	for (size_t i = 0; i < spec_flags_len; i++)
		print_row(f, spec_flags[i].name, HELP_FLAG_COLUMN, spec_flags[i].help);
	fprintf(f, "\nExamples:\n  %s -m '. ro:/opt/tools' make\n", program);
	fprintf(f, "  %s --net=host --as=root -- bash -l\n", program);
	fprintf(f, "\nThe manual page %s(1) has the rest.\n", program);
}

void
options_print_version(FILE *f, const char *program)
{
	(void)program;
	fputs("isolate " PACKAGE_VERSION "\n"
	      "Copyright (C) 2026 the authors of isolate\n"
	      "License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>\n"
	      "This is free software: you are free to change and redistribute it.\n"
	      "There is NO WARRANTY, to the extent permitted by law.\n", f);
}
