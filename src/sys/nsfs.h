/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ioctl_nsfs(2): what namespaces say about themselves and each other. Descriptors are CLOEXEC. No heap, no stdio. */
#ifndef SYS_NSFS_H
#define SYS_NSFS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/ns.h"

/*
 * A descriptor of the namespace of a process, held by a descriptor of its directory in procfs. -EACCES where ptrace(2)
 * would be refused.
 */
int nsfs_open(int process, enum ns_kind kind);

/*
 * The user namespace that owns this one; of a user namespace its parent. -EPERM if that is not the caller's own or
 * below it.
 */
int nsfs_owner(int ns);

/* The parent of a user or pid namespace; -EPERM as above. */
int nsfs_parent(int ns);

/* The user who made a user namespace, as an id of the caller's user namespace. 0 or -errno. */
int nsfs_owner_uid(int userns, uid_t *ret);

/* The namespace's number, as in the link below /proc/PID/ns. 0 or -errno. */
int nsfs_number(int ns, uint64_t *ret);

/* Whether a pid namespace is the one of that number or within it. False, too, where it cannot be asked. */
bool nsfs_is_within(int pidns, uint64_t number);

/* The caller's name for process `pid` of a pid namespace. -ENOTTY before Linux 6.11, -ESRCH: no such process. */
int nsfs_outer_pid(int pidns, pid_t pid);

#endif
