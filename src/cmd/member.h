/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which processes belong to the sandbox that a command is about. */
#ifndef CMD_MEMBER_H
#define CMD_MEMBER_H

#include <stdbool.h>

#include "cmd/target.h"

/*
 * Whether the process is in the pid namespace of the target, or in one within it, as :ps shows them. 0, or -errno if
 * the target's cannot be looked at; -ENOTUNIQ if it is the caller's own, which tells nothing.
 */
int member_by_pid(const struct target *target, const struct target *other, bool *ret);

/* Fills err for a process that is none. Returns -1. */
int member_refused(const struct target *target, pid_t other, struct error *err);

#endif
