/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be seen inside, found out from the plan before anything is done. */
#include "config.h"

#include "sandbox/plan_inside.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/plan_draft.h"
#include "sandbox/view.h"

enum { LINKS_MAX = 40 };

/* Where a path goes on that has a link at `link`, which is `path` or above it. */
static char *
behind_link(const char *path, const char *link, const char *target)
{
	_autofree_ char *dir = path_parent(link);
	_autofree_ char *all = text_format("%s/%s", target, path_below(path, link));

	return path_absolute(dir, all);
}

/* The first link on the path below a bind, and what lies behind it; NULL if there is none. */
static char *
follow_in_bind(const struct plan_entry *bind, const char *path)
{
	const char *end = path + strlen(bind->path);

	while (*end != '\0') {
		_autofree_ char *part = NULL;
		_autofree_ char *place = NULL;
		char target[4096];
		ssize_t n;

		end += strspn(end, "/");
		end += strcspn(end, "/");
		part = text_ndup(path, (size_t)(end - path));
		place = bind_source_of(bind, part);
		n = readlink(place, target, sizeof target - 1);
		if (n >= 0) {
			target[n] = '\0';
			return behind_link(path, part, target);
		}
	}
	return NULL;
}

/* True if the path is an entry of its own, or a directory that is made because one lies below it. */
static bool
is_made(const struct plan *plan, const char *path)
{
	size_t low = 0, high = plan->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there are entries where len is not 0 */
		if (plan_path_compare(plan->entries[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return strcmp(path, "/") == 0 || (low < plan->len && path_is_below(plan->entries[low].path, path));
}

/* 1 seen, 0 not, or -ELOOP with the path replaced by the one behind the link that it leads through. */
static int
look(const struct plan *plan, char **path)
{
	int i = plan_find(plan, *path);
	const struct plan_entry *entry;
	_autofree_ char *place = NULL;
	char *behind;
	mode_t mode;
	int r;

	if (i < 0)
		return is_made(plan, *path);
	entry = &plan->entries[i];
	if (entry->kind == PLAN_PROC || entry->kind == PLAN_DEVPTS)
		return 1;
	if (entry->kind == PLAN_SYMLINK) {
		behind = behind_link(*path, entry->path, entry->content);
	} else if (entry->kind == PLAN_BIND || (entry->kind == PLAN_TMPFS && entry->source)) {
		place = bind_source_of(entry, *path);
		r = view_stat(place, &mode);
		if (r != -ELOOP)
			return r == 0;
		behind = follow_in_bind(entry, *path);
	} else {
		return is_made(plan, *path);
	}
	if (!behind)
		return 0;
	free(*path);
	*path = behind;
	return -ELOOP;
}

bool
plan_sees(const struct plan *plan, const char *path)
{
	_autofree_ char *at = path_absolute("/", path);

	for (int links = 0; links <= LINKS_MAX; links++) {
		int r = look(plan, &at);

		if (r != -ELOOP)
			return r > 0;
	}
	return false;
}
