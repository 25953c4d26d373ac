/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether what is mounted inside can be unmounted, or its flags lifted, by the process inside. The kernel shows its
 * MNT_LOCKED to nobody, so this is concluded from what decides it (mount_namespaces(7)):
 *
 *  - The mount namespace belongs to a user namespace that the process is not in: no mount is in its power. Certain.
 *  - It has not, and can never get, CAP_SYS_ADMIN in the user namespace that owns it: likewise. Certain.
 *  - It may have that capability. Then locked are the mounts that came along, in one piece, when the namespace was made
 *    by a less privileged user namespace: those below another that are mounted outside just the same, on the same place
 *    in the same file system. Concluded: somebody inside may have made the same mount again.
 */
#ifndef INSPECT_MOUNTLOCK_H
#define INSPECT_MOUNTLOCK_H

#include <sys/types.h>

#include "inspect/mounttable.h"

/* What stands between the process and its mounts. */
enum mount_power {
	POWER_UNKNOWN,	    /* its namespaces cannot be looked at */
	POWER_USERNS,	    /* the mount namespace belongs to a user namespace above its own */
	POWER_CAPABILITIES, /* it can never have CAP_SYS_ADMIN */
	POWER_INHERITED,    /* only that mounts which came along are locked */
	POWER_FULL,	    /* nothing: the mounts belong to the user namespace that the caller's own belong to */
	POWERS
};

enum mount_lock { LOCK_UNKNOWN, LOCK_NO, LOCK_YES };

/* `caller` and `process` are descriptors of directories in procfs. */
enum mount_power mount_power_of(int caller, int process);

enum mount_lock mount_lock_of(enum mount_power power, const struct mount_table *inside, size_t mount,
			      const struct mount_table *outside);

#endif
