/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who a process is, inside and outside: values only, numbers without names.
 *
 * What has a name on either side (ids, process numbers, directories) is told as both call it. What a process simply has
 * (a host name, no_new_privs, seccomp, umask, limits) is told beside what the caller has. Capabilities count in the
 * process's own user namespace and in those below it: one that is in another than the caller's has none outside,
 * whatever it has inside.
 */
#ifndef INSPECT_WHO_H
#define INSPECT_WHO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "inspect/accounts.h"
#include "inspect/limits.h"
#include "inspect/place.h"
#include "inspect/userns.h"
#include "sys/nsjoin.h"
#include "sys/procfs.h"

struct who_id {
	uint32_t outside; /* as the caller names it */
	uint32_t inside;  /* as the process names it; the overflow id where the map has none */
	bool lost;	  /* the map has none: inside nobody can say this id */
};

struct who_directory {
	int status;	      /* 0, or why it cannot be known, -errno */
	char *inside;	      /* absolute there; NULL: not to be reached from its root */
	struct place outside;
};

struct who {
	struct procfs_status process, caller;
	struct userns_chain chain;
	bool same_userns, same_pidns;
	struct who_id user, file_user, group; /* effective, that of new files, effective */
	struct who_id *groups; /* supplementary; process.groups_len of them, without the effective one */
	size_t groups_len;
	pid_t pid_inside, parent_inside, session_inside; /* 0: outside of its pid namespace */
	int hostname_status;
	char hostname_inside[NSJOIN_HOSTNAME_SIZE];
	char *hostname_outside;
	struct who_directory cwd, root;
	struct limit_list limits_inside, limits_outside;
	uint64_t all_capabilities;
	struct accounts accounts; /* inside */
};

/*
 * `caller` and `process` are descriptors of directories in procfs `proc`. 0, or -errno if even its status or maps
 * cannot be read.
 */
int who_read(int proc, int caller, int process, struct who *ret);
void who_release(struct who *who);

#endif
