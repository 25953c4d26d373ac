/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pane: the master of the program's pty on one side, and an emulated terminal on the other. */
#include "config.h"

#include "tui/pane.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

/* One look at the output: a millisecond's work for the terminal. */
enum { READ_ONCE = 16 * 1024, READS = 16 };

/*
 * Who reads a pty as soon as there is anything gets a line or two each time, and is in the way of who writes: `y\n`
 * without end comes at half the speed at which it comes to a slower reader (Linux 6.18). So once a look has found
 * little twice, it waits for more to gather, for about as long as it takes to be woken. A look that ends before, as
 * that at an echo does, never waits.
 *
 * Not longer: the kernel keeps 4 KiB for the reader. When that is full, its worker is woken for each line in vain, and
 * the writer slows down again. The 50 us by which a process's timers may be late, if it does not ask, are too much.
 */
enum { READ_LITTLE = 2048, GATHER_NS = 40000, LATE_NS = 1 };

static void
add(struct pane *pane, const char *bytes, size_t len)
{
	size_t max = pane->typing ? PANE_TYPED_MAX : PANE_REPLIES_MAX;

	/* All or nothing: half a reply would be typed text. */
	if (pane->queue_len + len > max)
		return;
	if (pane->queue_start > 0 && pane->queue_start + pane->queue_len + len > pane->queue_cap) {
		memmove(pane->queue, pane->queue + pane->queue_start, pane->queue_len);
		pane->queue_start = 0;
	}
	pane->queue = array_grow(pane->queue, &pane->queue_cap, pane->queue_start + pane->queue_len + len, 1);
	memcpy(pane->queue + pane->queue_start + pane->queue_len, bytes, len);
	pane->queue_len += len;
}

static void
take_bytes(void *user, const char *bytes, size_t n)
{
	add(user, bytes, n);
}

static void
take_bell(void *user)
{
	struct pane *pane = user;

	pane->bell = true;
}

static void
take_colors(void *user)
{
	struct pane *pane = user;

	pane->asks_colors = true;
}

static void
take_clipboard(void *user, const char *selection, const char *bytes, size_t n)
{
	struct pane *pane = user;

	(void)selection;
	free(pane->copied);
	pane->copied = text_room(n + 1);
	memcpy(pane->copied, bytes, n);
	pane->copied_len = n;
}

/* Styles, clusters, links and the screens of 200 columns are at most four more: 16 MiB in all, whatever is written. */
enum { HISTORY_BYTES = 12 << 20 };

void
pane_prepare(void)
{
	/* Where it cannot be had a flood is slower. */
	prctl(PR_SET_TIMERSLACK, (unsigned long)LATE_NS, 0, 0, 0);
}

int
pane_open(struct pane *pane, int fd, size_t history_lines, bool may_copy)
{
	const struct vt_calls calls = { .write = take_bytes, .bell = take_bell, .colors = take_colors,
					.clipboard = may_copy ? take_clipboard : NULL };
	struct vt_config config = { .rows = 24, .cols = 80, .history_lines = history_lines,
				    .history_bytes = HISTORY_BYTES };
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
		config.rows = size.ws_row;
		config.cols = size.ws_col;
	}
	*pane = (struct pane){ .fd = fd, .rows = config.rows, .cols = config.cols, .may_copy = may_copy };
	pane->vt = vt_new(&config, &calls, pane);
	return pane->vt ? 0 : -ENOMEM;
}

void
pane_release(struct pane *pane)
{
	vt_free(pane->vt);
	free(pane->queue);
	free(pane->copied);
	pane->vt = NULL;
}

void
pane_resize(struct pane *pane, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols }, now;

	if (rows < 1 || cols < 1)
		return;
	if ((rows != pane->rows || cols != pane->cols) && vt_resize(pane->vt, rows, cols) == 0)
		vt_size(pane->vt, &pane->rows, &pane->cols);
	if (ioctl(pane->fd, TIOCGWINSZ, &now) == 0 && (now.ws_row != rows || now.ws_col != cols))
		ioctl(pane->fd, TIOCSWINSZ, &size);
}

void
pane_read(struct pane *pane)
{
	const struct timespec gather = { .tv_nsec = GATHER_NS };
	char bytes[READ_ONCE];
	int little = 0;

	pane->more = false;
	for (int i = 0; i < READS; i++) {
		ssize_t n = read(pane->fd, bytes, sizeof bytes);

		if (n > 0) {
			vt_feed(pane->vt, bytes, (size_t)n);
			if (n < READ_LITTLE && ++little > 1)
				nanosleep(&gather, NULL);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		/* EIO: all slaves are closed, and all that was written has been read. One may be opened again. */
		pane->ended = n == 0 || errno != EAGAIN;
		return;
	}
	pane->more = true;
}

void
pane_write(struct pane *pane)
{
	while (pane->queue_len > 0) {
		ssize_t n = write(pane->fd, pane->queue + pane->queue_start, pane->queue_len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		/* Nobody would ever read it. */
		if (n <= 0)
			break;
		pane->queue_start += (size_t)n;
		pane->queue_len -= (size_t)n;
	}
	pane->queue_start = pane->queue_len = 0;
}

bool
pane_type(struct pane *pane, const char *bytes, size_t len)
{
	if (pane->queue_len + len > PANE_TYPED_MAX)
		return false;
	pane_typing_begin(pane);
	add(pane, bytes, len);
	pane_typing_end(pane);
	return true;
}

void
pane_typing_begin(struct pane *pane)
{
	pane->typing = true;
}

void
pane_typing_end(struct pane *pane)
{
	pane->typing = false;
	pane_write(pane);
}
