/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls that wait for a decision, and the user's policy. */
#include "config.h"

#include "watch/holds.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/pidfd.h"
#include "sys/processor.h"

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
	_exit(holds->mounter->mount(holds->init, path) < 0 ? 1 : 0);
}

/* One that is mounted by itself. */
static bool
mount_alone(struct holds *holds, struct hold_unit *unit)
{
	unit->pid = (pid_t)syscall(SYS_clone, CLONE_PIDFD, NULL, &unit->pidfd, NULL, NULL);
	if (unit->pid == 0)
		mount_unit(holds, unit->path);
	unit->mounting = unit->pid > 0;
	unit->failed = unit->pid < 0;
	return unit->mounting;
}

static _Noreturn void
serve(const struct holds *holds, pid_t supervisor, int socket)
{
	enum { SOCKET = 3, KEPT = 4 };
	int moved = fcntl(socket, F_DUPFD, KEPT + 1), kept = fcntl(holds->keep, F_DUPFD, KEPT + 1);

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != supervisor || moved < 0 || kept < 0)
		_exit(1);
	dup3(moved, SOCKET, O_CLOEXEC);
	dup3(kept, KEPT, O_CLOEXEC);
	syscall(SYS_close_range, KEPT + 1, ~0u, 0);
	holds->mounter->serve(holds->init, SOCKET);
	_exit(0);
}

/* Getting to where one can mount takes longer than a mount. */
static void
start_server(struct holds *holds)
{
	pid_t supervisor = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return;
	holds->server = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	if (holds->server == 0)
		serve(holds, supervisor, ends[1]);
	close(ends[1]);
	holds->server_socket = ends[0];
	holds->server_cpu = -1;
	if (holds->server < 0) {
		holds->server = 0;
		close(ends[0]);
	}
}

/* It ends: when there is something to mount again there will be another. */
static void
drop_server(struct holds *holds)
{
	if (holds->server == 0)
		return;
	close(holds->server_socket);
	kill(holds->server, SIGKILL);
	waitpid(holds->server, NULL, __WALL);
	holds->server = 0;
	holds->serving = NULL;
}

/* A wake-up elsewhere takes longer than what it is for. */
static void
bring_server(struct holds *holds)
{
	int cpu = processor_here();

	if (cpu != holds->server_cpu && processor_bind(holds->server, cpu) == 0)
		holds->server_cpu = cpu;
}

static bool
is_served(struct holds *holds, struct hold_unit *unit)
{
	if (!holds->mounter->serve || holds->serving)
		return false;
	if (holds->server == 0)
		start_server(holds);
	if (holds->server != 0)
		bring_server(holds);
	if (holds->server == 0 || send(holds->server_socket, unit->path, strlen(unit->path), MSG_NOSIGNAL) < 0)
		return false;
	holds->serving = unit;
	unit->mounting = true;
	return true;
}

static bool
begin_to_mount(struct holds *holds, char *path)
{
	struct hold_unit *unit;

	if (holds->units_len == UNITS_MAX || !holds->mounter) {
		free(path);
		return false;
	}
	unit = &holds->units[holds->units_len++];
	*unit = (struct hold_unit){ .path = path, .pidfd = -1 };
	return is_served(holds, unit) || mount_alone(holds, unit);
}

/*
 * What is mounted for the path by that pattern, or NULL: what it matches, whole; but where the user has denied
 * something in there, only so much around the path that that stays out.
 */
static char *
unit_for(const struct holds *holds, const char *pattern, const char *path)
{
	char *unit = holds_allowed_part(pattern, path);

	while (unit && holds->rules && rules_refuse_in(holds->rules, unit)) {
		size_t len = strlen(unit), more;

		free(take_ptr(unit));
		len += strspn(path + len, "/");
		more = strcspn(path + len, "/");
		if (more > 0)
			unit = text_ndup(path, len + more);
	}
	return unit;
}

/* With `begin`, what is allowed and has not been tried begins to be mounted. */
static bool
wants_by_policy(struct holds *holds, const char *path, bool begin)
{
	for (size_t i = 0; i < holds->req->allow_len; i++) {
		char *part = unit_for(holds, holds->req->allow[i], path);
		const struct hold_unit *unit = part ? find_unit(holds, part) : NULL;

		if (!part)
			continue;
		if (!unit && begin)
			return begin_to_mount(holds, part);
		free(part);
		/* It was mounted, or could not be: what is missing now stays so. */
		return !unit || unit->mounting;
	}
	return false;
}

bool
holds_want(const struct holds *holds, const char *path)
{
	switch (holds->req->on_miss) {
	case ON_MISS_MOUNT:
		return wants_by_policy((struct holds *)holds, path, false);
	case ON_MISS_ASK:
		return holds_has_decider(holds);
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

static struct hold_meeting *
find_meeting(const struct holds *holds, pid_t task, const char *missing)
{
	for (size_t i = 0; i < MEETINGS_MAX; i++) {
		const struct hold_meeting *meeting = &holds->met[i];

		if (meeting->missing && meeting->task == task && strcmp(meeting->missing, missing) == 0)
			return (struct hold_meeting *)meeting;
	}
	return NULL;
}

bool
holds_met(struct holds *holds, pid_t task, const char *missing, char **ret_path)
{
	struct hold_meeting *meeting = find_meeting(holds, task, missing);

	if (!meeting)
		return false;
	*ret_path = take_ptr(meeting->path);
	forget_meeting(meeting);
	return true;
}

bool
holds_has_met(const struct holds *holds, pid_t task, const char *missing)
{
	return find_meeting(holds, task, missing) != NULL;
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
		deadline = clock_ms() + LATECOMER_MS;
	if (holds->req->on_miss == ON_MISS_ASK && !holds_has_decider(holds))
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

static bool
waits_below(const struct hold *hold, const char *path)
{
	return strcmp(path, "/") == 0 || path_is_below(hold->path, path);
}

size_t
holds_count(const struct holds *holds, const char *path)
{
	size_t n = 0;

	for (size_t i = 0; i < holds->len; i++)
		n += waits_below(&holds->items[i], path);
	return n;
}

bool
holds_take(struct holds *holds, const char *path, uint64_t *ret_id)
{
	for (size_t i = 0; i < holds->len; i++) {
		if (!waits_below(&holds->items[i], path))
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
	int64_t now = clock_ms();

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
	return unit->mounting ? HOLD_MOUNTING : unit->failed ? HOLD_FAILED : HOLD_MOUNTED;
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

/* What was served. NULL: nothing, or it is left for another to mount. */
static const struct hold_unit *
take_served(struct holds *holds)
{
	struct hold_unit *unit = holds->serving;
	int result = -1;
	ssize_t n = recv(holds->server_socket, &result, sizeof result, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return NULL;
	holds->serving = NULL;
	if (n != sizeof result)
		drop_server(holds);
	if (n == sizeof result && result == 0)
		unit->mounting = false;
	else if (mount_alone(holds, unit))
		return NULL;
	return unit;
}

const struct hold_unit *
holds_finished(struct holds *holds)
{
	const struct hold_unit *served = holds->serving ? take_served(holds) : NULL;

	if (served)
		return served;
	for (size_t i = 0; i < holds->units_len; i++) {
		struct hold_unit *unit = &holds->units[i];
		struct pollfd ended = { .fd = unit->pidfd, .events = POLLIN };
		int status = 0;

		if (unit->pid <= 0 || poll(&ended, 1, 0) <= 0)
			continue;
		unit->failed = waitpid(unit->pid, &status, __WALL) != unit->pid || status != 0;
		unit->pid = 0;
		unit->mounting = false;
		close(take_fd(&unit->pidfd));
		return unit;
	}
	return NULL;
}

int
holds_server_fd(const struct holds *holds)
{
	return holds->serving ? holds->server_socket : -1;
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
holds_set_decider(struct holds *holds, size_t speaker, pid_t pid)
{
	struct hold_decider *decider = &holds->deciders[speaker];

	if (decider->pid > 0)
		close(decider->pidfd);
	decider->pidfd = pid > 0 ? pidfd_of(pid) : -1;
	decider->pid = decider->pidfd >= 0 ? pid : 0;
}

bool
holds_has_decider(const struct holds *holds)
{
	for (size_t i = 0; i < HOLD_SPEAKERS; i++)
		if (holds->deciders[i].pid > 0)
			return true;
	return false;
}

bool
holds_lost_deciders(struct holds *holds)
{
	bool had = holds_has_decider(holds);

	for (size_t i = 0; i < HOLD_SPEAKERS; i++) {
		struct pollfd ended = { .fd = holds->deciders[i].pidfd, .events = POLLIN };

		if (holds->deciders[i].pid > 0 && poll(&ended, 1, 0) > 0)
			holds_set_decider(holds, i, 0);
	}
	return had && !holds_has_decider(holds);
}

bool
holds_any_for(const struct holds *holds, const char *path)
{
	for (size_t i = 0; i < holds->len; i++)
		if (strcmp(holds->items[i].path, path) == 0)
			return true;
	return false;
}

void
holds_release(struct holds *holds)
{
	drop_server(holds);
	while (holds->len > 0)
		drop_at(holds, 0);
	for (size_t i = 0; i < holds->units_len; i++)
		free(holds->units[i].path);
	for (size_t i = 0; i < MEETINGS_MAX; i++)
		forget_meeting(&holds->met[i]);
	for (size_t i = 0; i < HOLD_SPEAKERS; i++)
		holds_set_decider(holds, i, 0);
}
