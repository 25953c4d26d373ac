/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mount point that does not exist inside a directory bound read-only: the directory is taken apart. An empty
 * directory of the skeleton stands for it, and each of its children is bound there (links are made anew), so that the
 * mount point can be made beside them and nothing is created on the host. What the host adds to that directory later
 * is not seen.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/plan_draft.h"

/* Type of a child, in the bits of st_mode; 0: it is gone. */
static mode_t
type_of(int dirfd, const struct dirent *child)
{
	struct stat st;

	if (child->d_type != DT_UNKNOWN)
		return DTTOIF(child->d_type);
	return fstatat(dirfd, child->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ? 0 : st.st_mode & S_IFMT;
}

static void
add_child(struct draft *draft, const struct draft_rebuild *rebuild, const char *source, int dirfd,
	  const struct dirent *child)
{
	mode_t type = type_of(dirfd, child);
	char target[4096];
	struct draft_entry *entry;
	ssize_t n = 0;

	if (S_ISLNK(type))
		n = readlinkat(dirfd, child->d_name, target, sizeof target);
	if (type == 0 || n < 0)
		return;
	entry = draft_add(draft, S_ISLNK(type) ? PLAN_SYMLINK : PLAN_BIND, path_join(rebuild->dir, child->d_name),
			  RANK_SIBLING, 0);
	entry->e.is_dir = S_ISDIR(type);
	if (S_ISLNK(type)) {
		entry->e.content = text_ndup(target, (size_t)n);
	} else {
		entry->e.source = path_join(source, child->d_name);
		entry->e.attrs = rebuild->bind->e.attrs;
	}
	entry->e.origin = rebuild->bind->e.origin;
	entry->e.spec = rebuild->bind->e.spec;
}

/* The directory itself: the bind, if it is its own place, else one more entry. The skeleton has a root already. */
static void
replace_directory(struct draft *draft, const struct draft_rebuild *rebuild)
{
	struct draft_entry *bind = rebuild->bind;
	struct draft_entry *entry = bind;

	if (strcmp(rebuild->dir, "/") == 0) {
		bind->dropped = true;
		return;
	}
	if (strcmp(rebuild->dir, bind->e.path) != 0) {
		entry = draft_add(draft, PLAN_DIR, text_dup(rebuild->dir), RANK_REBUILT, 0);
		entry->e.origin = bind->e.origin;
		entry->e.spec = bind->e.spec;
		return;
	}
	entry->e.kind = PLAN_DIR;
	entry->e.attrs = 0;
	free(take_ptr(entry->e.source));
}

static int
rebuild_one(struct draft *draft, const struct draft_rebuild *rebuild, struct error *err)
{
	_autofree_ char *source = NULL;
	_autoclosedir_ DIR *dir = NULL;

	/* Taken apart by a shallower one in the same turn. */
	if (rebuild->bind->e.kind != PLAN_BIND || rebuild->bind->dropped)
		return 0;
	source = bind_source_of(&rebuild->bind->e, rebuild->dir);
	dir = opendir(source);
	if (!dir) {
		error_set(err, errno, "cannot list '%s', in which a mount point has to be made", source);
		error_hint(err, "choose a mount point that exists");
		return -1;
	}
	log_verbose("'%s' is read-only and lacks a mount point: its children are bound one by one", rebuild->dir);
	for (;;) {
		const struct dirent *child;

		errno = 0;
		child = readdir(dir);
		if (!child)
			break;
		if (strcmp(child->d_name, ".") != 0 && strcmp(child->d_name, "..") != 0)
			add_child(draft, rebuild, source, dirfd(dir), child);
	}
	if (errno != 0)
		return error_set(err, errno, "cannot read the directory '%s'", source);
	replace_directory(draft, rebuild);
	return 0;
}

int
draft_rebuild(struct draft *draft, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < draft->rebuilds_len; i++) {
		if (r == 0)
			r = rebuild_one(draft, &draft->rebuilds[i], err);
		free(draft->rebuilds[i].dir);
	}
	draft->rebuilds_len = 0;
	return r;
}
