/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outside, for the supervisor. */
#include "config.h"

#include "watch/outside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/rootfs.h"

enum {
	LINKS_MAX = 40,
	DIRECTORIES_MAX = 512, /* of the root; beyond that, and beyond so many names, everything is asked for */
	NAMES_MAX = 30000,
};

/* True if a look-up in the directory may make something be mounted. */
static bool
mounts_on_demand(int dir)
{
	struct statfs fs;

	return fstatfs(dir, &fs) < 0 || fs.f_type == AUTOFS_SUPER_MAGIC;
}

/* Puts a link's text in front of what is left of the path. False if it does not fit. */
static bool
insert_target(char *rest, size_t size, const char *target)
{
	size_t len = strlen(target), rest_len = strlen(rest);

	if (len + 1 + rest_len + 1 > size)
		return false;
	memmove(rest + len + 1, rest, rest_len + 1);
	memcpy(rest, target, len);
	rest[len] = '/';
	return true;
}

/* One component further. 1: it was a link, and its text is in `rest` now; 0; or negative: it is not there. */
static int
step(int *dir, const char *name, char *rest, size_t size)
{
	char target[PATH_MAX];
	_autoclose_ int next = -1;
	ssize_t n;

	if (mounts_on_demand(*dir))
		return -1;
	next = openat(*dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (next < 0)
		return -1;
	n = readlinkat(next, "", target, sizeof target - 1);
	if (n > 0) {
		target[n] = '\0';
		return insert_target(rest, size, target) ? 1 : -1;
	}
	close(*dir);
	*dir = take_fd(&next);
	return 0;
}

bool
outside_has(const char *path)
{
	_autoclose_ int dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char rest[2 * PATH_MAX], name[NAME_MAX + 1];
	int links = 0;

	if (dir < 0 || strlen(path) >= sizeof rest)
		return false;
	memcpy(rest, path, strlen(path) + 1);
	while (rest[0] != '\0') {
		bool from_root = rest[0] == '/';
		size_t slashes = strspn(rest, "/"), len = strcspn(rest + slashes, "/");
		int root, r;

		if (from_root) {
			root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
			if (root < 0)
				return false;
			close(dir);
			dir = root;
		}
		if (len > NAME_MAX)
			return false;
		memcpy(name, rest + slashes, len);
		name[len] = '\0';
		/* What follows begins without a slash: only a link's text can lead back to the root. */
		slashes += len;
		slashes += strspn(rest + slashes, "/");
		memmove(rest, rest + slashes, strlen(rest + slashes) + 1);
		if (len == 0)
			continue;
		r = step(&dir, name, rest, sizeof rest);
		if (r < 0 || (r > 0 && ++links > LINKS_MAX))
			return false;
	}
	return true;
}

mode_t
outside_type(const char *path)
{
	struct stat st;

	/* The way there has been seen to trigger nothing. */
	if (!outside_has(path) || fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0 ||
	    S_ISLNK(st.st_mode))
		return 0;
	return S_ISDIR(st.st_mode) ? S_IFDIR : S_IFREG;
}

bool
outside_has_parent(const char *path)
{
	_autofree_ char *parent = path_parent(path);

	return outside_has(parent);
}

/* The directories of the root, as inotify numbers them. */
static struct watched_dir {
	int number;
	uint64_t hash;
} watched_dirs[DIRECTORIES_MAX];
static size_t watched_len;

static void
mark_all(struct sensor_page *page)
{
	for (size_t i = 0; i < SENSOR_FILTER_BITS / 64; i++)
		atomic_store_explicit(&page->filter[i], UINT64_MAX, memory_order_relaxed);
}

/* While the filter is filled. */
struct filling {
	struct sensor_page *page;
	int inotify; /* -1: nothing is watched */
	size_t names;
};

/* False: there is no room for more. */
static bool
mark_names(struct filling *f, const char *path, uint64_t hash)
{
	_autoclosedir_ DIR *dir = NULL;
	_autoclose_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	const struct dirent *entry;

	/* Not there outside, or not for us: what is missing in it is missing there too. */
	if (fd < 0)
		return true;
	if (mounts_on_demand(fd) || watched_len == DIRECTORIES_MAX)
		return false;
	if (f->inotify >= 0) {
		int number = inotify_add_watch(f->inotify, path, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR | IN_DONT_FOLLOW);

		if (number < 0)
			return false;
		watched_dirs[watched_len++] = (struct watched_dir){ number, hash };
	}
	dir = fdopendir(fd);
	if (!dir)
		return false;
	take_fd(&fd);
	while ((entry = readdir(dir))) {
		sensor_mark(f->page, sensor_hash(hash, entry->d_name, strlen(entry->d_name)));
		if (++f->names > NAMES_MAX)
			return false;
	}
	return true;
}

/* Every directory of the root on the way to an entry of the plan: entries are sorted, so one comes once, in a run. */
static bool
mark_way(struct filling *f, const char *path, const char *before, bool is_dir)
{
	uint64_t hash = SENSOR_ROOT_HASH;

	for (const char *name = path + 1; *name != '\0';) {
		size_t len = strcspn(name, "/"), end = (size_t)(name - path) + len;
		_autofree_ char *dir = NULL;
		bool known = before && strncmp(before, path, end) == 0 && (before[end] == '/' || before[end] == '\0');

		hash = sensor_hash(hash, name, len);
		if (path[end] == '\0' && !is_dir)
			return true;
		dir = text_ndup(path, end);
		if (!known && !mark_names(f, dir, hash))
			return false;
		name += len + (name[len] == '/');
	}
	return true;
}

static void
fill(struct filling *f, const struct plan *plan)
{
	bool fits = mark_names(f, "/", SENSOR_ROOT_HASH);
	const char *before = NULL;

	for (size_t i = 0; fits && i < plan->len; i++) {
		const struct plan_entry *entry = &plan->entries[i];

		if (!rootfs_holds(plan, i) && entry->kind != PLAN_TMPFS && !rootfs_lies_under(plan, i))
			continue;
		fits = mark_way(f, entry->path, before, entry->kind == PLAN_DIR || entry->kind == PLAN_TMPFS);
		before = entry->path;
	}
	if (!fits)
		mark_all(f->page);
}

void
outside_fill(const struct plan *plan, struct sensor_page *page)
{
	struct filling f = { .page = page, .inotify = -1 };

	fill(&f, plan);
	atomic_store_explicit(&page->filled, 1, memory_order_release);
}

int
outside_watch(const struct plan *plan, struct sensor_page *page)
{
	struct filling f = { .page = page, .inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC) };

	/* The user has too many: then everything is asked for. */
	if (f.inotify < 0)
		mark_all(page);
	else
		fill(&f, plan);
	return f.inotify;
}

void
outside_take_news(int inotify, struct sensor_page *page)
{
	char buf[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;

	while ((n = read(inotify, buf, sizeof buf)) > 0) {
		const struct inotify_event *event;

		for (char *at = buf; at < buf + n; at += sizeof *event + event->len) {
			event = (const void *)at;
			if (event->mask & IN_Q_OVERFLOW)
				mark_all(page);
			for (size_t i = 0; i < watched_len && event->len > 0; i++)
				if (watched_dirs[i].number == event->wd)
					sensor_mark(page, sensor_hash(watched_dirs[i].hash, event->name,
								      strlen(event->name)));
		}
	}
}
