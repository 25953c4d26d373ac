/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this machine allows, feature by feature, and the cure for what it does not: --check, and the hints of a failed start. */
#ifndef INSPECT_MACHINE_H
#define INSPECT_MACHINE_H

#include <stdio.h>

#include "base/error.h"

/* Adds to err, which holds a failed clone/unshare of a user namespace, what forbids it here and the remedy: sysctls
 * (user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), the nesting limit of 32
 * (ENOSPC/EUSERS), an outer container's seccomp filter, a chroot (EPERM). */
void machine_explain_userns(struct error *err);

/* Adds to err the reason why a fresh /proc was refused (EPERM: an outer container covers parts of /proc) and what is safe instead. */
void machine_explain_proc(struct error *err);

/*
 * Walks the table of features, really tries each (in child processes), and prints a line each: name, yes or no, and for a
 * no what does not work then and the remedy. Returns 0 if everything that a session needs is there, else 1.
 */
int machine_check(FILE *f);

#endif
