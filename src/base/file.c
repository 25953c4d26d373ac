/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are read and written as a whole. */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

int
file_write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static mode_t
mode_by_umask(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

int
file_replace(const char *path, const void *data, size_t len, mode_t mode)
{
	_autofree_ char *scratch = text_format("%s.XXXXXX", path);
	_autoclose_ int fd = mkostemp(scratch, O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = file_write_all(fd, data, len);
	if (r == 0 && fchmod(fd, mode == FILE_MODE_UMASK ? mode_by_umask() : mode) < 0)
		r = -errno;
	/* What a full disk or a quota refuses late is said here. */
	if (close(take_fd(&fd)) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(scratch, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(scratch);
	return r;
}

int
file_renew(const char *path, const void *data, size_t len)
{
	_autofree_ char *target = realpath(path, NULL);
	struct stat st;

	if (!target)
		return errno == ENOENT ? file_replace(path, data, len, FILE_MODE_UMASK) : -errno;
	if (stat(target, &st) < 0)
		return -errno;
	return file_replace(target, data, len, st.st_mode & 0777);
}

int
file_read(int dir, const char *path, int flags, size_t max, char **ret)
{
	_autoclose_ int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
	_autofree_ char *text = NULL;
	struct stat st;
	size_t len = 0;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if ((uintmax_t)st.st_size > max)
		return -EFBIG;
	text = text_room((size_t)st.st_size + 1);
	while (len < (size_t)st.st_size && (n = read(fd, text + len, (size_t)st.st_size - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		len += (size_t)n;
	}
	text[len] = '\0';
	if (strlen(text) != len)
		return -EILSEQ;
	*ret = take_ptr(text);
	return 0;
}

int
file_make_directories(const char *path, mode_t mode, struct error *err)
{
	_autofree_ char *part = text_dup(path);

	if (*path == '\0' || access(path, F_OK) == 0)
		return 0;
	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		/* One that is there may be refused for another reason: no permission above it, a read-only mount. */
		if (mkdir(part, mode) < 0 && errno != EEXIST && access(part, F_OK) < 0)
			return error_set(err, errno, "cannot make the directory '%s'", part);
		if (!slash)
			return 0;
		*slash = '/';
	}
}
