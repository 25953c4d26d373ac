/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Those who read the list of misses, and decide: the manager and the control process. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/fdpass.h"
#include "watch/messages.h"
#include "watch/supervisor_parts.h"

static int
compare_changes(const void *a, const void *b)
{
	const struct miss *x = *(const struct miss *const *)a, *y = *(const struct miss *const *)b;

	return x->changed < y->changed ? -1 : x->changed > y->changed;
}

static void
answer_read(struct supervisor *s, int reader, const struct message_question *question)
{
	static char buf[MESSAGE_SIZE];
	const struct sensor_page *page = s->job->page;
	struct message_answer head = { .serial = question->serial,
				       .tier = atomic_load(&page->tier),
				       .refused = (uint32_t)atomic_load(&page->refused),
				       .refused_filter = (uint32_t)atomic_load(&page->refused_filter),
				       .changes = s->list.changes,
				       .lost = s->list.lost + atomic_load(&page->lost),
				       .sights = s->list.sights,
				       .held = s->holds.len };
	size_t cap = 0, changed = 0, len = sizeof head;
	_autofree_ const struct miss **misses = array_grow(NULL, &cap, s->list.len + 1, sizeof(void *));

	for (size_t i = 0; i < s->list.len; i++)
		if (s->list.items[i]->changed > question->since)
			misses[changed++] = s->list.items[i];
	qsort(misses, changed, sizeof(void *), compare_changes);
	while (head.count < changed && message_put(misses[head.count], buf, &len, sizeof buf))
		head.count++;
	head.more = head.count < changed;
	if (head.more && head.count > 0)
		head.changes = misses[head.count - 1]->changed;
	memcpy(buf, &head, sizeof head);
	if (send(reader, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

/* Whoever does not take it has gone, or asks again. */
static void
answer_shortly(int reader, const struct message_answer *head)
{
	if (send(reader, head, sizeof *head, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

/* What a decision changes of one miss. */
static bool
is_changed_by(const struct miss *miss, enum message_kind kind, enum miss_state state)
{
	if (kind == MESSAGE_UNCURED)
		return miss->state == MISS_CURED;
	switch (state) {
	case MISS_OPEN:
		return miss->state == MISS_IGNORED || miss->state == MISS_DENIED;
	case MISS_CURED:
		return miss->state != MISS_IGNORED;
	default:
		return true;
	}
}

static void
answer_state(struct supervisor *s, int reader, const struct message_question *question, const char *path)
{
	struct message_answer head = { .serial = question->serial };
	enum miss_state state = (enum miss_state)question->state;

	if (question->state < MISS_STATES && path[0] == '/' && state != MISS_CURED && question->kind == MESSAGE_STATE)
		head.failed = rules_set(&s->rules, path, state);
	if (question->state < MISS_STATES && path[0] == '/' && head.failed == 0) {
		for (size_t i = 0; i < s->list.len; i++)
			if (path_is_below(s->list.items[i]->path, path) &&
			    is_changed_by(s->list.items[i], question->kind, state))
				miss_list_set_one(&s->list, s->list.items[i], state);
		if (state != MISS_OPEN)
			head.held = holds_count(&s->holds, path);
	}
	/* First: with a call that goes on the program may end, and the session, and we. */
	answer_shortly(reader, &head);
	if (head.held > 0)
		deciding_let_go(s, path, ANSWER_MISSING);
	supervisor_tell_news(s);
}

static void
answer_decider(struct supervisor *s, enum watch_reader who, int reader, const struct message_question *question)
{
	const struct message_answer head = { .serial = question->serial };

	holds_set_decider(&s->holds, who, (pid_t)question->state);
	/* Whom the manager has spoken for speaks for himself now. */
	if (who == WATCH_CONTROL && question->since > 0 &&
	    s->holds.deciders[WATCH_MANAGER].pid == (pid_t)question->since)
		holds_set_decider(&s->holds, WATCH_MANAGER, 0);
	if (!holds_has_decider(&s->holds))
		deciding_give_up(s);
	answer_shortly(reader, &head);
}

static void
answer_expect(struct supervisor *s, int reader, const struct message_question *question, int socket)
{
	int r = socket < 0 ? -EMFILE : listeners_expect(s, socket);
	const struct message_answer head = { .serial = question->serial, .failed = r };

	if (r < 0 && socket >= 0)
		close(socket);
	answer_shortly(reader, &head);
}

/* False: there is nobody at the other end any more. */
bool
readers_take_question(struct supervisor *s, enum watch_reader who)
{
	int reader = s->job->readers[who];
	static char buf[sizeof(struct message_question) + SENSOR_PATH_MAX + 1];
	struct message_question question;
	int fd;
	ssize_t n = fdpass_receive(reader, buf, sizeof buf - 1, &fd, MSG_DONTWAIT);

	if (n == 0)
		return false;
	if (n < (ssize_t)sizeof question) {
		if (fd >= 0)
			close(fd);
		return true;
	}
	memcpy(&question, buf, sizeof question);
	buf[n] = '\0';
	programs_catch_up(s);
	if (question.kind == MESSAGE_EXPECT)
		answer_expect(s, reader, &question, fd);
	else if (fd >= 0)
		close(fd);
	if (question.kind == MESSAGE_READ)
		answer_read(s, reader, &question);
	else if (question.kind == MESSAGE_DECIDER)
		answer_decider(s, who, reader, &question);
	else if (question.kind == MESSAGE_STATE || question.kind == MESSAGE_STATE_NOW ||
		 question.kind == MESSAGE_UNCURED)
		answer_state(s, reader, &question, buf + sizeof question);
	return true;
}
