/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pid 1 of the sandbox: builds the root, then reaps orphans for the rest of the sandbox's life. */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/breaks.h"
#include "sandbox/inside.h"
#include "sandbox/tell.h"
#include "sandbox/watched.h"
#include "sys/mount.h"
#include "sys/title.h"

/* The payload is the second process of its pid namespace, always. */
#define PAYLOAD_PID 2

/*
 * The payload makes the network namespace and its own user namespace while we make the mounts. Both must be
 * there before the pivot: pivot_root(2) changes the root of the namespace first and that of its processes
 * after, and in between a process counts as one in a chroot, in which the kernel makes no user namespace. One
 * that is still being cloned is even missed.
 */
static void
wait_for_payload(const struct setup *setup)
{
	char byte;

	do
		if (recv(setup->sync[0], &byte, 1, 0) != 1)
			inside_fail(setup, STEP_SYNC, -errno, NULL);
	while (byte != 'n');
}

/* /proc/1/net shows a process's network to everybody who sees the process: pid 1 may not stay in the host's. */
static void
join_network(const struct setup *setup)
{
	int fd;

	if (setup->plan->req->net == NET_HOST || broken("net"))
		return;
	fd = (int)syscall(SYS_pidfd_open, PAYLOAD_PID, 0);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		inside_fail(setup, STEP_JOIN_NET, -errno, NULL);
	close(fd);
}

static void
let_payload_go(const struct setup *setup)
{
	if (send(setup->sync[0], "r", 1, MSG_NOSIGNAL) != 1)
		inside_fail(setup, STEP_SYNC, -errno, NULL);
}

/*
 * All signals are blocked. Where we are in the manager's process group, a signal that was sent to the whole group
 * stays pending here, which is how the manager can tell it from one that was sent to it alone (session/inbox.c).
 * It then has us forget that signal, by SIGRTMAX-1 with the number: once, so that another one is not lost with it.
 */
static void
forget_signal(int number)
{
	static const struct timespec now = { 0, 0 };
	sigset_t set;

	sigemptyset(&set);
	if (number != SIGCHLD && sigaddset(&set, number) == 0)
		sigtimedwait(&set, NULL, &now);
}

static void
take_signal(int number, int value, bool outside)
{
	/* Inside, it is nobody's business. */
	if (number == SIGRTMAX - 1 && outside)
		forget_signal(value);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static _Noreturn void
reap_for_ever(const sigset_t *wanted)
{
	siginfo_t info;

	take_signal(SIGCHLD, 0, false);
	for (;;) {
		int number = sigwaitinfo(wanted, &info);

		if (number > 0)
			take_signal(number, info.si_value.sival_int, info.si_pid == 0);
	}
}

static void
take_signals(void)
{
	sigset_t all;

	/* An ignored SIGCHLD, inherited, would reap behind our back. */
	signal(SIGCHLD, SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
}

_Noreturn void
init_main(struct setup *setup)
{
	sigset_t wanted;
	int root, r;

	close(setup->sync[1]);
	inside_bind_life(setup);
	take_signals();
	title_set("isolate-init");
	/* One who is told of the steps is told of one at a time. */
	if (setup->plan->req->teacher)
		wait_for_payload(setup);
	if (setup->plan->hostname)
		tell_step(setup, STEP_HOSTNAME, -1);
	if (setup->plan->hostname && sethostname(setup->plan->hostname, strlen(setup->plan->hostname)) < 0)
		inside_fail(setup, STEP_HOSTNAME, -errno, setup->plan->hostname);
	watched_begin_building(setup);
	root = build_root(setup);
	/* What is left needs no more than the root itself, of which the kernel knows all. */
	watched_end_building(setup);
	if (!setup->plan->req->teacher)
		wait_for_payload(setup);
	join_network(setup);
	tell_step(setup, STEP_PIVOT, -1);
	r = mount_pivot(root);
	if (r < 0)
		inside_fail(setup, STEP_PIVOT, r, NULL);
	tell_step(setup, STEP_SEAL_ROOT, -1);
	if (!broken("read-only-root") && (r = mount_attrs(root, MOUNT_RDONLY, 0, false)) < 0)
		inside_fail(setup, STEP_SEAL_ROOT, r, NULL);
	inside_shed(setup);
	tell_close(setup);
	let_payload_go(setup);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGRTMAX - 1);
	if (setup->sandbox->sensor)
		watched_serve(setup, &wanted, take_signal);
	/* Nothing of ours is open from here on: no pipe of the caller's stays open because of pid 1. */
	syscall(SYS_close_range, 0, ~0u, 0);
	reap_for_ever(&wanted);
}
