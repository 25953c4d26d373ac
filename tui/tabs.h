/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tabs: one table. A tab is a command, whose JSON answer is made into rows, and the columns they are shown in. What
 * keys do in a tab is in the configuration (tui/settings.h).
 */
#ifndef TUI_TABS_H
#define TUI_TABS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "tui/rows.h"

enum tab_id { TAB_MOUNTS, TAB_IDENTITY, TAB_NAMESPACES, TAB_PROCESSES, TAB_EVENTS, TAB_MISSES, TABS };

enum tab_column_flag {
	TAB_RIGHT = 1 << 0,    /* aligned at the right */
	TAB_KEEP_END = 1 << 1, /* what is too long loses its beginning: of a path the end tells more */
	TAB_GROWS = 1 << 2,    /* gives room back first, and is the last to be left out */
};

struct tab_column {
	const char *name;  /* in the configuration: "outside" */
	const char *title; /* "OUTSIDE" */
	unsigned flags;
	int least;   /* columns without which it is not worth showing */
	int weight;  /* of the columns, where there is not room for all, the lightest is left out first */
};

enum { COLUMN_WEIGHT_MAX = 9 };

/* When a tab is out of date. */
enum tab_refresh {
	REFRESH_MOUNTS, /* the kernel tells that the mounts are others */
	REFRESH_CHANGE, /* after a command of ours */
	REFRESH_SECOND, /* every second, while it is seen */
	REFRESH_EVENTS, /* rows come one by one */
};

struct tab {
	const char *name;  /* "mounts": in commands and in the configuration */
	const char *title; /* "Mounts" */
	const char *command; /* "mounts" */
	enum tab_refresh refresh;
	const struct tab_column *columns;
	int columns_len;
	const char *empty; /* what stands there when there is nothing */
	const char *help;  /* what the tab tells, for "?" */
	/* The member of the answer whose items are the rows, how one is made, their order (of struct row); or NULL. */
	const char *list;
	void (*fill_row)(const json_t *item, struct row_draft *row);
	int (*compare)(const void *a, const void *b);
	/* Makes rows of the rest of the answer; or NULL. */
	void (*fill)(const json_t *answer, struct rows *rows);
	/* What would make the row: command lines for people, with a line break between, or NULL. The caller frees. */
	char *(*origin)(const struct row *row, const json_t *source);
};

extern const struct tab tab_table[TABS];

/*
 * Makes rows of the text of an answer instead of those that there are. What is returned is the answer without the list:
 * json_decref(); NULL with err filled, and the rows are as they were. Filled as well if it broke off within the list.
 */
json_t *tab_fill(const struct tab *tab, const char *text, size_t len, struct rows *rows, struct error *err);

/* The tab of that name, or -1. */
int tab_find(const char *name);

/* One more row of the events tab; `text` is what the event was read from. */
void tab_add_event(const json_t *event, const char *text, struct rows *rows);

/* The time of an event: "12:34:56". The caller frees. */
char *tab_time_text(const json_t *value);

/* Milliseconds, as "1:02.34". The caller frees. */
char *tab_cpu_text(const json_t *milliseconds);

/* A word of a command line or of a spec, quoted where it has to be. The caller frees. */
char *tab_quote(const char *text, bool spec);

#endif
