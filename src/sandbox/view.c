/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths as they are outside, link by link. */
#include "config.h"

#include "sandbox/view.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/open.h"

enum {
	LINKS_MAX = 40, /* path_resolution(7) */
	PROC_ROOT_INO = 1,
};

/* Where a walk stands. */
struct walk {
	struct view *view; /* view->path is unset until the end */
	char *at;	   /* physical path of where we are */
	int fd;		   /* O_PATH descriptor of it */
	char *rest;	   /* what is still to be walked: relative, or "" */
	size_t own;	   /* so many bytes at the end of rest are the caller's path's own, not a link's */
	int links;
};

static void
release_stops(struct view_stop *stops, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		free(stops[i].path);
		free(stops[i].target);
	}
	free(stops);
}

void
view_release(struct view *view)
{
	free(view->path);
	release_stops(view->stops, view->stops_len);
	*view = (struct view){ 0 };
}

void
view_memo_release(struct view_memo *memo)
{
	free(memo->from);
	free(memo->to);
	release_stops(memo->stops, memo->stops_len);
	*memo = (struct view_memo){ 0 };
}

static void
add_stop(struct view *view, char *path, char *target)
{
	view->stops = array_grow(view->stops, &view->stops_cap, view->stops_len + 1, sizeof *view->stops);
	view->stops[view->stops_len++] = (struct view_stop){ path, target };
}

/* Length of the component at the start of path, 0 at its end. */
static size_t
component(const char *path)
{
	return strcspn(path, "/");
}

static bool
is_dotdot(const char *name, size_t len)
{
	return len == 2 && name[0] == '.' && name[1] == '.';
}

static bool
has_dotdot(const char *path)
{
	while (*(path += strspn(path, "/")) != '\0') {
		size_t len = component(path);

		if (is_dotdot(path, len))
			return true;
		path += len;
	}
	return false;
}

/* An absence, in the sense that a mount point or a `try` may live with it. */
static bool
is_absence(int r)
{
	return r == -ENOENT || r == -ENOTDIR || r == -EACCES;
}

static bool
is_top_level(int dirfd, const char *path)
{
	return dirfd == AT_FDCWD && path[0] == '/' && path[1] != '\0' && strchr(path + 1, '/') == NULL;
}

/* "/usr", "/tmp": only the last component could be a link, which one call can tell. */
static int
try_top_level(struct view *view, const char *path)
{
	struct stat st = { 0 };

	if (lstat(path, &st) < 0 && !is_absence(-errno))
		return -errno;
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	view->mode = st.st_mode;
	view->why = st.st_mode == 0 ? errno : 0;
	view->path = path_absolute("/", path);
	return 0;
}

/*
 * The whole rest at once, if there is no link in it. Paths with ".." take the slow way, on which the directories that
 * they leave are seen. 0 when the walk is at its end, -ELOOP if there is a link, or -errno.
 */
static int
try_rest(struct view *view, int dirfd, const char *at, const char *rest)
{
	_autoclose_ int fd = -1;
	struct stat st;

	if (has_dotdot(rest))
		return -ELOOP;
	if (is_top_level(dirfd, rest))
		return try_top_level(view, rest);
	fd = open_path_no_symlinks(dirfd, *rest != '\0' ? rest : ".");
	if (is_absence(fd)) {
		view->mode = 0;
		view->why = -fd;
	} else if (fd < 0) {
		return fd;
	} else {
		if (fstat(fd, &st) < 0)
			return -errno;
		view->mode = st.st_mode;
	}
	view->path = path_absolute(at, rest);
	return 0;
}

/* Goes to the component `word` of the directory where we are, which the caller has opened. Consumes fd. */
static void
enter(struct walk *walk, const char *word, int fd)
{
	char *at = path_join(walk->at, word);

	free(walk->at);
	walk->at = at;
	close(walk->fd);
	walk->fd = fd;
}

/* "..": what was entered has to be enterable inside too, or the same name leads nowhere there. */
static int
leave(struct walk *walk)
{
	int fd = openat(walk->fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *parent;

	if (fd < 0)
		return -errno;
	parent = path_parent(walk->at);
	if (strcmp(walk->at, "/") != 0)
		add_stop(walk->view, take_ptr(walk->at), NULL);
	free(walk->at);
	walk->at = parent;
	close(walk->fd);
	walk->fd = fd;
	return 0;
}

/*
 * Links in the directories of processes lead to what a process has open, not to where their text says, and the process will
 * be another one inside. Those of procfs' own root (self, mounts, net) are ordinary links.
 */
static bool
is_magic(const struct walk *walk)
{
	struct statfs fs;
	struct stat st;

	if (strcmp(walk->at, "/") == 0)
		return false;
	return fstatfs(walk->fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC && fstat(walk->fd, &st) == 0 &&
	       st.st_ino != PROC_ROOT_INO;
}

/* Puts the text of the link `word` in front of the rest, which begins with that name. */
static int
follow(struct walk *walk, const char *word, const char *target, const char *behind)
{
	char *rest;

	walk->view->magic = is_magic(walk);
	if (walk->view->magic || ++walk->links > LINKS_MAX)
		return -ELOOP;
	add_stop(walk->view, path_join(walk->at, word), text_dup(target));
	if (walk->own > strlen(behind))
		walk->own = strlen(behind);
	rest = text_format("%s%s", target, behind);
	free(walk->rest);
	walk->rest = rest;
	if (target[0] != '/')
		return 0;
	close(walk->fd);
	walk->fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(walk->at);
	walk->at = text_dup("/");
	return walk->fd < 0 ? -errno : 0;
}

/*
 * One component that is neither "." nor "..". 1 if it was a link, and rest is new. Should a link be put there between the two
 * calls, its descriptor is no directory, and the walk ends.
 */
static int
step(struct walk *walk, const char *name, size_t len)
{
	char word[NAME_MAX + 1], target[PATH_MAX];
	ssize_t n;
	int fd, r;

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(word, name, len);
	word[len] = '\0';
	n = readlinkat(walk->fd, word, target, sizeof target - 1);
	if (n >= 0) {
		target[n] = '\0';
		r = follow(walk, word, target, name + len);
		return r < 0 ? r : 1;
	}
	if (errno != EINVAL)
		return -errno;
	fd = openat(walk->fd, word, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	enter(walk, word, fd);
	return 0;
}

/* Where the walk goes no further: the rest, from p on, is as it was written. */
static int
stop_at(struct walk *walk, const char *p, int r)
{
	_autofree_ char *name = is_absence(r) ? text_dup(p) : text_ndup(p, component(p));

	walk->view->path = path_absolute(walk->at, name);
	walk->view->mode = 0;
	walk->view->why = -r;
	return is_absence(r) ? 0 : r;
}

/*
 * Component by component. 1 where it is worth trying the rest at once: behind a link, and behind the last "..". 0 at the
 * end, or -errno.
 */
static int
walk_on(struct walk *walk)
{
	const char *p = walk->rest;
	struct stat st;

	for (;;) {
		size_t len;
		int r = 0;

		p += strspn(p, "/");
		len = component(p);
		if (len == 0)
			break;
		if (is_dotdot(p, len))
			r = leave(walk);
		else if (len != 1 || *p != '.')
			r = step(walk, p, len);
		if (r < 0)
			return stop_at(walk, p, r);
		if (r > 0)
			return r;
		if (is_dotdot(p, len) && !has_dotdot(p + len)) {
			char *rest = text_dup(p + len);

			free(walk->rest);
			walk->rest = rest;
			return 1;
		}
		p += len;
	}
	if (fstat(walk->fd, &st) < 0)
		return -errno;
	walk->view->mode = st.st_mode;
	return 0;
}

/* Links first, one after the other; after each the rest may be without. */
static int
walk_links(struct walk *walk)
{
	int r;

	do {
		r = walk_on(walk);
		if (r != 1)
			break;
		r = try_rest(walk->view, walk->fd, walk->at, walk->rest + strspn(walk->rest, "/"));
	} while (r == -ELOOP);
	if (!walk->view->path)
		walk->view->path = text_dup(walk->at);
	return r;
}

static void
copy_stops(struct view_stop **ret, size_t *ret_len, size_t *ret_cap, const struct view_stop *stops, size_t len)
{
	*ret = array_grow(*ret, ret_cap, len, sizeof **ret);
	for (size_t i = 0; i < len; i++)
		(*ret)[i] = (struct view_stop){ text_dup(stops[i].path), stops[i].target ? text_dup(stops[i].target) : NULL };
	*ret_len = len;
}

/*
 * Remembers the way if the end of the path came through unchanged: then what stands before it leads to what stands before
 * the same end in the result.
 */
static void
remember(struct view_memo *memo, const char *path, size_t own, const struct view *view)
{
	const char *end = path + strlen(path) - own;
	size_t len = strlen(view->path);
	size_t cap = 0;

	if (view->mode == 0 || own == 0 || own >= len || has_dotdot(path) || strcmp(view->path + len - own, end) != 0)
		return;
	view_memo_release(memo);
	memo->from = text_ndup(path, (size_t)(end - path) + 1);
	memo->to = text_ndup(view->path, len - own);
	copy_stops(&memo->stops, &memo->stops_len, &cap, view->stops, view->stops_len);
}

/* True if the path goes on from what is remembered without another link. */
static bool
try_memo(const struct view_memo *memo, const char *path, struct view *ret)
{
	_autofree_ char *there = NULL;
	size_t len;

	if (!memo || !memo->from)
		return false;
	len = strlen(memo->from);
	if (strncmp(path, memo->from, len) != 0)
		return false;
	there = path_join(memo->to, path + len);
	if (try_rest(ret, AT_FDCWD, "/", there) < 0)
		return false;
	copy_stops(&ret->stops, &ret->stops_len, &ret->stops_cap, memo->stops, memo->stops_len);
	return true;
}

int
view_walk(const char *path, struct view_memo *memo, struct view *ret)
{
	struct walk walk = { .view = ret, .fd = -1 };
	int r;

	*ret = (struct view){ 0 };
	if (try_memo(memo, path, ret))
		return 0;
	r = try_rest(ret, AT_FDCWD, "/", path);
	if (r == -ELOOP) {
		walk.at = text_dup("/");
		walk.rest = text_dup(path + strspn(path, "/"));
		walk.own = strlen(walk.rest);
		walk.fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		r = walk.fd < 0 ? -errno : walk_links(&walk);
		if (r == 0 && memo && walk.links > 0)
			remember(memo, path, walk.own, ret);
		free(walk.at);
		free(walk.rest);
		if (walk.fd >= 0)
			close(walk.fd);
	}
	if (r < 0) {
		ret->why = -r;
		if (!ret->path)
			ret->path = path_absolute("/", path);
	}
	return r;
}

char *
view_missing(const struct view *view)
{
	for (const char *end = view->path + 1; *end != '\0'; end++) {
		_autofree_ char *part = NULL;
		struct stat st;

		end += component(end);
		part = text_ndup(view->path, (size_t)(end - view->path));
		if (lstat(part, &st) < 0)
			return take_ptr(part);
		if (*end == '\0')
			break;
	}
	return text_dup(view->path);
}

int
view_stat(const char *path, mode_t *ret)
{
	_autoclose_ int fd = open_path_no_symlinks(AT_FDCWD, path);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	*ret = st.st_mode;
	return 0;
}
