/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory of the sessions: where it is, whether it can be trusted, and what crashes leave in it. */
#ifndef SESSION_REGISTRY_DIRECTORY_H
#define SESSION_REGISTRY_DIRECTORY_H

#include <stdbool.h>
#include <sys/un.h>

#include "base/error.h"

#define REGISTRY_RECORD ".session"
#define REGISTRY_SOCKET ".sock"

/* Its path. The caller frees. */
char *registry_path(void);

/*
 * A descriptor (CLOEXEC) of it, made first if `make`. Negative with err filled: it is not to be trusted;
 * -ENOENT without a word where there is none.
 */
int registry_open(bool make, struct error *err);

/* Removes it if it is empty. */
void registry_remove_directory(void);

/* The address of a session's socket, by way of the directory's descriptor: paths may be longer than an address. */
void registry_address(int directory, const char *name, struct sockaddr_un *ret);

/* Removes what a session left, given its record's name and that file, open. Nothing if somebody else does just that. */
void registry_sweep(int directory, const char *file, int fd);

/*
 * If `file` is what a start makes a record of, and nobody has it locked, it is removed. A start that was about
 * to lock it makes another.
 */
void registry_sweep_unfinished(int directory, const char *file);

#endif
