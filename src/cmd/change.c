/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands that change mounts (:mount, :umount, :remount) have in common. */
#include "config.h"

#include "cmd/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/decide.h"
#include "cmd/target.h"
#include "cmd/user_paths.h"
#include "sandbox/plan.h"
#include "sys/procfs.h"

int
change_begin(const struct call *call, struct change *ret, struct error *err)
{
	const struct context *context = call->context;
	uint64_t mounts;
	int r;

	*ret = (struct change){ .call = call, .target = { .process = -1, .mounts = -1, .owner = -1, .root = -1 } };
	r = live_target_open(call->target->pid, &ret->target, err);
	if (r < 0) {
		target_hint_inside(call->target, err);
		return r;
	}
	/* It was opened by its number: as long as the process that we hold lives, the number is no other's. */
	r = procfs_ns_number(call->target->process, NS_MNT, &mounts);
	if (r < 0)
		return target_refused(call->target, -r, "change the mounts of", err);
	ret->cwd = context->cwd ? text_dup(context->cwd) : user_directory();
	ret->home = context->home ? text_dup(context->home) : user_home();
	/* Who gives the command may be in a directory that is gone. */
	ret->context = (struct live_context){ .cwd = ret->cwd && *ret->cwd != '\0' ? ret->cwd : NULL,
					      .home = ret->home,
					      .tmpfs_size = context->plan ? context->plan->req->tmpfs_size : 0,
					      .keep = context->keep,
					      .keep_len = context->keep_len };
	ret->journal = &call->context->journal;
	ret->before = ret->journal->len;
	return 0;
}

void
change_release(struct change *change)
{
	live_target_close(&change->target);
	live_report_release(&change->report);
	free(change->cwd);
	free(change->home);
}

static void
write_line(const struct live_item *item, const char *done, const char *link, struct output *output)
{
	_autofree_ char *flags = text_format("%s%s%s%s", item->attrs & PLAN_RO ? "ro" : "rw",
					     item->attrs & PLAN_NOEXEC ? ",noexec" : "",
					     item->attrs & PLAN_DEV ? ",dev" : "",
					     item->attrs & PLAN_SUID ? ",suid" : "");
	_autofree_ char *text = NULL;

	switch (item->kind) {
	case LIVE_KEPT:
		text = text_format("kept %s on top, with the flags that it has", item->path);
		break;
	case LIVE_REBUILT:
		text = text_format("rebuilt %s (%s), for a mount point in it", item->path, flags);
		break;
	default:
		if (item->source)
			text = text_format("%s %s (%s) %s %s", done, item->path, flags, link, item->source);
		else
			text = text_format("%s %s (%s)%s", done, item->path, flags,
					   item->kind == LIVE_BIND ? "" : ", the sandbox's own");
	}
	output_line(output, text);
}

/* As :mounts tells them. A mount that was kept has its own, which nobody has looked at. */
static void
write_flags(const struct live_item *item, struct output *output)
{
	unsigned attrs = item->attrs;
	struct value items[4];
	size_t n = 0;

	if (item->kind == LIVE_KEPT) {
		output_cell(output, value_string(NULL));
		return;
	}
	if (attrs & PLAN_RO)
		items[n++] = value_string("ro");
	if (!(attrs & PLAN_SUID))
		items[n++] = value_string("nosuid");
	if (!(attrs & PLAN_DEV))
		items[n++] = value_string("nodev");
	if (attrs & PLAN_NOEXEC)
		items[n++] = value_string("noexec");
	output_cell(output, value_list(items, n));
}

/* The same for machines. A table for people would say it twice, so there all columns are for machines. */
static void
write_items(const struct live_change *done, struct output *output)
{
	static const struct column columns[] = {
		{ "inside", "", COLUMN_MACHINE },	{ "outside", "", COLUMN_MACHINE },
		{ "kind", "", COLUMN_MACHINE },		{ "flags", "", COLUMN_MACHINE },
		{ "spec", "", COLUMN_MACHINE },		{ "is_directory", "", COLUMN_MACHINE },
		{ "id", "", COLUMN_MACHINE },
	};

	output_table(output, "mounts", NULL, columns, COUNT(columns));
	for (size_t i = 0; i < done->len; i++) {
		const struct live_item *item = &done->items[i];

		output_cell(output, value_string(item->path));
		output_cell(output, value_string(item->source));
		output_cell(output, value_string(live_kind_names[item->kind]));
		write_flags(item, output);
		output_cell(output, value_string(item->spec));
		output_cell(output, value_truth(item->is_dir));
		output_cell(output, value_number(item->number));
	}
	output_table_end(output);
}

static void
write_made(const struct live_change *done, struct output *output)
{
	size_t cap = 0;
	_autofree_ struct value *paths = array_grow(NULL, &cap, done->made_len + 1, sizeof *paths);

	for (size_t i = 0; i < done->made_len; i++)
		paths[i] = value_string(done->made[i].path);
	output_field(output, "made", NULL, value_list(paths, done->made_len));
}

static void
write_holder(const struct live_holder *holder, struct output *output)
{
	_autofree_ char *how = NULL;

	if (holder->how == LIVE_HOLD_FD)
		how = text_format("descriptor %d%s", holder->fd, holder->writes ? ", for writing" : "");
	else if (holder->how == LIVE_HOLD_CWD)
		how = text_dup("directory");
	output_cell(output, value_number((uint64_t)holder->inner_pid));
	output_cell(output, value_number((uint64_t)holder->pid));
	output_cell(output, value_string(holder->name));
	output_cell(output, value_reads(value_string(live_hold_names[holder->how]), how));
	output_cell(output, holder->fd >= 0 ? value_number((uint64_t)holder->fd) : value_none());
	output_cell(output, value_truth(holder->writes));
	output_cell(output, value_string(holder->path));
}

static void
write_holders(const struct live_report *report, struct output *output)
{
	static const struct column columns[] = {
		{ "inside", "INSIDE", COLUMN_RIGHT },  { "outside", "OUTSIDE", COLUMN_RIGHT },
		{ "name", "NAME", 0 },		       { "how", "HOW", 0 },
		{ "descriptor", "", COLUMN_MACHINE },  { "writes", "", COLUMN_MACHINE },
		{ "path", "PATH", 0 },
	};

	output_table(output, "holders", "in use by", columns, COUNT(columns));
	for (size_t i = 0; i < report->holders_len; i++)
		write_holder(&report->holders[i], output);
	output_table_end(output);
}

/* The calls that waited for it. */
static void
write_released(const struct change *change, struct output *output)
{
	_autofree_ char *text = NULL, *spec = NULL;

	/* What he has given himself he knows. */
	if (change->spec && strcmp(change->spec, change->call->values[1]) != 0) {
		spec = text_format("as ':mount %s' does", change->spec);
		output_line(output, spec);
	}
	if (change->spec)
		output_field(output, "spec", NULL, value_string(change->spec));
	output_field(output, "calls", NULL, value_number(change->released));
	if (change->released == 0)
		return;
	text = text_format("%zu %s that waited %s on", change->released, change->released == 1 ? "call" : "calls",
			   change->released == 1 ? "goes" : "go");
	output_line(output, text);
}

/* What both answers have in common: what was done, or who keeps it from being done. */
static void
write_answer(const struct change *change, const struct live_change *done, const char *verb, const char *link, int r,
	     struct output *output, struct error *err)
{
	const struct live_report *report = &change->report;

	output_begin(output, change->call->command->name);
	output_field(output, "pid", NULL, value_number((uint64_t)change->call->target->pid));
	if (r < 0) {
		/* The table has them all; what is left to hint at is what can be done. */
		free(take_ptr(err->hint));
		if (strcmp(change->call->command->name, "umount") == 0)
			error_hint(err, "with -l it is taken away from sight, and who uses it keeps it");
		write_holders(report, output);
	} else {
		for (size_t i = 0; i < done->len; i++)
			write_line(&done->items[i], verb, link, output);
		write_items(done, output);
		write_made(done, output);
		write_released(change, output);
	}
	for (size_t i = 0; i < report->notes_len; i++)
		output_note(output, "%s", report->notes[i]);
}

int
change_answer(struct change *change, const char *done, const char *link, int r, struct output *output,
	      struct error *err)
{
	static const struct live_change nothing;
	const struct live_journal *journal = change->journal;
	const struct live_change *last =
		journal->len > change->before ? &journal->changes[journal->len - 1] : &nothing;

	if (r < 0 && change->report.holders_len == 0)
		return r;
	if (r == 0)
		change->released += decide_by_change(change->call, last, false);
	write_answer(change, last, done, link, r, output, err);
	output_end(output);
	return r;
}

int
change_answer_undone(struct change *change, const struct live_change *undone, int r, struct output *output,
		     struct error *err)
{
	static const char *const names[] = {
		[LIVE_MOUNT] = "mount", [LIVE_UMOUNT] = "umount", [LIVE_REMOUNT] = "remount"
	};
	static const char *const verbs[] = {
		[LIVE_MOUNT] = "unmounted", [LIVE_UMOUNT] = "mounted again", [LIVE_REMOUNT] = "changed back"
	};

	if (r < 0 && change->report.holders_len == 0)
		return r;
	if (r == 0)
		change->released += decide_by_change(change->call, undone, true);
	write_answer(change, undone, verbs[undone->verb], undone->verb == LIVE_UMOUNT ? "from" : "of", r, output, err);
	if (r == 0) {
		output_field(output, "undone", NULL, value_string(names[undone->verb]));
		output_field(output, "left", NULL, value_number(change->journal->len));
	}
	output_end(output);
	return r;
}
