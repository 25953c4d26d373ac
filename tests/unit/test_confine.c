/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process of ours that has confined itself can do, and cannot: by the filter, and by Landlock alone. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/confine.h"
#include "sys/landlock.h"

/* The same number everywhere. */
enum { LANDLOCK_CREATE_RULESET = 444 };

/* 0, or the number of the line that failed. */
static int
in_child(int (*work)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(work());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define WANT(condition)                       \
	do {                                  \
		if (!(condition))             \
			return __LINE__ % 256; \
	} while (0)
#define REFUSED(call, reason) WANT((call) < 0 && errno == (reason))

/* All that goes on working: what the C library makes of these is in the list. */
static int
go_on(void)
{
	int ends[2], fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	struct timespec moment = { .tv_nsec = 1000 };
	struct termios modes;
	struct stat st;
	sigset_t signals;
	char byte = 'x';
	char *memory;

	WANT(fd >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	WANT(confine_self() == 0);
	WANT(poll(&pfd, 1, 100) == 1);
	WANT(nanosleep(&moment, NULL) == 0 && time(NULL) > 0 && clock_gettime(CLOCK_MONOTONIC, &moment) == 0);
	WANT(send(ends[0], &byte, 1, MSG_NOSIGNAL) == 1 && recv(ends[1], &byte, 1, 0) == 1);
	WANT(shutdown(ends[0], SHUT_WR) == 0 && recv(ends[1], &byte, 1, 0) == 0);
	WANT(fstat(fd, &st) == 0 && S_ISCHR(st.st_mode));
	WANT(fcntl(fd, F_GETFL) >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	REFUSED(tcgetattr(fd, &modes), ENOTTY);
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	WANT(sigprocmask(SIG_BLOCK, &signals, NULL) == 0 && raise(SIGUSR1) == 0);
	WANT(sigwaitinfo(&signals, NULL) == SIGUSR1);
	/* More than one page by brk, and by mmap. */
	memory = malloc(100000);
	WANT(memory);
	memset(memory, 1, 100000);
	memory = realloc(memory, 8 * 1024 * 1024);
	WANT(memory);
	memset(memory, 1, 8 * 1024 * 1024);
	free(memory);
	WANT(write(fd, "x", 1) == 1 && close(fd) == 0);
	return 0;
}

static int
be_refused(void)
{
	WANT(confine_self() == 0);
	REFUSED(open("/dev/null", O_RDONLY), ENOSYS);
	REFUSED(openat(AT_FDCWD, "/dev/null", O_RDONLY), ENOSYS);
	REFUSED(socket(AF_UNIX, SOCK_STREAM, 0), ENOSYS);
	REFUSED(fork(), ENOSYS);
	REFUSED(execl("/bin/true", "true", NULL), ENOSYS);
	REFUSED(chdir("/"), ENOSYS);
	REFUSED(kill(getppid(), 0), EPERM);
	REFUSED(kill(0, 0), EPERM);
	REFUSED(ioctl(0, TIOCSTI, "x"), EPERM);
	REFUSED(fcntl(0, F_SETOWN, getppid()), EPERM);
	WANT(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	return 0;
}

/* The second lock, without the first. */
static int
be_refused_by_landlock(void)
{
	WANT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	if (landlock_abi() < 0) {
		WANT(landlock_give_up_all() == 0);
		return 0;
	}
	WANT(landlock_give_up_all() == 1);
	REFUSED(open("/dev/null", O_RDONLY), EACCES);
	REFUSED(open("/dev/null", O_WRONLY), EACCES);
	REFUSED(open("/", O_RDONLY | O_DIRECTORY), EACCES);
	REFUSED(mkdir("made", 0700), EACCES);
	REFUSED(execl("/bin/true", "true", NULL), EACCES);
	if (landlock_abi() >= 6)
		REFUSED(kill(getppid(), 0), EPERM);
	return 0;
}

/* As in a container whose filter is older than Landlock. */
static int
be_confined_without_landlock(void)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LANDLOCK_CREATE_RULESET, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof insns / sizeof *insns, .filter = insns };

	WANT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	WANT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	WANT(landlock_abi() == -EPERM);
	return be_refused();
}

static void
what_is_needed_works(void **state)
{
	(void)state;
	assert_int_equal(in_child(go_on), 0);
}

static void
what_is_not_is_refused(void **state)
{
	(void)state;
	assert_int_equal(in_child(be_refused), 0);
}

static void
landlock_may_be_refused(void **state)
{
	(void)state;
	assert_int_equal(in_child(be_confined_without_landlock), 0);
}

static void
landlock_refuses_too(void **state)
{
	(void)state;
	assert_int_equal(in_child(be_refused_by_landlock), 0);
}

static void
the_program_has_room(void **state)
{
	struct sock_filter insns[CONFINE_INSNS_MAX];

	(void)state;
	assert_true(confine_compile(insns, CONFINE_INSNS_MAX) > 0);
	assert_int_equal(confine_compile(insns, 8), -E2BIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_needed_works),
		cmocka_unit_test(what_is_not_is_refused),
		cmocka_unit_test(landlock_refuses_too),
		cmocka_unit_test(landlock_may_be_refused),
		cmocka_unit_test(the_program_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
