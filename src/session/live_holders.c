/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who keeps mounts busy. */
#include "config.h"

#include "session/live_holders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "session/live.h"
#include "session/live_helper.h"
#include "session/live_table.h"
#include "sys/mount.h"
#include "sys/procfs.h"

/*
 * Whoever has opened all that he may is slow to be looked at. The processes of the sandbox come first, and all the same
 * the search has an end before the caller's patience has.
 */
enum { SEARCH_MILLISECONDS = LIVE_MILLISECONDS / 2 };

struct search {
	int socket;
	enum live_search kind;
	struct live_table table;
	bool *wanted; /* one a row */
	uint64_t mounts; /* number of the target's mount namespace */
	int64_t deadline;
	bool late;
	int found;
};

/* The process that is being looked at. */
struct suspect {
	pid_t pid;
	int process;
	bool known;
	struct procfs_status status;
};

static bool
is_wanted(const struct search *search, uint64_t number)
{
	const struct mountinfo *row = live_table_find(&search->table, number);

	return row && search->wanted[row - search->table.rows];
}

static void
tell(struct search *search, struct suspect *suspect, enum live_hold how, int fd, bool writes, const char *path)
{
	struct live_record record = { .kind = RECORD_HOLDER,
				      .step = (int32_t)how,
				      .index = suspect->pid,
				      .attrs = (uint32_t)fd,
				      .flag = writes };

	if (!suspect->known && procfs_status(suspect->process, &suspect->status) < 0)
		return;
	suspect->known = true;
	record.code = suspect->status.levels > 0 ? suspect->status.pids[suspect->status.levels - 1] : suspect->pid;
	live_tell(search->socket, &record, suspect->status.name, path, NULL, -1);
	search->found++;
}

static void
look_at_link(struct search *search, struct suspect *suspect, const char *name, enum live_hold how)
{
	_autoclose_ int fd = openat(suspect->process, name, O_PATH | O_CLOEXEC);
	_autofree_ char *path = NULL;
	struct mount_place at;

	if (fd < 0 || mount_place_of(fd, &at) < 0 || !is_wanted(search, at.number))
		return;
	procfs_readlink(suspect->process, name, &path);
	tell(search, suspect, how, -1, false, path);
}

/* proc_pid_fdinfo(5): "flags:\t0100002", "mnt_id:\t27". */
static bool
parse_fdinfo(const char *text, uint64_t *ret_mount, bool *ret_writes)
{
	const char *flags = strstr(text, "flags:");
	const char *mount = strstr(text, "mnt_id:");

	if (!flags || !mount)
		return false;
	*ret_writes = (strtoul(flags + strlen("flags:"), NULL, 8) & O_ACCMODE) != O_RDONLY;
	*ret_mount = strtoull(mount + strlen("mnt_id:"), NULL, 10);
	return true;
}

static void
look_at_descriptor(struct search *search, struct suspect *suspect, const char *digits)
{
	char name[32];
	_autofree_ char *text = NULL;
	_autofree_ char *path = NULL;
	uint64_t mount;
	bool writes;

	snprintf(name, sizeof name, "fdinfo/%.16s", digits);
	if (procfs_read(suspect->process, name, &text, NULL) < 0 || !parse_fdinfo(text, &mount, &writes))
		return;
	if (!is_wanted(search, mount) || (search->kind == SEARCH_WRITERS && !writes))
		return;
	snprintf(name, sizeof name, "fd/%.16s", digits);
	procfs_readlink(suspect->process, name, &path);
	tell(search, suspect, LIVE_HOLD_FD, (int)strtol(digits, NULL, 10), writes, path);
}

/* A directory of the procfs, to be listed; NULL if it may not be. */
static DIR *
list(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

static bool
is_number(const char *name)
{
	return name[0] >= '0' && name[0] <= '9';
}

static bool
goes_on(struct search *search)
{
	search->late = search->late || clock_ms() > search->deadline;
	return !search->late && search->found < LIVE_HOLDERS_MAX;
}

static void
look_at_descriptors(struct search *search, struct suspect *suspect)
{
	_autoclosedir_ DIR *dir = list(suspect->process, "fdinfo");
	const struct dirent *entry;

	while (dir && goes_on(search) && (entry = readdir(dir)))
		if (is_number(entry->d_name))
			look_at_descriptor(search, suspect, entry->d_name);
}

/* By the path, which for a process of the same mount namespace is that inside. */
static bool
is_path_wanted(const struct search *search, const char *path)
{
	for (size_t i = 0; i < search->table.len; i++)
		if (search->wanted[i] && path_is_below(path, search->table.rows[i].mount_point))
			return true;
	return false;
}

/*
 * proc_pid_maps(5): the path is what follows five words, if it begins with a slash. One mapping of a process is enough.
 */
static void
look_at_mappings(struct search *search, struct suspect *suspect)
{
	_autofree_ char *text = NULL;
	const char *last = "";
	char *line, *end;

	if (procfs_read(suspect->process, "maps", &text, NULL) < 0)
		return;
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		char *path;

		*end = '\0';
		path = strchr(line, '/');
		if (!path || strcmp(path, last) == 0)
			continue;
		last = path;
		if (is_path_wanted(search, path)) {
			tell(search, suspect, LIVE_HOLD_MAP, -1, false, path);
			return;
		}
	}
}

static void
look_at_process(struct search *search, struct suspect *suspect, bool is_inside)
{
	int before = search->found;

	if (search->kind != SEARCH_WRITERS) {
		look_at_link(search, suspect, "cwd", LIVE_HOLD_CWD);
		look_at_link(search, suspect, "root", LIVE_HOLD_ROOT);
		look_at_link(search, suspect, "exe", LIVE_HOLD_EXE);
	}
	look_at_descriptors(search, suspect);
	/* The last thing to look at: it takes the longest, and says the least. */
	if (is_inside && search->kind == SEARCH_ALL && search->found == before)
		look_at_mappings(search, suspect);
}

static bool
is_inside(const struct search *search, const struct suspect *suspect)
{
	uint64_t mounts;

	return procfs_ns_number(suspect->process, NS_MNT, &mounts) == 0 && mounts == search->mounts;
}

/* Those of the same mount namespace, or those of others. */
static void
look_everywhere(struct search *search, int proc, bool inside)
{
	_autoclosedir_ DIR *dir = list(proc, ".");
	const struct dirent *entry;

	while (dir && goes_on(search) && (entry = readdir(dir))) {
		struct suspect suspect = { .pid = (pid_t)strtol(entry->d_name, NULL, 10) };

		if (!is_number(entry->d_name) || suspect.pid == getpid())
			continue;
		suspect.process = procfs_open_named(proc, entry->d_name);
		if (suspect.process < 0)
			continue;
		if (is_inside(search, &suspect) == inside)
			look_at_process(search, &suspect, inside);
		if (suspect.known) {
			procfs_status_release(&suspect.status);
			/* Whatever becomes of us, this much is known. */
			live_tell_now(search->socket);
		}
		close(suspect.process);
	}
}

void
live_holders_run(int socket, int process, const uint64_t *numbers, size_t n, enum live_search kind)
{
	struct live_record done = { .kind = RECORD_DONE };
	struct search search = { .socket = socket, .kind = kind, .deadline = clock_ms() + SEARCH_MILLISECONDS };
	_autoclose_ int proc = procfs_open();
	size_t cap = 0;

	if (proc >= 0 && live_table_read(process, &search.table) == 0 &&
	    procfs_ns_number(process, NS_MNT, &search.mounts) == 0) {
		search.wanted = array_grow(NULL, &cap, search.table.len + 1, sizeof *search.wanted);
		memset(search.wanted, 0, search.table.len * sizeof *search.wanted);
		for (size_t i = 0; i < n; i++) {
			_autofree_ bool *on = live_table_mark(&search.table, numbers[i]);

			for (size_t k = 0; k < search.table.len; k++)
				search.wanted[k] |= on[k];
		}
		look_everywhere(&search, proc, true);
		look_everywhere(&search, proc, false);
		free(search.wanted);
		live_table_release(&search.table);
	}
	done.flag = search.late;
	live_tell(socket, &done, NULL, NULL, NULL, -1);
}
