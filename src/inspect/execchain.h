/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a program cannot start inside: the static check of the chain program → "#!" line → ELF loader → libraries,
 * read from files alone. Nothing is traced and nothing is run.
 */
#ifndef INSPECT_EXECCHAIN_H
#define INSPECT_EXECCHAIN_H

#include <stdbool.h>

#include "base/error.h"

struct execchain_query {
	int inside;		  /* O_PATH descriptor of the sandbox's root directory */
	int outside;		  /* O_PATH descriptor of the host's root directory */
	const char *program;	  /* argv[0] as the user gave it */
	const char *path_env;	  /* PATH as the payload had it; NULL: the C library's default */
	const char *library_path; /* LD_LIBRARY_PATH as the payload had it, or NULL */
	const char *cwd;	  /* directory inside in which it was started, absolute */
	const char *home;	  /* the user's home directory outside, or NULL; never mounted whole */
	int errnum;		  /* what execve(2) said; 0: it ran and ended with status 127 */
	bool default_specs;	  /* no --mnt was given: a hint has to name the "." that any --mnt replaces */
	const char *session;	  /* that runs: a hint is a command to it; NULL: an option of the next start */
};

/*
 * Puts the explanation into err: message, err->status (127 where execve(2) says ENOENT or ENOTDIR, and where it ran;
 * else 126), hints with the -m or :mount that would bring what is missing (the useful unit: a prefix with conda-meta/
 * or pyvenv.cfg, else the directory), or the plain statement that it does not exist outside either. Tells apart:
 * missing program; present but not executable; a directory; a link whose target is missing (first missing hop);
 * missing "#!" interpreter (recursively, and through env(1)); missing ELF loader; wrong architecture; missing library.
 * Returns 1 if it found the cause, 0 if it found none (err is then as it was).
 */
int execchain_explain(const struct execchain_query *query, struct error *err);

#endif
