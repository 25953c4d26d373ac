/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mounts that a process sees, each with the place outside that it shows. */
#include "config.h"

#include "inspect/mounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "sys/procfs.h"

static void
make_view(const struct mounts *mounts, const struct mount_locks *locks, size_t i, struct mount_view *ret)
{
	const struct mount_table *inside = &mounts->inside;
	const char *point = inside->entries[i].info.mount_point;
	size_t seen = mount_table_at(inside, point, strlen(point));

	ret->index = i;
	ret->outside = place_of_mount(inside, i, &mounts->outside);
	if (seen != i)
		ret->covered_by = seen == MOUNT_NONE ? "/" : inside->entries[seen].info.mount_point;
	ret->lock = mount_locks_of(locks, i);
}

int
mounts_read(int caller, int process, struct mounts *ret)
{
	struct mounts mounts = { 0 };
	struct mount_locks locks;
	size_t cap = 0;
	int r = mount_table_read(process, &mounts.inside);

	if (r == 0)
		r = mount_table_read(caller, &mounts.outside);
	if (r < 0) {
		mounts_release(&mounts);
		return r;
	}
	mounts.same_namespace = procfs_ns_is_same(caller, process, NS_MNT);
	mounts.power = mount_power_of(caller, process);
	mounts.len = mounts.inside.len;
	mounts.views = array_grow(NULL, &cap, mounts.len, sizeof *mounts.views);
	memset(mounts.views, 0, cap * sizeof *mounts.views);
	mount_locks_init(&locks, mounts.power, &mounts.inside, &mounts.outside);
	for (size_t i = 0; i < mounts.len; i++)
		make_view(&mounts, &locks, i, &mounts.views[i]);
	mount_locks_release(&locks);
	*ret = mounts;
	return 0;
}

void
mounts_release(struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->len; i++)
		place_release(&mounts->views[i].outside);
	free(mounts->views);
	mount_table_release(&mounts->inside);
	mount_table_release(&mounts->outside);
	memset(mounts, 0, sizeof *mounts);
}

/* The number behind `key` in the blank-separated optional fields, or 0. */
static uint64_t
optional_number(const char *fields, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = fields; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " ")) {
		_autofree_ char *digits = NULL;
		uint64_t n;

		if (strncmp(at, key, len) != 0)
			continue;
		digits = text_ndup(at + len, strcspn(at + len, " "));
		if (number_parse(digits, UINT64_MAX, &n) == 0)
			return n;
	}
	return 0;
}

struct mount_propagation
mount_propagation_of(const struct mountinfo *info)
{
	return (struct mount_propagation){
		.shared = optional_number(info->optional, "shared:"),
		.master = optional_number(info->optional, "master:"),
		.from = optional_number(info->optional, "propagate_from:"),
		.unbindable = strstr(info->optional, "unbindable") != NULL,
	};
}

static void
add_lower(struct mount_overlay *overlay, size_t *cap, char *path)
{
	overlay->lower = array_grow(overlay->lower, cap, overlay->lower_len + 1, sizeof *overlay->lower);
	overlay->lower[overlay->lower_len++] = path;
}

/* "A:B", in which a backslash stands before a colon that belongs to a path; "A::B" has a data-only layer. */
static void
add_lowers(struct mount_overlay *overlay, size_t *cap, const char *value)
{
	_autofree_ char *path = text_dup(value);
	char *to = path;

	for (;; value++) {
		if (*value == '\\' && value[1] != '\0') {
			*to++ = *++value;
		} else if (*value != ':' && *value != '\0') {
			*to++ = *value;
		} else {
			if (to > path)
				add_lower(overlay, cap, text_ndup(path, (size_t)(to - path)));
			to = path;
		}
		if (*value == '\0')
			break;
	}
}

bool
mount_overlay_of(const struct mountinfo *info, struct mount_overlay *ret)
{
	struct mount_overlay overlay = { 0 };
	size_t cap = 0;

	if (strcmp(info->type, "overlay") != 0)
		return false;
	for (const char *at = info->super_options; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
		size_t len = strcspn(at, ","), name = strcspn(at, "=,");
		_autofree_ char *value = at[name] == '=' ? text_ndup(at + name + 1, len - name - 1) : text_dup("");

		/* Here the kernel escapes a comma as well. */
		mountinfo_unescape(value);
		if (strncmp(at, "lowerdir=", 9) == 0)
			add_lowers(&overlay, &cap, value);
		else if (strncmp(at, "lowerdir+=", 10) == 0)
			add_lower(&overlay, &cap, take_ptr(value));
		else if (strncmp(at, "upperdir=", 9) == 0 && !overlay.upper)
			overlay.upper = take_ptr(value);
		else if (strncmp(at, "workdir=", 8) == 0 && !overlay.work)
			overlay.work = take_ptr(value);
	}
	*ret = overlay;
	return true;
}

void
mount_overlay_release(struct mount_overlay *overlay)
{
	for (size_t i = 0; i < overlay->lower_len; i++)
		free(overlay->lower[i]);
	free(overlay->lower);
	free(overlay->upper);
	free(overlay->work);
	memset(overlay, 0, sizeof *overlay);
}
