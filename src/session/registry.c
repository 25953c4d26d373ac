/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sessions of this user: the directory, and reading what is in it. */
#include "config.h"

#include "session/registry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "session/registry_directory.h"
#include "session/registry_record.h"
#include "sys/procfs.h"

void
session_record_release(struct session_record *record)
{
	free(record->name);
	free(record->user);
	free(record->net);
	free(record->group);
	free(record->hostname);
	free(record->cwd);
	free(record->home);
	free(record->shell);
	free(record->watch);
	free(record->prompt);
	for (char **arg = record->argv; arg && *arg; arg++)
		free(*arg);
	free(record->argv);
	*record = (struct session_record){ 0 };
}

void
session_list_release(struct session_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		session_record_release(&list->items[i]);
	free(list->items);
	*list = (struct session_list){ 0 };
}

bool
registry_name_is_valid(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t len = strlen(name);

	return len > 0 && len <= SESSION_NAME_MAX && name[0] != '.' && name[0] != '-' && strspn(name, letters) == len;
}

/* Whether the record's manager lives. One that has ended leaves a record that can be locked, and that is swept. */
static bool
is_alive(int directory, const char *file, int fd)
{
	if (flock(fd, LOCK_SH | LOCK_NB) < 0)
		return errno == EWOULDBLOCK;
	registry_sweep(directory, file, fd);
	return false;
}

static int
open_record(int directory, const char *file)
{
	struct stat st;
	int fd = openat(directory, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_size <= RECORD_BYTES_MAX)
		return fd;
	close(fd);
	return -EINVAL;
}

/* The record in NAME.session, of a session that runs. 0 or -errno. */
static int
read_record(int directory, const char *file, struct session_record *ret)
{
	static char text[RECORD_BYTES_MAX + 1];
	_autoclose_ int fd = open_record(directory, file);
	size_t len = 0;
	ssize_t n;
	int r;

	if (fd < 0)
		return fd;
	if (!is_alive(directory, file, fd))
		return -ENOENT;
	while (len < RECORD_BYTES_MAX && (n = pread(fd, text + len, RECORD_BYTES_MAX - len, (off_t)len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	r = record_parse(text, ret);
	if (r == 0)
		ret->name = text_ndup(file, strlen(file) - strlen(REGISTRY_RECORD));
	return r;
}

/* True if the name of a file is that of a session's record. */
static bool
is_record(const char *file)
{
	size_t len = strlen(file);
	char name[SESSION_NAME_MAX + 1];

	if (len <= strlen(REGISTRY_RECORD) || len > SESSION_NAME_MAX + strlen(REGISTRY_RECORD) ||
	    strcmp(file + len - strlen(REGISTRY_RECORD), REGISTRY_RECORD) != 0)
		return false;
	len -= strlen(REGISTRY_RECORD);
	memcpy(name, file, len);
	name[len] = '\0';
	return registry_name_is_valid(name);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct session_record *)a)->name, ((const struct session_record *)b)->name);
}

/* Reads all in the directory, which is closed. */
static int
list_directory(int directory, struct session_list *ret)
{
	_autoclosedir_ DIR *dir = fdopendir(directory);
	struct dirent *entry;

	if (!dir) {
		close(directory);
		return -errno;
	}
	while ((entry = readdir(dir))) {
		struct session_record record;

		registry_sweep_unfinished(dirfd(dir), entry->d_name);
		if (!is_record(entry->d_name) || read_record(dirfd(dir), entry->d_name, &record) < 0)
			continue;
		ret->items = array_grow(ret->items, &ret->cap, ret->len + 1, sizeof *ret->items);
		ret->items[ret->len++] = record;
	}
	return 0;
}

int
registry_list(struct session_list *ret, struct error *err)
{
	int r = registry_open(false, err);

	*ret = (struct session_list){ 0 };
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	r = list_directory(r, ret);
	if (r < 0)
		return error_set(err, -r, "cannot read the directory of the sessions");
	if (ret->len > 0)
		qsort(ret->items, ret->len, sizeof *ret->items, compare_names);
	else
		registry_remove_directory();
	return 0;
}

static int
say_unknown(const char *name, struct error *err)
{
	struct session_list list;
	size_t cap = 0;
	_autofree_ const char **names = NULL;
	const char *near;

	if (registry_list(&list, err) < 0)
		return -1;
	names = array_grow(NULL, &cap, list.len + 1, sizeof *names);
	for (size_t i = 0; i < list.len; i++)
		names[i] = list.items[i].name;
	near = text_nearest(name, names, list.len);
	error_set(err, 0, "no session '%s'", name);
	if (near)
		error_hint(err, "did you mean '%s'?", near);
	else if (list.len == 0)
		error_hint(err, "no session of yours is running; of another sandbox give the number of a process "
				"in it");
	else
		error_hint(err, "'isolate --list' shows yours; of another sandbox give the number of a process in it");
	session_list_release(&list);
	return -ENOENT;
}

int
registry_find(const char *name, struct session_record *ret, struct error *err)
{
	_autofree_ char *file = text_format("%s%s", name, REGISTRY_RECORD);
	_autoclose_ int directory = -1;
	int r;

	*ret = (struct session_record){ 0 };
	if (!registry_name_is_valid(name))
		return say_unknown(name, err);
	directory = r = registry_open(false, err);
	if (r >= 0)
		r = read_record(directory, file, ret);
	else if (r != -ENOENT)
		return r;
	return r == 0 ? 0 : say_unknown(name, err);
}

int
registry_find_process(pid_t pid, struct session_record *ret)
{
	_autoclose_ int proc = procfs_open();
	_autoclose_ int process = proc < 0 ? -1 : procfs_open_process(proc, pid);
	struct session_list list;
	uint64_t number;
	int r = -ENOENT;

	*ret = (struct session_record){ 0 };
	if (process < 0 || procfs_ns_number(process, NS_PID, &number) < 0 || registry_list(&list, NULL) < 0)
		return -ENOENT;
	for (size_t i = 0; i < list.len && r < 0; i++) {
		if (list.items[i].sandbox_pidns != number)
			continue;
		*ret = list.items[i];
		list.items[i] = (struct session_record){ 0 };
		r = 0;
	}
	session_list_release(&list);
	return r;
}

int
registry_connect(const char *name)
{
	_autoclose_ int directory = registry_open(false, NULL);
	_autoclose_ int fd = -1;
	struct sockaddr_un address;

	if (directory < 0)
		return directory;
	if (!registry_name_is_valid(name))
		return -ENOENT;
	registry_address(directory, name, &address);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
		return -errno;
	return take_fd(&fd);
}
