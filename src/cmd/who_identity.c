/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two columns of :who. */
#include "config.h"

#include "cmd/who_identity.h"

#include <ctype.h>
#include <errno.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/show.h"
#include "inspect/capnames.h"
#include "sys/caps.h"

static const struct column columns[] = {
	{ "what", "", COLUMN_KEY },
	{ "outside", "OUTSIDE", 0 },
	{ "inside", "INSIDE", 0 },
};

struct view {
	const struct who *who;
	struct names *names;
	struct output *output;
};

static void
begin_row(struct view *view, const char *name, const char *title)
{
	output_cell(view->output, value_reads(value_string(name), title));
}

static char *
inside_name(const struct view *view, bool group, uint32_t id)
{
	return group ? accounts_group(&view->who->accounts, id) : accounts_user(&view->who->accounts, id);
}

static char *
outside_name(struct view *view, bool group, uint32_t id)
{
	return group ? names_group(view->names, id) : names_user(view->names, id);
}

static void
write_id(struct view *view, const char *name, bool group, const struct who_id *id)
{
	struct shown_id outside, inside;
	_autofree_ char *text = NULL;

	show_id(&outside, id->outside, outside_name(view, group, id->outside));
	show_id(&inside, id->inside, inside_name(view, group, id->inside));
	if (id->lost)
		text = text_format("%s: the map has none", inside.text);
	begin_row(view, name, name);
	output_cell(view->output, outside.value);
	output_cell(view->output, text ? value_reads(inside.value, text) : inside.value);
	shown_id_release(&outside);
	shown_id_release(&inside);
}

/* What people read of the groups inside: those with a number, and how many have none. */
static char *
groups_text(const struct who *who, const struct shown_id *shown)
{
	_autofree_ char *text = NULL;
	size_t size, named = 0, lost = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return text_dup("");
	for (size_t i = 0; i < who->groups_len; i++) {
		if (who->groups[i].lost)
			lost++;
		else
			fprintf(f, "%s%s", named++ > 0 ? ", " : "", shown[i].text);
	}
	if (lost > 0)
		fprintf(f, "%s%zu lost by the map, though their rights still count", named > 0 ? ", and " : "", lost);
	else if (named == 0)
		fputs("none", f);
	return fclose(f) == 0 ? take_ptr(text) : text_dup("");
}

static void
write_groups(struct view *view)
{
	const struct who *who = view->who;
	size_t n = who->groups_len, cap = 0;
	struct shown_id *outside = array_grow(NULL, &cap, n, sizeof *outside), *inside;
	struct value *values;
	_autofree_ char *text = NULL;

	cap = 0;
	inside = array_grow(NULL, &cap, n, sizeof *inside);
	cap = 0;
	values = array_grow(NULL, &cap, n, sizeof *values);
	begin_row(view, "groups", "other groups");
	for (size_t i = 0; i < n; i++) {
		show_id(&outside[i], who->groups[i].outside, outside_name(view, true, who->groups[i].outside));
		show_id(&inside[i], who->groups[i].inside, inside_name(view, true, who->groups[i].inside));
		values[i] = outside[i].value;
	}
	output_cell(view->output, value_list(values, n));
	text = groups_text(who, inside);
	/* One for one with those outside; a lost one is null. */
	for (size_t i = 0; i < n; i++)
		values[i] = who->groups[i].lost ? value_none() : inside[i].value;
	output_cell(view->output, value_reads(value_list(values, n), text));
	for (size_t i = 0; i < n; i++) {
		shown_id_release(&outside[i]);
		shown_id_release(&inside[i]);
	}
	free(outside);
	free(inside);
	free(values);
}

static void
write_set(struct view *view, uint64_t set)
{
	_autofree_ char *text = capabilities_format(set, view->who->all_capabilities);
	struct value items[64];
	char *names[64];
	size_t n = 0;

	for (unsigned i = 0; i < 64; i++) {
		if (!(set >> i & 1))
			continue;
		names[n] = capability_name(i);
		items[n] = value_string(names[n]);
		n++;
	}
	output_cell(view->output, value_reads(value_list(items, n), text));
	for (size_t i = 0; i < n; i++)
		free(names[i]);
}

/* Capabilities count in the user namespace that they are held in: outside of it the process has none. */
static void
write_capabilities(struct view *view, const char *name, const char *title, uint64_t set)
{
	begin_row(view, name, title);
	write_set(view, view->who->same_userns ? set : 0);
	write_set(view, set);
}

static void
write_truths(struct view *view, const char *name, const char *title, bool outside, bool inside)
{
	begin_row(view, name, title);
	output_cell(view->output, value_truth(outside));
	output_cell(view->output, value_truth(inside));
}

static void
write_seccomp_cell(struct view *view, const struct procfs_status *status)
{
	static const char *const modes[] = { "off", "strict", "filter" };
	bool known = status->seccomp >= 0 && (size_t)status->seccomp < COUNT(modes);
	_autofree_ char *text = NULL;

	if (!known) {
		output_cell(view->output, value_none());
		return;
	}
	if (status->seccomp == 2 && status->seccomp_filters > 0)
		text = text_format("filter (%d)", status->seccomp_filters);
	else
		text = text_dup(modes[status->seccomp]);
	struct field fields[] = {
		{ "mode", value_string(modes[status->seccomp]) },
		{ "filters", value_none() },
	};
	if (status->seccomp_filters >= 0)
		fields[1].value = value_number((uint64_t)status->seccomp_filters);
	output_cell(view->output, value_reads(value_record(fields, COUNT(fields)), text));
}

static void
write_seccomp(struct view *view)
{
	begin_row(view, "seccomp", "seccomp");
	write_seccomp_cell(view, &view->who->caller);
	write_seccomp_cell(view, &view->who->process);
}

static void
write_securebits_cell(struct view *view, int bits)
{
	static const struct {
		int bit;
		const char *name;
	} names[] = {
		{ SECBIT_NOROOT, "noroot" },
		{ SECBIT_NOROOT_LOCKED, "noroot_locked" },
		{ SECBIT_NO_SETUID_FIXUP, "no_setuid_fixup" },
		{ SECBIT_NO_SETUID_FIXUP_LOCKED, "no_setuid_fixup_locked" },
		{ SECBIT_KEEP_CAPS, "keep_caps" },
		{ SECBIT_KEEP_CAPS_LOCKED, "keep_caps_locked" },
		{ SECBIT_NO_CAP_AMBIENT_RAISE, "no_cap_ambient_raise" },
		{ SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED, "no_cap_ambient_raise_locked" },
	};
	struct value items[COUNT(names)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(names); i++)
		if (bits & names[i].bit)
			items[n++] = value_string(names[i].name);
	output_cell(view->output, value_list(items, n));
}

static void
write_securebits(struct view *view)
{
	int bits = caps_securebits();

	begin_row(view, "securebits", "securebits");
	if (bits < 0)
		output_cell(view->output, value_none());
	else
		write_securebits_cell(view, bits);
	output_cell(view->output, value_reads(value_none(), "(the kernel tells only the process itself)"));
}

static void
write_hostname(struct view *view)
{
	const struct who *who = view->who;
	_autofree_ char *refused = NULL;

	begin_row(view, "hostname", "host name");
	output_cell(view->output, value_string(who->hostname_outside));
	if (who->hostname_status < 0)
		refused = who->hostname_status == -EPERM ?
				  text_dup("(only root could enter and ask)") :
				  text_format("(cannot be read: %s)", strerror(-who->hostname_status));
	output_cell(view->output, refused ? value_reads(value_none(), refused) : value_string(who->hostname_inside));
}

/* A number of 0 inside: it is outside of the pid namespace. */
static void
write_pid(struct view *view, const char *name, const char *title, pid_t outside, pid_t inside)
{
	begin_row(view, name, title);
	output_cell(view->output, value_number((uint64_t)outside));
	output_cell(view->output, inside > 0 || outside == 0 ? value_number((uint64_t)inside) :
							       value_reads(value_number(0), "0 (it is outside)"));
}

static void
write_directory(struct view *view, const char *name, const char *title, const struct who_directory *directory)
{
	_autofree_ char *outside = place_text(&directory->outside);
	_autofree_ char *refused = NULL;
	struct field fields[] = {
		{ "path", value_string(directory->outside.path) },
		{ "state", value_string(place_names[directory->outside.kind]) },
	};

	if (directory->status < 0)
		refused = text_format("(cannot be read: %s)", strerror(-directory->status));
	begin_row(view, name, title);
	output_cell(view->output, value_reads(value_record(fields, COUNT(fields)), outside));
	if (directory->inside)
		output_cell(view->output, value_string(directory->inside));
	else
		output_cell(view->output, value_reads(value_none(), refused ? refused : "(not below its root)"));
}

static void
write_umask_cell(struct view *view, int umask)
{
	char text[8];

	snprintf(text, sizeof text, "%04o", (unsigned)umask & 0777);
	output_cell(view->output, umask < 0 ? value_none() : value_string(text));
}

void
who_write_identity(const struct who *who, struct names *names, struct output *output)
{
	const struct procfs_status *process = &who->process;
	struct view of = { who, names, output }, *view = &of;

	output_table(view->output, "identity", NULL, columns, COUNT(columns));
	write_id(view, "user", false, &who->user);
	write_id(view, "group", true, &who->group);
	write_groups(view);
	write_capabilities(view, "effective", "capabilities", process->caps.effective);
	write_capabilities(view, "bounding", "bounding set", process->caps.bounding);
	write_truths(view, "no_new_privs", "no new privileges", who->caller.no_new_privs, process->no_new_privs);
	write_seccomp(view);
	write_securebits(view);
	write_hostname(view);
	write_pid(view, "pid", "process", process->pids[0], who->pid_inside);
	write_pid(view, "parent", "parent", process->parent, who->parent_inside);
	write_pid(view, "session", "session", process->sessions[0], who->session_inside);
	write_directory(view, "cwd", "directory", &who->cwd);
	write_directory(view, "root", "root", &who->root);
	begin_row(view, "umask", "umask");
	write_umask_cell(view, who->caller.umask);
	write_umask_cell(view, process->umask);
	output_table_end(view->output);
}

static void
write_limit_cell(struct view *view, const struct limit *limit)
{
	_autofree_ char *soft = NULL;
	_autofree_ char *hard = NULL;
	_autofree_ char *text = NULL;
	struct field fields[] = {
		{ "soft", limit->soft == LIMIT_NONE ? value_none() : value_number(limit->soft) },
		{ "hard", limit->hard == LIMIT_NONE ? value_none() : value_number(limit->hard) },
		{ "unit", value_string(limit->unit) },
	};

	soft = limit->soft == LIMIT_NONE ? text_dup("unlimited") : text_format("%llu", (unsigned long long)limit->soft);
	hard = limit->hard == LIMIT_NONE ? text_dup("unlimited") : text_format("%llu", (unsigned long long)limit->hard);
	if (limit->soft == limit->hard)
		text = text_format("%s %s", soft, limit->unit);
	else
		text = text_format("%s %s, can be raised to %s", soft, limit->unit, hard);
	output_cell(view->output, value_reads(value_record(fields, COUNT(fields)), text));
}

/* "Max open files" as a JSON name. */
static char *
limit_key(const char *name)
{
	char *key = text_dup(name);

	for (char *c = key; *c != '\0'; c++)
		*c = (char)(isalnum((unsigned char)*c) ? tolower((unsigned char)*c) : '_');
	return key;
}

void
who_write_limits(const struct who *who, struct names *names, struct output *output)
{
	struct view of = { who, names, output }, *view = &of;

	output_table(view->output, "limits", "limits that differ from yours", columns, COUNT(columns));
	for (size_t i = 0; i < who->limits_inside.len; i++) {
		const struct limit *inside = &who->limits_inside.items[i];
		const struct limit *outside = limits_find(&who->limits_outside, inside->name);
		_autofree_ char *key = NULL;

		if (!outside || (outside->soft == inside->soft && outside->hard == inside->hard))
			continue;
		key = limit_key(inside->name);
		begin_row(view, key, inside->name);
		write_limit_cell(view, outside);
		write_limit_cell(view, inside);
	}
	output_table_end(view->output);
}
