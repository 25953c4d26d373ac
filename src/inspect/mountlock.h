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

/* For all the mounts of one sandbox. The tables have to outlive it. */
struct mount_locks {
	enum mount_power power;
	const struct mount_table *inside, *outside;
	/*
	 * POWER_INHERITED: where each mount outside is attached, in the file system below it; and what is attached, in
	 * that order.
	 */
	char **spots;
	size_t *by_spot;
	size_t len;
};

void mount_locks_init(struct mount_locks *locks, enum mount_power power, const struct mount_table *inside,
		      const struct mount_table *outside);
void mount_locks_release(struct mount_locks *locks);
enum mount_lock mount_locks_of(const struct mount_locks *locks, size_t mount);

#endif
