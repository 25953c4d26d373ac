/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of inspect/finding.c have in common. */
#ifndef INSPECT_FINDING_PARTS_H
#define INSPECT_FINDING_PARTS_H

#include "inspect/finding.h"

/* Findings while they are collected. */
struct collector {
	const struct finding_query *query;
	struct finding_list *list;
	struct place_list paths; /* of those in the list, the environment's not among them: these come last */
	bool has_cause; /* it could not start, and it is known why: nothing else is */
};

/* Appends a finding that says what `why` says, which is taken over; NULL if its path is among them already. */
struct finding *collector_add(struct collector *collector, enum finding_source source, enum finding_worth worth,
			      struct why *why);

/*
 * Asks about a path and appends what was found, if anything is to blame. The finding, or NULL; *ret_kind (may be
 * NULL) says what it was in any case.
 */
struct finding *collector_ask(struct collector *collector, enum finding_source source, enum finding_worth worth,
			      const char *path, enum why_kind *ret_kind);

/* True if the command line names that program, as its first word or in the text of a shell. */
bool collector_runs(const struct collector *collector, const char *pattern);

/* finding_program.c */
void collect_program(struct collector *collector);

/* The same name in PATH means another program than outside, whose directory is missing: notes that. */
void collect_replaced_command(struct collector *collector, const char *name);

/* finding_words.c */
void collect_words(struct collector *collector);

/* The next token of a text, of those characters that paths and names are made of; NULL at the end. */
char *next_token(const char **at);

#endif
