/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --list and --kill: the sessions that run. */
#ifndef CMD_LIST_H
#define CMD_LIST_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

/* Writes the sessions of this user to f, as a table or as JSON. 0, or negative with err filled. */
int list_sessions(bool json, FILE *f, struct error *err);

/*
 * Ends a session: its program is asked to end (SIGTERM), and if it does not in KILL_PATIENCE seconds, killed with all
 * that runs inside. Returns when the session has ended: 0, or negative with err filled.
 */
enum { KILL_PATIENCE = 2 };
int list_end_session(const char *name, struct error *err);

#endif
