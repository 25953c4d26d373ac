/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Confining a process of ours that reads what a hostile program writes: by then it has opened all that it needs, and
 * gives up the rest.
 */
#ifndef SYS_CONFINE_H
#define SYS_CONFINE_H

#include <stddef.h>

/*
 * From now on the calling process, which has one thread, reads, writes and waits on the descriptors that it has, and
 * manages its memory; it opens, makes or executes nothing, starts no process, makes no socket, signals only itself and
 * cannot type into a terminal (TIOCSTI). Calls that are not in the list of confine.c fail with ENOSYS, those that are
 * there for some arguments with EPERM. Sets no_new_privs.
 *
 * seccomp(2) does it, which each kernel has that sessions run on: without it -errno, and nothing is given up. Landlock
 * does the most of it a second time, where the kernel has that, and the seccomp filter of a container lets us have it.
 * 0, or -errno: what is given up by then stays so.
 */
int confine_self(void);

/* Builds the BPF program into insns[0..cap); returns its length or -E2BIG. Pure but for getpid(2). */
struct sock_filter;
int confine_compile(struct sock_filter *insns, size_t cap);

#define CONFINE_INSNS_MAX 512

#endif
