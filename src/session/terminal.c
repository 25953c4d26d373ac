/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's terminal, from the manager's side. */
#include "config.h"

#include "session/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

bool
terminal_is_all(void)
{
	unsigned device[3];

	/* The device behind the descriptor, also where that was opened as /dev/tty. Fails for what is no terminal. */
	for (int fd = 0; fd <= 2; fd++)
		if (ioctl(fd, TIOCGDEV, &device[fd]) < 0)
			return false;
	return device[0] == device[1] && device[1] == device[2];
}

/*
 * An open file of our own, so that it may be non-blocking. /dev/tty needs no permission on the device, which after
 * su(1) belongs to somebody else.
 */
static int
reopen(bool controlling)
{
	const char *path = controlling ? "/dev/tty" : "/proc/self/fd/0";
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int
terminal_open(struct terminal *ret)
{
	struct terminal terminal = { .controlling = tcgetpgrp(STDIN_FILENO) >= 0 };
	_autoclose_ int in = reopen(terminal.controlling);
	_autoclose_ int out = -1;
	bool shared = in < 0;

	/* Without such a file we read from standard input and write to standard output, with care. */
	if (shared)
		in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	out = fcntl(shared ? STDOUT_FILENO : in, F_DUPFD_CLOEXEC, 0);
	if (in < 0 || out < 0 || tcgetattr(in, &terminal.saved) < 0)
		return -errno;
	terminal.in = (struct relay_end){ .fd = take_fd(&in), .ready = true, .shared = shared };
	terminal.out = (struct relay_end){ .fd = take_fd(&out), .ready = true, .shared = shared };
	*ret = terminal;
	return 0;
}

void
terminal_close(struct terminal *terminal)
{
	terminal_restore(terminal);
	close(terminal->in.fd);
	close(terminal->out.fd);
}

bool
terminal_is_ours(const struct terminal *terminal)
{
	return !terminal->controlling || tcgetpgrp(terminal->in.fd) == getpgrp();
}

bool
terminal_is_gone(const struct terminal *terminal)
{
	struct pollfd pfd = { .fd = terminal->in.fd };

	return poll(&pfd, 1, 0) > 0 && pfd.revents & (POLLHUP | POLLERR);
}

/* What cfmakeraw(3) does, but for the settings of the line: parity and character size are the hardware's. */
static void
make_raw(struct termios *modes)
{
	modes->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IUCLC | IXON);
	modes->c_oflag &= ~(tcflag_t)OPOST;
	modes->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	modes->c_cc[VMIN] = 1;
	modes->c_cc[VTIME] = 0;
}

static bool
same_modes(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	       a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

/* What the device made of ours; not what somebody else made of it, who has the terminal while we are stopped here. */
static int
learn_ours(struct terminal *terminal)
{
	const struct termios *ours = &terminal->ours;
	struct termios now;

	if (tcgetattr(terminal->in.fd, &now) < 0)
		return -errno;
	if (now.c_iflag == ours->c_iflag && now.c_oflag == ours->c_oflag && now.c_lflag == ours->c_lflag)
		terminal->ours = now;
	return 0;
}

int
terminal_set_raw(struct terminal *terminal)
{
	struct termios now;

	if (tcgetattr(terminal->in.fd, &now) < 0)
		return -errno;
	/*
	 * A shell that continues a job may set the modes in which it was stopped: ours are never taken for the
	 * user's.
	 */
	if (!same_modes(&now, &terminal->ours)) {
		terminal->saved = now;
		terminal->ours = now;
		make_raw(&terminal->ours);
	}
	/* First the note, then the deed: we may be killed in between, and be restored for (terminal_rescue). */
	terminal->raw = true;
	if (tcsetattr(terminal->in.fd, TCSANOW, &terminal->ours) < 0)
		return -errno;
	return learn_ours(terminal);
}

void
terminal_restore(struct terminal *terminal)
{
	if (terminal->raw && terminal_is_ours(terminal))
		tcsetattr(terminal->in.fd, TCSANOW, &terminal->saved);
	terminal->raw = false;
}

void
terminal_rescue(const struct terminal *terminal)
{
	struct termios now;

	if (terminal->raw && tcgetattr(terminal->in.fd, &now) == 0 && same_modes(&now, &terminal->ours))
		tcsetattr(terminal->in.fd, TCSANOW, &terminal->saved);
}
