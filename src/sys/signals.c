/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel knows about signals of other processes, and when it is known for sure. */
#include "config.h"

#include "sys/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

/* The text after `label`, which begins a line that is there to its end, or NULL. */
static const char *
find_line(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	return at && strchr(at + 1, '\n') ? at + strlen(label) : NULL;
}

int
signals_read(pid_t pid, struct signals_state *ret)
{
	_autoclose_ int fd = -1;
	char path[32], text[2048];
	const char *value;
	bool stopped = false;
	size_t kept = 0;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/*
	 * The second line follows the groups, of which there may be thousands. What was read last is kept: it may hold
	 * the first half of a line.
	 */
	while ((n = read(fd, text + kept, sizeof text - 1 - kept)) > 0) {
		size_t len = kept + (size_t)n;

		text[len] = '\0';
		value = find_line(text, "\nState:\t");
		if (value)
			stopped = *value == 'T';
		value = find_line(text, "\nShdPnd:\t");
		if (value) {
			*ret = (struct signals_state){ .pending = strtoull(value, NULL, 16), .stopped = stopped };
			return 0;
		}
		kept = len < 64 ? len : 64;
		memmove(text, text + len - kept, kept);
	}
	return n < 0 ? -errno : -ESRCH;
}

void
signals_settle(void)
{
	/*
	 * kill(2) and the terminals go through a group's members holding tasklist_lock for reading; setpgid(2)
	 * takes it for writing before it looks for the process, so it cannot return in the middle. No process has
	 * this number (PID_MAX_LIMIT is 2^22): nothing is changed.
	 */
	setpgid(INT_MAX, INT_MAX);
}
