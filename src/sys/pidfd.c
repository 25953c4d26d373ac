/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pidfd_open(2), pidfd_send_signal(2): a process that cannot become another while it is held. */
#include "config.h"

#include "sys/pidfd.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* By number: the functions are in glibc since 2.36 only. */
int
pidfd_of(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : fd;
}

pid_t
fork_numbered(pid_t number)
{
	struct clone_args args = { .exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&number, .set_tid_size = 1 };
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);

	return pid < 0 ? -errno : pid;
}

int
pidfd_signal(int pidfd, int signal)
{
	return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}
