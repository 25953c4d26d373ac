/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What this machine allows. Causes of a refusal are judged on recorded trees, each a /proc and /sys as some machine has
 * them; those that an ordinary user can bring about himself are brought about, and have to be recognized.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/text.h"
#include "inspect/features.h"
#include "inspect/machine.h"
#include "inspect/refusal.h"
#include "sys/mount.h"

/* A recorded machine: an ordinary one, but for what a test overwrites. */
static struct tree {
	char dir[32];
	int root;
} tree;

static void
put(const char *path, const char *text)
{
	char *name = text_format("%s/%s", tree.dir, path);
	FILE *f;

	for (char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(name, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	f = fopen(name, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	free(name);
}

#define MOUNTS_ROOT "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
#define MOUNTS_PROC "22 27 0:21 / /proc rw,relatime - proc proc rw\n"

static int
setup(void **state)
{
	static const char *const kinds[] = { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup" };

	(void)state;
	strcpy(tree.dir, "machine.XXXXXX");
	assert_non_null(mkdtemp(tree.dir));
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char *limit = text_format("proc/sys/user/max_%s_namespaces", kinds[i]);
		char *file = text_format("proc/self/ns/%s", kinds[i]);

		put(limit, "96365\n");
		put(file, "");
		free(limit);
		free(file);
	}
	put("proc/self/status", "Name:\tisolate\nNoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n");
	put("proc/self/uid_map", "         0          0 4294967295\n");
	put("proc/self/gid_map", "         0          0 4294967295\n");
	put("proc/self/mountinfo", MOUNTS_ROOT MOUNTS_PROC);
	tree.root = open(tree.dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(tree.root >= 0);
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	(void)state;
	close(tree.root);
	return nftw(tree.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
drop(const char *path)
{
	assert_int_equal(unlinkat(tree.root, path, 0), 0);
}

/* The first line of the advice; all others have to be there. */
static void
expect_cause(enum userns_step step, int errnum, const char *cause)
{
	struct error err = ERROR_INIT;
	struct userns_facts facts;
	char *line;

	error_set(&err, errnum, "cannot");
	userns_facts_read(tree.root, 1000, 1000, &facts);
	userns_explain(&facts, step, errnum, &err);
	if (!cause) {
		assert_null(err.hint);
	} else {
		assert_non_null(err.hint);
		line = strchr(err.hint, '\n');
		assert_non_null(line);
		*line = '\0';
		assert_string_equal(err.hint, cause);
	}
	error_release(&err);
}

/* True if the advice has that line. */
static bool
advises(enum userns_step step, int errnum, const char *text)
{
	struct error err = ERROR_INIT;
	struct userns_facts facts;
	bool has;

	error_set(&err, errnum, "cannot");
	userns_facts_read(tree.root, 1000, 1000, &facts);
	userns_explain(&facts, step, errnum, &err);
	has = err.hint && strstr(err.hint, text);
	error_release(&err);
	return has;
}

#define UNSEEN \
	"perhaps: nothing that can be seen from here forbids it: a chroot, or a security module, would do so unseen"

static void
an_ordinary_machine_has_no_cause(void **state)
{
	(void)state;
	expect_cause(USERNS_CREATE, EPERM, UNSEEN);
	expect_cause(USERNS_CREATE, ENOMEM, NULL);
}

static void
limit_of_zero(void **state)
{
	(void)state;
	put("proc/sys/user/max_user_namespaces", "0\n");
	expect_cause(USERNS_CREATE, ENOSPC, "user.max_user_namespaces is 0: nobody may make user namespaces");
	expect_cause(USERNS_UNKNOWN, ENOSPC, "user.max_user_namespaces is 0: nobody may make user namespaces");
	assert_true(advises(USERNS_CREATE, ENOSPC, "sysctl user.max_user_namespaces="));
	/* What is certain is told alone. */
	assert_false(advises(USERNS_CREATE, ENOSPC, "perhaps"));
}

static void
limit_reached(void **state)
{
	(void)state;
	expect_cause(
		USERNS_CREATE, ENOSPC,
		"perhaps: as many user namespaces exist as user.max_user_namespaces allows, here or further outside");
	expect_cause(
		USERNS_CREATE, EUSERS,
		"perhaps: as many user namespaces exist as user.max_user_namespaces allows, here or further outside");
	assert_false(advises(USERNS_CREATE, ENOSPC, "nests"));
}

static void
nested_too_deep(void **state)
{
	(void)state;
	put("proc/self/uid_map", "      1000          0          1\n");
	put("proc/self/gid_map", "      1000          0          1\n");
	expect_cause(USERNS_INNER, ENOSPC,
		     "perhaps: the kernel nests no more than 33 user namespaces, and each isolate inside another takes "
		     "two of them");
	/* Either may be it. */
	assert_true(advises(USERNS_INNER, ENOSPC, "sysctl user.max_user_namespaces="));
}

static void
limit_of_another_kind(void **state)
{
	(void)state;
	put("proc/sys/user/max_pid_namespaces", "0\n");
	expect_cause(USERNS_NAMESPACES, ENOSPC, "user.max_pid_namespaces is 0: nobody may make such namespaces");
	put("proc/sys/user/max_pid_namespaces", "3\n");
	expect_cause(USERNS_NAMESPACES, ENOSPC,
		     "perhaps: as many namespaces exist as a limit allows (sysctl -a -r '^user.max_'), or 32 pid "
		     "namespaces in one another");
}

static void
debian_switch(void **state)
{
	(void)state;
	put("proc/sys/kernel/unprivileged_userns_clone", "0\n");
	expect_cause(USERNS_CREATE, EPERM, "kernel.unprivileged_userns_clone is 0: only root may make user namespaces");
	assert_true(advises(USERNS_CREATE, EPERM, "sysctl kernel.unprivileged_userns_clone=1"));
	put("proc/sys/kernel/unprivileged_userns_clone", "1\n");
	expect_cause(USERNS_CREATE, EPERM, UNSEEN);
}

static void
ubuntu_switch(void **state)
{
	static const enum userns_step steps[] = { USERNS_CREATE, USERNS_NAMESPACES, USERNS_MAP };

	(void)state;
	put("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		expect_cause(steps[i], i == 2 ? EACCES : EPERM,
			     "AppArmor lets only named programs use user namespaces here "
			     "(kernel.apparmor_restrict_unprivileged_userns is 1)");
	assert_true(advises(USERNS_CREATE, EPERM, "apparmor_parser -r /etc/apparmor.d/isolate"));
	assert_true(advises(USERNS_CREATE, EPERM, "sysctl kernel.apparmor_restrict_unprivileged_userns=0"));
	put("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n");
	expect_cause(USERNS_CREATE, EPERM, UNSEEN);
}

static void
container_with_seccomp(void **state)
{
	(void)state;
	put("proc/self/status", "Name:\tisolate\nSeccomp:\t2\nSeccomp_filters:\t1\n");
	expect_cause(USERNS_CREATE, EPERM,
		     "perhaps: a seccomp filter refuses it: that of an outer container, or of a service");
	expect_cause(USERNS_CREATE, ENOSYS,
		     "perhaps: a seccomp filter refuses it: that of an outer container, or of a service");
	assert_true(advises(USERNS_CREATE, EPERM, "RestrictNamespaces=no"));
	/* Where something is known, nothing is said of the unknown. */
	assert_false(advises(USERNS_CREATE, EPERM, "nothing that can be seen"));
	/* The limit has nothing to do with it. */
	assert_false(advises(USERNS_CREATE, ENOSPC, "seccomp"));
}

/* Who looks like root in a sandbox may map nobody, since a root without CAP_SETFCAP may not. */
static void
root_without_capabilities(void **state)
{
	struct userns_facts facts;

	(void)state;
	put("proc/self/uid_map", "         0       1000          1\n");
	put("proc/self/status", "CapEff:\t0000000000000000\n");
	userns_facts_read(tree.root, 0, 0, &facts);
	assert_true(facts.bare_root);
	put("proc/self/status", "CapEff:\t000001ffffffffff\n");
	userns_facts_read(tree.root, 0, 0, &facts);
	assert_false(facts.bare_root);
	put("proc/self/status", "CapEff:\t0000000000000000\n");
	userns_facts_read(tree.root, 1000, 0, &facts);
	assert_false(facts.bare_root);
}

static void
container_with_apparmor(void **state)
{
	(void)state;
	put("sys/module/apparmor/parameters/enabled", "Y\n");
	put("proc/self/attr/current", "docker-default (enforce)\n");
	expect_cause(USERNS_NAMESPACES, EPERM,
		     "perhaps: the AppArmor profile 'docker-default (enforce)', which you run under, refuses it");
	put("proc/self/status", "Seccomp:\t2\n");
	/* Both may be it, and both are told. */
	assert_true(advises(USERNS_CREATE, EPERM, "docker-default"));
	assert_true(advises(USERNS_CREATE, EPERM, "seccomp filter"));
	put("proc/self/status", "Seccomp:\t0\n");
	put("proc/self/attr/current", "unconfined\n");
	expect_cause(USERNS_CREATE, EPERM, UNSEEN);
}

static void
selinux(void **state)
{
	(void)state;
	put("sys/fs/selinux/enforce", "1");
	/* The label is SELinux's then, and no profile of AppArmor. */
	put("proc/self/attr/current", "user_u:user_r:user_t:s0");
	expect_cause(USERNS_CREATE, EACCES, "perhaps: SELinux refuses it");
	assert_false(advises(USERNS_CREATE, EACCES, "AppArmor"));
}

static void
chroot_by_its_mounts(void **state)
{
	(void)state;
	put("proc/self/mountinfo", MOUNTS_PROC);
	expect_cause(USERNS_CREATE, EPERM,
		     "you are in a chroot, and the kernel lets nobody make user namespaces there");
}

static void
id_without_a_number(void **state)
{
	(void)state;
	put("proc/self/gid_map", "         0       1000          1\n      2000       2000        100\n");
	expect_cause(
		USERNS_CREATE, EPERM,
		"your user or group id is not mapped in the user namespace that you are in (see /proc/self/uid_map)");
	put("proc/self/gid_map", "         0       1000          1\n       990       2000        100\n");
	expect_cause(USERNS_CREATE, EPERM, UNSEEN);
}

static void
maps_are_refused(void **state)
{
	(void)state;
	expect_cause(
		USERNS_MAP, EPERM,
		"perhaps: the user namespace could be made, but the kernel did not let your user and group be mapped");
}

static void
kernel_without(void **state)
{
	(void)state;
	drop("proc/self/ns/cgroup");
	expect_cause(USERNS_NAMESPACES, EINVAL, "this kernel was built without cgroup namespaces");
	drop("proc/self/ns/user");
	expect_cause(USERNS_CREATE, EINVAL, "this kernel was built without user namespaces");
}

static void
machine_without_proc(void **state)
{
	(void)state;
	assert_int_equal(renameat(tree.root, "proc", tree.root, "elsewhere"), 0);
	expect_cause(USERNS_MAP, ENOENT, "no /proc is mounted here, and user namespaces are set up through it");
}

static void
expect_proc(const char *mounts, const char *cause)
{
	struct error err = ERROR_INIT;
	struct proc_facts facts;
	char *line;

	put("proc/self/mountinfo", mounts);
	error_set(&err, EPERM, "cannot mount a fresh /proc");
	proc_facts_read(tree.root, &facts);
	proc_explain(&facts, &err);
	assert_non_null(err.hint);
	/* What is safe, and what is not, is told in every case. */
	assert_non_null(strstr(err.hint, "-m '. /proc=none'"));
	assert_non_null(strstr(err.hint, "never brought inside"));
	line = strchr(err.hint, '\n');
	*line = '\0';
	assert_string_equal(err.hint, cause);
	proc_facts_release(&facts);
	error_release(&err);
}

static void
proc_is_covered(void **state)
{
	(void)state;
	expect_proc(MOUNTS_ROOT MOUNTS_PROC "30 22 0:5 /null /proc/kcore rw,nosuid - tmpfs tmpfs rw\n"
					    "31 22 0:40 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n"
					    "32 22 0:21 /sys /proc/sys ro - proc proc rw\n"
					    "33 22 0:41 / /proc/a\\040b ro - tmpfs tmpfs ro\n",
		    "an outer container covers parts of /proc ('/proc/kcore', '/proc/sys', '/proc/a b'): the kernel "
		    "gives a fresh one "
		    "only where all of one is to be seen");
	expect_proc(MOUNTS_ROOT MOUNTS_PROC "30 22 0:5 / /proc/1 rw - tmpfs tmpfs rw\n"
					    "31 22 0:5 / /proc/2 rw - tmpfs tmpfs rw\n"
					    "32 22 0:5 / /proc/3 rw - tmpfs tmpfs rw\n"
					    "33 22 0:5 / /proc/4 rw - tmpfs tmpfs rw\n"
					    "34 22 0:5 / /proc/5 rw - tmpfs tmpfs rw\n"
					    "35 22 0:5 / /proc/6 rw - tmpfs tmpfs rw\n",
		    "an outer container covers parts of /proc ('/proc/1', '/proc/2', '/proc/3', '/proc/4' and 2 more): "
		    "the kernel gives "
		    "a fresh one only where all of one is to be seen");
}

static void
proc_is_not_whole(void **state)
{
	(void)state;
	expect_proc(MOUNTS_ROOT,
		    "no whole /proc is mounted here, and the kernel gives a fresh one only where one is to be seen");
	expect_proc(MOUNTS_ROOT "22 27 0:21 /sys /proc rw - proc proc rw\n",
		    "no whole /proc is mounted here, and the kernel gives a fresh one only where one is to be seen");
	expect_proc(MOUNTS_ROOT "22 27 0:21 / /proc ro,relatime - proc proc rw\n",
		    "/proc is mounted read-only here, and the kernel gives no writable one then");
	expect_proc(
		MOUNTS_ROOT "22 27 0:21 / /proc rw - proc proc rw,hidepid=invisible,subset=pid\n",
		"/proc is mounted with subset=pid here, and the kernel gives a whole one only where one is to be seen");
	/* What lies below another mount that covers it all does not count. */
	expect_proc(MOUNTS_ROOT MOUNTS_PROC "30 22 0:5 / /proc/1 rw - tmpfs tmpfs rw\n"
					    "31 22 0:22 / /proc rw - proc proc rw\n",
		    "the kernel gives a fresh /proc only where all of one is to be seen");
}

/* Tries of our own. */

static int
probe_value(const struct feature *feature, struct probe_result *ret)
{
	ret->value = feature->arg;
	ret->doing = "do a thing";
	return -EXDEV;
}

static int
probe_hang(const struct feature *feature, struct probe_result *ret)
{
	(void)feature;
	(void)ret;
	while (pause() < 0)
		;
	return 0;
}

static int
probe_die(const struct feature *feature, struct probe_result *ret)
{
	(void)feature;
	(void)ret;
	raise(SIGKILL);
	return 0;
}

static void
tries_are_contained(void **state)
{
	const struct feature value = { .probe = probe_value, .arg = 42 };
	const struct feature hang = { .probe = probe_hang };
	const struct feature die = { .probe = probe_die };
	struct probe_result result;

	(void)state;
	feature_try(&value, 10000, &result);
	assert_int_equal(result.code, EXDEV);
	assert_int_equal(result.value, 42);
	assert_string_equal(result.doing, "do a thing");
	feature_try(&hang, 1, &result);
	assert_int_equal(result.code, ETIMEDOUT);
	feature_try(&die, 10000, &result);
	assert_int_equal(result.code, EIO);
	/* No child is left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* Names are unique, and what is printed is one line. */
static void
the_table_is_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < features_len; i++) {
		assert_non_null(features[i].probe);
		assert_null(strchr(features[i].name, '\n'));
		assert_null(strchr(features[i].purpose, '\n'));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(features[i].name, features[j].name);
	}
}

/* What --check says in a child that `prepare` has brought into some state. The caller frees. */
static char *
check_after(void (*prepare)(void), int *ret_status)
{
	char *text = NULL;
	size_t len = 0, cap = 0;
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		FILE *f = fdopen(ends[1], "w");

		prepare();
		status = machine_check(f);
		fclose(f);
		_exit(status);
	}
	close(ends[1]);
	do {
		text = array_grow(text, &cap, len + 4097, 1);
		n = read(ends[0], text + len, 4096);
		assert_true(n >= 0);
		len += (size_t)n;
	} while (n > 0);
	text[len] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	*ret_status = WEXITSTATUS(status);
	return text;
}

static void
expect_line(const char *text, const char *line)
{
	if (!strstr(text, line))
		print_message("# no '%s' in:\n%s", line, text);
	assert_non_null(strstr(text, line));
}

/* For children: cmocka's own checks would go on in them. */
static void
need(bool truth, const char *what)
{
	if (truth)
		return;
	perror(what);
	_exit(99);
}

static void
prepare_nothing(void)
{
}

static void
check_on_this_machine(void **state)
{
	int status;
	char *text = check_after(prepare_nothing, &status);

	(void)state;
	expect_line(text, "yes  /proc ");
	expect_line(text, "yes  user namespaces ");
	expect_line(text, status == 0 ? "This machine allows all that a session needs.\n"
				      : "This machine does not allow what a session needs: ");
	free(text);
}

static void
enter(int flags)
{
	struct probe_result result = { 0 };

	need(feature_enter_namespaces(flags, &result) == 0, "namespaces");
}

static void
prepare_no_namespaces(void)
{
	int fd;

	enter(0);
	fd = open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
	need(fd >= 0 && write(fd, "0", 1) == 1, "limit");
	close(fd);
}

static void
check_with_a_limit_of_zero(void **state)
{
	int status;
	char *text = check_after(prepare_no_namespaces, &status);

	(void)state;
	assert_int_equal(status, 1);
	expect_line(text,
		    "no   user namespaces         the sandbox, without root\n"
		    "       cannot make a user namespace: No space left on device\n"
		    "       user.max_user_namespaces is 0: nobody may make user namespaces\n"
		    "       as root: sysctl user.max_user_namespaces=10000; for good, in a file in /etc/sysctl.d\n");
	expect_line(text, "       not tried: it needs user namespaces\n");
	expect_line(text, "\nThis machine does not allow what a session needs: user namespaces.\n");
	free(text);
}

static void
prepare_filter(void)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_NEWUSER, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof insns / sizeof *insns, insns };

	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0,
	     "filter");
}

static void
check_under_a_filter(void **state)
{
	int status;
	char *text = check_after(prepare_filter, &status);

	(void)state;
	assert_int_equal(status, 1);
	expect_line(text, "       cannot make a user namespace: Operation not permitted\n"
			  "       perhaps: a seccomp filter refuses it: that of an outer container, or of a service\n");
	free(text);
}

static void
prepare_no_map(void)
{
	need(unshare(CLONE_NEWUSER) == 0, "user namespace");
}

static void
check_without_a_map(void **state)
{
	int status;
	char *text = check_after(prepare_no_map, &status);

	(void)state;
	assert_int_equal(status, 1);
	expect_line(text, "       cannot make a user namespace: Operation not permitted\n"
			  "       your user or group id is not mapped in the user namespace that you are in (see "
			  "/proc/self/uid_map)\n");
	free(text);
}

/* Into a plain directory, with a /proc. */
static void
prepare_chroot(void)
{
	int proc;

	enter(CLONE_NEWNS);
	need(mkdir("chroot", 0755) == 0 && mkdir("chroot/proc", 0755) == 0, "directories");
	proc = mount_clone(AT_FDCWD, "/proc");
	need(proc >= 0 && mount_attach(proc, AT_FDCWD, "chroot/proc") == 0, "proc");
	close(proc);
	need(chroot("chroot") == 0 && chdir("/") == 0, "chroot");
}

static void
check_in_a_chroot(void **state)
{
	int status;
	char *text = check_after(prepare_chroot, &status);

	(void)state;
	assert_int_equal(rmdir("chroot/proc"), 0);
	assert_int_equal(rmdir("chroot"), 0);
	assert_int_equal(status, 1);
	expect_line(text, "       you are in a chroot, and the kernel lets nobody make user namespaces there\n");
	free(text);
}

/* As a container has it: a part of /proc covered from a namespace further out, so that the cover is locked. */
static void
prepare_covered_proc(void)
{
	int cover;

	enter(CLONE_NEWNS);
	cover = mount_new("tmpfs", "cover", NULL, 0, 0);
	need(cover >= 0 && mount_attach(cover, AT_FDCWD, "/proc/bus") == 0, "cover");
	close(cover);
	enter(CLONE_NEWNS);
}

static void
check_where_proc_is_covered(void **state)
{
	int status;
	char *text = check_after(prepare_covered_proc, &status);

	(void)state;
	assert_int_equal(status, 1);
	expect_line(text, "yes  user namespaces ");
	expect_line(text, "\nno   fresh /proc             the processes inside and no others\n"
			  "       cannot mount a fresh /proc: Operation not permitted\n"
			  "       an outer container covers parts of /proc (");
	expect_line(text, "'/proc/bus'");
	expect_line(text, "\nThis machine does not allow what a session needs: fresh /proc.\n");
	free(text);
}

static void
prepare_depth(void)
{
	struct probe_result result = { 0 };
	int below = 0;

	/* As deep as the kernel goes, but for one, which a first child measures. */
	for (size_t i = 0; i < features_len; i++)
		if (strcmp(features[i].name, "nested user namespaces") == 0)
			feature_try(&features[i], 10000, &result);
	need(result.code == 0, "depth");
	for (below = (int)result.value; below > 1; below--)
		enter(0);
}

static void
check_at_the_bottom(void **state)
{
	int status;
	char *text = check_after(prepare_depth, &status);

	(void)state;
	assert_int_equal(status, 1);
	expect_line(text, "yes  user namespaces ");
	expect_line(text, "       cannot make one in another: No space left on device\n"
			  "       perhaps: the kernel nests no more than 33 user namespaces, and each isolate inside "
			  "another takes two of them\n");
	free(text);
}

#define tree_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(an_ordinary_machine_has_no_cause),
		tree_test(limit_of_zero),
		tree_test(limit_reached),
		tree_test(nested_too_deep),
		tree_test(limit_of_another_kind),
		tree_test(debian_switch),
		tree_test(ubuntu_switch),
		tree_test(container_with_seccomp),
		tree_test(root_without_capabilities),
		tree_test(container_with_apparmor),
		tree_test(selinux),
		tree_test(chroot_by_its_mounts),
		tree_test(id_without_a_number),
		tree_test(maps_are_refused),
		tree_test(kernel_without),
		tree_test(machine_without_proc),
		tree_test(proc_is_covered),
		tree_test(proc_is_not_whole),
		cmocka_unit_test(tries_are_contained),
		cmocka_unit_test(the_table_is_in_order),
		cmocka_unit_test(check_on_this_machine),
		cmocka_unit_test(check_with_a_limit_of_zero),
		cmocka_unit_test(check_under_a_filter),
		cmocka_unit_test(check_without_a_map),
		cmocka_unit_test(check_in_a_chroot),
		cmocka_unit_test(check_where_proc_is_covered),
		cmocka_unit_test(check_at_the_bottom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
