/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process connector's messages and the filter before them, on a socket of another kind that carries the same. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/procnews.h"

static int ends[2]; /* what is sent into the first is read from the second */

static int
set_up(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends);
}

static int
tear_down(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static void
send_event(const struct proc_event *event)
{
	char buf[NLMSG_HDRLEN + sizeof(struct cn_msg) + sizeof *event] = { 0 };

	memcpy(buf + sizeof buf - sizeof *event, event, sizeof *event);
	send(ends[0], buf, sizeof buf, 0);
}

static void
send_fork(pid_t parent, pid_t child, pid_t thread)
{
	struct proc_event event = { .what = PROC_EVENT_FORK };

	event.event_data.fork.parent_pid = event.event_data.fork.parent_tgid = parent;
	event.event_data.fork.child_pid = thread;
	event.event_data.fork.child_tgid = child;
	send_event(&event);
}

static void
send_exec(pid_t pid)
{
	struct proc_event event = { .what = PROC_EVENT_EXEC };

	event.event_data.exec.process_pid = event.event_data.exec.process_tgid = pid;
	send_event(&event);
}

static void
send_exit(pid_t pid, pid_t thread, uint32_t status)
{
	struct proc_event event = { .what = PROC_EVENT_EXIT };

	event.event_data.exit.process_pid = thread;
	event.event_data.exit.process_tgid = pid;
	event.event_data.exit.exit_code = status;
	send_event(&event);
}

static void
expect(enum procnews_kind kind, pid_t pid, pid_t parent, int status)
{
	struct procnews news;

	assert_int_equal(procnews_read(ends[1], &news), 1);
	assert_int_equal(news.kind, kind);
	assert_int_equal(news.pid, pid);
	assert_int_equal(news.parent, parent);
	assert_int_equal(news.status, status);
}

static void
expect_nothing(void)
{
	struct procnews news;

	assert_int_equal(procnews_read(ends[1], &news), 0);
}

static void
send_all(void)
{
	struct proc_event name = { .what = PROC_EVENT_COMM };

	send_fork(7, 70, 70);
	send_fork(7, 7, 71); /* a thread */
	send_exec(70);
	send_exit(7, 71, 0); /* a thread */
	send_exit(70, 70, 0x300);
	send_event(&name);
}

static void
test_all(void **state)
{
	(void)state;
	assert_int_equal(procnews_choose_all(ends[1]), 0);
	send_all();
	expect(PROCNEWS_FORKED, 70, 7, 0);
	expect(PROCNEWS_EXECUTED, 70, 0, 0);
	expect(PROCNEWS_EXITED, 70, 0, 0x300);
	expect_nothing();
}

static void
test_without_filter(void **state)
{
	char junk[8] = { 0 };

	(void)state;
	send(ends[0], junk, sizeof junk, 0);
	send_all();
	expect(PROCNEWS_FORKED, 70, 7, 0);
	expect(PROCNEWS_EXECUTED, 70, 0, 0);
	expect(PROCNEWS_EXITED, 70, 0, 0x300);
	expect_nothing();
}

static void
test_some(void **state)
{
	const pid_t pids[] = { 3, 7, 0x01020304 };

	(void)state;
	assert_int_equal(procnews_choose(ends[1], pids, 3), 0);
	send_all();
	expect(PROCNEWS_FORKED, 70, 7, 0);
	expect_nothing();
	send_exec(0x04030201);
	send_exec(0x01020304);
	send_fork(8, 3, 3); /* by none of them */
	send_exit(3, 3, 9);
	expect(PROCNEWS_EXECUTED, 0x01020304, 0, 0);
	expect(PROCNEWS_EXITED, 3, 0, 9);
	expect_nothing();
}

static void
test_none(void **state)
{
	(void)state;
	assert_int_equal(procnews_choose(ends[1], NULL, 0), 0);
	send_all();
	expect_nothing();
}

static void
test_most(void **state)
{
	static pid_t pids[PROCNEWS_PIDS_MAX + 1];

	(void)state;
	for (int i = 0; i <= PROCNEWS_PIDS_MAX; i++)
		pids[i] = 100 + i;
	assert_int_equal(procnews_choose(ends[1], pids, PROCNEWS_PIDS_MAX + 1), -E2BIG);
	assert_int_equal(procnews_choose(ends[1], pids, PROCNEWS_PIDS_MAX), 0);
	send_exec(99);
	send_exec(100);
	send_exec(100 + PROCNEWS_PIDS_MAX - 1);
	send_exec(100 + PROCNEWS_PIDS_MAX);
	expect(PROCNEWS_EXECUTED, 100, 0, 0);
	expect(PROCNEWS_EXECUTED, 100 + PROCNEWS_PIDS_MAX - 1, 0, 0);
	expect_nothing();
}

/* As before Linux 6.8. False: only root may, in a network namespace of his own, and only since then. */
static bool
lower_memory(void)
{
	static const char limit[] = "20480";
	int fd, n;

	if (unshare(CLONE_NEWNET) < 0)
		return false;
	fd = open("/proc/sys/net/core/optmem_max", O_WRONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : (int)write(fd, limit, sizeof limit - 1);
	if (fd >= 0)
		close(fd);
	return n > 0;
}

/* 0, or what failed. In a child: the limit is that of a namespace. */
static int
choose_with_little_memory(void)
{
	static pid_t pids[PROCNEWS_PIDS_MAX];
	int fd;

	if (!lower_memory())
		return 0;
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	for (int i = 0; i < PROCNEWS_PIDS_MAX; i++)
		pids[i] = 100 + i;
	/* The old one and the new are too much. */
	for (size_t n = 400; n <= 600; n += 10)
		if (procnews_choose(fd, pids, n) != 0)
			return 1;
	if (procnews_choose(fd, NULL, 0) != 0)
		return 2;
	if (procnews_choose(fd, pids, 600) != 0)
		return 3;
	if (procnews_choose(fd, pids, PROCNEWS_PIDS_MAX) != -ENOMEM)
		return 4;
	return procnews_choose_all(fd) == 0 ? 0 : 5;
}

static void
test_little_memory(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(choose_with_little_memory());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_without_filter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_some, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_most, set_up, tear_down),
		cmocka_unit_test(test_little_memory),
	};

	return cmocka_run_group_tests_name("procnews", tests, NULL, NULL);
}
