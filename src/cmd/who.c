/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :who: who a process is, inside and outside, and the user namespaces between. */
#include "config.h"

#include "inspect/who.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "cmd/member.h"
#include "cmd/table.h"
#include "cmd/who_chain.h"
#include "cmd/who_identity.h"
#include "cmd/who_sentence.h"

static void
write_sentence(const struct who *who, struct names *names, struct output *output)
{
	_autofree_ char *inside = accounts_user(&who->accounts, who->user.inside);
	_autofree_ char *outside = names_user(names, who->user.outside);
	_autofree_ char *files = names_user(names, who->file_user.outside);
	_autofree_ char *sentence = who_sentence(who, &(struct who_names){ inside, outside, files });

	output_prose(output, "summary", sentence);
}

static void
write_who(const struct target *target, const struct who *who, struct output *output)
{
	struct names names;

	names_init(&names);
	output_begin(output, "who");
	output_field(output, "pid", NULL, value_number((uint64_t)target->pid));
	who_write_identity(who, &names, output);
	who_write_limits(who, &names, output);
	who_write_chain(&who->chain, &names, output);
	write_sentence(who, &names, output);
	if (who->same_userns)
		output_note(output, "process %d is in your own user namespace: no map lies between", (int)target->pid);
	output_end(output);
	names_release(&names);
}

/* True if the process is in the sandbox that the command is about, as far as can be seen. */
static bool
is_companion(const struct target *target, const struct target *other)
{
	static const enum ns_kind kinds[] = { NS_PID, NS_MNT, NS_USER };
	bool member = false;

	if (target->pid == other->pid || (member_by_pid(target, other, &member) == 0 && member))
		return true;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (procfs_ns_is_same(target->process, other->process, kinds[i]) &&
		    !procfs_ns_is_same(target->caller, other->process, kinds[i]))
			return true;
	return false;
}

static int
show_who(const struct target *target, struct output *output, struct error *err)
{
	struct who who;
	int r = who_read(target->proc, target->caller, target->process, &who);

	if (r < 0)
		return target_refused(target, -r, "read who is", err);
	write_who(target, &who, output);
	who_release(&who);
	return 0;
}

int
command_who(const struct call *call, struct output *output, struct error *err)
{
	struct target other = TARGET_INIT;
	uint64_t pid;
	int r;

	if (!call->values[0])
		return show_who(call->target, output, err);
	/* Its form has been checked already. */
	number_parse(call->values[0], INT32_MAX, &pid);
	r = target_open_pid(call->target, (pid_t)pid, &other, err);
	if (r == 0 && !is_companion(call->target, &other))
		r = member_refused(call->target, (pid_t)pid, err);
	if (r == 0)
		r = show_who(&other, output, err);
	target_close(&other);
	return r;
}
