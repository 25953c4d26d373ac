/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch-outer PROG ARG…: runs the program where somebody listens to its system calls already, as in some containers.
 * All of them go on. Its status is the program's.
 */
#include "config.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fdpass.h"
#include "sys/notify.h"
#include "sys/seccomp.h"

static _Noreturn void
be_listened_to(int socket, char **argv)
{
	int listener = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -1 : seccomp_watch_install();

	if (listener < 0 || fdpass_send(socket, "l", 1, listener, 0) < 0)
		_exit(125);
	close(listener);
	close(socket);
	execvp(argv[0], argv);
	_exit(127);
}

int
main(int argc, char **argv)
{
	struct notify_call call;
	struct pollfd heard;
	int ends[2], listener, status = 0;
	char byte;
	pid_t pid;

	if (argc < 2 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return 125;
	pid = fork();
	if (pid == 0)
		be_listened_to(ends[1], argv + 1);
	close(ends[1]);
	if (pid < 0 || fdpass_receive(ends[0], &byte, 1, &listener, 0) != 1 || listener < 0)
		return 125;
	heard = (struct pollfd){ .fd = listener, .events = POLLIN };
	/* Until nobody is left. */
	while (poll(&heard, 1, -1) == 1 && heard.revents & POLLIN)
		if (notify_receive(listener, &call) == 0)
			notify_continue(listener, call.id);
	if (waitpid(pid, &status, 0) != pid)
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
