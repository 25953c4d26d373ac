/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :why: why something is not there inside, and the cure. */
#include "config.h"

#include "cmd/why.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/table.h"
#include "inspect/permission.h"
#include "inspect/why_text.h"
#include "sandbox/environ.h"
#include "sandbox/plan.h"
#include "sys/procfs.h"

static const struct column chain_columns[] = {
	{ "via", "VIA", 0 },
	{ "path", "PATH", 0 },
};

void
why_view_ascribe_plan(struct why_view *view, const struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_entry *entry = &plan->entries[i];

		if (entry->spec)
			why_view_ascribe(view, entry->path, entry->spec->text, entry->spec->from);
		else if (entry->origin == ORIGIN_DEFAULT)
			why_view_ascribe(view, entry->path, NULL, "the default view");
	}
}

static void
show_mount(const struct why_mount *mount, struct output *output)
{
	struct field fields[6];

	if (!mount) {
		output_field(output, "mount", NULL, value_none());
		return;
	}
	fields[0] = (struct field){ "inside", value_string(mount->path) };
	fields[1] = (struct field){ "outside", value_string(mount->source) };
	fields[2] = (struct field){ "type", value_string(mount->type) };
	fields[3] = (struct field){ "read_only", value_truth(mount->read_only) };
	fields[4] = (struct field){ "spec", value_string(mount->spec) };
	fields[5] = (struct field){ "from", value_string(mount->from) };
	output_field(output, "mount", NULL, value_record(fields, COUNT(fields)));
}

/* For machines; people read it in the sentence. */
static void
show_chain(const struct why *why, struct output *output)
{
	size_t cap = 0;
	_autofree_ struct value *steps = array_grow(NULL, &cap, why->chain_len + 1, sizeof *steps);
	_autofree_ struct field *fields = array_grow(NULL, &(size_t){ 0 }, 2 * why->chain_len + 2, sizeof *fields);

	for (size_t i = 0; i < why->chain_len; i++) {
		fields[2 * i] =
			(struct field){ chain_columns[0].name, value_string(miss_via_names[why->chain[i].via]) };
		fields[2 * i + 1] = (struct field){ chain_columns[1].name, value_string(why->chain[i].path) };
		steps[i] = value_record(fields + 2 * i, 2);
	}
	output_field(output, "chain", NULL, value_list(steps, why->chain_len));
}

/* Nothing can be mounted on what is not in any directory any more. */
static bool
is_in_the_way(const struct why *why)
{
	return why->kind == WHY_STALE && why->mount && why->mount->gone && why->units.len > 0 &&
	       strcmp(why->units.items[0], why->mount->path) == 0;
}

/* The cure: as a spec, as an option for the next start, and as a command for a sandbox that runs. */
static void
show_cure(const struct why *why, const char *options, struct output *output)
{
	_autofree_ char *specs = NULL;
	_autofree_ char *quoted = NULL;
	_autofree_ char *option = NULL;
	_autofree_ char *command = NULL;
	_autofree_ char *next = NULL;
	_autofree_ char *now = NULL;
	_autofree_ char *first = NULL;
	struct field fields[5];

	if (!why->cure) {
		output_field(output, "cure", NULL, value_none());
		return;
	}
	specs = text_format("%s%s%s", options, *options ? " " : "", why->cure);
	quoted = text_shell_quote(specs);
	option = text_format("isolate -m %s", quoted);
	command = text_format(":mount %s", why->cure);
	fields[0] = (struct field){ "spec", value_string(why->cure) };
	fields[1] = (struct field){ "unit", value_string(why->units.len > 0 ? why->units.items[0] : NULL) };
	fields[2] = (struct field){ "option", value_string(option) };
	if (is_in_the_way(why)) {
		_autofree_ char *place = text_shell_quote(why->mount->path);

		first = text_format(":umount %s", place);
	}
	fields[3] = (struct field){ "first", value_string(first) };
	fields[4] = (struct field){ "command", value_string(command) };
	output_field(output, "cure", NULL, value_record(fields, COUNT(fields)));
	output_line(output, "");
	output_line(output, "What cures it:");
	next = text_format("  at the next start   %s …", option);
	output_line(output, next);
	now = text_format("  in one that runs    %s%s%s", first ? first : "", first ? ", then " : "", command);
	output_line(output, now);
}

void
why_show(const struct why *why, pid_t pid, const char *options, struct output *output)
{
	_autofree_ char *sentence = why_sentence(why);

	output_begin(output, "why");
	output_field(output, "pid", NULL, pid > 0 ? value_number((uint64_t)pid) : value_none());
	output_field(output, "path", NULL, value_string(why->path));
	output_field(output, "reason", NULL, value_string(why_names[why->kind]));
	output_prose(output, "sentence", sentence);
	output_field(output, "place", NULL, value_string(why->place));
	output_field(output, "link", NULL, value_string(why->link));
	output_field(output, "target", NULL, value_string(why->target));
	output_field(output, "error", NULL, value_string(why->code > 0 ? strerrorname_np(why->code) : NULL));
	output_field(output, "creating", NULL, value_truth(why->creating));
	show_mount(why->mount, output);
	show_chain(why, output);
	show_cure(why, options, output);
	output_end(output);
}

/* One variable of a process's environment, or NULL. The caller frees. */
static char *
variable_of(const char *environment, size_t len, const char *name)
{
	size_t name_len = strlen(name);

	for (const char *at = environment; at < environment + len; at += strlen(at) + 1)
		if (strncmp(at, name, name_len) == 0 && at[name_len] == '=')
			return text_dup(at + name_len + 1);
	return NULL;
}

void
why_asked_close(struct why_asked *asked)
{
	if (asked->inside >= 0)
		close(asked->inside);
	if (asked->outside >= 0)
		close(asked->outside);
	if (asked->userns >= 0)
		close(asked->userns);
	why_view_release(&asked->view);
	free(asked->environment);
	free(asked->cwd);
	free(asked->path);
	free(asked->library_path);
}

int
why_asked_open(const struct call *call, struct why_asked *ret, struct error *err)
{
	const struct target *target = call->target;
	int r;

	*ret = (struct why_asked){ .inside = -1, .outside = -1, .userns = -1 };
	ret->inside = openat(target->process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret->inside < 0)
		return target_refused(target, errno, "look at the files of", err);
	ret->outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret->outside < 0)
		return error_set(err, errno, "cannot open '/'");
	ret->userns = openat(target->process, "ns/user", O_RDONLY | O_CLOEXEC);
	if (ret->userns < 0)
		return target_refused(target, errno, "read the namespaces of", err);
	r = why_view_read(target->caller, target->process, &ret->view);
	if (r < 0)
		return target_refused(target, -r, "read the mounts of", err);
	if (call->context && call->context->plan)
		why_view_ascribe_plan(&ret->view, call->context->plan);
	/* What a process does not show is not needed for most answers. */
	procfs_read(target->process, "environ", &ret->environment, &ret->environment_len);
	procfs_readlink(target->process, "cwd", &ret->cwd);
	if (ret->environment) {
		ret->path = variable_of(ret->environment, ret->environment_len, "PATH");
		ret->library_path = variable_of(ret->environment, ret->environment_len, "LD_LIBRARY_PATH");
	}
	ret->query = (struct why_query){
		.inside = ret->inside,
		.outside = ret->outside,
		.view = &ret->view,
		.home = call->context && call->context->home ? call->context->home : getenv("HOME"),
		/* "(unreachable)/…" is no directory inside. */
		.cwd = ret->cwd && ret->cwd[0] == '/' ? ret->cwd : "/",
		.path_env = ret->path,
		.library_path = ret->library_path,
		.privileged = permission_is_privileged(),
	};
	return 0;
}

int
command_why(const struct call *call, struct output *output, struct error *err)
{
	struct why_asked asked;
	int r = why_asked_open(call, &asked, err);

	if (r == 0) {
		const struct plan *plan = call->context ? call->context->plan : NULL;
		_autowhy_ struct why why = { 0 };

		why_ask_as(asked.userns, &asked.query, call->values[0], &why);
		/* Any --mnt replaces the "." that the session was started with. */
		why_show(&why, call->target->pid, plan && plan->req->specs_are_default ? "." : "", output);
	}
	why_asked_close(&asked);
	return r;
}
