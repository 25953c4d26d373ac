/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chain of user namespaces, as a table of :who. */
#include "config.h"

#include "cmd/who_chain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/show.h"

static const struct column columns[] = {
	{ "number", "USER NAMESPACE", 0 },
	{ "yours", "", COLUMN_MACHINE },
	{ "owner", "MADE BY", 0 },
	{ "users", "USERS", 0 },
	{ "users_above", "", COLUMN_MACHINE },
	{ "groups", "GROUPS", 0 },
	{ "groups_above", "", COLUMN_MACHINE },
	{ "setgroups", "SETGROUPS", 0 },
};

/* Ranges that are told one by one to people; newuidmap(1) makes two or three, the kernel allows 340. */
enum { RANGES_SHOWN = 4 };

/* "0", or "0 to 65535". */
static void
print_range(FILE *f, uint32_t first, uint32_t count)
{
	fprintf(f, "%u", (unsigned)first);
	if (count > 1)
		fprintf(f, " to %u", (unsigned)(first + (count - 1)));
}

static void
print_outside(FILE *f, const struct mapping_range *range, bool group, struct names *names)
{
	_autofree_ char *name = NULL;

	if (range->outside == MAPPING_NO_ID) {
		fputs("an id that you have no name for", f);
		return;
	}
	if (range->count == 1)
		name = group ? names_group(names, range->outside) : names_user(names, range->outside);
	if (name)
		fprintf(f, "%s (%u)", name, (unsigned)range->outside);
	else
		print_range(f, range->outside, range->count);
}

/*
 * "0 is alice (1001)", "1001 is 0 above, alice (1001) outside". `above` is NULL where the parent's ids are the
 * caller's.
 */
static void
print_mapping(FILE *f, const struct mapping *mapping, const struct mapping *above, bool group, struct names *names)
{
	if (mapping_is_identity(mapping)) {
		fputs("as they are", f);
		return;
	}
	if (mapping->len == 0)
		fputs("none: no map has been written", f);
	for (size_t i = 0; i < mapping->len && i < RANGES_SHOWN; i++) {
		const struct mapping_range *range = &mapping->ranges[i];
		uint32_t parent;

		fputs(i > 0 ? "; " : "", f);
		print_range(f, range->inside, range->count);
		fputs(range->count > 1 ? " are " : " is ", f);
		if (above && mapping_to_outside(above, range->inside, &parent)) {
			print_range(f, parent, range->count);
			fputs(" above, ", f);
		}
		print_outside(f, range, group, names);
		if (above)
			fputs(" outside", f);
	}
	if (mapping->len > RANGES_SHOWN)
		fprintf(f, "; %zu more", mapping->len - RANGES_SHOWN);
}

/* [{"inside":0,KEY:1001,"count":1},…] */
static void
write_ranges(const struct mapping *mapping, const char *key, const char *text, struct output *output)
{
	size_t cap = 0;
	struct field(*fields)[3] = array_grow(NULL, &cap, mapping->len, sizeof *fields);
	struct value *items;

	cap = 0;
	items = array_grow(NULL, &cap, mapping->len, sizeof *items);
	for (size_t i = 0; i < mapping->len; i++) {
		const struct mapping_range *range = &mapping->ranges[i];

		fields[i][0] = (struct field){ "inside", value_number(range->inside) };
		fields[i][1] = (struct field){ key, value_number(range->outside) };
		if (range->outside == MAPPING_NO_ID)
			fields[i][1].value = value_none();
		fields[i][2] = (struct field){ "count", value_number(range->count) };
		items[i] = value_record(fields[i], 3);
	}
	output_cell(output, value_reads(value_list(items, mapping->len), text));
	free(items);
	free(fields);
}

/* Two cells: the map to the caller's ids, and the one to the parent's, for machines. */
static void
write_mapping(const struct userns *userns, const struct userns *parent, bool group, struct names *names,
	      struct output *output)
{
	const struct mapping *mapping = group ? &userns->gids : &userns->uids;
	struct mapping above = { 0 };
	_autofree_ char *text = NULL;
	size_t size;
	FILE *f;

	if (userns->map_status < 0) {
		text = text_format("(cannot be read: %s)", strerror(-userns->map_status));
		output_cell(output, value_reads(value_none(), text));
		output_cell(output, value_none());
		return;
	}
	if (parent && parent->map_status == 0)
		mapping_between(mapping, group ? &parent->gids : &parent->uids, &above);
	f = open_memstream(&text, &size);
	if (f) {
		print_mapping(f, mapping, parent && !parent->is_callers ? &above : NULL, group, names);
		fclose(f);
	}
	write_ranges(mapping, "outside", text, output);
	if (parent && parent->map_status == 0)
		write_ranges(&above, "above", NULL, output);
	else
		output_cell(output, value_none());
	mapping_release(&above);
}

static void
write_owner(const struct userns *userns, struct names *names, struct output *output)
{
	struct shown_id id;

	if (userns->number == USERNS_INITIAL) {
		output_cell(output, value_reads(value_none(), "the kernel"));
	} else if (userns->owner_status < 0) {
		output_cell(output, value_reads(value_none(), "?"));
	} else {
		show_id(&id, userns->owner, names_user(names, userns->owner));
		output_cell(output, id.value);
		shown_id_release(&id);
	}
}

static void
write_number(const struct userns *userns, struct output *output)
{
	_autofree_ char *text = NULL;

	if (userns->number == 0)
		text = text_dup("?");
	else
		text = text_format("%llu%s%s", (unsigned long long)userns->number,
				   userns->number == USERNS_INITIAL ? ", the initial one" : "",
				   userns->is_callers ? ", yours" : "");
	output_cell(output, value_reads(userns->number ? value_number(userns->number) : value_none(), text));
}

void
who_write_chain(const struct userns_chain *chain, struct names *names, struct output *output)
{
	output_table(output, "user_namespaces", NULL, columns, COUNT(columns));
	for (size_t i = 0; i < chain->len; i++) {
		const struct userns *userns = &chain->items[i], *parent = i > 0 ? userns - 1 : NULL;

		write_number(userns, output);
		output_cell(output, value_truth(userns->is_callers));
		write_owner(userns, names, output);
		write_mapping(userns, parent, false, names, output);
		write_mapping(userns, parent, true, names, output);
		if (userns->map_status == 0)
			output_cell(output, value_string(userns->setgroups_denied ? "denied" : "allowed"));
		else
			output_cell(output, value_none());
	}
	output_table_end(output);
	if (chain->status < 0)
		output_note(output, "the user namespaces above these cannot be seen: %s", strerror(-chain->status));
	else if (chain->items[0].is_callers && chain->items[0].number != USERNS_INITIAL)
		output_note(output, "your own user namespace is not the initial one; what is above it cannot be seen");
}
