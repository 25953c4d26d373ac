/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a session gets into the registry, and out of it. */
#include "config.h"

#include <dirent.h>
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
#include "session/registry.h"
#include "session/registry_directory.h"
#include "session/registry_record.h"

/*
 * The directory goes when its last session does: it may do so between our opening it and our making a file. And the
 * left-overs that a start looks for are a few: they are found by and by, and a start is not to take longer for them.
 */
enum { DIRECTORY_TRIES = 8, LEFTOVERS_MAX = 64, BACKLOG = 64 };

/* An empty file that nobody has seen yet, locked: its descriptor, or -errno. `temporary` is its name. */
static int
make_file(int directory, const char *temporary)
{
	_autoclose_ int fd = -1;

	/* A process that had our pid before may have left it. */
	unlinkat(directory, temporary, 0);
	fd = openat(directory, temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int r = -errno;

		unlinkat(directory, temporary, 0);
		return r;
	}
	return take_fd(&fd);
}

/* Takes away what crashed sessions have left. */
static void
sweep_some(int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_autoclosedir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	for (int i = 0; dir && i < LEFTOVERS_MAX && (entry = readdir(dir)); i++) {
		const char *suffix = strrchr(entry->d_name, '.');
		_autoclose_ int file = -1;

		registry_sweep_unfinished(directory, entry->d_name);
		if (!suffix || strcmp(suffix, REGISTRY_RECORD) != 0)
			continue;
		file = openat(directory, entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (file >= 0 && flock(file, LOCK_SH | LOCK_NB) == 0)
			registry_sweep(directory, entry->d_name, file);
	}
}

/* True if the name is free: there is no such record, or it was a left-over, and is gone. */
static bool
is_free(int directory, const char *file)
{
	_autoclose_ int fd = openat(directory, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT;
	if (flock(fd, LOCK_SH | LOCK_NB) < 0)
		return false;
	registry_sweep(directory, file, fd);
	return faccessat(directory, file, F_OK, AT_SYMLINK_NOFOLLOW) < 0;
}

/* An empty record with the name: its descriptor, or -errno; -EEXIST: a session has it. */
static int
make_record(int directory, const char *name)
{
	_autofree_ char *file = text_format("%s%s", name, REGISTRY_RECORD);
	_autofree_ char *temporary = text_format(".%d", (int)getpid());
	_autoclose_ int fd = make_file(directory, temporary);
	int r = fd < 0 ? fd : 0;

	if (r == 0 && linkat(directory, temporary, directory, file, 0) < 0) {
		r = -errno;
		if (r == -EEXIST && is_free(directory, file))
			r = linkat(directory, temporary, directory, file, 0) < 0 ? -errno : 0;
	}
	if (fd >= 0)
		unlinkat(directory, temporary, 0);
	return r < 0 ? r : take_fd(&fd);
}

int
registration_reserve(struct registration *reg, const char *name, struct error *err)
{
	int r = -ENOENT;

	for (int i = 0; r == -ENOENT && i < DIRECTORY_TRIES; i++) {
		_autoclose_ int directory = registry_open(true, err);

		if (directory < 0) {
			r = directory;
			if (r != -ENOENT)
				return r;
			continue;
		}
		r = make_record(directory, name);
		if (r >= 0) {
			*reg = (struct registration){ take_fd(&directory), r, -1, text_dup(name) };
			return 0;
		}
	}
	if (r == -EEXIST) {
		error_set(err, 0, "a session '%s' is running already", name);
		error_hint(err, "'isolate --list' shows yours, 'isolate --kill %s' ends it", name);
		return r;
	}
	return error_set(err, -r, "cannot make the record of the session '%s'", name);
}

static int
open_socket(struct registration *reg)
{
	_autofree_ char *file = text_format("%s%s", reg->name, REGISTRY_SOCKET);
	_autoclose_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;

	if (fd < 0)
		return -errno;
	registry_address(reg->directory, reg->name, &address);
	/* The name is ours, so what is there was left by somebody who had it before. */
	unlinkat(reg->directory, file, 0);
	/* The mode that the new file gets, whatever the umask: unix(7) does not tell, unix_bind() does it. */
	if (fchmod(fd, 0600) < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return -errno;
	reg->socket = take_fd(&fd);
	return 0;
}

int
registration_publish(struct registration *reg, const struct session_record *record, struct error *err)
{
	_autofree_ char *text = record_text(record);
	size_t len = strlen(text);
	int r;

	if (!reg->name) {
		r = registration_reserve(reg, record->name, err);
		if (r < 0)
			return r;
	}
	r = open_socket(reg);
	/* The socket is there before the record says that the session is. */
	if (r == 0 && write(reg->record, text, len) != (ssize_t)len)
		r = errno > 0 ? -errno : -EIO;
	if (r < 0) {
		error_set(err, -r, "cannot make the control socket of the session '%s'", reg->name);
		registration_end(reg);
		return r;
	}
	sweep_some(reg->directory);
	return 0;
}

void
registration_end(struct registration *reg)
{
	int *const fds[] = { &reg->socket, &reg->directory, &reg->record };

	if (!reg->name)
		return;
	for (int i = 0; i < 2; i++) {
		_autofree_ char *file = text_format("%s%s", reg->name, i == 0 ? REGISTRY_SOCKET : REGISTRY_RECORD);

		unlinkat(reg->directory, file, 0);
	}
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] >= 0)
			close(take_fd(fds[i]));
	registry_remove_directory();
	free(take_ptr(reg->name));
}
