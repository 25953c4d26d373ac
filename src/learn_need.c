/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what a program asked for to what has to be mounted for it.
 *
 * What it wants is remembered as paths, as it wrote them: a link on the way has to be inside too. What is mounted is
 * worked out from their places, folded. A mount is then named by a path that leads there, so that the spec brings
 * the links; whether all that is wanted can be seen is asked of the plan that comes of it.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/elf.h"
#include "inspect/fold.h"
#include "inspect/noise.h"
#include "inspect/rootpath.h"
#include "inspect/shebang.h"
#include "learn_parts.h"
#include "sandbox/plan_inside.h"

enum {
	MOUNTS_WANTED = 15,	/* what is learned should not be more than that */
	INTERPRETERS_MAX = 5,	/* the kernel follows so many */
	NAMES_MAX = 256,	/* names beside those of the folded places */
	EMPTY_MAX = 8,		/* empty directories */
};

static bool
list_has(const struct place_list *list, const char *place)
{
	return place_list_find(list, place) < list->len;
}

int
need_open(struct need *need, const struct learn_file *file, const struct request *like, struct error *err)
{
	_autorootpath_ struct rootpath home = ROOTPATH_INIT;
	int r;

	*need = (struct need){ .file = file, .like = like, .outside = -1, .home = getenv("HOME") };
	request_init(&need->req);
	need->outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (need->outside < 0)
		return error_set(err, errno, "cannot look at the root directory");
	if (need->home && rootpath_walk(need->outside, need->home, &home) == 0)
		need->home_place = text_dup(home.place);
	r = learn_file_request(file, file->kept, like, &need->req, err);
	if (r == 0)
		r = plan_make(&need->req, &need->plan, err);
	return r;
}

/* Directories of the system's that hold what belongs to many programs. */
static bool
is_common(const char *dir)
{
	static const char *const common[] = { "/usr", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/local",
					      "/usr/local/lib", "/usr/local/share", "/usr/share", "/var/cache" };

	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (strcmp(dir, common[i]) == 0)
			return true;
	return false;
}

/* ~/.config, ~/.local/share and their like: keys and settings of many programs. */
static bool
is_hidden_home(const char *dir, const char *home)
{
	_autofree_ char *parent = path_parent(dir), *above = path_parent(parent);

	if (!home)
		return false;
	return (path_name(dir)[0] == '.' && strcmp(parent, home) == 0) ||
	       (strcmp(path_name(parent), ".local") == 0 && strcmp(above, home) == 0);
}

static bool
is_too_wide(const char *dir, void *arg)
{
	const struct need *need = arg;

	if (unit_is_too_wide(dir, need->home) || unit_is_too_wide(dir, need->home_place))
		return true;
	return is_common(dir) || is_hidden_home(dir, need->home) || is_hidden_home(dir, need->home_place);
}

static void
want(struct need *need, enum need_level level, const char *path, bool whole)
{
	struct want_list *list = &need->wanted[level];

	list->items = array_grow(list->items, &list->cap, list->len + 1, sizeof *list->items);
	list->items[list->len++] = (struct want){ text_dup(path), whole };
	if (level == NEED_LIKELY)
		place_list_add(&need->likely, path);
	if (level == NEED_LIKELY && whole)
		place_list_add(&need->likely_whole, path);
}

static bool
is_wanted(const struct need *need, const char *path, bool whole)
{
	return list_has(whole ? &need->likely_whole : &need->likely, path);
}

/* Noise is wanted less than what has a meaning. */
static enum need_level
level_of(const struct need *need, const char *path, const char *place)
{
	const struct noise_row *row = noise_find(path, need->home);

	if (!row)
		row = noise_find(place, need->home_place);
	if (!row)
		return NEED_LIKELY;
	if (row->kind == NOISE_FOLDED)
		return NEED_ANY;
	/* Of the system's it is little, and who does without may do so silently: in UTC, by other rules. */
	return need->home_place && path_is_below(place, need->home_place) ? NEED_WEAK : NEED_LIKELY;
}

/* What the kernel opens itself to execute the file: the interpreter's path, or NULL. The caller frees. */
static char *
interpreter_of(const struct need *need, const struct rootpath *program)
{
	_autoclose_ int fd = rootpath_open(need->outside, program);
	_autoelf_ struct elf elf = { 0 };
	struct shebang line;
	char head[SHEBANG_SIZE];
	ssize_t n = fd < 0 ? -1 : pread(fd, head, sizeof head, 0);

	if (n > 0 && shebang_parse(head, (size_t)n, &line) == 0)
		return line.interpreter[0] == '/' ? text_dup(line.interpreter) : NULL;
	if (n > 0 && elf_read(fd, &elf) == 0 && elf.interp && elf.interp[0] == '/')
		return text_dup(elf.interp);
	return NULL;
}

static void
want_interpreters(struct need *need, const char *program)
{
	_autofree_ char *path = text_dup(program);

	for (int i = 0; path && i < INTERPRETERS_MAX; i++) {
		_autorootpath_ struct rootpath found = ROOTPATH_INIT;
		char *next = rootpath_walk(need->outside, path, &found) == 0 ? interpreter_of(need, &found) : NULL;

		free(path);
		path = next;
		if (path && !plan_sees(&need->plan, path) && !is_wanted(need, path, false))
			want(need, NEED_LIKELY, path, false);
	}
}

/* In it something is made or changed: shown read-only it would be of no use. */
static void
note_written(struct need *need, const char *place)
{
	_autofree_ char *dir = path_parent(place);

	place_list_add(&need->written, dir);
}

static void
add_directory(struct need *need, const struct record *record, const char *path, const char *place)
{
	/* Of one that shows too much to be shown, what is asked for in it has to do. */
	if (record->uses & RECORD_READ && !is_too_wide(place, need))
		want(need, level_of(need, path, place), path, true);
	else
		place_list_add(&need->looked, path);
}

/* A file of the user's own that was looked at, as by a list of the directory, and not read. */
static bool
is_glance(const struct need *need, const struct record *record, const char *place)
{
	return record->uses == RECORD_LOOKED && need->home_place && path_is_below(place, need->home_place);
}

/* A path that exists outside, and cannot be seen in the view that the profile starts from. */
static void
add_missing(struct need *need, const struct record *record, const char *path, const struct rootpath *found)
{
	mode_t mode = found->st.st_mode;
	enum need_level level = level_of(need, path, found->place);

	if (S_ISDIR(mode)) {
		add_directory(need, record, path, found->place);
		return;
	}
	if (S_ISSOCK(mode) || record->uses & RECORD_CONNECTED)
		level = NEED_ANY;
	else if ((!S_ISREG(mode) || is_glance(need, record, found->place)) && level < NEED_WEAK)
		level = NEED_WEAK;
	if (record->uses & RECORD_WRITTEN) {
		note_written(need, found->place);
		return;
	}
	want(need, level, path, false);
}

/* Where what the first run changes is private. */
static bool
is_private(const struct need *need, const char *place)
{
	return path_is_below(place, "/tmp") || (need->home_place && path_is_below(place, need->home_place));
}

/* What the program could write to outside: what is not writable there either is nothing that it has missed. */
static void
note_refused(struct need *need, const char *place)
{
	if (!is_private(need, place) && !path_is_below(place, "/dev") && access(place, W_OK) == 0)
		place_list_add(&need->refused, place);
}

/* It is not there, and the program would have made it. */
static void
add_made(struct need *need, const char *path)
{
	_autofree_ char *clean = path_absolute("/", path), *dir = path_parent(clean);
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;

	if (rootpath_walk(need->outside, dir, &found) == 0 && !plan_sees(&need->plan, dir))
		note_refused(need, found.place);
}

static void
add_record(struct need *need, const struct record *record)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autofree_ char *path = NULL;

	if (record->path[0] != '/')
		return;
	if (rootpath_walk(need->outside, record->path, &found) < 0) {
		if (record->uses & RECORD_WRITTEN)
			add_made(need, record->path);
		return;
	}
	if (path_is_below(found.place, "/proc") || path_is_below(found.place, "/dev/pts"))
		return;
	/* ".." behind a link leads elsewhere than the text says. */
	path = strstr(record->path, "..") ? text_dup(found.place) : path_absolute("/", record->path);
	if (record->uses & RECORD_EXECUTED)
		want_interpreters(need, path);
	if (plan_sees(&need->plan, path))
		return;
	if (record->uses & RECORD_WRITTEN)
		note_refused(need, found.place);
	add_missing(need, record, path, &found);
}

void
need_add_records(struct need *need, const struct record_list *records)
{
	for (size_t i = 0; i < records->len; i++)
		add_record(need, &records->items[i]);
}

/* A directory that the first run only looked at has to be there, and no more. */
static bool
add_miss(struct need *need, const char *path, const struct rootpath *found)
{
	bool is_directory = S_ISDIR(found->st.st_mode);

	if (is_directory && (list_has(&need->looked, path) || is_too_wide(found->place, need))) {
		if (list_has(&need->empty, path))
			return false;
		place_list_add(&need->empty, path);
		return true;
	}
	if (is_wanted(need, path, is_directory))
		return false;
	want(need, NEED_LIKELY, path, is_directory);
	return true;
}

bool
need_add_misses(struct need *need, const struct run *replay, enum finding_worth worth)
{
	bool added = false;

	for (size_t i = 0; i < replay->len; i++) {
		const struct run_miss *miss = &replay->misses[i];
		_autorootpath_ struct rootpath found = ROOTPATH_INIT;

		if (miss->worth > worth || miss->path[0] != '/' ||
		    rootpath_walk(need->outside, miss->path, &found) < 0 || plan_sees(&need->plan, miss->path))
			continue;
		added = add_miss(need, miss->path, &found) || added;
	}
	return added;
}

bool
need_has_level(const struct need *need, enum need_level level)
{
	return need->wanted[level].len > 0 || (level == NEED_ANY && need->looked.len > 0);
}

/* ---- from wanted paths to names ---- */

struct naming {
	struct need *need;
	enum need_level level;
	struct place_list places; /* what is mounted */
	struct learned *learned;  /* names: of the same index, and more behind them */
};

/*
 * Of a path that cannot stand in a line the nearest directory above that can: somebody may have made its name so that
 * what is behind the line's end is another option. The caller frees.
 */
static char *
writable_part(const char *path)
{
	const char *bad = strchr(path, '\n');
	_autofree_ char *part = NULL;

	if (!bad)
		return text_dup(path);
	part = text_ndup(path, (size_t)(bad - path));
	return strrchr(part, '/') == part ? text_dup("/") : text_ndup(part, (size_t)(strrchr(part, '/') - part));
}

/* unit_prefix(), remembered for the next place in the same directory. */
static const char *
prefix_of(struct need *need, const char *place)
{
	_autofree_ char *dir = path_parent(place);

	if (need->memo_dir && strcmp(need->memo_dir, dir) == 0)
		return need->memo_prefix;
	free(need->memo_dir);
	free(need->memo_prefix);
	need->memo_prefix = unit_prefix(need->outside, need->home, place);
	need->memo_dir = take_ptr(dir);
	return need->memo_prefix;
}

static void
fold_want(struct fold *fold, struct need *need, const char *path, enum fold_kind kind)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autofree_ char *place = NULL;
	const char *prefix;

	if (rootpath_walk(need->outside, path, &found) < 0)
		return;
	place = writable_part(found.place);
	prefix = prefix_of(need, place);
	if (prefix && !is_common(prefix) && path_is_below(place, prefix))
		fold_add(fold, prefix, FOLD_WHOLE);
	else
		fold_add(fold, place, strcmp(place, found.place) != 0 ? FOLD_WHOLE : kind);
}

static void
fold_all(struct naming *naming)
{
	struct need *need = naming->need;
	struct fold fold = { .is_too_wide = is_too_wide, .arg = need };
	size_t others = need->req.specs.len;

	for (size_t level = 0; level <= naming->level; level++)
		for (size_t i = 0; i < need->wanted[level].len; i++)
			fold_want(&fold, need, need->wanted[level].items[i].path,
				  need->wanted[level].items[i].whole ? FOLD_WHOLE : FOLD_PLACE);
	for (size_t i = 0; i < need->file->learned.len; i++)
		fold_want(&fold, need, need->file->learned.items[i],
			  rootpath_is_directory(need->outside, need->file->learned.items[i]) ? FOLD_TAKEN :
											       FOLD_PLACE);
	for (size_t i = 0; i < need->written.len; i++)
		fold_add(&fold, need->written.items[i], FOLD_NEVER);
	fold_places(&fold, others < MOUNTS_WANTED ? MOUNTS_WANTED - others : 1, &naming->places);
	fold_release(&fold);
}

/* The plan with the names so far. False: it cannot be made. */
static bool
make_plan(const struct naming *naming, struct request *req, struct plan *ret)
{
	_autofree_ char *text = learn_file_text(naming->need->file, naming->learned);

	if (learn_file_request(naming->need->file, text, naming->need->like, req, NULL) < 0)
		return false;
	if (plan_make(req, ret, NULL) == 0)
		return true;
	request_release(req);
	return false;
}

/* A part of the path that leads to one of the places, which has no name but its own yet: that is its name. */
static bool
rename_place(struct naming *naming, const char *path)
{
	_autofree_ char *part = text_dup(path);

	while (part[1] != '\0') {
		_autorootpath_ struct rootpath found = ROOTPATH_INIT;
		char *parent;
		size_t i = naming->places.len;

		if (rootpath_walk(naming->need->outside, part, &found) == 0 && strcmp(part, found.place) != 0)
			i = place_list_find(&naming->places, found.place);
		if (i < naming->places.len && strcmp(naming->learned->names.items[i], found.place) == 0) {
			place_list_replace(&naming->learned->names, i, take_ptr(part));
			return true;
		}
		parent = path_parent(part);
		free(part);
		part = parent;
	}
	return false;
}

/* True for what is wanted, can be named in a profile, and is not too much to be shown. */
static bool
may_be_named(const struct naming *naming, const char *path)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;

	return !strchr(path, '\n') && rootpath_walk(naming->need->outside, path, &found) == 0 &&
	       !(S_ISDIR(found.st.st_mode) && is_too_wide(found.place, naming->need));
}

/* Until all of them are seen, by names of mounts that there are, or by more. */
static void
name_links(struct naming *naming, const struct want_list *list)
{
	size_t at = 0;

	for (int i = 0; i < NAMES_MAX && at < list->len; i++) {
		struct request req;
		struct plan plan;

		if (!make_plan(naming, &req, &plan))
			return;
		while (at < list->len && plan_sees(&plan, list->items[at].path))
			at++;
		plan_release(&plan);
		request_release(&req);
		/* A name that leads there through the links is looked at once more. */
		if (at < list->len && rename_place(naming, list->items[at].path))
			continue;
		if (at < list->len && may_be_named(naming, list->items[at].path))
			place_list_add(&naming->learned->names, list->items[at].path);
		at++;
	}
}

/* What was learned before had names that brought links as well. */
static void
name_former_links(struct naming *naming)
{
	struct want_list former = { 0 };
	const struct place_list *learned = &naming->need->file->learned;

	for (size_t i = 0; i < learned->len; i++) {
		former.items = array_grow(former.items, &former.cap, former.len + 1, sizeof *former.items);
		former.items[former.len++] = (struct want){ .path = learned->items[i] };
	}
	name_links(naming, &former);
	free(former.items);
}

/* Directories that are not there yet with all the rest. */
static void
add_empty(struct naming *naming, const struct place_list *list)
{
	struct place_list *empty = &naming->learned->empty;
	struct request req;
	struct plan plan;

	if (list->len == 0 || !make_plan(naming, &req, &plan))
		return;
	for (size_t i = 0; i < list->len && empty->len < EMPTY_MAX; i++)
		if (!plan_sees(&plan, list->items[i]) && !strchr(list->items[i], '\n'))
			place_list_add(empty, list->items[i]);
	plan_release(&plan);
	request_release(&req);
}

void
need_make(struct need *need, enum need_level level, struct learned *ret)
{
	struct naming naming = { .need = need, .level = level, .learned = ret };

	*ret = (struct learned){ 0 };
	fold_all(&naming);
	for (size_t i = 0; i < naming.places.len; i++)
		place_list_add(&ret->names, naming.places.items[i]);
	for (size_t i = 0; i <= level; i++)
		name_links(&naming, &need->wanted[i]);
	name_former_links(&naming);
	add_empty(&naming, &need->empty);
	if (level == NEED_ANY)
		add_empty(&naming, &need->looked);
	place_list_release(&naming.places);
}

void
need_release(struct need *need)
{
	plan_release(&need->plan);
	request_release(&need->req);
	if (need->outside >= 0)
		close(need->outside);
	free(need->home_place);
	free(need->memo_dir);
	free(need->memo_prefix);
	for (size_t level = 0; level < NEED_LEVELS; level++) {
		for (size_t i = 0; i < need->wanted[level].len; i++)
			free(need->wanted[level].items[i].path);
		free(need->wanted[level].items);
	}
	place_list_release(&need->likely);
	place_list_release(&need->likely_whole);
	place_list_release(&need->looked);
	place_list_release(&need->empty);
	place_list_release(&need->written);
	place_list_release(&need->refused);
}
