/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session-keyring(7). */
#ifndef SYS_KEYRING_H
#define SYS_KEYRING_H

/* A new, empty session keyring for the calling process: what the caller's holds (Kerberos tickets, disk keys) stays out of reach.
 * 0, or -errno; -ENOSYS where the kernel has no keyrings. */
int keyring_new_session(void);

#endif
