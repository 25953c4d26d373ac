/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Carries out the mounts of a plan, in init, as root of U1.
 *
 * Two tmpfs are made. The *skeleton* holds what the payload may look at and never change: the root directory,
 * mount points, links, made files; each directory of it is bound read-only where it shows. The *scratch* holds
 * the private writable directories, each bound where it shows. So the payload can fill the scratch and the
 * skeleton still has room for a mount point that is asked for later. Both are attached over the caller's /proc
 * while we work (a place that no source lies in: the plan refuses those), and go with the old root.
 *
 * Who controls the paths: sources come from the user, physical, and are opened without following any link, so
 * one that was swapped since the plan was made is an error. Places in the skeleton and in the scratch are ours
 * alone: nothing else runs in this namespace yet. A place inside a bound host directory can be changed by
 * processes outside: it is opened without links too.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "sandbox/breaks.h"
#include "sandbox/inside.h"
#include "sandbox/rootfs.h"
#include "sandbox/tell.h"
#include "sandbox/watched.h"
#include "sys/mount.h"
#include "sys/open.h"

struct builder {
	struct setup *setup;
	int skeleton, scratch; /* root directories of the two tmpfs */
	int root;	       /* mount that becomes "/" */
	bool root_is_skeleton;
	int made;	       /* counter: names of directories in the two tmpfs */
};

static _Noreturn void
fail(const struct builder *b, enum step step, int r, int i)
{
	const struct plan_entry *entry = i >= 0 ? &b->setup->plan->entries[i] : NULL;
	const char *object = !entry ? NULL : step == STEP_SOURCE && entry->source ? entry->source : entry->path;

	report_failure(b->setup->report, step, -r, i, object);
}

/* Room for "0123456789" in the tmpfs of our own. */
struct made_name {
	char text[16];
};

static struct made_name
next_name(struct builder *b)
{
	struct made_name name = { "" };
	int n = b->made++;
	int at = sizeof name.text - 1;

	do
		name.text[--at] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	memmove(name.text, name.text + at, sizeof name.text - (size_t)at);
	return name;
}

static unsigned
kernel_attrs(const struct plan_entry *entry)
{
	unsigned attrs = 0;

	if (entry->attrs & PLAN_RO && !broken("read-only"))
		attrs |= MOUNT_RDONLY;
	if (entry->attrs & PLAN_NOEXEC)
		attrs |= MOUNT_NOEXEC;
	if (!(entry->attrs & PLAN_DEV) && !broken("nodev"))
		attrs |= MOUNT_NODEV;
	if (!(entry->attrs & PLAN_SUID) && !broken("nosuid"))
		attrs |= MOUNT_NOSUID;
	return attrs;
}

/* The directories above `path`, which is relative to dirfd. They are ours, so what exists is what we made. */
static int
make_parents(int dirfd, const char *path)
{
	char part[4096];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t len = (size_t)(slash - path);

		if (len >= sizeof part)
			return -ENAMETOOLONG;
		memcpy(part, path, len);
		part[len] = '\0';
		if (mkdirat(dirfd, part, 0755) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int
make_place_once(int dirfd, const char *path, bool is_dir)
{
	int r = is_dir ? mkdirat(dirfd, path, 0755) : mknodat(dirfd, path, S_IFREG | 0644, 0);

	return r < 0 && errno != EEXIST ? -errno : 0;
}

static int
make_place(int dirfd, const char *path, bool is_dir)
{
	int r = make_place_once(dirfd, path, is_dir);

	if (r != -ENOENT)
		return r;
	r = make_parents(dirfd, path);
	return r < 0 ? r : make_place_once(dirfd, path, is_dir);
}

static int
parent_dir(const struct builder *b, const struct plan_entry *entry)
{
	return entry->parent < 0 ? b->root : b->setup->mounts[entry->parent];
}

/* True where the entry's place lies in a tree of our own, which holds no links but those of the plan. */
static bool
parent_is_ours(const struct builder *b, const struct plan_entry *entry)
{
	if (entry->parent < 0)
		return b->root_is_skeleton;
	return b->setup->plan->entries[entry->parent].kind != PLAN_BIND &&
	       !b->setup->plan->entries[entry->parent].source;
}

/* True where that is the file system of a watched session, which has all that the plan wants to be there. */
static bool
is_there_already(const struct builder *b, int i)
{
	return b->setup->watched_root >= 0 && b->root_is_skeleton && rootfs_holds(b->setup->plan, (size_t)i);
}

/* Attaches a detached mount at the entry's place and keeps it open if other entries lie below it. Consumes mount. */
static void
attach(struct builder *b, int i, int mount)
{
	const struct plan_entry *entry = &b->setup->plan->entries[i];
	int dir = parent_dir(b, entry);
	int r;

	if (parent_is_ours(b, entry)) {
		r = is_there_already(b, i) ? 0 : make_place(dir, entry->rel, entry->is_dir);
		if (r < 0)
			fail(b, STEP_MOUNT_POINT, r, i);
		r = mount_attach(mount, dir, entry->rel);
	} else {
		int place;

		if (entry->make && (r = make_place(dir, entry->rel, entry->is_dir)) < 0)
			fail(b, STEP_MOUNT_POINT, r, i);
		place = open_path_no_symlinks(dir, entry->rel);
		if (place < 0)
			fail(b, STEP_MOUNT_POINT, place, i);
		r = mount_attach(mount, place, "");
		close(place);
	}
	if (r < 0)
		fail(b, STEP_MOUNT, r, i);
	if (b->setup->children[i] > 0)
		b->setup->mounts[i] = mount;
	else
		close(mount);
}

/* A detached bind of a directory or file of our own two tmpfs. */
static int
clone_own(struct builder *b, int i, int tmpfs, const char *name)
{
	const struct plan_entry *entry = &b->setup->plan->entries[i];
	unsigned later = entry->kind == PLAN_DIR && b->setup->children[i] > 0 ? MOUNT_RDONLY : 0;
	int mount = mount_clone(tmpfs, name);
	int r;

	if (mount < 0)
		fail(b, STEP_TMPFS, mount, i);
	r = mount_attrs(mount, kernel_attrs(entry) & ~later, 0, false);
	if (r < 0)
		fail(b, STEP_ATTRS, r, i);
	return mount;
}

static void
build_bind(struct builder *b, int i)
{
	const struct plan_entry *entry = &b->setup->plan->entries[i];
	int source = open_path_no_symlinks(AT_FDCWD, entry->source);
	int mount, r;

	if (source < 0)
		fail(b, STEP_SOURCE, source, i);
	mount = mount_clone(source, "");
	close(source);
	if (mount < 0)
		fail(b, STEP_SOURCE, mount, i);
	if (broken("recursive") || broken("later-mounts"))
		r = mount_attrs(mount, kernel_attrs(entry), 0, broken("later-mounts"));
	else
		r = mount_attrs_bound(mount, kernel_attrs(entry));
	if (r < 0)
		fail(b, STEP_ATTRS, r, i);
	attach(b, i, mount);
}

/* A list of directories has colons between them. False: it does not fit. */
static bool
quote_layer(const char *path, char *out, size_t size)
{
	size_t len = 0;

	for (; *path != '\0' && len + 2 < size; path++) {
		if (*path == ':' || *path == '\\')
			out[len++] = '\\';
		out[len++] = *path;
	}
	out[len] = '\0';
	return *path == '\0';
}

/*
 * What there is outside, with changes that stay in the scratch (overlayfs in a user namespace, Linux 5.11): a detached
 * mount, or -errno. `upper` is a directory of the scratch.
 */
static int
new_overlay(struct builder *b, const char *lower, const char *upper, unsigned attrs)
{
	static char layer[2 * 4096];
	struct made_name work_name = next_name(b);
	char upper_path[64], work_path[64];
	struct mount_param params[] = { { "lowerdir", layer },
					{ "upperdir", upper_path },
					{ "workdir", work_path },
					{ "userxattr", NULL },
					/* Else files have another st_dev than their directories. */
					{ "xino", "on" } };

	if (!quote_layer(lower, layer, sizeof layer))
		return -ENAMETOOLONG;
	if (mkdirat(b->scratch, work_name.text, 0700) < 0)
		return -errno;
	/* Where make_workplace() has put it. */
	snprintf(upper_path, sizeof upper_path, "/proc/scratch/%s", upper);
	snprintf(work_path, sizeof work_path, "/proc/scratch/%s", work_name.text);
	return mount_new("overlay", "isolate-private", params, sizeof params / sizeof *params,
			 attrs);
}

/*
 * What is missing in a private directory of a watched session reaches the server of the root: the directory, which
 * takes all that is made, lies over the root's own, in which nothing is but places. Made while the root is still bare
 * of mounts, so that the path leads there. Where there can be none, what is missing is not seen.
 */
static void
make_watched_overlays(struct builder *b)
{
	const struct plan *plan = b->setup->plan;
	char lower[4096 + sizeof "/proc/root"];

	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_entry *entry = &plan->entries[i];
		struct made_name name;

		if (entry->kind != PLAN_TMPFS || entry->source || path_is_below(entry->path, "/dev"))
			continue;
		name = next_name(b);
		snprintf(lower, sizeof lower, "/proc/root%s", entry->path);
		if (mkdirat(b->scratch, name.text, entry->mode) == 0)
			b->setup->mounts[i] = new_overlay(b, lower, name.text, kernel_attrs(entry));
	}
}

static void
build_tmpfs(struct builder *b, int i)
{
	const struct plan_entry *entry = &b->setup->plan->entries[i];
	struct made_name name;
	int mount = take_fd(&b->setup->mounts[i]);

	if (mount >= 0) {
		attach(b, i, mount);
		return;
	}
	name = next_name(b);

	if (mkdirat(b->scratch, name.text, entry->mode) < 0)
		fail(b, STEP_TMPFS, -errno, i);
	if (entry->source)
		mount = new_overlay(b, entry->source, name.text, MOUNT_NOSUID | MOUNT_NODEV);
	/* Where there can be none it is private and empty, as without --learn. */
	attach(b, i, mount < 0 ? clone_own(b, i, b->scratch, name.text) : mount);
}

static void
build_dir(struct builder *b, int i)
{
	const struct plan_entry *entry = &b->setup->plan->entries[i];
	struct made_name name;
	int r;

	if (parent_is_ours(b, entry)) {
		r = is_there_already(b, i) ? 0 : make_place(parent_dir(b, entry), entry->rel, true);
		if (r < 0)
			fail(b, STEP_MOUNT_POINT, r, i);
		if (b->setup->children[i] > 0) {
			b->setup->mounts[i] = openat(parent_dir(b, entry), entry->rel, O_PATH | O_NOFOLLOW | O_CLOEXEC);
			if (b->setup->mounts[i] < 0)
				fail(b, STEP_MOUNT_POINT, -errno, i);
		}
		return;
	}
	/* Over a bound directory: nothing may be made on the host, so a directory of the skeleton is bound there. It
	 * becomes read-only when its contents are complete (seal_dirs). */
	name = next_name(b);
	if (mkdirat(b->skeleton, name.text, 0755) < 0)
		fail(b, STEP_MOUNT_POINT, -errno, i);
	attach(b, i, clone_own(b, i, b->skeleton, name.text));
}

static void
write_file(struct builder *b, int i, int dirfd, const char *path)
{
	const char *content = b->setup->plan->entries[i].content;
	size_t len = strlen(content);
	int r = make_parents(dirfd, path);
	int fd = r < 0 ? -1 : openat(dirfd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (r == 0 && (fd < 0 || fchmod(fd, 0644) < 0 || write(fd, content, len) != (ssize_t)len))
		r = -errno;
	if (fd >= 0)
		close(fd);
	if (r < 0)
		fail(b, STEP_MAKE_FILE, r, i);
}

static void
build_file(struct builder *b, int i)
{
	const struct plan_entry *entry = &b->setup->plan->entries[i];
	struct made_name name;

	if (is_there_already(b, i))
		return;
	if (parent_is_ours(b, entry)) {
		write_file(b, i, parent_dir(b, entry), entry->rel);
		return;
	}
	name = next_name(b);
	write_file(b, i, b->skeleton, name.text);
	attach(b, i, clone_own(b, i, b->skeleton, name.text));
}

/* --base may name a directory that was used before. */
static bool
same_link(int dir, const struct plan_entry *entry)
{
	char target[4096];
	ssize_t n = readlinkat(dir, entry->rel, target, sizeof target);

	return n >= 0 && (size_t)n == strlen(entry->content) && memcmp(target, entry->content, (size_t)n) == 0;
}

static void
build_symlink(struct builder *b, int i)
{
	const struct plan_entry *entry = &b->setup->plan->entries[i];
	int dir = parent_dir(b, entry);
	int r;

	if (is_there_already(b, i))
		return;
	r = make_parents(dir, entry->rel);
	if (r == 0 && symlinkat(entry->content, dir, entry->rel) < 0)
		r = errno == EEXIST && same_link(dir, entry) ? 0 : -errno;
	if (r < 0)
		fail(b, STEP_MAKE_LINK, r, i);
}

/*
 * Files of /proc by which the machine's own root rules it are guarded by the uid alone. An ordinary user is not
 * root for them, whatever he appears to be; if root himself runs isolate, they are made read-only.
 */
static void
seal_proc(struct builder *b, int i, int proc)
{
	static const char *const sealed[] = { "sys", "sysrq-trigger", "irq", "bus", "fs", "scsi", "acpi" };

	for (size_t k = 0; k < sizeof sealed / sizeof *sealed; k++) {
		int place = openat(proc, sealed[k], O_PATH | O_NOFOLLOW | O_CLOEXEC);
		int mount, r;

		if (place < 0 && errno == ENOENT)
			continue;
		mount = place < 0 ? -errno : mount_clone(place, "");
		if (mount < 0)
			fail(b, STEP_PROC, mount, i);
		r = mount_attrs(mount, MOUNT_RDONLY | MOUNT_NOSUID | MOUNT_NODEV | MOUNT_NOEXEC, 0, true);
		if (r == 0)
			r = mount_attach(mount, place, "");
		if (r < 0)
			fail(b, STEP_PROC, r, i);
		close(mount);
		close(place);
	}
}

static void
build_proc(struct builder *b, int i)
{
	unsigned attrs = MOUNT_NOSUID | MOUNT_NODEV | MOUNT_NOEXEC;
	int mount = mount_new("proc", "proc", NULL, 0, attrs);
	int kept;

	if (mount < 0)
		fail(b, STEP_PROC, mount, i);
	kept = b->setup->plan->outer_uid == 0 ? fcntl(mount, F_DUPFD_CLOEXEC, 0) : -1;
	attach(b, i, mount);
	if (kept >= 0) {
		seal_proc(b, i, kept);
		close(kept);
	}
}

int
build_devpts(void)
{
	/* The group of ttys cannot be mapped by an ordinary user, so gid= is left out. */
	static const struct mount_param params[] = { { "ptmxmode", "0666" }, { "mode", "0620" } };

	return mount_new("devpts", "devpts", params, 2, MOUNT_NOSUID | MOUNT_NOEXEC);
}

static void
attach_devpts(struct builder *b, int i)
{
	/* A terminal of the sandbox's own is there before us: the stage made it, and the instance it lives in. */
	int mount = b->setup->devpts >= 0 ? b->setup->devpts : build_devpts();

	if (mount < 0)
		fail(b, STEP_DEVPTS, mount, i);
	b->setup->devpts = -1;
	attach(b, i, mount);
}

static void
build_entry(struct builder *b, int i)
{
	switch (b->setup->plan->entries[i].kind) {
	case PLAN_DIR:
		build_dir(b, i);
		break;
	case PLAN_FILE:
		build_file(b, i);
		break;
	case PLAN_SYMLINK:
		build_symlink(b, i);
		break;
	case PLAN_BIND:
		build_bind(b, i);
		break;
	case PLAN_TMPFS:
		build_tmpfs(b, i);
		break;
	case PLAN_PROC:
		build_proc(b, i);
		break;
	case PLAN_DEVPTS:
		attach_devpts(b, i);
		break;
	}
}

/* The user's limit is for what the program writes. The root is read-only for it, and has files of ours. */
enum { ROOT_LEAST = 1 << 20 };

static int
new_tmpfs(const struct builder *b, const char *source, uint64_t least)
{
	char size[24];
	struct mount_param params[2] = { { "mode", "0755" }, { "size", size } };
	uint64_t bytes = b->setup->plan->req->tmpfs_size;

	if (bytes && bytes < least)
		bytes = least;
	snprintf(size, sizeof size, "%llu", (unsigned long long)bytes);
	return mount_new("tmpfs", source, params, bytes ? 2 : 1, MOUNT_NOSUID | MOUNT_NODEV);
}

/*
 * Attaches the two tmpfs. They have to be in our namespace before parts of them can be bound (before Linux 6.15 a
 * detached mount cannot be a source).
 */
static void
make_workplace(struct builder *b)
{
	int r;

	b->skeleton = new_tmpfs(b, "isolate", ROOT_LEAST);
	r = b->skeleton < 0 ? b->skeleton : mount_attach(b->skeleton, AT_FDCWD, "/proc");
	if (r < 0)
		fail(b, STEP_ROOT, r, -1);
	b->scratch = new_tmpfs(b, "isolate-private", 0);
	if (b->scratch < 0)
		fail(b, STEP_SCRATCH, b->scratch, -1);
	if (mkdirat(b->skeleton, "scratch", 0755) < 0)
		fail(b, STEP_SCRATCH, -errno, -1);
	r = mount_attach(b->scratch, b->skeleton, "scratch");
	if (r < 0)
		fail(b, STEP_SCRATCH, r, -1);
}

/*
 * The mount that becomes "/": a directory of the skeleton, or --base's, or, where a spec says so, the host's
 * own root.
 */
static void
make_root(struct builder *b)
{
	const struct plan *plan = b->setup->plan;
	bool host_root = plan->len > 0 && strcmp(plan->entries[0].path, "/") == 0;
	const char *source = host_root ? plan->entries[0].source : plan->base;
	int fd, r;

	b->root_is_skeleton = !source;
	if (mkdirat(b->skeleton, "root", 0755) < 0)
		fail(b, STEP_ROOT, -errno, -1);
	fd = source ? open_path_no_symlinks(AT_FDCWD, source) : -1;
	if (source && fd < 0)
		fail(b, STEP_ROOT, fd, host_root ? 0 : -1);
	if (b->setup->watched_root >= 0)
		b->root = fcntl(b->setup->watched_root, F_DUPFD_CLOEXEC, 0);
	else
		b->root = source ? mount_clone(fd, "") : mount_clone(b->skeleton, "root");
	if (fd >= 0)
		close(fd);
	if (b->root < 0)
		fail(b, STEP_ROOT, b->root, host_root ? 0 : -1);
	r = host_root ? mount_attrs_bound(b->root, kernel_attrs(&plan->entries[0])) :
			mount_attrs(b->root, MOUNT_NOSUID | MOUNT_NODEV, 0, true);
	if (r == 0)
		r = mount_attach(b->root, b->skeleton, "root");
	if (r < 0)
		fail(b, STEP_ROOT, r, host_root ? 0 : -1);
	if (host_root && b->setup->children[0] > 0)
		b->setup->mounts[0] = fcntl(b->root, F_DUPFD_CLOEXEC, 0);
}

/* Directories that were bound over the host's: their contents are complete now. */
static void
seal_dirs(struct builder *b)
{
	const struct plan *plan = b->setup->plan;

	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_entry *entry = &plan->entries[i];
		int r;

		if (entry->kind != PLAN_DIR || parent_is_ours(b, entry) || b->setup->children[i] == 0)
			continue;
		r = mount_attrs(b->setup->mounts[i], MOUNT_RDONLY, 0, false);
		if (r < 0)
			fail(b, STEP_ATTRS, r, (int)i);
	}
}

/* For the tests of verification alone: the host's whole tree in a corner of ours. */
static void
break_root(const struct builder *b)
{
	int host;

	if (!broken("host-root"))
		return;
	host = mount_clone(AT_FDCWD, "/");
	mkdirat(b->root, "corner", 0755);
	mount_attrs(host, MOUNT_RDONLY | MOUNT_NOSUID | MOUNT_NODEV, 0, true);
	mount_attach(host, b->root, "corner");
}

int
build_root(struct setup *setup)
{
	struct builder b = { .setup = setup };
	const struct plan *plan = setup->plan;
	mode_t mask = umask(0);

	tell_step(setup, STEP_ROOT, -1);
	make_workplace(&b);
	make_root(&b);
	if (setup->watched_root >= 0) {
		watched_tell_names(b.root);
		/* They are slower than what they take the place of, to make a file half as fast: not unasked. */
		if (plan->req->trace)
			make_watched_overlays(&b);
	}
	for (size_t i = 0; i < plan->len; i++)
		if (strcmp(plan->entries[i].path, "/") != 0) {
			tell_step(setup, STEP_MOUNT, (int)i);
			build_entry(&b, (int)i);
		}
	seal_dirs(&b);
	break_root(&b);
	umask(mask);
	close(b.scratch);
	close(b.skeleton);
	return b.root;
}
