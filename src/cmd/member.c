/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which processes belong to the sandbox that a command is about. */
#include "config.h"

#include "cmd/member.h"

#include <errno.h>

#include "base/cleanup.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

/* Whether a process is in the pid namespace or in one within it, by going up from its own. */
static bool
is_below(int process, uint64_t sandbox)
{
	_autoclose_ int ns = nsfs_open(process, NS_PID);

	return nsfs_is_within(ns, sandbox);
}

/*
 * The kernel is asked whom the sandbox calls by the number that the process says to have there; that can be done for a
 * process that may not be looked at, such as the sandbox's process 1. Before Linux 6.11 it cannot be asked.
 */
static bool
is_member(const struct target *target, int sandbox, uint64_t number, const struct target *other)
{
	struct procfs_status mine, status;
	bool known = false, member = false;

	if (procfs_status(target->process, &mine) < 0)
		return false;
	if (procfs_status(other->process, &status) == 0) {
		if (mine.levels > 0 && status.levels >= mine.levels) {
			int pid = nsfs_outer_pid(sandbox, status.pids[mine.levels - 1]);

			known = pid > 0 || pid == -ESRCH;
			member = pid == other->pid;
		}
		procfs_status_release(&status);
	}
	procfs_status_release(&mine);
	return known ? member : is_below(other->process, number);
}

int
member_by_pid(const struct target *target, const struct target *other, bool *ret)
{
	_autoclose_ int sandbox = nsfs_open(target->process, NS_PID);
	uint64_t number = 0, callers = 0;
	int r = sandbox < 0 ? sandbox : nsfs_number(sandbox, &number);

	if (r == 0)
		r = procfs_ns_number(target->caller, NS_PID, &callers);
	if (r < 0)
		return r;
	if (number == callers)
		return -ENOTUNIQ;
	*ret = is_member(target, sandbox, number, other);
	return 0;
}

int
member_refused(const struct target *target, pid_t other, struct error *err)
{
	error_set(err, 0, "process %d is not in the sandbox of process %d", (int)other, (int)target->pid);
	error_hint(err, "':ps' shows those that are");
	return -1;
}
