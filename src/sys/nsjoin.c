/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A short-lived child in other namespaces. */
#include "config.h"

#include "sys/nsjoin.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/procfs.h"

enum { JOIN_MILLISECONDS = 5000 };

/* What the child says once it is there. */
struct report {
	int32_t error;
	char hostname[NSJOIN_HOSTNAME_SIZE];
};

struct joined {
	pid_t pid;
	int socket;
	struct report report;
};

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

void
nsjoin_close_others(int *keep, size_t n)
{
	unsigned from = 0;

	qsort(keep, n, sizeof *keep, compare_ints);
	/* A kernel or a filter that refuses leaves them open, in a process that nobody may look into. */
	for (size_t i = 0; i < n; i++) {
		if (keep[i] < 0)
			continue;
		if ((unsigned)keep[i] > from)
			syscall(SYS_close_range, from, (unsigned)keep[i] - 1, 0);
		from = (unsigned)keep[i] + 1;
	}
	syscall(SYS_close_range, from, ~0u, 0);
}

static int
hide(void)
{
	return prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ? -errno : 0;
}

/*
 * Hidden before: from the moment that we are in `userns`, its masters have power over what is dumpable. And after:
 * getting capabilities clears the death signal, and sets "dumpable" to what fs.suid_dumpable says, which may be 1 on a
 * machine for debugging.
 */
int
nsjoin_enter(int userns)
{
	int r = hide();

	if (r < 0)
		return r;
	if (setns(userns, CLONE_NEWUSER) < 0)
		return -errno;
	return hide();
}

static int
enter(int userns, int uts, struct report *report)
{
	struct utsname name;
	int r = nsjoin_enter(userns);

	/* One cannot enter where one is. Whoever has privilege there has it already. */
	if (r < 0 && (r != -EINVAL || uts < 0))
		return r;
	if (uts < 0)
		return 0;
	if (setns(uts, CLONE_NEWUTS) < 0 || uname(&name) < 0)
		return -errno;
	memcpy(report->hostname, name.nodename, sizeof report->hostname);
	return 0;
}

/* Stays until the parent has closed its end, or kills it. */
static _Noreturn void
child_main(int socket, int userns, int uts)
{
	struct report report = { 0 };
	int keep[] = { socket, userns, uts };
	char byte;

	nsjoin_close_others(keep, 3);
	report.error = -enter(userns, uts, &report);
	if (send(socket, &report, sizeof report, MSG_NOSIGNAL) == sizeof report)
		while (recv(socket, &byte, 1, 0) < 0 && errno == EINTR)
			;
	_exit(0);
}

static void
join_end(struct joined *joined)
{
	close(joined->socket);
	kill(joined->pid, SIGKILL);
	while (waitpid(joined->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/*
 * A sandbox without a pid namespace of its own holds processes of the same user that can stop ours. The time is for
 * them; the child needs none to speak of.
 */
static ssize_t
receive(int socket, struct report *report)
{
	struct pollfd pfd = { .fd = socket, .events = POLLIN };
	int r;

	do
		r = poll(&pfd, 1, JOIN_MILLISECONDS);
	while (r < 0 && errno == EINTR);
	return r == 1 ? recv(socket, report, sizeof *report, 0) : -1;
}

/* With 0 the child is there until join_end(). */
static int
join_start(int userns, int uts, struct joined *ret)
{
	int pair[2];
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	ret->pid = fork();
	if (ret->pid == 0)
		child_main(pair[1], userns, uts);
	close(pair[1]);
	ret->socket = pair[0];
	if (ret->pid < 0) {
		close(pair[0]);
		return -EAGAIN;
	}
	n = receive(ret->socket, &ret->report);
	if (n == sizeof ret->report && ret->report.error == 0)
		return 0;
	join_end(ret);
	return n == sizeof ret->report ? -ret->report.error : -ECHILD;
}

int
nsjoin_hostname(int userns, int uts, char ret[NSJOIN_HOSTNAME_SIZE])
{
	struct joined joined = { .pid = -1, .socket = -1 };
	int r = join_start(userns, uts, &joined);

	if (r < 0)
		return r;
	join_end(&joined);
	memcpy(ret, joined.report.hostname, NSJOIN_HOSTNAME_SIZE);
	ret[NSJOIN_HOSTNAME_SIZE - 1] = '\0';
	return 0;
}

int
nsjoin_maps(int proc, int userns, char **ret_uids, char **ret_gids, char **ret_setgroups)
{
	_autofree_ char *uids = NULL;
	_autofree_ char *gids = NULL;
	_autofree_ char *setgroups = NULL;
	_autoclose_ int process = -1;
	struct joined joined = { .pid = -1, .socket = -1 };
	int r = join_start(userns, -1, &joined);

	if (r < 0)
		return r;
	process = r = procfs_open_process(proc, joined.pid);
	if (r >= 0)
		r = procfs_read(process, "uid_map", &uids, NULL);
	if (r >= 0)
		r = procfs_read(process, "gid_map", &gids, NULL);
	if (r >= 0)
		r = procfs_read(process, "setgroups", &setgroups, NULL);
	join_end(&joined);
	if (r < 0)
		return r;
	*ret_uids = take_ptr(uids);
	*ret_gids = take_ptr(gids);
	*ret_setgroups = take_ptr(setgroups);
	return 0;
}
