/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the policy of a watched session has mounted for a miss. */
#ifndef SESSION_MISS_MOUNT_H
#define SESSION_MISS_MOUNT_H

#include <sys/types.h>

#include "watch/holds.h"

/* As in watch/holds.h: the path outside, read-only, at the same path inside. */
int miss_mount(pid_t init, const char *path);

extern const struct watch_mounter miss_mounter;

#endif
