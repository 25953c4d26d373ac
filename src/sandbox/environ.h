/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The payload's environment: the caller's, without what leads outside, with what says where it is. */
#ifndef SANDBOX_ENVIRON_H
#define SANDBOX_ENVIRON_H

#include <stddef.h>

#include "sandbox/request.h"

/* A variable that is not passed on, and why. */
struct environ_row {
	const char *name;
	const char *reason;
};
extern const struct environ_row environ_dropped[]; /* sorted by name */
extern const size_t environ_dropped_len;

/* What the plan knows and the environment says. No field is NULL but `term` and `terminfo`, which then stay. */
struct environ_facts {
	const char *session; /* ISOLATE_SESSION */
	const char *prompt;  /* debian_chroot */
	const char *user;    /* USER, LOGNAME */
	const char *home;    /* HOME */
	const char *shell;   /* SHELL */
	const char *cwd;     /* PWD */
	const char *term;    /* TERM */
	const char *terminfo; /* TERMINFO */
};

/*
 * The environment, NULL-terminated, array and texts in one piece: free() frees it. The operations come last, in
 * their order; --clearenv takes away all but PWD.
 */
char **environ_make(char *const *outer, const struct environ_facts *facts, const struct env_op *ops, size_t ops_len);

/* Value of a variable in an environment, or NULL. */
const char *environ_get(char *const *env, const char *name);

/*
 * The session's name: --name, or else the last component of the directory it is started in and the manager's pid, which
 * no other session has; with all but letters, digits, ".", "_" and "-" replaced. Never empty. The caller frees.
 */
char *environ_session_name(const char *asked, const char *cwd, pid_t pid);

#endif
