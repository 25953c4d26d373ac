/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * :kill: a signal to a process of the sandbox.
 *
 * A number can become another process's at any time, so the order is: hold the process (a pidfd), find out by its
 * number whether it is in the sandbox, look whether what is held is still there. If it is, the number was its own all
 * the while, and the signal goes to what is held.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/signal_names.h"
#include "cmd/table.h"
#include "cmd/target.h"
#include "sys/nsfs.h"
#include "sys/pidfd.h"
#include "sys/procfs.h"

/* Whether a process is in the pid namespace or in one within it, by going up from its own. */
static bool
is_below(int process, uint64_t sandbox)
{
	_autoclose_ int ns = nsfs_open(process, NS_PID);
	uint64_t number;

	while (ns >= 0 && nsfs_number(ns, &number) == 0) {
		int parent;

		if (number == sandbox)
			return true;
		parent = nsfs_parent(ns);
		close(take_fd(&ns));
		ns = parent;
	}
	return false;
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

static int
check_member(const struct target *target, const struct target *other, struct error *err)
{
	_autoclose_ int sandbox = nsfs_open(target->process, NS_PID);
	uint64_t number = 0, callers = 0;
	int r = sandbox < 0 ? sandbox : nsfs_number(sandbox, &number);

	if (r == 0)
		r = procfs_ns_number(target->caller, NS_PID, &callers);
	if (r < 0)
		return target_refused(target, -r, "find the sandbox of", err);
	if (number == callers) {
		r = error_set(err, 0, "process %d has no pid namespace of its own, so it is not known which processes "
			      "are its sandbox's", (int)target->pid);
		target_hint_inside(target, err);
		return r;
	}
	if (is_member(target, sandbox, number, other))
		return 0;
	r = error_set(err, 0, "process %d is not in the sandbox of process %d", (int)other->pid, (int)target->pid);
	error_hint(err, "':ps' shows those that are");
	return r;
}

static void
write_sent(const struct target *target, pid_t pid, int signal, struct output *output)
{
	_autofree_ char *text = NULL;
	const char *name = signal_name(signal);

	if (name)
		text = text_format("sent %s to process %d", name, (int)pid);
	else
		text = text_format("sent signal %d to process %d", signal, (int)pid);
	output_begin(output, "kill");
	output_line(output, text);
	output_field(output, "pid", NULL, value_number((uint64_t)target->pid));
	output_field(output, "outside", NULL, value_number((uint64_t)pid));
	output_field(output, "signal", NULL, value_number((uint64_t)signal));
	output_field(output, "signal_name", NULL, value_string(name));
	output_end(output);
}

int
command_kill(const struct call *call, struct output *output, struct error *err)
{
	int signal = call->values[0] ? signal_of(call->values[0]) : SIGTERM;
	struct target other = TARGET_INIT;
	_autoclose_ int held = -1;
	uint64_t pid;
	int r;

	/* Its form has been checked already. */
	number_parse(call->values[1], INT32_MAX, &pid);
	held = pidfd_of((pid_t)pid);
	r = target_open_pid(call->target, (pid_t)pid, &other, err);
	if (r == 0)
		r = check_member(call->target, &other, err);
	if (r == 0 && held < 0)
		r = target_refused(&other, -held, "hold", err);
	if (r == 0) {
		r = pidfd_signal(held, 0);
		if (r == 0)
			r = pidfd_signal(held, signal);
		if (r < 0)
			r = target_refused(&other, -r, "send a signal to", err);
	}
	if (r == 0)
		write_sent(call->target, (pid_t)pid, signal, output);
	target_close(&other);
	return r;
}
