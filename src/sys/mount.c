/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mount API of file descriptors. */
#include "config.h"

#include "sys/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/*
 * The C library has wrappers only since glibc 2.36, and its <sys/mount.h> then clashes with <linux/mount.h>; these
 * numbers are the kernel's.
 */
enum {
	CONFIG_SET_FLAG = 0,
	CONFIG_SET_STRING = 1,
	CONFIG_CREATE = 6,
	OPEN_CLOEXEC = 1,
	TREE_CLONE = 1,
	RECURSIVE = 0x8000,
	MOVE_FROM_EMPTY = 0x4,
	MOVE_TO_EMPTY = 0x40,
	PICK_CLOEXEC = 1,
	PICK_EMPTY = 8,
	CONFIG_RECONFIGURE = 7,
	MASK_NUMBER = 0x1000, /* STATX_MNT_ID, Linux 5.8 */
	MASK_ID = 0x4000,     /* STATX_MNT_ID_UNIQUE, Linux 6.8 */
	MOUNT_ROOT = 0x2000,  /* STATX_ATTR_MOUNT_ROOT, Linux 5.8 */
	PROPAGATE_PRIVATE = 1 << 18,
	PROPAGATE_SLAVE = 1 << 19,
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
		r = configure(fs, params[i].value ? CONFIG_SET_STRING : CONFIG_SET_FLAG, params[i].key,
			      params[i].value);
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
mount_clone_one(int dirfd)
{
	int fd = (int)syscall(SYS_open_tree, dirfd, "", TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH);

	return fd < 0 ? -errno : fd;
}

static int
set_attrs_and_propagation(int mount, unsigned set, uint64_t propagation)
{
	struct attr_args args = { .set = set, .propagation = propagation };

	return syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | RECURSIVE, &args, sizeof args) < 0 ? -errno : 0;
}

int
mount_attrs_slave(int mount, unsigned set)
{
	return set_attrs_and_propagation(mount, set, PROPAGATE_SLAVE);
}

int
mount_attrs_bound(int mount, unsigned set)
{
	return set_attrs_and_propagation(mount, set, set & MOUNT_RDONLY ? PROPAGATE_PRIVATE : PROPAGATE_SLAVE);
}

int
mount_forget_names(int dir)
{
	int fs = (int)syscall(SYS_fspick, dir, "", PICK_CLOEXEC | PICK_EMPTY);
	int r = fs < 0 ? -errno : configure(fs, CONFIG_RECONFIGURE, NULL, NULL);

	if (fs >= 0)
		close(fs);
	return r;
}

bool
mount_rules_super(int mount)
{
	return mount_forget_names(mount) == 0;
}

/* The number and the id come in the same field. */
static int
ask_about(int fd, unsigned mask, struct statx *ret)
{
	return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, mask, ret) < 0 ? -errno : 0;
}

uint64_t
mount_id_of(int fd)
{
	struct statx stx;

	if (ask_about(fd, MASK_ID, &stx) == 0 && stx.stx_mask & MASK_ID)
		return stx.stx_mnt_id;
	return ask_about(fd, MASK_NUMBER, &stx) == 0 && stx.stx_mask & MASK_NUMBER ? stx.stx_mnt_id : 0;
}

int
mount_place_of(int fd, struct mount_place *ret)
{
	struct statx stx;
	int r = ask_about(fd, STATX_TYPE | STATX_INO | MASK_NUMBER, &stx);

	if (r < 0)
		return r;
	if (!(stx.stx_mask & MASK_NUMBER))
		return -ENOSYS;
	*ret = (struct mount_place){ .number = stx.stx_mnt_id, .id = mount_id_of(fd), .ino = stx.stx_ino,
				     .dev = makedev(stx.stx_dev_major, stx.stx_dev_minor),
				     .is_root = stx.stx_attributes & MOUNT_ROOT, .is_dir = S_ISDIR(stx.stx_mode) };
	return 0;
}

int
mount_remove(int dirfd, const char *name, bool lazy)
{
	int r = 0;

	if (fchdir(dirfd) < 0)
		return -errno;
	if (umount2(*name ? name : ".", UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0)) < 0)
		r = -errno;
	if (chdir("/") < 0 && r == 0)
		r = -errno;
	return r;
}

int
mount_try_remove(int dirfd, const char *name)
{
	int r = -EBUSY;
	int fd;

	if (fchdir(dirfd) < 0)
		return -errno;
	/*
	 * umount(2): EAGAIN, and a mark, if it is not busy; an unmount if the mark is there already. Opening and
	 * closing takes the mark away, before, in case somebody has left one, and after.
	 */
	for (int i = 0; i < 2; i++) {
		fd = open(name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			close(fd);
		if (i == 0)
			r = umount2(name, UMOUNT_NOFOLLOW | MNT_EXPIRE) == 0 || errno == EAGAIN ? 0 : -errno;
	}
	if (chdir("/") < 0 && r == 0)
		r = -errno;
	return r;
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
