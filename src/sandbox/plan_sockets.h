/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sockets in directories that are bound read-only, which does not keep anybody from connecting. Used by plan.c only. */
#ifndef SANDBOX_PLAN_SOCKETS_H
#define SANDBOX_PLAN_SOCKETS_H

#include "sandbox/plan.h"

/* Logs a note for each read-only bind of a spec in which somebody listens. Reads /proc/net/unix. */
void plan_note_sockets(const struct plan *plan);

/* The path of a listening socket that has one, in a line of /proc/net/unix; else NULL. Points into line. */
const char *unix_socket_path(const char *line);

#endif
