/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Specs to entries of a plan. */
#include "config.h"

#include "sandbox/plan_specs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/identity.h"
#include "sandbox/view.h"

struct spec_reader {
	struct draft *draft;
	const struct spec_places *places;
	const struct spec_list *specs;
	struct view_memo mntpoints, sources;
	bool null_known; /* /dev/null has been looked at, and is a device */
	bool sockets;
};

/* MNTPOINT or SOURCE of a spec, and where it stands in its text. */
struct operand {
	const struct spec *spec;
	const char *text;
	bool tilde;
	int at, len;
};

static struct operand
mntpoint_of(const struct spec *spec)
{
	int end = spec->at_source >= 0 ? spec->at_source - 1 : (int)strlen(spec->text);

	return (struct operand){ spec, spec->mntpoint, spec->mntpoint_tilde, spec->at_mntpoint,
				 end - spec->at_mntpoint };
}

/* What is seen at the mount point: SOURCE, or MNTPOINT itself. */
static struct operand
source_of(const struct spec *spec)
{
	if (!spec->source)
		return mntpoint_of(spec);
	return (struct operand){ spec, spec->source, spec->source_tilde, spec->at_source,
				 (int)strlen(spec->text) - spec->at_source };
}

/* Points at the operand, and says what the spec came from. Returns ret. */
static int
at_operand(const struct operand *operand, int ret, struct error *err)
{
	error_from(err, "from %s", operand->spec->from);
	error_caret(err, operand->spec->text, operand->at, operand->len);
	return ret;
}

/* "~/x", "~bob/x". */
static char *
expand_tilde(const struct operand *operand, const struct spec_places *places, struct error *err)
{
	size_t len = strcspn(operand->text, "/");
	_autofree_ char *user = NULL;
	_autofree_ char *home = NULL;

	if (len == 1)
		return path_join(places->home, operand->text + 1);
	user = text_ndup(operand->text + 1, len - 1);
	home = identity_home_of(user);
	if (home && home[0] == '/')
		return path_join(home, operand->text + len);
	error_set(err, 0, home ? "user '%s' has no home directory" : "there is no user '%s'", user);
	error_hint(err, "a name that begins with '~' is written '\\~…'");
	at_operand(operand, -1, err);
	return NULL;
}

/*
 * The operand as an absolute path, links and ".." still in it: ".." is resolved by the walk, as programs that are given
 * the same name will have it. NULL with err filled.
 */
static char *
expand(const struct operand *operand, const struct spec_places *places, struct error *err)
{
	if (operand->tilde)
		return expand_tilde(operand, places, err);
	if (operand->text[0] == '/')
		return text_dup(operand->text);
	if (places->cwd)
		return path_join(places->cwd, operand->text);
	error_set(err, 0, "'%s' is relative, and the current directory is gone", operand->text);
	at_operand(operand, -1, err);
	return NULL;
}

static int
walk_failed(const struct operand *operand, const struct view *view, struct error *err)
{
	if (view->magic) {
		error_set(err, 0, "'%s' is a link to what one process has open, and no path", view->path);
		error_hint(err, "name the place that it leads to");
		return at_operand(operand, -1, err);
	}
	return at_operand(operand, error_set(err, view->why, "cannot follow '%s'", view->path), err);
}

/* 0, or negative with err filled; in both cases *ret is to be released. */
static int
walk(const struct operand *operand, const struct spec_places *places, struct view_memo *memo, struct view *ret,
     struct error *err)
{
	_autofree_ char *path = NULL;

	*ret = (struct view){ 0 };
	path = expand(operand, places, err);
	if (!path)
		return -1;
	if (view_walk(path, memo, ret) < 0)
		return walk_failed(operand, ret, err);
	return 0;
}

static bool
is_plain(const struct spec *spec)
{
	return !spec->flags && !spec->source && !spec->none;
}

/*
 * A name with blanks that lacks its second quotes: its words are specs, and the file exists whose name they are
 * together, from `start` on up to `absent` or further. NULL if there is none. The caller frees.
 */
static char *
find_joined(const struct spec_reader *reader, size_t start, size_t absent)
{
	const struct spec *specs = reader->specs->items;
	const struct operand first = source_of(&specs[start]);
	_autofree_ char *path = expand(&first, reader->places, NULL);
	_autofree_ char *name = text_dup(first.text);
	mode_t mode;

	for (size_t i = start + 1; path && i < reader->specs->len && is_plain(&specs[i]); i++) {
		char *longer = text_format("%s %s", path, specs[i].mntpoint);

		free(path);
		path = longer;
		longer = text_format("%s %s", name, specs[i].mntpoint);
		free(name);
		name = longer;
		if (i >= absent && view_stat(path, &mode) == 0)
			return take_ptr(name);
	}
	return NULL;
}

/* The mistakes that shells invite. */
static void
hint_shell(const struct spec_reader *reader, const struct operand *operand, struct error *err)
{
	size_t absent = (size_t)(operand->spec - reader->specs->items);

	if (operand->text[0] == '$')
		error_hint(err, "the shell replaces no variable in single quotes: in double ones it does");
	for (size_t words = 0, i = absent; words < 8; words++, i--) {
		_autofree_ char *name = find_joined(reader, i, absent);

		if (name) {
			error_hint(err,
				   "white space separates specs: a name with blanks has quotes of its own, '\"%s\"'",
				   name);
			return;
		}
		if (i == 0 || !is_plain(&reader->specs->items[i]))
			return;
	}
}

/* "'/a/b/c' does not exist: there is no '/a/b'". */
static int
absent(const struct spec_reader *reader, const struct operand *operand, const struct view *view, struct error *err)
{
	_autofree_ char *missing = view_missing(view);
	int ret;

	if (view->why != ENOENT)
		ret = error_set(err, view->why, "cannot reach '%s'", missing);
	else if (strcmp(missing, view->path) == 0)
		ret = error_set(err, 0, "'%s' does not exist", view->path);
	else
		ret = error_set(err, 0, "'%s' does not exist: there is no '%s'", view->path, missing);
	if (view->stops_len > 0)
		error_hint(err, "it is what '%s' leads to", operand->text);
	if (view->why == ENOENT)
		hint_shell(reader, operand, err);
	if (view->why == ENOENT)
		error_hint(err, "with the flag 'try' it is left out where it does not exist");
	return at_operand(operand, ret, err);
}

static unsigned
attrs_of(const struct spec *spec)
{
	return (spec->flags & SPEC_RO ? PLAN_RO : 0) | (spec->flags & SPEC_NOEXEC ? PLAN_NOEXEC : 0) |
	       (spec->flags & SPEC_DEV ? PLAN_DEV : 0) | (spec->flags & SPEC_SUID ? PLAN_SUID : 0);
}

static struct draft_entry *
add_entry(struct spec_reader *reader, const struct spec *spec, enum plan_kind kind, char *path, unsigned flags)
{
	unsigned view = spec->origin == ORIGIN_DEFAULT ? DRAFT_VIEW : 0;
	struct draft_entry *entry = draft_add(reader->draft, kind, path, RANK_SPEC, flags | view);

	entry->e.origin = spec->origin;
	entry->e.spec = spec;
	entry->e.attrs = attrs_of(spec);
	return entry;
}

/* An empty directory over a directory or over nothing; over a file, what reads as /dev/null does. */
static int
add_empty(struct spec_reader *reader, const struct operand *operand, char *path, mode_t mode, unsigned flags,
	  struct error *err)
{
	struct draft_entry *entry;
	mode_t null_mode;

	if (mode == 0 || S_ISDIR(mode)) {
		entry = add_entry(reader, operand->spec, PLAN_TMPFS, path, flags);
		entry->e.mode = mode ? (mode & 01777) | 0700 : 0755;
		return 0;
	}
	if (!reader->null_known && (view_stat("/dev/null", &null_mode) < 0 || !S_ISCHR(null_mode))) {
		free(path);
		return at_operand(operand, error_set(err, 0, "'/dev/null' is no device on this machine"), err);
	}
	reader->null_known = true;
	entry = add_entry(reader, operand->spec, PLAN_BIND, path, flags);
	entry->e.source = text_dup("/dev/null");
	entry->e.is_dir = false;
	entry->e.attrs |= PLAN_DEV;
	return 0;
}

static mode_t
outside_of(const struct view *view)
{
	return view->mode != 0 || view->why == ENOENT ? view->mode : OUTSIDE_UNKNOWN;
}

/* The entry that add_entry() made last. */
static struct draft_entry *
newest(const struct spec_reader *reader)
{
	return reader->draft->entries[reader->draft->len - 1];
}

static int
add_none(struct spec_reader *reader, const struct operand *operand, struct view *mntpoint, struct error *err)
{
	mode_t outside = outside_of(mntpoint);
	int r;

	if (strcmp(mntpoint->path, "/") == 0) {
		error_set(err, 0, "the root cannot be emptied");
		error_hint(err, "with --no-defaults nothing is inside but what is asked for");
		return at_operand(operand, -1, err);
	}
	r = add_empty(reader, operand, take_ptr(mntpoint->path), mntpoint->mode, DRAFT_EMPTY, err);
	if (r == 0)
		newest(reader)->outside = outside;
	return r;
}

/*
 * What the sandbox has of its own, always. A part of the host's /proc would tell of processes outside, and refer to
 * them by pids that are others' inside; and while the sandbox is built, the place is covered. Terminals outside are
 * where the user types.
 */
static const struct {
	const char *path, *about;
} own_only[] = {
	{ "/proc", "it is about processes outside" },
	{ "/dev/pts", "terminals are never shared" },
};

/* 0, or negative with err filled: the source lies in such a place. */
static int
check_not_own(const struct operand *operand, const char *source, struct error *err)
{
	for (size_t i = 0; i < sizeof own_only / sizeof *own_only; i++) {
		if (!path_is_below(source, own_only[i].path))
			continue;
		error_set(err, 0, "'%s' cannot be brought inside: %s", source, own_only[i].about);
		error_hint(err, "%s inside is one of the sandbox's own", own_only[i].path);
		return at_operand(operand, -1, err);
	}
	return 0;
}

/* Mount points below /proc/PID: the pid is another process's inside. */
static bool
is_process_place(const char *path)
{
	const char *below = path_below(path, "/proc");

	return below && *below >= '0' && *below <= '9';
}

/* A host whose root is bound somewhere brings its /proc along: there too, one of the sandbox's own goes over it. */
static void
cover_proc(struct spec_reader *reader, const struct spec *spec, const char *path)
{
	struct draft_entry *entry;

	if (strcmp(path, "/") == 0)
		return;
	entry = add_entry(reader, spec, PLAN_PROC, path_join(path, "proc"), DRAFT_VITAL);
	entry->e.attrs = 0;
}

/* Read-only keeps nobody from connecting to a socket; these are the places where they are. */
static bool
may_hold_sockets(const char *path, mode_t mode)
{
	return S_ISSOCK(mode) || path_is_below(path, "/run") || path_is_below(path, "/var/run") ||
	       path_is_below(path, "/tmp");
}

/* Consumes the paths. */
static void
add_bind(struct spec_reader *reader, const struct spec *spec, char *path, mode_t outside, char *source, mode_t mode)
{
	struct draft_entry *entry = add_entry(reader, spec, PLAN_BIND, path, 0);

	entry->e.source = source;
	entry->e.is_dir = S_ISDIR(mode);
	entry->outside = outside;
	if (strcmp(source, "/") == 0)
		cover_proc(reader, spec, path);
	if ((S_ISCHR(mode) || S_ISBLK(mode)) && !(spec->flags & SPEC_DEV))
		log_note("'%s' is a device, and can be opened inside only with the flag 'dev'", source);
	if (spec->flags & SPEC_RO && spec->origin != ORIGIN_DEFAULT && may_hold_sockets(source, mode))
		reader->sockets = true;
}

static void
note_left_out(const struct spec *spec, const struct view *source)
{
	if (spec->origin == ORIGIN_DEFAULT)
		log_verbose("'%s' is left out: '%s' does not exist", spec->text, source->path);
	else
		log_note("'%s' is left out: '%s' %s", spec->text, source->path,
			 source->why == ENOENT ? "does not exist" : "cannot be reached");
}

/* With both ends walked. source is mntpoint where none was written. */
static int
add_walked(struct spec_reader *reader, const struct spec *spec, struct view *mntpoint, struct view *source,
	   struct error *err)
{
	const struct operand operand = source_of(spec);
	mode_t outside = outside_of(mntpoint);
	int r;

	if (source->mode == 0 && spec->flags & SPEC_TRY) {
		note_left_out(spec, source);
		return 0;
	}
	if (source->mode == 0)
		return absent(reader, &operand, source, err);
	r = check_not_own(&operand, source->path, err);
	if (r < 0)
		return r;
	if (strcmp(mntpoint->path, "/") == 0 && !S_ISDIR(source->mode))
		return at_operand(&operand, error_set(err, ENOTDIR, "'%s' cannot be the root", source->path), err);
	draft_add_stops(reader->draft, mntpoint, RANK_SPEC, spec->origin == ORIGIN_DEFAULT ? DRAFT_VIEW : 0, spec);
	if (spec->flags & SPEC_MOVE && strcmp(source->path, mntpoint->path) != 0) {
		r = add_empty(reader, &operand, text_dup(source->path), source->mode, DRAFT_COVER, err);
		if (r < 0)
			return r;
		newest(reader)->outside = source->mode;
	}
	add_bind(reader, spec, text_dup(mntpoint->path), outside, text_dup(source->path), source->mode);
	return 0;
}

/* `-m /proc`, which many a command line has from the script: it is there already. */
static bool
asks_for_proc(const struct spec *spec, const struct view *mntpoint)
{
	if (spec->source || spec->none || strcmp(mntpoint->path, "/proc") != 0)
		return false;
	if (spec->origin != ORIGIN_DEFAULT)
		log_note("/proc inside is always one of the sandbox's own: '%s' changes nothing", spec->text);
	return true;
}

static int
add_spec(struct spec_reader *reader, const struct spec *spec, struct error *err)
{
	const struct operand at = mntpoint_of(spec);
	const struct operand from = source_of(spec);
	struct view mntpoint, source = { 0 };
	int r = walk(&at, reader->places, &reader->mntpoints, &mntpoint, err);

	if (r == 0 && is_process_place(mntpoint.path)) {
		error_set(err, 0, "cannot mount on '%s': inside, that is another process", mntpoint.path);
		r = at_operand(&at, -1, err);
	}
	if (r == 0 && !asks_for_proc(spec, &mntpoint)) {
		if (spec->none) {
			draft_add_stops(reader->draft, &mntpoint, RANK_SPEC, 0, spec);
			r = add_none(reader, &at, &mntpoint, err);
		} else if (spec->source) {
			r = walk(&from, reader->places, &reader->sources, &source, err);
			if (r == 0)
				r = add_walked(reader, spec, &mntpoint, &source, err);
		} else {
			r = add_walked(reader, spec, &mntpoint, &mntpoint, err);
		}
	}
	view_release(&mntpoint);
	view_release(&source);
	return r;
}

int
plan_add_specs(struct draft *draft, const struct request *req, const struct spec_places *places, bool *ret_sockets,
	       struct error *err)
{
	struct spec_reader reader = { .draft = draft, .places = places, .specs = &req->specs };
	int r = 0;

	for (size_t i = 0; i < req->specs.len && r == 0; i++)
		r = add_spec(&reader, &req->specs.items[i], err);
	view_memo_release(&reader.mntpoints);
	view_memo_release(&reader.sources);
	*ret_sockets = reader.sockets;
	return r;
}
