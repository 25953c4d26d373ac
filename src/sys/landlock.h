/* SPDX-License-Identifier: GPL-3.0-or-later */
/* landlock(7) scopes: abstract unix sockets and signals stay within the sandbox (ABI 6, Linux 6.12). */
#ifndef SYS_LANDLOCK_H
#define SYS_LANDLOCK_H

/* The ABI version, or -errno (ENOSYS: not built in, EOPNOTSUPP: not enabled). */
int landlock_abi(void);

/* Restricts the calling thread (no_new_privs must be set); 1 done, 0 the kernel has no scopes, -errno. No heap, no stdio. */
int landlock_scope_self(void);

#endif
