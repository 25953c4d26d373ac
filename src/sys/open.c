/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening paths whose components somebody else may change. */
#include "config.h"

#include "sys/open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Opens one component; a link is an error, whatever it points to. */
static int
open_component(int dirfd, const char *name)
{
	struct stat st;
	int fd = openat(dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int r = fstat(fd, &st) < 0 ? -errno : S_ISLNK(st.st_mode) ? -ELOOP : 0;
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

static int
walk(int dirfd, const char *path)
{
	char name[256];
	int fd = *path == '/' ? open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) : openat(dirfd, ".", O_PATH | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	while (*(path += strspn(path, "/")) != '\0') {
		size_t len = strcspn(path, "/");
		int next;

		if (len >= sizeof name) {
			close(fd);
			return -ENAMETOOLONG;
		}
		memcpy(name, path, len);
		name[len] = '\0';
		next = open_component(fd, name);
		close(fd);
		if (next < 0)
			return next;
		fd = next;
		path += len;
	}
	return fd;
}

int
open_path_no_symlinks(int dirfd, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS };
	int fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof how);

	if (fd >= 0)
		return fd;
	if (errno != ENOSYS && errno != EPERM)
		return -errno;
	return walk(dirfd, path);
}

int
open_directory_no_symlinks(int dirfd, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS };
	int fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof how);

	return fd < 0 ? -errno : fd;
}

int
open_in_root(int root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);

	return fd < 0 ? -errno : fd;
}
