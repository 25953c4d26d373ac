/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths as they are outside, link by link.
 *
 * Where a path has no link, one openat2(2) says so, and that is most of them. Else links are found one by one: the
 * part that was walked is kept as a physical path, and each further component is looked at with readlink(2). Nothing
 * is held open on the way, for it would not help: what comes out is a path, and those who can change what lies there
 * can still do so when the walk is over. Whoever opens it does so without following links (sys/open.h), so that it is
 * the place that the plan shows, or an error.
 */
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
add_stop(struct view *view, const char *path, const char *target)
{
	view->stops = array_grow(view->stops, &view->stops_cap, view->stops_len + 1, sizeof *view->stops);
	view->stops[view->stops_len++] = (struct view_stop){ text_dup(path), target ? text_dup(target) : NULL };
}

static void
set_text(char **text, char *value)
{
	free(*text);
	*text = value;
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

int
view_stat(const char *path, mode_t *ret)
{
	_autoclose_ int fd = -1;
	struct stat st;

	if (path[0] == '/' && !strchr(path + 1, '/')) {
		/* "/usr", "/tmp": only the last component could be a link, which one call can tell. */
		if (lstat(path, &st) < 0)
			return -errno;
	} else {
		fd = open_path_no_symlinks(AT_FDCWD, path);
		if (fd < 0)
			return fd;
		if (fstat(fd, &st) < 0)
			return -errno;
	}
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	*ret = st.st_mode;
	return 0;
}

/*
 * The whole rest at once, if there is no link in it. A rest with ".." takes the slow way, on which the directories
 * that it leaves are seen. 0 when the walk is at its end, -ELOOP if there is a link, or -errno.
 */
static int
try_rest(struct view *view, const char *at, const char *rest)
{
	_autofree_ char *path = NULL;
	int r;

	if (has_dotdot(rest))
		return -ELOOP;
	path = path_absolute(at, rest);
	view->mode = 0;
	r = view_stat(path, &view->mode);
	if (r < 0 && !is_absence(r))
		return r;
	view->why = -r;
	view->path = take_ptr(path);
	return 0;
}

/* "..": what was entered has to be enterable inside too, or the same name leads nowhere there. */
static int
leave(struct walk *walk)
{
	_autofree_ char *here = path_join(walk->at, ".");
	struct stat st;

	if (strcmp(walk->at, "/") == 0)
		return 0;
	/* As the kernel: it has to be a directory, and may be searched. */
	if (lstat(here, &st) < 0)
		return -errno;
	add_stop(walk->view, walk->at, NULL);
	set_text(&walk->at, path_parent(walk->at));
	return 0;
}

/*
 * Links in the directories of processes lead to what a process has open, not to where their text says, and the process
 * will be another one inside. Those of procfs' own root (self, mounts, net) are ordinary links.
 */
static bool
is_magic(const char *dir)
{
	struct statfs fs;
	struct stat st;

	return strcmp(dir, "/") != 0 && statfs(dir, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC &&
	       stat(dir, &st) == 0 && st.st_ino != PROC_ROOT_INO;
}

/* Puts the text of the link at `place` in front of what lies behind it. */
static int
follow(struct walk *walk, const char *place, const char *target, const char *behind)
{
	walk->view->magic = is_magic(walk->at);
	if (walk->view->magic || ++walk->links > LINKS_MAX)
		return -ELOOP;
	add_stop(walk->view, place, target);
	if (walk->own > strlen(behind))
		walk->own = strlen(behind);
	set_text(&walk->rest, text_format("%s%s", target + strspn(target, "/"), behind));
	if (target[0] == '/')
		set_text(&walk->at, text_dup("/"));
	return 0;
}

/* One component that is neither "." nor "..". 1 if it was a link, and rest is new. */
static int
step(struct walk *walk, const char *name, size_t len)
{
	_autofree_ char *word = text_ndup(name, len);
	_autofree_ char *place = path_join(walk->at, word);
	char target[PATH_MAX];
	ssize_t n = readlink(place, target, sizeof target - 1);
	int r;

	if (n >= 0) {
		target[n] = '\0';
		r = follow(walk, place, target, name + len);
		return r < 0 ? r : 1;
	}
	if (errno != EINVAL)
		return -errno;
	set_text(&walk->at, take_ptr(place));
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
 * Component by component. 1 where it is worth trying the rest at once: behind a link, and behind the last "..". 0 at
 * the end, or -errno.
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
			p += len;
			set_text(&walk->rest, text_dup(p + strspn(p, "/")));
			return 1;
		}
		p += len;
	}
	if (lstat(walk->at, &st) < 0)
		return -errno;
	walk->view->mode = st.st_mode;
	walk->view->path = text_dup(walk->at);
	return 0;
}

/* Links first, one after the other; after each the rest may be without. */
static int
walk_links(struct walk *walk)
{
	int r;

	do {
		r = walk_on(walk);
		if (r == 1)
			r = try_rest(walk->view, walk->at, walk->rest);
	} while (r == -ELOOP && !walk->view->path);
	return r;
}

static void
copy_stops(struct view_stop **ret, size_t *ret_len, size_t *ret_cap, const struct view_stop *stops, size_t len)
{
	*ret = array_grow(*ret, ret_cap, len, sizeof **ret);
	for (size_t i = 0; i < len; i++)
		(*ret)[i] = (struct view_stop){ text_dup(stops[i].path),
						stops[i].target ? text_dup(stops[i].target) : NULL };
	*ret_len = len;
}

/*
 * Remembers the way if the end of the path came through unchanged: then what stands before it leads to what stands
 * before the same end in the result.
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
	size_t len;

	if (!memo || !memo->from)
		return false;
	len = strlen(memo->from);
	if (strncmp(path, memo->from, len) != 0 || path[len] == '/' || try_rest(ret, memo->to, path + len) < 0)
		return false;
	copy_stops(&ret->stops, &ret->stops_len, &ret->stops_cap, memo->stops, memo->stops_len);
	return true;
}

int
view_walk(const char *path, struct view_memo *memo, struct view *ret)
{
	struct walk walk = { .view = ret };
	int r;

	*ret = (struct view){ 0 };
	if (try_memo(memo, path, ret))
		return 0;
	r = try_rest(ret, "/", path);
	if (r == -ELOOP) {
		walk.at = text_dup("/");
		walk.rest = text_dup(path + strspn(path, "/"));
		walk.own = strlen(walk.rest);
		r = walk_links(&walk);
		if (r == 0 && memo && walk.links > 0)
			remember(memo, path, walk.own, ret);
		free(walk.at);
		free(walk.rest);
	}
	if (r < 0) {
		ret->mode = 0;
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
