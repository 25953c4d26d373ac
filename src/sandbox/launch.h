/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a plan to running processes. The caller becomes the parent of both init (pid 1 inside) and the payload (pid 2,
 * whose getppid() inside is 0), has their wait statuses, stops included, and stays outside all namespaces.
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
	GROUP_PTY,    /* a pty of the sandbox's own devpts; the caller has made itself a session leader (setsid(2)) */
};

struct sandbox {
	pid_t init;	 /* children of the caller; 0 once reaped by it */
	pid_t payload;
	int report_fd;	 /* read end; at EOF without a record the payload was executed */
	int pty_socket;	 /* GROUP_PTY: until sandbox_attach_pty(); else -1 */
	sigset_t payload_mask; /* set by the caller before the launch: the signal mask that the payload gets */
};

#define SANDBOX_INIT { .report_fd = -1, .pty_socket = -1 }

/*
 * Starts everything. When it returns, both processes exist; the sandbox is still being built beside the caller. A later
 * failure ends the payload and leaves a record that sandbox_failure() turns into an error.
 * Both die when the calling thread does (PR_SET_PDEATHSIG, and a pipe for the moment before it is set).
 */
int sandbox_launch(const struct plan *plan, enum launch_group group, struct sandbox *ret, struct error *err);

/*
 * GROUP_PTY: waits for the pty, makes it the controlling terminal of the caller's session with the payload in the
 * foreground, sets modes and size if given (NULL: leave them), and lets the payload go on. *ret_master is the master, CLOEXEC.
 * Fails with the builder's own error if the sandbox could not be built.
 */
int sandbox_attach_pty(struct sandbox *sb, const struct termios *modes, const struct winsize *size, int *ret_master,
		       struct error *err);

/*
 * After the payload ended: 1 and err filled (err->status says 125, 126 or 127) if isolate's own set-up or the exec failed,
 * 0 if the payload ran. For a failed exec err->code is the errno and *ret_exec_failed is true.
 */
int sandbox_failure(struct sandbox *sb, const struct plan *plan, bool *ret_exec_failed, struct error *err);

/* Kills pid 1, which ends everything inside, and reaps it. Safe to call twice. Closes what sb holds. */
void sandbox_end(struct sandbox *sb);

#endif
