/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the sandbox that a process lives in, and saying why it cannot be changed. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "session/live.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

static int
say_hidden(pid_t pid, int process, int errnum, struct error *err)
{
	struct stat st;
	int r = error_set(err, errnum, "cannot look into process %d", (int)pid);

	if ((errnum != EACCES && errnum != EPERM) || fstat(process, &st) < 0)
		return r;
	/* The directory of a process that hides itself is root's. */
	if (st.st_uid == geteuid())
		error_hint(err, "it is yours, and has or had rights that you do not have, or is in a user namespace "
				"that root made, as firejail's programs are");
	else
		error_hint(err, "it belongs to another user (uid %u), or it has or had more rights than you, as what "
				"firejail starts, or hides itself (PR_SET_DUMPABLE)", (unsigned)st.st_uid);
	error_hint(err, "the kernel shows this only to whom it would let trace the process (ptrace(2))");
	return r;
}

static int
say_not_ours(pid_t pid, int owner, struct error *err)
{
	uid_t uid;
	int r = error_set(err, EPERM, "cannot change the mounts of process %d", (int)pid);

	if (owner == -EPERM || nsfs_owner_uid(owner, &uid) < 0)
		error_hint(err, "they belong to a user namespace that is not below your own");
	else
		error_hint(err, "they belong to a user namespace that uid %u made", (unsigned)uid);
	return r;
}

/* The mounts belong to the user namespace that we are in. With privilege in it we may go on. */
static int
check_privilege(pid_t pid, struct error *err)
{
	struct caps caps;
	int r;

	if (caps_get(&caps) == 0 && caps.effective & UINT64_C(1) << CAP_SYS_ADMIN)
		return 0;
	r = error_set(err, EPERM, "cannot change the mounts of process %d", (int)pid);
	error_hint(err, "its mount namespace was made without a user namespace (by firejail, docker, systemd, or "
			"root): only root can change it");
	return r;
}

/* Whose the mount namespace is. target->owner is set. */
static int
check_owner(struct live_target *target, int proc, struct error *err)
{
	_autoclose_ int self = procfs_open_named(proc, "self");
	uint64_t own_mounts = 0, mounts = 0, own_users = 0, users = 0;
	uid_t uid;
	int r;

	r = self < 0 ? self : procfs_ns_number(self, NS_MNT, &own_mounts);
	if (r == 0)
		r = procfs_ns_number(self, NS_USER, &own_users);
	if (r == 0)
		r = nsfs_number(target->mounts, &mounts);
	if (r < 0)
		return error_set(err, -r, "cannot see the namespaces below '/proc/self/ns'");
	if (mounts == own_mounts) {
		error_set(err, 0, "process %d is not in a sandbox: it sees the same mounts as you", (int)target->pid);
		return -1;
	}
	if (target->owner < 0)
		return say_not_ours(target->pid, target->owner, err);
	r = nsfs_number(target->owner, &users);
	if (r < 0)
		return error_set(err, -r, "cannot see the user namespace of process %d", (int)target->pid);
	target->privileged = users == own_users;
	if (target->privileged)
		return check_privilege(target->pid, err);
	/* The kernel decides in the end; this is for a better message. */
	if (geteuid() != 0 && nsfs_owner_uid(target->owner, &uid) == 0 && uid != geteuid())
		return say_not_ours(target->pid, target->owner, err);
	return 0;
}

int
live_target_open(pid_t pid, struct live_target *ret, struct error *err)
{
	_autoclose_ int proc = procfs_open();
	struct live_target target = { .pid = pid, .process = -1, .mounts = -1, .owner = -1, .root = -1 };
	int r;

	if (proc < 0)
		return error_set(err, -proc, "cannot open '/proc'");
	target.process = procfs_open_process(proc, pid);
	if (target.process < 0)
		return error_set(err, target.process == -ENOENT ? ESRCH : -target.process, "cannot find process %d",
				 (int)pid);
	target.mounts = nsfs_open(target.process, NS_MNT);
	if (target.mounts >= 0)
		target.root = openat(target.process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (target.mounts < 0 || target.root < 0)
		r = say_hidden(pid, target.process, target.mounts < 0 ? -target.mounts : errno, err);
	else
		target.owner = r = nsfs_owner(target.mounts);
	if (target.root >= 0)
		r = check_owner(&target, proc, err);
	if (r < 0) {
		live_target_close(&target);
		return r;
	}
	*ret = target;
	return 0;
}

void
live_target_close(struct live_target *target)
{
	int *const fds[] = { &target->process, &target->mounts, &target->owner, &target->root };

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] >= 0)
			close(take_fd(fds[i]));
}
