/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * landlock(7). Scopes: abstract unix sockets and signals stay within the sandbox (ABI 6, Linux 6.12). And giving up all
 * files at once, for a process of ours that has opened what it needs.
 */
#ifndef SYS_LANDLOCK_H
#define SYS_LANDLOCK_H

/* The ABI version, or -errno (ENOSYS: not built in, EOPNOTSUPP: not enabled, EPERM: a seccomp filter refuses it). */
int landlock_abi(void);

/*
 * Restricts the calling thread and all that it starts (no_new_privs must be set): from now on they can connect to the
 * abstract unix sockets of one another only, and signal only one another. The ruleset handles no files, or a nested
 * sandbox could not mount.
 * 1 done, 0 the kernel has no scopes, -errno; -E2BIG after 16 nested ones. No heap, no stdio.
 */
int landlock_scope_self(void);

/*
 * From now on the calling thread opens, makes, changes, removes and executes no file, whatever its path, makes no TCP
 * connection (ABI 4), and is scoped as above, as far as the kernel has each of it. What is open stays open; names and
 * attributes can be asked for. 1 done, 0 the kernel has no Landlock, or it is not enabled, or a container keeps it from
 * us; -errno.
 */
int landlock_give_up_all(void);

#endif
