/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which libraries a program needs, and which of them its loader cannot find inside. */
#include "config.h"

#include "inspect/libsearch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/ldcache.h"
#include "inspect/rootpath.h"

/* The program may be made to cost us time: so many objects, and so many files looked at for all of them. */
enum { OBJECTS_MAX = 512, MISSING_MAX = 64, LOOKUPS_MAX = 20000 };

/* A root, and the cache in it. */
struct side {
	int root;
	bool cache_tried;
	struct ldcache cache;
};

/* The program, or a library that was loaded for it. */
struct object {
	char *path;   /* as it was found */
	char *origin; /* what $ORIGIN is in it */
	struct elf elf;
	size_t parent; /* index of the object that needs it; the program is its own */
};

struct search {
	const struct libsearch_query *query;
	struct libsearch *ret;
	struct side inside, outside;
	struct object *objects;
	size_t objects_len, objects_cap;
	char *lib;		    /* what $LIB is: "lib64", "lib/x86_64-linux-gnu" */
	struct place_list defaults; /* the loader's own directories */
	bool has_proc;		    /* whether the program can learn its own place, as the search takes it */
	bool musl;
	unsigned lookups;
};

/* A file that would do. */
struct hit {
	char *path;
	struct rootpath found;
	struct elf elf;
	bool by_cache;
};

static void
hit_release(struct hit *hit)
{
	free(hit->path);
	rootpath_release(&hit->found);
	elf_release(&hit->elf);
}

/* The path without its "..", if that is the same file: for people. */
static char *
simplest_path(const struct side *side, const char *path, const struct rootpath *found)
{
	_autorootpath_ struct rootpath other = ROOTPATH_INIT;
	_autofree_ char *clean = path_absolute("/", path);

	if (rootpath_walk(side->root, clean, &other) == 0 && other.st.st_dev == found->st.st_dev &&
	    other.st.st_ino == found->st.st_ino)
		return take_ptr(clean);
	return text_dup(path);
}

/* True if the file at `path` is a library for our program; fills hit. */
static bool
try_file(struct search *search, struct side *side, const char *path, struct hit *hit)
{
	_autoclose_ int fd = -1;

	if (search->lookups++ >= LOOKUPS_MAX) {
		search->ret->unsure = true;
		return false;
	}
	if (rootpath_walk(side->root, path, &hit->found) == 0 && S_ISREG(hit->found.st.st_mode)) {
		fd = rootpath_open(side->root, &hit->found);
		if (fd >= 0 && elf_read(fd, &hit->elf) == 0 && elf_same_kind(&hit->elf, search->query->elf)) {
			hit->path = simplest_path(side, path, &hit->found);
			return true;
		}
		elf_release(&hit->elf);
	}
	rootpath_release(&hit->found);
	return false;
}

static bool
try_directory(struct search *search, struct side *side, const char *dir, const char *name, struct hit *hit)
{
	_autofree_ char *absolute = dir[0] == '/' ? text_dup(dir) : path_join(search->query->cwd, dir);
	_autofree_ char *path = path_join(absolute, name);

	return try_file(search, side, path, hit);
}

/*
 * The value of the token that `text` begins with (after the "$"), and its length; NULL: none, or one that we do not
 * know.
 */
static const char *
token_value(const struct search *search, const struct object *object, const char *text, size_t *ret_len)
{
	const struct {
		const char *name, *value;
	} tokens[] = { { "ORIGIN", object->origin }, { "LIB", search->lib } };
	bool braces = *text == '{';

	for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
		size_t len = strlen(tokens[i].name);

		if (strncmp(text + braces, tokens[i].name, len) != 0 || (braces && text[1 + len] != '}'))
			continue;
		*ret_len = len + (braces ? 2 : 0);
		return tokens[i].value;
	}
	*ret_len = 0;
	return NULL;
}

/*
 * An element of a search path with its tokens expanded, or NULL if it has one that cannot be: then the loader leaves
 * the element out, or we do not know it ($PLATFORM) and are no longer sure. The caller frees.
 */
static char *
expand(struct search *search, const struct object *object, const char *element, size_t len)
{
	_autofree_ char *rest = text_ndup(element, len);
	char *out = text_dup("");

	for (const char *at = rest; *at;) {
		size_t plain = strcspn(at, "$"), token = 0;
		const char *value = "";
		char *longer;

		if (at[plain] == '$') {
			value = token_value(search, object, at + plain + 1, &token);
			if (token == 0)
				search->ret->unsure = true;
			/* The place of a program is known from /proc/self/exe, that of a library from its name. */
			if (!value || (object == search->objects && value == object->origin && !search->has_proc)) {
				free(out);
				return NULL;
			}
		}
		longer = text_format("%s%.*s%s", out, (int)plain, at, value);
		free(out);
		out = longer;
		at += plain + (at[plain] == '$' ? 1 + token : 0);
	}
	return out;
}

static bool
try_list(struct search *search, struct side *side, const struct object *object, const char *list, const char *name,
	 struct hit *hit)
{
	for (const char *at = list; at; at = *at ? at + 1 : NULL) {
		size_t len = strcspn(at, ":");
		_autofree_ char *dir = expand(search, object, at, len);

		if (dir && try_directory(search, side, dir, name, hit))
			return true;
		at += len;
	}
	return false;
}

/*
 * The program's DT_RPATH counts for the libraries of its libraries too, unless one of them has a DT_RUNPATH; with
 * musl both do.
 */
static bool
try_rpaths(struct search *search, struct side *side, const struct object *object, const char *name, struct hit *hit)
{
	for (;;) {
		const char *list = search->musl && object->elf.runpath ? object->elf.runpath
				   : object->elf.runpath	       ? NULL
								       : object->elf.rpath;

		if (list && *list && try_list(search, side, object, list, name, hit))
			return true;
		if (object == search->objects)
			return false;
		object = &search->objects[object->parent];
	}
}

static void
read_cache(struct side *side)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autoclose_ int fd = -1;

	side->cache_tried = true;
	if (rootpath_walk(side->root, "/etc/ld.so.cache", &found) < 0)
		return;
	fd = rootpath_open(side->root, &found);
	if (fd >= 0)
		ldcache_read(fd, &side->cache);
}

static bool
try_cache(struct search *search, struct side *side, const char *name, struct hit *hit)
{
	const char *path;
	uint32_t at = 0;

	if (!side->cache_tried)
		read_cache(side);
	while ((path = ldcache_next(&side->cache, name, &at)))
		if (path[0] == '/' && try_file(search, side, path, hit))
			return hit->by_cache = true;
	return false;
}

static bool
find(struct search *search, struct side *side, const struct object *object, const char *name, struct hit *hit)
{
	memset(hit, 0, sizeof *hit);
	hit->found.fd = -1;
	if (strchr(name, '/')) {
		_autofree_ char *path = expand(search, object, name, strlen(name));

		return path && try_directory(search, side, *path == '/' ? "/" : "", path, hit);
	}
	if ((!object->elf.runpath || search->musl) && try_rpaths(search, side, object, name, hit))
		return true;
	if (search->query->library_path &&
	    try_list(search, side, search->objects, search->query->library_path, name, hit))
		return true;
	if (object->elf.runpath && try_list(search, side, object, object->elf.runpath, name, hit))
		return true;
	for (size_t i = 0; i < search->defaults.len; i++)
		if (try_directory(search, side, search->defaults.items[i], name, hit))
			return true;
	/* Last, though the loader asks it before: so that it is known whether the library is found without it. */
	return try_cache(search, side, name, hit);
}

/* True if the loader has that library already: one of its name, or the file that an earlier name led to. */
static bool
is_loaded(const struct search *search, const char *name)
{
	for (size_t i = 1; i < search->objects_len; i++) {
		const struct object *object = &search->objects[i];

		if (strcmp(path_name(object->path), name) == 0 ||
		    (object->elf.soname && strcmp(object->elf.soname, name) == 0))
			return true;
	}
	for (size_t i = 0; i < search->ret->missing_len; i++)
		if (strcmp(search->ret->missing[i].name, name) == 0)
			return true;
	return false;
}

/* Takes over the hit. */
static void
add_object(struct search *search, struct hit *hit, size_t parent)
{
	if (search->objects_len == OBJECTS_MAX) {
		search->ret->unsure = true;
		hit_release(hit);
		return;
	}
	search->objects =
		array_grow(search->objects, &search->objects_cap, search->objects_len + 1, sizeof *search->objects);
	search->objects[search->objects_len++] = (struct object){
		.path = hit->path,
		.origin = path_parent(hit->path),
		.elf = hit->elf,
		.parent = parent,
	};
	rootpath_release(&hit->found);
}

static void
add_missing(struct search *search, enum library_fault fault, const char *name, size_t by, const char *outside)
{
	struct libsearch *ret = search->ret;

	if (ret->missing_len == MISSING_MAX)
		return;
	ret->missing = array_grow(ret->missing, &ret->missing_cap, ret->missing_len + 1, sizeof *ret->missing);
	ret->missing[ret->missing_len++] = (struct missing_library){
		.fault = fault,
		.name = text_dup(name),
		.by = text_dup(search->objects[by].path),
		.by_program = by == 0,
		.outside = outside ? text_dup(outside) : NULL,
	};
}

/* A library that was found inside: is it the one that would be taken outside? */
static void
compare(struct search *search, size_t by, const char *name, const struct hit *inside)
{
	_autorootpath_ struct rootpath there = ROOTPATH_INIT;
	struct libsearch *ret = search->ret;
	struct hit hit;

	if (!search->query->compare || ret->replaced_len == MISSING_MAX ||
	    !find(search, &search->outside, &search->objects[by], name, &hit))
		return;
	if (strcmp(hit.path, inside->path) != 0 && rootpath_walk(search->inside.root, hit.path, &there) < 0) {
		ret->replaced =
			array_grow(ret->replaced, &ret->replaced_cap, ret->replaced_len + 1, sizeof *ret->replaced);
		ret->replaced[ret->replaced_len++] = (struct missing_library){
			.fault = LIBRARY_ABSENT,
			.name = text_dup(name),
			.by = text_dup(search->objects[by].path),
			.by_program = by == 0,
			.outside = text_dup(hit.path),
			.instead = text_dup(inside->path),
		};
	}
	hit_release(&hit);
}

/* A library that the loader will not find inside: would it with a /proc, and what is outside? */
static void
look_further(struct search *search, size_t by, const char *name)
{
	struct libsearch *ret = search->ret;
	struct hit hit;

	if (!search->has_proc) {
		bool found;

		search->has_proc = true;
		found = find(search, &search->inside, &search->objects[by], name, &hit);
		search->has_proc = false;
		if (found) {
			add_missing(search, LIBRARY_NO_PROC, name, by, NULL);
			add_object(search, &hit, by);
			return;
		}
	}
	if (!find(search, &search->outside, &search->objects[by], name, &hit)) {
		add_missing(search, LIBRARY_ABSENT, name, by, NULL);
		return;
	}
	if (hit.by_cache && rootpath_exists(search->inside.root, hit.found.place)) {
		add_missing(search, LIBRARY_NO_CACHE, name, by, hit.path);
		place_list_add(&ret->places, "/etc/ld.so.cache");
	} else {
		add_missing(search, LIBRARY_ABSENT, name, by, hit.path);
		for (size_t i = 0; i < hit.found.links_len; i++)
			place_list_add(&ret->places, hit.found.links[i]);
		place_list_add(&ret->places, hit.found.place);
	}
	add_object(search, &hit, by);
}

/* The directory of the loader is one that it searches, under each name that it has there. */
static void
add_default_directory(struct search *search, const char *dir)
{
	place_list_add(&search->defaults, dir);
	if (strncmp(dir, "/usr/lib", 8) == 0)
		place_list_add(&search->defaults, dir + 4);
	if (strncmp(dir, "/lib", 4) == 0) {
		_autofree_ char *other = text_format("/usr%s", dir);

		place_list_add(&search->defaults, other);
	}
}

static void
find_defaults(struct search *search)
{
	static const char *const common[] = { "/lib64", "/usr/lib64", "/lib", "/usr/lib" };
	static const char *const common32[] = { "/lib32", "/usr/lib32" };
	static const char *const musl[] = { "/usr/local/lib" };
	const char *loader = search->query->elf->interp;
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autofree_ char *named = path_parent(loader);
	_autofree_ char *dir = NULL;

	if (rootpath_walk(search->inside.root, loader, &found) < 0) {
		rootpath_release(&found);
		rootpath_walk(search->outside.root, loader, &found);
	}
	dir = path_parent(found.status == 0 ? found.place : loader);
	search->lib = text_dup(strncmp(dir, "/usr/", 5) == 0 ? dir + 5 : dir + 1);
	search->musl = strncmp(path_name(loader), "ld-musl", 7) == 0;
	add_default_directory(search, dir);
	add_default_directory(search, named);
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		place_list_add(&search->defaults, common[i]);
	for (size_t i = 0; !search->query->elf->is64 && i < sizeof common32 / sizeof *common32; i++)
		place_list_add(&search->defaults, common32[i]);
	for (size_t i = 0; search->musl && i < sizeof musl / sizeof *musl; i++)
		place_list_add(&search->defaults, musl[i]);
}

/*
 * musl has a text file in place of the cache, named after the architecture; where there is one we do not know its
 * directories.
 */
static void
doubt_musl(struct search *search)
{
	_autofree_ char *path = NULL;
	const char *name = path_name(search->query->elf->interp);
	size_t len = strcspn(name, ".");

	if (!search->musl)
		return;
	path = text_format("/etc/%.*s.path", (int)len, name);
	if (rootpath_exists(search->inside.root, path))
		search->ret->unsure = true;
}

static void
search_all(struct search *search)
{
	for (size_t i = 0; i < search->objects_len; i++) {
		/* The program's own list belongs to the caller; the array may move while its libraries are added. */
		struct elf elf = i == 0 ? *search->query->elf : search->objects[i].elf;

		for (size_t j = 0; j < elf.needed_len; j++) {
			struct hit hit;

			if (is_loaded(search, elf.needed[j]))
				continue;
			if (find(search, &search->inside, &search->objects[i], elf.needed[j], &hit)) {
				compare(search, i, elf.needed[j], &hit);
				add_object(search, &hit, i);
			} else {
				look_further(search, i, elf.needed[j]);
			}
		}
	}
}

void
libsearch_run(const struct libsearch_query *query, struct libsearch *ret)
{
	struct search search = {
		.query = query,
		.ret = ret,
		.inside = { .root = query->inside },
		.outside = { .root = query->outside },
	};
	struct hit program = { .path = text_dup(query->program), .found = ROOTPATH_INIT };

	memset(ret, 0, sizeof *ret);
	find_defaults(&search);
	doubt_musl(&search);
	search.has_proc = rootpath_exists(query->inside, "/proc/self");
	add_object(&search, &program, 0);
	search.objects[0].elf.rpath = query->elf->rpath;
	search.objects[0].elf.runpath = query->elf->runpath;
	search_all(&search);
	for (size_t i = 0; i < search.objects_len; i++) {
		free(search.objects[i].path);
		free(search.objects[i].origin);
		if (i > 0)
			elf_release(&search.objects[i].elf);
	}
	free(search.objects);
	free(search.lib);
	place_list_release(&search.defaults);
	ldcache_release(&search.inside.cache);
	ldcache_release(&search.outside.cache);
}

static void
release_list(struct missing_library *list, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		free(list[i].name);
		free(list[i].by);
		free(list[i].outside);
		free(list[i].instead);
	}
	free(list);
}

void
libsearch_release(struct libsearch *search)
{
	release_list(search->missing, search->missing_len);
	release_list(search->replaced, search->replaced_len);
	place_list_release(&search->places);
	memset(search, 0, sizeof *search);
}
