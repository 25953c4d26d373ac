/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the processes between clone and exec share. Theory of operation:
 *
 *	caller (outside) ── vfork ──► stage
 *	stage: makes U1 and, owned by it, all other namespaces but the network's; maps the user as root of U1;
 *	clones with CLONE_PARENT
 *	  ├──► init, pid 1: builds the root, joins the network namespace, pivots, says "ready", reaps for ever
 *	  └──► payload, pid 2: makes the network namespace beside that, then U2; waits for "ready"; sheds;
 *	       verifies; executes
 *
 * The stage exists because a process that makes a pid namespace stays outside of it, and because pid 1 may not
 * create siblings (clone(2), CLONE_PARENT). It is gone before the first mount is made; but for GROUP_PTY, where
 * it has memory of its own, makes devpts and the pty, and stays as the leader (sandbox/launch.h).
 *
 * With a door in the plan the sandbox is there already, and the stage enters it: join.c.
 *
 * Should, when a function here returns: what its step says is done, or the record is written and the process
 * has ended. Mustn't: allocate, print, or touch the caller's stdio. The memory is a copy of the caller's, or,
 * in the stage, the caller's own.
 */
#ifndef SANDBOX_INSIDE_H
#define SANDBOX_INSIDE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "sandbox/door.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "sandbox/steps.h"
#include "sys/mount.h"
#include "sys/ns.h"

struct setup {
	const struct plan *plan;
	enum launch_group group;
	const sigset_t *mask;	 /* for the payload */
	int proc;		 /* O_PATH of the host's /proc: the new root covers it before we are done with it */
	int report;		 /* write end. Only the caller has the read end: POLLERR means that it is gone */
	int report_read;
	int sync[2];		 /* init's and payload's end of a socket pair */
	int leader[2];		 /* GROUP_PTY: caller's and leader's end of a socket pair, else -1 */
	int devpts;		 /* GROUP_PTY: the stage's detached devpts, which init attaches; else -1 */
	int master, slave;	 /* GROUP_PTY: the pty; else -1 */
	int device;		 /* a watched session: what its root is served through (sandbox/watched.h); else -1 */
	int watched_root;	 /* that root, detached; else -1 */
	const struct sandbox *sandbox;
	ino_t outside[NS_KINDS]; /* the caller's namespaces */
	ino_t owner;		 /* U1 */
	int *mounts;		 /* one descriptor an entry of the plan, -1 where not needed */
	int *children;		 /* entries of the plan that have this one as parent */
	int user;		 /* joining: the payload's user namespace (U2) */
	uint64_t user_number;
	struct mount_place root; /* joining: the root directory inside */
	uid_t uid;		 /* joining: the ids that it maps */
	gid_t gid;
	pid_t init, payload;	 /* written by the stage into the caller's memory; GROUP_PTY: its own */
};

/* Ties the calling process to the caller's life: SIGKILL when it dies, at once if it is dead already. */
void inside_bind_life(const struct setup *setup);

/* Ends the process with a record. */
_Noreturn void inside_fail(const struct setup *setup, enum step step, int r, const char *object);

/*
 * Gives up all privilege in U1 but for what the process already holds. For init and the leader, which outlive
 * the set-up.
 */
void inside_shed(const struct setup *setup);

pid_t inside_clone(unsigned long flags); /* as fork(2), on a copy of the stack; without the C library's bookkeeping */
void inside_open_pty(struct setup *setup); /* a pty of setup->devpts, the terminal of a session of our own */

/* True where the network is the host's, as asked for. */
bool inside_shares_net(const struct setup *setup);

_Noreturn void init_main(struct setup *setup);
_Noreturn void payload_main(struct setup *setup);

/* join.c: what the stage does instead of making a sandbox. */
_Noreturn void join_stage(struct setup *setup);

/* payload.c: the part that both ways have in common, in U2, with the root in place: from there to the exec. */
_Noreturn void payload_become(struct setup *setup);

/* launch.c: what the stage does in both, in the end. */
_Noreturn void inside_lead(struct setup *setup);

/* build.c: all mounts of the plan, up to the pivot. Returns the mount that is to become "/". */
int build_root(struct setup *setup);

/* build.c: a new devpts instance, detached, or -errno. Asks for a user id 0 in the caller's user namespace. */
int build_devpts(void);

/*
 * verify.c: ends the process with a record unless the namespaces are as promised. Runs in the payload once it has made
 * its own, which no later step changes.
 */
void verify_namespaces(const struct setup *setup);

/* The same for every other promise. Runs in the payload, last. */
void verify_promises(const struct setup *setup);

/* The same for a program that joins: that it is where the payload is, and has no right more. */
void verify_joined(const struct setup *setup);

#endif
