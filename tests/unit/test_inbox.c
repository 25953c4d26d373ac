/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inbox: each signal once, in order, and known whether it was sent to the process alone or to its group. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/inbox.h"

/*
 * A process in a group of its own, which takes what is pending when it is told to, and says what it took. In between it
 * sleeps in read(2): all that a test sends before it says so is one batch.
 */
struct taker {
	pid_t pid, sentinel;
	int orders, answers;
};

struct answer {
	size_t len;
	bool parent_ended;
	struct letter letters[INBOX_MAX];
};

static struct answer answer;

static bool
read_all(int fd, void *ret, size_t size)
{
	for (size_t len = 0; len < size;) {
		ssize_t n = read(fd, (char *)ret + len, size - len);

		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	return true;
}

static _Noreturn void
taker_main(int orders, int answers)
{
	struct inbox inbox;
	char order;

	setpgid(0, 0);
	inbox_open(&inbox);
	inbox.sentinel = inbox_start_sentinel();
	if (write(answers, &inbox.sentinel, sizeof inbox.sentinel) != sizeof inbox.sentinel)
		_exit(1);
	while (read(orders, &order, 1) == 1) {
		answer.len = inbox_take(&inbox, order == 'w', answer.letters);
		if (write(answers, &answer, sizeof answer) != sizeof answer)
			_exit(1);
	}
	inbox_end_sentinel(&inbox);
	_exit(0);
}

static int
set_up(void **state)
{
	static struct taker taker;
	int orders[2], answers[2];

	if (pipe2(orders, O_CLOEXEC) < 0 || pipe2(answers, O_CLOEXEC) < 0)
		return -1;
	taker.pid = fork();
	if (taker.pid == 0) {
		close(orders[1]);
		close(answers[0]);
		taker_main(orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	taker.orders = orders[1];
	taker.answers = answers[0];
	*state = &taker;
	return read_all(taker.answers, &taker.sentinel, sizeof taker.sentinel) && taker.sentinel > 0 ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct taker *taker = *state;
	int status;

	close(taker->orders);
	close(taker->answers);
	return waitpid(taker->pid, &status, 0) == taker->pid && status == 0 ? 0 : -1;
}

/* Leaves it in `answer`. */
static void
take(const struct taker *taker)
{
	assert_int_equal(write(taker->orders, "t", 1), 1);
	assert_true(read_all(taker->answers, &answer, sizeof answer));
}

static const struct letter *
letter_of(int number)
{
	const struct letter *found = NULL;

	for (size_t i = 0; i < answer.len; i++) {
		if (answer.letters[i].number != number)
			continue;
		assert_null(found);
		found = &answer.letters[i];
	}
	assert_non_null(found);
	return found;
}

static void
send_alone(const struct taker *taker, int number)
{
	assert_int_equal(kill(taker->pid, number), 0);
}

static void
send_group(const struct taker *taker, int number)
{
	assert_int_equal(killpg(taker->pid, number), 0);
}

static void
nothing(void **state)
{
	take(*state);
	assert_int_equal(answer.len, 0);
}

static void
alone_or_group(void **state)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGALRM, SIGTERM, SIGCONT, SIGTSTP, SIGWINCH };
	const struct taker *taker = *state;

	/* Again and again: what one has left in the sentinel must not be taken for the next. */
	for (size_t i = 0; i < 4 * (sizeof numbers / sizeof *numbers); i++) {
		int number = numbers[i / 4];
		bool group = i % 2;

		if (group)
			send_group(taker, number);
		else
			send_alone(taker, number);
		take(taker);
		assert_int_equal(answer.len, 1);
		assert_int_equal(letter_of(number)->to_group, group);
		assert_int_equal(letter_of(number)->sender, getpid());
		assert_false(letter_of(number)->queued);
	}
	take(taker);
	assert_int_equal(answer.len, 0);
}

static void
mixed(void **state)
{
	const struct taker *taker = *state;

	send_group(taker, SIGUSR1);
	send_alone(taker, SIGUSR2);
	send_group(taker, SIGHUP);
	send_alone(taker, SIGINT);
	take(taker);
	assert_int_equal(answer.len, 4);
	assert_true(letter_of(SIGUSR1)->to_group);
	assert_false(letter_of(SIGUSR2)->to_group);
	assert_true(letter_of(SIGHUP)->to_group);
	assert_false(letter_of(SIGINT)->to_group);
	/* Nothing of it is left. */
	send_alone(taker, SIGUSR1);
	send_alone(taker, SIGHUP);
	take(taker);
	assert_int_equal(answer.len, 2);
	assert_false(letter_of(SIGUSR1)->to_group);
	assert_false(letter_of(SIGHUP)->to_group);
}

/* As the kernel merges what is pending already. */
static void
merged(void **state)
{
	const struct taker *taker = *state;

	for (int i = 0; i < 5; i++)
		send_group(taker, SIGTERM);
	take(taker);
	assert_int_equal(answer.len, 1);
	assert_true(letter_of(SIGTERM)->to_group);
	send_alone(taker, SIGTERM);
	take(taker);
	assert_int_equal(answer.len, 1);
	assert_false(letter_of(SIGTERM)->to_group);
}

static void
stop_and_continue(void **state)
{
	const struct taker *taker = *state;

	send_group(taker, SIGTSTP);
	send_group(taker, SIGCONT);
	take(taker);
	assert_int_equal(answer.len, 1);
	assert_true(letter_of(SIGCONT)->to_group);
	send_group(taker, SIGCONT);
	send_group(taker, SIGTTIN);
	take(taker);
	assert_int_equal(answer.len, 1);
	assert_true(letter_of(SIGTTIN)->to_group);
}

/* A stop that the sentinel has seen, and that SIGCONT has taken from us: it leaves nothing behind. */
static void
cancelled(void **state)
{
	const struct taker *taker = *state;

	send_group(taker, SIGTSTP);
	send_alone(taker, SIGCONT);
	take(taker);
	assert_int_equal(answer.len, 1);
	letter_of(SIGCONT);
	send_alone(taker, SIGTSTP);
	take(taker);
	assert_int_equal(answer.len, 1);
	assert_false(letter_of(SIGTSTP)->to_group);
}

static void
values_in_order(void **state)
{
	const struct taker *taker = *state;

	for (int i = 1; i <= 40; i++) {
		const union sigval value = { .sival_int = i };

		assert_int_equal(sigqueue(taker->pid, SIGRTMIN + 3, value), 0);
	}
	take(taker);
	assert_int_equal(answer.len, 40);
	for (int i = 0; i < 40; i++) {
		assert_int_equal(answer.letters[i].value.sival_int, i + 1);
		assert_true(answer.letters[i].queued);
		assert_false(answer.letters[i].to_group);
	}
}

/* More than are taken at once; real-time signals are queued, and none is lost. */
static void
flood(void **state)
{
	const struct taker *taker = *state;
	size_t len = 0;

	for (int i = 0; i < INBOX_MAX + 20; i++)
		send_group(taker, SIGRTMIN + 3);
	for (int i = 0; i < 2; i++) {
		take(taker);
		for (size_t n = 0; n < answer.len; n++)
			assert_true(answer.letters[n].to_group);
		len += answer.len;
	}
	assert_int_equal(len, INBOX_MAX + 20);
	send_alone(taker, SIGRTMIN + 3);
	take(taker);
	assert_int_equal(answer.len, 1);
	assert_false(answer.letters[0].to_group);
}

static void
waits(void **state)
{
	const struct taker *taker = *state;

	assert_int_equal(write(taker->orders, "w", 1), 1);
	send_group(taker, SIGUSR1);
	assert_true(read_all(taker->answers, &answer, sizeof answer));
	assert_int_equal(answer.len, 1);
	assert_true(letter_of(SIGUSR1)->to_group);
}

/* Without a sentinel signals still come, as if each was for the process alone. */
static void
sentinel_killed(void **state)
{
	const struct taker *taker = *state;

	assert_int_equal(kill(taker->sentinel, SIGKILL), 0);
	/* Its SIGCHLD tells that it has ended. */
	assert_int_equal(write(taker->orders, "w", 1), 1);
	assert_true(read_all(taker->answers, &answer, sizeof answer));
	letter_of(SIGCHLD);
	send_group(taker, SIGTERM);
	take(taker);
	assert_int_equal(answer.len, 1);
	assert_false(letter_of(SIGTERM)->to_group);
}

/* In a process of its own: the inbox changes what signals do. */
static int
in_child(int (*check)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(check());
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
check_fatal(void)
{
	struct inbox inbox;
	sigset_t blocked;

	signal(SIGHUP, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGQUIT);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	inbox_open(&inbox);
	return inbox_is_fatal(&inbox, SIGINT) && inbox_is_fatal(&inbox, SIGTERM) && !inbox_is_fatal(&inbox, SIGHUP) &&
			       !inbox_is_fatal(&inbox, SIGQUIT) && !inbox_is_fatal(&inbox, SIGUSR1)
		       ? 0
		       : 1;
}

static void
fatal_as_for_the_payload(void **state)
{
	(void)state;
	assert_int_equal(in_child(check_fatal), 0);
}

/* A fault has to end us; a SIGCHLD that was ignored has to come. */
static int
check_open(void)
{
	struct inbox inbox;
	sigset_t now;

	signal(SIGCHLD, SIG_IGN);
	inbox_open(&inbox);
	sigprocmask(SIG_BLOCK, NULL, &now);
	if (!inbox.ignored_child || signal(SIGCHLD, SIG_DFL) != SIG_DFL)
		return 1;
	return sigismember(&now, SIGTERM) && sigismember(&now, SIGRTMAX) && !sigismember(&now, SIGSEGV) &&
			       !sigismember(&now, SIGSYS)
		       ? 0
		       : 1;
}

static void
opened(void **state)
{
	(void)state;
	assert_int_equal(in_child(check_open), 0);
}

static void
parent_ends(void **state)
{
	int orders[2], answers[2];
	pid_t parent;

	(void)state;
	assert_int_equal(pipe(orders), 0);
	assert_int_equal(pipe(answers), 0);
	parent = fork();
	if (parent == 0) {
		struct inbox inbox;

		close(orders[1]);
		if (fork() == 0) {
			inbox_open(&inbox);
			inbox_watch_parent(&inbox);
			if (inbox.parent_ended || write(answers[1], "r", 1) != 1)
				_exit(1);
			answer.len = inbox_take(&inbox, true, answer.letters);
			answer.parent_ended = inbox.parent_ended;
			_exit(write(answers[1], &answer, sizeof answer) != sizeof answer);
		}
		_exit(read(orders[0], &answer, 1) != 0);
	}
	close(orders[0]);
	close(answers[1]);
	assert_true(read_all(answers[0], &answer, 1));
	close(orders[1]);
	assert_true(read_all(answers[0], &answer, sizeof answer));
	assert_true(answer.parent_ended);
	assert_int_equal(answer.len, 0);
	/* Until the one who inherits it has reaped it, nobody waits for the taker: its end of the pipe tells. */
	assert_false(read_all(answers[0], &answer, 1));
	close(answers[0]);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(alone_or_group, set_up, tear_down),
		cmocka_unit_test_setup_teardown(mixed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(merged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stop_and_continue, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cancelled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(values_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flood, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sentinel_killed, set_up, tear_down),
		cmocka_unit_test(fatal_as_for_the_payload),
		cmocka_unit_test(opened),
		cmocka_unit_test(parent_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
