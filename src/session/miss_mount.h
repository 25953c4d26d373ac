/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the policy of a watched session has mounted for a miss. */
#ifndef SESSION_MISS_MOUNT_H
#define SESSION_MISS_MOUNT_H

#include <sys/types.h>

/* A watch_mounter (watch/holds.h): the path outside, read-only, at the same path inside. */
int miss_mount(pid_t init, const char *path);

#endif
