/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspector's own commands: what changes only what is shown. One table; the help is made from it. */
#ifndef TUI_ACTIONS_H
#define TUI_ACTIONS_H

#include <stddef.h>

#include "tui/app.h"

/* Who gives it. On the command line all can be, and only what is meant for it is offered. */
enum action_use { FOR_ALL, FOR_KEYS, FOR_SCRIPTS, ACTION_USES };

struct action {
	const char *name;
	const char *arguments; /* in usage lines, or "" */
	const char *help;      /* one line, lower case, no full stop */
	void (*run)(struct app *app, const char *arguments);
	enum action_use use;
};

extern const struct action action_table[];
extern const size_t action_table_len;

/* The action that the line begins with, and the rest of the line; NULL: it is none of ours. */
const struct action *action_find(const char *line, const char **ret_arguments);

/* The actions, and what they can be given, as what the line goes on with; added to what there is. */
void actions_complete(const struct app *app, const char *line, size_t cursor, struct complete *complete);

/*
 * The line with each %name replaced by that member of the row's source, quoted as a word; %opposite is ro or rw,
 * whichever the row is not; %paths are all paths of a row of misses. NULL: the row has no such member. The caller
 * frees.
 */
char *action_substitute(const char *line, const struct row *row);

#endif
