/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pidfd_open(2), pidfd_send_signal(2): a process that cannot become another while it is held. */
#ifndef SYS_PIDFD_H
#define SYS_PIDFD_H

#include <sys/types.h>

/* A descriptor (CLOEXEC) of the process, or -errno; -EINVAL for a thread that is not its process's first. */
int pidfd_of(pid_t pid);

/* 0 or -errno: -ESRCH if it has ended and been waited for. With signal 0 only that is looked at. */
int pidfd_signal(int pidfd, int signal);

#endif
