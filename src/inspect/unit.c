/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to mount so that something which exists outside is there inside. */
#include "config.h"

#include "inspect/unit.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/memo.h"
#include "inspect/rootpath.h"

/* A directory may have been filled to keep us busy. */
enum { ENTRIES_MAX = 4096 };

/* The directory outside in which something was looked for last: a walk to it for each name takes most of the time. */
struct looked_into {
	char *dir; /* NULL: none */
	struct rootpath found;
};

struct finder {
	int inside, outside;
	const char *home; /* as the user names it */
	struct memo *memo;
	struct looked_into last;
	struct place_list *units;
};

/* What makes a directory a unit: the first of them that holds of one above a place decides. */
enum mark { MARK_PREFIX, MARK_REPOSITORY, MARK_MODULES, MARK_SHAPE, MARK_MOUNT, MARKS };
#define MARK_BIT(mark) (1u << (mark))

/* A home directory, what holds it, or a sibling of it: somebody else's. */
static bool
is_about_home(const char *dir, const char *home)
{
	_autofree_ char *homes = NULL;
	_autofree_ char *parent = NULL;

	if (!home || home[0] != '/' || home[1] == '\0')
		return false;
	if (path_is_below(home, dir))
		return true;
	homes = path_parent(home);
	parent = path_parent(dir);
	return homes[1] != '\0' && strcmp(homes, parent) == 0;
}

static bool
is_wide(const char *dir)
{
	static const char *const wide[] = {
		"/",	 "/boot", "/dev", "/etc", "/home",     "/media", "/mnt", "/opt",     "/proc",
		"/root", "/run",  "/srv", "/sys", "/run/user", "/tmp",	 "/var", "/var/lib", "/var/tmp",
	};

	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (strcmp(dir, wide[i]) == 0)
			return true;
	return strncmp(dir, "/run/user/", 10) == 0 && !strchr(dir + 10, '/');
}

/* True for directories that show more than anybody meant who asked for one program in them. */
static bool
is_too_wide(const struct finder *finder, const char *dir)
{
	return is_wide(dir) || is_about_home(dir, finder->home) ||
	       is_about_home(dir, finder->memo->home_place);
}

bool
unit_is_too_wide(const char *dir, const char *home)
{
	return is_wide(dir) || is_about_home(dir, home);
}

static void
looked_into_release(struct looked_into *last)
{
	free(take_ptr(last->dir));
	rootpath_release(&last->found);
}

/* What a walk to the directory outside finds, which stays until the next one is looked into. */
static const struct rootpath *
look_into(struct finder *finder, const char *dir)
{
	struct looked_into *last = &finder->last;

	if (!last->dir || strcmp(last->dir, dir) != 0) {
		looked_into_release(last);
		last->dir = text_dup(dir);
		rootpath_walk(finder->outside, dir, &last->found);
	}
	return &last->found;
}

/* A name, not a path: what it leads to is not asked. */
static bool
has(struct finder *finder, const char *dir, const char *name)
{
	const struct rootpath *found = look_into(finder, dir);
	struct stat st;

	return found->fd >= 0 && fstatat(found->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool
is_marked_prefix(struct finder *finder, const char *dir)
{
	return has(finder, dir, "conda-meta") || has(finder, dir, "pyvenv.cfg") || has(finder, dir, ".spack") ||
	       has(finder, dir, "easybuild");
}

static bool
is_repository(struct finder *finder, const char *dir)
{
	static const char *const marks[] = { ".git", ".hg", ".svn", ".jj", ".bzr" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (has(finder, dir, marks[i]))
			return true;
	return false;
}

static bool
is_module_tree(struct finder *finder, const char *dir)
{
	return has(finder, dir, "modulefiles") && (has(finder, dir, "init") || has(finder, dir, "software"));
}

/* The device that the directory is on. 0: there is no such directory. */
static dev_t
device_of(struct finder *finder, const char *dir)
{
	struct memo_directory *directory = memo_directory(finder->memo, dir);

	if (!directory->looked_at) {
		const struct rootpath *found = look_into(finder, dir);

		directory->looked_at = true;
		directory->device = found->status == 0 ? found->st.st_dev : 0;
	}
	return directory->device;
}

/* Another file system than above. A mount in the root directory is as good as the root itself. */
static bool
is_mount_point(struct finder *finder, const char *dir)
{
	_autofree_ char *parent = path_parent(dir);
	dev_t here, above;

	if (parent[1] == '\0')
		return false;
	here = device_of(finder, dir);
	above = device_of(finder, parent);
	return here != 0 && above != 0 && here != above;
}

/*
 * A prefix by its shape. Not a hidden directory of the home directory, though it may look like one: ~/.local holds
 * keys and settings beside its bin/ and lib/.
 */
static bool
is_shaped_prefix(struct finder *finder, const char *dir)
{
	_autofree_ char *parent = path_parent(dir);

	if (path_name(dir)[0] == '.' && is_too_wide(finder, parent))
		return false;
	return has(finder, dir, "bin") && has(finder, dir, "lib");
}

static bool
is_marked(struct finder *finder, const char *dir, enum mark mark)
{
	static bool (*const tests[MARKS])(struct finder *, const char *) = {
		[MARK_PREFIX] = is_marked_prefix, [MARK_REPOSITORY] = is_repository, [MARK_MODULES] = is_module_tree,
		[MARK_SHAPE] = is_shaped_prefix,  [MARK_MOUNT] = is_mount_point,
	};
	const struct memo_directory *known = memo_directory(finder->memo, dir);
	unsigned bit = MARK_BIT(mark);

	if (!(known->asked & bit)) {
		/* Which may look at other directories. */
		bool holds = tests[mark](finder, dir);
		struct memo_directory *directory = memo_directory(finder->memo, dir);

		directory->asked |= bit;
		directory->holds |= holds ? bit : 0;
		return holds;
	}
	return known->holds & bit;
}

/* The place itself if it is, or leads to, a directory outside; else the one that holds it. The caller frees. */
static char *
nearest_directory(const struct finder *finder, const char *place)
{
	return rootpath_is_directory(finder->outside, place) ? text_dup(place) : path_parent(place);
}

/*
 * Of the directories at or above `dir` the nearest one with the first of those marks that any of them has, or NULL: on
 * one way up, since what is found further up counts only if it is found by an earlier mark. The caller frees.
 */
static char *
find_above(struct finder *finder, const char *dir, unsigned marks)
{
	_autofree_ char *at = text_dup(dir);
	char *best = NULL;

	while (at[1] != '\0' && marks != 0) {
		bool is_wide_one = is_too_wide(finder, at);
		char *parent;

		for (int mark = 0; mark < MARKS && !is_wide_one; mark++) {
			if (!(marks & MARK_BIT(mark)) || !is_marked(finder, at, (enum mark)mark))
				continue;
			free(best);
			best = text_dup(at);
			marks &= MARK_BIT(mark) - 1;
		}
		parent = path_parent(at);
		free(at);
		at = parent;
	}
	return best;
}

/* True if nothing is there inside, as far as that is known without looking. */
static bool
is_known_absent(const struct finder *finder, const char *path)
{
	size_t len;

	return memo_is_absent(finder->memo, path, &len);
}

/* True if the directory is inside already: the very same one, at the same place. */
static bool
is_there(const struct finder *finder, const char *dir)
{
	_autorootpath_ struct rootpath inside = ROOTPATH_INIT, outside = ROOTPATH_INIT;

	if (is_known_absent(finder, dir) || rootpath_walk(finder->inside, dir, &inside) < 0 ||
	    rootpath_walk(finder->outside, dir, &outside) < 0)
		return false;
	return inside.st.st_dev == outside.st.st_dev && inside.st.st_ino == outside.st.st_ino;
}

/*
 * What is mounted already and yet does not show the place has something else over it, further down: that is to be
 * replaced. Owns unit.
 */
static char *
below_cover(const struct finder *finder, char *unit, const char *place)
{
	while (strcmp(unit, place) != 0 && is_there(finder, unit)) {
		size_t len = strlen(unit) + 1;
		char *next = text_ndup(place, len + strcspn(place + len, "/"));

		free(unit);
		unit = next;
	}
	return unit;
}

static char *
find_unit(struct finder *finder, const char *place)
{
	_autofree_ char *dir = nearest_directory(finder, place);
	char *unit = find_above(finder, dir, MARK_BIT(MARKS) - 1);

	if (!unit)
		unit = take_ptr(dir);
	if (is_too_wide(finder, unit)) {
		free(unit);
		unit = text_dup(place);
	}
	return below_cover(finder, unit, place);
}

/* Whom the home directory belongs to is asked once. */
static void
find_home(const struct finder *finder)
{
	struct memo *memo = finder->memo;
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;

	if (!memo->home_known && finder->home && rootpath_walk(finder->outside, finder->home, &found) == 0)
		memo->home_place = take_ptr(found.place);
	memo->home_known = true;
}

char *
unit_prefix(int outside, const char *home, const char *place)
{
	struct memo memo = { 0 };
	struct finder finder = { .inside = -1, .outside = outside, .home = home, .memo = &memo,
				 .last = { .found = ROOTPATH_INIT } };
	_autofree_ char *dir = nearest_directory(&finder, place);
	char *unit;

	find_home(&finder);
	unit = find_above(&finder, dir, MARK_BIT(MARK_PREFIX) | MARK_BIT(MARK_MODULES) | MARK_BIT(MARK_SHAPE));
	looked_into_release(&finder.last);
	memo_release(&memo);
	return unit;
}

/* The value of "home = …" in PREFIX/pyvenv.cfg (PEP 405), or NULL. The caller frees. */
static char *
read_venv_home(struct finder *finder, const char *prefix)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autofree_ char *path = path_join(prefix, "pyvenv.cfg");
	_autoclose_ int fd = -1;
	char text[4096];
	ssize_t n;

	if (rootpath_walk(finder->outside, path, &found) < 0)
		return NULL;
	fd = rootpath_open(finder->outside, &found);
	n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	if (n <= 0)
		return NULL;
	text[n] = '\0';
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
		char *value = strchr(line, '=');

		line += strspn(line, " \t");
		if (!value || strncmp(line, "home", 4) != 0 || line + 4 + strspn(line + 4, " \t") != value)
			continue;
		value += 1 + strspn(value + 1, " \t");
		value[strcspn(value, "\r")] = '\0';
		return value[0] == '/' ? path_absolute("/", value) : NULL;
	}
	return NULL;
}

/*
 * What a virtual environment was made from: its links lead to the interpreter there, but the standard library is
 * found without any link. Only if there is a python in it: the file may be anybody's, and must not talk the user into
 * mounting something else.
 */
static void
add_venv_base(struct finder *finder, const char *prefix)
{
	/* Its file is such a mark. */
	_autofree_ char *home = is_marked(finder, prefix, MARK_PREFIX) ? read_venv_home(finder, prefix) : NULL;
	char *unit;

	if (!home || rootpath_is_directory(finder->inside, home) ||
	    !(has(finder, home, "python3") || has(finder, home, "python")))
		return;
	unit = find_above(finder, home, MARK_BIT(MARK_PREFIX));
	if (!unit && strcmp(path_name(home), "bin") == 0)
		unit = path_parent(home);
	if (!unit || is_too_wide(finder, unit)) {
		free(unit);
		unit = text_dup(home);
	}
	if (!is_too_wide(finder, unit))
		place_list_add(finder->units, unit);
	free(unit);
}

/*
 * What a conda environment shares with the prefix that made it: its files are links, and where those lead to a cache
 * of packages elsewhere, an interpreter starts and finds no library. Python's own tells.
 */
static void
add_conda_base(struct finder *finder, const char *prefix)
{
	_autorootpath_ struct rootpath lib = ROOTPATH_INIT;
	_autofree_ char *path = path_join(prefix, "lib");
	_autoclosedir_ DIR *dir = NULL;
	struct dirent *entry;
	int fd, left = ENTRIES_MAX;

	if (!is_marked(finder, prefix, MARK_PREFIX) || !has(finder, prefix, "conda-meta") ||
	    rootpath_walk(finder->outside, path, &lib) < 0)
		return;
	fd = openat(lib.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && fd >= 0)
		close(fd);
	while (dir && left-- > 0 && (entry = readdir(dir))) {
		_autofree_ char *os = text_format("%s/%s/os.py", path, entry->d_name);
		_autorootpath_ struct rootpath found = ROOTPATH_INIT;
		char *unit;

		if (strncmp(entry->d_name, "python", 6) != 0 || rootpath_walk(finder->outside, os, &found) < 0 ||
		    path_is_below(found.place, prefix) || is_there(finder, found.place))
			continue;
		unit = find_unit(finder, found.place);
		place_list_add(finder->units, unit);
		free(unit);
	}
}

static bool
is_link(int root, const char *place)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;

	rootpath_walk(root, place, &found);
	for (size_t i = 0; i < found.links_len; i++)
		if (strcmp(found.links[i], place) == 0)
			return true;
	return false;
}

/*
 * True if mounting `unit` brings `other` too: it lies below, or the unit is a link to what holds it (a spec brings
 * the target).
 */
static bool
covers(const struct finder *finder, const char *unit, const char *other)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;

	if (path_is_below(other, unit))
		return true;
	return rootpath_walk(finder->outside, unit, &found) == 0 && is_link(finder->outside, unit) &&
	       path_is_below(other, found.place);
}

/* Drops what another unit brings. */
static void
drop_covered(const struct finder *finder)
{
	struct place_list *units = finder->units;

	for (size_t i = 0; i < units->len; i++) {
		for (size_t j = 0; j < units->len; j++) {
			if (i == j || !covers(finder, units->items[i], units->items[j]))
				continue;
			place_list_remove(units, j);
			if (j < i)
				i--;
			j--;
		}
	}
}

void
units_find(const struct unit_query *query, const struct place_list *places, struct place_list *ret)
{
	struct memo own = { 0 };
	struct finder finder = { .inside = query->inside, .outside = query->outside, .home = query->home,
				 .memo = query->memo ? query->memo : &own, .last = { .found = ROOTPATH_INIT },
				 .units = ret };

	find_home(&finder);
	for (size_t i = 0; i < places->len; i++) {
		_autofree_ char *unit = NULL;

		if (!is_known_absent(&finder, places->items[i]) && rootpath_exists(query->inside, places->items[i]))
			continue;
		unit = find_unit(&finder, places->items[i]);
		place_list_add(ret, unit);
		add_venv_base(&finder, unit);
		add_conda_base(&finder, unit);
	}
	drop_covered(&finder);
	looked_into_release(&finder.last);
	memo_release(&own);
}

/* A path as a spec has it: a backslash before what means something there. The caller frees. */
static char *
quote_for_spec(const char *path)
{
	size_t len = 0, cap = 0;
	char *out = NULL;

	for (; *path != '\0'; path++) {
		out = array_grow(out, &cap, len + 3, 1);
		if (isspace((unsigned char)*path) || strchr(":='\"\\", *path))
			out[len++] = '\\';
		out[len++] = *path;
	}
	out = array_grow(out, &cap, len + 1, 1);
	out[len] = '\0';
	return out;
}

char *
units_specs(const struct place_list *units, const char *flags, const char *before)
{
	char *specs = text_dup(before);

	for (size_t i = 0; i < units->len; i++) {
		_autofree_ char *path = quote_for_spec(units->items[i]);
		char *longer = text_format("%s%s%s:%s", specs, *specs ? " " : "", flags, path);

		free(specs);
		specs = longer;
	}
	return specs;
}

char *
unit_spec_of(const char *flags, const char *path, const char *source)
{
	_autofree_ char *place = quote_for_spec(path), *shown = quote_for_spec(source);

	return text_format("%s:%s=%s", flags, place, shown);
}

char *
units_format(const struct place_list *units, const char *before)
{
	_autofree_ char *specs = units_specs(units, "ro", before);
	char *quoted = text_shell_quote(specs);

	/* In quotes even where a shell needs none: it is shown inside a sentence. */
	if (strcmp(quoted, specs) == 0) {
		free(quoted);
		quoted = text_format("'%s'", specs);
	}
	return quoted;
}

char *
unit_command(const char *session, const char *specs)
{
	_autofree_ char *command = text_format(":mount %s", specs);
	_autofree_ char *quoted = text_shell_quote(command);
	_autofree_ char *name = text_shell_quote(session);

	return text_format("isolate --command %s %s", quoted, name);
}
