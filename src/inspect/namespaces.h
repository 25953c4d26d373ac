/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The namespaces of a process beside those of the caller, and who owns them. */
#ifndef INSPECT_NAMESPACES_H
#define INSPECT_NAMESPACES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/ns.h"

struct ns_view {
	uint64_t outside, inside; /* the caller's and the process's number; 0: not known, or no such kind here */
	int status;		  /* 0: `inside` is known; else -errno */
	bool same;
	int owner_status;	  /* 0: `owner` is known; -EPERM: a user namespace that the caller cannot see */
	uint64_t owner;		  /* the number of the user namespace that owns it; of a user namespace its parent */
	bool owner_is_callers;
	int maker_status;	  /* 0: `maker` is known */
	uid_t maker;		  /* the user who made that user namespace */
};

/*
 * `caller` and `process` are descriptors of directories in procfs. 0, or -errno if not even the caller's own can be
 * read.
 */
int namespaces_read(int caller, int process, struct ns_view ret[NS_KINDS]);

/* True if the process is in all the namespaces that the caller is in. False where that cannot be seen. */
bool namespaces_are_same(const struct ns_view views[NS_KINDS]);

#endif
