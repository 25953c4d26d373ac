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
#include "cmd/member.h"
#include "cmd/signal_names.h"
#include "cmd/table.h"
#include "cmd/target.h"
#include "sys/pidfd.h"

static int
check_member(const struct target *target, const struct target *other, struct error *err)
{
	bool member = false;
	int r = member_by_pid(target, other, &member);

	if (r == -ENOTUNIQ) {
		r = error_set(err, 0, "process %d has no pid namespace of its own, so it is not known which processes "
			      "are its sandbox's", (int)target->pid);
		target_hint_inside(target, err);
		return r;
	}
	if (r < 0)
		return target_refused(target, -r, "find the sandbox of", err);
	return member ? 0 : member_refused(target, other->pid, err);
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
