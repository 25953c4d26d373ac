/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes of a sandbox as a tree, each with its number inside and outside. */
#ifndef INSPECT_PROCESSES_H
#define INSPECT_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What makes processes those of one sandbox: the first of these namespaces that is not the caller's own. */
enum process_scope {
	SCOPE_PID,  /* its pid namespace, and those within it */
	SCOPE_MNT,  /* no pid namespace of its own: what is in the same mount namespace */
	SCOPE_USER, /* nor a mount namespace: what is in the same user namespace */
	SCOPE_NONE, /* it is in no sandbox */
};

/* Bytes of a command line that are looked at. A process can make its own as long as it likes. */
enum { COMMAND_BYTES = 4096 };

#define PROCESS_CPU_UNKNOWN UINT64_MAX

struct process_view {
	pid_t outside;
	pid_t inside;	 /* in the sandbox's pid namespace, also of a process further in; without one as outside */
	pid_t parent;	 /* outside */
	unsigned depth;	 /* in the tree: 0 for those whose parent is not in the list */
	char state;
	uint32_t uid;	   /* effective, as the caller names it */
	uint64_t resident; /* KiB */
	uint64_t cpu;	   /* milliseconds that it has run; PROCESS_CPU_UNKNOWN */
	char **argv;	   /* cut after COMMAND_BYTES; { "[comm]" } where there is none */
	size_t argc;
};

struct process_list {
	enum process_scope scope;
	struct process_view *items; /* children follow their parents; siblings by their outside number */
	size_t len;
};

/*
 * The processes of the sandbox that `process`, a descriptor of its directory in procfs `proc`, is in, seen from
 * `caller`. Processes that end meanwhile are left out. 0 or -errno; -EACCES if the process's namespaces may not be
 * looked at.
 */
int processes_read(int proc, int caller, int process, struct process_list *ret);
void processes_release(struct process_list *list);

/* Of one process the command line alone, in argv and argc of `ret`; `name` is what it is called where it has none. */
void process_read_command(int process, const char *name, struct process_view *ret);
void process_release_command(struct process_view *view);

#endif
