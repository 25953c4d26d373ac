/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system calls that take paths: one table, by which a call is read from a task's registers. */
#ifndef SYS_PATHCALLS_H
#define SYS_PATHCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the path is. Numbers of arguments count from 1; 0: there is none. */
struct pathcall_path {
	unsigned char dir;  /* the directory's descriptor; 0: relative to the current directory */
	unsigned char path; /* the pointer */
	bool socket;	    /* it points at a socket's address */
	bool creates;	    /* what is asked for need not be there, the directory above it must */
};

struct pathcall {
	const char *name; /* lives for ever */
	int nr_native, nr_i386; /* -1: the ABI has no such call */
	struct pathcall_path paths[2];
	unsigned char open_flags; /* the argument with the flags of open(2), of which O_CREAT counts */
	unsigned char at_flags;	  /* the argument with AT_… flags */
	bool executes;
	bool unwatched; /* not worth a notification: often, and the same path is asked for by another call too */
};
extern const struct pathcall pathcalls[];
extern const size_t pathcalls_len;

/* What proc_pid_syscall(5) says. */
struct pathcall_registers {
	long number;
	uint64_t args[6];
	bool i386; /* by the ABI of 32-bit programs on x86-64 */
};

/* Reads the line. 0; -EAGAIN: the task is not in a call; -EINVAL: not as proc(5) says. */
int pathcall_parse(const char *line, struct pathcall_registers *ret);

/* NULL: it takes no path. */
const struct pathcall *pathcall_find(const struct pathcall_registers *registers);

#endif
