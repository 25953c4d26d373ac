/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mount API of file descriptors: fsopen(2), fsmount(2), open_tree(2), mount_setattr(2), move_mount(2),
 * pivot_root(2). All need Linux 5.14 at most. No heap, no stdio: the callers run between clone and exec.
 * Every function returns 0 or a descriptor (CLOEXEC), or -errno.
 */
#ifndef SYS_MOUNT_H
#define SYS_MOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Mount attributes, with the kernel's own names and numbers (linux/mount.h). */
#define MOUNT_RDONLY 0x00000001u
#define MOUNT_NOSUID 0x00000002u
#define MOUNT_NODEV  0x00000004u
#define MOUNT_NOEXEC 0x00000008u

struct mount_param {
	const char *key;
	const char *value;
};

/*
 * A new instance of a file system that needs no device ("tmpfs", "proc", "devpts"), as a detached mount with `attrs`.
 * `source` is the name that mountinfo shows.
 */
int mount_new(const char *type, const char *source, const struct mount_param *params, size_t n, unsigned attrs);

/*
 * A detached, recursive copy of the mounts at dirfd/path ("" for dirfd itself). The source must be attached in the caller's
 * mount namespace. Recursive because the kernel refuses a flat copy of a tree with locked submounts (EINVAL).
 */
int mount_clone(int dirfd, const char *path);

/* Sets and clears attributes of a mount and, with `recursive`, of all below it. */
int mount_attrs(int mount, unsigned set, unsigned clear, bool recursive);

/* Puts the detached mount at dirfd/path ("" for dirfd itself). A symbolic link as the last component is not followed. */
int mount_attach(int mount, int dirfd, const char *path);

/* Makes the mount at `root`, a descriptor of its root directory, the root of the whole namespace and lets go of the old one. */
int mount_pivot(int root);

#endif
