/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chain of user namespaces from the outermost that the caller can see to a process's own, with owners and maps. */
#ifndef INSPECT_USERNS_H
#define INSPECT_USERNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "inspect/mapping.h"

/* The number of the initial user namespace (PROC_USER_INIT_INO), the same on every machine. */
#define USERNS_INITIAL UINT64_C(4026531837)

struct userns {
	uint64_t number;
	bool is_callers;
	int owner_status; /* 0: `owner` is known, as the caller names him; else -errno */
	uid_t owner;
	int map_status; /* 0: the maps are known; else why they cannot be read, -errno */
	struct mapping uids, gids; /* to the caller's ids */
	bool setgroups_denied;
};

struct userns_chain {
	struct userns *items; /* the outermost first */
	size_t len;	      /* at least 1 */
	int status;	      /* 0: it goes up to the caller's own; else why it is cut off above items[0], -errno */
};

/*
 * `caller` and `process` are descriptors of their directories in procfs `proc`. Maps that no process is there to show
 * are read by a child that joins. Where the process's namespaces may not be opened the chain is its own one alone. 0 or
 * -errno, if not even that one's number or maps are to be had.
 */
int userns_chain_read(int proc, int caller, int process, struct userns_chain *ret);
void userns_chain_release(struct userns_chain *chain);

/* The last one: the process's own. */
const struct userns *userns_chain_own(const struct userns_chain *chain);

#endif
