/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :mounts: what is mounted inside, and which path outside each mount shows. */
#include "config.h"

#include "inspect/mounts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/show.h"
#include "cmd/table.h"
#include "sandbox/plan.h"
#include "sandbox/spec.h"
#include "watch/holds.h"

static const struct column columns[] = {
	{ "inside", "INSIDE", 0 },
	{ "outside", "OUTSIDE", 0 },
	{ "state", "", COLUMN_MACHINE },
	{ "type", "TYPE", 0 },
	{ "flags", "FLAGS", 0 },
	{ "propagation", "PROPAGATION", 0 },
	{ "origin", "ORIGIN", 0 },
	{ "locked", "LOCKED", 0 },
	{ "covered_by", "NOTE", COLUMN_OPTIONAL },
	{ "id", "", COLUMN_MACHINE },
	{ "parent", "", COLUMN_MACHINE },
	{ "device", "", COLUMN_MACHINE },
	{ "root", "", COLUMN_MACHINE },
	{ "source", "", COLUMN_MACHINE },
	{ "peer_group", "", COLUMN_MACHINE },
	{ "master", "", COLUMN_MACHINE },
	{ "overlay", "", COLUMN_MACHINE },
};

static const char *const power_names[POWERS] = {
	[POWER_UNKNOWN] = "unknown",	 [POWER_USERNS] = "user_namespace", [POWER_CAPABILITIES] = "capabilities",
	[POWER_INHERITED] = "inherited", [POWER_FULL] = "nothing",
};

static const char *const power_notes[POWERS] = {
	[POWER_UNKNOWN] = "locked is not known: the namespaces of the process may not be looked at",
	[POWER_USERNS] = "all are locked: they belong to a user namespace above the process's own",
	[POWER_CAPABILITIES] = "all are locked: the process cannot get the capability that it would take (sys_admin)",
	[POWER_INHERITED] = "locked are those that came along when the mount namespace was made, as far as can be told",
	[POWER_FULL] = "none is locked: they belong to the same user namespace as yours",
};

static void
write_flags(const struct mountinfo *info, struct output *output)
{
	static const char *const names[] = { "ro", "nosuid", "nodev", "noexec" };
	struct value items[COUNT(names)];
	char text[64] = "rw";
	size_t n = 0;

	for (size_t i = 0; i < COUNT(names); i++) {
		/* A file system can be read-only as a whole, whatever the mount is. */
		if (!mountinfo_has_option(info->options, names[i]) &&
		    !(i == 0 && mountinfo_has_option(info->super_options, "ro")))
			continue;
		items[n++] = value_string(names[i]);
		if (i == 0)
			text[0] = '\0';
		else
			strcat(text, ",");
		strcat(text, names[i]);
	}
	output_cell(output, value_reads(value_list(items, n), text));
}

static const char *
propagation_name(const struct mount_propagation *propagation)
{
	if (propagation->unbindable)
		return "unbindable";
	if (propagation->shared)
		return propagation->master ? "shared,slave" : "shared";
	return propagation->master ? "slave" : "private";
}

static struct value
group_value(uint64_t group)
{
	return group ? value_number(group) : value_none();
}

static struct value
lock_value(enum mount_lock lock)
{
	return lock == LOCK_UNKNOWN ? value_reads(value_none(), "?") : value_truth(lock == LOCK_YES);
}

/* What people read in the last column; NULL: nothing. */
static char *
note_text(const struct mount_view *view, const struct mount_overlay *overlay)
{
	_autofree_ char *layers = NULL;

	if (overlay) {
		layers = text_dup("layers");
		for (size_t i = 0; i < overlay->lower_len; i++) {
			char *longer = text_format("%s %s", layers, overlay->lower[i]);

			free(layers);
			layers = longer;
		}
	}
	if (overlay && overlay->upper) {
		char *longer = text_format("%s, changes in %s", layers, overlay->upper);

		free(layers);
		layers = longer;
	}
	if (!view->covered_by)
		return take_ptr(layers);
	if (!layers)
		return text_format("covered by what is mounted on %s", view->covered_by);
	return text_format("covered by what is mounted on %s; %s", view->covered_by, layers);
}

static void
write_overlay(const struct mount_overlay *overlay, struct output *output)
{
	size_t cap = 0;
	_autofree_ struct value *lower = array_grow(NULL, &cap, overlay->lower_len, sizeof *lower);
	struct field fields[3];

	for (size_t i = 0; i < overlay->lower_len; i++)
		lower[i] = value_string(overlay->lower[i]);
	fields[0] = (struct field){ "lower", value_list(lower, overlay->lower_len) };
	fields[1] = (struct field){ "upper", value_string(overlay->upper) };
	fields[2] = (struct field){ "work", value_string(overlay->work) };
	output_cell(output, value_record(fields, COUNT(fields)));
}

static void
write_row(const struct mounts *mounts, const struct mount_view *view, const char *origin, struct output *output)
{
	const struct mountinfo *info = &mounts->inside.entries[view->index].info;
	struct mount_propagation propagation = mount_propagation_of(info);
	struct mount_overlay overlay = { 0 };
	bool is_overlay = mount_overlay_of(info, &overlay);
	_autofree_ char *outside = place_text(&view->outside);
	_autofree_ char *note = note_text(view, is_overlay ? &overlay : NULL);
	char device[32];

	snprintf(device, sizeof device, "%u:%u", info->major, info->minor);
	output_cell(output, value_string(info->mount_point));
	output_cell(output, value_reads(value_string(view->outside.path), outside));
	output_cell(output, value_string(place_names[view->outside.kind]));
	output_cell(output, value_string(info->type));
	write_flags(info, output);
	output_cell(output, value_string(propagation_name(&propagation)));
	output_cell(output, value_string(origin));
	output_cell(output, lock_value(view->lock));
	output_cell(output, value_reads(value_string(view->covered_by), note));
	output_cell(output, value_number(info->id));
	output_cell(output, value_number(info->parent));
	output_cell(output, value_string(device));
	output_cell(output, value_string(info->root));
	output_cell(output, value_string(info->source));
	output_cell(output, group_value(propagation.shared));
	output_cell(output, group_value(propagation.master));
	if (is_overlay)
		write_overlay(&overlay, output);
	else
		output_cell(output, value_none());
	mount_overlay_release(&overlay);
}

/* What was mounted while the session ran and still is: by path, shorter before longer, and then by number. */
struct live_places {
	struct live_place {
		const struct live_item *item;
	} *items;
	size_t len;
};

static int
compare_item(const struct live_item *item, const char *path, size_t len, uint64_t number)
{
	size_t own = strlen(item->path);
	int order = own != len ? (own < len ? -1 : 1) : memcmp(item->path, path, len);

	if (order != 0)
		return order;
	return item->number < number ? -1 : item->number > number;
}

static int
order_items(const void *a, const void *b)
{
	const struct live_item *other = ((const struct live_place *)b)->item;

	return compare_item(((const struct live_place *)a)->item, other->path, strlen(other->path), other->number);
}

static int
order_numbers(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return one < other ? -1 : one > other;
}

/* A journal and a table have thousands of mounts each: nothing here looks at each of both. */
static struct live_places
find_live_places(const struct live_journal *journal, const struct mounts *mounts)
{
	struct live_places places = { 0 };
	size_t cap = 0, numbers_cap = 0;
	_autofree_ uint64_t *numbers = array_grow(NULL, &numbers_cap, mounts->inside.len + 1, sizeof *numbers);

	for (size_t i = 0; i < mounts->inside.len; i++)
		numbers[i] = mounts->inside.entries[i].info.id;
	qsort(numbers, mounts->inside.len, sizeof *numbers, order_numbers);
	for (size_t i = 0; i < journal->len; i++)
		for (size_t k = 0; journal->changes[i].verb == LIVE_MOUNT && k < journal->changes[i].len; k++) {
			const struct live_item *item = &journal->changes[i].items[k];

			if (item->kind == LIVE_KEPT || item->kind == LIVE_REBUILT ||
			    !bsearch(&item->number, numbers, mounts->inside.len, sizeof *numbers, order_numbers))
				continue;
			places.items = array_grow(places.items, &cap, places.len + 1, sizeof *places.items);
			places.items[places.len++].item = item;
		}
	if (places.len > 0)
		qsort(places.items, places.len, sizeof *places.items, order_items);
	return places;
}

/* The first item at the path whose number is not below the given one, or NULL. */
static const struct live_item *
live_at(const struct live_places *places, const char *path, size_t len, uint64_t number)
{
	size_t from = 0, to = places->len;
	const struct live_item *item;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_item(places->items[middle].item, path, len, number) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	item = from < places->len ? places->items[from].item : NULL;
	return item && strncmp(item->path, path, len) == 0 && item->path[len] == '\0' ? item : NULL;
}

/*
 * What has the longest path of what was mounted while the session ran, at or above the mount, and still is, or NULL.
 * What is mounted at the very place is told by its number: there may be several, one upon the other.
 */
static const struct live_item *
live_above(const struct live_places *places, const struct mountinfo *info)
{
	const char *point = info->mount_point;
	size_t len = strlen(point);
	const struct live_item *item = live_at(places, point, len, info->id);

	if (item && item->number == info->id)
		return item;
	while (len > 1) {
		do
			len--;
		while (len > 1 && point[len] != '/');
		item = live_at(places, point, len, 0);
		if (item)
			return item;
	}
	return NULL;
}

/*
 * What the policy has mounted (--on-miss=mount) stands in no journal: a mount that the plan has not, in no other of the
 * host's, where a pattern of the user's allows one.
 */
static bool
is_of_policy(const struct plan *plan, const char *path)
{
	_autofree_ char *above = text_dup(path);
	const struct plan_entry *nearest = NULL;
	bool allowed = false;

	if (plan->req->on_miss != ON_MISS_MOUNT)
		return false;
	for (size_t i = 0; i < plan->req->allow_len && !allowed; i++) {
		_autofree_ char *part = holds_allowed_part(plan->req->allow[i], path);

		allowed = part != NULL;
	}
	while (allowed && !nearest && strcmp(above, "/") != 0) {
		char *parent = path_parent(above);
		int index = plan_find(plan, parent);

		free(above);
		above = parent;
		if (index >= 0 && plan->entries)
			nearest = &plan->entries[index];
	}
	return allowed && (!nearest || nearest->kind != PLAN_BIND);
}

/* Why a mount is there: as the plan has it, or the journal. What no session of ours has made is foreign. */
static const char *
origin_of(const struct context *context, const struct live_places *places, const struct mountinfo *info)
{
	const struct plan_entry *entry = NULL;
	const struct live_item *live;
	int index;

	if (!context || !context->plan)
		return origin_names[ORIGIN_FOREIGN];
	index = plan_find(context->plan, info->mount_point);
	if (index >= 0)
		entry = &context->plan->entries[index];
	live = live_above(places, info);
	if (live && (!entry || strlen(live->path) >= strlen(entry->path)))
		return origin_names[live->origin];
	if (!entry && is_of_policy(context->plan, info->mount_point))
		return origin_names[ORIGIN_MISS];
	return origin_names[entry ? entry->origin : ORIGIN_DEFAULT];
}

static void
write_mounts(const struct call *call, const struct mounts *mounts, struct output *output)
{
	const char *only_origin = call->values[0];
	_autofree_ char *path = call->values[1] ? path_absolute("/", call->values[1]) : NULL;
	struct live_places places = { 0 };
	size_t shown = 0, holder = path ? mount_table_at(&mounts->inside, path, strlen(path)) : MOUNT_NONE;

	if (call->context && call->context->plan)
		places = find_live_places(&call->context->journal, mounts);
	output_begin(output, "mounts");
	output_field(output, "pid", NULL, value_number((uint64_t)call->target->pid));
	output_field(output, "locked_by", NULL, value_string(power_names[mounts->power]));
	output_table(output, "mounts", NULL, columns, COUNT(columns));
	for (size_t i = 0; i < mounts->len; i++) {
		const struct mount_view *view = &mounts->views[i];
		const struct mountinfo *info = &mounts->inside.entries[view->index].info;
		const char *origin = origin_of(call->context, &places, info);

		if (path && i != holder && !path_is_below(info->mount_point, path))
			continue;
		if (only_origin && strcmp(only_origin, origin) != 0)
			continue;
		write_row(mounts, view, origin, output);
		shown++;
	}
	output_table_end(output);
	if (shown > 0)
		output_note(output, "%s", power_notes[mounts->power]);
	else
		output_note(output, "no mount is there that was asked for");
	output_end(output);
	free(places.items);
}

int
command_mounts(const struct call *call, struct output *output, struct error *err)
{
	struct mounts mounts;
	int r = mounts_read(call->target->caller, call->target->process, &mounts);

	if (r < 0)
		return target_refused(call->target, -r, "read the mounts of", err);
	if (mounts.same_namespace) {
		r = error_set(err, 0, "process %d has the same mounts as you: it is in no mount namespace of its own",
			      (int)call->target->pid);
		target_hint_inside(call->target, err);
	} else {
		write_mounts(call, &mounts, output);
	}
	mounts_release(&mounts);
	return r;
}
