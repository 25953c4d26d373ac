/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options from a file: a user's profile, and a project's own, which may only tighten. */
#include "config.h"

#include "profile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "base/xdg.h"
#include "options.h"

static const char blanks[] = " \t";

static char *
path_of(const char *name)
{
	_autofree_ char *below = text_format("isolate/profiles/%s", name);

	return strchr(name, '/') ? text_dup(name) : xdg_path("XDG_CONFIG_HOME", ".config", below);
}

static int
refuse_file(const char *path, int r, struct error *err)
{
	if (r == -EINVAL)
		return error_set(err, 0, "cannot read '%s': it is not a file", path);
	if (r == -EFBIG)
		return error_set(err, 0, "cannot read '%s': it is longer than %d bytes", path, PROFILE_SIZE);
	if (r == -EILSEQ)
		return error_set(err, 0, "cannot read '%s': it holds a zero byte", path);
	return error_set(err, -r, "cannot read '%s'", path);
}

static const struct option_row *
find_row(const char *word, struct error *err)
{
	const char *names[option_rows_len], *meant;
	const char *name = strncmp(word, "--", 2) == 0 ? word + 2 : word;
	size_t len = 0;

	for (size_t i = 0; i < option_rows_len; i++) {
		const char letter[] = { '-', option_rows[i].short_name, '\0' };

		if (strcmp(option_rows[i].long_name, name) == 0 || (letter[1] != '\0' && strcmp(letter, word) == 0))
			return &option_rows[i];
		if (option_rows[i].profile != PROFILE_NEVER)
			names[len++] = option_rows[i].long_name;
	}
	meant = text_nearest(name, names, len);
	error_set(err, 0, "unknown option '%s'", word);
	if (meant)
		error_hint(err, "did you mean '%s'?", meant);
	else
		error_hint(err, "each line is a long option, without its dashes if you like, and its argument");
	return NULL;
}

/* `rest` is what stands behind the option's name, or "". */
static int
apply_row(struct request *req, const struct option_row *row, char *rest, struct error *err)
{
	int args = option_args(row);
	char *second = NULL;

	if (args == 0 && *rest != '\0')
		return error_set(err, 0, "%s takes no argument: '%s'", row->long_name, rest);
	if (args > 0 && *rest == '\0')
		return error_set(err, 0, "%s needs %s: %s", row->long_name, args == 1 ? "an argument" : "two arguments",
				 row->arg);
	if (args == 2 && !strchr(rest, '=')) {
		second = rest + strcspn(rest, blanks);
		if (*second != '\0')
			*second++ = '\0';
		second += strspn(second, blanks);
	}
	return row->apply(req, args > 0 ? rest : NULL, second, err);
}

/* What a tmpfs may hold without a size, tmpfs(5). */
static uint64_t
default_tmpfs_size(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return pages > 0 && size > 0 ? (uint64_t)pages / 2 * (uint64_t)size : 0;
}

/* A project's file: the row's value may still be one that loosens. */
static int
check_tightens(const struct request *before, const struct request *after, const char *name, struct error *err)
{
	uint64_t limit = before->tmpfs_size != 0 ? before->tmpfs_size : default_tmpfs_size();

	if (before->net == NET_NONE && after->net != NET_NONE)
		return error_set(err, 0, "'%s' would open the network", name);
	if (after->tmpfs_size != before->tmpfs_size && after->tmpfs_size > limit)
		return error_set(err, 0, "'%s' would make it larger", name);
	return 0;
}

static int
apply_line(struct request *req, char *line, bool project, struct error *err)
{
	char *rest = line + strcspn(line, " \t=");
	bool is_joined = *rest == '=';
	const struct option_row *row;
	struct request before = *req;
	int r;

	if (*rest != '\0')
		*rest++ = '\0';
	if (!is_joined)
		rest += strspn(rest, blanks);
	row = find_row(line, err);
	if (!row)
		return -1;
	if (row->profile == PROFILE_NEVER)
		return error_set(err, 0, "'%s' cannot stand in a file", row->long_name);
	if (project && row->profile != PROFILE_TIGHTENS)
		return error_set(err, 0, "'%s' does not tighten", row->long_name);
	r = apply_row(req, row, rest, err);
	if (r == 0 && project)
		r = check_tightens(&before, req, row->long_name, err);
	return r;
}

/* Takes `text` apart, and changes it. */
static int
apply_text(struct request *req, char *text, const char *path, bool project, struct error *err)
{
	const char *from = request_keep(req, project ? "'" PROFILE_PROJECT "' of this directory" : path);
	int number = 0, r = 0;

	req->mnt_origin = ORIGIN_PROFILE;
	req->mnt_from = from;
	for (char *next = text, *line; r == 0 && (line = strsep(&next, "\n"));) {
		size_t len = strlen(line);

		number++;
		/* Blanks at the end are nothing, and so is the \r of another system. */
		while (len > 0 && strchr(" \t\r", line[len - 1]))
			line[--len] = '\0';
		line += strspn(line, blanks);
		if (*line == '\0' || *line == '#')
			continue;
		r = apply_line(req, line, project, err);
		if (r < 0)
			error_context(err, "'%s', line %d", path, number);
	}
	req->mnt_origin = ORIGIN_OPTION;
	req->mnt_from = "--mnt";
	if (r < 0 && project)
		error_hint(err, "a project's own file may only hide places (mnt PLACE=none), make them read-only "
				"(mnt ro:PLACE), or take away (net none, unsetenv, clearenv, …)");
	return r;
}

int
profile_apply_text(struct request *req, char *text, const char *path, struct error *err)
{
	return apply_text(req, text, path, false, err);
}

int
profile_apply(struct request *req, const char *name, struct error *err)
{
	_autofree_ char *path = path_of(name);
	_autofree_ char *text = NULL;
	int r;

	if (!path)
		return error_set(err, 0, "there is no place for profiles: neither XDG_CONFIG_HOME nor HOME is set");
	r = file_read(AT_FDCWD, path, 0, PROFILE_SIZE, &text);
	if (r < 0) {
		refuse_file(path, r, err);
		error_context(err, "--profile");
		if (r == -ENOENT && !strchr(name, '/'))
			error_hint(err, "a file elsewhere is given with a slash: --profile=./%s", name);
		return r;
	}
	return apply_text(req, text, path, false, err);
}

/* What `path` inside shows in the plan: the source outside, or NULL where it is not, or not a file of the host's. */
static char *
visible_source(const struct plan *plan, const char *path, unsigned *ret_attrs)
{
	int at = plan_find(plan, path);
	const struct plan_entry *entry = at < 0 ? NULL : &plan->entries[at];
	const char *below;

	if (!entry || entry->kind != PLAN_BIND)
		return NULL;
	below = path_below(path, entry->path);
	*ret_attrs = entry->attrs;
	return *below == '\0' ? text_dup(entry->source) : path_join(entry->source, below);
}

static bool
loosens(unsigned before, unsigned after)
{
	return (after & ~before & (PLAN_DEV | PLAN_SUID)) || (before & ~after & PLAN_NOEXEC);
}

/* What the project's file mounts from outside has to be there without it, and must not get more than read-only. */
static int
check_entry(const struct plan_entry *entry, const struct plan *before, struct error *err)
{
	unsigned attrs = 0;
	_autofree_ char *source = visible_source(before, entry->path, &attrs);

	/* Over a file, what hides it is a bind of /dev/null. */
	if (entry->spec->none)
		return 0;
	if (source && strcmp(source, entry->source) == 0 && (entry->attrs & PLAN_RO) && !loosens(attrs, entry->attrs))
		return 0;
	error_set(err, 0, "'%s' in '%s' shows more than there is without it", entry->spec->text, PROFILE_PROJECT);
	error_hint(err, "a project's own file may only hide places (mnt PLACE=none) or make them read-only "
			"(mnt ro:PLACE)");
	error_hint(err, "give it yourself if you want it: -m '%s'", entry->spec->text);
	return -1;
}

/*
 * What can be seen at a place with the project's file has to be so without it. With a view and another that differ in
 * nothing but their entries, whatever is different is so at the place of an entry of one of them.
 */
static int
check_place(const char *path, const struct plan *before, const struct plan *after, struct error *err)
{
	unsigned now = 0, then = 0;
	_autofree_ char *shown = visible_source(after, path, &now), *seen = NULL;
	int at = plan_find(after, path);
	bool hides = at >= 0 && after->entries[at].spec && after->entries[at].spec->none;

	if (!shown || hides)
		return 0;
	seen = visible_source(before, path, &then);
	if (seen && strcmp(seen, shown) == 0 && !loosens(then, now) && !(then & ~now & PLAN_RO))
		return 0;
	error_set(err, 0, "with '%s' more of '%s' would be inside than without it", PROFILE_PROJECT, path);
	error_hint(err, "what it takes away covers that place");
	return -1;
}

static int
check_plan(const struct request *req, size_t own_specs, const struct plan *before, const struct plan *after,
	   struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < after->len; i++) {
		const struct spec *spec = after->entries[i].spec;

		if (after->entries[i].kind == PLAN_BIND && spec >= req->specs.items + own_specs &&
		    spec < req->specs.items + req->specs.len)
			r = check_entry(&after->entries[i], before, err);
	}
	for (size_t i = 0; r == 0 && i < after->len; i++)
		r = check_place(after->entries[i].path, before, after, err);
	for (size_t i = 0; r == 0 && i < before->len; i++)
		r = check_place(before->entries[i].path, before, after, err);
	return r;
}

int
profile_apply_project(struct request *req, struct plan *plan, struct error *err)
{
	size_t specs = req->specs.len;
	struct plan after = { 0 };
	_autofree_ char *text = NULL;
	int r = file_read(AT_FDCWD, PROFILE_PROJECT, O_NOFOLLOW, PROFILE_SIZE, &text);

	if (r == -ENOENT)
		return 0;
	r = r < 0 ? refuse_file(PROFILE_PROJECT, r, err) : apply_text(req, text, PROFILE_PROJECT, true, err);
	/* The specs have moved: the plan points to those that it was made from. */
	if (r == 0)
		r = plan_make(req, &after, err);
	if (r != 0) {
		plan_release(plan);
		return r;
	}
	r = check_plan(req, specs, plan, &after, err);
	plan_release(plan);
	if (r < 0) {
		plan_release(&after);
		return r;
	}
	*plan = after;
	log_verbose("'%s' of this directory tightens the session", PROFILE_PROJECT);
	return 0;
}
