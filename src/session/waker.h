/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sees to it that a manager that is stopped does not hold a sandbox up. Pid 1 of a sandbox cannot end before every
 * process inside is reaped, and a program that joined is reaped by its manager alone; a stopped one (Ctrl-Z) would keep
 * the session from ending for as long as it is. So a child of the manager's, in a process group of its own, which is
 * therefore not stopped with the job, waits for the program's end and then continues the manager.
 */
#ifndef SESSION_WAKER_H
#define SESSION_WAKER_H

#include <sys/types.h>

struct waker {
	pid_t pid; /* 0: none */
};

/* `program` is a child of the caller's, not yet reaped. 0 or -errno. */
int waker_start(struct waker *waker, pid_t program);

/* Ends and reaps it. May be called twice, and where none was started. */
void waker_end(struct waker *waker);

#endif
