/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session-keyring(7). */
#ifndef SYS_KEYRING_H
#define SYS_KEYRING_H

/*
 * A new, empty session keyring for the calling process: what the caller's holds (Kerberos tickets, disk keys) stays out
 * of reach. 0, or -errno:
 *	-ENOSYS	the kernel has no keyrings, or we run inside another isolate, whose deny list answers so
 *	-EDQUOT	the user has as many keys as kernel.keys.maxkeys allows (200): many sessions at the same time
 * After either the caller may go on if it installs the deny list of sys/seccomp.h, under which the payload reaches no
 * keyring at all: the new one is the second of two locks. No heap, no stdio.
 */
int keyring_new_session(void);

#endif
