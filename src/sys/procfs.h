/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of proc(5), below a descriptor of a procfs or of one process in it, so that a recorded tree will do as well. Of
 * the contents, names and command lines are the process's own to choose: never print them without escaping.
 *
 * A process is held by a descriptor of its directory: once it is gone everything below gives -ESRCH (or -ENOENT), and
 * never another process that got its number.
 */
#ifndef SYS_PROCFS_H
#define SYS_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/caps.h"
#include "sys/ns.h"

/* A descriptor (CLOEXEC) of /proc, or -errno. */
int procfs_open(void);

/*
 * A descriptor (CLOEXEC) of a process's directory. -ENOENT if there is none, or if procfs hides it from us (hidepid).
 */
int procfs_open_process(int proc, pid_t pid);

/* The same for "self", "thread-self" or digits. */
int procfs_open_named(int proc, const char *name);

/*
 * All of dir/name, with a NUL after it; *ret_len, which may be NULL, does not count that one. The caller frees. 0 or
 * -errno; -EFBIG beyond 256 MiB, which is 100,000 mounts (sysctl fs.mount-max) of the longest lines that are likely.
 */
int procfs_read(int dir, const char *name, char **ret, size_t *ret_len);

/*
 * The beginning of dir/name, at most size - 1 bytes, with a NUL after it: its length, or -errno. For what a process can
 * make as long as it likes.
 */
ssize_t procfs_read_some(int dir, const char *name, char *buf, size_t size);

/* The text of the link dir/name. The caller frees. 0 or -errno; -EACCES where ptrace(2) would be refused. */
int procfs_readlink(int dir, const char *name, char **ret);

/* The number of a process's namespace, as the link below its ns/ has it. 0 or -errno, as procfs_readlink(). */
int procfs_ns_number(int process, enum ns_kind kind, uint64_t *ret);

/* True if two processes are in the same namespace of that kind; false also where that may not be looked at. */
bool procfs_ns_is_same(int one, int other, enum ns_kind kind);

/* The kernel nests pid namespaces to this depth, counted with the initial one (MAX_PID_NS_LEVEL). */
enum { PROCFS_LEVELS = 33 };

struct procfs_status {
	char *name;	      /* comm, unescaped */
	char state;	      /* R S D Z T t X I; 0 where it is not told */
	pid_t parent;	      /* 0: outside of this procfs's pid namespace, or none */
	uid_t uids[4];	      /* real, effective, saved, file system; as ids of the reader's user namespace */
	gid_t gids[4];
	gid_t *groups;
	size_t groups_len;
	pid_t pids[PROCFS_LEVELS];     /* from this procfs's pid namespace inwards to the process's own */
	pid_t sessions[PROCFS_LEVELS]; /* likewise; 0: led from outside of that namespace */
	size_t levels;
	int umask;		       /* -1 where it is not told (a zombie) */
	struct caps caps;
	bool no_new_privs;
	int seccomp;	     /* 0 off, 1 strict, 2 filter; -1 not told */
	int seccomp_filters; /* -1 not told (before Linux 5.9) */
	uint64_t resident;   /* KiB; 0 for kernel threads and zombies */
};

/* proc_pid_status(5). 0 or -errno; released by the caller on success only. */
int procfs_status(int process, struct procfs_status *ret);
void procfs_status_release(struct procfs_status *status);

struct procfs_times {
	uint64_t cpu;	  /* milliseconds that its threads have run, in the program and in the kernel */
	uint64_t started; /* milliseconds after the machine's start */
	bool forked_only; /* it has executed nothing since it was forked */
};

/* proc_pid_stat(5). 0 or -errno; -EINVAL: it cannot be understood. */
int procfs_times(int process, struct procfs_times *ret);

/* The first `max` children of a process's first thread: how many. None where the kernel does not tell them. */
size_t procfs_children(int proc, pid_t pid, pid_t *ret, size_t max);

/*
 * Members of an id that says: not known here (proc_sys_kernel(5), overflowuid, overflowgid). 65534 where it cannot be
 * read.
 */
uint32_t procfs_overflow_id(int proc, const char *name);

#endif
