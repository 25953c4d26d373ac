/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :misses: what programs in a watched session asked for that is outside and not inside. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/decide.h"
#include "cmd/table.h"
#include "cmd/why.h"
#include "inspect/finding.h"
#include "inspect/place_list.h"
#include "inspect/unit.h"
#include "sandbox/plan.h"
#include "watch/watch.h"

enum { MEMBER_FIELDS = 10 };

static const struct column columns[] = {
	{ "state", "", COLUMN_MACHINE },
	{ "decided", "STATE", COLUMN_PEOPLE | COLUMN_OPTIONAL },
	{ "spec", "CURE", 0 },
	{ "writable", "", COLUMN_MACHINE },
	{ "unit", "", COLUMN_MACHINE },
	{ "count", "TIMES", COLUMN_RIGHT },
	{ "paths", "PATHS", COLUMN_RIGHT },
	{ "last", "AGO", COLUMN_RIGHT },
	{ "comm", "BY", 0 },
	{ "pid", "", COLUMN_MACHINE },
	{ "path", "THE LAST PATH", 0 },
	{ "reason", "WHY", 0 },
	{ "worth", "", COLUMN_MACHINE },
	{ "members", "", COLUMN_MACHINE },
};

/* Findings with one cure. */
struct group {
	const struct finding *newest;
	enum finding_worth worth;
	uint64_t count;
	size_t first, last; /* of them, by index; the next one stands in `next` */
	size_t paths;
	size_t held; /* of the paths: calls wait for them */
};

struct groups {
	struct group *items;
	size_t len, cap;
	struct place_list keys; /* of each what its findings have in common */
	size_t *next;		/* of each finding the next of its group */
};

static bool
is_shown(const struct finding *finding, bool with_noise)
{
	return finding->source == FINDING_SEEN && (with_noise || finding->worth != FINDING_FOLDED);
}

/* The cure; where there is none nothing is in common. */
static struct group *
find_group(struct groups *groups, const struct finding *finding)
{
	_autofree_ char *key = text_format("%s %s", finding->why.cure ? "cure" : "path",
					   finding->why.cure ? finding->why.cure : finding->why.path);
	size_t i = place_list_find(&groups->keys, key);

	if (i == groups->len) {
		place_list_add(&groups->keys, key);
		groups->items = array_grow(groups->items, &groups->cap, groups->len + 1, sizeof *groups->items);
		groups->items[groups->len++] = (struct group){ .newest = finding, .worth = finding->worth };
	}
	return &groups->items[i];
}

static void
add_to_group(struct groups *groups, const struct finding_list *list, size_t i)
{
	const struct finding *finding = &list->items[i];
	struct group *group = find_group(groups, finding);

	if (group->paths == 0)
		group->first = i;
	else
		groups->next[group->last] = i;
	group->last = i;
	group->held += finding->state == MISS_HELD;
	/* What waits is what is to be decided about. */
	if (finding->state == MISS_HELD ? group->newest->state != MISS_HELD || finding->last > group->newest->last :
					  group->newest->state != MISS_HELD && finding->last > group->newest->last)
		group->newest = finding;
	if (finding->worth < group->worth)
		group->worth = finding->worth;
	group->count += finding->count;
	group->paths++;
}

static void
groups_release(struct groups *groups)
{
	place_list_release(&groups->keys);
	free(groups->items);
	free(groups->next);
}

static int
compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if ((x->held > 0) != (y->held > 0))
		return x->held > 0 ? -1 : 1;
	if (x->newest->last != y->newest->last)
		return x->newest->last > y->newest->last ? -1 : 1;
	return strcmp(x->newest->why.path, y->newest->why.path);
}

/* "3 s", "5 min", "2 h": of a time in ns since 1970. The caller frees. */
static char *
age_text(int64_t then)
{
	struct timespec now;
	int64_t seconds;

	clock_gettime(CLOCK_REALTIME, &now);
	seconds = (int64_t)now.tv_sec - then / 1000000000;
	if (seconds < 0)
		seconds = 0;
	if (seconds < 120)
		return text_format("%d s", (int)seconds);
	if (seconds < 7200)
		return text_format("%d min", (int)(seconds / 60));
	return text_format("%lld h", (long long)(seconds / 3600));
}

static struct value
time_value(int64_t ns)
{
	return ns > 0 ? value_number((uint64_t)ns / 1000000000) : value_none();
}

static void
fill_member(const struct finding *finding, struct field fields[MEMBER_FIELDS])
{
	fields[0] = (struct field){ "path", value_string(finding->why.path) };
	fields[1] = (struct field){ "reason", value_string(why_names[finding->why.kind]) };
	fields[2] = (struct field){ "sentence", value_string(finding->sentence) };
	fields[3] = (struct field){ "worth", value_string(finding_worth_names[finding->worth]) };
	fields[4] = (struct field){ "pid", finding->pid > 0 ? value_number((uint64_t)finding->pid) : value_none() };
	fields[5] = (struct field){ "comm", value_string(finding->comm) };
	fields[6] = (struct field){ "call", value_string(finding->call) };
	fields[7] = (struct field){ "count", value_number(finding->count) };
	fields[8] = (struct field){ "last", time_value(finding->last) };
	fields[9] = (struct field){ "state", value_string(miss_state_names[finding->state]) };
}

static void
write_members(const struct finding_list *list, const struct groups *groups, const struct group *group,
	      struct output *output)
{
	_autofree_ struct value *members = array_grow(NULL, &(size_t){ 0 }, group->paths + 1, sizeof *members);
	_autofree_ struct field *fields =
		array_grow(NULL, &(size_t){ 0 }, (group->paths + 1) * MEMBER_FIELDS, sizeof *fields);

	for (size_t n = 0, i = group->first; n < group->paths; n++, i = groups->next[i]) {
		fill_member(&list->items[i], fields + n * MEMBER_FIELDS);
		members[n] = value_record(fields + n * MEMBER_FIELDS, MEMBER_FIELDS);
	}
	output_cell(output, value_list(members, group->paths));
}

static void
write_group(const struct finding_list *list, const struct groups *groups, const struct group *group,
	    struct output *output)
{
	const struct finding *newest = group->newest;
	const struct why *why = &newest->why;
	_autofree_ char *age = age_text(newest->last);
	_autofree_ char *writable = why->cure && strncmp(why->cure, "ro:", 3) == 0 ?
					    units_specs(&why->units, "rw", "") : NULL;
	struct value state = value_string(miss_state_names[newest->state]);

	output_cell(output, state);
	/* That nothing was decided goes without saying. */
	output_cell(output, newest->state == MISS_OPEN ? value_none() : state);
	output_cell(output, value_string(why->cure));
	output_cell(output, value_string(writable ? writable : why->cure));
	output_cell(output, value_string(why->units.len > 0 ? why->units.items[0] : NULL));
	output_cell(output, value_number(group->count));
	output_cell(output, value_number(group->paths));
	output_cell(output, value_reads(time_value(newest->last), age));
	output_cell(output, value_string(newest->comm));
	output_cell(output, newest->pid > 0 ? value_number((uint64_t)newest->pid) : value_none());
	output_cell(output, value_string(why->path));
	output_cell(output, value_string(why_names[why->kind]));
	output_cell(output, value_string(finding_worth_names[group->worth]));
	write_members(list, groups, group, output);
}

/* How they are seen, and why not better. */
static void
write_tier(const struct plan *plan, const struct watch_state *state, struct output *output)
{
	if (state->tier == WATCH_ROOT && plan && !plan->req->trace)
		output_note(output, "watched unasked, by the file system of the root (tier 1); with --trace private "
				    "directories are too");
	else if (state->tier == WATCH_ROOT)
		output_note(output, "watched by the file system of the root (tier 1)");
	else if (state->tier == WATCH_SECCOMP)
		output_note(output, "watched by notifications of system calls (tier 2); the root's file system: %s",
			    strerror(state->refused));
	else
		output_note(output, "not watched, worked out from files (tier 0); notifications: %s",
			    strerror(state->refused_filter));
}

static void
write_misses(const struct call *call, const struct finding_list *list, const struct watch_state *state,
	     struct output *output)
{
	bool with_noise = call->values[0] != NULL;
	struct groups groups = { 0 };
	size_t folded = 0;

	groups.next = array_grow(NULL, &(size_t){ 0 }, list->len + 1, sizeof *groups.next);
	for (size_t i = 0; i < list->len; i++) {
		if (is_shown(&list->items[i], with_noise))
			add_to_group(&groups, list, i);
		else if (list->items[i].source == FINDING_SEEN)
			folded++;
	}
	if (groups.len > 1)
		qsort(groups.items, groups.len, sizeof *groups.items, compare_groups);
	output_begin(output, "misses");
	output_field(output, "pid", NULL, value_number((uint64_t)call->target->pid));
	output_field(output, "tier", NULL, value_number(state->tier > WATCH_STATIC ? (uint64_t)state->tier - 1 : 0));
	output_field(output, "waiting", NULL, value_number(state->held));
	output_field(output, "left_out", NULL, value_number(list->left_out));
	output_table(output, "groups", NULL, columns, COUNT(columns));
	for (size_t i = 0; i < groups.len; i++)
		write_group(list, &groups, &groups.items[i], output);
	output_table_end(output);
	if (groups.len == 0)
		output_note(output, "nothing was missed");
	if (state->held > 0)
		output_note(output, "%llu %s; ':allow SPEC' or ':deny PATH' decides", (unsigned long long)state->held,
			    state->held == 1 ? "call waits" : "calls wait");
	write_tier(call->context->plan, state, output);
	if (folded > 0)
		output_note(output, "%zu more are no cause of anything: ':misses --noise' shows them", folded);
	if (list->left_out > 0)
		output_note(output, "%llu more were too many to be kept", (unsigned long long)list->left_out);
	output_end(output);
	groups_release(&groups);
}

int
command_misses(const struct call *call, struct output *output, struct error *err)
{
	struct watch_state state = { .tier = WATCH_OFF };
	struct why_asked asked;
	int r = decide_read(call, &state, err);

	if (r < 0)
		return r;
	r = why_asked_open(call, &asked, err);
	if (r == 0) {
		const struct finding_query query = {
			.why = asked.query,
			.only_seen = true,
			.misses = &call->context->misses,
		};
		_autofindings_ struct finding_list list = { 0 };

		findings_make_as(asked.userns, &query, &list);
		write_misses(call, &list, &state, output);
	}
	why_asked_close(&asked);
	return r;
}
