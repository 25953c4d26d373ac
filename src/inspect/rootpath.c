/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking a path up below a root directory that is held as a descriptor. */
#include "config.h"

#include "inspect/rootpath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/open.h"

/* As the kernel (MAXSYMLINKS). */
#define LINKS_MAX 40

/* A walk under way. */
struct walk {
	int root;
	int fd;	    /* O_PATH descriptor of where we are */
	char *here; /* its path, without links */
	char *rest; /* what remains to be walked: text of ours, since links are spliced into it */
	struct rootpath *ret;
};

void
rootpath_release(struct rootpath *path)
{
	if (path->fd >= 0)
		close(path->fd);
	for (size_t i = 0; i < path->links_len; i++)
		free(path->links[i]);
	free(path->links);
	free(path->place);
	free(path->target);
	*path = (struct rootpath)ROOTPATH_INIT;
}

/* Steps to another directory or file. Owns fd and place. */
static void
walk_move(struct walk *walk, int fd, char *place)
{
	close(walk->fd);
	free(walk->here);
	walk->fd = fd;
	walk->here = place;
}

/* Opens an absolute path that has been found to hold no links. */
static int
open_place(int root, const char *place)
{
	return open_path_no_symlinks(root, place[1] ? place + 1 : ".");
}

/* To a place that was walked before: the root, or the parent. */
static int
walk_return(struct walk *walk, char *place)
{
	int fd = open_place(walk->root, place);

	if (fd < 0) {
		free(place);
		return fd;
	}
	walk_move(walk, fd, place);
	return 0;
}

/* A link on procfs depends on who reads it ("self"), or leads to an open file and not to where its text says. */
static bool
is_procfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* Puts what the link says before the rest of the way. */
static int
walk_follow(struct walk *walk, int link, char *place)
{
	struct rootpath *ret = walk->ret;
	char text[PATH_MAX];
	ssize_t n;
	char *rest;

	ret->links = array_grow(ret->links, &ret->links_cap, ret->links_len + 1, sizeof *ret->links);
	ret->links[ret->links_len++] = place;
	if (ret->links_len > LINKS_MAX)
		return -ELOOP;
	if (is_procfs(link))
		return -EXDEV;
	n = readlinkat(link, "", text, sizeof text - 1);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	free(ret->target);
	ret->target = text_dup(text);
	if ((size_t)n + strlen(walk->rest) >= PATH_MAX)
		return -ENAMETOOLONG;
	rest = text_format("%s/%s", text, walk->rest);
	/* A link without more to come must not demand a directory. */
	if (*walk->rest == '\0')
		rest[n] = '\0';
	free(walk->rest);
	walk->rest = rest;
	return text[0] == '/' ? walk_return(walk, text_dup("/")) : 0;
}

/*
 * Opens one component, never through a link. A directory is asked for as one first: only then does an automounter
 * mount it (open(2), O_PATH).
 */
static int
open_component(int dir, const char *name)
{
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && errno == ENOTDIR)
		fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* One component, which is neither "." nor "..". */
static int
walk_component(struct walk *walk, const char *name)
{
	_autofree_ char *place = path_join(walk->here, name);
	_autoclose_ int fd = open_component(walk->fd, name);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		int r = fd < 0 ? fd : -errno;

		walk->ret->last = walk->rest[strspn(walk->rest, "/")] == '\0';
		/* The component before was a file: that one is at fault. */
		walk->ret->place = r == -ENOTDIR ? text_dup(walk->here) : take_ptr(place);
		return r;
	}
	if (S_ISLNK(st.st_mode)) {
		int r = walk_follow(walk, fd, text_dup(place));

		if (r < 0 && !walk->ret->place)
			walk->ret->place = take_ptr(place);
		return r;
	}
	walk_move(walk, take_fd(&fd), take_ptr(place));
	return 0;
}

/* Takes the next component off the rest. 1, 0 at the end, -errno. */
static int
walk_next(struct walk *walk, char name[NAME_MAX + 1])
{
	char *at = walk->rest + strspn(walk->rest, "/");
	size_t len = strcspn(at, "/");

	if (len == 0)
		return 0;
	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, at, len);
	name[len] = '\0';
	at += len;
	memmove(walk->rest, at, strlen(at) + 1);
	return 1;
}

static int
walk_all(struct walk *walk)
{
	char name[NAME_MAX + 1];
	int r;

	while ((r = walk_next(walk, name)) > 0) {
		if (strcmp(name, ".") == 0)
			continue;
		r = strcmp(name, "..") == 0 ? walk_return(walk, path_parent(walk->here)) : walk_component(walk, name);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	if (fstat(walk->fd, &walk->ret->st) < 0)
		return -errno;
	/* "file/" is an error to the kernel too. */
	return *walk->rest == '/' && !S_ISDIR(walk->ret->st.st_mode) ? -ENOTDIR : 0;
}

/* Names alone, each after one slash: what a walk that meets no link finds has this path. */
static bool
is_clean(const char *path)
{
	for (const char *at = path; *at != '\0';) {
		size_t len = strcspn(++at, "/");

		if (at[-1] != '/' || len == 0 || (at[0] == '.' && (len == 1 || (len == 2 && at[1] == '.'))))
			return false;
		at += len;
	}
	return *path != '\0' && strlen(path) < PATH_MAX;
}

/*
 * Most paths lead through no link, and exist: the kernel walks those at once. False: one that does not, and is to be
 * walked by us, as is each where openat2(2) is forbidden.
 */
static bool
walk_at_once(int root, const char *path, struct rootpath *ret)
{
	_autoclose_ int fd = is_clean(path) ? open_directory_no_symlinks(root, path + 1) : -EINVAL;

	if (fd == -ENOTDIR)
		fd = open_path_no_symlinks(root, path + 1);
	if (fd < 0 || fstat(fd, &ret->st) < 0)
		return false;
	ret->fd = take_fd(&fd);
	ret->place = text_dup(path);
	return true;
}

int
rootpath_walk(int root, const char *path, struct rootpath *ret)
{
	struct walk walk = { .root = root, .ret = ret };

	*ret = (struct rootpath)ROOTPATH_INIT;
	if (walk_at_once(root, path, ret))
		return 0;
	walk.fd = openat(root, ".", O_PATH | O_CLOEXEC);
	walk.here = text_dup("/");
	walk.rest = text_dup(path);
	ret->status = walk.fd < 0 ? -errno : strlen(path) >= PATH_MAX ? -ENAMETOOLONG : walk_all(&walk);
	if (!ret->place)
		ret->place = take_ptr(walk.here);
	if (ret->status == 0)
		ret->fd = take_fd(&walk.fd);
	if (walk.fd >= 0)
		close(walk.fd);
	free(walk.here);
	free(walk.rest);
	return ret->status;
}

int
rootpath_open(int root, const struct rootpath *found)
{
	_autofree_ char *parent = path_parent(found->place);
	_autoclose_ int dir = -1;
	_autoclose_ int fd = -1;
	struct stat st;

	if (found->status < 0)
		return found->status;
	/* Looked at before it is opened: the open itself would act on a device. */
	if (!S_ISREG(found->st.st_mode))
		return -EINVAL;
	dir = open_place(root, parent);
	if (dir < 0)
		return dir;
	fd = openat(dir, path_name(found->place), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_dev != found->st.st_dev || st.st_ino != found->st.st_ino || !S_ISREG(st.st_mode))
		return -ESTALE;
	return take_fd(&fd);
}

bool
rootpath_exists(int root, const char *path)
{
	_autorootpath_ struct rootpath dir = ROOTPATH_INIT;
	_autofree_ char *parent = path_parent(path);
	struct stat st;

	if (rootpath_walk(root, parent, &dir) < 0)
		return false;
	return path[1] == '\0' || fstatat(dir.fd, path_name(path), &st, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
rootpath_is_directory(int root, const char *path)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;

	return rootpath_walk(root, path, &found) == 0 && S_ISDIR(found.st.st_mode);
}
