/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who watches the session that is joined. */
#include "config.h"

#include "session/watcher.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "session/registry.h"
#include "sys/fdpass.h"
#include "sys/seccomp.h"

/* A session that is stopped does not answer; it can be joined all the same. */
enum { PATIENCE_MS = 1000 };

/* The second line that the session sends, the first being its greeting (doc/CONTROL.md). 0 or -errno. */
static int
read_answer(int session, int *ret_socket)
{
	int64_t until = clock_ms() + PATIENCE_MS;
	char text[1024] = "";
	size_t len = 0;
	int errnum;

	for (;;) {
		struct pollfd answered = { .fd = session, .events = POLLIN };
		const char *line = strchr(text, '\n');
		int64_t left = until - clock_ms();
		int fd;
		ssize_t n;

		if (line && strchr(line + 1, '\n'))
			return sscanf(line + 1, "listen %d", &errnum) == 1 ? -errnum : -EPROTO;
		if (left <= 0 || poll(&answered, 1, (int)left) == 0)
			return -ETIMEDOUT;
		n = fdpass_receive(session, text + len, sizeof text - 1 - len, &fd, MSG_DONTWAIT);
		if (fd >= 0 && *ret_socket < 0)
			*ret_socket = fd;
		else if (fd >= 0)
			close(fd);
		if (n == -EAGAIN)
			continue;
		if (n <= 0)
			return n < 0 ? (int)n : -EPIPE;
		len += (size_t)n;
		text[len] = '\0';
	}
}

/* The kernel lets one listen at a time: who is in a sandbox with a listener has that one and no other. */
static bool
may_listen(void)
{
	int status = 0;
	pid_t pid;

	/* 2: there are filters (proc_pid_status(5)). Whether one of them notifies can only be tried. */
	if (prctl(PR_GET_SECCOMP) != 2)
		return true;
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid == 0)
		_exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && seccomp_watch_install() == -EBUSY);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static const char *
explain(int r)
{
	switch (r) {
	case -EOPNOTSUPP:
		return NULL;
	case -EMFILE:
		return "as many programs have joined the session as can be watched at a time";
	case -ETIMEDOUT:
		return "the session does not answer";
	case -EPIPE:
		return "the process that watched the session has ended";
	default:
		return "the session cannot be asked";
	}
}

int
watcher_find(const char *session, const char **ret_why)
{
	static const char question[] = "listen 0\n";
	_autoclose_ int fd = registry_connect(session), socket = -1;
	int r = fd;

	if (r >= 0)
		r = send(fd, question, sizeof question - 1, MSG_NOSIGNAL) < 0 ? -errno : read_answer(fd, &socket);
	if (r == 0 && socket < 0)
		r = -EPROTO;
	*ret_why = r < 0 ? explain(r) : NULL;
	if (r < 0)
		return r;
	if (!may_listen()) {
		*ret_why = "whoever listens to your own system calls lets nobody else do so";
		return -EBUSY;
	}
	return take_fd(&socket);
}
