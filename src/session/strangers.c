/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children that we never made. */
#include "config.h"

#include "session/strangers.h"

#include <sys/wait.h>

/* A payload that makes them without end shall not keep us from everything else; the next SIGCHLD comes soon. */
enum { AT_ONCE = 256 };

void
strangers_reap(pid_t payload, pid_t other)
{
	siginfo_t info;

	for (int n = 0; n < AT_ONCE; n++) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 || info.si_pid == 0)
			return;
		if (info.si_pid == payload || info.si_pid == other)
			return;
		waitid(P_PID, (id_t)info.si_pid, NULL, WEXITED | WNOHANG | __WALL);
	}
}
