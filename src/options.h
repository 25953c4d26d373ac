/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line. One table of rows makes the parser, --help, the man page and the completions of bash, zsh
 * and fish (src/docgen.c writes the last three from it), so none of them can disagree.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "sandbox/request.h"

/* How a shell completes an option's argument. */
enum complete { COMPLETE_NOTHING, COMPLETE_SPECS, COMPLETE_DIRECTORY, COMPLETE_FILE, COMPLETE_WORDS, COMPLETE_ENV_NAME };

struct option_row {
	char short_name;	   /* 0: none */
	const char *long_name;	   /* without the dashes */
	const char *arg;	   /* the argument's name in help ("SPECS"), "NAME VALUE" for two, NULL for none */
	enum complete complete;
	const char *words;	   /* COMPLETE_WORDS: the words, blank-separated */
	const char *group;	   /* heading in --help and the man page; rows of a group stand together */
	const char *help;	   /* one line, at most 60 columns, lower case, no full stop */
	const char *man;	   /* the man page's paragraph(s), in mdoc or man roff, see doc/; never NULL */
	/* Applies the option. value and value2 point into argv. Fills err on a bad value. */
	int (*apply)(struct request *req, const char *value, const char *value2, struct error *err);
};
extern const struct option_row option_rows[];
extern const size_t option_rows_len;

/*
 * Reads argv[1..] up to the first non-option or "--" and fills req; req->argv points at the rest. --opt VALUE,
 * --opt=VALUE, -o VALUE, -oVALUE, and -vq bundles of options without an argument. An unambiguous prefix of a long option is NOT
 * taken: it gets "did you mean". --help and --version set *ret_done after printing to stdout.
 * The environment's MNTDIRS, or ".", is put in where no --mnt was given.
 */
int options_parse(int argc, char **argv, struct request *req, bool *ret_done, struct error *err);

/* The text of --help: usage line, options by group, the spec flags, two examples, where to read more. */
void options_print_help(FILE *f, const char *program);

#endif
