/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Variables of the environment that name paths, and what of it a sandbox lacks. Some of these fail without a word: a
 * program of the same name from further down PATH, UTC, an empty store of certificates.
 */
#ifndef INSPECT_ENVIRONMENT_H
#define INSPECT_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "inspect/why.h"

/* How a value is read. */
enum environment_form {
	ENVIRONMENT_PATH, /* one path */
	ENVIRONMENT_LIST, /* paths between colons */
	ENVIRONMENT_TZ, /* tzset(3): [:]NAME below the zones' directory, or a path; or a rule, which names nothing */
};

struct environment_row {
	const char *name;
	enum environment_form form;
	const char *fallback; /* what is read where the variable is not set: paths between colons; or NULL */
	const char *readers;  /* words of a command line that tell who reads it: patterns of fnmatch(3), between
			       * blanks;  NULL: any program may */
	bool silent;	      /* its absence is not told by those who miss it */
	const char *effect;   /* what happens then, as the end of a sentence: "another program may run" */
};
extern const struct environment_row environment_rows[];
extern const size_t environment_rows_len;

/* Something that a variable names, that is outside and not inside. */
struct environment_gap {
	const struct environment_row *row;
	const char *value; /* in the environment that was asked about; NULL: not set, and the fallback counts */
	struct why why;	   /* of the path */
};

struct environment_gaps {
	struct environment_gap *items;
	size_t len, cap;
};

/* A path that an environment names; `value` is NULL where the variable is not set, and the fallback counts. */
typedef void environment_visitor(const struct environment_row *row, const char *value, const char *path, void *arg);

/*
 * Visits all absolute paths that an environment, NULL-terminated, names; of a list as many as any program would
 * search. outside: an O_PATH descriptor of the root outside, where it is seen whether TZ is the name of a zone.
 */
void environment_visit(int outside, char *const *env, environment_visitor *visit, void *arg);

/* Asks about all of them. The environment has to live as long as the result. Release in any case. */
void environment_find(const struct why_query *query, char *const *env, struct environment_gaps *ret);
void environment_gaps_release(struct environment_gaps *gaps);

/* The sentence for people, without a full stop. The caller frees. */
char *environment_sentence(const struct environment_gap *gap);

#endif
