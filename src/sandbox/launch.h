/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a plan to running processes. The caller stays outside all namespaces; the payload is pid 2 inside and
 * its getppid() there is 0, since its parent is outside the pid namespace: a program that takes "my parent is
 * pid 1" for "my parent died" is not fooled.
 *
 * GROUP_OWN, GROUP_SHARED: init (pid 1) and the payload are children of the caller, which has their wait
 * statuses, stops included.
 *
 * GROUP_PTY: there is a third process, the *leader*: a child of the caller, outside the pid namespace, leader
 * of the session whose controlling terminal is the pty, and parent of the payload. It has to be so: a
 * controlling terminal is inherited at fork, so it must be the leader's before the payload is cloned; and the
 * kernel ignores SIGTSTP for a process group that has no parent in its session. The leader runs a function of
 * the caller's, which reports the payload's wait statuses over a socket. init is the caller's child.
 *
 * A plan with a door starts nothing but the program, and the leader where there is one: the program enters the sandbox
 * that the door holds, whose pid 1 and whose life are somebody else's.
 */
#ifndef SANDBOX_LAUNCH_H
#define SANDBOX_LAUNCH_H

#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>

#include "base/error.h"
#include "sandbox/plan.h"

/* How the payload stands to the terminal and to the caller's process group. */
enum launch_group {
	GROUP_OWN,    /* a process group of its own in the caller's session; there is no terminal */
	GROUP_SHARED, /* the caller's process group: a pipeline on a terminal, which the whole job must share */
	GROUP_PTY,    /* a pty of the sandbox's own devpts, a session and a process group of its own */
};

/*
 * What the leader does for the rest of its life. `socket` is its end of a SOCK_SEQPACKET pair (CLOEXEC),
 * `payload` its child, already in a process group of its own, which puts itself into the foreground of `tty`,
 * the slave, before it executes (not if `background`). It runs without capabilities and must not return. The
 * payload's process may have ended already. If the caller dies the leader gets SIGKILL.
 */
typedef void leader_function(int socket, pid_t payload, int tty);

struct sandbox {
	/* Set before the launch. */
	sigset_t payload_mask;	     /* the signal mask that the payload gets */
	bool ignore_child;	     /* the payload ignores SIGCHLD; the caller itself must not, to be able to wait */
	leader_function *leader;     /* GROUP_PTY */
	const struct termios *modes; /* GROUP_PTY: of the new terminal; NULL: the kernel's defaults */
	const struct winsize *size;  /* GROUP_PTY: NULL: none */
	bool background;	     /* GROUP_PTY: the payload does not take the foreground of the new terminal */
	struct sensor_page *sensor;  /* a watched session: shared memory (sandbox/sensor.h); NULL: it is not watched */
	int sensor_socket;	     /* likewise: pid 1's end of a SOCK_SEQPACKET pair with the supervisor; else -1 */
	struct watch *watch;	     /* for those who are asked to explain (watch/watch.h), or NULL */
	/* Set by the launch. */
	pid_t init;	   /* child of the caller; 0 once reaped, and for a program that joins */
	pid_t payload;	   /* child of the caller, in GROUP_PTY of the leader: not to be waited for then */
	pid_t leader_pid;  /* GROUP_PTY: child of the caller; 0 once reaped */
	int report_fd;	   /* read end, O_NONBLOCK; at EOF without a record the payload was executed */
	int leader_socket; /* GROUP_PTY: the caller's end; else -1 */
	int master;	   /* GROUP_PTY: master of the pty; else -1 */
};

#define SANDBOX_INIT { .sensor_socket = -1, .report_fd = -1, .leader_socket = -1, .master = -1 }

/*
 * Starts everything. When it returns 0, all processes exist; the sandbox is still being built beside the
 * caller. A later failure ends the payload and leaves a record that sandbox_failure() turns into an error. All
 * of them die when the calling thread does (PR_SET_PDEATHSIG, and a check for the moment before it is set).
 * Signals whose handlers touch memory should be blocked: for a moment a child shares the caller's memory. Where
 * this kernel or machine refuses a user namespace, err->topic is ERROR_TOPIC_USERNS.
 */
int sandbox_launch(const struct plan *plan, enum launch_group group, struct sandbox *sb, struct error *err);

/*
 * After the payload ended: 1 and err filled (err->status says 125, 126 or 127) if isolate's own set-up or the
 * exec failed, 0 if the payload ran. For a failed exec *ret_exec_failed is true and err->code the errno.
 */
int sandbox_failure(struct sandbox *sb, const struct plan *plan, bool *ret_exec_failed, struct error *err);

/*
 * Kills pid 1, which ends everything inside, and the leader, reaps both, and closes what sb holds. Safe to call
 * twice.
 */
void sandbox_end(struct sandbox *sb);

#endif
