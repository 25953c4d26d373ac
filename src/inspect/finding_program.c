/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keeps a program from starting, or makes another start in its place. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/chain.h"
#include "inspect/elf.h"
#include "inspect/finding_parts.h"
#include "inspect/libsearch.h"
#include "inspect/permission.h"
#include "inspect/rootpath.h"
#include "inspect/shebang.h"

enum { INTERPRETERS_MAX = 5, REPLACED_MAX = 8, HEAD_SIZE = SHEBANG_SIZE };

/* The path of an executable file of that name in PATH, or NULL. The caller frees. */
static char *
find_command(const struct collector *collector, int root, const char *name)
{
	const struct why_query *query = &collector->query->why;
	const char *at = query->path_env ? query->path_env : "/usr/bin:/bin";
	char *dir;

	while ((dir = chain_next_directory(&at, query->cwd ? query->cwd : "/"))) {
		_autorootpath_ struct rootpath found = ROOTPATH_INIT;
		_autofree_ char *path = path_join(dir, name);

		free(dir);
		if (rootpath_walk(root, path, &found) == 0 && S_ISREG(found.st.st_mode) &&
		    permission_to(&found, X_OK) == 0)
			return take_ptr(path);
	}
	return NULL;
}

void
collect_replaced_command(struct collector *collector, const char *name)
{
	const struct why_query *query = &collector->query->why;
	_autofree_ char *outside = find_command(collector, query->outside, name);
	_autofree_ char *inside = outside ? find_command(collector, query->inside, name) : NULL;
	struct finding *finding;
	char *sentence;

	if (!outside || (inside && strcmp(inside, outside) == 0))
		return;
	finding = collector_ask(collector, FINDING_PROGRAM, FINDING_STRONG, outside, NULL);
	if (!finding)
		return;
	finding->silent = inside != NULL;
	if (!inside)
		return;
	sentence = text_format("'%s' is '%s' outside, which is earlier in PATH and not inside: there '%s' is run",
			       name, outside, inside);
	free(finding->sentence);
	finding->sentence = sentence;
}

/* The file that the kernel would read for a program: the interpreter of the interpreter of a script. */
static char *
final_program(const struct collector *collector, const char *program)
{
	const struct why_query *query = &collector->query->why;
	char *path = text_dup(program);

	for (int i = 0; i < INTERPRETERS_MAX; i++) {
		_autorootpath_ struct rootpath found = ROOTPATH_INIT;
		_autoclose_ int fd = -1;
		struct shebang line;
		char head[HEAD_SIZE], command[SHEBANG_SIZE];
		char *next;
		ssize_t n;

		if (rootpath_walk(query->inside, path, &found) < 0 || (fd = rootpath_open(query->inside, &found)) < 0)
			return path;
		n = pread(fd, head, sizeof head, 0);
		if (n < 2 || shebang_parse(head, (size_t)n, &line) < 0)
			return path;
		if (shebang_env_command(&line, command) == 1 && !strchr(command, '/'))
			next = find_command(collector, query->inside, command);
		else
			next = line.interpreter[0] == '/' ? text_dup(line.interpreter) : NULL;
		if (!next)
			return path;
		free(path);
		path = next;
	}
	return path;
}

/* Libraries that come from elsewhere than outside: another version, without a word. */
static void
collect_replaced_libraries(struct collector *collector, const char *program)
{
	const struct why_query *query = &collector->query->why;
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autoelf_ struct elf elf = { 0 };
	_autoclose_ int fd = -1;
	struct libsearch search;
	struct libsearch_query ask;

	if (rootpath_walk(query->inside, program, &found) < 0 || (fd = rootpath_open(query->inside, &found)) < 0)
		return;
	if (elf_read(fd, &elf) < 0 || !elf.interp || !elf_is_native(&elf))
		return;
	ask = (struct libsearch_query){
		.inside = query->inside,
		.outside = query->outside,
		.program = found.place,
		.elf = &elf,
		.library_path = query->library_path,
		.cwd = query->cwd ? query->cwd : "/",
		.compare = true,
	};
	libsearch_run(&ask, &search);
	for (size_t i = 0; i < search.replaced_len && i < REPLACED_MAX && !search.unsure; i++) {
		const struct missing_library *library = &search.replaced[i];
		struct finding *finding =
			collector_ask(collector, FINDING_PROGRAM, FINDING_STRONG, library->outside, NULL);

		if (!finding)
			continue;
		finding->silent = true;
		free(finding->sentence);
		finding->sentence = text_format("the library '%s', which '%s' needs, is '%s' outside, which is not "
						"inside: there '%s' is loaded in its place",
						library->name, library->by, library->outside, library->instead);
	}
	libsearch_release(&search);
}

/* A python whose standard library is not there, or is links that lead nowhere: it starts, and fails at once. */
static void
collect_python_library(struct collector *collector, const char *program)
{
	const struct why_query *query = &collector->query->why;
	_autofree_ char *bin = path_parent(program);
	_autofree_ char *prefix = path_parent(bin);
	_autofree_ char *lib = path_join(prefix, "lib");
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autoclosedir_ DIR *dir = NULL;
	struct dirent *entry;
	int fd, left = 1024;

	if (fnmatch("python*", path_name(program), 0) != 0 || strcmp(path_name(bin), "bin") != 0)
		return;
	if (rootpath_walk(query->outside, lib, &found) < 0)
		return;
	fd = openat(found.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && fd >= 0)
		close(fd);
	while (dir && left-- > 0 && (entry = readdir(dir))) {
		_autofree_ char *os = text_format("%s/%s/os.py", lib, entry->d_name);

		if (fnmatch("python[0-9]*", entry->d_name, 0) == 0 && rootpath_exists(query->outside, os))
			collector_ask(collector, FINDING_PLACE, FINDING_STRONG, os, NULL);
	}
}

/* If it ran, what would have kept it from starting is not what made it fail. */
static bool
contradicts(const struct finding_query *query, const struct why *why)
{
	bool ran = query->errnum == 0 && query->status != 126 && query->status != 127;

	return ran && why->kind != WHY_READ_ONLY;
}

void
collect_program(struct collector *collector)
{
	const struct finding_query *query = collector->query;
	_autofree_ char *path = NULL;
	_autofree_ char *program = NULL;
	struct why why;

	if (query->asked_cwd)
		collector_ask(collector, FINDING_PROGRAM, query->needs_cwd ? FINDING_STRONG : FINDING_WEAK,
			      query->asked_cwd, NULL);
	if (!query->argv[0] || query->argv[0][0] == '\0')
		return;
	path = why_path_of(&query->why, query->argv[0]);
	why_ask(&query->why, path, &why);
	if (why_is_innocent(&why) || why.kind == WHY_READ_ONLY) {
		why_release(&why);
	} else {
		bool weak = contradicts(query, &why);

		collector_add(collector, FINDING_PROGRAM, weak ? FINDING_WEAK : FINDING_STRONG, &why);
		collector->has_cause = !weak;
	}
	if (!strchr(query->argv[0], '/'))
		collect_replaced_command(collector, query->argv[0]);
	program = final_program(collector, path);
	collect_replaced_libraries(collector, program);
	collect_python_library(collector, program);
}
