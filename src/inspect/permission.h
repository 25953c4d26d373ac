/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program inside may do with a file. It has our own ids, whatever it appears to be, and no capabilities: so
 * the kernel's answer to us is its answer to the program, but where we are privileged.
 */
#ifndef INSPECT_PERMISSION_H
#define INSPECT_PERMISSION_H

#include <stdbool.h>

#include "inspect/rootpath.h"

/*
 * Of what a walk has found: 0 if it may be read (R_OK), written (W_OK) and executed or searched (X_OK) without
 * privilege, -EACCES, or -EROFS where only the mount or file system forbids it to be written.
 */
int permission_to(const struct rootpath *found, int mode);

/* True if the kernel lets us read what our ids alone do not allow. */
bool permission_is_privileged(void);

#endif
