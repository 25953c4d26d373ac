/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The supervisor: takes what pid 1 asks, keeps the list of misses, answers those who read it. Here is its loop;
 * asks.c and calls.c are the two ways in which misses reach it.
 *
 * An ask is answered as soon as what the program waits in has been read: what follows, finding out what that means, may
 * take as long as the machine's file systems do. The payload decides how often it asks; it waits for each, so it can
 * keep us as busy as itself, and nobody else.
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "sys/procfs.h"
#include "watch/outside.h"
#include "watch/record.h"
#include "watch/supervisor_parts.h"

/* So old is a session when new names outside begin to be watched for. */
enum { SETTLED_MS = 1000 };

/* While somebody waits who has had a signal, that another one ends him is noticed so soon. */
enum { HELD_MS = 5 };

/* Somebody who waits for notified calls to be decided is looked at so often: nobody tells that he has been killed. */
enum { GONE_MS = 200 };

void
supervisor_tell_news(const struct supervisor *s)
{
	const uint64_t one = 1;

	if (write(s->job->news, &one, sizeof one) < 0)
		return;
}

static void
open_all(struct supervisor *s)
{
	s->proc = procfs_open();
	s->self = procfs_open_named(s->proc, "self");
	s->init = procfs_open_process(s->proc, s->job->init);
	s->mountinfo = openat(s->init, "mountinfo", O_RDONLY | O_CLOEXEC);
	s->map = (struct trail_map){ .plan = s->job->plan };
	s->map_is_stale = true;
	listeners_init(s);
}

static int
wait_how_long(struct supervisor *s, bool is_settled)
{
	uint64_t id;
	int wait;

	while (holds_take_late(&s->holds, &id, &wait))
		deciding_answer(s, id, ANSWER_MISSING, 0);
	if (s->any_signalled)
		return HELD_MS;
	if (s->is_notified && s->holds.len > 0) {
		calls_look_for_gone(s);
		return wait >= 0 && wait < GONE_MS ? wait : GONE_MS;
	}
	if (wait >= 0)
		return wait;
	return s->near >= 0 ? NEAR_MS : is_settled ? -1 : SETTLED_MS;
}

static struct pollfd
decider_poll(const struct hold_decider *decider)
{
	return (struct pollfd){ .fd = decider->pid > 0 ? decider->pidfd : -1, .events = POLLIN };
}

_Static_assert((int)HOLD_SPEAKERS == (int)WATCH_READERS, "each reader says who decides");

void
supervisor_run(const struct supervisor_job *job)
{
	struct supervisor s = { .job = job, .near = -1, .near_self = -1, .root = -1,
				.holds = { .req = job->plan->req, .rules = &s.rules, .mounter = job->mounter,
					   .init = job->init, .keep = job->readers[WATCH_MANAGER] } };
	enum { SENSOR, MOUNTS, NAMES, SERVER, MOUNTER, DECIDERS, READERS = DECIDERS + HOLD_SPEAKERS,
	       LISTENERS = READERS + WATCH_READERS };
	struct pollfd fds[LISTENERS + SENSOR_LISTENERS_MAX];
	int64_t started = clock_ms();
	bool is_settled = false;

	open_all(&s);
	s.recorder = job->record >= 0 ? recorder_new(job->record) : NULL;
	/* The filter is for the server of the root. */
	if (atomic_load(&job->page->refused) == 0)
		outside_fill(job->plan, job->page);
	fds[SENSOR] = (struct pollfd){ .fd = job->sensor, .events = POLLIN };
	/* Not before they have been read: while the sandbox is built they change all the time. */
	fds[MOUNTS] = (struct pollfd){ .fd = -1, .events = POLLPRI };
	fds[NAMES] = (struct pollfd){ .fd = -1, .events = POLLIN };
	for (size_t i = 0; i < WATCH_READERS; i++)
		fds[READERS + i] = (struct pollfd){ .fd = job->readers[i], .events = POLLIN };
	while (!s.over) {
		int wait = private_wait(&s, wait_how_long(&s, is_settled));
		size_t listeners = listeners_poll(&s, fds + LISTENERS);
		int n;

		fds[SERVER] = (struct pollfd){ .fd = holds_server_fd(&s.holds), .events = POLLIN };
		fds[MOUNTER] = (struct pollfd){ .fd = holds_mount_fd(&s.holds), .events = POLLIN };
		for (size_t i = 0; i < HOLD_SPEAKERS; i++)
			fds[DECIDERS + i] = decider_poll(&s.holds.deciders[i]);
		n = poll(fds, LISTENERS + listeners, programs_wait(&s, wait));
		if (programs_wait(&s, -1) == 0)
			programs_catch_up(&s);
		near_let_go(&s);
		deciding_look(&s);
		private_look(&s);
		if (s.any_signalled)
			deciding_look_at_signals(&s);
		if (!is_settled &&
		    ((n == 0 && wait == SETTLED_MS) || clock_ms() - started > SETTLED_MS)) {
			is_settled = true;
			if (atomic_load(&job->page->refused) == 0)
				s.inotify = fds[NAMES].fd = outside_watch(job->plan, job->page);
		}
		if (n <= 0)
			continue;
		if (fds[MOUNTS].revents)
			s.map_is_stale = true;
		if (fds[NAMES].revents)
			outside_take_news(s.inotify, job->page);
		/* First, since they may say who decides about what is asked. */
		for (size_t i = 0; i < WATCH_READERS; i++)
			if (fds[READERS + i].revents && !readers_take_question(&s, i))
				fds[READERS + i].fd = -1;
		if (fds[SENSOR].revents)
			asks_take(&s);
		listeners_take(&s, fds + LISTENERS, listeners);
		if (s.map.known)
			fds[MOUNTS].fd = s.mountinfo;
	}
	if (s.recorder)
		recorder_end(s.recorder);
	recorder_free(s.recorder);
	trail_map_release(&s.map);
	miss_list_release(&s.list);
	holds_release(&s.holds);
	rules_release(&s.rules);
	free(s.private.stale);
}
