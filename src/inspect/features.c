/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sessions use of the kernel: the table, and the tries. */
#include "config.h"

#include "inspect/features.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inspect/machine.h"
#include "sys/idmap.h"
#include "sys/keyring.h"
#include "sys/landlock.h"
#include "sys/mount.h"
#include "sys/netif.h"
#include "sys/seccomp.h"

/* Both have a C library wrapper only since glibc 2.36 and 2.42. */
static int
pidfd_of(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : fd;
}

static int
open_below(const char *dir, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH };
	_autoclose_ int dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = dirfd < 0 ? -1 : (int)syscall(SYS_openat2, dirfd, path, &how, sizeof how);

	return fd < 0 ? -errno : fd;
}

static int
failed(struct probe_result *ret, const char *doing, int r)
{
	ret->doing = doing;
	return r;
}

int
feature_enter_namespaces(int flags, struct probe_result *ret)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	_autoclose_ int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r;

	ret->step = USERNS_MAP;
	if (proc < 0)
		return failed(ret, "open '/proc'", -errno);
	ret->step = USERNS_CREATE;
	if (unshare(CLONE_NEWUSER) < 0)
		return failed(ret, "make a user namespace", -errno);
	ret->step = USERNS_MAP;
	r = idmap_write(proc, 0, uid, 0, gid);
	if (r < 0)
		return failed(ret, "map your user into it", r);
	ret->step = USERNS_NAMESPACES;
	if (flags && unshare(flags) < 0)
		return failed(ret, "make the namespace", -errno);
	ret->step = USERNS_UNKNOWN;
	return 0;
}

/* Goes on in a child, as pid 1 of a new pid namespace. 0 in the child; in the parent the child's answer, which is to be
 * returned. */
static int
enter_pid_namespace(bool *ret_inside)
{
	pid_t pid = fork();
	int status;

	*ret_inside = pid == 0;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		return 0;
	}
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

static int
probe_proc(const struct feature *feature, struct probe_result *ret)
{
	_autoclose_ int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);

	(void)feature;
	return fd < 0 ? failed(ret, "open '/proc/self/uid_map'", -errno) : 0;
}

/* For each namespace, the user namespace itself (flag 0) included. */
static int
probe_namespace(const struct feature *feature, struct probe_result *ret)
{
	int r = feature_enter_namespaces(feature->arg, ret);

	if (r == 0 && feature->arg == CLONE_NEWNET && (r = netif_loopback_up()) < 0)
		return failed(ret, "set its loopback interface up", r);
	if (r == 0 && feature->arg == CLONE_NEWUTS && sethostname("probe", 5) < 0)
		return failed(ret, "set its host name", -errno);
	return r;
}

static int
probe_pid_namespace(const struct feature *feature, struct probe_result *ret)
{
	int r = feature_enter_namespaces(feature->arg, ret);
	bool inside;

	if (r < 0)
		return r;
	r = enter_pid_namespace(&inside);
	if (inside)
		_exit(getpid() == 1 ? 0 : EINVAL);
	return r < 0 ? failed(ret, "start its pid 1", r) : 0;
}

static int
probe_mounts(const struct feature *feature, struct probe_result *ret)
{
	int r = feature_enter_namespaces(feature->arg, ret);
	_autoclose_ int tree = -1;

	if (r < 0)
		return r;
	tree = mount_clone(AT_FDCWD, "/");
	if (tree < 0)
		return failed(ret, "copy the mounts of '/' (open_tree)", tree);
	r = mount_attrs(tree, MOUNT_RDONLY, 0, true);
	if (r < 0)
		return failed(ret, "make them read-only (mount_setattr)", r);
	r = mount_attach(tree, AT_FDCWD, "/proc");
	return r < 0 ? failed(ret, "put them somewhere (move_mount)", r) : 0;
}

static int
probe_tmpfs(const struct feature *feature, struct probe_result *ret)
{
	static const struct mount_param params[] = { { "mode", "0755" }, { "size", "65536" } };
	int r = feature_enter_namespaces(feature->arg, ret);
	_autoclose_ int mount = -1;

	if (r < 0)
		return r;
	mount = mount_new("tmpfs", "probe", params, 2, MOUNT_NOSUID | MOUNT_NODEV);
	if (mount < 0)
		return failed(ret, "make a tmpfs", mount);
	r = mount_attach(mount, AT_FDCWD, "/proc");
	if (r < 0)
		return failed(ret, "mount it", r);
	return mkdirat(mount, "made", 0700) < 0 ? failed(ret, "make a directory in it", -errno) : 0;
}

static int
probe_fresh_proc(const struct feature *feature, struct probe_result *ret)
{
	int r = feature_enter_namespaces(feature->arg, ret);
	bool inside;
	int mount;

	if (r < 0)
		return r;
	r = enter_pid_namespace(&inside);
	if (!inside)
		return r < 0 ? failed(ret, "mount a fresh /proc", r) : 0;
	mount = mount_new("proc", "proc", NULL, 0, MOUNT_NOSUID | MOUNT_NODEV | MOUNT_NOEXEC);
	_exit(mount < 0 ? -mount : 0);
}

static int
probe_devpts(const struct feature *feature, struct probe_result *ret)
{
	static const struct mount_param params[] = { { "ptmxmode", "0666" }, { "mode", "0620" } };
	int r = feature_enter_namespaces(feature->arg, ret);
	_autoclose_ int mount = -1, master = -1, slave = -1;
	int unlock = 0;

	if (r < 0)
		return r;
	mount = mount_new("devpts", "devpts", params, 2, MOUNT_NOSUID | MOUNT_NOEXEC);
	if (mount < 0)
		return failed(ret, "make a devpts", mount);
	master = openat(mount, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlock) < 0)
		return failed(ret, "open a pty in it", -errno);
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return slave < 0 ? failed(ret, "open the pty's other end", -errno) : 0;
}

/* As a session does (sandbox/watched.c). */
static int
probe_watched_root(const struct feature *feature, struct probe_result *ret)
{
	int r = feature_enter_namespaces(feature->arg, ret);
	_autoclose_ int device = -1, mount = -1;
	_autofree_ char *number = NULL;

	if (r < 0)
		return r;
	device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (device < 0)
		return failed(ret, "open '/dev/fuse'", -errno);
	number = text_format("%d", device);
	mount = mount_new("fuse", "isolate", (const struct mount_param[]){ { "fd", number }, { "rootmode", "40755" },
									  { "user_id", "0" }, { "group_id", "0" } },
			  4, MOUNT_NOSUID | MOUNT_NODEV);
	return mount < 0 ? failed(ret, "mount it", mount) : 0;
}

static int
probe_notifications(const struct feature *feature, struct probe_result *ret)
{
	int r = feature_enter_namespaces(0, ret);
	_autoclose_ int listener = -1;

	(void)feature;
	if (r < 0)
		return r;
	listener = seccomp_watch_install();
	return listener < 0 ? failed(ret, "listen", listener) : 0;
}

/* The kernel stops at 33 below the first; a limit of the machine may stop us earlier. */
static int
probe_nesting(const struct feature *feature, struct probe_result *ret)
{
	(void)feature;
	for (; ret->value < 64; ret->value++) {
		int r = feature_enter_namespaces(0, ret);

		if (r < 0 && ret->value == 0)
			return r;
		if (r < 0 && ret->value == 1) {
			ret->step = USERNS_INNER;
			return failed(ret, "make one in another", r);
		}
		if (r < 0)
			break;
	}
	ret->step = USERNS_UNKNOWN;
	return 0;
}

static int
probe_no_new_privs(const struct feature *feature, struct probe_result *ret)
{
	(void)feature;
	(void)ret;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

static int
probe_seccomp(const struct feature *feature, struct probe_result *ret)
{
	int r = probe_no_new_privs(feature, ret);

	return r < 0 ? r : seccomp_deny_list_install();
}

static int
probe_landlock(const struct feature *feature, struct probe_result *ret)
{
	int abi = landlock_abi();
	int r;

	if (abi < 0)
		return abi;
	ret->value = abi;
	r = probe_no_new_privs(feature, ret);
	if (r == 0)
		r = landlock_scope_self();
	return r < 0 ? r : r > 0 ? 0 : -ENOSYS;
}

static int
probe_giving_up(const struct feature *feature, struct probe_result *ret)
{
	int abi = landlock_abi();
	int r = abi < 0 ? abi : probe_no_new_privs(feature, ret);

	if (r == 0)
		r = landlock_give_up_all();
	ret->value = abi;
	return r < 0 ? r : r > 0 ? 0 : -ENOSYS;
}

static int
probe_keyring(const struct feature *feature, struct probe_result *ret)
{
	(void)feature;
	(void)ret;
	return keyring_new_session();
}

static int
probe_pidfd(const struct feature *feature, struct probe_result *ret)
{
	int r = feature_enter_namespaces(feature->arg, ret);
	_autoclose_ int fd = -1;

	if (r < 0)
		return r;
	fd = pidfd_of(getpid());
	if (fd < 0)
		return failed(ret, "open one (pidfd_open)", fd);
	return setns(fd, feature->arg) < 0 ? failed(ret, "join a namespace by it (setns)", -errno) : 0;
}

static int
probe_openat2(const struct feature *feature, struct probe_result *ret)
{
	_autoclose_ int fd = open_below("/", "proc");

	(void)feature;
	(void)ret;
	return fd < 0 ? fd : 0;
}

static int
probe_close_range(const struct feature *feature, struct probe_result *ret)
{
	(void)feature;
	(void)ret;
	return close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) < 0 ? -errno : 0;
}

static int
probe_pdeathsig(const struct feature *feature, struct probe_result *ret)
{
	int signal = 0;

	(void)feature;
	(void)ret;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_GET_PDEATHSIG, &signal) < 0)
		return -errno;
	return signal == SIGKILL ? 0 : -EINVAL;
}

#define KERNEL	  "the kernel was built without it"
#define CONTAINER "an outer container may refuse it by its seccomp filter or its security module"

const struct feature features[] = {
	{ .name = "/proc",
	  .purpose = "user namespaces are set up through it",
	  .needed = true,
	  .probe = probe_proc,
	  .remedy = "mount one: mount -t proc proc /proc" },
	{ .name = "user namespaces",
	  .purpose = "the sandbox, without root",
	  .needed = true,
	  .probe = probe_namespace },
	{ .name = "nested user namespaces",
	  .purpose = "the payload cannot undo our mounts, and may use isolate itself",
	  .needed = true,
	  .probe = probe_nesting,
	  .after_value = " deep" },
	{ .name = "mount namespace",
	  .purpose = "directories of its own",
	  .needed = true,
	  .probe = probe_namespace,
	  .arg = CLONE_NEWNS,
	  .remedy = CONTAINER },
	{ .name = "pid namespace",
	  .purpose = "processes of its own, all of which end with it",
	  .needed = true,
	  .probe = probe_pid_namespace,
	  .arg = CLONE_NEWPID,
	  .remedy = CONTAINER },
	{ .name = "network namespace",
	  .purpose = "no network (--net=host does without)",
	  .needed = true,
	  .probe = probe_namespace,
	  .arg = CLONE_NEWNET,
	  .remedy = CONTAINER },
	{ .name = "ipc namespace",
	  .purpose = "System V IPC and message queues of its own",
	  .needed = true,
	  .probe = probe_namespace,
	  .arg = CLONE_NEWIPC,
	  .remedy = CONTAINER },
	{ .name = "uts namespace",
	  .purpose = "a host name of its own",
	  .needed = true,
	  .probe = probe_namespace,
	  .arg = CLONE_NEWUTS,
	  .remedy = CONTAINER },
	{ .name = "cgroup namespace",
	  .purpose = "the place in the tree of cgroups is not shown",
	  .needed = true,
	  .probe = probe_namespace,
	  .arg = CLONE_NEWCGROUP,
	  .remedy = CONTAINER },
	{ .name = "mount API",
	  .purpose = "bind mounts, read-only with all below them",
	  .needed = true,
	  .probe = probe_mounts,
	  .arg = CLONE_NEWNS,
	  .remedy = "it needs Linux 5.12; " CONTAINER },
	{ .name = "tmpfs",
	  .purpose = "the root, /tmp and the home directory",
	  .needed = true,
	  .probe = probe_tmpfs,
	  .arg = CLONE_NEWNS,
	  .remedy = CONTAINER },
	{ .name = "fresh /proc",
	  .purpose = "the processes inside and no others",
	  .needed = true,
	  .probe = probe_fresh_proc,
	  .arg = CLONE_NEWNS | CLONE_NEWPID,
	  .explain = machine_explain_proc },
	{ .name = "devpts",
	  .purpose = "a terminal of its own",
	  .needed = true,
	  .probe = probe_devpts,
	  .arg = CLONE_NEWNS,
	  .remedy = "-m '. /dev=none' does without a /dev; " CONTAINER },
	{ .name = "no_new_privs",
	  .purpose = "setuid programs give no rights",
	  .needed = true,
	  .probe = probe_no_new_privs,
	  .remedy = CONTAINER },
	{ .name = "seccomp filter",
	  .purpose = "system calls that lead out are refused",
	  .needed = true,
	  .probe = probe_seccomp,
	  .remedy = "the kernel needs CONFIG_SECCOMP_FILTER; " CONTAINER },
	{ .name = "Landlock scopes",
	  .purpose = "with --net=host: abstract sockets and signals stay inside",
	  .probe = probe_landlock,
	  .before_value = "ABI ",
	  .remedy = "they need Linux 6.12, and landlock in the list of security modules (/sys/kernel/security/lsm)" },
	{ .name = "Landlock files",
	  .purpose = "the inspector opens and executes none, by a second lock",
	  .probe = probe_giving_up,
	  .before_value = "ABI ",
	  .remedy = "the seccomp filter stops it too; Linux 5.13, and landlock in the list of security modules; "
		    CONTAINER },
	{ .name = "session keyring",
	  .purpose = "keys of the user are out of reach, by a second lock",
	  .probe = probe_keyring,
	  .remedy = "the seccomp filter keeps them out of reach; EDQUOT: raise kernel.keys.maxkeys" },
	{ .name = "pidfd",
	  .purpose = "pid 1 joins the network namespace (--net=host does without)",
	  .needed = true,
	  .probe = probe_pidfd,
	  .arg = CLONE_NEWNET,
	  .remedy = "it needs Linux 5.8; " CONTAINER },
	{ .name = "openat2",
	  .purpose = "paths are opened in one call; without it, step by step",
	  .probe = probe_openat2,
	  .remedy = "it needs Linux 5.6; " CONTAINER },
	{ .name = "close_range",
	  .purpose = "descriptors are closed in one call; without it, one by one",
	  .probe = probe_close_range,
	  .remedy = "it needs Linux 5.11; " CONTAINER },
	{ .name = "watched root",
	  .purpose = "--trace sees what is missing, at no cost for what is there",
	  .watches = "by the file system of the root (tier 1)",
	  .watches_unasked = true,
	  .probe = probe_watched_root,
	  .arg = CLONE_NEWNS,
	  .remedy = "it needs /dev/fuse, readable and writable by you (mode 0666 on most systems)" },
	{ .name = "notifications",
	  .purpose = "--trace sees it without /dev/fuse, and system calls that name paths are slower",
	  .watches = "by notifications of system calls (tier 2)",
	  .probe = probe_notifications,
	  .remedy = "EBUSY: somebody outside listens already, and there can be one only; " CONTAINER },
	{ .name = "PR_SET_PDEATHSIG",
	  .purpose = "nothing is left when isolate dies",
	  .needed = true,
	  .probe = probe_pdeathsig,
	  .remedy = CONTAINER },
};
const size_t features_len = sizeof features / sizeof *features;

static _Noreturn void
try_in_child(const struct feature *feature, int fd)
{
	struct probe_result result = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	result.code = -feature->probe(feature, &result);
	_exit(write(fd, &result, sizeof result) == sizeof result ? 0 : 1);
}

/* Waits for the child's answer. */
static int
read_result(int fd, int limit_ms, struct probe_result *ret)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct probe_result result;
	int r;

	do
		r = poll(&pfd, 1, limit_ms);
	while (r < 0 && errno == EINTR);
	if (r <= 0)
		return r < 0 ? -errno : -ETIMEDOUT;
	if (read(fd, &result, sizeof result) != sizeof result)
		return -EIO;
	*ret = result;
	return 0;
}

void
feature_try(const struct feature *feature, int limit_ms, struct probe_result *ret)
{
	_autoclose_ int from = -1, to = -1;
	int ends[2], r;
	pid_t pid;

	*ret = (struct probe_result){ .code = EIO };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	from = ends[0];
	to = ends[1];
	pid = fork();
	if (pid == 0)
		try_in_child(feature, to);
	if (pid < 0) {
		ret->code = errno;
		return;
	}
	close(take_fd(&to));
	r = read_result(from, limit_ms, ret);
	if (r < 0)
		ret->code = -r;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}
