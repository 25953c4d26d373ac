/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding and holding the process that a command is about, and saying why it cannot be looked at. */
#include "config.h"

#include "cmd/target.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/names.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

/* How many descendants are looked at for a hint. */
enum { DESCENDANTS_MAX = 64 };

static int
hold_process(pid_t pid, struct target *target, struct error *err)
{
	int r = procfs_open_process(target->proc, pid);

	target->pid = pid;
	if (r >= 0) {
		target->process = r;
		return 0;
	}
	if (r == -ENOENT || r == -ESRCH) {
		error_set(err, 0, "there is no process %d", (int)pid);
		return -ESRCH;
	}
	return error_set(err, -r, "cannot look at process %d", (int)pid);
}

int
target_open(pid_t pid, struct target *ret, struct error *err)
{
	struct target target = TARGET_INIT;
	int r;

	*ret = target;
	ret->proc = r = procfs_open();
	if (r >= 0)
		ret->caller = r = procfs_open_named(ret->proc, "self");
	if (r < 0)
		return error_set(err, -r, "cannot open '/proc'");
	return hold_process(pid, ret, err);
}

int
target_open_pid(const struct target *base, pid_t pid, struct target *ret, struct error *err)
{
	struct target target = TARGET_INIT;

	*ret = target;
	ret->proc = dup(base->proc);
	ret->caller = dup(base->caller);
	if (ret->proc < 0 || ret->caller < 0)
		return error_set(err, errno, "cannot look at process %d", (int)pid);
	return hold_process(pid, ret, err);
}

static void
close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
target_close(struct target *target)
{
	close_one(&target->process);
	close_one(&target->caller);
	close_one(&target->proc);
}

/* Whose the process is, and what that means. */
static void
hint_owner(const struct target *target, struct error *err)
{
	struct procfs_status status;
	struct names names;

	if (procfs_status(target->process, &status) < 0)
		return;
	names_init(&names);
	if (status.uids[0] != getuid() || status.uids[1] != status.uids[0]) {
		_autofree_ char *user = names_user_text(&names, status.uids[0]);

		error_hint(err, "it belongs to %s", user);
	} else {
		error_hint(err, "it is yours, but has or had more privileges, or hides itself (PR_SET_DUMPABLE); "
			   "another process of the same sandbox may do");
	}
	error_hint(err, "the kernel shows this only to whom it would let trace the process (ptrace(2))");
	names_release(&names);
	procfs_status_release(&status);
}

int
target_refused(const struct target *target, int errnum, const char *doing, struct error *err)
{
	/* ENOENT: its directory is there, and empty already. */
	if (errnum == ESRCH || errnum == ENOENT) {
		error_set(err, 0, "process %d has ended", (int)target->pid);
		return -ESRCH;
	}
	error_set(err, errnum, "cannot %s process %d", doing, (int)target->pid);
	if (errnum == EACCES || errnum == EPERM)
		hint_owner(target, err);
	return -errnum;
}

/* True if the process is in a user, mount or pid namespace that is not ours. */
static bool
is_inside(const struct target *target, int process)
{
	static const enum ns_kind kinds[] = { NS_USER, NS_MNT, NS_PID };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		uint64_t number;

		if (procfs_ns_number(process, kinds[i], &number) == 0 &&
		    !procfs_ns_is_same(target->caller, process, kinds[i]))
			return true;
	}
	return false;
}

void
target_hint_inside(const struct target *target, struct error *err)
{
	pid_t list[DESCENDANTS_MAX];
	size_t len = procfs_children(target->proc, target->pid, list, DESCENDANTS_MAX);

	for (size_t i = 0; i < len; i++) {
		_autoclose_ int process = procfs_open_process(target->proc, list[i]);

		if (process >= 0 && is_inside(target, process)) {
			error_hint(err, "process %d, started by it, is in a sandbox", (int)list[i]);
			return;
		}
		len += procfs_children(target->proc, list[i], list + len, DESCENDANTS_MAX - len);
	}
}
