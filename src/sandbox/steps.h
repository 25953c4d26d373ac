/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps between clone and exec, one table, and the fixed-size record in which a failed one reaches the
 * caller. After a clone nothing is allocated and nothing is printed: the record is written to a pipe in one
 * piece (it is shorter than PIPE_BUF).
 */
#ifndef SANDBOX_STEPS_H
#define SANDBOX_STEPS_H

#include <stdint.h>

enum step {
	STEP_NONE,
	STEP_BIND_LIFE,
	STEP_USER_NS,
	STEP_USER_MAP,
	STEP_NAMESPACES,
	STEP_START_INIT,
	STEP_START_PAYLOAD,
	STEP_HOSTNAME,
	STEP_ROOT,
	STEP_SCRATCH,
	STEP_MOUNT_POINT,
	STEP_SOURCE,
	STEP_ATTRS,
	STEP_MOUNT,
	STEP_MAKE_FILE,
	STEP_MAKE_LINK,
	STEP_PROC,
	STEP_DEVPTS,
	STEP_TMPFS,
	STEP_NET_NS,
	STEP_LOOPBACK,
	STEP_JOIN_NET,
	STEP_PIVOT,
	STEP_SEAL_ROOT,
	STEP_PAYLOAD_USER_NS,
	STEP_PAYLOAD_MAP,
	STEP_SYNC,
	STEP_PTY,
	STEP_GROUP,
	STEP_CHDIR,
	STEP_KEYRING,
	STEP_NO_NEW_PRIVS,
	STEP_CAPABILITIES,
	STEP_LANDLOCK,
	STEP_DESCRIPTORS,
	STEP_SECCOMP,
	STEP_LISTENER,
	STEP_SIGNALS,
	STEP_HIDE,
	STEP_ENTER,
	STEP_FIND_PAYLOAD,
	STEP_FIND_ROOT,
	STEP_IDENTITY,
	STEP_VERIFY,
	STEP_EXEC,
	STEP_STOPPED, /* by the user, in --step */
	STEPS
};

/* What is being done, to follow "cannot ": "mount". A %s stands for the object, where the step has one. */
extern const char *const step_doing[STEPS];

struct report {
	int32_t step;	/* enum step */
	int32_t errnum; /* 0 for a failed verification */
	int32_t entry;	/* index into the plan, or -1 */
	int32_t spare;
	char object[240]; /* a path, a program, or what verification found; cut to fit, always terminated */
};

/*
 * Writes the record to fd and ends the process with status 125. The reader takes the first record only, so a later step
 * that failed because of the first one does not hide it.
 */
_Noreturn void report_failure(int fd, enum step step, int errnum, int entry, const char *object);

#endif
