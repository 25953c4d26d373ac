/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The programs that belong to isolate and are apart from it, with the libraries that a sandbox does not need. */
#ifndef SESSION_PROGRAMS_H
#define SESSION_PROGRAMS_H

#include "base/error.h"

/*
 * The absolute path of the program `name` ("isolate-prompt"): beside the running one, as in a build directory, or where
 * it was installed. Never from $PATH. 0 and *ret for the caller to free, or negative with err filled, which says what
 * it is made with.
 */
int program_find(const char *name, char **ret, struct error *err);

/* Executes it. argv[0] is put in here. Returns only where it could not: negative with err filled. */
int program_execute(const char *name, char **argv, struct error *err);

#endif
