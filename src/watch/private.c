/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Private directories are overlays (sandbox/build.c), and the kernel remembers for ever what an overlay does not have:
 * after the first look-up of a name pid 1 would never be asked for it again. So whenever one was asked for that is
 * outside, the kernel is made to forget, soon after, by a child that joins the sandbox for that: in the directory's own
 * user namespace and in the mount namespace, in no other, with nothing but the two in its hands, and gone at once. It
 * looks up nothing but the way to the directory, and reads nothing.
 *
 * What is there is forgotten too, and looked up anew: so that happens for no more than a small part of the time.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/path.h"
#include "sandbox/request.h"
#include "sys/mount.h"
#include "sys/nsfs.h"
#include "sys/nsjoin.h"
#include "sys/open.h"
#include "watch/supervisor_parts.h"

enum {
	SOON_MS = 1,	/* whoever asked has been answered by then, and holds on to the name no longer */
	REST = 20,	/* times what it took, until it may happen again */
	RUNNING_MS = 5, /* so often the child is looked for */
	AGAIN_MS = 100, /* then once more: who was slow may have held on to it */
};

void
private_note(struct supervisor *s, const char *missing)
{
	_autofree_ char *parent = path_parent(missing);
	int i = plan_find(s->job->plan, parent);
	int64_t soon = clock_ms() + SOON_MS;

	if (i < 0 || s->is_notified || s->private.refused)
		return;
	if (!s->private.stale)
		s->private.stale = calloc(s->job->plan->len, sizeof *s->private.stale);
	if (!s->private.stale)
		return;
	s->private.stale[i] = true;
	s->private.again = true;
	if (s->private.due == 0 || s->private.due > soon)
		s->private.due = soon > s->private.rested ? soon : s->private.rested;
}

int
private_wait(const struct supervisor *s, int wait)
{
	int64_t left = s->private.child > 0 ? RUNNING_MS : s->private.due - clock_ms();

	if (s->private.child == 0 && s->private.due == 0)
		return wait;
	if (left < 0)
		left = 0;
	return wait >= 0 && wait < left ? wait : (int)left;
}

static int
forget(const struct supervisor *s, int mounts)
{
	const struct plan *plan = s->job->plan;
	int r = 0;

	if (setns(mounts, CLONE_NEWNS) < 0)
		return -errno;
	for (size_t i = 0; i < plan->len && r == 0; i++) {
		int dir = s->private.stale[i] ? open_path_no_symlinks(AT_FDCWD, plan->entries[i].path) : -1;

		if (dir >= 0)
			r = mount_forget_names(dir);
	}
	return r;
}

static _Noreturn void
child_main(const struct supervisor *s, pid_t supervisor)
{
	int mounts, owner, r;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != supervisor)
		_exit(STATUS_FAILED);
	mounts = nsfs_open(s->init, NS_MNT);
	owner = mounts < 0 ? mounts : nsfs_owner(mounts);
	if (owner < 0)
		_exit(STATUS_FAILED);
	nsjoin_close_others((int[]){ mounts, owner }, 2);
	r = nsjoin_enter(owner);
	_exit(r == 0 && forget(s, mounts) == 0 ? 0 : STATUS_FAILED);
}

static void
take_end(struct supervisor *s)
{
	struct rusage used;
	int status;
	pid_t pid = wait4(s->private.child, &status, WNOHANG | __WALL, &used);
	int64_t took_us;

	if (pid == 0)
		return;
	s->private.child = 0;
	s->private.refused = pid < 0 || status != 0;
	took_us = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * INT64_C(1000000) + used.ru_utime.tv_usec +
		  used.ru_stime.tv_usec;
	s->private.rested = clock_ms() + took_us * REST / 1000;
	if (s->private.due != 0 && s->private.due < s->private.rested)
		s->private.due = s->private.rested;
}

void
private_look(struct supervisor *s)
{
	pid_t supervisor = getpid();

	if (s->private.child > 0)
		take_end(s);
	if (s->private.child > 0 || s->private.due == 0 || clock_ms() < s->private.due || s->private.refused)
		return;
	s->private.child = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	if (s->private.child == 0)
		child_main(s, supervisor);
	if (s->private.child < 0)
		s->private.child = 0;
	s->private.due = s->private.again ? clock_ms() + AGAIN_MS : 0;
	for (size_t i = 0; !s->private.again && i < s->job->plan->len; i++)
		s->private.stale[i] = false;
	s->private.again = false;
}
