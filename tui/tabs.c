/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the tabs, and how each makes rows of its answer. */
#include "config.h"

#include "tui/tabs.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inspect/capnames.h"
#include "tui/answer.h"
#include "tui/event_words.h"
#include "tui/typed.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

char *
tab_quote(const char *text, bool spec)
{
	return typed_quote(text, spec, 0, false);
}

/* A text is put between two others, or goes away. */
static void
append(char **text, const char *separator, const char *more)
{
	char *longer = text_format("%s%s%s", *text, **text ? separator : "", more);

	free(*text);
	*text = longer;
}

/* --- mounts --- */

static const struct tab_column mount_columns[] = {
	{ "inside", "INSIDE", TAB_KEEP_END | TAB_GROWS, 22, 9 },
	{ "outside", "OUTSIDE", TAB_KEEP_END | TAB_GROWS, 22, 6 },
	{ "mode", "", 0, 2, 8 },
	{ "origin", "ORIGIN", 0, 4, 5 },
	{ "type", "TYPE", 0, 4, 3 },
	{ "flags", "FLAGS", 0, 3, 2 },
	{ "note", "NOTE", TAB_GROWS, 10, 4 },
};

static char *
flags_text(const json_t *flags)
{
	char *text = text_dup("");
	const json_t *item;
	size_t i;

	json_array_foreach(flags, i, item)
		if (json_is_string(item) && strcmp(json_string_value(item), "ro") != 0)
			append(&text, ",", json_string_value(item));
	return text;
}

static char *
outside_text(const json_t *mount)
{
	_autofree_ char *outside = answer_member(mount, "outside"), *state = answer_member(mount, "state");

	if (!*outside)
		return text_dup("(inside only)");
	if (strcmp(state, "shown") == 0)
		return take_ptr(outside);
	return text_format("%s (%s)", outside, state);
}

static enum role
origin_role(const char *origin)
{
	if (strcmp(origin, "live") == 0 || strcmp(origin, "miss") == 0)
		return ROLE_LIVE;
	return strcmp(origin, "default") == 0 || strcmp(origin, "foreign") == 0 ? ROLE_DIM : ROLE_NORMAL;
}

static bool
is_default(const json_t *mount)
{
	const char *origin = json_string_value(json_object_get(mount, "origin"));

	return origin && strcmp(origin, "default") == 0;
}

/* What somebody chose comes before what every session has; then by path, what is below a place right behind it. */
static int
compare_mounts(const void *a, const void *b)
{
	const struct row *one = a, *other = b;
	const char *path = row_cell(one, 0), *other_path = row_cell(other, 0);
	long id = strtol(row_id(one), NULL, 10), other_id = strtol(row_id(other), NULL, 10);

	if (one->rank != other->rank)
		return one->rank - other->rank;
	for (; *path && *path == *other_path; path++)
		other_path++;
	if (!*path != !*other_path)
		return *path ? 1 : -1;
	if (*path != *other_path)
		return *path == '/' ? -1 : *other_path == '/' ? 1 : (unsigned char)*path - (unsigned char)*other_path;
	return id < other_id ? -1 : id > other_id;
}

static void
fill_mount(const json_t *mount, struct row_draft *row)
{
	const json_t *flags = json_object_get(mount, "flags");
	char *inside = answer_member(mount, "inside"), *outside = outside_text(mount);
	char *origin = answer_member(mount, "origin"), *covered = answer_member(mount, "covered_by");
	bool same = strcmp(inside, outside) == 0 || outside[0] == '(', ro = answer_list_has(flags, "ro");

	row_set(row, 0, inside, ROLE_NORMAL);
	row_set(row, 1, outside, same ? ROLE_DIM : ROLE_NORMAL);
	row_set(row, 2, text_dup(ro ? "ro" : "rw"), ro ? ROLE_DIM : ROLE_WARN);
	row_set(row, 3, origin, origin_role(origin));
	row_set(row, 4, answer_member(mount, "type"), ROLE_DIM);
	row_set(row, 5, flags_text(flags), ROLE_DIM);
	row_set(row, 6, *covered ? text_format("under %s", covered) : text_dup(""), ROLE_BAD);
	free(covered);
	row->id = answer_text(json_object_get(mount, "id"));
	row->rank = is_default(mount);
}

/* The flags of a spec: without any it is writable, and has neither devices nor set-user-ID. */
static char *
spec_flags_text(const json_t *flags)
{
	char *text = text_dup(answer_list_has(flags, "ro") ? "ro" : "");

	if (answer_list_has(flags, "noexec"))
		append(&text, ",", "noexec");
	if (!answer_list_has(flags, "nodev"))
		append(&text, ",", "dev");
	if (!answer_list_has(flags, "nosuid"))
		append(&text, ",", "suid");
	if (*text)
		append(&text, "", ":");
	return text;
}

/* The spec of the mount, as --mnt and :mount take it. */
static char *
mount_origin(const struct row *row, const json_t *mount)
{
	_autofree_ char *inside = answer_member(mount, "inside"), *type = answer_member(mount, "type");
	_autofree_ char *outside = answer_member(mount, "outside"), *spec = NULL, *quoted = NULL;
	_autofree_ char *place = tab_quote(inside, true), *source = tab_quote(outside, true);
	_autofree_ char *flags = spec_flags_text(json_object_get(mount, "flags"));

	(void)row;
	if (!*outside && strcmp(type, "tmpfs") == 0 && strcmp(inside, "/") != 0)
		spec = text_format("%s=none", place);
	else if (!*outside)
		return is_default(mount) ? text_dup("isolate itself, in every session") : NULL;
	else if (strcmp(inside, outside) == 0)
		spec = text_format("%s%s", flags, place);
	else
		spec = text_format("%s%s=%s", flags, place, source);
	quoted = text_shell_quote(spec);
	return text_format(":mount %s\nisolate -m %s", spec, quoted);
}

/* --- identity --- */

static const struct tab_column identity_columns[] = {
	{ "what", "", TAB_GROWS, 17, 9 },
	{ "outside", "OUTSIDE", TAB_GROWS, 11, 7 },
	{ "inside", "INSIDE", TAB_GROWS, 11, 9 },
};

static const struct {
	const char *member, *shown;
} identity_names[] = {
	{ "user", "user" },		   { "group", "group" },
	{ "groups", "other groups" },	   { "effective", "capabilities" },
	{ "bounding", "bounding set" },	   { "no_new_privs", "no new privileges" },
	{ "seccomp", "seccomp" },	   { "securebits", "securebits" },
	{ "hostname", "host name" },	   { "pid", "process" },
	{ "parent", "parent" },		   { "session", "session" },
	{ "cwd", "directory" },		   { "root", "root" },
	{ "umask", "umask" },
};

/* Limits are called as the kernel calls them: "max open files". The caller frees. */
static char *
identity_name(const char *member)
{
	char *name;

	for (size_t i = 0; i < COUNT(identity_names); i++)
		if (strcmp(identity_names[i].member, member) == 0)
			return text_dup(identity_names[i].shown);
	name = text_dup(member);
	for (char *c = name; (c = strchr(c, '_'));)
		*c = ' ';
	return name;
}

/* A list of the names of capabilities as :who says it to people: "all 41". The caller frees. */
static char *
capabilities_text(const json_t *names)
{
	const uint64_t all = (UINT64_C(1) << capability_names_len) - 1;
	const json_t *item;
	uint64_t set = 0;
	size_t i;

	json_array_foreach(names, i, item) {
		const char *name = json_string_value(item);
		size_t number = 0;

		while (name && number < capability_names_len && strcmp(name, capability_names[number]) != 0)
			number++;
		/* Of a newer kernel than we are. */
		if (!name || number == capability_names_len)
			return answer_text(names);
		set |= UINT64_C(1) << number;
	}
	return capabilities_format(set, all);
}

/* "1024 files, at most 4096". The caller frees. */
static char *
limit_text(const json_t *limit)
{
	const json_t *now = json_object_get(limit, "soft"), *most = json_object_get(limit, "hard");
	_autofree_ char *unit = answer_member(limit, "unit");

	if (!json_is_integer(now))
		return text_dup("unlimited");
	if (!json_is_integer(most))
		return text_format("%lld %s, can be raised", (long long)json_integer_value(now), unit);
	if (json_equal(now, most))
		return text_format("%lld %s", (long long)json_integer_value(now), unit);
	return text_format("%lld %s, at most %lld", (long long)json_integer_value(now), unit,
			   (long long)json_integer_value(most));
}

static char *
value_text(const char *member, const json_t *value)
{
	if (json_is_object(value) && json_object_get(value, "hard"))
		return limit_text(value);
	if (json_is_array(value) && (strcmp(member, "effective") == 0 || strcmp(member, "bounding") == 0))
		return capabilities_text(value);
	return answer_text(value);
}

/* What an answer has for programs reads otherwise for people. The caller frees. */
static char *
inside_text(const char *member, const json_t *outside, const json_t *inside)
{
	static const char *const processes[] = { "pid", "parent", "session" };

	if (strcmp(member, "securebits") == 0 && json_is_null(inside))
		return text_dup("(not told to others)");
	for (size_t i = 0; i < COUNT(processes); i++)
		if (strcmp(member, processes[i]) == 0 && json_is_integer(inside) && json_integer_value(inside) == 0 &&
		    json_integer_value(outside) != 0)
			return text_dup("0 (it is outside)");
	return value_text(member, inside);
}

/* A row of a member of the answer. */
static void
add_member_row(struct rows *rows, struct row_draft *draft, const json_t *member)
{
	_autofree_ char *source = json_dumps(member, JSON_COMPACT);

	rows_add(rows, draft, source ? source : "", source ? strlen(source) : 0);
}

/* Rows of members that are {"outside":…,"inside":…}. */
static void
fill_pairs(const json_t *object, struct rows *rows)
{
	const char *member;
	json_t *pair;

	json_object_foreach((json_t *)object, member, pair) {
		struct row_draft row = { 0 };
		_autofree_ char *outside = value_text(member, json_object_get(pair, "outside"));
		char *inside = inside_text(member, json_object_get(pair, "outside"), json_object_get(pair, "inside"));
		bool same = strcmp(outside, inside) == 0;

		row_set(&row, 0, identity_name(member), ROLE_DIM);
		row_set(&row, 1, take_ptr(outside), ROLE_NORMAL);
		row_set(&row, 2, inside, same ? ROLE_DIM : ROLE_GOOD);
		row.id = text_dup(member);
		add_member_row(rows, &row, pair);
	}
}

/* The option that makes it so. */
static char *
identity_origin(const struct row *row, const json_t *pair)
{
	static const struct {
		const char *member, *option;
	} options[] = { { "user", "--as" }, { "group", "--as" }, { "hostname", "--hostname" }, { "cwd", "--chdir" } };
	const json_t *inside = json_object_get(pair, "inside"), *id = json_object_get(inside, "id");
	_autofree_ char *value = answer_text(json_is_object(inside) ? id : inside), *quoted = text_shell_quote(value);

	for (size_t i = 0; i < COUNT(options); i++) {
		if (strcmp(options[i].member, row_id(row)) != 0 || !*value || strcmp(value, "-") == 0)
			continue;
		return strcmp(row_id(row), "group") == 0 ? text_format("isolate --as UID:%s", quoted) :
						       text_format("isolate %s %s", options[i].option, quoted);
	}
	return NULL;
}

/* "0-65535 are 100000-165535", from one side of a map. */
static char *
map_text(const json_t *map, const char *above)
{
	char *text = text_dup("");
	const json_t *range;
	size_t i;

	if (!json_is_array(map)) {
		free(text);
		return text_dup("(cannot be read)");
	}
	json_array_foreach(map, i, range) {
		json_int_t inside = json_integer_value(json_object_get(range, "inside"));
		json_int_t outside = json_integer_value(json_object_get(range, above));
		json_int_t count = json_integer_value(json_object_get(range, "count"));
		_autofree_ char *one = NULL;

		if (count == 1)
			one = text_format("%lld is %lld", (long long)inside, (long long)outside);
		else if (inside == outside && inside == 0 && count == 4294967295)
			one = text_dup("as they are");
		else
			one = text_format("%lld-%lld are %lld-%lld", (long long)inside, (long long)(inside + count - 1),
					  (long long)outside, (long long)(outside + count - 1));
		append(&text, ", ", one);
	}
	return text;
}

static void
fill_chain(const json_t *chain, struct rows *rows)
{
	const json_t *ns;
	size_t i;

	json_array_foreach(chain, i, ns) {
		struct row_draft row = { 0 };
		_autofree_ char *number = answer_text(json_object_get(ns, "number"));
		_autofree_ char *owner = answer_text(json_object_get(ns, "owner"));
		_autofree_ char *users = map_text(json_object_get(ns, "users"), "outside");
		_autofree_ char *groups = map_text(json_object_get(ns, "groups"), "outside");
		bool alike = strcmp(users, groups) == 0;
		bool yours = json_is_true(json_object_get(ns, "yours"));

		row_set(&row, 0, text_format("user namespace %zu", i + 1), ROLE_DIM);
		row_set(&row, 1,
			yours ? text_format("%s, yours", number) : text_format("%s, made by %s", number, owner),
			ROLE_NORMAL);
		row_set(&row, 2,
			alike ? text_format("%s (users, groups)", users) :
				text_format("users: %s; groups: %s", users, groups),
			yours ? ROLE_DIM : ROLE_GOOD);
		row.id = take_ptr(number);
		add_member_row(rows, &row, ns);
	}
}

static void
fill_identity(const json_t *answer, struct rows *rows)
{
	_autofree_ char *summary = answer_member(answer, "summary");

	if (*summary)
		rows->caption = take_ptr(summary);
	fill_pairs(json_object_get(answer, "identity"), rows);
	fill_pairs(json_object_get(answer, "limits"), rows);
	fill_chain(json_object_get(answer, "user_namespaces"), rows);
}

/* --- namespaces --- */

static const struct tab_column namespace_columns[] = {
	{ "kind", "KIND", 0, 6, 9 },
	{ "state", "", 0, 6, 8 },
	{ "isolates", "ISOLATES", TAB_GROWS, 36, 7 },
	{ "inside", "INSIDE", TAB_RIGHT, 10, 6 },
	{ "outside", "OUTSIDE", TAB_RIGHT, 10, 4 },
	{ "owner", "OWNED BY", TAB_RIGHT, 10, 2 },
	{ "maker", "MADE BY", 0, 8, 3 },
};

static void
fill_namespaces(const json_t *answer, struct rows *rows)
{
	const char *kind;
	json_t *ns;
	_autofree_ char *summary = answer_member(answer, "summary");

	if (*summary)
		rows->caption = take_ptr(summary);
	json_object_foreach(json_object_get(answer, "namespaces"), kind, ns) {
		struct row_draft row = { 0 };
		bool same = json_is_true(json_object_get(ns, "same"));

		row_set(&row, 0, text_dup(kind), ROLE_NORMAL);
		row_set(&row, 1, text_dup(same ? "shared" : "own"), same ? ROLE_WARN : ROLE_GOOD);
		row_set(&row, 2, answer_member(ns, "isolates"), ROLE_NORMAL);
		row_set(&row, 3, answer_text(json_object_get(ns, "inside")), ROLE_NORMAL);
		row_set(&row, 4, answer_text(json_object_get(ns, "outside")), ROLE_DIM);
		row_set(&row, 5, answer_text(json_object_get(ns, "owner")), ROLE_DIM);
		row_set(&row, 6, answer_text(json_object_get(ns, "maker")), ROLE_DIM);
		row.id = text_dup(kind);
		add_member_row(rows, &row, ns);
	}
}

static char *
namespace_origin(const struct row *row, const json_t *ns)
{
	bool same = json_is_true(json_object_get(ns, "same"));
	_autofree_ char *make = answer_member(ns, "make");

	if (strcmp(row_cell(row, 0), "net") == 0)
		return text_format("isolate --net=%s%s%s", same ? "host" : "none", !same && *make ? "\n" : "",
				   same ? "" : make);
	return same || !*make ? NULL : take_ptr(make);
}

/* --- processes --- */

static const struct tab_column process_columns[] = {
	{ "inside", "INSIDE", TAB_RIGHT, 3, 8 },
	{ "outside", "OUTSIDE", TAB_RIGHT, 3, 7 },
	{ "state", "STATE", 0, 5, 4 },
	{ "user", "USER", 0, 4, 3 },
	{ "cpu", "CPU TIME", TAB_RIGHT, 4, 5 },
	{ "memory", "MEMORY", TAB_RIGHT, 6, 6 },
	{ "command", "COMMAND", TAB_GROWS, 20, 9 },
};

static char *
user_name(const json_t *user)
{
	const json_t *name = json_object_get(user, "name");

	return answer_text(json_is_string(name) ? name : json_object_get(user, "id"));
}

char *
tab_cpu_text(const json_t *milliseconds)
{
	json_int_t value = json_integer_value(milliseconds);

	if (!json_is_integer(milliseconds))
		return text_dup("-");
	return text_format("%lld:%02lld.%02lld", (long long)(value / 60000), (long long)(value / 1000 % 60),
			   (long long)(value / 10 % 100));
}

static void
fill_process(const json_t *process, struct row_draft *row)
{
	int depth = (int)json_integer_value(json_object_get(process, "depth"));
	char *state = answer_member(process, "state"), *command = NULL;
	bool odd = strcmp(state, "stopped") == 0 || strcmp(state, "zombie") == 0;
	const json_t *word;
	size_t i;

	command = text_format("%*s", depth > 0 ? 2 * (depth < 20 ? depth : 20) : 0, "");
	json_array_foreach(json_object_get(process, "arguments"), i, word) {
		_autofree_ char *text = answer_text(word);
		char *longer = text_format("%s%s%s", command, i > 0 ? " " : "", text);

		free(command);
		command = longer;
	}
	row_set(row, 0, answer_text(json_object_get(process, "inside")), ROLE_NORMAL);
	row_set(row, 1, answer_text(json_object_get(process, "outside")), ROLE_DIM);
	row_set(row, 2, state, odd ? ROLE_WARN : strcmp(state, "running") == 0 ? ROLE_GOOD : ROLE_DIM);
	row_set(row, 3, user_name(json_object_get(process, "user")), ROLE_DIM);
	row_set(row, 4, tab_cpu_text(json_object_get(process, "cpu")), ROLE_DIM);
	row_set(row, 5, answer_size(json_integer_value(json_object_get(process, "memory"))), ROLE_NORMAL);
	row_set(row, 6, command, ROLE_NORMAL);
	row->id = text_dup(row->cells[1]);
}

static char *
process_origin(const struct row *row, const json_t *process)
{
	const json_t *words = json_object_get(process, "arguments"), *word;
	char *text = text_dup(":exec");
	size_t i;

	json_array_foreach(words, i, word) {
		_autofree_ char *plain = answer_text(word), *quoted = tab_quote(plain, false);

		append(&text, " ", quoted);
	}
	(void)row;
	return text;
}

/* --- events --- */

static const struct tab_column event_columns[] = {
	{ "time", "TIME", 0, 8, 8 },
	{ "event", "EVENT", 0, 5, 9 },
	{ "what", "WHAT", TAB_GROWS, 16, 9 },
};

char *
tab_time_text(const json_t *value)
{
	time_t at = (time_t)(json_is_real(value) ? (json_int_t)json_real_value(value) : json_integer_value(value));
	struct tm tm;
	char text[16] = "-";

	if (json_is_string(value))
		return answer_text(value);
	if (json_is_number(value) && localtime_r(&at, &tm))
		strftime(text, sizeof text, "%H:%M:%S", &tm);
	return text_dup(text);
}

/* So many are kept: the oldest go. */
enum { EVENTS_MAX = 5000, EVENTS_DROPPED = 500 };

static void
fill_event(const json_t *event, struct row_draft *row)
{
	row_set(row, 0, tab_time_text(json_object_get(event, "time")), ROLE_DIM);
	row_set(row, 1, answer_member(event, "event"), ROLE_NORMAL);
	row_set(row, 2, event_words(event), ROLE_NORMAL);
}

void
tab_add_event(const json_t *event, const char *text, struct rows *rows)
{
	struct row_draft row = { 0 };

	if (rows->len >= EVENTS_MAX)
		rows_drop(rows, EVENTS_DROPPED);
	rows->known = true;
	fill_event(event, &row);
	rows_add(rows, &row, text, strlen(text));
}

static char *
event_origin(const struct row *row, const json_t *event)
{
	_autofree_ char *command = answer_member(event, "command");

	(void)row;
	return *command ? text_format(":%s", command + (*command == ':')) : NULL;
}

/* --- misses --- */

/* A row is what would cure misses together, as :misses groups them. */
static const struct tab_column miss_columns[] = {
	{ "cure", "CURE", TAB_KEEP_END | TAB_GROWS, 22, 9 },
	{ "count", "TIMES", TAB_RIGHT, 5, 6 },
	{ "paths", "PATHS", TAB_RIGHT, 5, 5 },
	{ "process", "ASKED BY", 0, 6, 7 },
	{ "path", "THE LAST PATH", TAB_KEEP_END | TAB_GROWS, 16, 8 },
	{ "state", "", 0, 4, 9 },
};

/* What is to be decided about stands out; that nothing was decided goes without saying. */
static void
set_state(struct row_draft *row, int cell, const json_t *group)
{
	_autofree_ char *state = answer_member(group, "state");
	bool held = strcmp(state, "held") == 0;

	row_set(row, cell, strcmp(state, "open") == 0 ? text_dup("") : take_ptr(state), held ? ROLE_ERROR : ROLE_DIM);
}

static void
fill_miss(const json_t *group, struct row_draft *row)
{
	_autofree_ char *worth = answer_member(group, "worth");

	row_set(row, 0, answer_member(group, "spec"), strcmp(worth, "strong") == 0 ? ROLE_GOOD : ROLE_DIM);
	row_set(row, 1, answer_text(json_object_get(group, "count")), ROLE_NORMAL);
	row_set(row, 2, answer_text(json_object_get(group, "paths")), ROLE_NORMAL);
	row_set(row, 3, answer_member(group, "comm"), ROLE_DIM);
	row_set(row, 4, answer_member(group, "path"), ROLE_NORMAL);
	set_state(row, 5, group);
	row->id = text_dup(*row->cells[0] ? row->cells[0] : row->cells[4]);
}

static char *
miss_origin(const struct row *row, const json_t *group)
{
	(void)group;
	return *row_cell(row, 0) ? text_format(":mount %s", row_cell(row, 0)) : text_dup("no mount");
}

const struct tab tab_table[TABS] = {
	[TAB_MOUNTS] = { "mounts", "Mounts", "mounts", REFRESH_MOUNTS, mount_columns, COUNT(mount_columns),
			 "No mounts.", "what is mounted inside, and which path outside each mount shows",
			 "mounts", fill_mount, compare_mounts, NULL, mount_origin },
	[TAB_IDENTITY] = { "identity", "Identity", "who", REFRESH_CHANGE, identity_columns, COUNT(identity_columns),
			   "Nothing is known.", "who the process is, outside and inside", NULL, NULL, NULL,
			   fill_identity, identity_origin },
	[TAB_NAMESPACES] = { "namespaces", "Namespaces", "ns", REFRESH_CHANGE, namespace_columns,
			     COUNT(namespace_columns), "No namespaces.",
			     "which namespaces it has of its own, and what each isolates", NULL, NULL, NULL,
			     fill_namespaces, namespace_origin },
	[TAB_PROCESSES] = { "processes", "Processes", "ps", REFRESH_SECOND, process_columns, COUNT(process_columns),
			    "No processes.", "what runs inside, with the numbers on both sides", "processes",
			    fill_process, NULL, NULL, process_origin },
	[TAB_EVENTS] = { "events", "Events", "events", REFRESH_EVENTS, event_columns, COUNT(event_columns),
			 "Nothing has happened yet.", "what happened, newest last", "events", fill_event, NULL,
			 NULL, event_origin },
	[TAB_MISSES] = { "misses", "Misses", "misses", REFRESH_CHANGE, miss_columns, COUNT(miss_columns),
			 "Nothing was missed.", "what was looked for, exists outside and not inside", "groups",
			 fill_miss, NULL, NULL, miss_origin },
};

json_t *
tab_fill(const struct tab *tab, const char *text, size_t len, struct rows *rows, struct error *err)
{
	struct answer_list list;
	json_t *answer = answer_parse_but(text, len, tab->list, &list, err);
	const char *source;
	size_t source_len;

	if (!answer)
		return NULL;
	rows_clear(rows);
	rows->known = true;
	if (tab->fill)
		tab->fill(answer, rows);
	for (;;) {
		_autojson_ json_t *item = answer_next(&list, &source, &source_len, err);
		struct row_draft row = { 0 };

		if (!item)
			break;
		tab->fill_row(item, &row);
		rows_add(rows, &row, source, source_len);
	}
	if (tab->compare && rows->len > 0)
		qsort(rows->items, rows->len, sizeof *rows->items, tab->compare);
	return answer;
}

int
tab_find(const char *name)
{
	for (int i = 0; i < TABS; i++)
		if (strcmp(tab_table[i].name, name) == 0)
			return i;
	return -1;
}
