/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capabilities(7) of the calling thread. No heap, no stdio: runs between clone and exec. */
#ifndef SYS_CAPS_H
#define SYS_CAPS_H

#include <stdint.h>

/*
 * Empties effective, permitted, inheritable, ambient and bounding sets. 0 or -errno; -EPERM where the bounding set
 * holds something and the thread has no CAP_SETPCAP. After an error some sets may still be full: do not go on.
 */
int caps_drop_all(void);

struct caps {
	uint64_t effective, permitted, inheritable, bounding, ambient;
};
/* The calling thread's sets, one bit a capability. 0 or -errno; *ret is written on success only. */
int caps_get(struct caps *ret);

/* Its effective set alone, by one system call; 0 where it cannot be told. */
uint64_t caps_effective(void);

/* The calling thread's securebits, or -errno. Of another process the kernel does not tell them. */
int caps_securebits(void);

#endif
