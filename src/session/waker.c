/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Continues a stopped manager when the program that it looks after has ended. */
#include "config.h"

#include "session/waker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/pidfd.h"

static _Noreturn void
waker_main(pid_t manager, int program)
{
	struct pollfd pfd = { .fd = program, .events = POLLIN };

	if (setpgid(0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != manager)
		_exit(0);
	prctl(PR_SET_NAME, "isolate-waker");
	close_range(0, (unsigned)program - 1, 0);
	close_range((unsigned)program + 1, ~0u, 0);
	/* All signals are blocked, as in the manager. */
	while (poll(&pfd, 1, -1) < 0 && errno == EINTR)
		;
	if (getppid() == manager)
		kill(manager, SIGCONT);
	_exit(0);
}

int
waker_start(struct waker *waker, pid_t program)
{
	_autoclose_ int pidfd = pidfd_of(program);
	pid_t manager = getpid();
	pid_t pid;

	if (pidfd < 0)
		return pidfd;
	pid = fork();
	if (pid == 0)
		waker_main(manager, pidfd);
	if (pid < 0)
		return -errno;
	waker->pid = pid;
	return 0;
}

void
waker_end(struct waker *waker)
{
	if (waker->pid <= 0)
		return;
	kill(waker->pid, SIGKILL);
	while (waitpid(waker->pid, NULL, 0) < 0 && errno == EINTR)
		;
	waker->pid = 0;
}
