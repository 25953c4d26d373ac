/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The default view: what is inside without being asked for. One table, with a reason a row. */
#ifndef SANDBOX_DEFAULTS_H
#define SANDBOX_DEFAULTS_H

#include <stddef.h>

#include "sandbox/identity.h"
#include "sandbox/plan_draft.h"

enum default_kind {
	DEFAULT_TREE,	 /* read-only, links on the way made anew; left out where it is not there */
	DEFAULT_ETC,	 /* the same for something in /etc */
	DEFAULT_ETC_LIKE, /* the same for all names in /etc that begin so */
	DEFAULT_PROC,
	DEFAULT_DIR,	/* an empty directory */
	DEFAULT_DEVICE, /* the host's device */
	DEFAULT_LINK,	/* a symbolic link to `target` */
	DEFAULT_DEVPTS,
	DEFAULT_PRIVATE, /* empty, writable, gone at the end; for all users */
	DEFAULT_HOME,	 /* the same at $HOME, for one's own */
	DEFAULT_PASSWD,	 /* made by identity.c */
	DEFAULT_GROUP,
};

/* Where a row counts. */
enum default_when {
	WHEN_ALWAYS, /* with --no-defaults too */
	WHEN_SCRIPT, /* in the default view and for isolate.sh */
	WHEN_VIEW,   /* in the default view only */
};

struct default_row {
	enum default_kind kind;
	enum default_when when;
	const char *path;   /* absolute; NULL for DEFAULT_HOME */
	const char *target; /* DEFAULT_LINK */
	const char *reason;
};
extern const struct default_row default_rows[]; /* the rows of DEFAULT_ETC stand together, sorted by path */
extern const size_t default_rows_len;

/*
 * Adds what the request leaves of the default view. Reads the file system, never fails: what is not there is left out.
 * Returns the physical path of the private home directory, or NULL where there is none; the caller frees.
 */
char *defaults_add(struct draft *draft, const struct request *req, const struct identity *identity);

#endif
