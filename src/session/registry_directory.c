/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The directory of the sessions.
 *
 * In /tmp anybody may make anything, so what stands there under our directory's name is believed only if it is a
 * directory, not a link, ours, and closed to everybody else; and then it is used by its descriptor alone.
 *
 * Sweeping. Only who holds the exclusive lock of a record may remove it, and only if the name still stands for the file
 * that is locked: a new session may have taken the name meanwhile, with a file of its own, locked by it from the start.
 */
#include "config.h"

#include "session/registry_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

/* True if $XDG_RUNTIME_DIR is what it should be: a directory of ours that nobody else can write to. */
static bool
is_runtime_directory(const char *path)
{
	struct stat st;

	return path && path[0] == '/' && stat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

char *
registry_path(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (is_runtime_directory(runtime))
		return text_format("%s/isolate", runtime);
	return text_format("/tmp/isolate-%u", (unsigned)geteuid());
}

static int
refuse(const char *path, const char *what, struct error *err)
{
	error_set(err, 0, "'%s', the directory of the sessions, %s", path, what);
	error_hint(err, "remove it, or set XDG_RUNTIME_DIR to a directory of yours that nobody else can write to");
	return -EPERM;
}

int
registry_open(bool make, struct error *err)
{
	_autofree_ char *path = registry_path();
	_autoclose_ int fd = -1;
	struct stat st;

	if (make && mkdir(path, 0700) < 0 && errno != EEXIST)
		return error_set(err, errno, "cannot make '%s', the directory of the sessions", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return refuse(path, "is not a directory", err);
	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(err, errno, "cannot open '%s', the directory of the sessions", path);
	if (st.st_uid != geteuid())
		return refuse(path, "belongs to another user", err);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return refuse(path, "is open to other users", err);
	return take_fd(&fd);
}

void
registry_remove_directory(void)
{
	_autofree_ char *path = registry_path();

	rmdir(path);
}

void
registry_address(int directory, const char *name, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d/%s%s", directory, name, REGISTRY_SOCKET);
}

void
registry_sweep(int directory, const char *file, int fd)
{
	_autofree_ char *socket = text_format("%.*s%s", (int)(strlen(file) - strlen(REGISTRY_RECORD)), file,
					      REGISTRY_SOCKET);
	struct stat held, named;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &held) < 0 ||
	    fstatat(directory, file, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	if (held.st_dev != named.st_dev || held.st_ino != named.st_ino)
		return;
	unlinkat(directory, socket, 0);
	unlinkat(directory, file, 0);
}

void
registry_sweep_unfinished(int directory, const char *file)
{
	_autoclose_ int fd = -1;

	if (file[0] != '.' || file[1] == '\0' || strspn(file + 1, "0123456789") != strlen(file + 1))
		return;
	fd = openat(directory, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(directory, file, 0);
}
