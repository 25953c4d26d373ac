/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is new about a session's misses. */
#include "config.h"

#include "cmd/missnews.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/decide.h"
#include "cmd/events.h"
#include "cmd/table.h"
#include "cmd/why.h"
#include "inspect/finding.h"
#include "session/registry.h"
#include "watch/watch.h"

enum {
	LOOKS = 8,	/* that may follow each other at once, */
	LOOK_MS = 20,	/* and between two others */
	TOLD_MAX = 16,	/* of a kind, in one */
};

void
missnews_release(struct missnews *news)
{
	free(news->told);
	*news = (struct missnews){ 0 };
}

int
missnews_fd(const struct missnews *news, const struct context *context)
{
	return news->lost || missnews_wait(news) > 0 ? -1 : watch_event_fd(context->watch);
}

int
missnews_wait(const struct missnews *news)
{
	int64_t left = news->next - clock_ms();

	return news->looks == 0 && left > 0 ? (int)left : -1;
}

int
missnews_end_fd(const struct missnews *news, const struct context *context)
{
	return news->lost || !context->watch ? -1 : watch_end_fd(context->watch, WATCH_CONTROL);
}

/* What a look has found. */
struct look {
	struct missnews *news;
	struct context *context;
	missnews_tell *tell;
	void *arg;
	const struct miss *items[EVENT_KINDS][TOLD_MAX];
	size_t len[EVENT_KINDS]; /* found; of these TOLD_MAX stand in items */
};

static int
compare_numbers(const void *a, const void *b)
{
	const struct miss *x = *(const struct miss *const *)a, *y = *(const struct miss *const *)b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* The misses by number. The caller frees. */
static const struct miss **
by_number(const struct miss_list *list)
{
	const struct miss **sorted = array_grow(NULL, &(size_t){ 0 }, list->len + 1, sizeof(void *));

	for (size_t i = 0; i < list->len; i++)
		sorted[i] = list->items[i];
	if (list->len > 1)
		qsort(sorted, list->len, sizeof(void *), compare_numbers);
	return sorted;
}

static void
find(struct look *look, enum event_kind kind, const struct miss *miss)
{
	if (look->len[kind] < TOLD_MAX)
		look->items[kind][look->len[kind]] = miss;
	look->len[kind]++;
}

/* What has become of it since it was told of last; of one that is new, from "open" on. */
static void
compare_states(struct look *look, const struct miss *miss, const struct told_miss *before)
{
	enum miss_state was = before ? before->state : MISS_OPEN;

	if (!before && miss->state != MISS_HELD)
		find(look, EVENT_MISSED, miss);
	if (miss->state == was)
		return;
	if (miss->state == MISS_HELD)
		find(look, EVENT_HELD, miss);
	else if (was == MISS_HELD && miss->state == MISS_OPEN)
		find(look, EVENT_RELEASED, miss);
	else if (miss->state == MISS_CURED && look->context->plan->req->on_miss == ON_MISS_MOUNT)
		find(look, EVENT_CURED, miss);
}

/* The cures of what waits, as :misses has them. */
static void
find_cures(const struct look *look, struct finding_list *ret)
{
	static const struct command *misses;
	_automisses_ struct miss_list list = { 0 };
	struct target payload = TARGET_INIT;
	struct why_asked asked;

	misses = misses ? misses : command_find("misses");
	for (size_t i = 0; i < look->len[EVENT_HELD] && i < TOLD_MAX; i++) {
		const struct miss *miss = look->items[EVENT_HELD][i];

		miss_list_add(&list, &(struct miss_sight){ .path = miss->path, .chain = miss->chain,
							   .chain_len = miss->chain_len }, NULL);
	}
	if (list.len > 0 && target_open(look->context->record->payload, &payload, NULL) == 0) {
		struct call call = { .command = misses, .target = &payload, .context = look->context };

		if (why_asked_open(&call, &asked, NULL) == 0)
			findings_make_as(asked.userns, &(struct finding_query){ .why = asked.query, .only_seen = true,
									       .misses = &list }, ret);
		why_asked_close(&asked);
	}
	target_close(&payload);
}

static const char *
cure_of(const struct finding_list *cures, const struct miss *miss)
{
	for (size_t i = 0; i < cures->len; i++)
		if (cures->items[i].source == FINDING_SEEN && strcmp(cures->items[i].why.path, miss->path) == 0)
			return cures->items[i].why.cure;
	return NULL;
}

static void
tell_all(struct look *look)
{
	_autofindings_ struct finding_list cures = { 0 };
	struct event more = { .kind = EVENT_MORE, .waiting = look->news->waiting };

	find_cures(look, &cures);
	for (int kind = 0; kind < EVENT_KINDS; kind++) {
		size_t told = look->len[kind] < TOLD_MAX ? look->len[kind] : TOLD_MAX;

		for (size_t i = 0; i < told; i++) {
			const struct miss *miss = look->items[kind][i];
			const struct event event = { .kind = (enum event_kind)kind, .miss = miss,
						     .waiting = look->news->waiting,
						     .spec = kind == EVENT_HELD ? cure_of(&cures, miss) : NULL };

			look->tell(look->arg, &event);
		}
		more.more[kind] = look->len[kind] - told;
		more.any_more |= look->len[kind] > told;
	}
	if (more.any_more)
		look->tell(look->arg, &more);
}

/* Nobody watches any more, so nobody waits. */
static void
lose(struct missnews *news, struct miss_list *list)
{
	news->lost = true;
	news->waiting = 0;
	for (size_t i = 0; i < list->len; i++)
		if (list->items[i]->state == MISS_HELD)
			miss_list_set_one(list, list->items[i], MISS_OPEN);
}

/* One of those that may follow at once; there is one more for each LOOK_MS that went by. */
static void
spend_look(struct missnews *news)
{
	int64_t now = clock_ms(), more = now < news->next ? 0 : (now - news->next) / LOOK_MS + 1;

	if (more > 0)
		news->next = now + LOOK_MS;
	news->looks = news->looks + more > LOOKS ? LOOKS : news->looks + (int)more;
	news->looks -= news->looks > 0;
}

void
missnews_look(struct missnews *news, struct context *context, missnews_tell *tell, void *arg)
{
	struct look look = { .news = news, .context = context, .tell = tell, .arg = arg };
	_autofree_ const struct miss **sorted = NULL;
	_autofree_ struct told_miss *before = NULL;
	struct watch_state state = { 0 };
	size_t before_len = news->len, at = 0;
	int r;

	if (news->lost || !context->watch)
		return;
	r = watch_read(context->watch, WATCH_CONTROL, &context->misses, &state);
	spend_look(news);
	if (r == 0)
		news->waiting = state.held;
	else if (r == -EPIPE)
		lose(news, &context->misses);
	else
		return;
	sorted = by_number(&context->misses);
	before = take_ptr(news->told);
	news->told = array_grow(NULL, &(size_t){ 0 }, context->misses.len + 1, sizeof *news->told);
	news->len = context->misses.len;
	for (size_t i = 0; i < news->len; i++) {
		const struct told_miss *old = NULL;

		while (at < before_len && before[at].number < sorted[i]->number)
			at++;
		if (at < before_len && before[at].number == sorted[i]->number)
			old = &before[at];
		if (news->started)
			compare_states(&look, sorted[i], old);
		news->told[i] = (struct told_miss){ sorted[i]->number, sorted[i]->state };
	}
	news->started = true;
	tell_all(&look);
}

void
missnews_tell_waiting(struct missnews *news, struct context *context, missnews_tell *tell, void *arg)
{
	struct look look = { .news = news, .context = context, .tell = tell, .arg = arg };
	_autofree_ const struct miss **sorted = by_number(&context->misses);

	for (size_t i = 0; i < context->misses.len; i++)
		if (sorted[i]->state == MISS_HELD)
			find(&look, EVENT_HELD, sorted[i]);
	tell_all(&look);
}
