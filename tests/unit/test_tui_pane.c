/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pane's two ends: what a program writes gets into the terminal, and what is for the program waits for it. */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/pane.h"

struct pair {
	struct pane pane;
	int master, slave;
};

/* As the manager hands it over: the master does not block. What is written comes out as it is, without an echo. */
static void
open_pair(struct pair *pair)
{
	struct termios modes;

	pair->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	assert_true(pair->master >= 0);
	assert_int_equal(unlockpt(pair->master), 0);
	pair->slave = ioctl(pair->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(pair->slave >= 0);
	assert_int_equal(tcgetattr(pair->slave, &modes), 0);
	cfmakeraw(&modes);
	assert_int_equal(tcsetattr(pair->slave, TCSANOW, &modes), 0);
	assert_int_equal(pane_open(&pair->pane, pair->master, 100, false), 0);
}

static void
close_pair(struct pair *pair)
{
	pane_release(&pair->pane);
	close(pair->master);
	if (pair->slave >= 0)
		close(pair->slave);
}

static bool
has_output(const struct pair *pair)
{
	struct pollfd pfd = { .fd = pair->master, .events = POLLIN };

	return poll(&pfd, 1, 60000) > 0;
}

/* All of it, if what the program wrote last moves the cursor to this column. */
static void
look_until(struct pair *pair, int col)
{
	struct vt_cursor cursor;

	do {
		assert_true(has_output(pair));
		pane_read(&pair->pane);
		vt_cursor(pair->pane.vt, &cursor);
	} while (cursor.col != col);
}

/* Where this is not so a flood of short lines is half as fast. */
static void
test_waits_are_exact(void **state)
{
	(void)state;
	pane_prepare();
	assert_int_equal(prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0), 1);
}

static void
test_look_ends_in_a_flood(void **state)
{
	static const char line[] = "y\r\n";
	struct pair pair;
	pid_t pid;

	(void)state;
	open_pair(&pair);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		while (write(pair.slave, line, sizeof line - 1) > 0)
			;
	/* It takes its time to begin. */
	do {
		assert_true(has_output(&pair));
		pane_read(&pair.pane);
		assert_false(pair.pane.ended);
	} while (!pair.pane.more);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close_pair(&pair);
}

static void
test_end_comes_after_the_last_byte(void **state)
{
	struct vt_cursor cursor;
	struct pair pair;

	(void)state;
	open_pair(&pair);
	assert_int_equal(write(pair.slave, "last", 4), 4);
	close(pair.slave);
	pair.slave = -1;
	do {
		assert_true(has_output(&pair));
		pane_read(&pair.pane);
	} while (!pair.pane.ended);
	vt_cursor(pair.pane.vt, &cursor);
	assert_int_equal(cursor.col, 4);
	close_pair(&pair);
}

/* Who asks without end and reads nothing gets whole answers, and not all of them. */
static void
test_replies_are_bounded(void **state)
{
	enum { ASKED = 40000 };
	static const char question[] = "\033[5n", answer[] = "\033[0n";
	static char got[2 * PANE_REPLIES_MAX];
	size_t kept, n = 0;
	struct pair pair;

	(void)state;
	open_pair(&pair);
	for (int i = 0; i < ASKED; i++) {
		if (i % 100 == 99) {
			assert_int_equal(write(pair.slave, "\r", 1), 1);
			look_until(&pair, 0);
		}
		assert_int_equal(write(pair.slave, question, sizeof question - 1), sizeof question - 1);
	}
	assert_int_equal(write(pair.slave, "\033[9G", 4), 4);
	look_until(&pair, 8);
	kept = pair.pane.queue_len;
	assert_in_range(kept, PANE_REPLIES_MAX / 2, PANE_REPLIES_MAX);
	assert_int_equal(kept % (sizeof answer - 1), 0);
	/* What the user types has room for itself. */
	assert_true(pane_type(&pair.pane, "typed", 5));
	while (pane_has_to_write(&pair.pane) || n < kept + 5) {
		ssize_t r;

		pane_write(&pair.pane);
		r = read(pair.slave, got + n, sizeof got - n);
		assert_true(r > 0);
		n += (size_t)r;
	}
	assert_int_equal(n, kept + 5);
	for (size_t i = 0; i < kept; i += sizeof answer - 1)
		assert_memory_equal(got + i, answer, sizeof answer - 1);
	assert_memory_equal(got + kept, "typed", 5);
	close_pair(&pair);
}

static void
test_typed_is_bounded(void **state)
{
	static char much[PANE_TYPED_MAX];
	struct pair pair;

	(void)state;
	open_pair(&pair);
	memset(much, 'x', sizeof much);
	assert_true(pane_type(&pair.pane, much, sizeof much));
	/* The kernel has taken a part. */
	while (pane_type(&pair.pane, much, 1024))
		assert_in_range(pair.pane.queue_len, 1, PANE_TYPED_MAX);
	assert_in_range(pair.pane.queue_len, PANE_TYPED_MAX - 1023, PANE_TYPED_MAX);
	close_pair(&pair);
}

static void
test_size_is_the_program_s(void **state)
{
	struct winsize size;
	struct pair pair;
	int rows, cols;

	(void)state;
	open_pair(&pair);
	pane_resize(&pair.pane, 7, 33);
	assert_int_equal(ioctl(pair.slave, TIOCGWINSZ, &size), 0);
	vt_size(pair.pane.vt, &rows, &cols);
	assert_int_equal(size.ws_row, 7);
	assert_int_equal(size.ws_col, 33);
	assert_int_equal(rows, 7);
	assert_int_equal(cols, 33);
	/* There is no such size. */
	pane_resize(&pair.pane, 0, 33);
	assert_int_equal(pair.pane.rows, 7);
	close_pair(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_are_exact),
		cmocka_unit_test(test_look_ends_in_a_flood),
		cmocka_unit_test(test_end_comes_after_the_last_byte),
		cmocka_unit_test(test_replies_are_bounded),
		cmocka_unit_test(test_typed_is_bounded),
		cmocka_unit_test(test_size_is_the_program_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
