/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a process inside can undo a mount. */
#include "config.h"

#include "inspect/mountlock.h"

#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

/*
 * Mounts outside with the same device and root that are compared with one inside. So many binds of one directory are
 * rare.
 */
enum { CANDIDATES_MAX = 64 };

static bool
can_get_sys_admin(int process)
{
	const uint64_t bit = UINT64_C(1) << CAP_SYS_ADMIN;
	struct procfs_status status;
	bool can;

	if (procfs_status(process, &status) < 0)
		return true;
	/* With no_new_privs an exec gives nothing; without the bounding set nothing does. */
	can = status.caps.permitted & bit || (!status.no_new_privs && status.caps.bounding & bit);
	procfs_status_release(&status);
	return can;
}

/* The number of the user namespace that owns a process's mount namespace. 0 or -errno. */
static int
owner_number(int process, uint64_t *ret)
{
	_autoclose_ int ns = nsfs_open(process, NS_MNT);
	_autoclose_ int owner = ns < 0 ? ns : nsfs_owner(ns);

	return owner < 0 ? owner : nsfs_number(owner, ret);
}

/* True if the user namespace `number` is above the process's own. */
static bool
is_above(int process, uint64_t number)
{
	_autoclose_ int ns = nsfs_open(process, NS_USER);

	while (ns >= 0) {
		int parent = nsfs_parent(ns);
		uint64_t seen;

		close(ns);
		ns = parent;
		if (ns >= 0 && nsfs_number(ns, &seen) == 0 && seen == number)
			return true;
	}
	return false;
}

enum mount_power
mount_power_of(int caller, int process)
{
	uint64_t owner, callers_owner;

	if (owner_number(process, &owner) < 0)
		return POWER_UNKNOWN;
	if (is_above(process, owner))
		return POWER_USERNS;
	if (!can_get_sys_admin(process))
		return POWER_CAPABILITIES;
	if (owner_number(caller, &callers_owner) < 0)
		return POWER_UNKNOWN;
	return owner == callers_owner ? POWER_FULL : POWER_INHERITED;
}

/* True if the two mounts are attached at the same place of the same file system. */
static bool
is_same_place(const struct mount_table *inside, const struct mount_entry *a, const struct mount_table *outside,
	      const struct mount_entry *b)
{
	_autofree_ char *a_path = NULL;
	_autofree_ char *b_path = NULL;
	const struct mountinfo *a_parent, *b_parent;

	if (a->parent == MOUNT_NONE || b->parent == MOUNT_NONE)
		return false;
	a_parent = &inside->entries[a->parent].info;
	b_parent = &outside->entries[b->parent].info;
	if (a_parent->major != b_parent->major || a_parent->minor != b_parent->minor)
		return false;
	a_path = mount_table_inner_path(inside, a->parent, a->info.mount_point);
	b_path = mount_table_inner_path(outside, b->parent, b->info.mount_point);
	return strcmp(a_path, b_path) == 0;
}

/* True if the mount is a copy of one outside, made together with what it is mounted on. */
static bool
came_along(const struct mount_table *inside, size_t mount, const struct mount_table *outside)
{
	const struct mount_entry *entry = &inside->entries[mount];
	const char *root = entry->info.root;
	size_t n;
	const size_t *same = mount_table_by_source(outside, &entry->info, root, strlen(root), &n);

	for (size_t i = 0; i < n && i < CANDIDATES_MAX; i++)
		if (is_same_place(inside, entry, outside, &outside->entries[same[i]]))
			return true;
	return false;
}

enum mount_lock
mount_lock_of(enum mount_power power, const struct mount_table *inside, size_t mount,
	      const struct mount_table *outside)
{
	switch (power) {
	case POWER_USERNS:
	case POWER_CAPABILITIES:
		return LOCK_YES;
	case POWER_FULL:
		return LOCK_NO;
	case POWER_INHERITED:
		return came_along(inside, mount, outside) ? LOCK_YES : LOCK_NO;
	case POWER_UNKNOWN:
	case POWERS:
		break;
	}
	return LOCK_UNKNOWN;
}
