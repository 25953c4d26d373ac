/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mount API of file descriptors. */
#include "config.h"

#include "sys/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library has wrappers only since glibc 2.36, and its <sys/mount.h> then clashes with <linux/mount.h>; these numbers are the kernel's. */
enum {
	CONFIG_SET_STRING = 1,
	CONFIG_CREATE = 6,
	OPEN_CLOEXEC = 1,
	TREE_CLONE = 1,
	RECURSIVE = 0x8000,
	MOVE_FROM_EMPTY = 0x4,
	MOVE_TO_EMPTY = 0x40,
};

struct attr_args {
	uint64_t set, clear, propagation, userns;
};

static int
configure(int fs, unsigned command, const char *key, const char *value)
{
	return syscall(SYS_fsconfig, fs, command, key, value, 0) < 0 ? -errno : 0;
}

int
mount_new(const char *type, const char *source, const struct mount_param *params, size_t n, unsigned attrs)
{
	int fs = (int)syscall(SYS_fsopen, type, OPEN_CLOEXEC);
	int r;

	if (fs < 0)
		return -errno;
	r = configure(fs, CONFIG_SET_STRING, "source", source);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = configure(fs, CONFIG_SET_STRING, params[i].key, params[i].value);
	if (r == 0)
		r = configure(fs, CONFIG_CREATE, NULL, NULL);
	if (r == 0) {
		r = (int)syscall(SYS_fsmount, fs, OPEN_CLOEXEC, attrs);
		if (r < 0)
			r = -errno;
	}
	close(fs);
	return r;
}

int
mount_clone(int dirfd, const char *path)
{
	unsigned flags = TREE_CLONE | O_CLOEXEC | RECURSIVE | AT_SYMLINK_NOFOLLOW | (*path ? 0 : AT_EMPTY_PATH);
	int fd = (int)syscall(SYS_open_tree, dirfd, path, flags);

	return fd < 0 ? -errno : fd;
}

int
mount_attrs(int mount, unsigned set, unsigned clear, bool recursive)
{
	struct attr_args args = { .set = set, .clear = clear };
	unsigned flags = AT_EMPTY_PATH | (recursive ? RECURSIVE : 0);

	return syscall(SYS_mount_setattr, mount, "", flags, &args, sizeof args) < 0 ? -errno : 0;
}

int
mount_attach(int mount, int dirfd, const char *path)
{
	unsigned flags = MOVE_FROM_EMPTY | (*path ? 0 : MOVE_TO_EMPTY);

	return syscall(SYS_move_mount, mount, "", dirfd, path, flags) < 0 ? -errno : 0;
}

int
mount_pivot(int root)
{
	/* pivot_root(".", ".") stacks the old root on the new one (pivot_root(2), NOTES); "." is then the old one. */
	if (fchdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return -errno;
	if (umount2(".", MNT_DETACH) < 0)
		return -errno;
	return chdir("/") < 0 ? -errno : 0;
}
