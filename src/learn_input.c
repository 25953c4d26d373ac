/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the program reads from standard input, kept for a replay. A file is read again; what comes through a pipe goes
 * through us on its way to the first run; from a terminal nothing can be had again, and a replay gets an empty input.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "learn_parts.h"

/* More than that is passed on, and not kept. */
enum { KEPT_MAX = 64 << 20 };

static bool
is_null(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

int
input_open(struct input *ret)
{
	struct stat st;

	*ret = (struct input){ .copy = -1, .out = -1 };
	if (fstat(STDIN_FILENO, &st) < 0 || is_null(&st))
		return 0;
	if (isatty(STDIN_FILENO)) {
		ret->kind = INPUT_TERMINAL;
		return 0;
	}
	ret->start = S_ISREG(st.st_mode) ? lseek(STDIN_FILENO, 0, SEEK_CUR) : -1;
	ret->kind = ret->start >= 0 ? INPUT_FILE : INPUT_STREAM;
	if (ret->kind == INPUT_STREAM)
		ret->copy = memfd_create("isolate-input", MFD_CLOEXEC);
	return ret->kind == INPUT_STREAM && ret->copy < 0 ? -errno : 0;
}

int
input_begin(struct input *input)
{
	int ends[2];

	if (input->kind != INPUT_STREAM || pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	fcntl(ends[1], F_SETFL, O_WRONLY | O_NONBLOCK);
	input->out = ends[1];
	return ends[0];
}

size_t
input_poll(const struct input *input, struct pollfd ret[2])
{
	if (input->out < 0)
		return 0;
	if (input->at < input->len) {
		ret[0] = (struct pollfd){ .fd = input->out, .events = POLLOUT };
		return 1;
	}
	ret[0] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	/* Whether it is closed at the other end. */
	ret[1] = (struct pollfd){ .fd = input->out };
	return 2;
}

static void
fetch(struct input *input)
{
	struct pollfd ready = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t n;

	if (poll(&ready, 1, 0) <= 0)
		return;
	n = read(STDIN_FILENO, input->buffer, sizeof input->buffer);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		input_end(input);
		return;
	}
	input->at = 0;
	input->len = (size_t)n;
	input->passed += (size_t)n;
	if (input->passed > KEPT_MAX || file_write_all(input->copy, input->buffer, (size_t)n) < 0)
		input->incomplete = true;
}

void
input_pass_on(struct input *input)
{
	struct pollfd closed = { .fd = input->out };
	ssize_t n;

	if (input->out < 0)
		return;
	/* Nobody reads any more: what is left is not ours to take. */
	if (poll(&closed, 1, 0) > 0 && closed.revents & POLLERR) {
		input_end(input);
		return;
	}
	if (input->at == input->len)
		fetch(input);
	if (input->out < 0 || input->at == input->len)
		return;
	n = write(input->out, input->buffer + input->at, input->len - input->at);
	if (n > 0)
		input->at += (size_t)n;
	else if (errno != EAGAIN && errno != EINTR)
		input_end(input);
}

void
input_end(struct input *input)
{
	if (input->out >= 0)
		close(take_fd(&input->out));
}

int
input_again(const struct input *input)
{
	bool is_file = input->kind == INPUT_FILE;
	char name[32];
	int fd;

	if (!is_file && input->kind != INPUT_STREAM) {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	/* Opened anew: the place to read at is the replay's own. */
	snprintf(name, sizeof name, "/proc/self/fd/%d", is_file ? STDIN_FILENO : input->copy);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || (is_file && lseek(fd, input->start, SEEK_SET) < 0))
		return -errno;
	return fd;
}

void
input_release(struct input *input)
{
	input_end(input);
	if (input->copy >= 0)
		close(take_fd(&input->copy));
}
