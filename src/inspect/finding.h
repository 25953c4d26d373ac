/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Findings: what a program may have missed, from all that can be known, explained, folded and put in order, the most
 * probable first; and the mounts that would cure most of it.
 *
 * Where a finding comes from:
 *
 *	FINDING_PROGRAM		the program itself, its "#!" line, loader, libraries, and the directory it starts in
 *	FINDING_SEEN		a path that was asked for inside (inspect/miss.h), where somebody watched
 *	FINDING_WORD		a path in the words of the command line, or a command in the text of `sh -c`
 *	FINDING_PLACE		places that programs take for granted: /tmp, /dev/null, /etc/passwd, python's own
 *library FINDING_ENVIRONMENT	a path that the environment names (inspect/environment.h)
 *
 * Without somebody who watches, all but the second are worked out from files alone: nothing is run, and the program's
 * run has cost nothing more. A word of the command line need not be a path that is opened, so what is told of it is
 *true of the path and a guess about the program.
 */
#ifndef INSPECT_FINDING_H
#define INSPECT_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/miss.h"
#include "inspect/noise.h"
#include "inspect/why.h"

enum finding_source {
	FINDING_PROGRAM,
	FINDING_SEEN,
	FINDING_WORD,
	FINDING_PLACE,
	FINDING_ENVIRONMENT,
	FINDING_SOURCES
};
/* "program", "seen", … */
extern const char *const finding_source_names[FINDING_SOURCES];

/* How much it is worth. */
enum finding_worth {
	FINDING_STRONG, /* is a likely cause */
	FINDING_WEAK,	/* is true, and seldom the cause */
	FINDING_FOLDED, /* is no cause of anything: see inspect/noise.h */
	FINDING_WORTHS
};
extern const char *const finding_worth_names[FINDING_WORTHS];

struct finding {
	enum finding_source source;
	enum finding_worth worth;
	struct why why;
	char *sentence;	   /* for people, without a full stop */
	bool silent;	   /* who misses it says nothing */
	char *variable;	   /* FINDING_ENVIRONMENT: its name */
	char *value;	   /* and its value; NULL: not set */
	char *noise;	   /* FINDING_FOLDED, FINDING_WEAK: the reason, if the table of noise has one */
	pid_t pid;	   /* FINDING_SEEN, as in struct miss */
	char *comm, *call; /* or NULL */
	uint64_t count;
	int64_t first, last;
	enum miss_state state;
};

struct finding_list {
	struct finding *items; /* the most probable first */
	size_t len, cap;
	uint64_t left_out; /* sights that were too many to be explained */
	char *suggest;	   /* specs for --mnt that cure the strong ones, as far as mounts do; NULL: none */
};

struct finding_query {
	struct why_query why;
	bool only_seen;			/* what was seen, and no suggestion: argv and env are not looked at */
	char *const *argv;		/* the program and its words, NULL-terminated; argv[0] NULL: none */
	char *const *env;		/* its environment, NULL-terminated */
	const char *asked_cwd;		/* the directory that it should have started in, or NULL */
	bool needs_cwd;			/* and it is not started in another */
	const struct miss_list *misses; /* what was seen, or NULL */
	int errnum;			/* what execve(2) said; 0: it ran */
	int status;			/* and ended with that status */
	bool default_specs;		/* no --mnt was given: a cure has to name the "." that any --mnt replaces */
};

/* Finds everything. Release in any case. */
void findings_make(const struct finding_query *query, struct finding_list *ret);

/* The same by a child that has joined user namespace `userns`, see why_ask_as(). */
void findings_make_as(int userns, const struct finding_query *query, struct finding_list *ret);

void findings_release(struct finding_list *list);

/* An answer on its way from one process to another; what is read is whole, or wire->bad. */
void findings_put(struct wire *wire, const struct finding_list *list);
void findings_get(struct wire *wire, struct finding_list *ret);

/* How many of them are worth that much. */
size_t findings_count(const struct finding_list *list, enum finding_worth worth);

#define _autofindings_ __attribute__((cleanup(findings_release)))

#endif
