/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question that only somebody in the sandbox's user namespace can answer. */
#include "config.h"

#include "sys/nsask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sys/caps.h"
#include "sys/nsjoin.h"

/* Who rules the sandbox could make the child wait, by a file system of his own: not for ever. */
enum { ASK_MILLISECONDS = 10000, ANSWER_MAX = 64 << 20, KEEP_MAX = 8 };

/* What comes before the answer. */
struct head {
	int32_t error;
};

static bool
write_all(int fd, const void *data, size_t len)
{
	for (const char *at = data; len > 0;) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static _Noreturn void
child_main(int out, int userns, const int *keep, size_t n, nsask_worker *worker, void *arg)
{
	struct head head = { 0 };
	int list[KEEP_MAX + 2] = { out, userns };
	char *answer = NULL;
	size_t len = 0;

	memcpy(list + 2, keep, n * sizeof *keep);
	nsjoin_close_others(list, n + 2);
	head.error = -nsjoin_enter(userns);
	if (head.error == 0) {
		/* Without them the kernel answers as it would the program; with them it is laxer. */
		caps_drop_all();
		worker(arg, &answer, &len);
	}
	if (write_all(out, &head, sizeof head))
		write_all(out, answer, len);
	_exit(0);
}

static int64_t
now_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until the child has closed its end. */
static int
receive(int in, char **data, size_t *len)
{
	int64_t end = now_milliseconds() + ASK_MILLISECONDS;
	size_t cap = 0;

	for (;;) {
		struct pollfd pfd = { .fd = in, .events = POLLIN };
		int64_t left = end - now_milliseconds();
		ssize_t n;

		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&pfd, 1, (int)left) < 0 && errno != EINTR)
			return -errno;
		if (!(pfd.revents & (POLLIN | POLLHUP)))
			continue;
		*data = array_grow(*data, &cap, *len + 65536, 1);
		n = read(in, *data + *len, 65536);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return 0;
		*len += n > 0 ? (size_t)n : 0;
		if (*len > ANSWER_MAX)
			return -EMSGSIZE;
	}
}

/* The head off the answer. */
static int
take_answer(char *data, size_t len, char **ret, size_t *ret_len)
{
	struct head head;

	if (len < sizeof head)
		return -EPIPE;
	memcpy(&head, data, sizeof head);
	if (head.error != 0)
		return head.error > 0 && head.error < 4096 ? -head.error : -EPROTO;
	*ret_len = len - sizeof head;
	memmove(data, data + sizeof head, *ret_len);
	*ret = data;
	return 0;
}

int
nsask(int userns, const int *keep, size_t n, nsask_worker *worker, void *arg, char **ret, size_t *ret_len)
{
	_autofree_ char *data = NULL;
	size_t len = 0;
	int pair[2], r;
	pid_t pid;

	if (n > KEEP_MAX)
		return -EINVAL;
	if (pipe2(pair, O_CLOEXEC) < 0)
		return -errno;
	/* As fork(2), but without a signal at its end: the caller's own children are somebody else's to look after.
	 */
	pid = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	if (pid == 0)
		child_main(pair[1], userns, keep, n, worker, arg);
	r = pid < 0 ? -errno : 0;
	close(pair[1]);
	if (pid > 0) {
		r = receive(pair[0], &data, &len);
		kill(pid, SIGKILL);
		/* One that does not answer may not be able to end either, and is left to whoever reaps us. */
		while (waitpid(pid, NULL, __WALL | (r == -ETIMEDOUT ? WNOHANG : 0)) < 0 && errno == EINTR)
			;
	}
	close(pair[0]);
	if (r == 0)
		r = take_answer(data, len, ret, ret_len);
	if (r == 0)
		data = NULL;
	return r;
}
