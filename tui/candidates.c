/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What completion can offer on this machine. */
#include "config.h"

#include "tui/candidates.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "cmd/json_read.h"
#include "cmd/running.h"
#include "inspect/processes.h"
#include "inspect/rootpath.h"
#include "sys/nsask.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

/* Nobody reads a longer list; a directory inside can be as long as the payload likes. */
enum { NAMES_MAX = 4096 };

static bool
leads_to_directory_inside(int root, const char *directory, const char *name)
{
	_autofree_ char *path = path_join(directory, name);

	return rootpath_is_directory(root, path);
}

/* Whether an entry is a directory, or a link to one. `root` is -1 outside. */
static bool
is_directory(DIR *dir, const struct dirent *entry, int root, const char *directory)
{
	struct stat st;

	if (entry->d_type == DT_DIR)
		return true;
	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return false;
	if (root >= 0)
		return leads_to_directory_inside(root, directory, entry->d_name);
	return fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

/* Takes fd, a directory that is open for reading, or -1. */
static void
list_directory(int fd, int root, const char *directory, struct complete_names *ret)
{
	_autoclosedir_ DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir && fd >= 0)
		close(fd);
	while (dir && ret->len < NAMES_MAX && (entry = readdir(dir)))
		complete_names_add(ret, entry->d_name, is_directory(dir, entry, root, directory));
}

/* The names that are read in the sandbox's user namespace: a letter that says whether it is a directory, and a NUL. */
struct question {
	int root;
	const char *directory;
};

static void
read_inside(void *arg, char **ret, size_t *ret_len)
{
	const struct question *question = arg;
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	struct complete_names names = { 0 };

	if (rootpath_walk(question->root, question->directory, &found) == 0)
		list_directory(openat(found.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), question->root,
			       question->directory, &names);
	*ret = complete_names_pack(&names, ret_len);
	complete_names_release(&names);
}

static void
list_inside(const struct candidates *candidates, const char *directory, struct complete_names *ret)
{
	struct question question = { .root = candidates->root, .directory = directory };
	_autoclose_ int userns = candidates->process < 0 ? -1 : nsfs_open(candidates->process, NS_USER);
	_autofree_ char *packed = NULL;
	size_t len = 0;

	if (candidates->root >= 0 && userns >= 0 &&
	    nsask(userns, &candidates->root, 1, read_inside, &question, &packed, &len) == 0)
		complete_names_unpack(ret, packed, len);
}

static void
list_processes(const struct candidates *candidates, struct complete_names *ret)
{
	struct process_list list;

	if (candidates->process < 0 ||
	    processes_read(candidates->proc, candidates->caller, candidates->process, &list) < 0)
		return;
	for (size_t i = 0; i < list.len && i < NAMES_MAX; i++) {
		_autofree_ char *pid = text_format("%d", (int)list.items[i].outside);

		complete_names_add(ret, pid, false);
	}
	processes_release(&list);
}

static void
list_sessions(struct complete_names *ret)
{
	size_t n;
	char **names = running_sessions(&n);

	for (size_t i = 0; i < n; i++) {
		complete_names_add(ret, names[i], false);
		free(names[i]);
	}
	free(names);
}

/* The strings that are such members of the answer, of whatever. */
static void
list_misses(const struct candidates *candidates, const char *member, struct complete_names *ret)
{
	_autofree_ char *answer = candidates->misses ? candidates->misses(candidates->misses_arg) : NULL;
	const char *at = answer;
	char *text;

	while (at && ret->len < NAMES_MAX && (text = json_next_string(&at, member))) {
		complete_names_add(ret, text, false);
		free(text);
	}
}

static void
list(void *arg, enum complete_kind kind, const char *directory, struct complete_names *ret)
{
	const struct candidates *candidates = arg;

	switch (kind) {
	case COMPLETE_OUTSIDE:
		list_directory(open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), -1, directory, ret);
		break;
	case COMPLETE_INSIDE:
		list_inside(candidates, directory, ret);
		break;
	case COMPLETE_PROCESSES:
		list_processes(candidates, ret);
		break;
	case COMPLETE_SESSIONS:
		list_sessions(ret);
		break;
	case COMPLETE_MISSES:
		list_misses(candidates, "path", ret);
		break;
	case COMPLETE_CURES:
		list_misses(candidates, "spec", ret);
		break;
	}
}

/* The current directory as the user calls it, where $PWD tells the truth. The caller frees. */
static char *
logical_directory(void)
{
	const char *pwd = getenv("PWD");
	struct stat here, there;
	char *cwd;

	if (pwd && pwd[0] == '/' && stat(pwd, &there) == 0 && stat(".", &here) == 0 && here.st_dev == there.st_dev &&
	    here.st_ino == there.st_ino)
		return text_dup(pwd);
	cwd = getcwd(NULL, 0);
	return cwd ? cwd : text_dup("/");
}

void
candidates_init(struct candidates *ret, pid_t inside)
{
	const char *home = getenv("HOME");

	*ret = (struct candidates){ .cwd = logical_directory(), .proc = procfs_open(), .caller = -1, .process = -1,
				    .root = -1 };
	if (ret->proc >= 0)
		ret->caller = procfs_open_named(ret->proc, "self");
	if (ret->proc >= 0 && inside > 0)
		ret->process = procfs_open_process(ret->proc, inside);
	if (ret->process >= 0)
		ret->root = openat(ret->process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ret->source = (struct complete_source){ .list = list, .arg = ret, .cwd = ret->cwd,
						.home = home && home[0] == '/' ? home : NULL };
}

void
candidates_release(struct candidates *candidates)
{
	const int fds[] = { candidates->root, candidates->process, candidates->caller, candidates->proc };

	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(candidates->cwd);
}
