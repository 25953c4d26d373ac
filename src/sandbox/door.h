/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sandbox that runs, held so that it can be entered. A number of a process is used once, to open what is held; from
 * then on nothing can become another: not pid 1, not the namespaces.
 *
 * What is entered are pid 1's namespaces, and never those of a process that the payload may have moved elsewhere. Only
 * the payload's own user namespace (U2, sandbox/inside.h) has to be found by way of the payload: it is the one child of
 * U1, so it is on the way up from whatever user namespace any process inside has gone into. The payload cannot make
 * another child of U1, where it has no rights.
 */
#ifndef SANDBOX_DOOR_H
#define SANDBOX_DOOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "sys/ns.h"

struct door {
	const char *name;	   /* the session's, for messages; the caller's */
	pid_t init;		   /* pid 1 inside, by its number here */
	int proc;		   /* /proc */
	int process;		   /* pid 1's directory in it */
	int root;		   /* the root directory inside, O_PATH */
	int ns[NS_KINDS];	   /* pid 1's; NS_USER: U1. -1: the caller's own, or of no kind that the kernel has */
	uint64_t number[NS_KINDS]; /* 0: the kernel has none */
	int member;		   /* a process's directory in procfs: its user namespace is U2 or below it */
	bool shares_net;	   /* made with --net=host */
	int watcher;		   /* of who joins: where the listener of its notified calls goes; -1: none */
};

#define DOOR_INIT { .proc = -1, .process = -1, .root = -1, .member = -1, .watcher = -1, \
		    .ns = { -1, -1, -1, -1, -1, -1, -1 } }

/*
 * So a process that enters is called, in which nobody may look what it asks for. While it asks for the program by its
 * absolute path, which everybody inside will see soon, that is behind this in its command line, and it has the
 * program's name.
 */
#define DOOR_TITLE "isolate-join"

/*
 * Opens the sandbox whose pid 1 is `init`, and which isolate made. `pidns` is the number of its pid namespace, so that
 * it cannot be another process's; 0: it is not known. Waits until the sandbox is set up. 0, or negative with err
 * filled. To be closed in both cases; `name` has to outlive it.
 */
int door_open(const char *name, pid_t init, uint64_t pidns, struct door *ret, struct error *err);
void door_close(struct door *door);

/* True once pid 1 has ended or is ending: nothing inside lives then, or can be started. */
bool door_is_shut(const struct door *door);

/*
 * True if a path inside, absolute, leads to a directory, or, without `directory`, to a file that may be executed. Asked
 * in U1, as the root of a watched session is closed to everybody else.
 */
bool door_sees(const struct door *door, const char *path, bool directory);

/* pid 1 of the sandbox in which process `pid` is, or negative with err filled: there is none, or isolate made none. */
pid_t door_find_init(pid_t pid, struct error *err);

#endif
