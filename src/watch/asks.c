/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tier 1: what pid 1 asks, the server of the root. Those who ask wait there, and are answered by it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/fdpass.h"
#include "watch/outside.h"
#include "watch/supervisor_parts.h"

/* What the mounter is to meet there: it need not ask us each time that it comes by. */
static mode_t
place_type(const struct supervisor *s, const char *missing)
{
	return sight_is_private(s, missing) ? 0 : outside_type(missing);
}

/*
 * The second time: it waits until it is decided. Who is asked sees only what is in the list; for the policy it need not
 * be there, and may be a place that is being mounted and no miss.
 */
static void
hold(struct supervisor *s, const struct sensor_ask *ask, const char *missing, const char *path,
     const struct task_call *call)
{
	bool asks = s->holds.req->on_miss == ON_MISS_ASK;
	struct miss *miss = asks ? sight_keep(s, path, ask->task, call) : miss_list_find(&s->list, path);
	bool waits = (!asks || miss) && deciding_hold(s, ask->id, ask->task, path);
	const struct hold_unit *unit;
	enum hold_progress progress = holds_progress(&s->holds, missing, &unit);

	if (!waits) {
		deciding_answer(s, ask->id, deciding_settled(progress), 0);
		return;
	}
	deciding_tell_mounter(s);
	deciding_answer(s, ask->id, ANSWER_HOLD, progress == HOLD_MOUNTING ? place_type(s, missing) : 0);
	if (miss)
		miss_list_hold(&s->list, miss, ask->task, call->comm);
	supervisor_tell_news(s);
}

/* Somebody who mounts what the policy says mounts it upon the ghost that others have met there; others only look. */
static void
take_ours(struct supervisor *s, const struct sensor_ask *ask, const char *missing, bool mounts)
{
	const struct hold_unit *unit;
	mode_t type = holds_progress(&s->holds, missing, &unit) == HOLD_MOUNTING ? outside_type(missing) : 0;

	deciding_answer(s, ask->id, type ? ANSWER_PLACE : mounts ? ANSWER_ABSENT : ANSWER_MISSING, type);
}

static bool
is_mounted_upon(const struct supervisor *s, const char *path)
{
	for (size_t i = 0; i < s->map.inside.len; i++)
		if (strcmp(s->map.inside.entries[i].info.mount_point, path) == 0)
			return true;
	return false;
}

/*
 * In a private directory: the first time he is told to walk the path once more, and waits on the way (take_again). If
 * he comes straight to the name again, by a path that begins here, he goes on; what is mounted is there the next time.
 * So it is for another who comes just when the mount point has been made and nothing is mounted yet.
 */
static void
take_private(struct supervisor *s, const struct sensor_ask *ask, const char *missing, const struct task_call *call)
{
	_autofree_ char *path = NULL;
	const struct hold_unit *unit = NULL;
	const struct miss *miss;
	const char *about = NULL;
	bool is_met = holds_met(&s->holds, ask->task, missing, &path);

	if (is_met && deciding_hold(s, ask->id, ask->task, path))
		holds_drop(&s->holds, ask->id);
	miss = is_met ? NULL : sight_look_into(s, missing, ask->task, call);
	if (!is_met && !call->is_ours && deciding_wants(s, miss))
		about = miss->path;
	else if (!is_met && !call->is_ours && holds_progress(&s->holds, missing, &unit) == HOLD_MOUNTING && unit)
		about = unit->path;
	if (about) {
		near_move(s, ask->task, true);
		holds_meet(&s->holds, ask->task, missing, about);
		deciding_answer(s, ask->id, ANSWER_AGAIN, 0);
	} else {
		deciding_answer(s, ask->id, ANSWER_MISSING, 0);
	}
}

/* With a policy other than to report: decided before it is answered. */
static void
take_decidable(struct supervisor *s, const struct sensor_ask *ask, const char *missing, const struct task_call *call)
{
	_autofree_ char *path = NULL;
	const struct hold_unit *unit;
	const struct miss *miss;
	enum hold_progress progress;
	bool wants;

	if (sight_is_private(s, missing)) {
		take_private(s, ask, missing, call);
		return;
	}
	if (call->is_ours) {
		take_ours(s, ask, missing, call->mounts);
		return;
	}
	if (holds_met(&s->holds, ask->task, missing, &path)) {
		hold(s, ask, missing, path, call);
		return;
	}
	miss = sight_look_into(s, missing, ask->task, call);
	progress = holds_progress(&s->holds, missing, &unit);
	wants = deciding_wants(s, miss);
	if (progress != HOLD_MOUNTING && !wants) {
		deciding_answer(s, ask->id, deciding_settled(progress), 0);
		return;
	}
	/* It goes to and fro between us a few times. */
	near_move(s, ask->task, true);
	/* Whatever he asks for, that the name is not there must not be said while a place is made of it. */
	holds_meet(&s->holds, ask->task, missing, wants ? miss->path : unit->path);
	deciding_answer(s, ask->id, ANSWER_GHOST, outside_type(missing));
}

/* Of who serves it is known, while he lives, that he is none of the sandbox's. */
static void
read_asker(const struct supervisor *s, pid_t task, struct task_call *ret)
{
	if (s->holds.server > 0 && task == s->holds.server)
		*ret = (struct task_call){ .is_ours = true, .mounts = true };
	else
		task_read(s->proc, task, ret);
}

/*
 * Of a place. Who is not ours has come to it before it was mounted upon, or it is not mounted upon (any more) and as
 * any other.
 */
static void
take_attributes(struct supervisor *s, const struct sensor_ask *ask, const char *path)
{
	enum hold_progress progress = holds_progress_at(&s->holds, path);
	const struct hold_unit *below;
	struct task_call call;

	read_asker(s, ask->task, &call);
	if (!call.is_ours && progress != HOLD_MOUNTING)
		sight_refresh_map(s);
	if (!call.is_ours && (progress == HOLD_MOUNTING || is_mounted_upon(s, path)))
		deciding_answer(s, ask->id, ANSWER_STALE, 0);
	else if (call.is_ours || holds_progress(&s->holds, path, &below) == HOLD_MOUNTING)
		deciding_answer(s, ask->id, ANSWER_MISSING, 0);
	else
		deciding_answer(s, ask->id, progress == HOLD_FAILED ? ANSWER_UNMADE : ANSWER_PLAIN, 0);
	task_call_release(&call);
}

/* Who was told to walk once more does, and can wait. */
static void
take_again(struct supervisor *s, const struct sensor_ask *ask, const char *missing)
{
	_autofree_ char *path = NULL;
	struct task_call call;

	if (!holds_met(&s->holds, ask->task, missing, &path)) {
		deciding_answer(s, ask->id, ANSWER_MISSING, 0);
		return;
	}
	read_asker(s, ask->task, &call);
	hold(s, ask, missing, path, &call);
	task_call_release(&call);
}

static void
take_missing(struct supervisor *s, const struct sensor_ask *ask, const char *path)
{
	struct task_call call;

	/* What he wants is known then. */
	if (holds_has_met(&s->holds, ask->task, path))
		task_read_name(s->proc, ask->task, &call);
	else
		read_asker(s, ask->task, &call);
	if (s->holds.req->on_miss != ON_MISS_REPORT) {
		take_decidable(s, ask, path, &call);
	} else {
		/* Before it goes on: it may have ended when we look. */
		call.is_here = !call.is_ours && !sight_is_elsewhere(s, ask->task);
		deciding_answer(s, ask->id, ANSWER_MISSING, 0);
		sight_look_into(s, path, ask->task, &call);
	}
	task_call_release(&call);
}

static void
asks_take_signal(struct supervisor *s, uint64_t id)
{
	for (size_t i = 0; i < s->holds.len; i++)
		if (s->holds.items[i].id == id)
			s->holds.items[i].signalled = true;
	deciding_look_at_signals(s);
}

void
asks_take(struct supervisor *s)
{
	static char buf[sizeof(struct sensor_ask) + SENSOR_PATH_MAX + 1];
	struct sensor_ask ask;
	int fd;
	ssize_t n = fdpass_receive(s->job->sensor, buf, sizeof buf - 1, &fd, MSG_DONTWAIT);

	if (n == 0 || (n < 0 && n != -EAGAIN))
		s->over = true;
	if (fd >= 0)
		listeners_begin(s, fd);
	if (n < (ssize_t)sizeof ask)
		return;
	memcpy(&ask, buf, sizeof ask);
	if (ask.path_len != (size_t)n - sizeof ask)
		return;
	buf[n] = '\0';
	if (ask.kind == ASK_SIGNAL)
		asks_take_signal(s, ask.id);
	if (ask.kind == ASK_GONE)
		deciding_drop(s, ask.id);
	if (ask.kind == ASK_NEAR)
		near_move(s, ask.task, false);
	if (ask.kind == ASK_MISSING && buf[sizeof ask] == '/')
		take_missing(s, &ask, buf + sizeof ask);
	if (ask.kind == ASK_AGAIN && buf[sizeof ask] == '/')
		take_again(s, &ask, buf + sizeof ask);
	if (ask.kind == ASK_ATTRIBUTES && buf[sizeof ask] == '/')
		take_attributes(s, &ask, buf + sizeof ask);
}
