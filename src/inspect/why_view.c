/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is mounted inside, as far as it explains why something is not there. */
#include "config.h"

#include "inspect/why_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "inspect/mounts.h"

struct why_mount *
why_view_add(struct why_view *view, const char *path)
{
	struct why_mount *mount;

	view->items = array_grow(view->items, &view->cap, view->len + 1, sizeof *view->items);
	mount = &view->items[view->len++];
	*mount = (struct why_mount){ .path = text_dup(path) };
	return mount;
}

/* File systems that the kernel fills, and whose names mean something else to every reader. */
static bool
is_kernel_type(const char *type)
{
	static const char *const types[] = { "proc", "sysfs", "devpts", "cgroup", "cgroup2", "mqueue", "debugfs" };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

static void
add_view(struct why_view *view, const struct mounts *mounts, const struct mount_view *seen)
{
	const struct mountinfo *info = &mounts->inside.entries[seen->index].info;
	struct why_mount *mount = why_view_add(view, info->mount_point);

	mount->type = text_dup(info->type);
	mount->kernel = is_kernel_type(info->type);
	mount->read_only =
		mountinfo_has_option(info->options, "ro") || mountinfo_has_option(info->super_options, "ro");
	if (seen->outside.kind == PLACE_SHOWN || seen->outside.kind == PLACE_DELETED)
		mount->source = text_dup(seen->outside.path);
	mount->gone = seen->outside.kind == PLACE_DELETED;
}

int
why_view_read(int caller, int process, struct why_view *ret)
{
	struct mounts mounts;
	int r;

	*ret = (struct why_view){ 0 };
	r = mounts_read(caller, process, &mounts);
	if (r < 0)
		return r;
	for (size_t i = 0; i < mounts.len; i++)
		if (!mounts.views[i].covered_by)
			add_view(ret, &mounts, &mounts.views[i]);
	mounts_release(&mounts);
	return 0;
}

void
why_mount_release(struct why_mount *mount)
{
	free(mount->path);
	free(mount->source);
	free(mount->type);
	free(mount->spec);
	free(mount->from);
	*mount = (struct why_mount){ 0 };
}

static char *
dup_or_null(const char *text)
{
	return text ? text_dup(text) : NULL;
}

struct why_mount *
why_mount_copy(const struct why_mount *mount)
{
	struct why_mount *copy;

	if (!mount)
		return NULL;
	copy = array_grow(NULL, &(size_t){ 1 }, 1, sizeof *copy);
	*copy = *mount;
	copy->path = text_dup(mount->path);
	copy->source = dup_or_null(mount->source);
	copy->type = dup_or_null(mount->type);
	copy->spec = dup_or_null(mount->spec);
	copy->from = dup_or_null(mount->from);
	return copy;
}

void
why_view_release(struct why_view *view)
{
	for (size_t i = 0; i < view->len; i++)
		why_mount_release(&view->items[i]);
	free(view->items);
	*view = (struct why_view){ 0 };
}

void
why_view_ascribe(struct why_view *view, const char *path, const char *spec, const char *from)
{
	for (size_t i = view->len; i-- > 0;) {
		struct why_mount *mount = &view->items[i];

		if (strcmp(mount->path, path) != 0)
			continue;
		free(mount->spec);
		free(mount->from);
		mount->spec = dup_or_null(spec);
		mount->from = dup_or_null(from);
		return;
	}
}

const struct why_mount *
why_view_find(const struct why_view *view, const char *path)
{
	const struct why_mount *best = NULL;
	size_t best_len = 0;

	for (size_t i = 0; i < view->len; i++) {
		const struct why_mount *mount = &view->items[i];
		size_t len = strlen(mount->path);

		/* Of two at the same place the later one is on top. */
		if (path_is_below(path, mount->path) && (!best || len >= best_len)) {
			best = mount;
			best_len = len;
		}
	}
	return best;
}
