/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children that we never made: with clone(CLONE_PARENT) the payload can give its parent some. */
#ifndef SESSION_STRANGERS_H
#define SESSION_STRANGERS_H

#include <sys/types.h>

/*
 * Reaps the children that have ended, but for the two given, up to the first of those: for them there is other work to
 * do. At each SIGCHLD. They are in the sandbox and end with it; until then they must not pile up as zombies.
 */
void strangers_reap(pid_t payload, pid_t other);

#endif
