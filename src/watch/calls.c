/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tier 2: system calls that are notified of. Those who make them wait in the kernel. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/rootpath.h"
#include "sys/open.h"
#include "watch/record.h"
#include "watch/supervisor_parts.h"

/* So often is a call decided anew when what it lacked has come: one link may lead to another. */
enum { ROUNDS_MAX = 8 };

struct held_call *
calls_find_held(struct supervisor *s, uint64_t id)
{
	for (size_t i = 0; i < SENSOR_HELD_MAX; i++)
		if (s->held[i].notified.id == id)
			return &s->held[i];
	return NULL;
}

void
calls_forget_held(struct supervisor *s, struct held_call *held)
{
	held->notified.id = 0;
	atomic_store(&s->job->page->held[held - s->held], 0);
}

/* True for a directory of the root's own, in which nothing of the host's can be. In doubt it is none. */
static bool
is_skeleton(const struct supervisor *s, const char *dir)
{
	const struct plan *plan = s->job->plan;
	_autoclose_ int fd = -1;
	struct stat root, st;

	if (plan->base || (plan->len > 0 && strcmp(plan->entries[0].path, "/") == 0))
		return false;
	fd = open_path_no_symlinks(s->root, dir[1] == '\0' ? "." : dir + 1);
	return fd >= 0 && fstat(s->root, &root) == 0 && fstat(fd, &st) == 0 && root.st_dev == st.st_dev;
}

/* Where the host's own files lie, what is missing is missing outside too. */
char *
calls_find_missing(struct supervisor *s, const char *path, char **ret_found)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autofree_ char *parent = NULL, *outside = NULL;
	int status = rootpath_walk(s->root, path, &found);

	if (status == 0)
		*ret_found = take_ptr(found.place);
	if (status != -ENOENT || !found.place)
		return NULL;
	parent = path_parent(found.place);
	if (is_skeleton(s, parent))
		return take_ptr(found.place);
	sight_refresh_map(s);
	outside = trail_outside(&s->map, parent);
	/* With --base the root is a directory of the host's, in which nothing is but what the plan has made. */
	if (outside && s->job->plan->base && path_is_below(outside, s->job->plan->base))
		return take_ptr(found.place);
	return outside ? NULL : take_ptr(found.place);
}

bool
calls_want(const struct supervisor *s, const struct miss *miss)
{
	return s->can_hold && deciding_wants(s, miss);
}

/* /proc is another to everybody who looks; nothing of it is ever missing. */
static bool
is_about_proc(const char *path)
{
	return strncmp(path, "/proc", 5) == 0 && (path[5] == '/' || path[5] == '\0');
}

/* True if there is nothing to look for: all that it names is there. */
static bool
has_all(const struct supervisor *s, const struct task_call *call)
{
	for (size_t i = 0; i < 2 && call->paths[i].path; i++) {
		const char *path = call->paths[i].path;
		_autoclose_ int fd = -1;

		if (path[0] != '/' || is_about_proc(path))
			continue;
		if (call->call->executes)
			return false;
		fd = open_in_root(s->root, path);
		if (fd < 0)
			return false;
	}
	return true;
}

/* The first miss that somebody may cure, or NULL. */
static struct miss *
look_at_call(struct supervisor *s, pid_t task, const struct task_call *call)
{
	for (size_t i = 0; i < 2 && call->paths[i].path; i++) {
		const char *path = call->paths[i].path;
		_autofree_ char *missing = NULL, *found = NULL;
		struct miss *miss = NULL;
		int fd;

		if (path[0] != '/' || is_about_proc(path))
			continue;
		fd = call->call->executes ? -1 : open_in_root(s->root, path);
		if (fd >= 0) {
			close(fd);
			continue;
		}
		missing = calls_find_missing(s, path, &found);
		if (missing)
			miss = sight_look_into(s, missing, task, call);
		else if (found && call->call->executes && s->can_hold)
			miss = programs_look(s, found, task, call);
		else if (found && call->call->executes)
			programs_look_later(s, found, task, call);
		if (calls_want(s, miss))
			return miss;
	}
	return NULL;
}

static bool
hold_call(struct supervisor *s, const struct held_call *call, const char *path, const char *comm)
{
	const struct notify_call *notified = &call->notified;
	struct held_call *held = calls_find_held(s, 0);
	struct miss *miss;

	if (!held || call->rounds >= ROUNDS_MAX || !deciding_hold(s, notified->id, notified->task, path))
		return false;
	*held = *call;
	/* Should we end, pid 1 lets it go. */
	atomic_store(&s->job->page->held[held - s->held], notified->id);
	miss = miss_list_find(&s->list, path);
	if (miss)
		miss_list_hold(&s->list, miss, notified->task, comm);
	supervisor_tell_news(s);
	return true;
}

static bool
waits(const struct supervisor *s, const struct held_call *call)
{
	return notify_waits(s->listeners[call->place].fd, call->notified.id);
}

void
calls_continue(const struct supervisor *s, const struct held_call *call)
{
	notify_continue(s->listeners[call->place].fd, call->notified.id);
}

void
calls_decide(struct supervisor *s, const struct held_call *asked)
{
	const struct notify_call *notified = &asked->notified;
	const struct miss *miss = NULL;
	struct task_call call;

	task_read_call(s->proc, notified->task, &notified->registers, &call);
	task_read_comm(s->proc, notified->task, &call);
	if (waits(s, asked))
		miss = look_at_call(s, notified->task, &call);
	if (!miss || !hold_call(s, asked, miss->path, call.comm))
		calls_continue(s, asked);
	task_call_release(&call);
}

static void
forget(struct supervisor *s, struct held_call *held)
{
	deciding_drop(s, held->notified.id);
	calls_forget_held(s, held);
}

/* Who was killed does not wait any more. */
void
calls_look_for_gone(struct supervisor *s)
{
	for (size_t i = 0; i < SENSOR_HELD_MAX; i++) {
		struct held_call *held = &s->held[i];

		if (held->notified.id != 0 && !waits(s, held))
			forget(s, held);
	}
}

void
calls_drop_place(struct supervisor *s, size_t place)
{
	for (size_t i = 0; i < SENSOR_HELD_MAX; i++)
		if (s->held[i].notified.id != 0 && s->held[i].place == place)
			forget(s, &s->held[i]);
}

bool
calls_take(struct supervisor *s, size_t place)
{
	struct held_call asked = { .place = place };
	const struct notify_call *notified = &asked.notified;
	struct task_call call;
	bool has_missed;
	int r = notify_receive(s->listeners[place].fd, &asked.notified);

	if (r < 0)
		return r == -EAGAIN;
	atomic_store(&s->job->page->received[place], notified->id);
	if (s->can_hold) {
		calls_decide(s, &asked);
		return true;
	}
	task_read_call(s->proc, notified->task, &notified->registers, &call);
	/* Before it goes on: nothing is to be lost when it has ended. Whoever is recorded sees the whole host. */
	if (s->recorder && waits(s, &asked))
		recorder_add(s->recorder, &call, &notified->registers);
	has_missed = !s->recorder && !has_all(s, &call);
	/* Reading whose call it is takes longer than seeing that it lacks nothing, as nearly always. */
	if (has_missed)
		task_read_comm(s->proc, notified->task, &call);
	calls_continue(s, &asked);
	if (has_missed)
		look_at_call(s, notified->task, &call);
	task_call_release(&call);
	return true;
}
