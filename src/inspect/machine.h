/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this machine allows, and the cure for what it does not: --check, and the hints of a failed start. */
#ifndef INSPECT_MACHINE_H
#define INSPECT_MACHINE_H

#include <stdio.h>

#include "base/error.h"

/*
 * Adds to err, which holds a failed clone/unshare of a user namespace or of those that it owns, or a refused id map,
 * what forbids it here and the remedy (see inspect/refusal.h for what is told apart). Tries it again in a child
 * process.
 */
void machine_explain_userns(struct error *err);

/*
 * Adds to err the reason why a fresh /proc was refused (EPERM: an outer container covers parts of /proc) and what is
 * safe instead.
 */
void machine_explain_proc(struct error *err);

/*
 * Walks the table of features (inspect/features.h), really tries each in a child process, and prints a line each: yes
 * or no, name, what it is for; below a no, what the kernel said and the remedy. The last line is the verdict. Returns 0
 * if everything that a session needs is there, else 1.
 */
int machine_check(FILE *f);

#endif
