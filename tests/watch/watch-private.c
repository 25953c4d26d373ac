/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch-private DIR…: does in each directory what programs do in one of their own, and says what came of it, in words
 * that do not depend on the kind of the file system.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

static void
say(const char *what, long r)
{
	printf("%s: %s\n", what, r < 0 ? strerror(errno) : "yes");
}

static bool
is_same(const char *a, const char *b, bool inode)
{
	struct stat x, y;

	return lstat(a, &x) == 0 && lstat(b, &y) == 0 && x.st_dev == y.st_dev && (!inode || x.st_ino == y.st_ino);
}

static void
use_names(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_EXCL, 0640);
	struct stat here = { 0 }, there = { 0 };

	say("write", write(fd, "text", 4));
	say("exclusive", open("file", O_RDWR | O_CREAT | O_EXCL, 0640));
	say("mkdir", mkdir("dir", 0750));
	say("rename a directory", rename("dir", "other"));
	say("link", link("file", "other/link"));
	printf("one device: %d %d\n", is_same("file", ".", false), is_same("other", ".", false));
	printf("one file: %d\n", is_same("file", "other/link", true));
	fstat(fd, &here);
	stat("file", &there);
	printf("the open one: %d\n", here.st_ino == there.st_ino && here.st_dev == there.st_dev && there.st_nlink == 2);
	say("not empty", rmdir("other"));
	say("symlink", symlink("file", "symlink"));
	say("fifo", mkfifo("fifo", 0600));
	say("exchange", syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "fifo", 2));
	say("exchange back", syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "fifo", 2));
	say("no replace", syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "fifo", 1));
	say("mkdir", mkdir("empty", 0700));
	say("rename over a directory", rename("other", "empty"));
	say("unlink", unlink("empty/link"));
	say("rmdir", rmdir("empty"));
	say("a device", mknod("null", S_IFCHR | 0600, makedev(1, 3)));
	close(fd);
}

static void
use_file(void)
{
	int fd = open("file", O_RDWR), other = open("file", O_RDONLY), unnamed = open(".", O_TMPFILE | O_RDWR, 0600);
	char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), name[32], text[5] = "", names[256];

	if (memory != MAP_FAILED)
		memory[0] = 'T';
	say("read what was mapped", read(other, text, 4));
	printf("it is: %s\n", text);
	snprintf(name, sizeof name, "/proc/self/fd/%d", unnamed);
	say("a file without a name", unnamed);
	say("that gets one", linkat(AT_FDCWD, name, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	say("xattr", fsetxattr(fd, "user.word", "value", 5, 0));
	printf("it has: %zd\n", fgetxattr(other, "user.word", text, 0));
	printf("the directory has: %zd\n", listxattr(".", names, sizeof names));
	say("lock", flock(fd, LOCK_EX | LOCK_NB));
	say("lock another", flock(other, LOCK_EX | LOCK_NB));
	say("allocate", posix_fallocate(fd, 0, 8192) == 0 ? 0 : -1);
	say("punch", fallocate(fd, 3, 0, 4096));
	say("sync", fsync(fd));
	close(fd);
	close(other);
	close(unnamed);
}

static void
use_socket(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);

	say("bind", bind(server, (void *)&name, sizeof name));
	say("listen", listen(server, 1));
	say("connect", connect(client, (void *)&name, sizeof name));
	close(server);
	close(client);
}

static void
use_directory(void)
{
	struct statvfs fs;
	struct stat st;

	say("statvfs", statvfs(".", &fs));
	printf("%lu blocks of %lu, names of %lu, flags %lx\n", (unsigned long)fs.f_blocks, fs.f_frsize, fs.f_namemax,
	       fs.f_flag);
	stat(".", &st);
	printf("mode %o, owner %u, group %u\n", st.st_mode, st.st_uid, st.st_gid);
	say("chmod", chmod(".", 0711));
	stat(".", &st);
	printf("mode %o\n", st.st_mode);
	fflush(stdout);
	if (system("ls -A; rm -rf -- * ; ls -A") != 0)
		printf("rm has failed\n");
}

static void
fill(void)
{
	static char block[1 << 16];
	int fd = open("big", O_RDWR | O_CREAT, 0600);
	long n = 0;

	while (n < 4096 && write(fd, block, sizeof block) > 0)
		n++;
	puts(n < 4096 ? "full" : "endless");
	unlink("big");
	close(fd);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (chdir(argv[i]) < 0)
			return 1;
		use_names();
		use_file();
		use_socket();
		use_directory();
		fill();
	}
	return 0;
}
