/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entering a sandbox that runs. Theory of operation:
 *
 *	caller (outside) ── vfork ──► stage
 *	stage: hides; enters U1, which gives it the right to enter the rest: pid 1's namespaces; opens a pty of the
 *	sandbox's devpts, where one is asked for; clones as in launch.c
 *	  └──► program: lets go of all that the stage has open; enters U2; takes on the ids that U2 has; from
 *	       there on it becomes what the payload became, by the same code (payload.c), and verifies that it has
 *
 * The sandbox is full of hostile processes by now, of the same user, which see the program from its first moment. What
 * they can do to it is to kill, stop and starve it: it then fails, and nothing else does. What they must not do is to
 * read or steer it before it is one of them. ptrace(2), and what asks the same question (the memory, environment and
 * descriptors in /proc, pidfd_getfd(2), process_vm_readv(2)), is refused for a process
 *
 *  - in U1 or with capabilities, since they have none over it;
 *  - in U2 without capabilities, as it is at the end, only because it is not dumpable: its memory belongs to the
 *    caller's user namespace, in which nobody inside has any rights. The clone has that from the stage, so it holds
 *    from the first moment; exec(2) ends it, after it has closed the descriptors and let go of the memory.
 *
 * Changing its user namespace or ids may make a process dumpable and take its death signal from it (credentials(7),
 * PR_SET_PDEATHSIG(2const)), so both are set again after each.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/breaks.h"
#include "sandbox/inside.h"
#include "sys/nsfs.h"
#include "sys/open.h"
#include "sys/title.h"

static void
hide(const struct setup *setup)
{
	if (!broken("join-hide") && prctl(PR_SET_DUMPABLE, 0) < 0)
		inside_fail(setup, STEP_HIDE, -errno, NULL);
}

static void
enter(const struct setup *setup, int fd, enum ns_kind kind)
{
	if (fd >= 0 && setns(fd, ns_rows[kind].clone_flag) < 0)
		inside_fail(setup, STEP_ENTER, -errno, ns_rows[kind].name);
}

/* The child of U1 that is, or is above, the user namespace of a process inside (sandbox/door.h). */
static int
open_payload_namespace(const struct setup *setup)
{
	const struct door *door = setup->plan->door;
	int fd = nsfs_open(door->member, NS_USER);
	uint64_t number = 0;

	while (fd >= 0) {
		int parent = nsfs_parent(fd);

		if (parent < 0)
			inside_fail(setup, STEP_FIND_PAYLOAD, parent, NULL);
		if (nsfs_number(parent, &number) == 0 && number == door->number[NS_USER]) {
			close(parent);
			return fd;
		}
		close(fd);
		fd = parent;
	}
	inside_fail(setup, STEP_FIND_PAYLOAD, fd, NULL);
}

/*
 * The devpts inside, so that the terminal has its name there; or, where the sandbox has none, one of its own. /dev is
 * nothing that the payload could have changed, and whatever is there, only a devpts is taken.
 */
static int
open_devpts(void)
{
	int fd = open_path_no_symlinks(AT_FDCWD, "/dev/pts");
	struct statfs fs;

	if (fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == DEVPTS_SUPER_MAGIC)
		return fd;
	if (fd >= 0)
		close(fd);
	return build_devpts();
}

static void
close_namespaces(const struct setup *setup)
{
	const struct door *door = setup->plan->door;

	for (int i = 0; i < NS_KINDS; i++)
		if (door->ns[i] >= 0)
			close(door->ns[i]);
	close(door->process);
	close(door->member);
	close(door->root);
	close(door->proc);
}

static void
sort(int *fds, int n)
{
	for (int i = 1; i < n; i++)
		for (int k = i; k > 0 && fds[k - 1] > fds[k]; k--) {
			int other = fds[k];

			fds[k] = fds[k - 1];
			fds[k - 1] = other;
		}
}

/* Everything of the caller's but standard input, output and error, and what is still needed. */
static void
let_go(const struct setup *setup)
{
	int keep[] = { setup->report, setup->proc, setup->user, setup->slave, setup->plan->door->watcher };
	const int n = sizeof keep / sizeof *keep;
	unsigned from = 3;

	sort(keep, n);
	for (int i = 0; i < n; i++) {
		if (keep[i] < (int)from)
			continue;
		if (keep[i] > (int)from)
			syscall(SYS_close_range, from, (unsigned)keep[i] - 1, 0);
		from = (unsigned)keep[i] + 1;
	}
	/* Where it is refused, they are CLOEXEC, and nobody can get at them until then. */
	syscall(SYS_close_range, from, ~0u, 0);
}

/* The id inside that a map of one line and one id gives, as of every sandbox of ours; or -errno. */
static int64_t
read_map(const struct setup *setup, const char *name)
{
	int fd = openat(setup->proc, name, O_RDONLY | O_CLOEXEC);
	char text[64], *end;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	int64_t id;

	if (n < 0)
		return -errno;
	close(fd);
	text[n] = '\0';
	id = (int64_t)strtoul(text, &end, 10);
	return end > text && strchr(text, '\n') == text + n - 1 ? id : -EPROTO;
}

/*
 * The ids that the sandbox has for its user. Ours are the same but for a group that the caller has chosen since
 * (newgrp(1)), which is unknown inside.
 */
static void
take_identity(struct setup *setup)
{
	int64_t uid = read_map(setup, "self/uid_map"), gid = read_map(setup, "self/gid_map");

	if (uid < 0 || gid < 0)
		inside_fail(setup, STEP_IDENTITY, (int)(uid < 0 ? uid : gid), NULL);
	setup->uid = (uid_t)uid;
	setup->gid = (gid_t)gid;
	if (setresgid(setup->gid, setup->gid, setup->gid) < 0 || setresuid(setup->uid, setup->uid, setup->uid) < 0)
		inside_fail(setup, STEP_IDENTITY, -errno, NULL);
}

static _Noreturn void
program_main(struct setup *setup)
{
	title_set(DOOR_TITLE);
	let_go(setup);
	inside_bind_life(setup);
	if (setup->group != GROUP_SHARED && setpgid(0, 0) < 0)
		inside_fail(setup, STEP_GROUP, -errno, NULL);
	if (!broken("join-user-namespace") && setns(setup->user, CLONE_NEWUSER) < 0)
		inside_fail(setup, STEP_ENTER, -errno, "payload's user");
	close(setup->user);
	hide(setup);
	take_identity(setup);
	hide(setup);
	inside_bind_life(setup);
	payload_become(setup);
}

_Noreturn void
join_stage(struct setup *setup)
{
	const struct door *door = setup->plan->door;
	int r;

	close(setup->report_read);
	if (setup->leader[0] >= 0)
		close(setup->leader[0]);
	hide(setup);
	enter(setup, door->ns[NS_USER], NS_USER);
	hide(setup);
	inside_bind_life(setup);
	/* From outside U1 it cannot be asked for where the session is watched. */
	r = mount_place_of(door->root, &setup->root);
	if (r < 0)
		inside_fail(setup, STEP_FIND_ROOT, r, NULL);
	setup->user = open_payload_namespace(setup);
	if (nsfs_number(setup->user, &setup->user_number) < 0)
		inside_fail(setup, STEP_FIND_PAYLOAD, -errno, NULL);
	/* The mount namespace last: with it we change the root, and are where nothing of the caller's is. */
	for (int i = 0; i < NS_KINDS; i++)
		if (i != NS_USER && i != NS_MNT)
			enter(setup, door->ns[i], (enum ns_kind)i);
	enter(setup, door->ns[NS_MNT], NS_MNT);
	close_namespaces(setup);
	if (setup->group == GROUP_PTY) {
		setup->devpts = open_devpts();
		inside_open_pty(setup);
	}
	setup->payload = inside_clone(setup->group == GROUP_PTY ? 0 : CLONE_PARENT);
	if (setup->payload == 0)
		program_main(setup);
	if (setup->payload < 0)
		inside_fail(setup, STEP_START_PAYLOAD, -errno, NULL);
	/* What the program does not live to hand in is waited for no longer. */
	if (door->watcher >= 0)
		close(door->watcher);
	if (setup->group == GROUP_PTY)
		inside_lead(setup);
	_exit(0);
}
