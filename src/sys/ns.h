/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of namespaces(7), one table, and their numbers. */
#ifndef SYS_NS_H
#define SYS_NS_H

#include <stddef.h>
#include <sys/types.h>

enum ns_kind { NS_USER, NS_MNT, NS_PID, NS_NET, NS_IPC, NS_UTS, NS_CGROUP, NS_KINDS };

struct ns_row {
	const char *name;     /* the file's name below /proc/PID/ns */
	int clone_flag;	      /* CLONE_NEW… */
	const char *isolates; /* what it isolates, for people */
};
extern const struct ns_row ns_rows[NS_KINDS];

/*
 * The inode number of one of the caller's namespaces, read below `proc`; 0 for a kind that the kernel does not
 * have. 0 or -errno.
 */
int ns_read_own(int proc, enum ns_kind kind, ino_t *ret);

/*
 * The inode numbers of the caller's namespaces, read below `proc`. A kind that the kernel does not have gives
 * 0. 0 or -errno.
 */
int ns_read_self(int proc, ino_t ret[NS_KINDS]);

#endif
