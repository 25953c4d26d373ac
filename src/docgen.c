/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes what is made from the tables of options and of spec flags: fills in a template on standard input.
 *
 *	docgen < doc/isolate.1.in > doc/isolate.1
 *
 * A line of the template that is just @NAME@ is replaced by what the generator of that name writes; @VERSION@ may stand
 * anywhere. Everything else is copied. An unknown name is an error.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/table.h"
#include "options.h"
#include "sandbox/environ.h"

/* Plain text for mdoc(7): nothing in it is a request or an escape. */
static void
roff_text(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else
			putchar(*text);
	}
	putchar('\n');
}

static void
man_options(void)
{
	const char *group = NULL;

	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *row = &option_rows[i];

		if (!group || strcmp(group, row->group) != 0)
			printf("%s.Ss %s\n.Bl -tag -width Ds\n", group ? ".El\n" : "", row->group);
		group = row->group;
		fputs(".It ", stdout);
		if (row->short_name && row->arg)
			printf("Fl %c Ar %s , ", row->short_name, row->arg);
		else if (row->short_name)
			printf("Fl %c , ", row->short_name);
		if (option_takes_optional(row))
			printf("Fl -%s Ns Op = Ns Ar %.*s\n%s", row->long_name, (int)strlen(row->arg) - 3,
			       row->arg + 2, row->man);
		else
			printf("Fl -%s%s%s\n%s", row->long_name, row->arg ? " Ar " : "", row->arg ? row->arg : "",
			       row->man);
	}
	puts(".El");
}

static void
man_spec_flags(void)
{
	for (size_t i = 0; i < spec_flags_len; i++) {
		printf(".It Cm %s\n", spec_flags[i].name);
		roff_text(spec_flags[i].help);
	}
}

/* Paragraphs of plain text, which an empty line separates; each sentence on a line of its own, as mdoc(7) wants it. */
static void
roff_paragraphs(const char *text)
{
	while (*text != '\0') {
		const char *full_stop = strstr(text, ". "), *newline = strchr(text, '\n');
		size_t len = full_stop ? (size_t)(full_stop + 1 - text) : strlen(text);
		_autofree_ char *line = NULL;

		if (newline && (size_t)(newline - text) < len)
			len = (size_t)(newline - text);
		line = text_ndup(text, len);
		if (*line != '\0')
			roff_text(line);
		else
			puts(".Pp");
		text += len;
		text += *text != '\0';
	}
}

/* Arguments stand between quotes, as they are: an option of a command is no option of the program, so it is no Fl. */
static void
man_commands(void)
{
	for (size_t i = 0; i < command_table_len; i++) {
		_autofree_ char *usage = command_usage(&command_table[i]);

		printf(".It Cm \":%s\"\n", usage);
		roff_paragraphs(command_table[i].man);
	}
}

/* The variables that stay outside, in one sentence. */
static void
man_dropped_variables(void)
{
	for (size_t i = 0; i < environ_dropped_len; i++)
		printf(".Ev %s%s\n", environ_dropped[i].name,
		       i + 2 == environ_dropped_len ? "\nand" : i + 1 == environ_dropped_len ? " ." : " ,");
}

/* "-m|--mnt": how a row is called, as a pattern of a case. */
static void
shell_pattern(const struct option_row *row)
{
	if (row->short_name)
		printf("-%c|", row->short_name);
	printf("--%s", row->long_name);
}

/* Text between single quotes; `quote` is what stands for one in it. */
static void
single_quoted(const char *text, const char *quote)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs(quote, stdout);
		else
			putchar(*text);
	}
}

static void
bash_words(void)
{
	fputs("_isolate_options='", stdout);
	for (size_t i = 0; i < option_rows_len; i++) {
		if (option_rows[i].short_name)
			printf("-%c ", option_rows[i].short_name);
		printf("--%s%s", option_rows[i].long_name, i + 1 < option_rows_len ? " " : "'\n");
	}
	fputs("_isolate_flags='", stdout);
	for (size_t i = 0; i < spec_flags_len; i++)
		printf("%s%s", spec_flags[i].name, i + 1 < spec_flags_len ? " " : "'\n");
}

static void
bash_arguments(void)
{
	for (size_t i = 0; i < option_rows_len; i++) {
		if (!option_rows[i].arg)
			continue;
		putchar('\t');
		shell_pattern(&option_rows[i]);
		printf(") echo %d ;;\n", option_args(&option_rows[i]));
	}
}

/* The commands with their colons, blank-separated. */
static void
command_names(void)
{
	for (size_t i = 0; i < command_table_len; i++)
		printf("%s:%s", i > 0 ? " " : "", command_table[i].name);
}

static void
zsh_commands(void)
{
	fputs("\tnames=(", stdout);
	command_names();
	puts(")");
}

static void
bash_values(void)
{
	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *row = &option_rows[i];

		if (row->complete == COMPLETE_NOTHING)
			continue;
		putchar('\t');
		shell_pattern(row);
		switch (row->complete) {
		case COMPLETE_SPECS: puts(") _isolate_specs \"$2\" ;;"); break;
		case COMPLETE_DIRECTORY: puts(") _isolate_paths -d \"$2\" ;;"); break;
		case COMPLETE_FILE: puts(") _isolate_paths -f \"$2\" ;;"); break;
		case COMPLETE_WORDS: printf(") _isolate_words -W '%s' -- \"$2\" ;;\n", row->words); break;
		case COMPLETE_ENV_NAME: puts(") _isolate_words -e -- \"$2\" ;;"); break;
		case COMPLETE_SESSION: puts(") _isolate_sessions \"$2\" ;;"); break;
		case COMPLETE_COMMAND:
			fputs(") _isolate_words -W '", stdout);
			command_names();
			puts("' -- \"$2\" ;;");
			break;
		case COMPLETE_PROFILE: puts(") _isolate_profiles \"$2\" ;;"); break;
		case COMPLETE_NOTHING: break;
		}
	}
}

/* What _arguments of zsh does about an argument. */
static void
zsh_action(const struct option_row *row)
{
	switch (row->complete) {
	case COMPLETE_SPECS: fputs("_isolate_specs", stdout); break;
	case COMPLETE_DIRECTORY: fputs("_files -/", stdout); break;
	case COMPLETE_FILE: fputs("_files", stdout); break;
	case COMPLETE_WORDS: printf("(%s)", row->words); break;
	case COMPLETE_ENV_NAME: fputs("_parameters -g \"*export*\"", stdout); break;
	case COMPLETE_SESSION: fputs("_isolate_sessions", stdout); break;
	case COMPLETE_COMMAND: fputs("_isolate_commands", stdout); break;
	case COMPLETE_PROFILE: fputs("_isolate_profiles", stdout); break;
	case COMPLETE_NOTHING: fputs(" ", stdout); break;
	}
}

static void
zsh_options(void)
{
	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *row = &option_rows[i];
		bool repeatable = row->complete == COMPLETE_SPECS || row->complete == COMPLETE_ENV_NAME;
		/* "--opt=": the argument is attached or the next word; two of them can only be words. */
		const char *attached = option_takes_optional(row) ? "=-" : option_args(row) == 1 ? "=" : "";

		fputs("\t\t", stdout);
		if (repeatable)
			fputs("'*'", stdout);
		else if (row->short_name)
			printf("'(-%c --%s)'", row->short_name, row->long_name);
		if (row->short_name)
			printf("{-%c%s,--%s%s}", row->short_name, row->arg ? "+" : "", row->long_name, attached);
		else
			printf("--%s%s", row->long_name, attached);
		fputs("'[", stdout);
		single_quoted(row->help, "'\\''");
		putchar(']');
		if (row->arg) {
			fputs(option_takes_optional(row) ? "::argument:" : ":argument:", stdout);
			zsh_action(row);
		}
		printf("%s' \\\n", option_args(row) == 2 ? ":value: " : "");
	}
}

static void
zsh_flags(void)
{
	for (size_t i = 0; i < spec_flags_len; i++) {
		printf("\t\t'%s:", spec_flags[i].name);
		single_quoted(spec_flags[i].help, "'\\''");
		puts("'");
	}
}

static void
fish_arguments(void)
{
	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *row = &option_rows[i];

		if (!row->arg)
			continue;
		fputs("        case ", stdout);
		if (row->short_name)
			printf("-%c ", row->short_name);
		printf("--%s\n            echo %d\n", row->long_name, option_args(row));
	}
}

static void
fish_options(void)
{
	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *row = &option_rows[i];

		fputs("complete -c isolate -n __isolate_in_options", stdout);
		if (row->short_name)
			printf(" -s %c", row->short_name);
		printf(" -l %s -d '", row->long_name);
		single_quoted(row->help, "\\'");
		putchar('\'');
		switch (row->complete) {
		case COMPLETE_SPECS: fputs(" -x -a '(__isolate_specs)'", stdout); break;
		case COMPLETE_DIRECTORY: fputs(" -x -a '(__isolate_directories)'", stdout); break;
		case COMPLETE_FILE: fputs(" -r -F", stdout); break;
		case COMPLETE_WORDS: printf(" -x -a '%s'", row->words); break;
		case COMPLETE_ENV_NAME: fputs(" -x -a '(set -nx)'", stdout); break;
		case COMPLETE_SESSION: fputs(" -x -a '(__isolate_sessions)'", stdout); break;
		case COMPLETE_COMMAND:
			fputs(" -x -a '", stdout);
			command_names();
			putchar('\'');
			break;
		case COMPLETE_PROFILE: fputs(" -x -a '(__isolate_profiles)'", stdout); break;
		case COMPLETE_NOTHING: fputs(option_args(row) > 0 ? " -x" : "", stdout); break;
		}
		putchar('\n');
	}
}

static void
fish_flags(void)
{
	for (size_t i = 0; i < spec_flags_len; i++) {
		printf("    printf '%%s\\t%%s\\n' $head'%s:' '", spec_flags[i].name);
		single_quoted(spec_flags[i].help, "\\'");
		puts("'");
	}
}

static const struct generator {
	const char *name;
	void (*write)(void);
} generators[] = {
	{ "man-options", man_options },
	{ "man-spec-flags", man_spec_flags },
	{ "man-commands", man_commands },
	{ "man-dropped-variables", man_dropped_variables },
	{ "bash-words", bash_words },
	{ "bash-arguments", bash_arguments },
	{ "bash-values", bash_values },
	{ "zsh-options", zsh_options },
	{ "zsh-flags", zsh_flags },
	{ "zsh-commands", zsh_commands },
	{ "fish-arguments", fish_arguments },
	{ "fish-options", fish_options },
	{ "fish-flags", fish_flags },
};

/* True if a generator stood for the whole line. */
static bool
generate(const char *line)
{
	size_t len = strlen(line);

	if (len < 3 || line[0] != '@' || line[len - 1] != '@')
		return false;
	for (size_t i = 0; i < sizeof(generators) / sizeof(generators[0]); i++) {
		if (strlen(generators[i].name) == len - 2 && strncmp(line + 1, generators[i].name, len - 2) == 0) {
			generators[i].write();
			return true;
		}
	}
	fprintf(stderr, "docgen: there is no generator for '%s'\n", line);
	exit(1);
}

static void
copy_line(const char *line)
{
	static const char version[] = "@VERSION@";
	const char *found;

	while ((found = strstr(line, version))) {
		printf("%.*s%s", (int)(found - line), line, PACKAGE_VERSION);
		line = found + strlen(version);
	}
	puts(line);
}

int
main(void)
{
	_autofree_ char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	while ((len = getline(&line, &cap, stdin)) >= 0) {
		if (len > 0 && line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (!generate(line))
			copy_line(line);
	}
	if (ferror(stdin) || fflush(stdout) != 0 || ferror(stdout)) {
		perror("docgen");
		return 1;
	}
	return 0;
}
