/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps between clone and exec, and the record of a failed one. */
#include "config.h"

#include "sandbox/steps.h"

#include <assert.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

static_assert(sizeof(struct report) <= PIPE_BUF, "a record must reach the pipe in one piece");

const char *const step_doing[STEPS] = {
	[STEP_NONE] = "start",
	[STEP_BIND_LIFE] = "tie the sandbox to the life of isolate",
	[STEP_USER_NS] = "make a user namespace",
	[STEP_USER_MAP] = "map your user into the user namespace",
	[STEP_NAMESPACES] = "make the namespaces",
	[STEP_START_INIT] = "start pid 1",
	[STEP_START_PAYLOAD] = "start the payload's process",
	[STEP_HOSTNAME] = "set the host name '%s'",
	[STEP_ROOT] = "make the root of the sandbox",
	[STEP_SCRATCH] = "make the sandbox's private directories",
	[STEP_MOUNT_POINT] = "make the mount point '%s'",
	[STEP_SOURCE] = "open '%s'",
	[STEP_ATTRS] = "set the mount flags of '%s'",
	[STEP_MOUNT] = "mount '%s'",
	[STEP_MAKE_FILE] = "make the file '%s'",
	[STEP_MAKE_LINK] = "make the symbolic link '%s'",
	[STEP_PROC] = "mount a fresh /proc",
	[STEP_DEVPTS] = "mount a new devpts",
	[STEP_TMPFS] = "make the private directory '%s'",
	[STEP_NET_NS] = "make a network namespace",
	[STEP_LOOPBACK] = "set the loopback interface up",
	[STEP_JOIN_NET] = "bring pid 1 into the network namespace",
	[STEP_PIVOT] = "change to the new root",
	[STEP_SEAL_ROOT] = "make the new root read-only",
	[STEP_PAYLOAD_USER_NS] = "make the payload's user namespace",
	[STEP_PAYLOAD_MAP] = "map your user into the payload's user namespace",
	[STEP_SYNC] = "reach the other process of the sandbox",
	[STEP_PTY] = "open a terminal of the sandbox's own",
	[STEP_GROUP] = "make a process group for the payload",
	[STEP_CHDIR] = "change to the directory '%s'",
	[STEP_KEYRING] = "make a new session keyring",
	[STEP_NO_NEW_PRIVS] = "set no_new_privs",
	[STEP_CAPABILITIES] = "drop the capabilities",
	[STEP_LANDLOCK] = "restrict signals and abstract sockets with Landlock",
	[STEP_DESCRIPTORS] = "close the inherited descriptors",
	[STEP_SECCOMP] = "install the seccomp filter",
	[STEP_LISTENER] = "have the session watch it, whose watcher has just ended",
	[STEP_SIGNALS] = "restore the signal mask",
	[STEP_HIDE] = "hide from the sandbox",
	[STEP_ENTER] = "enter the session's %s namespace",
	[STEP_FIND_PAYLOAD] = "find the payload's user namespace",
	[STEP_FIND_ROOT] = "look at the session's root directory",
	[STEP_IDENTITY] = "take on the payload's user and group",
	[STEP_VERIFY] = "verify the sandbox",
	[STEP_EXEC] = "execute '%s'",
	[STEP_STOPPED] = "go on",
};

_Noreturn void
report_failure(int fd, enum step step, int errnum, int entry, const char *object)
{
	struct report report = { .step = (int32_t)step, .errnum = errnum, .entry = entry };

	if (object)
		strncpy(report.object, object, sizeof report.object - 1);
	/* If nobody reads any more, the manager is gone, and so are we. */
	if (write(fd, &report, sizeof report) < 0)
		_exit(STATUS_FAILED);
	_exit(STATUS_FAILED);
}
