/* SPDX-License-Identifier: GPL-3.0-or-later */
/* getcpu(2), sched_setaffinity(2). */
#include "config.h"

#include "sys/processor.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

int
processor_here(void)
{
	unsigned processor;

	return syscall(SYS_getcpu, &processor, NULL, NULL) < 0 ? -1 : (int)processor;
}

int
processor_bind(pid_t pid, int processor)
{
	cpu_set_t set;

	if (processor < 0 || processor >= CPU_SETSIZE)
		return -EINVAL;
	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	return sched_setaffinity(pid, sizeof set, &set) < 0 ? -errno : 0;
}
