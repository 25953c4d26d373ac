/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places inside: finding them, and making what is missing. */
#include "config.h"

#include "session/live_place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "session/live_breaks.h"
#include "sys/mount.h"
#include "sys/open.h"

/* So often may a process inside remove what we have just made before we give up. */
enum { TRIES = 8 };

/* What is made at the end of a path. */
struct thing {
	mode_t type;	     /* S_IFDIR, S_IFREG, S_IFLNK */
	const char *content; /* of a link */
};

int
live_fail(struct live_places *places, enum live_step step, int errnum, const char *object)
{
	places->fault.step = step;
	places->fault.errnum = errnum;
	/* It may be the object of an earlier fault. */
	if (object != places->fault.object)
		snprintf(places->fault.object, sizeof places->fault.object, "%s", object ? object : "");
	return PLACE_FAILED;
}

static int
open_inside(const struct live_places *places, const char *path)
{
	const char *rel = path[1] == '\0' ? "." : path + 1;

	if (broken("live-links")) {
		int fd = openat(places->root, rel, O_PATH | O_CLOEXEC);

		return fd < 0 ? -errno : fd;
	}
	return open_path_no_symlinks(places->root, rel);
}

/* Cuts the last component off. False at the root. */
static bool
cut(char *path)
{
	char *slash = strrchr(path, '/');

	if (path[1] == '\0')
		return false;
	slash[slash == path ? 1 : 0] = '\0';
	return true;
}

/* The open failed: why, and where. */
static int
explain(struct live_places *places, const char *path, int r)
{
	char *part = places->fault.object;
	size_t len = 0;

	if (r != -ELOOP && r != -ENOTDIR)
		return live_fail(places, LIVE_WALK, -r, path);
	/* The first part of the path with which it fails in this way, or what comes next after a file. */
	do {
		len += 1 + strcspn(path + len + 1, "/");
		snprintf(part, sizeof places->fault.object, "%.*s", (int)len, path);
		_autoclose_ int fd = open_inside(places, part);
		struct stat st;

		if (fd == -ELOOP && r == -ELOOP)
			break;
		if (fd >= 0 && r == -ENOTDIR && fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
			break;
	} while (path[len] != '\0');
	return live_fail(places, r == -ELOOP ? LIVE_FOUND_LINK : LIVE_FOUND_FILE_ABOVE, 0, part);
}

int
live_place_find(struct live_places *places, const char *path)
{
	int fd = open_inside(places, path);

	return fd < 0 ? explain(places, path, fd) : fd;
}

int
live_place_find_parent(struct live_places *places, const char *path)
{
	char parent[PATH_MAX];

	if (strlen(path) >= sizeof parent)
		return live_fail(places, LIVE_WALK, ENAMETOOLONG, path);
	memcpy(parent, path, strlen(path) + 1);
	cut(parent);
	return live_place_find(places, parent);
}

/*
 * A private, writable copy of the mount that the directory is on, beginning at it, if what is made in it is the
 * sandbox's own. Else PLACE_READONLY, or
 * -EROFS for what is writable and somebody else's.
 */
static int
copy_ground(struct live_places *places, int dir)
{
	_autoclose_ int copy = -1;
	struct statfs fs;
	struct stat st;
	int not_ours;

	if (fstatfs(dir, &fs) < 0 || fstat(dir, &st) < 0)
		return PLACE_READONLY;
	not_ours = fs.f_flags & ST_RDONLY ? PLACE_READONLY : -EROFS;
	if (broken("live-ground"))
		return openat(dir, ".", O_PATH | O_CLOEXEC);
	/* FUSE: the root of a watched session (sandbox/rootfs.h); overlay: its private directories. */
	if (places->closed || (fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC &&
			       fs.f_type != FUSE_SUPER_MAGIC && fs.f_type != OVERLAYFS_SUPER_MAGIC))
		return not_ours;
	copy = mount_clone_one(dir);
	if (copy == -EINVAL)
		copy = mount_clone(dir, "");
	if (copy < 0)
		return not_ours;
	if (!places->own_known || places->own != st.st_dev) {
		if (!mount_rules_super(copy))
			return not_ours;
		places->own_known = true;
		places->own = st.st_dev;
	}
	/* A flag that came with a copy of the host's mounts stays. */
	if (fs.f_flags & ST_RDONLY && mount_attrs(copy, 0, MOUNT_RDONLY, false) < 0)
		return PLACE_READONLY;
	return take_fd(&copy);
}

static int
share_ground(const struct live_places *places)
{
	int fd = fcntl(places->ground, F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -EMFILE : fd;
}

/* The same, kept for the next: it is the sandbox's own whatever becomes of the directory meanwhile. */
static int
open_ground(struct live_places *places, int dir)
{
	uint64_t mount = mount_id_of(dir);
	struct stat st;
	int copy;

	if (fstat(dir, &st) < 0)
		return PLACE_READONLY;
	if (mount != 0 && mount == places->ground_mount && st.st_ino == places->ground_ino)
		return share_ground(places);
	copy = copy_ground(places, dir);
	if (copy < 0 || mount == 0)
		return copy;
	if (places->ground_mount != 0)
		close(places->ground);
	places->ground = copy;
	places->ground_mount = mount;
	places->ground_ino = st.st_ino;
	return share_ground(places);
}

static void
note_made(struct live_places *places, const char *path, size_t len, bool is_dir)
{
	struct live_record record = { .kind = RECORD_MADE, .flag = is_dir };
	struct live_made *made;

	places->made = array_grow(places->made, &places->made_cap, places->made_len + 1, sizeof *places->made);
	made = &places->made[places->made_len++];
	*made = (struct live_made){ text_ndup(path, len), is_dir };
	live_tell(places->socket, &record, made->path, NULL, NULL, -1);
}

static int
make_one(int dir, const char *name, const struct thing *thing)
{
	int r;

	if (S_ISLNK(thing->type))
		r = symlinkat(thing->content, dir, name);
	else if (S_ISDIR(thing->type))
		r = mkdirat(dir, name, 0755);
	else
		r = mknodat(dir, name, S_IFREG | 0644, 0);
	return r < 0 ? -errno : 0;
}

/* From path + at on, in the directory `ground`, which is consumed. What is there already is left as it is. */
static int
make_chain(struct live_places *places, int ground, const char *path, size_t at, const struct thing *thing)
{
	static const struct thing directory = { S_IFDIR, NULL };
	_autoclose_ int dir = ground;
	char name[NAME_MAX + 1];

	for (;;) {
		size_t len = strcspn(path + at, "/");
		bool last = path[at + len] == '\0';
		int next, r;

		if (len > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, path + at, len);
		name[len] = '\0';
		r = make_one(dir, name, last ? thing : &directory);
		if (r < 0 && r != -EEXIST)
			return r;
		if (r == 0)
			note_made(places, path, at + len, !last || S_ISDIR(thing->type));
		if (last)
			return 0;
		/* Beside us somebody may have put a link there. */
		next = openat(dir, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
		if (next < 0)
			return -errno;
		close(dir);
		dir = next;
		at += len + 1;
	}
}

/*
 * The place is not there: makes it and what is missing above it, from the deepest directory that is there. 0 or as
 * above.
 */
static int
make_missing(struct live_places *places, const char *path, const struct thing *thing)
{
	char part[PATH_MAX];
	_autoclose_ int dir = -1;
	struct stat st;
	size_t len;
	int r;

	if (strlen(path) >= sizeof part)
		return live_fail(places, LIVE_WALK, ENAMETOOLONG, path);
	memcpy(part, path, strlen(path) + 1);
	do {
		cut(part);
		dir = open_inside(places, part);
	} while (dir == -ENOENT && part[1] != '\0');
	if (dir < 0)
		return explain(places, part, dir);
	if (fstat(dir, &st) < 0 || !S_ISDIR(st.st_mode))
		return live_fail(places, LIVE_FOUND_FILE_ABOVE, 0, part);
	r = open_ground(places, dir);
	if (r == PLACE_READONLY) {
		live_fail(places, LIVE_FOUND_HOST_ROOT, 0, part);
		return PLACE_READONLY;
	}
	if (r < 0)
		return live_fail(places, LIVE_FOUND_HOST, 0, part);
	len = part[1] == '\0' ? 1 : strlen(part) + 1;
	r = make_chain(places, r, path, len, thing);
	return r < 0 ? live_fail(places, S_ISLNK(thing->type) ? LIVE_LINK : LIVE_MAKE, -r, path) : 0;
}

int
live_place_make(struct live_places *places, const char *path, bool is_dir)
{
	const struct thing thing = { is_dir ? S_IFDIR : S_IFREG, NULL };
	int fd = open_inside(places, path);
	int r;

	for (int i = 0; fd == -ENOENT && i < TRIES; i++) {
		r = make_missing(places, path, &thing);
		if (r < 0)
			return r;
		live_pause("made");
		fd = open_inside(places, path);
	}
	return fd < 0 ? explain(places, path, fd) : fd;
}

enum link_state { LINK_THERE, LINK_MISSING, LINK_FAILED };

static enum link_state
look_for_link(struct live_places *places, const char *path, const char *content)
{
	_autoclose_ int dir = live_place_find_parent(places, path);
	char target[PATH_MAX];
	ssize_t n;

	if (dir < 0)
		return places->fault.step == LIVE_WALK && places->fault.errnum == ENOENT ? LINK_MISSING : LINK_FAILED;
	n = readlinkat(dir, path_name(path), target, sizeof target);
	if (n < 0 && errno == ENOENT)
		return LINK_MISSING;
	if (n < 0 && errno != EINVAL)
		live_fail(places, LIVE_LINK, errno, path);
	else if (n >= 0 && (size_t)n == strlen(content) && memcmp(target, content, (size_t)n) == 0)
		return LINK_THERE;
	else
		live_fail(places, LIVE_FOUND_OTHER, 0, path);
	return LINK_FAILED;
}

int
live_place_link(struct live_places *places, const char *path, const char *content)
{
	const struct thing thing = { S_IFLNK, content };
	enum link_state state = look_for_link(places, path, content);

	for (int i = 0; state == LINK_MISSING && i < TRIES; i++) {
		int r = make_missing(places, path, &thing);

		if (r < 0)
			return r;
		state = look_for_link(places, path, content);
	}
	if (state == LINK_MISSING)
		return live_fail(places, LIVE_LINK, ENOENT, path);
	return state == LINK_THERE ? 0 : PLACE_FAILED;
}

/* What we made is empty. What has become of it since is not ours to remove. */
static bool
is_as_made(int dir, const char *name, bool is_dir)
{
	struct stat st;

	if (is_dir)
		return true;
	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (S_ISLNK(st.st_mode) || (S_ISREG(st.st_mode) && st.st_size == 0));
}

void
live_place_unmake(struct live_places *places, const struct live_made *made, size_t n)
{
	while (n-- > 0) {
		_autoclose_ int dir = live_place_find_parent(places, made[n].path);
		_autoclose_ int ground = dir < 0 ? -1 : open_ground(places, dir);
		const char *name = path_name(made[n].path);

		if (ground >= 0 && is_as_made(ground, name, made[n].is_dir))
			unlinkat(ground, name, made[n].is_dir ? AT_REMOVEDIR : 0);
	}
}
