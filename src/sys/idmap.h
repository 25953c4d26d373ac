/* SPDX-License-Identifier: GPL-3.0-or-later */
/* uid_map, gid_map and setgroups of the calling process (user_namespaces(7)). No heap, no stdio. */
#ifndef SYS_IDMAP_H
#define SYS_IDMAP_H

#include <sys/types.h>

/*
 * Maps one user and one group of the parent user namespace into the one that the caller has just made: all that
 * an ordinary user may do without help. setgroups(2) is denied first: the kernel asks for it (Linux 3.19),
 * since dropping a group could grant access. `proc` is a descriptor of a procfs in which the caller is visible.
 * 0 or -errno.
 */
int idmap_write(int proc, uid_t uid_inside, uid_t uid_outside, gid_t gid_inside, gid_t gid_outside);

#endif
