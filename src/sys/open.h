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

#endif
