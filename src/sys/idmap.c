/* SPDX-License-Identifier: GPL-3.0-or-later */
/* uid_map, gid_map and setgroups of the calling process. */
#include "config.h"

#include "sys/idmap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int
write_file(int proc, const char *name, const char *text)
{
	int fd = openat(proc, name, O_WRONLY | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		r = -errno;
	close(fd);
	return r;
}

static char *
append_number(char *at, unsigned long n)
{
	char digits[24];
	int len = 0;

	do
		digits[len++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (len > 0)
		*at++ = digits[--len];
	*at++ = ' ';
	return at;
}

static int
write_map(int proc, const char *name, unsigned long inside, unsigned long outside)
{
	char line[64];
	char *at = append_number(append_number(line, inside), outside);

	*at++ = '1';
	*at = '\0';
	return write_file(proc, name, line);
}

int
idmap_write(int proc, uid_t uid_inside, uid_t uid_outside, gid_t gid_inside, gid_t gid_outside)
{
	int r = write_file(proc, "self/setgroups", "deny");

	if (r < 0)
		return r;
	r = write_map(proc, "self/uid_map", uid_inside, uid_outside);
	if (r < 0)
		return r;
	return write_map(proc, "self/gid_map", gid_inside, gid_outside);
}
