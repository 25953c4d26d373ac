/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pidfd_open(2), pidfd_send_signal(2): a process that cannot become another while it is held. */
#ifndef SYS_PIDFD_H
#define SYS_PIDFD_H

#include <sys/types.h>

/*
 * fork(2), the child with that number in its own pid namespace (clone3(2), set_tid; CAP_SYS_ADMIN over that is needed):
 * who is made after it has the number that he would have had without it. As fork, or -errno.
 */
pid_t fork_numbered(pid_t number);

/* A descriptor (CLOEXEC) of the process, or -errno; -EINVAL for a thread that is not its process's first. */
int pidfd_of(pid_t pid);

/* 0 or -errno: -ESRCH if it has ended and been waited for. With signal 0 only that is looked at. */
int pidfd_signal(int pidfd, int signal);

#endif
