/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command is given beside its line: about which sandbox it is, and what is known of that. */
#ifndef CMD_CONTEXT_H
#define CMD_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/error.h"
#include "cmd/decide.h"
#include "inspect/miss.h"
#include "session/live.h"

struct plan;
struct restart;
struct watch;
struct session_record;

/* Kept from one command to the next, by the control process of a session or by a client. */
struct context {
	pid_t pid;			     /* what the commands are about; 0: nothing, unless there is a session */
	const char *cwd, *home;		     /* of whoever gives the commands; NULL: our own */
	const struct session_record *record; /* of the session, in its control process; else NULL */
	const struct plan *plan;	     /* likewise */
	const struct restart *restart;	     /* likewise, where the program can be started again; or NULL */
	const char *const *keep;	     /* likewise: places of the plan's specs */
	size_t keep_len;
	struct live_journal journal;
	struct watch *watch;	 /* of the session, in its control process; NULL: nobody watches for misses */
	struct miss_list misses; /* what has been read of it */
	struct decision decision; /* of the last command, for who serves it to tell of and to release */
};

/*
 * Runs the command in `line` and writes its answer to f. 0, or negative with err filled; then nothing was written but,
 * where a mount is busy, the processes that use it.
 */
int context_run(struct context *context, const char *line, bool json, FILE *f, struct error *err);

/* The name of the command in `line`, with or without the colon: true if it is `name`. */
bool context_is_command(const char *line, const char *name);

/* It is a command that changes nothing (cmd/table.h). */
bool context_only_looks(const char *line);

#endif
