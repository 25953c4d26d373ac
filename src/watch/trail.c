/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the name that was missing to the path that was asked for. */
#include "config.h"

#include "watch/trail.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/elf.h"
#include "inspect/place.h"
#include "inspect/shebang.h"
#include "sys/open.h"

/* The kernel's own limits: of links in one walk, and of interpreters of interpreters. */
enum { LINKS_MAX = 40, INTERPRETERS_MAX = 5 };

void
trail_map_release(struct trail_map *map)
{
	if (!map->known)
		return;
	mount_table_release(&map->inside);
	mount_table_release(&map->outside);
	map->known = false;
}

void
trail_map_read(struct trail_map *map, int caller, int process)
{
	trail_map_release(map);
	if (mount_table_read(process, &map->inside) < 0)
		return;
	if (mount_table_read(caller, &map->outside) < 0) {
		mount_table_release(&map->inside);
		return;
	}
	map->known = true;
}

void
trail_release(struct trail *trail)
{
	free(trail->path);
	for (size_t i = 0; i < trail->len; i++)
		free(trail->steps[i].path);
	*trail = (struct trail){ 0 };
}

void
trail_add(struct trail *trail, enum miss_via via, const char *path)
{
	if (trail->len < MISS_STEPS_MAX)
		trail->steps[trail->len++] = (struct miss_step){ via, text_dup(path) };
}

char *
trail_outside(const struct trail_map *map, const char *path)
{
	struct place place;
	char *outside;

	if (!map->known)
		return NULL;
	place = place_find(&map->inside, &map->outside, path);
	outside = place.kind == PLACE_SHOWN ? take_ptr(place.path) : NULL;
	place_release(&place);
	return outside;
}

/* The text of the link at a clean path inside; NULL: there is none, or nothing of the host's. */
static char *
link_at(const struct trail_map *map, const char *path)
{
	int i = plan_find(map->plan, path);
	_autofree_ char *place = NULL;
	char target[PATH_MAX];
	ssize_t n;

	if (i >= 0 && map->plan->entries[i].kind == PLAN_SYMLINK && strcmp(map->plan->entries[i].path, path) == 0)
		return text_dup(map->plan->entries[i].content);
	place = trail_outside(map, path);
	n = place ? readlink(place, target, sizeof target - 1) : -1;
	if (n <= 0)
		return NULL;
	target[n] = '\0';
	return text_dup(target);
}

/* A walk that is under way: `done` has been reached and has no link in it, `todo` is what is left. */
struct walk {
	char *done, *todo;
};

static void
replace(char **slot, char *text)
{
	free(*slot);
	*slot = text;
}

/* Takes the first component of what is left. NULL: there is none. */
static char *
next_name(struct walk *walk)
{
	const char *start = walk->todo + strspn(walk->todo, "/");
	size_t len = strcspn(start, "/");
	char *name;

	if (len == 0)
		return NULL;
	name = text_ndup(start, len);
	replace(&walk->todo, text_dup(start + len));
	return name;
}

/* From one path to its end, or to what is missing: then true, and trail->path is set. */
static bool
walk_to(const struct trail_map *map, struct walk *walk, const char *missing, struct trail *trail)
{
	int links = 0;

	for (;;) {
		_autofree_ char *name = next_name(walk);
		_autofree_ char *here = NULL, *target = NULL;

		if (!name)
			return false;
		if (strcmp(name, ".") == 0)
			continue;
		if (strcmp(name, "..") == 0) {
			replace(&walk->done, path_parent(walk->done));
			continue;
		}
		here = path_join(walk->done, name);
		if (strcmp(here, missing) == 0) {
			_autofree_ char *all = text_format("%s%s", here, walk->todo);

			trail->path = path_absolute("/", all);
			return true;
		}
		target = link_at(map, here);
		if (!target) {
			replace(&walk->done, take_ptr(here));
			continue;
		}
		if (++links > LINKS_MAX)
			return false;
		trail_add(trail, VIA_SYMLINK, here);
		replace(&walk->todo, text_format("%s/%s", target, walk->todo));
		if (target[0] == '/')
			replace(&walk->done, text_dup("/"));
	}
}

/* Opens a regular file for reading, and nothing else: opening some devices has effects. */
static int
open_file(const char *place)
{
	_autoclose_ int found = open_path_no_symlinks(AT_FDCWD, place);
	char name[32];
	struct stat st;

	if (found < 0 || fstat(found, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	snprintf(name, sizeof name, "/proc/self/fd/%d", found);
	return open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* What runs the program at a place outside: its "#!" line's or its ELF header's interpreter. NULL: nothing else. */
static char *
interpreter_of(const char *place, enum miss_via *ret_via)
{
	_autoclose_ int fd = open_file(place);
	_autoelf_ struct elf elf = { 0 };
	struct shebang shebang;
	char head[SHEBANG_SIZE];
	ssize_t n;

	if (fd < 0)
		return NULL;
	n = pread(fd, head, sizeof head, 0);
	if (n > 0 && shebang_parse(head, (size_t)n, &shebang) == 0) {
		*ret_via = VIA_INTERPRETER;
		return text_dup(shebang.interpreter);
	}
	if (elf_read(fd, &elf) < 0 || !elf.interp)
		return NULL;
	*ret_via = VIA_LOADER;
	return take_ptr(elf.interp);
}

char *
trail_interpreter(const struct trail_map *map, const char *path)
{
	_autofree_ char *place = trail_outside(map, path);
	enum miss_via via;

	return place ? interpreter_of(place, &via) : NULL;
}

bool
trail_follow(const struct trail_map *map, const char *path, const char *missing, bool executes, struct trail *ret)
{
	_autofree_ char *asked = text_dup(path);
	struct trail trail = { 0 };
	bool found = false;

	for (int i = 0; asked && asked[0] == '/' && !found && i <= INTERPRETERS_MAX; i++) {
		struct walk walk = { text_dup("/"), text_dup(asked) };
		_autofree_ char *place = NULL;
		enum miss_via via = VIA_INTERPRETER;

		found = walk_to(map, &walk, missing, &trail);
		place = found || !executes ? NULL : trail_outside(map, walk.done);
		if (place)
			trail_add(&trail, VIA_INTERPRETER, walk.done);
		replace(&asked, place ? interpreter_of(place, &via) : NULL);
		if (asked)
			trail.steps[trail.len - 1].via = via;
		free(walk.done);
		free(walk.todo);
	}
	if (found)
		*ret = trail;
	else
		trail_release(&trail);
	return found;
}
