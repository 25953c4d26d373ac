/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notifications of system calls (seccomp_unotify(2)), from the side of the one who listens. */
#ifndef SYS_NOTIFY_H
#define SYS_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/pathcalls.h"

struct notify_call {
	uint64_t id;
	pid_t task; /* in the caller's pid namespace; 0: not in it */
	struct pathcall_registers registers;
};

/* True if it is the listener of such notifications. */
bool notify_is_listener(int fd);

/* From now on who is woken runs where the waker is (Linux 6.6). Asks in vain where that is not known. */
void notify_set_sync(int listener);

/* The next call. 0; -EAGAIN: there is none, or it is not there any more; -ENOENT: nobody is left who could make one. */
int notify_receive(int listener, struct notify_call *ret);

/* The call goes on as if nothing had been. 0 or -errno. */
int notify_continue(int listener, uint64_t id);

/* Whether the call still waits: only while it does are its task's memory and number its own. */
bool notify_waits(int listener, uint64_t id);

#endif
