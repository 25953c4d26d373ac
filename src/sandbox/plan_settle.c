/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A draft brought into agreement: which entries are needed, what their parents are, whether their places are there. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/plan_draft.h"

/* Entries whose absence harms nobody: the default view, and what was made up to make names work. */
static bool
is_expendable(const struct draft_entry *entry)
{
	if (entry->flags & DRAFT_VITAL)
		return false;
	return entry->flags & DRAFT_VIEW || entry->rank < RANK_DEFAULT;
}

/* Shows the spec that wants the entry, with its MNTPOINT underlined. Returns what error_set() returned. */
static int
at_mntpoint(const struct draft_entry *entry, int ret, struct error *err)
{
	const struct spec *spec = entry->e.spec;
	size_t len;

	if (!spec) {
		error_from(err, "from the default view");
		return ret;
	}
	len = strlen(spec->text) - (size_t)spec->at_mntpoint;
	if (spec->at_source >= 0)
		len = (size_t)(spec->at_source - 1 - spec->at_mntpoint);
	error_from(err, "from %s", spec->from);
	error_caret(err, spec->text, spec->at_mntpoint, (int)len);
	return ret;
}

/* Leaves the entry out if it can be spared (0), else returns the error that `say` has set. */
static int
spare(struct draft_entry *entry, const char *why)
{
	if (!is_expendable(entry))
		return -1;
	if (entry->rank >= RANK_DEFAULT)
		log_verbose("the default '%s' is left out: %s", entry->e.path, why);
	entry->dropped = true;
	return 0;
}

static bool
is_link_to(const char *path, const char *target)
{
	char text[4096];
	ssize_t n = readlink(path, text, sizeof text);

	return n >= 0 && (size_t)n == strlen(target) && memcmp(text, target, (size_t)n) == 0;
}

/* A link that is to be seen already, in what is mounted above it. */
static bool
is_visible_link(const struct draft_entry *entry, const struct draft_entry *above)
{
	_autofree_ char *place = NULL;

	if (above->e.kind == PLAN_PROC)
		return true;
	if (above->e.kind != PLAN_BIND)
		return false;
	if (entry->outside != OUTSIDE_UNKNOWN && bind_shows(&above->e, entry->e.path, entry->e.path))
		return S_ISLNK(entry->outside);
	place = bind_source_of(&above->e, entry->e.path);
	return is_link_to(place, entry->e.content);
}

/* A default of which what is mounted above makes nothing necessary. */
static bool
is_needless_default(const struct draft_entry *entry, const struct draft_entry *above)
{
	if (above->flags & DRAFT_EMPTY && entry->rank == RANK_DEFAULT && !(entry->flags & DRAFT_KEEP))
		return true;
	if (above->e.kind != PLAN_BIND)
		return false;
	if (entry->flags & DRAFT_YIELDS && above->rank == RANK_SPEC)
		return true;
	return entry->e.kind == PLAN_BIND && entry->e.attrs == above->e.attrs &&
	       bind_shows(&above->e, entry->e.path, entry->e.source);
}

static bool
is_needless(struct draft_entry *entry)
{
	const struct draft_entry *above = entry->above;

	if (entry->flags & DRAFT_COVER) {
		entry->flags &= ~(unsigned)DRAFT_COVER;
		return !above || above->e.kind != PLAN_BIND || !bind_shows(&above->e, entry->e.path, entry->e.path);
	}
	if (!above)
		return false;
	if (entry->rank == RANK_WAYPOINT)
		return above->e.kind == PLAN_BIND || above->e.kind == PLAN_PROC;
	if (entry->e.kind == PLAN_SYMLINK)
		return is_visible_link(entry, above) ||
		       (entry->flags & DRAFT_VIEW && is_needless_default(entry, above));
	return entry->flags & DRAFT_VIEW && is_needless_default(entry, above);
}

/* Type of the entry's place in the bind above it. 0 with *ret 0: there is nothing. */
static int
look_at_place(const struct draft_entry *entry, mode_t *ret)
{
	const struct plan_entry *bind = &entry->above->e;
	_autofree_ char *place = NULL;
	int r;

	*ret = entry->outside;
	if (entry->outside != OUTSIDE_UNKNOWN && bind_shows(bind, entry->e.path, entry->e.path))
		return 0;
	place = bind_source_of(bind, entry->e.path);
	r = view_stat(place, ret);
	if (r != -ENOENT && r != -ENOTDIR)
		return r;
	*ret = 0;
	return 0;
}

/* The deepest directory above the entry that is there in the bind. */
static char *
existing_directory(const struct draft_entry *entry)
{
	const struct plan_entry *bind = &entry->above->e;
	char *dir = path_parent(entry->e.path);

	while (strcmp(dir, bind->path) != 0) {
		_autofree_ char *place = bind_source_of(bind, dir);
		char *parent;
		mode_t mode;

		if (view_stat(place, &mode) == 0 && S_ISDIR(mode))
			break;
		parent = path_parent(dir);
		free(dir);
		dir = parent;
	}
	return dir;
}

static int
would_be_created(struct draft_entry *entry, struct error *err)
{
	_autofree_ char *place = bind_source_of(&entry->above->e, entry->e.path);
	_autofree_ char *dir = existing_directory(entry);
	_autofree_ char *host_dir = NULL;

	if (spare(entry, "it would have to be created on the host") == 0)
		return 0;
	host_dir = bind_source_of(&entry->above->e, dir);
	error_set(err, 0, "'%s' does not exist, and would have to be created on the host, in '%s'", place, host_dir);
	at_mntpoint(entry, -1, err);
	error_hint(err, "create it yourself (%s), choose another place, or bind the directory above it with ro:",
		   entry->e.is_dir ? "mkdir -p" : "touch");
	return -1;
}

static int
needs_rebuild(struct draft *draft, struct draft_entry *entry)
{
	char *dir;

	if (draft->rebuilds_len > 0 &&
	    path_is_below(entry->e.path, draft->rebuilds[draft->rebuilds_len - 1].dir))
		return 0;
	dir = existing_directory(entry);
	draft->rebuilds = array_grow(draft->rebuilds, &draft->rebuilds_cap, draft->rebuilds_len + 1,
				     sizeof *draft->rebuilds);
	/* The bind is one of the draft's own entries, which are only read through `above`. */
	draft->rebuilds[draft->rebuilds_len++] = (struct draft_rebuild){ (struct draft_entry *)entry->above, dir };
	return 0;
}

static const char *
kind_of_place(mode_t mode)
{
	return S_ISDIR(mode) ? "a directory" : S_ISLNK(mode) ? "a symbolic link" : "a file";
}

/* There is something at the place: it has to be of the entry's own kind, and no link. */
static int
check_kind(struct draft_entry *entry, mode_t mode, struct error *err)
{
	bool fits = entry->e.kind != PLAN_SYMLINK && !S_ISLNK(mode) && (S_ISDIR(mode) != 0) == entry->e.is_dir;
	mode_t wanted = entry->e.kind == PLAN_SYMLINK ? S_IFLNK : entry->e.is_dir ? S_IFDIR : S_IFREG;

	if (fits || spare(entry, "something else is there") == 0)
		return 0;
	error_set(err, 0, "'%s' is %s inside, where %s has to be", entry->e.path, kind_of_place(mode),
		  kind_of_place(wanted));
	at_mntpoint(entry, -1, err);
	if (entry->e.kind == PLAN_SYMLINK)
		error_hint(err, "outside it is a link to '%s': name the place that it leads to", entry->e.content);
	return -1;
}

static int
find_place_in_bind(struct draft *draft, struct draft_entry *entry, struct error *err)
{
	mode_t mode;
	int r = look_at_place(entry, &mode);

	if (r == -ELOOP) {
		if (spare(entry, "a symbolic link leads there") == 0)
			return 0;
		error_set(err, 0, "'%s' leads through a symbolic link inside", entry->e.path);
		at_mntpoint(entry, -1, err);
		error_hint(err, "name the place that the link leads to");
		return -1;
	}
	if (r < 0) {
		if (spare(entry, strerror(-r)) == 0)
			return 0;
		error_set(err, -r, "cannot look at the mount point '%s'", entry->e.path);
		return at_mntpoint(entry, r, err);
	}
	if (mode != 0)
		return check_kind(entry, mode, err);
	if (entry->above->e.attrs & PLAN_RO && !is_expendable(entry))
		return needs_rebuild(draft, entry);
	return would_be_created(entry, err);
}

/* In procfs and devpts nothing can be made: what is there outside is there inside. */
static int
find_place_in_kernel_fs(struct draft_entry *entry, struct error *err)
{
	if (entry->above->e.kind == PLAN_PROC && entry->outside != 0 && entry->outside != OUTSIDE_UNKNOWN)
		return check_kind(entry, entry->outside, err);
	if (spare(entry, "there is no such place") == 0)
		return 0;
	return at_mntpoint(entry, error_set(err, 0, "there is no '%s' to mount on", entry->e.path), err);
}

static int
below_no_directory(struct draft_entry *entry, struct error *err)
{
	const struct plan_entry *above = &entry->above->e;

	if (spare(entry, "there is no directory above it") == 0)
		return 0;
	return at_mntpoint(entry,
			   error_set(err, 0, "cannot mount on '%s': '%s' is %s inside", entry->e.path, above->path,
				     above->kind == PLAN_SYMLINK ? "a symbolic link" : "a file"),
			   err);
}

static int
settle_entry(struct draft *draft, struct draft_entry *entry, struct error *err)
{
	const struct draft_entry *above = entry->above;

	entry->e.make = false;
	if (above && !above->e.is_dir)
		return below_no_directory(entry, err);
	if (is_needless(entry)) {
		entry->dropped = true;
		return 0;
	}
	if (!above || above->e.kind == PLAN_DIR || above->e.kind == PLAN_TMPFS) {
		entry->e.make = strcmp(entry->e.path, "/") != 0;
		return 0;
	}
	if (above->e.kind == PLAN_BIND)
		return find_place_in_bind(draft, entry, err);
	return find_place_in_kernel_fs(entry, err);
}

/* From the root down: what is above an entry is settled before it. */
static int
settle_all(struct draft *draft, struct error *err)
{
	const struct draft_entry *last = NULL;

	for (size_t i = 0; i < draft->len; i++) {
		struct draft_entry *entry = draft->entries[i];
		int r;

		while (last && !path_is_below(entry->e.path, last->e.path))
			last = last->above;
		entry->above = last;
		r = settle_entry(draft, entry, err);
		if (r < 0)
			return r;
		if (!entry->dropped)
			last = entry;
	}
	return 0;
}

int
draft_settle(struct draft *draft, struct error *err)
{
	int r;

	/* Each turn puts what is needed one directory deeper, so it ends. */
	do {
		draft_sort(draft);
		r = settle_all(draft, err);
		if (r < 0 || draft->rebuilds_len == 0)
			return r;
		r = draft_rebuild(draft, err);
	} while (r == 0);
	return r;
}
