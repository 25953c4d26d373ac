/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :ns: the namespaces of the process beside those of the caller. */
#include "config.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/names.h"
#include "cmd/ns_words.h"
#include "cmd/show.h"
#include "cmd/table.h"
#include "inspect/namespaces.h"

static const struct column columns[] = {
	{ "kind", "KIND", COLUMN_KEY },
	{ "outside", "OUTSIDE", COLUMN_RIGHT },
	{ "inside", "INSIDE", COLUMN_RIGHT },
	{ "same", "", 0 },
	{ "owner", "OWNED BY", 0 },
	{ "owner_is_yours", "", COLUMN_MACHINE },
	{ "maker", "MADE BY", 0 },
	{ "isolates", "ISOLATES", 0 },
	{ "about", "", COLUMN_MACHINE },
	{ "look", "", COLUMN_MACHINE },
	{ "make", "", COLUMN_MACHINE },
};

static struct value
number_value(uint64_t number)
{
	return number ? value_number(number) : value_none();
}

static void
write_same(const struct ns_view *view, struct output *output)
{
	if (view->status < 0)
		output_cell(output, value_reads(value_none(), "?"));
	else
		output_cell(output, value_reads(value_truth(view->same), view->same ? "same" : "own"));
}

/* The user who made the owning user namespace. */
static void
write_maker(const struct ns_view *view, struct names *names, struct output *output)
{
	struct shown_id id;

	if (view->maker_status < 0) {
		output_cell(output, value_none());
		return;
	}
	show_id(&id, view->maker, names_user(names, view->maker));
	output_cell(output, id.value);
	shown_id_release(&id);
}

static void
write_row(int kind, const struct ns_view *view, struct names *names, struct output *output)
{
	_autofree_ char *owner = NULL;

	if (view->owner_is_callers)
		owner = text_dup("your user namespace");
	else if (view->owner_status == 0 && kind == NS_USER)
		owner = text_format("%llu, its parent", (unsigned long long)view->owner);
	output_cell(output, value_string(ns_rows[kind].name));
	output_cell(output, number_value(view->outside));
	output_cell(output, view->status == 0 ? value_number(view->inside) : value_reads(value_none(), "?"));
	write_same(view, output);
	output_cell(output, value_reads(view->owner_status == 0 ? value_number(view->owner) : value_none(), owner));
	output_cell(output, view->owner_status == 0 ? value_truth(view->owner_is_callers) : value_none());
	write_maker(view, names, output);
	output_cell(output, value_string(ns_rows[kind].isolates));
	output_cell(output, value_string(ns_words[kind].about));
	output_cell(output, value_string(ns_words[kind].look));
	output_cell(output, value_string(ns_words[kind].make));
}

int
command_ns(const struct call *call, struct output *output, struct error *err)
{
	const struct target *target = call->target;
	struct ns_view views[NS_KINDS];
	struct names names;
	_autofree_ char *summary = NULL;
	int r = namespaces_read(target->caller, target->process, views);

	if (r < 0)
		return target_refused(target, -r, "read the namespaces of", err);
	for (int kind = 0; kind < NS_KINDS; kind++)
		if (views[kind].status < 0 && views[kind].outside != 0)
			return target_refused(target, -views[kind].status, "read the namespaces of", err);
	names_init(&names);
	output_begin(output, "ns");
	output_field(output, "pid", NULL, value_number((uint64_t)target->pid));
	output_field(output, "isolated", NULL, value_truth(!namespaces_are_same(views)));
	output_table(output, "namespaces", NULL, columns, COUNT(columns));
	for (int kind = 0; kind < NS_KINDS; kind++)
		write_row(kind, &views[kind], &names, output);
	output_table_end(output);
	summary = ns_summary(views);
	output_prose(output, "summary", summary);
	if (namespaces_are_same(views))
		output_note(output, "process %d is in no sandbox: all its namespaces are yours", (int)target->pid);
	output_end(output);
	names_release(&names);
	return 0;
}
