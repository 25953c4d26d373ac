/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls that wait for a decision, and the user's policy. */
#include "config.h"

#include "watch/holds.h"

#include <errno.h>
#include <fnmatch.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/pidfd.h"

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

char *
holds_allowed_part(const char *pattern, const char *path)
{
	/* The root is never one. */
	for (const char *end = path + 1; *end != '\0';) {
		_autofree_ char *part = NULL;

		end += strcspn(end, "/");
		part = text_ndup(path, (size_t)(end - path));
		if (part[1] != '\0' && fnmatch(pattern, part, FNM_PATHNAME | FNM_PERIOD) == 0)
			return take_ptr(part);
		end += strspn(end, "/");
	}
	return NULL;
}

static struct hold_unit *
find_unit(struct holds *holds, const char *path)
{
	for (size_t i = 0; i < holds->units_len; i++)
		if (strcmp(holds->units[i].path, path) == 0)
			return &holds->units[i];
	return NULL;
}

/* The mounter has nothing of ours but its memory: pid 1 must see at once if the supervisor ends. */
static _Noreturn void
mount_unit(const struct holds *holds, const char *path)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	syscall(SYS_close_range, 3, ~0u, 0);
	_exit(holds->mounter(holds->init, path) < 0 ? 1 : 0);
}

static bool
begin_to_mount(struct holds *holds, char *path)
{
	struct hold_unit *unit;
	int pidfd = -1;
	pid_t pid;

	if (holds->units_len == UNITS_MAX || !holds->mounter) {
		free(path);
		return false;
	}
	pid = (pid_t)syscall(SYS_clone, CLONE_PIDFD, NULL, &pidfd, NULL, NULL);
	if (pid == 0)
		mount_unit(holds, path);
	unit = &holds->units[holds->units_len++];
	*unit = (struct hold_unit){ .path = path, .pid = pid > 0 ? pid : 0, .pidfd = pid > 0 ? pidfd : -1,
				     .failed = pid < 0 };
	return pid > 0;
}

/* With `begin`, what is allowed and has not been tried begins to be mounted. */
static bool
wants_by_policy(struct holds *holds, const char *path, bool begin)
{
	for (size_t i = 0; i < holds->req->allow_len; i++) {
		char *part = holds_allowed_part(holds->req->allow[i], path);
		const struct hold_unit *unit = part ? find_unit(holds, part) : NULL;

		if (!part)
			continue;
		if (!unit && begin)
			return begin_to_mount(holds, part);
		free(part);
		/* It was mounted, or could not be: what is missing now stays so. */
		return !unit || unit->pid > 0;
	}
	return false;
}

bool
holds_want(const struct holds *holds, const char *path, bool is_decided)
{
	switch (holds->req->on_miss) {
	case ON_MISS_MOUNT:
		return wants_by_policy((struct holds *)holds, path, false);
	case ON_MISS_ASK:
		return holds->decider >= 0 && !is_decided;
	case ON_MISS_REPORT:
		break;
	}
	return false;
}

static void
forget_meeting(struct hold_meeting *meeting)
{
	free(take_ptr(meeting->missing));
	free(take_ptr(meeting->path));
}

void
holds_meet(struct holds *holds, pid_t task, const char *missing, const char *path)
{
	struct hold_meeting *meeting = &holds->met[holds->met_next++ % MEETINGS_MAX];

	forget_meeting(meeting);
	*meeting = (struct hold_meeting){ task, text_dup(missing), text_dup(path) };
}

bool
holds_met(struct holds *holds, pid_t task, const char *missing, char **ret_path)
{
	for (size_t i = 0; i < MEETINGS_MAX; i++) {
		struct hold_meeting *meeting = &holds->met[i];

		if (!meeting->missing || meeting->task != task || strcmp(meeting->missing, missing) != 0)
			continue;
		*ret_path = take_ptr(meeting->path);
		forget_meeting(meeting);
		return true;
	}
	return false;
}

bool
holds_add(struct holds *holds, uint64_t id, pid_t task, const char *path)
{
	size_t units = holds->units_len;
	int64_t deadline = 0;

	if (holds->len == HOLDS_MAX)
		return false;
	if (holds->req->on_miss == ON_MISS_MOUNT && !wants_by_policy(holds, path, true))
		return false;
	if (holds->req->on_miss == ON_MISS_MOUNT && holds->units_len == units)
		deadline = now_ms() + LATECOMER_MS;
	if (holds->req->on_miss == ON_MISS_ASK && holds->decider < 0)
		return false;
	holds->items[holds->len++] = (struct hold){ .id = id, .task = task, .path = text_dup(path),
						    .deadline = deadline };
	return true;
}

static void
drop_at(struct holds *holds, size_t i)
{
	free(holds->items[i].path);
	holds->items[i] = holds->items[--holds->len];
}

void
holds_drop(struct holds *holds, uint64_t id)
{
	for (size_t i = 0; i < holds->len; i++)
		if (holds->items[i].id == id)
			drop_at(holds, i--);
}

bool
holds_take(struct holds *holds, const char *path, uint64_t *ret_id)
{
	for (size_t i = 0; i < holds->len; i++) {
		if (strcmp(path, "/") != 0 && !path_is_below(holds->items[i].path, path))
			continue;
		*ret_id = holds->items[i].id;
		drop_at(holds, i);
		return true;
	}
	return false;
}

bool
holds_take_late(struct holds *holds, uint64_t *ret_id, int *ret_wait)
{
	int64_t now = now_ms();

	*ret_wait = -1;
	for (size_t i = 0; i < holds->len; i++) {
		int64_t left = holds->items[i].deadline - now;

		if (holds->items[i].deadline == 0)
			continue;
		if (left <= 0) {
			*ret_id = holds->items[i].id;
			drop_at(holds, i);
			return true;
		}
		if (*ret_wait < 0 || left < *ret_wait)
			*ret_wait = (int)left;
	}
	return false;
}

static enum hold_progress
progress_of(const struct hold_unit *unit)
{
	return unit->pid > 0 ? HOLD_MOUNTING : unit->failed ? HOLD_FAILED : HOLD_MOUNTED;
}

enum hold_progress
holds_progress_at(const struct holds *holds, const char *path)
{
	for (size_t i = 0; i < holds->units_len; i++)
		if (strcmp(holds->units[i].path, path) == 0)
			return progress_of(&holds->units[i]);
	return HOLD_NONE;
}

enum hold_progress
holds_progress(const struct holds *holds, const char *path, const struct hold_unit **ret)
{
	enum hold_progress most = HOLD_NONE;

	*ret = NULL;
	for (size_t i = 0; i < holds->units_len; i++) {
		const struct hold_unit *unit = &holds->units[i];

		if (progress_of(unit) <= most || !path_is_below(unit->path, path))
			continue;
		most = progress_of(unit);
		*ret = unit;
	}
	return most;
}

const struct hold_unit *
holds_finished(struct holds *holds)
{
	for (size_t i = 0; i < holds->units_len; i++) {
		struct hold_unit *unit = &holds->units[i];
		struct pollfd ended = { .fd = unit->pidfd, .events = POLLIN };
		int status = 0;

		if (unit->pid == 0 || poll(&ended, 1, 0) <= 0)
			continue;
		unit->failed = waitpid(unit->pid, &status, __WALL) != unit->pid || status != 0;
		unit->pid = 0;
		close(take_fd(&unit->pidfd));
		return unit;
	}
	return NULL;
}

int
holds_mount_fd(const struct holds *holds)
{
	for (size_t i = 0; i < holds->units_len; i++)
		if (holds->units[i].pid > 0)
			return holds->units[i].pidfd;
	return -1;
}

void
holds_set_decider(struct holds *holds, pid_t pid)
{
	if (holds->decider >= 0)
		close(holds->decider);
	holds->decider = pid > 0 ? pidfd_of(pid) : -1;
}

void
holds_release(struct holds *holds)
{
	while (holds->len > 0)
		drop_at(holds, 0);
	for (size_t i = 0; i < holds->units_len; i++)
		free(holds->units[i].path);
	for (size_t i = 0; i < MEETINGS_MAX; i++)
		forget_meeting(&holds->met[i]);
	holds_set_decider(holds, 0);
}
