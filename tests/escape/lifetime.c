/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attacks on the sandbox's end: processes that mean to outlive it. */
#include "config.h"

#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Nothing but SIGKILL ends it. It holds `pipe` open, which is how somebody outside knows that it is alive. */
static _Noreturn void
stay(int pipe)
{
	for (int sig = 1; sig < SIGRTMIN; sig++)
		signal(sig, SIG_IGN);
	setsid();
	prctl(PR_SET_PDEATHSIG, 0);
	dprintf(pipe, "%d\n", getpid());
	for (int fd = 0; fd < 64; fd++)
		if (fd != pipe)
			close(fd);
	for (;;)
		pause();
}

/* Forks twice, so that the survivor's parent is pid 1, into a session of its own; ends when that has come to stay. */
static int
run_survive(char **argv)
{
	int pipe = open(argv[0], O_WRONLY | O_CLOEXEC), ready[2];
	char c;
	pid_t pid;

	if (pipe < 0 || pipe2(ready, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		return untried("fork");
	if (pid == 0) {
		setsid();
		if (fork() == 0)
			stay(pipe); /* closes `ready` last of all */
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) < 0)
		return untried("read");
	return worked("double fork");
}

/*
 * A process whose parent is ours, not we (CLONE_PARENT): in a sandbox that is isolate, outside, which did not make it.
 * It stays, or ends at once with a status that could be taken for the payload's. Then we end, with 0.
 */
static int
run_sibling(char **argv)
{
	int pipe = open(argv[0], O_WRONLY | O_CLOEXEC);
	long pid;

	if (pipe < 0)
		return untried(argv[0]);
	for (int i = 0; i < 2; i++) {
		pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
		if (pid < 0)
			return untried("clone");
		if (pid == 0 && i == 0)
			_exit(99);
		if (pid == 0)
			stay(pipe);
	}
	return worked("CLONE_PARENT");
}

/* COUNT processes that stay, made as fast as fork(2) goes; then we stay too. */
static int
run_bomb(char **argv)
{
	int pipe = open(argv[1], O_WRONLY | O_CLOEXEC);

	if (pipe < 0)
		return untried(argv[1]);
	for (int i = atoi(argv[0]); i > 0; i--) {
		pid_t pid = fork();

		if (pid < 0)
			return untried("fork");
		if (pid == 0)
			stay(pipe);
	}
	stay(pipe);
}

const struct attack lifetime_attacks[] = {
	{ "survive", "FIFO", 1, run_survive },
	{ "sibling", "FIFO", 1, run_sibling },
	{ "bomb", "COUNT FIFO", 2, run_bomb },
	{ 0 },
};
