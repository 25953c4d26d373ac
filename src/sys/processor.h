/* SPDX-License-Identifier: GPL-3.0-or-later */
/* getcpu(2), sched_setaffinity(2): on one processor with somebody, who is woken much sooner there. */
#ifndef SYS_PROCESSOR_H
#define SYS_PROCESSOR_H

#include <sys/types.h>

/*
 * The processor that we run on, or -1. sched_getcpu(3) may not be asked: the C library reads what the kernel keeps up
 * to date for it (rseq(2)), which it does not do any more in a process that began with vfork(2), nor in its children.
 */
int processor_here(void);

/* Binds a process (0: us) to one processor. 0 or -errno. */
int processor_bind(pid_t pid, int processor);

#endif
