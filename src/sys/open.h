/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening paths whose components somebody else may change: openat2(2), Linux 5.6, and a walk where it is forbidden. */
#ifndef SYS_OPEN_H
#define SYS_OPEN_H

/*
 * An O_PATH descriptor (CLOEXEC) of dirfd/path in which no component is a symbolic link, the last one included,
 * and no magic link of procfs is followed. -ELOOP if one is. An outer container's seccomp filter may refuse
 * openat2(2): then each component is opened by itself, with the same promise. No heap, no stdio.
 */
int open_path_no_symlinks(int dirfd, const char *path);

/*
 * The same of a directory, or -ENOTDIR; an automounter mounts it first, which for O_PATH alone it does not. Only by
 * openat2(2).
 */
int open_directory_no_symlinks(int dirfd, const char *path);

/*
 * An O_PATH descriptor (CLOEXEC) of an absolute path as it is for somebody whose root directory is `root`: no
 * link and no ".." leads out of it. -ELOOP or -EXDEV at a magic link of procfs. Only by openat2(2).
 */
int open_in_root(int root, const char *path);

#endif
