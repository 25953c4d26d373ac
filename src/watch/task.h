/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a task of a watched session is asking for, read from outside while it waits: its system call, the paths
 * among the arguments, its name. Everything here is the payload's to choose, and may be changed by its other
 * threads while we read.
 */
#ifndef WATCH_TASK_H
#define WATCH_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "inspect/miss.h"
#include "sys/pathcalls.h"

struct task_path {
	char *path;   /* absolute, as the task sees it, not clean; NULL: there is none, or it could not be read */
	bool creates; /* it need not be there */
};

struct task_call {
	const struct pathcall *call; /* NULL: not known */
	struct task_path paths[2];
	char comm[MISS_COMM_SIZE];
	bool mounts;  /* is_ours, and that by its name (session/live_helper.h): it is about to make a mount point */
	bool is_here; /* it has the session's root, for certain */
	bool is_ours; /* no process of the sandbox's: somebody outside who makes a mount in it */
	bool has_gone; /* it could be looked at, and was in no call: what it asked for is not known any more */
	bool joins;   /* a program that joins, of which no more is known than the path that it is executed by */
};

/* `proc` is the host's /proc, of our own pid namespace. What cannot be read is left out. */
void task_read(int proc, pid_t task, struct task_call *ret);

/* Who it is, and not what it is asking for. */
void task_read_name(int proc, pid_t task, struct task_call *ret);

/* The same where the registers are known (a notification of seccomp's), but for its name; and that. */
void task_read_comm(int proc, pid_t task, struct task_call *ret);
void task_read_call(int proc, pid_t task, const struct pathcall_registers *registers, struct task_call *ret);
void task_call_release(struct task_call *call);

/* The processor that the task ran on last, or -1. */
int task_processor(int proc, pid_t task);

/* True if a signal is pending for the task that ends it. */
bool task_is_dying(int proc, pid_t task);

/* The same of the text of its status (proc_pid_status(5)). */
bool task_status_is_dying(const char *status);

#endif
