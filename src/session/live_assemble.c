/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mounts upon mounts, put together where nobody sees them: in a private copy of the sandbox's mount namespace. What
 * comes out is cloned, each top with all that lies on it, and goes into the sandbox in one piece. So there is no moment
 * at which a host's /proc, a directory that is to be covered, or half of a directory that was taken apart can be seen
 * inside.
 *
 * Files are the same in the copy and in the sandbox, and so may be swapped under our hands; mounts are our own.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "session/live_mounter.h"
#include "sys/mount.h"

/* A directory with more is not taken apart: each entry is a mount. */
enum { CHILDREN_MAX = 5000 };

/* From here until the end `places.root` is a directory of the copy. */
static int
enter_copy(struct live_mounter *mounter)
{
	_autoclose_ int top = -1;
	int root, r;

	/* unshare(2) takes the current directory along into the copy. */
	if (fchdir(mounter->target.root) < 0 || unshare(CLONE_NEWNS) < 0)
		return live_fail(&mounter->places, LIVE_ASSEMBLE, errno, NULL);
	top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	r = top < 0 ? -errno : mount_attrs_slave(top, 0);
	root = r < 0 ? r : open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return live_fail(&mounter->places, LIVE_ASSEMBLE, r < 0 ? -r : errno, NULL);
	mounter->places.root = root;
	return 0;
}

static int
leave_copy(struct live_mounter *mounter)
{
	close(mounter->places.root);
	mounter->places.root = mounter->target.root;
	if (setns(mounter->target.mounts, CLONE_NEWNS) < 0)
		return live_fail(&mounter->places, LIVE_JOIN_MOUNTS, errno, NULL);
	return 0;
}

/* What was mounted there before, with all that lies on it; -1 if nothing is. */
static int
clone_mounted(struct live_mounter *mounter, const char *path)
{
	_autoclose_ int fd = live_place_find(&mounter->places, path);
	struct mount_place at;

	if (fd < 0 || mount_place_of(fd, &at) < 0 || !at.is_root)
		return -1;
	return mount_clone(fd, "");
}

static bool
is_directory(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The sandbox's own /proc; where it has none, an empty directory. */
static int
clone_proc(struct live_mounter *mounter)
{
	_autoclose_ int fd = live_place_find(&mounter->places, "/proc");
	struct statfs fs;

	if (fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC)
		return mount_clone(fd, "");
	return mount_new("tmpfs", "isolate-live", NULL, 0, MOUNT_RDONLY | MOUNT_NOSUID | MOUNT_NODEV | MOUNT_NOEXEC);
}

/* What is to lie on the new mounts, taken while it is still to be seen. */
static int
collect_old(struct live_mounter *mounter)
{
	const char *last = NULL;

	for (size_t i = 0; i < mounter->pieces->len; i++) {
		struct live_piece *piece = &mounter->pieces->items[i];

		mounter->spec = piece->spec;
		if (piece->kind == LIVE_PROC && piece->role == PIECE_MOUNT) {
			piece->mount = clone_proc(mounter);
			if (piece->mount < 0)
				return live_fail(&mounter->places, LIVE_ASSEMBLE, -piece->mount, NULL);
		} else if (piece->kind == LIVE_KEPT) {
			/* One that lies on another comes with it. */
			if (!last || !path_is_below(piece->path, last))
				piece->mount = clone_mounted(mounter, piece->path);
			piece->dropped = piece->mount < 0;
			if (piece->dropped)
				continue;
			last = piece->path;
			piece->is_dir = is_directory(piece->mount);
		}
	}
	return 0;
}

static bool
is_below_top(const struct live_mounter *mounter, const char *path)
{
	for (size_t i = 0; i < mounter->len; i++)
		if (path_is_below(path, mounter->tops[i].path))
			return true;
	return false;
}

/* Tops that lie in a directory which was taken apart went into it with its children. */
static void
drop_tops_below(struct live_mounter *mounter, const char *path)
{
	size_t kept = 0;

	for (size_t i = 0; i < mounter->len; i++)
		if (!path_is_below(mounter->tops[i].path, path))
			mounter->tops[kept++] = mounter->tops[i];
	mounter->len = kept;
}

static int
rebuild_link(int from, int to, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof target - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	return symlinkat(target, to, name) < 0 ? -errno : 0;
}

/* One entry of the old directory, with what is mounted on it, onto a new place of the same name. */
static int
rebuild_child(int from, int to, const char *name)
{
	_autoclose_ int child = openat(from, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	_autoclose_ int mount = -1;
	_autoclose_ int place = -1;
	struct stat st;
	int r;

	if (child < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(child, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return rebuild_link(from, to, name);
	mount = mount_clone(child, "");
	if (mount < 0)
		return mount;
	r = S_ISDIR(st.st_mode) ? mkdirat(to, name, 0755) : mknodat(to, name, S_IFREG | 0644, 0);
	place = r < 0 ? -1 : openat(to, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return place < 0 ? -errno : mount_attach(mount, place, "");
}

static int
rebuild_children(struct live_mounter *mounter, const char *path, int from, int to)
{
	int fd = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_autoclosedir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *child;
	int count = 0;

	if (!dir)
		return live_fail(&mounter->places, LIVE_LIST, errno, path);
	while ((child = readdir(dir))) {
		int r;

		if (strcmp(child->d_name, ".") == 0 || strcmp(child->d_name, "..") == 0)
			continue;
		if (++count > CHILDREN_MAX)
			return live_fail(&mounter->places, LIVE_FOUND_CROWD, 0, path);
		r = rebuild_child(from, to, child->d_name);
		if (r < 0)
			return live_fail(&mounter->places, LIVE_ASSEMBLE, -r, NULL);
	}
	return 0;
}

/*
 * Takes a read-only directory apart: a directory of the sandbox's own goes over it, with each of its entries on a place
 * in it. places.fault says which.
 */
static int
rebuild(struct live_mounter *mounter)
{
	_autofree_ char *path = text_dup(mounter->places.fault.object);
	_autoclose_ int old = -1;
	_autoclose_ int mount = -1;
	char mode[8];
	const struct mount_param param = { "mode", mode };
	struct stat st;
	int r;

	if (path[1] == '\0')
		return PLACE_FAILED;
	old = live_place_find(&mounter->places, path);
	if (old < 0 || fstat(old, &st) < 0)
		return PLACE_FAILED;
	snprintf(mode, sizeof mode, "%o", st.st_mode & 07777);
	mount = mount_new("tmpfs", "isolate-live", &param, 1, MOUNT_NOSUID | MOUNT_NODEV);
	r = mount < 0 ? mount : mount_attach(mount, old, "");
	if (r < 0)
		return live_fail(&mounter->places, LIVE_ASSEMBLE, -r, NULL);
	r = rebuild_children(mounter, path, old, mount);
	if (r < 0)
		return r;
	r = mount_attrs(mount, MOUNT_RDONLY, 0, false);
	if (r < 0)
		return live_fail(&mounter->places, LIVE_ASSEMBLE, -r, NULL);
	log_note("'%s' is read-only and lacks the mount point, so its entries were mounted one by one: what is added "
		 "to it outside is not seen",
		 path);
	drop_tops_below(mounter, path);
	if (!is_below_top(mounter, path))
		live_add_top(mounter, take_ptr(path), NULL, take_fd(&mount));
	return 0;
}

/* A mount that was there before and finds no place on the new one. */
static int
hide_kept(struct live_piece *piece)
{
	log_note("'%s' is hidden by what is mounted above it", piece->path);
	piece->dropped = true;
	return PLACE_NONE;
}

static int
place_of(struct live_mounter *mounter, struct live_piece *piece)
{
	int place = live_prepare_place(mounter, piece);

	if (place == PLACE_READONLY && piece->kind == LIVE_KEPT)
		return hide_kept(piece);
	if (place == PLACE_READONLY) {
		int r = rebuild(mounter);

		if (r < 0)
			return r;
		place = live_prepare_place(mounter, piece);
	}
	if (place == PLACE_FAILED && piece->kind == LIVE_KEPT)
		return hide_kept(piece);
	return place == PLACE_READONLY ? PLACE_FAILED : place;
}

static int
assemble_piece(struct live_mounter *mounter, struct live_piece *piece)
{
	_autoclose_ int place = -1;
	int r;

	/* Nothing covers it after all. */
	if (piece->kind == LIVE_KEPT && !is_below_top(mounter, piece->path))
		piece->dropped = true;
	if (piece->dropped)
		return 0;
	if (piece->role != PIECE_MOUNT) {
		r = live_prepare_name(mounter, piece);
		/* In a directory that would have to be taken apart the name outside does without the link. */
		return r == PLACE_READONLY ? PLACE_FAILED : r;
	}
	place = place_of(mounter, piece);
	if (place == PLACE_NONE)
		return 0;
	if (place < 0)
		return place;
	r = mount_attach(piece->mount, place, "");
	if (r < 0)
		return live_fail(&mounter->places, LIVE_ATTACH, -r, piece->path);
	if (!is_below_top(mounter, piece->path))
		live_add_top(mounter, piece->path, piece, piece->mount);
	return 0;
}

/* Each top as a detached mount, with all that lies on it. Its own descriptor is that from now on. */
static int
take_tops(struct live_mounter *mounter)
{
	for (size_t i = 0; i < mounter->len; i++) {
		struct live_top *top = &mounter->tops[i];
		int copy = mount_clone(top->mount, "");

		if (copy < 0)
			return live_fail(&mounter->places, LIVE_ASSEMBLE, -copy, NULL);
		close(top->mount);
		top->mount = copy;
		if (top->piece)
			top->piece->mount = copy;
	}
	return 0;
}

int
live_assemble(struct live_mounter *mounter)
{
	int r = enter_copy(mounter);

	if (r == 0)
		r = collect_old(mounter);
	for (size_t i = 0; i < mounter->pieces->len && r == 0; i++) {
		mounter->spec = mounter->pieces->items[i].spec;
		r = assemble_piece(mounter, &mounter->pieces->items[i]);
	}
	if (r == 0)
		r = take_tops(mounter);
	return leave_copy(mounter) < 0 ? PLACE_FAILED : r;
}
