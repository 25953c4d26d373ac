/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chain of files that starting a program takes. */
#include "config.h"

#include "inspect/chain.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

/* The kernel takes a script as the interpreter of a script this many times (exec_binprm). */
#define SCRIPTS_MAX 5

/* Enough for a "#!" line, and for the second line that holds a long path. */
#define HEAD_SIZE 4608

/* When a fault shows: execve(2) itself fails, or what was executed ends with status 127. */
enum stage { STAGE_EXEC, STAGE_RUN };

struct follower {
	const struct execchain_query *query;
	struct chain *chain;
	enum stage stage;
	int scripts;
};

/* One file of the chain, as it is asked for. */
struct link {
	const char *path; /* absolute */
	enum role role;
	const char *by;
};

static void follow(struct follower *follower, const struct link *link);

void
chain_release(struct chain *chain)
{
	free(chain->fault.path);
	free(chain->fault.by);
	rootpath_release(&chain->fault.inside);
	libsearch_release(&chain->libraries);
	place_list_release(&chain->places);
	memset(chain, 0, sizeof *chain);
}

char *
chain_next_directory(const char **at, const char *cwd)
{
	_autofree_ char *element = NULL;
	size_t len;

	if (!*at)
		return NULL;
	len = strcspn(*at, ":");
	element = text_ndup(*at, len);
	*at = (*at)[len] ? *at + len + 1 : NULL;
	return path_absolute(cwd, element);
}

/* Absolute, and clean where that is the same: the kernel takes ".." after the links before it, not as text. */
static char *
absolute_path(const char *cwd, const char *path)
{
	if (strstr(path, ".."))
		return path[0] == '/' ? text_dup(path) : path_join(cwd, path);
	return path_absolute(cwd, path);
}

/* Notes the fault, if it is the first and one that shows at the stage where the start failed. NULL if it is not. */
static struct fault *
note_fault(struct follower *follower, enum stage stage, enum fault_kind kind, int code, const struct link *link)
{
	struct fault *fault = &follower->chain->fault;
	enum stage failed = follower->query->errnum ? STAGE_EXEC : STAGE_RUN;

	if (fault->kind != FAULT_NONE)
		return NULL;
	/* What could not even be executed did not run: the files have changed since. */
	if (stage == STAGE_EXEC && failed == STAGE_RUN)
		follower->chain->unknown = true;
	if (stage != failed)
		return NULL;
	*fault = (struct fault){
		.kind = kind,
		.role = link->role,
		.code = code,
		.path = text_dup(link->path),
		.by = link->by ? text_dup(link->by) : NULL,
		.inside = ROOTPATH_INIT,
	};
	return fault;
}

/* What the kernel thinks of a file before it reads it (do_open_execat); FAULT_NONE is good. */
static enum fault_kind
judge_file(const struct rootpath *found)
{
	struct statfs fs;

	if (S_ISDIR(found->st.st_mode))
		return FAULT_DIRECTORY;
	if (!S_ISREG(found->st.st_mode))
		return FAULT_NOT_REGULAR;
	if (fstatfs(found->fd, &fs) == 0 && (fs.f_flags & ST_NOEXEC))
		return FAULT_NOEXEC;
	if ((found->st.st_mode & 0111) == 0)
		return FAULT_NOT_EXECUTABLE;
	/* Where faccessat2(2) is refused, the mode above has to do. */
	if (faccessat(found->fd, "", X_OK, AT_EMPTY_PATH | AT_EACCESS) < 0 && errno == EACCES)
		return FAULT_NOT_EXECUTABLE;
	return FAULT_NONE;
}

/* What the kernel, or the checks of ours after it, think of what is in the file. *ret is to be released in any case. */
static enum fault_kind
judge_elf(int fd, struct elf *ret)
{
	int r = elf_read(fd, ret);

	if (r == -ENOEXEC)
		return FAULT_NOT_A_PROGRAM;
	if (r < 0 && ret->type == 0)
		return FAULT_DAMAGED;
	if (!elf_is_native(ret))
		return FAULT_MACHINE;
	if (ret->type != ET_EXEC && ret->type != ET_DYN)
		return FAULT_OBJECT_FILE;
	return r < 0 ? FAULT_DAMAGED : FAULT_NONE;
}

/* The same look at the file of that path outside. */
static enum outside
compare_outside(const struct follower *follower, const char *path, enum fault_kind kind)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autoelf_ struct elf elf = { 0 };
	_autoclose_ int fd = -1;
	enum fault_kind seen;

	if (rootpath_walk(follower->query->outside, path, &found) < 0)
		return OUTSIDE_MISSING;
	seen = judge_file(&found);
	if (seen == FAULT_NONE && (kind == FAULT_MACHINE || kind == FAULT_OBJECT_FILE || kind == FAULT_DAMAGED)) {
		fd = rootpath_open(follower->query->outside, &found);
		if (fd >= 0)
			seen = judge_elf(fd, &elf);
	}
	/* A text without "#!" is the same text outside, unless something else is mounted over it. */
	if (kind == FAULT_NOT_A_PROGRAM || kind == FAULT_BAD_SHEBANG || kind == FAULT_TOO_DEEP)
		return seen == FAULT_NONE ? OUTSIDE_SAME_FAULT : OUTSIDE_MISSING;
	return seen == FAULT_NONE ? OUTSIDE_GOOD : OUTSIDE_SAME_FAULT;
}

static void
add_places(struct chain *chain, const struct rootpath *found)
{
	for (size_t i = 0; i < found->links_len; i++)
		place_list_add(&chain->places, found->links[i]);
	place_list_add(&chain->places, found->place);
}

/*
 * Finds a file of the chain inside, else outside, and judges it. The root that it is to be read from, or -1 at the end
 * of the chain.
 */
static int
locate(struct follower *follower, const struct link *link, struct rootpath *ret)
{
	const struct execchain_query *query = follower->query;
	struct fault *fault;
	enum fault_kind kind;

	if (rootpath_walk(query->inside, link->path, ret) == 0) {
		kind = judge_file(ret);
		if (kind == FAULT_NONE)
			return query->inside;
		fault = note_fault(follower, follower->stage, kind, EACCES, link);
		if (fault)
			fault->outside = compare_outside(follower, link->path, kind);
		return -1;
	}
	if (ret->status == -EXDEV) {
		follower->chain->unknown = true;
		return -1;
	}
	fault = note_fault(follower, follower->stage, FAULT_MISSING, -ret->status, link);
	if (fault) {
		fault->inside = *ret;
		*ret = (struct rootpath)ROOTPATH_INIT;
	} else {
		rootpath_release(ret);
	}
	if (rootpath_walk(query->outside, link->path, ret) < 0)
		return -1;
	kind = judge_file(ret);
	if (fault)
		fault->outside = kind == FAULT_NONE ? OUTSIDE_GOOD : OUTSIDE_SAME_FAULT;
	if (kind != FAULT_NONE)
		return -1;
	add_places(follower->chain, ret);
	return query->outside;
}

/* True if the file at a path is one that can be executed, as far as that shows without reading it. */
static bool
is_executable(int root, const char *path)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;

	return rootpath_walk(root, path, &found) == 0 && judge_file(&found) == FAULT_NONE;
}

/* The path of the command that a search of PATH would take in that root, or NULL. The caller frees. */
static char *
search_path(const struct follower *follower, int root, const char *name, bool (*accept)(int root, const char *path))
{
	const char *at = follower->query->path_env;
	char *dir;

	while ((dir = chain_next_directory(&at, follower->query->cwd))) {
		char *path = path_join(dir, name);

		free(dir);
		if (accept(root, path))
			return path;
		free(path);
	}
	return NULL;
}

/* A command by its name: where PATH has it inside, else where it would have it outside. */
static void
follow_command(struct follower *follower, const struct link *named)
{
	const struct execchain_query *query = follower->query;
	_autofree_ char *path = NULL;
	struct link link = *named;

	if (strchr(named->path, '/')) {
		path = absolute_path(query->cwd, named->path);
	} else {
		path = search_path(follower, query->inside, named->path, is_executable);
		/* Something of that name, though no program: that is what execvp(3) speaks of then. */
		if (!path && query->errnum == EACCES)
			path = search_path(follower, query->inside, named->path, rootpath_exists);
		if (!path)
			path = search_path(follower, query->outside, named->path, is_executable);
	}
	if (path) {
		link.path = path;
		follow(follower, &link);
	} else {
		note_fault(follower, follower->stage, FAULT_NOT_IN_PATH, ENOENT, named);
	}
}

/* What the file holds makes it no program: if it is only outside, a mount is no cure. */
static void
note_bad_content(struct follower *follower, const struct link *link, enum fault_kind kind, const struct elf *elf)
{
	struct fault *first = &follower->chain->fault;
	int code = link->role == ROLE_LOADER ? ELIBBAD : ENOEXEC;
	struct fault *fault = note_fault(follower, follower->stage, kind, code, link);

	if (fault) {
		fault->outside = compare_outside(follower, link->path, kind);
		fault->elf = (struct elf){ .is64 = elf->is64, .big_endian = elf->big_endian, .machine = elf->machine };
	} else if (first->kind == FAULT_MISSING && strcmp(first->path, link->path) == 0) {
		first->outside = OUTSIDE_SAME_FAULT;
	}
}

static void
follow_libraries(struct follower *follower, const struct link *link, const char *place, const struct elf *elf)
{
	struct libsearch_query query = {
		.inside = follower->query->inside,
		.outside = follower->query->outside,
		.program = place,
		.elf = elf,
		.library_path = follower->query->library_path,
		.cwd = follower->query->cwd,
	};
	struct libsearch libraries;
	struct fault *fault;

	libsearch_run(&query, &libraries);
	if (libraries.missing_len == 0 || libraries.unsure) {
		libsearch_release(&libraries);
		return;
	}
	for (size_t i = 0; i < libraries.places.len; i++)
		place_list_add(&follower->chain->places, libraries.places.items[i]);
	fault = note_fault(follower, STAGE_RUN, FAULT_LIBRARIES, ENOENT, link);
	if (!fault) {
		libsearch_release(&libraries);
		return;
	}
	/* A library that wants a /proc is there: it is not missing outside. */
	fault->outside = libraries.missing[0].outside || libraries.missing[0].fault == LIBRARY_NO_PROC
				 ? OUTSIDE_GOOD
				 : OUTSIDE_MISSING;
	follower->chain->libraries = libraries;
}

static void
follow_elf(struct follower *follower, const struct link *link, const char *place, int fd)
{
	struct elf elf = { 0 };
	enum fault_kind kind = judge_elf(fd, &elf);
	struct link loader = { .path = elf.interp, .role = ROLE_LOADER, .by = link->path };

	if (kind != FAULT_NONE) {
		note_bad_content(follower, link, kind, &elf);
	} else if (elf.interp && link->role != ROLE_LOADER) {
		_autofree_ char *path = absolute_path(follower->query->cwd, elf.interp);

		loader.path = path;
		follow(follower, &loader);
		follow_libraries(follower, link, place, &elf);
	}
	elf_release(&elf);
}

/* env(1) in a "#!" line, or a shell that hands over: what comes after execve(2) has succeeded. */
static void
follow_handover(struct follower *follower, const struct link *script, const struct shebang *line, const char *head,
		size_t len)
{
	enum stage before = follower->stage;
	char command[SHEBANG_SIZE];
	char path[HEAD_SIZE];
	int r = shebang_env_command(line, command);

	follower->stage = STAGE_RUN;
	if (r > 0) {
		struct link link = { .path = command, .role = ROLE_COMMAND, .by = script->path };

		follow_command(follower, &link);
	} else if (r == 0 && shebang_exec_trick(head, len, path, sizeof path)) {
		struct link link = { .path = path, .role = ROLE_HANDED_OVER, .by = script->path };

		follow(follower, &link);
	}
	follower->stage = before;
}

static void
follow_script(struct follower *follower, const struct link *script, const char *head, size_t len)
{
	struct link link = { .role = ROLE_INTERPRETER, .by = script->path };
	_autofree_ char *path = NULL;
	struct shebang line;

	if (shebang_parse(head, len, &line) < 0) {
		note_bad_content(follower, script, FAULT_BAD_SHEBANG, &(struct elf){ 0 });
		return;
	}
	if (++follower->scripts > SCRIPTS_MAX) {
		struct fault *fault = note_fault(follower, follower->stage, FAULT_TOO_DEEP, ELOOP, script);

		if (fault)
			fault->outside = compare_outside(follower, script->path, FAULT_TOO_DEEP);
		return;
	}
	/* A relative one counts from the working directory, as for the kernel. */
	path = absolute_path(follower->query->cwd, line.interpreter);
	link.path = path;
	follow(follower, &link);
	follow_handover(follower, script, &line, head, len);
}

static void
follow(struct follower *follower, const struct link *link)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	int root = locate(follower, link, &found);
	_autoclose_ int fd = -1;
	char head[HEAD_SIZE];
	ssize_t n;

	if (root < 0)
		return;
	/* A program may be executable and not readable: then there is no more to be known. */
	fd = rootpath_open(root, &found);
	n = fd < 0 ? -1 : pread(fd, head, sizeof head, 0);
	if (n < 0)
		follower->chain->unknown = true;
	else if (n >= 2 && memcmp(head, "#!", 2) == 0 && link->role != ROLE_LOADER)
		follow_script(follower, link, head, (size_t)n);
	else
		follow_elf(follower, link, found.place, fd);
}

void
chain_follow(const struct execchain_query *query, struct chain *ret)
{
	struct execchain_query own = *query;
	struct follower follower = { .query = &own, .chain = ret };
	struct link program = { .path = query->program, .role = ROLE_PROGRAM };
	char standard[256];

	*ret = (struct chain){ .fault.inside = ROOTPATH_INIT };
	if (!own.path_env) {
		size_t n = confstr(_CS_PATH, standard, sizeof standard);

		own.path_env = n > 0 && n <= sizeof standard ? standard : "/bin:/usr/bin";
	}
	if (query->program[0] == '\0' || query->cwd[0] != '/') {
		ret->unknown = true;
		return;
	}
	follow_command(&follower, &program);
}
