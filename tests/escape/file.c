/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attacks on files: outside the view, behind links, through descriptors, devices, the machine's own in /proc. */
#include "config.h"

#include "attack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int
run_read(char **argv)
{
	return look_for_secret(open(argv[0], O_RDONLY | O_CLOEXEC), argv[0]);
}

/* PATH, with so many ".." in front that it starts at the root of whatever the working directory belongs to. */
static int
run_read_dotdot(char **argv)
{
	char path[PATH_MAX] = "";

	for (int i = 0; i < 64; i++)
		strcat(path, "../");
	strncat(path, argv[0], sizeof(path) - strlen(path) - 1);
	return look_for_secret(open(path, O_RDONLY | O_CLOEXEC), path);
}

/* Through a symbolic link that we make in the directory that we may write to. */
static int
run_read_link(char **argv)
{
	int r;

	unlink("planted");
	if (symlink(argv[0], "planted") < 0)
		return untried("symlink");
	r = look_for_secret(open("planted", O_RDONLY | O_CLOEXEC), "a planted link");
	unlink("planted");
	return r;
}

/* PATH below a directory descriptor that we were given. */
static int
run_read_at(char **argv)
{
	char path[PATH_MAX] = "";
	int dir = atoi(argv[0]);

	if (argv[1][0] == '/') {
		for (int i = 0; i < 64; i++)
			strcat(path, "../");
		argv[1]++;
	}
	strncat(path, argv[1], sizeof(path) - strlen(path) - 1);
	return look_for_secret(openat(dir, path, O_RDONLY | O_CLOEXEC), "openat of an inherited descriptor");
}

/* As chroot(2) is left: the working directory is moved onto the descriptor, then up. */
static int
run_fchdir(char **argv)
{
	if (fchdir(atoi(argv[0])) < 0)
		return stopped("fchdir to an inherited descriptor");
	return run_read_dotdot(argv + 1);
}

/*
 * Descriptors that nobody gave us on purpose. Of 0, 1 and 2 the test says what they are; a directory or a socket of
 * isolate's own among them is a find.
 */
static int
run_descriptors(char **argv)
{
	int found = 0;

	(void)argv;
	for (int fd = 0; fd < 4096; fd++) {
		struct stat st;

		if (fstat(fd, &st) < 0)
			continue;
		if (fd <= 2 && !S_ISDIR(st.st_mode) && !S_ISSOCK(st.st_mode))
			continue;
		fprintf(stderr, "descriptor %d is open, of mode %#o\n", fd, st.st_mode);
		found++;
	}
	errno = EBADF;
	return found ? worked("descriptors") : stopped("descriptors");
}

/* Writing to a file that we could only read, by its link in /proc: a new open, with new rights. */
static int
run_reopen(char **argv)
{
	char path[64];
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC), again;

	if (fd < 0)
		return untried(argv[0]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_WRONLY | O_CLOEXEC);
	if (again < 0)
		return stopped(path);
	return worked(path);
}

static int
run_open_write(char **argv)
{
	int fd = open(argv[0], O_WRONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return stopped(argv[0]);
	close(fd);
	return worked(argv[0]);
}

/*
 * Overwriting the program that runs us, by the link to it (as CVE-2019-5736 did): whether a descriptor of it is to be
 * had, for once it has ended the file could be opened for writing.
 */
static int
run_exe(char **argv)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/exe", argv[0]);
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return stopped(path);
	return worked(path);
}

/* A file of /proc, not of a process, that can be opened for writing: with root's uid and no capability some can. */
static int
writable_below(int dirfd, const char *shown, int depth)
{
	DIR *dir = fdopendir(dirfd);
	struct dirent *entry;
	int found = 0;

	while (dir && (entry = readdir(dir))) {
		char path[PATH_MAX];
		struct stat st;
		int fd;

		if (entry->d_name[0] == '.' || (depth == 0 && atoi(entry->d_name) > 0))
			continue;
		snprintf(path, sizeof(path), "%s/%s", shown, entry->d_name);
		if (fstatat(dirfd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < 8) {
			fd = openat(dirfd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			if (fd >= 0)
				found += writable_below(fd, path, depth + 1);
		} else if (S_ISREG(st.st_mode)) {
			fd = openat(dirfd, entry->d_name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
			if (fd < 0)
				continue;
			close(fd);
			/* Pressure triggers are made to be opened by everybody, and end with the descriptor. */
			if (strncmp(path, "/proc/pressure/", 15) == 0)
				continue;
			if (found++ < 20)
				fprintf(stderr, "writable: %s\n", path);
		}
	}
	if (dir)
		closedir(dir);
	else
		close(dirfd);
	return found;
}

static int
run_proc_writable(char **argv)
{
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)argv;
	if (fd < 0)
		return untried("/proc");
	errno = EACCES;
	return writable_below(fd, "/proc", 0) ? worked("/proc") : stopped("no file of /proc is writable");
}

/* A device of the machine's, by a node of our own making: the zero device stands for its disk. */
static int
run_mknod(char **argv)
{
	char c = 'x';
	int fd;

	unlink(argv[0]);
	if (mknod(argv[0], S_IFCHR | 0666, makedev(1, 5)) < 0)
		return stopped("mknod");
	fd = open(argv[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, &c, 1) != 1 || c != '\0') {
		unlink(argv[0]);
		return stopped("opening a device that we made");
	}
	unlink(argv[0]);
	return worked("mknod");
}

static int
run_open_device(char **argv)
{
	char c = 'x';
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &c, 1) != 1)
		return stopped(argv[0]);
	return worked(argv[0]);
}

/* Watching a whole file system, and with it everything that others do on it. */
static int
run_fanotify(char **argv)
{
	int fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY);

	if (fd < 0)
		return stopped("fanotify_init");
	if (fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN, AT_FDCWD, argv[0]) < 0)
		return stopped("fanotify_mark");
	return worked("fanotify_mark");
}

const struct attack file_attacks[] = {
	{ "read", "PATH", 1, run_read },
	{ "read-dotdot", "PATH", 1, run_read_dotdot },
	{ "read-link", "PATH", 1, run_read_link },
	{ "read-at", "FD PATH", 2, run_read_at },
	{ "fchdir", "FD PATH", 2, run_fchdir },
	{ "descriptors", "", 0, run_descriptors },
	{ "reopen", "PATH", 1, run_reopen },
	{ "open-write", "PATH", 1, run_open_write },
	{ "exe", "PID", 1, run_exe },
	{ "proc-writable", "", 0, run_proc_writable },
	{ "mknod", "PATH", 1, run_mknod },
	{ "open-device", "PATH", 1, run_open_device },
	{ "fanotify", "PATH", 1, run_fanotify },
	{ 0 },
};
