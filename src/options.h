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

/* Words of an option's argument, for the row and for the "did you mean" of its value. */
#define OPTION_AS_WORDS "self root"
#define OPTION_NET_WORDS "none host"
#define OPTION_ON_MISS_WORDS "report ask mount"

/* The widest line of --help, and where what is said of an option and of a spec flag begins in it. */
enum { HELP_WIDTH = 79, HELP_COLUMN = 27, HELP_FLAG_COLUMN = 10 };

/* How a shell completes an option's argument. */
enum complete {
	COMPLETE_NOTHING,
	COMPLETE_SPECS,
	COMPLETE_DIRECTORY,
	COMPLETE_FILE,
	COMPLETE_WORDS,
	COMPLETE_ENV_NAME,
	COMPLETE_PROFILE,
	COMPLETE_SESSION,
	COMPLETE_COMMAND,
};

/* Whether an option may stand in a file, see profile.h. */
enum profile_use {
	PROFILE_NEVER,
	PROFILE_ALLOWED,  /* in a user's own */
	PROFILE_TIGHTENS, /* in a project's too: with it there is less inside, or the same */
};

struct option_row {
	char short_name;	   /* 0: none */
	const char *long_name;	   /* without the dashes */
	const char *arg;	   /* the argument's name in help ("SPECS"), "NAME VALUE" for two, "[=NAME]" for one
				    * that may be left out, NULL for none */
	enum complete complete;
	const char *words;	   /* COMPLETE_WORDS: the words, blank-separated */
	enum profile_use profile;
	const char *group;	   /* heading in --help and the man page; rows of a group stand together */
	const char *help;	   /* one line of at most HELP_WIDTH - HELP_COLUMN columns, lower case, no full stop */
	bool with_join;		   /* it may be given with --join */
	const char *man;	   /* the man page's paragraph(s), in mdoc(7); never NULL */
	/*
	 * Applies the option. value and value2 point into argv; both are NULL where there is no argument. Of an option
	 * with two, the form --opt=VALUE gives one, and value2 is NULL. Fills err on a bad value.
	 */
	int (*apply)(struct request *req, const char *value, const char *value2, struct error *err);
	void (*show)(FILE *f, const char *program); /* instead of apply: prints, and that is all */
};
extern const struct option_row option_rows[];
extern const size_t option_rows_len;

/*
 * Reads argv[1..] up to the first non-option or "--" and fills req; req->argv points at the rest. --opt VALUE,
 * --opt=VALUE, -o VALUE, -oVALUE, and -vq bundles of options without an argument. An unambiguous prefix of a long
 * option is NOT taken: it gets "did you mean". --help and --version set *ret_done after printing to stdout; *ret_done
 * is written always. req is to be released by the caller, after an error too. The environment's MNTDIRS, or ".", is put
 * in where no --mnt was given.
 */
int options_parse(int argc, char **argv, struct request *req, bool *ret_done, struct error *err);

/* Arguments that an option takes, beside one that may stand behind "=": 0, 1 or 2. */
int option_args(const struct option_row *row);

/* It may have an argument, and then behind "=". */
bool option_takes_optional(const struct option_row *row);

/* The name that the user calls the program by, for usage lines: the last component of argv[0]. */
const char *options_program_name(const char *argv0);

/* Where nothing was asked for: appends the specs of the environment's MNTDIRS, or ".". */
int options_default_specs(struct request *req, struct error *err);

/* The text of --help: usage line, options by group, the spec flags, two examples, where to read more. */
void options_print_help(FILE *f, const char *program);
void options_print_version(FILE *f, const char *program);

#endif
