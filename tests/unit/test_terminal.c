/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's terminal: whose it is, its modes and when they are changed back, its end. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/terminal.h"

/* In the child of on_terminal(). */
#define CHECK(condition)                                                                                              \
	do {                                                                                                          \
		if (!(condition)) {                                                                                   \
			dprintf(log_fd, "# line %d: %s\n", __LINE__, #condition);                                     \
			_exit(1);                                                                                     \
		}                                                                                                     \
	} while (0)

static int log_fd, master;

/* Runs it in a session of its own, with a new terminal as standard input, output and error. */
static void
on_terminal(void (*run)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		int slave;

		log_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
		master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
		CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
		slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
		CHECK(slave >= 0 && setsid() > 0 && ioctl(slave, TIOCSCTTY, 0) == 0);
		for (int fd = 0; fd <= 2; fd++)
			CHECK(dup2(slave, fd) == fd);
		CHECK(close(slave) == 0);
		/* As the manager has them. */
		CHECK(signal(SIGTTOU, SIG_IGN) != SIG_ERR && signal(SIGHUP, SIG_IGN) != SIG_ERR);
		run();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static struct termios
modes(void)
{
	struct termios now;

	CHECK(tcgetattr(STDIN_FILENO, &now) == 0);
	return now;
}

static bool
same(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_lflag == b->c_lflag &&
	       memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

static bool
is_raw(void)
{
	const struct termios now = modes();

	return !(now.c_lflag & (ICANON | ECHO | ISIG | IEXTEN)) && !(now.c_iflag & (ICRNL | IXON)) &&
	       !(now.c_oflag & OPOST);
}

static void
run_modes(void)
{
	const struct termios before = modes();
	struct terminal terminal;
	struct termios now;

	CHECK(terminal_is_all());
	CHECK(terminal_open(&terminal) == 0);
	CHECK(terminal.controlling && terminal_is_ours(&terminal) && !terminal_is_gone(&terminal));
	/* An open file of our own: the one that others have does not change. */
	CHECK(!terminal.in.shared && fcntl(terminal.in.fd, F_GETFL) & O_NONBLOCK);
	CHECK(!(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK));
	now = modes();
	CHECK(same(&now, &before));

	CHECK(terminal_set_raw(&terminal) == 0);
	CHECK(is_raw() && terminal.raw && same(&terminal.saved, &before));
	/* Again, as after SIGCONT: ours are not taken for the user's. */
	CHECK(terminal_set_raw(&terminal) == 0);
	CHECK(is_raw() && same(&terminal.saved, &before));
	terminal_restore(&terminal);
	now = modes();
	CHECK(!terminal.raw && same(&now, &before));

	/* What the user has set in between is what is put back. */
	now.c_lflag &= ~(tcflag_t)ECHO;
	CHECK(tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0);
	CHECK(terminal_set_raw(&terminal) == 0 && is_raw());
	terminal_close(&terminal);
	now = modes();
	CHECK(now.c_lflag & ICANON && !(now.c_lflag & ECHO));
}

static void
run_background(void)
{
	struct terminal terminal;
	struct termios now, shell;
	pid_t other = fork();

	if (other == 0) {
		setpgid(0, 0);
		for (;;)
			pause();
	}
	CHECK(other > 0 && (setpgid(other, other) == 0 || getpgid(other) == other));
	CHECK(terminal_open(&terminal) == 0 && terminal_set_raw(&terminal) == 0);
	CHECK(tcsetpgrp(STDIN_FILENO, other) == 0 && !terminal_is_ours(&terminal));
	/* Whoever has the terminal now has set its modes. */
	shell = modes();
	shell.c_lflag |= ECHO;
	CHECK(tcsetattr(STDIN_FILENO, TCSANOW, &shell) == 0);
	terminal_restore(&terminal);
	now = modes();
	CHECK(!terminal.raw && same(&now, &shell));
	CHECK(tcsetpgrp(STDIN_FILENO, getpgrp()) == 0 && terminal_is_ours(&terminal));
	kill(other, SIGKILL);
	CHECK(waitpid(other, NULL, 0) == other);
	terminal_close(&terminal);
}

/* By another process, after ours was killed. */
static void
run_rescue(void)
{
	const struct termios before = modes();
	struct termios now, shell;
	struct terminal terminal;

	CHECK(terminal_open(&terminal) == 0);
	terminal_rescue(&terminal);
	now = modes();
	CHECK(same(&now, &before));
	CHECK(terminal_set_raw(&terminal) == 0);
	terminal_rescue(&terminal);
	now = modes();
	CHECK(same(&now, &before));
	/* A shell that was faster is not disturbed. */
	CHECK(terminal_set_raw(&terminal) == 0);
	shell = modes();
	shell.c_lflag |= ICANON;
	CHECK(tcsetattr(STDIN_FILENO, TCSANOW, &shell) == 0);
	terminal_rescue(&terminal);
	now = modes();
	CHECK(same(&now, &shell));
}

static void
run_hang_up(void)
{
	struct terminal terminal;

	CHECK(terminal_open(&terminal) == 0 && !terminal_is_gone(&terminal));
	close(master);
	CHECK(terminal_is_gone(&terminal) && terminal_set_raw(&terminal) < 0);
	terminal_close(&terminal);
}

static void
run_partly(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), other;

	CHECK(terminal_is_all());
	for (int fd = 0; fd <= 2; fd++) {
		int kept = fcntl(fd, F_DUPFD_CLOEXEC, 10);

		CHECK(dup2(null, fd) == fd);
		CHECK(!terminal_is_all());
		CHECK(dup2(kept, fd) == fd);
		close(kept);
	}
	/* The same one by another name, and another one. */
	CHECK(dup2(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC), STDERR_FILENO) == STDERR_FILENO);
	CHECK(terminal_is_all());
	other = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	CHECK(other >= 0 && unlockpt(other) == 0);
	CHECK(dup2(ioctl(other, TIOCGPTPEER, O_RDWR | O_NOCTTY), STDERR_FILENO) == STDERR_FILENO);
	CHECK(!terminal_is_all());
}

static void
modes_are_put_back(void **state)
{
	(void)state;
	on_terminal(run_modes);
}

static void
background_is_left_alone(void **state)
{
	(void)state;
	on_terminal(run_background);
}

static void
rescue(void **state)
{
	(void)state;
	on_terminal(run_rescue);
}

static void
hang_up(void **state)
{
	(void)state;
	on_terminal(run_hang_up);
}

static void
all_three_or_none(void **state)
{
	(void)state;
	on_terminal(run_partly);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_are_put_back), cmocka_unit_test(background_is_left_alone),
		cmocka_unit_test(rescue),	      cmocka_unit_test(hang_up),
		cmocka_unit_test(all_three_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
