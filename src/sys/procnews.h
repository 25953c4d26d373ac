/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What processes do, told by the kernel: netlink's process connector (drivers/connector/cn_proc.c). It tells of all
 * processes of the machine, to anybody since Linux 6.6, to root alone before; and only to who is in the initial user,
 * pid and network namespace. A filter (socket(7), SO_ATTACH_FILTER) keeps from the socket what is not asked for, in the
 * kernel: it wakes nobody.
 */
#ifndef SYS_PROCNEWS_H
#define SYS_PROCNEWS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum procnews_kind { PROCNEWS_FORKED, PROCNEWS_EXECUTED, PROCNEWS_EXITED };

/* Processes, not threads. Of one that has other threads PROCNEWS_EXITED says that its first has ended, no more. */
struct procnews {
	enum procnews_kind kind;
	uint64_t time; /* nanoseconds of CLOCK_MONOTONIC */
	pid_t pid;
	pid_t parent; /* PROCNEWS_FORKED: who forked */
	int status;   /* PROCNEWS_EXITED: as of waitpid(2) */
};

/*
 * A socket (CLOEXEC, NONBLOCK), to be polled for reading, that is told everything; or -errno: -EPERM: only root may
 * listen; -EOPNOTSUPP: nobody is told here.
 */
int procnews_open(void);

/* More do not go into one filter. */
enum { PROCNEWS_PIDS_MAX = 1024 };

/*
 * From now on only what these processes do (forks by them, not of them), at most PROCNEWS_PIDS_MAX; with none nothing.
 * What was told before stays to be read. 0 or -errno; -ENOMEM: for so many a socket's memory does not suffice
 * (optmem_max is 20 KiB before Linux 6.8), and it is told everything now.
 */
int procnews_choose(int fd, const pid_t *pids, size_t n);
int procnews_choose_all(int fd);

/* 1, 0: nothing more for now, or -errno; -ENOBUFS: something was lost, and the next one may be read. */
int procnews_read(int fd, struct procnews *ret);

#endif
