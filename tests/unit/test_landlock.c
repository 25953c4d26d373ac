/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Landlock scopes: abstract sockets and signals reach what is inside and nothing outside; mounting still works. */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/landlock.h"

static int
have_scopes(void)
{
	return landlock_abi() >= 6;
}

/* Runs work() in a child, scoped or not; returns what it returned. */
static int
in_child(int (*work)(void), int scoped)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (scoped && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || landlock_scope_self() != 1))
			_exit(127);
		_exit(work());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* An address that the kernel chooses, so that no two tests meet. */
static int
listen_abstract(struct sockaddr_un *ret, socklen_t *len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*len = sizeof(*ret);
	memset(ret, 0, sizeof(*ret));
	ret->sun_family = AF_UNIX;
	if (fd < 0 || bind(fd, (struct sockaddr *)ret, sizeof(sa_family_t)) < 0 || listen(fd, 4) < 0 ||
	    getsockname(fd, (struct sockaddr *)ret, len) < 0)
		return -1;
	return fd;
}

static int
connect_to(const struct sockaddr_un *addr, socklen_t len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

	r = connect(fd, (const struct sockaddr *)addr, len) < 0 ? errno : 0;
	close(fd);
	return r;
}

static struct sockaddr_un outside_addr;
static socklen_t outside_len;

static int
connect_outside(void)
{
	return connect_to(&outside_addr, outside_len);
}

static int
connect_inside(void)
{
	struct sockaddr_un addr;
	socklen_t len;
	int fd = listen_abstract(&addr, &len);

	return fd < 0 ? 126 : connect_to(&addr, len);
}

static void
test_abstract_sockets(void **state)
{
	int fd;

	(void)state;
	if (!have_scopes())
		skip();
	fd = listen_abstract(&outside_addr, &outside_len);
	assert_true(fd >= 0);
	assert_int_equal(in_child(connect_outside, 0), 0);
	assert_int_equal(in_child(connect_outside, 1), EPERM);
	assert_int_equal(in_child(connect_inside, 1), 0);
	close(fd);
}

static int
signal_parent(void)
{
	return kill(getppid(), 0) < 0 ? errno : 0;
}

/* The way by which a signal leaves a PID namespace: the process group is shared with a process outside of it. */
static int
signal_group(void)
{
	return kill(0, SIGUSR1) < 0 ? errno : 0;
}

static int
signal_child(void)
{
	int status, r;
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	r = kill(pid, SIGKILL) < 0 ? errno : 0;
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		return 126;
	return r;
}

static volatile sig_atomic_t signals_seen;

static void
count_signal(int sig)
{
	(void)sig;
	signals_seen++;
}

static void
test_signals(void **state)
{
	(void)state;
	if (!have_scopes())
		skip();
	assert_int_equal(in_child(signal_parent, 0), 0);
	assert_int_equal(in_child(signal_parent, 1), EPERM);
	assert_int_equal(in_child(signal_child, 1), 0);
}

static void
test_signal_to_the_group(void **state)
{
	struct sigaction sa = { .sa_handler = count_signal, .sa_flags = SA_RESTART };
	pid_t pid;
	int status;

	(void)state;
	if (!have_scopes())
		skip();
	/* In a group of its own: nobody else is to get the signal. */
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		setpgid(0, 0);
		sigaction(SIGUSR1, &sa, NULL);
		in_child(signal_group, 0);
		if (signals_seen != 1)
			_exit(10);
		in_child(signal_group, 1);
		_exit(signals_seen == 1 ? 0 : 11);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A ruleset that handled files would forbid this, and no sandbox could be made inside one. */
static int
nest(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return errno;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("x", "/tmp", "tmpfs", 0, NULL) < 0)
		return errno;
	return 0;
}

static void
test_mounting(void **state)
{
	(void)state;
	if (!have_scopes())
		skip();
	assert_int_equal(in_child(nest, 1), in_child(nest, 0));
}

static int
sixteen_deep(void)
{
	for (int i = 1; i < 16; i++)
		if (landlock_scope_self() != 1)
			return i;
	return landlock_scope_self() == -E2BIG ? 0 : 126;
}

static int
without_no_new_privs(void)
{
	if (geteuid() == 0)
		return 0; /* CAP_SYS_ADMIN does as well */
	return landlock_scope_self() == -EPERM ? 0 : 126;
}

static void
test_results(void **state)
{
	(void)state;
	if (!have_scopes()) {
		/* An older kernel is no error. */
		assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
		assert_int_equal(landlock_scope_self(), 0);
		return;
	}
	assert_int_equal(in_child(sixteen_deep, 1), 0);
	assert_int_equal(in_child(without_no_new_privs, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_abstract_sockets),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_signal_to_the_group),
		cmocka_unit_test(test_mounting),
		cmocka_unit_test(test_results),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
