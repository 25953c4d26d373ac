/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands: one table. :help, the manual page, the completions and the check of the arguments are made from it; the
 * prompt and the inspector run what stands in it.
 *
 * A command is one file: it reads all that it needs, or fills its error; then it writes its answer to the output.
 */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "cmd/output.h"
#include "cmd/target.h"

/* What an argument is, so that it can be checked and completed. */
enum argument_kind {
	ARGUMENT_COMMAND,     /* the name of a command */
	ARGUMENT_PID,	      /* a process of the sandbox, by its number outside */
	ARGUMENT_INSIDE_PATH, /* an absolute path inside */
	ARGUMENT_PLACE,	      /* a path inside, absolute or relative to the caller's directory, as in specs */
	ARGUMENT_SPECS,	      /* the rest of the line as it stands, quotes and all (sandbox/spec.h) */
	ARGUMENT_PROGRAM,     /* the words of a command line, to the end: a program inside and its arguments */
	ARGUMENT_FLAG,	      /* an option without a value; `name` is what it asks for. Given, its value is itself */
	ARGUMENT_SIGNAL,      /* an option that is its own value: "-KILL", of which the value has no dash */
	ARGUMENT_WORDS,	      /* one of some words */
	ARGUMENT_NAME,	      /* a name that the caller makes up */
	ARGUMENT_MISSES,      /* the rest of the line: words as ARGUMENT_PLACE, of what was missed */
	ARGUMENT_CURE,	      /* the rest of the line as it stands: such a path, or specs */
};

struct argument {
	const char *option; /* "--origin", followed by its value, anywhere; "-" for a signal; NULL: by its place */
	const char *name;   /* in usage lines: "PATH" */
	enum argument_kind kind;
	const char *words;  /* ARGUMENT_WORDS: blank-separated */
	bool required;
};

/* True for one that takes all that is left of the line. */
static inline bool
argument_is_rest(const struct argument *argument)
{
	return argument->kind == ARGUMENT_SPECS || argument->kind == ARGUMENT_PROGRAM ||
	       argument->kind == ARGUMENT_MISSES || argument->kind == ARGUMENT_CURE;
}

enum { ARGUMENTS_MAX = 3 };

struct call;
struct context;

struct command {
	const char *name; /* without the colon */
	struct argument arguments[ARGUMENTS_MAX]; /* the first without a name ends them */
	const char *help; /* one line, lower case, no full stop */
	const char *man;  /* sentences, plain text; paragraphs are separated by an empty line */
	bool without_target;
	bool about_mounts; /* in a session process 1 is looked at, not the payload */
	bool only_looks;   /* changes nothing, whatever its arguments are */
	int (*run)(const struct call *call, struct output *output, struct error *err);
};

/* A command with its arguments. */
struct call {
	const struct command *command;
	const char *values[ARGUMENTS_MAX]; /* in the order of the table; NULL: not given */
	const struct target *target;	   /* NULL for a command without one */
	struct context *context;	   /* cmd/context.h */
};

extern const struct command command_table[];
extern const size_t command_table_len;

/* The words that an --origin may be, blank-separated. */
#define ORIGIN_WORDS "default option profile live miss foreign"

/* The command of that name, or NULL. */
const struct command *command_find(const char *name);

/* The flags that an ARGUMENT_SPECS may begin with, NULL-terminated. */
const char *const *argument_spec_flags(void);

/* "mounts [--origin ORIGIN] [PATH]". The caller frees. */
char *command_usage(const struct command *command);

int command_allow(const struct call *call, struct output *output, struct error *err);
int command_deny(const struct call *call, struct output *output, struct error *err);
int command_events(const struct call *call, struct output *output, struct error *err);
int command_exec(const struct call *call, struct output *output, struct error *err);
int command_help(const struct call *call, struct output *output, struct error *err);
int command_ignore(const struct call *call, struct output *output, struct error *err);
int command_kill(const struct call *call, struct output *output, struct error *err);
int command_misses(const struct call *call, struct output *output, struct error *err);
int command_mount(const struct call *call, struct output *output, struct error *err);
int command_mounts(const struct call *call, struct output *output, struct error *err);
int command_ns(const struct call *call, struct output *output, struct error *err);
int command_ps(const struct call *call, struct output *output, struct error *err);
int command_quit(const struct call *call, struct output *output, struct error *err);
int command_save(const struct call *call, struct output *output, struct error *err);
int command_restart(const struct call *call, struct output *output, struct error *err);
int command_remount(const struct call *call, struct output *output, struct error *err);
int command_umount(const struct call *call, struct output *output, struct error *err);
int command_undo(const struct call *call, struct output *output, struct error *err);
int command_who(const struct call *call, struct output *output, struct error *err);
int command_why(const struct call *call, struct output *output, struct error *err);

#endif
