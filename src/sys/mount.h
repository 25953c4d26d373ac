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
	const char *value; /* NULL: a flag */
};

/*
 * A new instance of a file system that needs no device ("tmpfs", "proc", "devpts"), as a detached mount with `attrs`.
 * `source` is the name that mountinfo shows.
 */
int mount_new(const char *type, const char *source, const struct mount_param *params, size_t n, unsigned attrs);

/*
 * A detached, recursive copy of the mounts at dirfd/path ("" for dirfd itself). The source must be attached in the
 * caller's mount namespace. Recursive because the kernel refuses a flat copy of a tree with locked submounts (EINVAL).
 */
int mount_clone(int dirfd, const char *path);

/* The same without the mounts below it, of the directory `dirfd` alone. -EINVAL where some below are locked to it. */
int mount_clone_one(int dirfd);

/* Sets and clears attributes of a mount and, with `recursive`, of all below it. */
int mount_attrs(int mount, unsigned set, unsigned clear, bool recursive);

/*
 * Puts the detached mount at dirfd/path ("" for dirfd itself). A symbolic link as the last component is not followed.
 */
int mount_attach(int mount, int dirfd, const char *path);

/*
 * mount_attrs(), recursive; and what is mounted on the originals later is to come in, while nothing is to go out
 * (MS_SLAVE).
 */
int mount_attrs_slave(int mount, unsigned set);

/*
 * The same for what is bound; but where `set` makes it read-only nothing comes in later (MS_PRIVATE): it would have the
 * flags that it has outside.
 */
int mount_attrs_bound(int mount, unsigned set);

/*
 * True if the caller has CAP_SYS_ADMIN over the file system that `mount`, a descriptor of a mount's root, shows: it was
 * then made in the caller's user namespace or in one below, and is nothing of the host's. Asked by a reconfiguration
 * that changes nothing, so only for a file system of which that is known (tmpfs). False where it cannot be found out.
 */
bool mount_rules_super(int mount);

/*
 * Has the kernel forget the names that nobody uses at the moment in the file system that a directory is on, and above
 * all those that were not there: it does at any reconfiguration (shrink_dcache_sb()), so at one that changes nothing.
 * As above, for whoever rules the file system. 0 or -errno.
 */
int mount_forget_names(int dir);

/* What statx(2) knows of the mount that a descriptor is on. */
struct mount_place {
	uint64_t number; /* as in mountinfo and fdinfo; may be another mount's once this one is gone */
	uint64_t id;	 /* never another mount's; before Linux 6.8 the number */
	uint64_t dev, ino;
	bool is_root;	 /* the descriptor is of the mount's root */
	bool is_dir;
};
/* 0 or -errno. Asks no file server for anything. */
int mount_place_of(int fd, struct mount_place *ret);

/* The id alone; 0 if it cannot be found out. */
uint64_t mount_id_of(int fd);

/*
 * Unmounts what is mounted at dirfd/name, or, with "" for name, the mount whose root directory dirfd is; that only
 * `lazy`, since the descriptor keeps it busy. A link is not followed. Changes the current directory, to "/" in the end.
 * 0 or -errno.
 */
int mount_remove(int dirfd, const char *name, bool lazy);

/*
 * -EBUSY if mount_remove() would say so of what is mounted at dirfd/name, but for mounts that lie on it. Removes
 * nothing. Changes the current directory likewise.
 */
int mount_try_remove(int dirfd, const char *name);

/*
 * Makes the mount at `root`, a descriptor of its root directory, the root of the whole namespace and lets go of the old
 * one.
 */
int mount_pivot(int root);

#endif
