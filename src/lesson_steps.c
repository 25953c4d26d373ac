/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of each step. */
#include "config.h"

#include "lesson_steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

const struct lesson_step lesson_steps[] = {
	{ STEP_USER_NS, "A user namespace",
	  "An ordinary user may make no namespace but this one. In it his process has every capability, but "
	  "they count only for what this namespace will own. As long as no map is written, the kernel knows "
	  "nobody in it: who asks who he is gets 65534.",
	  "unshare(CLONE_NEWUSER)", { { LOOK_LINK, "ns/user", "its user namespace" }, { .kind = LOOK_NOTHING } } },
	{ STEP_NAMESPACES, "Namespaces for mounts, processes, IPC and names",
	  "With the capabilities of the step before these can be made: mount, pid, ipc, uts and cgroup, and "
	  "they belong to that user namespace. A copy of the list of mounts is all that is in the new mount "
	  "namespace: so far everything is seen as outside. The new process numbers are for children only; "
	  "this process keeps its own.",
	  "unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)",
	  { { LOOK_LINK, "ns/mnt", "its mount namespace" },
	    { LOOK_LINK, "ns/uts", "its host name's namespace" } } },
	{ STEP_USER_MAP, "A map of users and groups",
	  "User 0 inside shall be you outside. An ordinary user may map himself alone, and before he maps his "
	  "group he has to give up setgroups(2), by which he could leave a group that is denied something.",
	  "write \"deny\" to setgroups, \"0 %u 1\" to uid_map, \"0 %g 1\" to gid_map",
	  { { LOOK_FILE, "uid_map", "uid_map" }, { LOOK_FILE, "gid_map", "gid_map" } } },
	{ STEP_PTY, "A terminal of its own",
	  "What has your terminal open can type into it: TIOCSTI. So the program gets another one, of a "
	  "devpts that is in the sandbox alone, and isolate copies what is typed and written from one to the "
	  "other.",
	  "fsopen(\"devpts\"), open ptmx, ioctl(TIOCGPTPEER), setsid(), ioctl(TIOCSCTTY)",
	  { { .kind = LOOK_NOTHING } } },
	{ STEP_START_INIT, "Process 1",
	  "The first process in the new process numbers is number 1. It builds the view of the files, and "
	  "then it only reaps whoever loses his parent. When it ends, the kernel ends everybody else in "
	  "there: nothing stays behind.",
	  "clone(CLONE_PARENT)", { { .kind = LOOK_NOTHING } } },
	{ STEP_START_PAYLOAD, "Process 2, which will be your program",
	  "It is cloned from outside and not from process 1, so that isolate outside is its parent and "
	  "learns how it ends.",
	  "clone(CLONE_PARENT)", { { .kind = LOOK_NOTHING } } },
	{ STEP_NET_NS, "A network of its own",
	  "In it there is a loopback interface, which is set up, and nothing else: nothing comes in and "
	  "nothing gets out.",
	  "unshare(CLONE_NEWNET), ioctl(SIOCSIFFLAGS) on lo", { { LOOK_LINK, "ns/net", "its network namespace" },
	    { .kind = LOOK_NOTHING } } },
	{ STEP_PAYLOAD_USER_NS, "A second user namespace, for the program",
	  "Mounts and network belong to the first one. In this one, below it, the program owns nothing: even "
	  "if it were root in here it could undo no mount. The map says who it appears to be.",
	  "unshare(CLONE_NEWUSER), write \"%U 0 1\" to uid_map, \"%G 0 1\" to gid_map",
	  { { LOOK_LINK, "ns/user", "its user namespace" }, { LOOK_FILE, "uid_map", "uid_map" } } },
	{ STEP_HOSTNAME, "A host name", "It is set in here alone; the machine keeps its own.", "sethostname()",
	  { { .kind = LOOK_NOTHING } } },
	{ STEP_ROOT, "An empty file system for the root",
	  "The new root is a small file system in memory, which nobody else sees and which is gone with the "
	  "last process that uses it. What you have chosen is mounted on directories in it.",
	  "fsopen(\"tmpfs\"), fsmount(), move_mount()", { { LOOK_MOUNTS, NULL, "in its namespace" },
							   { .kind = LOOK_NOTHING } } },
	{ STEP_MOUNT, "What is to be seen",
	  "A bind mount shows a directory or file at a second place: nothing is copied. Each is made "
	  "detached, gets its flags while nobody can reach it (nosuid, nodev, and ro where it says so, with "
	  "all that is mounted below it), and is put at its place.",
	  "open_tree(OPEN_TREE_CLONE | AT_RECURSIVE), mount_setattr(), move_mount()",
	  { { LOOK_MOUNTS, NULL, "in its namespace" }, { .kind = LOOK_NOTHING } } },
	{ STEP_PIVOT, "The new root takes the place of the old one",
	  "Not chroot(2), which only begins the search for names elsewhere, and which root can leave: the old "
	  "root is no longer mounted in this namespace, so no path leads to it.",
	  "pivot_root(\".\", \".\"), umount2(\".\", MNT_DETACH)", { { LOOK_ROOT, NULL, "in its root" },
								      { LOOK_MOUNTS, NULL, "in its namespace" } } },
	{ STEP_SEAL_ROOT, "The root becomes read-only",
	  "The directories on which things are mounted are nobody's to change.", "mount_setattr(MOUNT_ATTR_RDONLY)",
	  { { .kind = LOOK_NOTHING } } },
	{ STEP_KEYRING, "A keyring of its own",
	  "Keys that the kernel keeps for your session (Kerberos, encrypted directories) stay outside.",
	  "keyctl(KEYCTL_JOIN_SESSION_KEYRING)", { { .kind = LOOK_NOTHING } } },
	{ STEP_NO_NEW_PRIVS, "No new privileges",
	  "From here on no program gains anything by being executed: set-user-ID and file capabilities do not "
	  "count. It cannot be taken back, and children inherit it.",
	  "prctl(PR_SET_NO_NEW_PRIVS, 1)",
	  { { LOOK_STATUS, "NoNewPrivs", "NoNewPrivs" }, { .kind = LOOK_NOTHING } } },
	{ STEP_CAPABILITIES, "No capabilities",
	  "Those that making the sandbox took are given up, also from the bounding set, so that none comes back.",
	  "capset(), prctl(PR_CAPBSET_DROP)", { { LOOK_STATUS, "CapEff", "CapEff" },
						  { LOOK_STATUS, "CapBnd", "CapBnd" } } },
	{ STEP_LANDLOCK, "No signals and abstract sockets outwards",
	  "Where it shares the network or a process group with you, Landlock keeps it from reaching what is "
	  "outside through them.",
	  "landlock_restrict_self()", { { .kind = LOOK_NOTHING } } },
	{ STEP_SECCOMP, "A filter for system calls",
	  "Calls through which sandboxes were escaped from before, and which ordinary programs do not need, "
	  "fail: keyctl, bpf, userfaultfd, io_uring, TIOCSTI and others.",
	  "seccomp(SECCOMP_SET_MODE_FILTER)", { { LOOK_STATUS, "Seccomp", "Seccomp" }, { .kind = LOOK_NOTHING } } },
	{ STEP_VERIFY, "A look from inside",
	  "Whether it is all as it should be is asked of the kernel and not believed: the namespaces differ, "
	  "there is no capability, what is read-only is so. If anything is not, nothing is started.",
	  NULL, { { .kind = LOOK_NOTHING } } },
	{ STEP_EXEC, "Your program",
	  "Process 2 becomes it. Nothing of isolate is left in it but what it has been denied.", "execve()",
	  { { .kind = LOOK_NOTHING } } },
};
const size_t lesson_steps_len = sizeof lesson_steps / sizeof lesson_steps[0];

const struct lesson_step *
lesson_step_of(enum step step)
{
	for (size_t i = 0; i < lesson_steps_len; i++)
		if (lesson_steps[i].step == step)
			return &lesson_steps[i];
	return NULL;
}

bool
lesson_is_planned(const struct lesson_step *step, const struct plan *plan)
{
	switch (step->step) {
	case STEP_NET_NS:
		return plan->req->net != NET_HOST;
	case STEP_LANDLOCK:
		return plan->req->net == NET_HOST;
	case STEP_HOSTNAME:
		return plan->hostname;
	default:
		return true;
	}
}

char *
lesson_call_text(const struct lesson_step *step, const struct plan *plan)
{
	const struct {
		char mark;
		unsigned id;
	} ids[] = { { 'u', plan->outer_uid }, { 'g', plan->outer_gid }, { 'U', plan->inner_uid },
		    { 'G', plan->inner_gid } };
	char *text = step->call ? text_format("> %s", step->call) : NULL;

	for (size_t i = 0; text && i < sizeof ids / sizeof ids[0]; i++) {
		const char mark[] = { '%', ids[i].mark, '\0' };
		char *at = strstr(text, mark), *longer;

		if (!at)
			continue;
		longer = text_format("%.*s%u%s", (int)(at - text), text, ids[i].id, at + 2);
		free(text);
		text = longer;
	}
	return text;
}

char *
lesson_entry_text(const struct plan_entry *entry)
{
	bool ro = entry->attrs & PLAN_RO;

	switch (entry->kind) {
	case PLAN_BIND:
		if (strcmp(entry->source, entry->path) == 0)
			return text_format("%s %s: as outside", ro ? "ro" : "rw", entry->path);
		return text_format("%s %s: %s of outside", ro ? "ro" : "rw", entry->path, entry->source);
	case PLAN_TMPFS:
		return text_format("rw %s: empty, in memory", entry->path);
	case PLAN_PROC:
		return text_format("   %s: a new proc, which shows the processes in here", entry->path);
	case PLAN_DEVPTS:
		return text_format("   %s: a new devpts, with the terminals in here", entry->path);
	case PLAN_SYMLINK:
		return text_format("   %s: a symbolic link to %s", entry->path, entry->content);
	case PLAN_FILE:
		return text_format("ro %s: a file made for the sandbox", entry->path);
	case PLAN_DIR:
		break;
	}
	return text_format("ro %s: a directory to mount in", entry->path);
}
