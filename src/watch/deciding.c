/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Those who wait for a decision, in either way: held, let go, given up. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inspect/noise.h"
#include "watch/supervisor_parts.h"

void
deciding_answer(struct supervisor *s, uint64_t id, enum sensor_answer_kind kind, mode_t type)
{
	const struct sensor_answer answer = { .id = id, .kind = kind, .type = type };
	struct held_call *held = s->is_notified ? calls_find_held(s, id) : NULL;

	if (held) {
		calls_continue(s, held);
		calls_forget_held(s, held);
	}
	if (s->is_notified)
		return;
	/* pid 1 takes what there is before it asks again, so there is room; if not, it waits no longer than it said. */
	if (send(s->job->sensor, &answer, sizeof answer, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

/* The list forgets misses, and not every decision is a rule. */
static bool
is_decided(const struct supervisor *s, const char *path)
{
	const struct miss *miss = miss_list_find(&s->list, path);

	return (miss && miss_is_decided(miss)) || rules_find(&s->rules, path) != MISS_OPEN;
}

bool
deciding_wants(const struct supervisor *s, const struct miss *miss)
{
	if (!miss || is_decided(s, miss->path))
		return false;
	if (s->holds.req->on_miss == ON_MISS_ASK && noise_find(miss->path, getenv("HOME")))
		return false;
	return holds_want(&s->holds, miss->path);
}

bool
deciding_hold(struct supervisor *s, uint64_t id, pid_t task, const char *path)
{
	return !is_decided(s, path) && holds_add(&s->holds, id, task, path);
}

void
deciding_drop(struct supervisor *s, uint64_t id)
{
	_autofree_ char *path = NULL;
	struct miss *miss;

	for (size_t i = 0; i < s->holds.len && !path; i++)
		if (s->holds.items[i].id == id)
			path = text_dup(s->holds.items[i].path);
	holds_drop(&s->holds, id);
	miss = path && !holds_any_for(&s->holds, path) ? miss_list_find(&s->list, path) : NULL;
	if (!miss || miss->state != MISS_HELD)
		return;
	miss_list_set_one(&s->list, miss, MISS_OPEN);
	supervisor_tell_news(s);
}

/* Whoever waits for something there goes on. */
void
deciding_let_go(struct supervisor *s, const char *path, enum sensor_answer_kind kind)
{
	uint64_t id;

	while (holds_take(&s->holds, path, &id)) {
		struct held_call *held = s->is_notified ? calls_find_held(s, id) : NULL;
		struct held_call again;

		if (!held) {
			deciding_answer(s, id, kind, 0);
			continue;
		}
		again = *held;
		calls_forget_held(s, held);
		again.rounds++;
		calls_decide(s, &again);
	}
}

/* What there is to say of a name that nobody has to wait for. */
enum sensor_answer_kind
deciding_settled(enum hold_progress progress)
{
	return progress == HOLD_MOUNTED ? ANSWER_THERE : progress == HOLD_FAILED ? ANSWER_UNMADE : ANSWER_MISSING;
}

/* Nobody is there who decides: whoever waits goes on. */
void
deciding_give_up(struct supervisor *s)
{
	for (size_t i = 0; i < s->list.len; i++)
		if (s->list.items[i]->state == MISS_HELD)
			miss_list_set_one(&s->list, s->list.items[i], MISS_OPEN);
	deciding_let_go(s, "/", ANSWER_MISSING);
	supervisor_tell_news(s);
}

/* Of those who wait and have a signal, the ones that it ends. */
void
deciding_look_at_signals(struct supervisor *s)
{
	s->any_signalled = false;
	for (size_t i = 0; i < s->holds.len; i++) {
		uint64_t id = s->holds.items[i].id;

		if (!s->holds.items[i].signalled)
			continue;
		if (!task_is_dying(s->proc, s->holds.items[i].task)) {
			/* The kernel says it once; the next signal may be another. */
			s->any_signalled = true;
			continue;
		}
		deciding_drop(s, id);
		deciding_answer(s, id, ANSWER_KILLED, 0);
		i--;
	}
}

void
deciding_tell_mounter(struct supervisor *s)
{
	atomic_store_explicit(&s->job->page->mounter, s->holds.server, memory_order_relaxed);
}

/* What the policy has mounted; and nobody is there any more who decides. */
void
deciding_look(struct supervisor *s)
{
	const struct hold_unit *unit;

	while ((unit = holds_finished(&s->holds))) {
		s->map_is_stale = true;
		miss_list_set_state(&s->list, unit->path, unit->failed ? MISS_OPEN : MISS_CURED);
		/* Of a directory above, which they may wait for, more may be on its way: it is not settled yet. */
		deciding_let_go(s, unit->path, unit->failed ? ANSWER_UNMADE : ANSWER_MISSING);
		supervisor_tell_news(s);
	}
	deciding_tell_mounter(s);
	if (holds_lost_deciders(&s->holds))
		deciding_give_up(s);
}
