/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a process inside can undo a mount. */
#include "config.h"

#include "inspect/mountlock.h"

#include <linux/capability.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

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

/* Where in the parent's file system a mount is attached; NULL for what has no parent. The caller frees. */
static char *
spot_of(const struct mount_table *table, size_t mount)
{
	const struct mount_entry *entry = &table->entries[mount];

	if (entry->parent == MOUNT_NONE)
		return NULL;
	return mount_table_inner_path(table, entry->parent, entry->info.mount_point);
}

static int
compare_spots(const struct mountinfo *a_parent, const char *a, const struct mountinfo *b_parent, const char *b)
{
	if (a_parent->major != b_parent->major)
		return a_parent->major < b_parent->major ? -1 : 1;
	if (a_parent->minor != b_parent->minor)
		return a_parent->minor < b_parent->minor ? -1 : 1;
	return strcmp(a, b);
}

static const struct mountinfo *
parent_of(const struct mount_table *table, size_t mount)
{
	return &table->entries[table->entries[mount].parent].info;
}

static int
order_by_spot(const void *a, const void *b, void *context)
{
	const struct mount_locks *locks = context;
	size_t one = *(const size_t *)a, other = *(const size_t *)b;

	return compare_spots(parent_of(locks->outside, one), locks->spots[one], parent_of(locks->outside, other),
			     locks->spots[other]);
}

void
mount_locks_init(struct mount_locks *locks, enum mount_power power, const struct mount_table *inside,
		 const struct mount_table *outside)
{
	size_t cap = 0;

	*locks = (struct mount_locks){ .power = power, .inside = inside, .outside = outside };
	if (power != POWER_INHERITED)
		return;
	locks->spots = array_grow(NULL, &cap, outside->len, sizeof *locks->spots);
	cap = 0;
	locks->by_spot = array_grow(NULL, &cap, outside->len, sizeof *locks->by_spot);
	for (size_t i = 0; i < outside->len; i++) {
		locks->spots[i] = spot_of(outside, i);
		if (locks->spots[i])
			locks->by_spot[locks->len++] = i;
	}
	qsort_r(locks->by_spot, locks->len, sizeof *locks->by_spot, order_by_spot, locks);
}

void
mount_locks_release(struct mount_locks *locks)
{
	for (size_t i = 0; locks->spots && i < locks->outside->len; i++)
		free(locks->spots[i]);
	free(locks->spots);
	free(locks->by_spot);
	memset(locks, 0, sizeof *locks);
}

/* True if the mount is a copy of one outside, made together with what it is mounted on. */
static bool
came_along(const struct mount_locks *locks, size_t mount)
{
	const struct mountinfo *info = &locks->inside->entries[mount].info;
	_autofree_ char *spot = spot_of(locks->inside, mount);
	const struct mountinfo *parent;
	size_t from = 0, to = locks->len;

	if (!spot)
		return false;
	parent = parent_of(locks->inside, mount);
	while (from < to) {
		size_t middle = from + (to - from) / 2, i = locks->by_spot[middle];

		if (compare_spots(parent_of(locks->outside, i), locks->spots[i], parent, spot) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	/*
	 * Several: the same file system is mounted in several places outside, with something on the same spot of each.
	 */
	for (; from < locks->len; from++) {
		size_t i = locks->by_spot[from];
		const struct mountinfo *other = &locks->outside->entries[i].info;

		if (compare_spots(parent_of(locks->outside, i), locks->spots[i], parent, spot) != 0)
			break;
		if (other->major == info->major && other->minor == info->minor && strcmp(other->root, info->root) == 0)
			return true;
	}
	return false;
}

enum mount_lock
mount_locks_of(const struct mount_locks *locks, size_t mount)
{
	switch (locks->power) {
	case POWER_USERNS:
	case POWER_CAPABILITIES:
		return LOCK_YES;
	case POWER_FULL:
		return LOCK_NO;
	case POWER_INHERITED:
		return came_along(locks, mount) ? LOCK_YES : LOCK_NO;
	case POWER_UNKNOWN:
	case POWERS:
		break;
	}
	return LOCK_UNKNOWN;
}
