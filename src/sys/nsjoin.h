/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A look into namespaces that only a member can have: a short-lived child joins them, with the capabilities that the
 * kernel gives the owner of a user namespace.
 *
 * The child is in reach of whoever rules that user namespace, so: it is non-dumpable before it joins, which keeps
 * ptrace(2) and /proc/PID/fd of it from everybody without CAP_SYS_PTRACE in the initial user namespace; it holds no
 * descriptor but those it needs; it executes nothing, never enters a mount or pid namespace, and dies with its parent.
 * What comes out of it is not trusted: bounded, and for the caller to escape.
 */
#ifndef SYS_NSJOIN_H
#define SYS_NSJOIN_H

#include <stddef.h>

/*
 * For such a child: closes all descriptors but those n, which are sorted by it and may hold -1, and joins the user
 * namespace as told above. 0 or -errno.
 */
void nsjoin_close_others(int *keep, size_t n);
int nsjoin_enter(int userns);

/* __NEW_UTS_LEN and a NUL. */
enum { NSJOIN_HOSTNAME_SIZE = 65 };

/*
 * The host name in a uts namespace, which user namespace `userns` owns. 0 or -errno; -EPERM if the caller is neither
 * owner of `userns` nor privileged over it.
 */
int nsjoin_hostname(int userns, int uts, char ret[NSJOIN_HOSTNAME_SIZE]);

/*
 * uid_map, gid_map and setgroups of a user namespace in which there may be no process to ask, with the caller's own ids
 * as the outside. `proc` is a procfs that shows the caller's children. The caller frees the three. 0 or -errno, as
 * above.
 */
int nsjoin_maps(int proc, int userns, char **ret_uids, char **ret_gids, char **ret_setgroups);

#endif
