/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal without a screen around a program, or around a stream of bytes.
 *
 *	vt-host [-r ROWS] [-c COLS] [-t] PROGRAM [ARG]…		runs it on a pty of the terminal's
 *	vt-host [-r ROWS] [-c COLS] -d <STREAM			prints what the stream leaves on the screen
 *	vt-host [-r ROWS] [-c COLS] -n PROGRAM [ARG]…		runs it on a pty and only reads: a floor
 *
 * With -t it answers what only tests may ask, and has a window of its own imagination: 10x20 pixels a cell, a desktop
 * of 160x50 cells. The status is the program's.
 *
 * The print of -d: the cursor's row and column, "pending" if the next character wraps; then each cell that is not
 * blank in the default style: row, column, width, its characters in hexadecimal joined by '+', fg, bg, attributes.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tui/vt/vt.h"

enum { CELL_WIDTH = 10, CELL_HEIGHT = 20, DESKTOP_ROWS = 50, DESKTOP_COLS = 160, QUEUE_MAX = 1 << 16 };

struct host {
	struct vt *vt;
	int fd;
	char queue[QUEUE_MAX]; /* bytes for the program */
	size_t queued;
	int x, y;	    /* where the window is */
	int rows, cols;	    /* before it was enlarged */
	bool is_iconified;
};

static void
send_bytes(void *user, const char *bytes, size_t n)
{
	struct host *host = user;

	if (host->queued + n > sizeof host->queue)
		return;
	memcpy(host->queue + host->queued, bytes, n);
	host->queued += n;
}

static void
set_size(const struct host *host, int rows, int cols)
{
	struct winsize size;

	vt_resize(host->vt, rows, cols);
	vt_size(host->vt, &rows, &cols);
	size = (struct winsize){ .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };
	if (host->fd >= 0)
		ioctl(host->fd, TIOCSWINSZ, &size);
}

/* The size that an argument asks for: 0 is the desktop's, none is as it is. */
static int
wanted(const int *args, int n, int i, int now, int desktop, int unit)
{
	if (i >= n || args[i] < 0)
		return now;
	return args[i] == 0 ? desktop : (args[i] + unit - 1) / unit;
}

/* CSI op ; a ; b t */
static void
answer(struct host *host, int op, int a, int b)
{
	char buf[64];
	int n = snprintf(buf, sizeof buf, "\033[%d;%d;%dt", op, a, b);

	vt_reply(host->vt, buf, (size_t)n);
}

static void
maximize(struct host *host, int how, int rows, int cols)
{
	if (how == 0) {
		if (host->rows)
			set_size(host, host->rows, host->cols);
		host->rows = 0;
		return;
	}
	if (!host->rows) {
		host->rows = rows;
		host->cols = cols;
	}
	set_size(host, how == 3 ? rows : DESKTOP_ROWS, how == 2 ? cols : DESKTOP_COLS);
}

static void
window(void *user, int op, const int *args, int n)
{
	struct host *host = user;
	int how = n > 0 && args[0] > 0 ? args[0] : 0;
	int rows, cols;

	vt_size(host->vt, &rows, &cols);
	if (op == 1 || op == 2)
		host->is_iconified = op == 2;
	else if (op == 3 && n > 0)
		host->x = how, host->y = n > 1 ? args[1] : 0;
	else if (op == 4)
		set_size(host, wanted(args, n, 0, rows, DESKTOP_ROWS, CELL_HEIGHT),
			 wanted(args, n, 1, cols, DESKTOP_COLS, CELL_WIDTH));
	else if (op == 8)
		set_size(host, wanted(args, n, 0, rows, DESKTOP_ROWS, 1), wanted(args, n, 1, cols, DESKTOP_COLS, 1));
	else if (op == 9)
		maximize(host, how, rows, cols);
	else if (op == 10)
		maximize(host, how == 2 ? !host->rows : how, rows, cols);
	else if (op == 11)
		vt_reply(host->vt, host->is_iconified ? "\033[2t" : "\033[1t", 4);
	else if (op == 13)
		answer(host, 3, host->x, host->y);
	else if (op == 14)
		answer(host, 4, rows * CELL_HEIGHT, cols * CELL_WIDTH);
	else if (op == 15)
		answer(host, 5, DESKTOP_ROWS * CELL_HEIGHT, DESKTOP_COLS * CELL_WIDTH);
	else if (op == 16)
		answer(host, 6, CELL_HEIGHT, CELL_WIDTH);
	else if (op == 19)
		answer(host, 9, DESKTOP_ROWS, DESKTOP_COLS);
	else if (op >= 24)
		set_size(host, op, cols);
}

static void
print_cell(int y, int x, const struct vt_cell *cell)
{
	printf("%d %d %d ", y, x, cell->width);
	if (!cell->chars[0])
		printf("0");
	for (int i = 0; i < VT_CELL_CHARS && cell->chars[i]; i++)
		printf("%s%x", i ? "+" : "", cell->chars[i]);
	printf(" %x %x %x\n", cell->style.fg, cell->style.bg, cell->style.attrs);
}

static int
dump(struct host *host)
{
	static const struct vt_style plain;
	struct vt_cell cells[VT_COLS_MAX];
	struct vt_cursor cursor;
	char buf[1 << 16];
	int rows, cols;
	ssize_t n;

	while ((n = read(STDIN_FILENO, buf, sizeof buf)) > 0)
		vt_feed(host->vt, buf, (size_t)n);
	vt_check(host->vt);
	vt_size(host->vt, &rows, &cols);
	vt_cursor(host->vt, &cursor);
	printf("%d %d %s\n", cursor.row, cursor.col, cursor.is_visible ? "visible" : "hidden");
	for (int y = 0; y < rows; y++) {
		vt_row_read(host->vt, vt_screen_line(host->vt) + y, cells, cols, NULL);
		for (int x = 0; x < cols; x++)
			if (cells[x].width > 0 &&
			    (cells[x].chars[0] || memcmp(&cells[x].style, &plain, sizeof plain) != 0))
				print_cell(y, x, &cells[x]);
	}
	return 0;
}

static void
child(char *const *argv, int master, const char *name)
{
	int fd;

	close(master);
	setsid();
	fd = open(name, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0)
		_exit(127);
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
	setenv("TERM", "xterm-256color", 1);
	execvp(argv[0], argv);
	_exit(127);
}

static void
serve(struct host *host, bool only_read)
{
	static char buf[1 << 16];

	for (;;) {
		struct pollfd p = { .fd = host->fd, .events = (short)(POLLIN | (host->queued ? POLLOUT : 0)) };
		ssize_t n;

		if (host->queued) {
			if (poll(&p, 1, -1) < 0 && errno != EINTR)
				return;
			if (p.revents & POLLOUT && (n = write(host->fd, host->queue, host->queued)) > 0) {
				host->queued -= (size_t)n;
				memmove(host->queue, host->queue + n, host->queued);
			}
			if (!(p.revents & (POLLIN | POLLHUP)))
				continue;
		}
		n = read(host->fd, buf, sizeof buf);
		if (n <= 0)
			return;
		if (!only_read)
			vt_feed(host->vt, buf, (size_t)n);
	}
}

static int
run(struct host *host, char *const *argv, bool only_read)
{
	int rows, cols, status;
	pid_t pid;

	host->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (host->fd < 0 || grantpt(host->fd) < 0 || unlockpt(host->fd) < 0) {
		perror("vt-host: pty");
		return 125;
	}
	vt_size(host->vt, &rows, &cols);
	set_size(host, rows, cols);
	pid = fork();
	if (pid == 0)
		child(argv, host->fd, ptsname(host->fd));
	/* A read gives EIO while no one has the other side open: so until the child has. */
	int hold = open(ptsname(host->fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct pollfd p = { .fd = host->fd, .events = POLLIN };

	if (poll(&p, 1, -1) < 0)
		return 125;
	close(hold);
	serve(host, only_read);
	if (waitpid(pid, &status, 0) < 0)
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	static struct host host = { .fd = -1 };
	struct vt_config config = { .rows = 24, .cols = 80, .history_lines = 10000, .fg = 0xe5e5e5 };
	struct vt_calls calls = { .write = send_bytes };
	bool is_dump = false, only_read = false;
	int c, status;

	while ((c = getopt(argc, argv, "+r:c:tdn")) != -1) {
		if (c == 'r')
			config.rows = (int)strtol(optarg, NULL, 10);
		else if (c == 'c')
			config.cols = (int)strtol(optarg, NULL, 10);
		else if (c == 't')
			config.options |= VT_TEST_REPORTS;
		else if (c == 'd')
			is_dump = true;
		else if (c == 'n')
			only_read = true;
		else
			return 125;
	}
	if (config.options & VT_TEST_REPORTS) {
		calls.window = window;
		/* As xterm comes: black on white. */
		config.fg = 0;
		config.bg = 0xffffff;
	}
	host.vt = vt_new(&config, &calls, &host);
	if (!host.vt || (!is_dump && optind == argc))
		return 125;
	status = is_dump ? dump(&host) : run(&host, argv + optind, only_read);
	vt_free(host.vt);
	return status;
}
