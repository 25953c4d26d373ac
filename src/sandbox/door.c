/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sandbox that runs, held so that it can be entered. */
#include "config.h"

#include "sandbox/door.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "sandbox/breaks.h"
#include "sys/nsask.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

/* The payload is the second process of its pid namespace, always. */
#define PAYLOAD_PID 2

/* What init.c calls itself. */
#define INIT_NAME "isolate-init"

/* In the flags of proc_pid_stat(5): the process has begun to end. */
#define FLAG_EXITING 0x4u

#define JOIN_HINT "isolate --join enters what isolate made; for other sandboxes there is nsenter(1)"

/* How long pid 1 may take to call itself by that name: it is nearly the first that it does. */
enum { NAME_MILLISECONDS = 2000 };

/* How long a sandbox may take to be set up; one that takes longer waits for something, and says so itself. */
enum { SETUP_MILLISECONDS = 10000 };

/* What is left of it waits for the others to be reaped, and starts nobody. */
bool
door_is_shut(const struct door *door)
{
	unsigned flags = 0;
	char text[512];
	ssize_t n = procfs_read_some(door->process, "stat", text, sizeof text);
	/* Field 2 is the name, which may hold anything, parentheses too. */
	const char *at = n > 0 ? strrchr(text, ')') : NULL;

	return !at || sscanf(at, ") %*c %*d %*d %*d %*d %*d %u", &flags) != 1 || flags & FLAG_EXITING;
}

static int
say_ended(const char *name, struct error *err)
{
	error_set(err, 0, "the session '%s' has ended, or is just ending", name);
	return -ESRCH;
}

/* Members of the caller's that are not among `groups` would be rights that the payload does not have. */
static int
check_groups(const struct door *door, const struct procfs_status *status, struct error *err)
{
	int n = getgroups(0, NULL);
	_autofree_ gid_t *own = calloc((size_t)n + 1, sizeof *own);

	if (n < 0 || !own || (n = getgroups(n, own)) < 0)
		return error_set(err, n < 0 ? errno : ENOMEM, "cannot read your groups");
	for (int i = 0; i < n; i++) {
		bool known = own[i] == status->gids[1];

		for (size_t k = 0; k < status->groups_len && !known; k++)
			known = own[i] == status->groups[k];
		if (known)
			continue;
		error_set(err, 0, "you are in the group %u, and the session '%s' is not: joined, a program would have "
			  "more rights than it", (unsigned)own[i], door->name);
		error_hint(err, "join it from where you have the groups that it was started with (id -G)");
		return -EPERM;
	}
	return 0;
}

static bool
is_stripped(const struct procfs_status *status)
{
	const struct caps *caps = &status->caps;

	return status->no_new_privs &&
	       !(caps->effective | caps->permitted | caps->inheritable | caps->bounding | caps->ambient);
}

static int
say_foreign(const struct door *door, struct error *err)
{
	error_set(err, 0, "process %d is not pid 1 of a sandbox that isolate made", (int)door->init);
	error_hint(err, JOIN_HINT);
	return -EINVAL;
}

static int
check_owner(const struct door *door, const struct procfs_status *status, struct error *err)
{
	for (int i = 0; i < 3; i++) {
		if (status->uids[i] == geteuid())
			continue;
		error_set(err, EPERM, "cannot join the session '%s'", door->name);
		error_hint(err, "it belongs to the user %u; only he can join it", (unsigned)status->uids[i]);
		return -EPERM;
	}
	if (strcmp(status->name, INIT_NAME) == 0 && status->levels > 1 && status->pids[status->levels - 1] == 1)
		return check_groups(door, status, err);
	return say_foreign(door, err);
}

/*
 * Before pid 1 has given up its capabilities, which it does last, the root inside may still be the host's. Nothing
 * tells us when it has; a start takes milliseconds.
 */
static int
await_setup(const struct door *door, struct error *err)
{
	static const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };

	for (int tries = 0; tries < SETUP_MILLISECONDS / 2; tries++) {
		struct procfs_status status;
		int r = procfs_status(door->process, &status);
		bool stripped, named;

		if (r < 0 || door_is_shut(door)) {
			if (r == 0)
				procfs_status_release(&status);
			return say_ended(door->name, err);
		}
		stripped = is_stripped(&status);
		/* What it calls itself and what it may do, it has long since decided when it has given up the rest. */
		r = stripped ? check_owner(door, &status, err) : 0;
		named = strcmp(status.name, INIT_NAME) == 0;
		procfs_status_release(&status);
		if (stripped || r < 0)
			return r;
		if (!named && tries >= NAME_MILLISECONDS / 2)
			return say_foreign(door, err);
		nanosleep(&pause, NULL);
	}
	error_set(err, ETIMEDOUT, "the session '%s' is still being set up", door->name);
	return -ETIMEDOUT;
}

/* Pid 1's namespace of one kind; -1 where it is the caller's own, and 0 for its number where there is no such kind. */
static int
open_namespace(struct door *door, int self, enum ns_kind kind, struct error *err)
{
	_autoclose_ int owner = -1;
	uint64_t own = 0, ruler = 0;
	int fd = nsfs_open(door->process, kind);
	int r;

	if (fd == -ENOENT && procfs_ns_number(self, kind, &own) < 0)
		return 0;
	if (fd < 0)
		return fd == -ENOENT || fd == -ESRCH ?
			       say_ended(door->name, err) :
			       error_set(err, -fd, "cannot look into the session '%s'", door->name);
	door->ns[kind] = fd;
	r = nsfs_number(fd, &door->number[kind]);
	if (r == 0)
		r = procfs_ns_number(self, kind, &own);
	if (r < 0)
		return error_set(err, -r, "cannot tell the namespaces of the session '%s'", door->name);
	if (own == door->number[kind]) {
		close(take_fd(&door->ns[kind]));
		return 0;
	}
	if (kind == NS_USER)
		return 0;
	owner = nsfs_owner(fd);
	if (owner >= 0 && nsfs_number(owner, &ruler) == 0 && ruler == door->number[NS_USER])
		return 0;
	error_set(err, EPERM, "cannot enter the %s namespace of the session '%s'", ns_rows[kind].name, door->name);
	error_hint(err, "it is neither yours nor the session's own");
	return -EPERM;
}

static int
open_namespaces(struct door *door, struct error *err)
{
	_autoclose_ int self = procfs_open_named(door->proc, "self");
	int r = self < 0 ? error_set(err, -self, "cannot open '/proc/self'") : 0;

	/* The user namespace, which is the first, tells whose the others are. */
	for (int i = 0; i < NS_KINDS && r == 0; i++)
		r = open_namespace(door, self, (enum ns_kind)i, err);
	if (r < 0)
		return r;
	door->shares_net = door->ns[NS_NET] < 0;
	if (door->ns[NS_USER] >= 0 && door->ns[NS_MNT] >= 0 && door->ns[NS_PID] >= 0)
		return 0;
	error_set(err, 0, "process %d is not in a sandbox of its own", (int)door->init);
	return -EINVAL;
}

/* Without NS_GET_PID_FROM_PIDNS (Linux 6.11): any process that is in the pid namespace and not pid 1. */
static int
search_member(const struct door *door)
{
	_autoclosedir_ DIR *dir = opendir("/proc");
	struct dirent *entry;
	uint64_t number, pid;

	while (dir && (entry = readdir(dir))) {
		int process;

		if (number_parse(entry->d_name, INT32_MAX, &pid) < 0 || (pid_t)pid == door->init)
			continue;
		process = procfs_open_process(door->proc, (pid_t)pid);
		if (process < 0)
			continue;
		if (procfs_ns_number(process, NS_PID, &number) == 0 && number == door->number[NS_PID])
			return process;
		close(process);
	}
	return -ESRCH;
}

static int
find_member(struct door *door, struct error *err)
{
	int r = broken("old-kernel") ? -ENOTTY : nsfs_outer_pid(door->ns[NS_PID], PAYLOAD_PID);

	door->member = r = r > 0 ? procfs_open_process(door->proc, r) : r == -ESRCH ? r : search_member(door);
	return r >= 0 ? 0 : say_ended(door->name, err);
}

int
door_open(const char *name, pid_t init, uint64_t pidns, struct door *ret, struct error *err)
{
	int r;

	*ret = (struct door)DOOR_INIT;
	ret->name = name;
	ret->init = init;
	ret->proc = procfs_open();
	if (ret->proc < 0)
		return error_set(err, -ret->proc, "cannot open '/proc'");
	ret->process = procfs_open_process(ret->proc, init);
	if (ret->process < 0)
		return say_ended(name, err);
	r = await_setup(ret, err);
	if (r == 0)
		r = open_namespaces(ret, err);
	/* The number of the process has become another's. */
	if (r == 0 && pidns && ret->number[NS_PID] != pidns)
		r = say_ended(name, err);
	if (r == 0)
		r = find_member(ret, err);
	if (r < 0)
		return r;
	ret->root = openat(ret->process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return ret->root < 0 ? error_set(err, errno, "cannot look into the session '%s'", name) : 0;
}

void
door_close(struct door *door)
{
	int *const fds[] = { &door->proc, &door->process, &door->root, &door->member, &door->watcher };

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] >= 0)
			close(take_fd(fds[i]));
	for (int i = 0; i < NS_KINDS; i++)
		if (door->ns[i] >= 0)
			close(take_fd(&door->ns[i]));
}

struct sight {
	int root;
	const char *path;
	bool directory;
};

static void
look(void *arg, char **ret, size_t *ret_len)
{
	const struct sight *sight = arg;
	struct open_how how = { .flags = O_PATH | O_CLOEXEC | (sight->directory ? O_DIRECTORY : 0),
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	_autoclose_ int fd = (int)syscall(SYS_openat2, sight->root, sight->path, &how, sizeof how);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && (sight->directory || (S_ISREG(st.st_mode) && st.st_mode & 0111))) {
		*ret = text_dup("y");
		*ret_len = 1;
	}
}

bool
door_sees(const struct door *door, const char *path, bool directory)
{
	struct sight sight = { .root = door->root, .path = path, .directory = directory };
	_autofree_ char *answer = NULL;
	size_t len = 0;

	return nsask(door->ns[NS_USER], &door->root, 1, look, &sight, &answer, &len) == 0 && len == 1;
}

/* Pid 1 of a pid namespace; what could be found out in other ways too, but only where /proc shows all processes. */
static pid_t
find_first(int proc, int pidns, uint64_t number)
{
	_autoclosedir_ DIR *dir = NULL;
	struct dirent *entry;
	uint64_t pid, other;
	int r = broken("old-kernel") ? -ENOTTY : nsfs_outer_pid(pidns, 1);

	if (r != -ENOTTY)
		return r;
	dir = opendir("/proc");
	while (dir && (entry = readdir(dir))) {
		_autoclose_ int process = -1;
		struct procfs_status status;

		if (number_parse(entry->d_name, INT32_MAX, &pid) < 0)
			continue;
		process = procfs_open_process(proc, (pid_t)pid);
		if (process < 0 || procfs_ns_number(process, NS_PID, &other) < 0 || other != number ||
		    procfs_status(process, &status) < 0)
			continue;
		r = status.levels > 0 && status.pids[status.levels - 1] == 1 ? (int)pid : -1;
		procfs_status_release(&status);
		if (r > 0)
			return r;
	}
	return -ESRCH;
}

pid_t
door_find_init(pid_t pid, struct error *err)
{
	_autoclose_ int proc = procfs_open();
	_autoclose_ int process = proc < 0 ? -1 : procfs_open_process(proc, pid);
	_autoclose_ int self = proc < 0 ? -1 : procfs_open_named(proc, "self");
	_autoclose_ int pidns = process < 0 ? -1 : nsfs_open(process, NS_PID);
	uint64_t own, number;
	pid_t init;

	if (proc < 0 || self < 0)
		return error_set(err, ENOENT, "cannot open '/proc'");
	if (process < 0 || pidns == -ENOENT || pidns == -ESRCH) {
		error_set(err, 0, "there is no process %d", (int)pid);
		return -ESRCH;
	}
	if (pidns < 0 || nsfs_number(pidns, &number) < 0 || procfs_ns_number(self, NS_PID, &own) < 0)
		return error_set(err, pidns < 0 ? -pidns : EACCES, "cannot look at process %d", (int)pid);
	init = own == number ? -ESRCH : find_first(proc, pidns, number);
	if (init > 0)
		return init;
	error_set(err, 0, "process %d is not in a sandbox that can be joined", (int)pid);
	error_hint(err, JOIN_HINT);
	return -ESRCH;
}
