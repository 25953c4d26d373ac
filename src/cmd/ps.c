/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :ps: the processes of the sandbox as a tree, with both their numbers. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/names.h"
#include "cmd/show.h"
#include "cmd/table.h"
#include "inspect/processes.h"

static const struct column columns[] = {
	{ "inside", "INSIDE", COLUMN_RIGHT },
	{ "outside", "OUTSIDE", COLUMN_RIGHT },
	{ "parent", "", COLUMN_MACHINE },
	{ "depth", "", COLUMN_MACHINE },
	{ "state", "STATE", 0 },
	{ "user", "USER", 0 },
	{ "cpu", "CPU", COLUMN_RIGHT },
	{ "memory", "MEMORY", COLUMN_RIGHT },
	{ "arguments", "COMMAND", 0 },
};

/* What the letters of proc_pid_stat(5) mean. */
static const char *
state_text(char state)
{
	static const struct {
		char letter;
		const char *text;
	} states[] = {
		{ 'R', "running" }, { 'S', "sleeping" }, { 'D', "waiting" }, { 'T', "stopped" },
		{ 't', "traced" },  { 'Z', "ended" },	 { 'X', "ended" },   { 'I', "idle" },
	};

	for (size_t i = 0; i < COUNT(states); i++)
		if (states[i].letter == state)
			return states[i].text;
	return NULL;
}

static void
write_user(uint32_t uid, struct names *names, struct output *output)
{
	struct shown_id id;

	show_id(&id, uid, names_user(names, uid));
	output_cell(output, value_reads(id.value, id.name ? id.name : id.text));
	shown_id_release(&id);
}

static void
write_memory(uint64_t kib, struct output *output)
{
	char text[32];

	if (kib < 10 * 1024)
		snprintf(text, sizeof text, "%llu KiB", (unsigned long long)kib);
	else
		snprintf(text, sizeof text, "%llu MiB", (unsigned long long)(kib / 1024));
	output_cell(output, value_reads(value_number(kib * 1024), text));
}

/* Minutes, as ps(1) has them: a program that computes for days is told by a large number of them. */
static void
write_cpu(uint64_t milliseconds, struct output *output)
{
	char text[48];

	if (milliseconds == PROCESS_CPU_UNKNOWN) {
		output_cell(output, value_none());
		return;
	}
	snprintf(text, sizeof text, "%llu:%02u.%02u", (unsigned long long)(milliseconds / 60000),
		 (unsigned)(milliseconds / 1000 % 60), (unsigned)(milliseconds / 10 % 100));
	output_cell(output, value_reads(value_number(milliseconds), text));
}

/* Deep trees, which a payload can make, shall not push the command out of sight. */
enum { INDENT = 2, INDENT_MAX = 40 };

static void
write_command(const struct process_view *view, struct output *output)
{
	size_t cap = 0, size;
	_autofree_ struct value *items = array_grow(NULL, &cap, view->argc, sizeof *items);
	int indent = view->depth < INDENT_MAX / INDENT ? (int)view->depth * INDENT : INDENT_MAX;
	_autofree_ char *text = NULL;
	FILE *f = open_memstream(&text, &size);

	for (size_t i = 0; i < view->argc; i++)
		items[i] = value_string(view->argv[i]);
	if (f) {
		fprintf(f, "%*s", indent, "");
		for (size_t i = 0; i < view->argc; i++)
			fprintf(f, "%s%s", i > 0 ? " " : "", view->argv[i]);
		fclose(f);
	}
	output_cell(output, value_reads(value_list(items, view->argc), text));
}

static void
write_row(const struct process_view *view, struct names *names, struct output *output)
{
	output_cell(output, value_number((uint64_t)view->inside));
	output_cell(output, value_number((uint64_t)view->outside));
	output_cell(output, value_number((uint64_t)view->parent));
	output_cell(output, value_number(view->depth));
	output_cell(output, value_string(state_text(view->state)));
	write_user(view->uid, names, output);
	write_cpu(view->cpu, output);
	write_memory(view->resident, output);
	write_command(view, output);
}

static void
write_processes(const struct target *target, const struct process_list *list, struct output *output)
{
	static const char *const scopes[] = {
		[SCOPE_PID] = "pid", [SCOPE_MNT] = "mnt", [SCOPE_USER] = "user", [SCOPE_NONE] = "none",
	};
	struct names names;

	names_init(&names);
	output_begin(output, "ps");
	output_field(output, "pid", NULL, value_number((uint64_t)target->pid));
	output_field(output, "scope", NULL, value_string(scopes[list->scope]));
	output_table(output, "processes", NULL, columns, COUNT(columns));
	for (size_t i = 0; i < list->len; i++)
		write_row(&list->items[i], &names, output);
	output_table_end(output);
	if (list->scope != SCOPE_PID)
		output_note(output, "there is no pid namespace of its own: these are the processes in the same %s one",
			    list->scope == SCOPE_MNT ? "mount" : "user");
	output_end(output);
	names_release(&names);
}

int
command_ps(const struct call *call, struct output *output, struct error *err)
{
	const struct target *target = call->target;
	struct process_list list;
	int r = processes_read(target->proc, target->caller, target->process, &list);

	if (r < 0)
		return target_refused(target, -r, "find the sandbox of", err);
	if (list.scope == SCOPE_NONE) {
		r = error_set(err, 0, "process %d is in no sandbox: its namespaces are yours", (int)target->pid);
		target_hint_inside(target, err);
	} else {
		write_processes(target, &list, output);
	}
	processes_release(&list);
	return r;
}
