/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The floor: a static program that makes the namespaces, the mounts and the restrictions of a session, with the
 * same system calls in the same processes, and nothing else: no options, no files read, no checks. What isolate
 * takes more than this is isolate's own. The view is compiled in: tests/bench/run writes floor-view.h from
 * `isolate --dry-run`.
 *
 *	floor PROG [ARG]…
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/caps.h"
#include "sys/idmap.h"
#include "sys/keyring.h"
#include "sys/landlock.h"
#include "sys/mount.h"
#include "sys/netif.h"
#include "sys/open.h"
#include "sys/seccomp.h"

enum kind { DIRECTORY, FILE_MADE, LINK, BIND, PRIVATE, PROC, DEVPTS };

struct item {
	enum kind kind;
	bool is_dir;
	unsigned attrs;
	const char *path; /* without the leading slash */
	const char *source; /* BIND: outside; LINK: its target */
};

/* defines view[] and HOME_DIRECTORY */
#include "floor-view.h"

static int proc, sync_ends[2];
static pid_t init_pid, payload_pid;
static char **payload_argv;
static uid_t uid;
static gid_t gid;

static _Noreturn void
die(const char *what)
{
	perror(what);
	_exit(125);
}

static int
must(int r, const char *what)
{
	if (r < 0) {
		errno = errno ? errno : -r;
		die(what);
	}
	return r;
}

static void
make_parents(int root, const char *path)
{
	char part[4096];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		memcpy(part, path, (size_t)(slash - path));
		part[slash - path] = '\0';
		mkdirat(root, part, 0755);
	}
}

static void
make_place(int root, const struct item *item)
{
	for (int again = 0; again < 2; again++) {
		int r = item->is_dir ? mkdirat(root, item->path, 0755) : mknodat(root, item->path, S_IFREG | 0644, 0);

		if (r == 0 || errno != ENOENT)
			return;
		make_parents(root, item->path);
	}
}

static void
build_item(int root, int scratch, const struct item *item)
{
	static const struct mount_param params[] = { { "ptmxmode", "0666" }, { "mode", "0620" } };
	static int made;
	char name[16];
	int mount = -1, fd;

	switch (item->kind) {
	case DIRECTORY:
		make_place(root, item);
		return;
	case FILE_MADE:
		make_parents(root, item->path);
		fd = must(openat(root, item->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), item->path);
		must((int)write(fd, "x:x:0:0::/:/bin/sh\n", 19), item->path);
		close(fd);
		return;
	case LINK:
		make_parents(root, item->path);
		must(symlinkat(item->source, root, item->path), item->path);
		return;
	case BIND:
		fd = must(open_path_no_symlinks(AT_FDCWD, item->source), item->source);
		mount = must(mount_clone(fd, ""), item->source);
		close(fd);
		must(mount_attrs(mount, item->attrs, 0, true), item->path);
		break;
	case PRIVATE:
		snprintf(name, sizeof name, "%d", made++);
		must(mkdirat(scratch, name, 01777), name);
		mount = must(mount_clone(scratch, name), name);
		must(mount_attrs(mount, item->attrs, 0, false), name);
		break;
	case PROC:
		mount = must(mount_new("proc", "proc", NULL, 0, item->attrs), "proc");
		break;
	case DEVPTS:
		mount = must(mount_new("devpts", "devpts", params, 2, item->attrs), "devpts");
		break;
	}
	make_place(root, item);
	must(mount_attach(mount, root, item->path), item->path);
	close(mount);
}

static _Noreturn void
init_main(void)
{
	static const struct mount_param mode[] = { { "mode", "0755" } };
	int skeleton, scratch, root, fd;
	char byte;

	close(sync_ends[1]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	umask(0);
	skeleton = must(mount_new("tmpfs", "floor", mode, 1, MOUNT_NOSUID | MOUNT_NODEV), "tmpfs");
	must(mount_attach(skeleton, AT_FDCWD, "/proc"), "root");
	scratch = must(mount_new("tmpfs", "floor", mode, 1, MOUNT_NOSUID | MOUNT_NODEV), "tmpfs");
	mkdirat(skeleton, "scratch", 0755);
	must(mount_attach(scratch, skeleton, "scratch"), "scratch");
	mkdirat(skeleton, "root", 0755);
	root = must(mount_clone(skeleton, "root"), "root");
	must(mount_attach(root, skeleton, "root"), "root");
	for (size_t i = 0; i < sizeof view / sizeof *view; i++)
		build_item(root, scratch, &view[i]);
	if (recv(sync_ends[0], &byte, 1, 0) != 1)
		_exit(125);
	fd = must((int)syscall(SYS_pidfd_open, 2, 0), "pidfd_open");
	must(setns(fd, CLONE_NEWNET), "setns");
	close(fd);
	must(mount_pivot(root), "pivot_root");
	must(mount_attrs(root, MOUNT_RDONLY, 0, false), "root");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	must(caps_drop_all(), "capabilities");
	must((int)send(sync_ends[0], "r", 1, MSG_NOSIGNAL), "sync");
	syscall(SYS_close_range, 0, ~0u, 0);
	for (;;)
		if (waitpid(-1, NULL, 0) < 0)
			pause();
}

static _Noreturn void
payload_main(void)
{
	char byte;

	close(sync_ends[0]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	must(unshare(CLONE_NEWNET), "network");
	must(netif_loopback_up(), "lo");
	must(unshare(CLONE_NEWUSER), "user");
	must(idmap_write(proc, uid, 0, gid, 0), "map");
	must((int)send(sync_ends[1], "n", 1, MSG_NOSIGNAL), "sync");
	if (recv(sync_ends[1], &byte, 1, 0) != 1)
		_exit(125);
	must(chdir(HOME_DIRECTORY), HOME_DIRECTORY);
	keyring_new_session();
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	must(caps_drop_all(), "capabilities");
	must(landlock_scope_self(), "landlock");
	must(seccomp_deny_list_install(), "seccomp");
	execv(payload_argv[0], payload_argv);
	die(payload_argv[0]);
}

static int
stage_main(void *unused)
{
	(void)unused;
	must(idmap_write(proc, 0, uid, 0, gid), "map");
	must(unshare(CLONE_NEWPID), "pid");
	init_pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
	if (init_pid == 0)
		init_main();
	payload_pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
	if (payload_pid == 0)
		payload_main();
	_exit(0);
}

int
main(int argc, char **argv)
{
	static char stack[65536] __attribute__((aligned(16)));
	int flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | SIGCHLD | CLONE_VM |
		    CLONE_VFORK;
	int status;
	pid_t stage;

	if (argc < 2)
		return 125;
	payload_argv = argv + 1;
	uid = getuid();
	gid = getgid();
	proc = must(open("/proc", O_PATH | O_CLOEXEC), "/proc");
	must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sync_ends), "socketpair");
	stage = must(clone(stage_main, stack + sizeof stack, flags, NULL), "clone");
	waitpid(stage, &status, 0);
	close(sync_ends[0]);
	close(sync_ends[1]);
	waitpid(payload_pid, &status, 0);
	kill(init_pid, SIGKILL);
	waitpid(init_pid, NULL, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
