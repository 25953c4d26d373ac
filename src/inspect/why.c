/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why something is not to be had inside. */
#include "config.h"

#include "inspect/why.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/chain.h"
#include "inspect/memo.h"
#include "inspect/permission.h"
#include "inspect/rootpath.h"

const char *const why_names[WHY_KINDS] = {
	[WHY_WORKS] = "works",	     [WHY_OUTSIDE] = "fails_outside", [WHY_NOT_MOUNTED] = "not_mounted",
	[WHY_MASKED] = "masked",     [WHY_LINK] = "dead_link",	      [WHY_INTERPRETER] = "interpreter",
	[WHY_LOADER] = "loader",     [WHY_LIBRARY] = "library",	      [WHY_READ_ONLY] = "read_only",
	[WHY_IDENTITY] = "identity", [WHY_KIND] = "wrong_kind",	      [WHY_STALE] = "stale",
	[WHY_NOEXEC] = "noexec",     [WHY_UNKNOWN] = "unknown",
};

/* Both sides of the path in question. */
struct sides {
	const struct why_query *query;
	struct rootpath inside, outside;
	struct why *ret;
};

void
why_release(struct why *why)
{
	for (size_t i = 0; i < why->chain_len; i++)
		free(why->chain[i].path);
	free(why->chain);
	free(why->path);
	free(why->place);
	free(why->link);
	free(why->target);
	free(why->sentence);
	free(why->cure);
	if (why->mount)
		why_mount_release(why->mount);
	free(why->mount);
	place_list_release(&why->places);
	place_list_release(&why->units);
	*why = (struct why){ 0 };
}

bool
why_is_innocent(const struct why *why)
{
	return why->kind == WHY_WORKS || why->kind == WHY_OUTSIDE || why->kind == WHY_UNKNOWN;
}

static void
add_step(struct why *why, enum miss_via via, const char *path)
{
	if (why->chain_len == MISS_STEPS_MAX)
		return;
	why->chain = array_grow(why->chain, &why->chain_cap, why->chain_len + 1, sizeof *why->chain);
	why->chain[why->chain_len++] = (struct miss_step){ via, text_dup(path) };
}

/* All that a walk outside has used: links, and what was found. */
static void
add_places(struct why *why, const struct rootpath *found)
{
	for (size_t i = 0; i < found->links_len; i++)
		place_list_add(&why->places, found->links[i]);
	if (found->status == 0)
		place_list_add(&why->places, found->place);
}

/* The cure is one spec with a flag of its own, for one path. */
static void
cure_with(struct why *why, const char *flag, const char *path)
{
	place_list_add(&why->units, path);
	free(why->cure);
	why->cure = units_specs(&why->units, flag, "");
}

/* Places for temporary files: a private one serves, and shows nobody else's files. */
static bool
cure_by_private(struct why *why)
{
	static const char *const places[] = { "/tmp", "/var/tmp", "/dev/shm" };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (strcmp(why->path, places[i]) != 0)
			continue;
		place_list_release(&why->places);
		place_list_add(&why->units, places[i]);
		free(why->cure);
		why->cure = text_format("%s=none", places[i]);
		return true;
	}
	return false;
}

/* The cure is to mount what holds the places. */
static void
cure_by_units(const struct why_query *query, struct why *why)
{
	if (cure_by_private(why))
		return;
	if (S_ISCHR(why->outside) || S_ISBLK(why->outside)) {
		place_list_release(&why->places);
		cure_with(why, "dev,rw", why->path);
		return;
	}
	units_find(&(struct unit_query){ query->inside, query->outside, query->home, query->memo }, &why->places,
		   &why->units);
	if (why->units.len > 0)
		why->cure = units_specs(&why->units, "ro", "");
}

/* The mount that the place inside lies on, if it is one that explains anything. */
static const struct why_mount *
mount_at(const struct sides *sides, const char *place)
{
	return sides->query->view ? why_view_find(sides->query->view, place) : NULL;
}

/* True if the mount shows no longer what is at its source: that was replaced or removed, or something is over it. */
static bool
is_stale(const struct sides *sides, const struct why_mount *mount)
{
	_autorootpath_ struct rootpath inside = ROOTPATH_INIT, outside = ROOTPATH_INIT;

	if (!mount || !mount->source || mount->kernel)
		return false;
	if (mount->gone)
		return true;
	if (rootpath_walk(sides->query->inside, mount->path, &inside) < 0)
		return false;
	if (rootpath_walk(sides->query->outside, mount->source, &outside) < 0)
		return outside.status == -ENOENT;
	return inside.st.st_dev != outside.st.st_dev || inside.st.st_ino != outside.st.st_ino;
}

/* What is mounted again, from the place that is there now. */
static void
say_stale(struct sides *sides, const struct why_mount *mount)
{
	const char *flag = mount->read_only ? "ro" : "rw";
	struct why *why = sides->ret;
	_autofree_ char *dir = NULL;

	why->kind = WHY_STALE;
	why->mount = why_mount_copy(mount);
	why->place = text_dup(mount->path);
	if (!rootpath_exists(sides->query->outside, mount->source))
		return;
	if (strcmp(mount->path, mount->source) != 0) {
		place_list_add(&why->units, mount->path);
		why->cure = unit_spec_of(flag, mount->path, mount->source);
		return;
	}
	/* A directory follows what is renamed in it, a single file cannot. */
	dir = path_parent(mount->path);
	if (S_ISDIR(why->inside) || unit_is_too_wide(dir, sides->query->home) || dir[1] == '\0')
		cure_with(why, flag, mount->path);
	else
		cure_with(why, flag, dir);
}

/* Puts what a fault of the chain of execve(2) says into the answer; false: it is none that anything inside causes. */
static bool
take_fault(struct sides *sides, struct chain *chain, const struct execchain_query *query)
{
	struct why *why = sides->ret;
	struct fault *fault = &chain->fault;
	_autoerror_ struct error err = ERROR_INIT;

	if (chain->unknown || fault->kind == FAULT_NONE || fault->role == ROLE_PROGRAM) {
		if (fault->kind != FAULT_LIBRARIES || chain->unknown)
			return false;
	}
	if (fault->kind == FAULT_LIBRARIES) {
		const struct missing_library *library = &chain->libraries.missing[0];

		why->kind = WHY_LIBRARY;
		why->target = text_dup(library->name);
		why->place = library->outside ? text_dup(library->outside) : NULL;
		add_step(why, VIA_LIBRARY, library->by);
	} else if (fault->kind == FAULT_MISSING || fault->kind == FAULT_NOT_IN_PATH) {
		why->kind = fault->role == ROLE_LOADER ? WHY_LOADER : WHY_INTERPRETER;
		why->place = text_dup(fault->path);
		add_step(why,
			 fault->role == ROLE_LOADER    ? VIA_LOADER
			 : fault->role == ROLE_COMMAND ? VIA_COMMAND
						       : VIA_INTERPRETER,
			 fault->by ? fault->by : why->path);
	} else {
		return false;
	}
	why->code = query->errnum ? query->errnum : ENOENT;
	if (fault->outside != OUTSIDE_GOOD)
		why->kind = WHY_OUTSIDE;
	if (execchain_explain(query, &err) == 1)
		why->sentence = text_dup(err.message);
	for (size_t i = 0; why->kind != WHY_OUTSIDE && i < chain->places.len; i++)
		place_list_add(&why->places, chain->places.items[i]);
	if (why->kind != WHY_OUTSIDE)
		cure_by_units(sides->query, why);
	return true;
}

/* A program: would it start? */
static bool
judge_program(struct sides *sides)
{
	const struct why_query *query = sides->query;
	static const int codes[] = { ENOENT, 0 };
	struct execchain_query exec = {
		.inside = query->inside,
		.outside = query->outside,
		.program = sides->ret->path,
		.path_env = query->path_env,
		.library_path = query->library_path,
		.cwd = query->cwd ? query->cwd : "/",
		.home = query->home,
	};
	bool found = false;

	for (size_t i = 0; i < sizeof codes / sizeof *codes && !found; i++) {
		struct chain chain;

		exec.errnum = codes[i];
		chain_follow(&exec, &chain);
		found = take_fault(sides, &chain, &exec);
		chain_release(&chain);
	}
	return found;
}

static bool
is_program(const struct rootpath *found)
{
	return found->status == 0 && S_ISREG(found->st.st_mode) && permission_to(found, X_OK) != -EACCES;
}

static bool
judge_noexec(struct sides *sides)
{
	struct statvfs fs;

	if (!is_program(&sides->outside) || fstatvfs(sides->inside.fd, &fs) < 0 || !(fs.f_flag & ST_NOEXEC))
		return false;
	if (fstatvfs(sides->outside.fd, &fs) == 0 && (fs.f_flag & ST_NOEXEC))
		return false;
	sides->ret->kind = WHY_NOEXEC;
	sides->ret->code = EACCES;
	sides->ret->mount = why_mount_copy(mount_at(sides, sides->inside.place));
	sides->ret->place = text_dup(sides->inside.place);
	cure_with(sides->ret, "exec,ro", sides->inside.place);
	return true;
}

/* Devices that programs take for granted: there is no need to look at what is outside. */
static bool
must_be_device(const char *path)
{
	static const char *const names[] = { "/dev/null",   "/dev/zero",    "/dev/full",
					     "/dev/random", "/dev/urandom", "/dev/tty" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(path, names[i]) == 0)
			return true;
	return false;
}

static bool
judge_kind(struct sides *sides)
{
	mode_t wanted = sides->outside.status == 0 ? sides->outside.st.st_mode & S_IFMT : 0;

	if (must_be_device(sides->ret->path))
		wanted = S_IFCHR;
	if (wanted == 0 || (sides->inside.st.st_mode & S_IFMT) == wanted)
		return false;
	sides->ret->kind = WHY_KIND;
	sides->ret->outside = wanted;
	sides->ret->place = text_dup(sides->inside.place);
	sides->ret->mount = why_mount_copy(mount_at(sides, sides->inside.place));
	if (sides->outside.status == 0)
		cure_with(sides->ret, S_ISCHR(wanted) || S_ISBLK(wanted) ? "dev,rw" : "ro", sides->ret->path);
	return true;
}

/* The directory that holds a path, as the one to be mounted for writing; itself where that is too much. */
static char *
writable_unit(const struct sides *sides, const char *place, bool is_directory)
{
	_autofree_ char *dir = is_directory ? text_dup(place) : path_parent(place);

	return unit_is_too_wide(dir, sides->query->home) ? text_dup(place) : take_ptr(dir);
}

static bool
judge_read_only(struct sides *sides)
{
	_autofree_ char *unit = NULL;

	if (sides->outside.status < 0 || permission_to(&sides->outside, W_OK) < 0)
		return false;
	if (permission_to(&sides->inside, W_OK) != -EROFS)
		return false;
	sides->ret->kind = WHY_READ_ONLY;
	sides->ret->code = EROFS;
	sides->ret->place = text_dup(sides->inside.place);
	sides->ret->mount = why_mount_copy(mount_at(sides, sides->inside.place));
	unit = writable_unit(sides, sides->ret->place, S_ISDIR(sides->inside.st.st_mode));
	cure_with(sides->ret, "rw", unit);
	return true;
}

static bool
judge_identity(struct sides *sides)
{
	if (permission_to(&sides->inside, R_OK) != -EACCES)
		return false;
	sides->ret->code = EACCES;
	sides->ret->place = text_dup(sides->inside.place);
	sides->ret->kind = sides->outside.status == 0 && permission_to(&sides->outside, R_OK) == -EACCES &&
					   !sides->query->privileged
				   ? WHY_OUTSIDE
				   : WHY_IDENTITY;
	return true;
}

/* It is inside. */
static void
judge_found(struct sides *sides)
{
	struct why *why = sides->ret;
	const struct why_mount *mount = mount_at(sides, sides->inside.place);
	const struct stat *in = &sides->inside.st, *out = &sides->outside.st;

	why->inside = in->st_mode;
	why->outside = sides->outside.status == 0 ? out->st_mode : 0;
	why->other = why->outside != 0 && (in->st_dev != out->st_dev || in->st_ino != out->st_ino);
	if (judge_kind(sides))
		return;
	if (mount && !mount->kernel && is_stale(sides, mount)) {
		say_stale(sides, mount);
		return;
	}
	if (judge_identity(sides) || judge_noexec(sides) || (is_program(&sides->inside) && judge_program(sides)))
		return;
	/* What is another file inside is so by somebody's will, and may be read-only by it. */
	if (!why->other && judge_read_only(sides))
		return;
	why->kind = WHY_WORKS;
	why->mount = why_mount_copy(mount);
}

/* True if the last link that the walk inside has followed is what leads to the place that is missing. */
static bool
is_dead_link(const struct rootpath *inside)
{
	_autofree_ char *parent = NULL;
	_autofree_ char *target = NULL;

	if (inside->links_len == 0 || !inside->target)
		return false;
	parent = path_parent(inside->links[inside->links_len - 1]);
	target = path_absolute(parent, inside->target);
	return path_is_below(target, inside->place);
}

/* A mount that hides what is outside at the same place: an empty one, or one of something else. */
static bool
is_mask(const struct why_mount *mount)
{
	return mount && !mount->kernel && mount->path[1] != '\0' &&
	       (!mount->source || strcmp(mount->source, mount->path) != 0);
}

/* It is outside, and not inside. */
static void
judge_missing(struct sides *sides)
{
	struct why *why = sides->ret;
	const struct rootpath *inside = &sides->inside;
	const struct why_mount *mount = mount_at(sides, inside->place);

	why->outside = sides->outside.st.st_mode;
	why->code = -inside->status;
	why->place = text_dup(inside->place);
	for (size_t i = 0; i < inside->links_len; i++)
		add_step(why, VIA_SYMLINK, inside->links[i]);
	add_places(why, &sides->outside);
	cure_by_units(sides->query, why);
	if (inside->status == -EACCES) {
		why->kind = WHY_IDENTITY;
		return;
	}
	if (mount && is_stale(sides, mount)) {
		free(take_ptr(why->place));
		place_list_release(&why->units);
		say_stale(sides, mount);
		return;
	}
	if (is_dead_link(inside)) {
		why->kind = WHY_LINK;
		why->link = text_dup(inside->links[inside->links_len - 1]);
		why->target = text_dup(inside->target);
	} else {
		why->kind = inside->status == -ENOTDIR ? WHY_KIND : is_mask(mount) ? WHY_MASKED : WHY_NOT_MOUNTED;
	}
	why->mount = is_mask(mount) ? why_mount_copy(mount) : NULL;
}

/* Could it be made outside, in a directory that is not there, or not writable, inside? */
static bool
judge_creation(struct sides *sides)
{
	struct why *why = sides->ret;
	_autofree_ char *parent = path_parent(sides->outside.place);
	_autorootpath_ struct rootpath outside = ROOTPATH_INIT, inside = ROOTPATH_INIT;
	_autofree_ char *dir = NULL;
	struct why other = { 0 };

	if (sides->query->reads || sides->outside.status != -ENOENT || !sides->outside.last)
		return false;
	if (rootpath_walk(sides->query->outside, parent, &outside) < 0 || permission_to(&outside, W_OK | X_OK) < 0)
		return false;
	if (rootpath_walk(sides->query->inside, parent, &inside) == 0 && permission_to(&inside, W_OK | X_OK) == 0)
		return false;
	/* One level up and no further: that one exists outside. */
	why_ask(sides->query, parent, &other);
	if (why_is_innocent(&other)) {
		why_release(&other);
		return false;
	}
	free(other.path);
	other.path = take_ptr(why->path);
	other.creating = true;
	if (other.kind != WHY_READ_ONLY) {
		place_list_release(&other.units);
		dir = writable_unit(sides, outside.place, true);
		if (!unit_is_too_wide(dir, sides->query->home))
			cure_with(&other, "rw", dir);
	}
	why_release(why);
	*why = other;
	return true;
}

/* What is outside is of no use to anybody with our ids: mounting it would cure nothing. */
static bool
is_closed(const struct rootpath *outside)
{
	return permission_to(outside, R_OK) == -EACCES && permission_to(outside, X_OK) == -EACCES;
}

/* It is on neither side. */
static void
judge_absent(struct sides *sides)
{
	struct why *why = sides->ret;

	if (judge_creation(sides))
		return;
	why->kind = WHY_OUTSIDE;
	/* There, but of no use to who may neither read nor execute it. */
	why->code = sides->outside.status == 0 ? EACCES : -sides->outside.status;
	why->place = text_dup(sides->outside.place);
	if (sides->outside.links_len > 0 && sides->outside.target) {
		why->link = text_dup(sides->outside.links[sides->outside.links_len - 1]);
		why->target = text_dup(sides->outside.target);
	}
}

static bool
is_below_kernel_mount(const struct sides *sides)
{
	const struct why_mount *mount = mount_at(sides, sides->inside.place);

	return mount && mount->kernel;
}

/* As rootpath_walk(). In a watched sandbox each look for what is not there is a question to its root's server. */
static void
walk_inside(const struct why_query *query, const char *path, struct rootpath *ret)
{
	size_t len;

	if (query->memo && memo_is_absent(query->memo, path, &len)) {
		*ret = (struct rootpath)ROOTPATH_INIT;
		ret->status = -ENOENT;
		ret->place = text_ndup(path, len);
		ret->last = path[len + strspn(path + len, "/")] == '\0';
		return;
	}
	rootpath_walk(query->inside, path, ret);
	if (query->memo && ret->status == -ENOENT)
		memo_note_absent(query->memo, ret->place);
}

void
why_ask(const struct why_query *query, const char *path, struct why *ret)
{
	struct sides sides = { .query = query, .inside = ROOTPATH_INIT, .outside = ROOTPATH_INIT, .ret = ret };

	*ret = (struct why){ 0 };
	/* The kernel takes ".." after the links before it, not as text. */
	if (strstr(path, ".."))
		ret->path = path[0] == '/' ? text_dup(path) : path_join(query->cwd ? query->cwd : "/", path);
	else
		ret->path = path_absolute(query->cwd ? query->cwd : "/", path);
	rootpath_walk(query->outside, ret->path, &sides.outside);
	walk_inside(query, ret->path, &sides.inside);
	if (sides.inside.status == 0)
		judge_found(&sides);
	else if (sides.inside.status == -EXDEV || sides.outside.status == -EXDEV || is_below_kernel_mount(&sides))
		ret->kind = WHY_UNKNOWN;
	else if (sides.outside.status == 0 && !is_closed(&sides.outside))
		judge_missing(&sides);
	else
		judge_absent(&sides);
	rootpath_release(&sides.inside);
	rootpath_release(&sides.outside);
}

/* The path of an executable file of that name in PATH, or NULL. The caller frees. */
static char *
find_in_path(const struct why_query *query, int root, const char *name)
{
	const char *at = query->path_env ? query->path_env : "/usr/bin:/bin";
	char *dir;

	while ((dir = chain_next_directory(&at, query->cwd ? query->cwd : "/"))) {
		_autorootpath_ struct rootpath found = ROOTPATH_INIT;
		_autofree_ char *path = path_join(dir, name);

		free(dir);
		if (rootpath_walk(root, path, &found) == 0 && is_program(&found))
			return take_ptr(path);
	}
	return NULL;
}

char *
why_path_of(const struct why_query *query, const char *name)
{
	const char *cwd = query->cwd ? query->cwd : "/";
	char *path = path_join(cwd, name), *program;

	if (name[0] == '/') {
		free(path);
		return text_dup(name);
	}
	if (strchr(name, '/') || rootpath_exists(query->outside, path))
		return path;
	program = find_in_path(query, query->inside, name);
	if (!program)
		program = find_in_path(query, query->outside, name);
	if (!program)
		return path;
	free(path);
	return program;
}
