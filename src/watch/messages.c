/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Misses in packets. */
#include "config.h"

#include "watch/messages.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sys/pathcalls.h"

bool
message_put(const struct miss *miss, char *buf, size_t *len, size_t size)
{
	struct message_miss head = { .path_len = (uint32_t)strlen(miss->path), .steps_len = (uint32_t)miss->chain_len,
				     .state = (uint32_t)miss->state, .pid = miss->pid, .first = miss->first,
				     .last = miss->last, .count = miss->count, .number = miss->number,
				     .changed = miss->changed };
	size_t at = *len + sizeof head + head.path_len;

	for (size_t i = 0; i < miss->chain_len && i < MISS_STEPS_MAX; i++) {
		head.steps[i].via = (uint32_t)miss->chain[i].via;
		head.steps[i].len = (uint32_t)strlen(miss->chain[i].path);
		at += head.steps[i].len;
	}
	if (at > size)
		return false;
	head.size = (uint32_t)(at - *len);
	memcpy(head.comm, miss->comm, sizeof head.comm);
	strncpy(head.call, miss->call ? miss->call : "", sizeof head.call - 1);
	memcpy(buf + *len, &head, sizeof head);
	at = *len + sizeof head;
	memcpy(buf + at, miss->path, head.path_len);
	at += head.path_len;
	for (size_t i = 0; i < head.steps_len; i++) {
		memcpy(buf + at, miss->chain[i].path, head.steps[i].len);
		at += head.steps[i].len;
	}
	*len = at;
	return true;
}

/* The name of ours, which lives for ever. */
static const char *
call_named(const char *name)
{
	for (size_t i = 0; i < pathcalls_len; i++)
		if (strcmp(pathcalls[i].name, name) == 0)
			return pathcalls[i].name;
	return NULL;
}

static bool
is_sound(const struct message_miss *head, size_t room)
{
	size_t size = sizeof *head + head->path_len;

	if (head->size > room || head->path_len > head->size || head->steps_len > MISS_STEPS_MAX ||
	    head->state >= MISS_STATES)
		return false;
	for (size_t i = 0; i < head->steps_len; i++) {
		if (head->steps[i].len > head->size || head->steps[i].via >= VIA_KINDS)
			return false;
		size += head->steps[i].len;
	}
	return size == head->size;
}

static void
keep(struct miss_list *list, const struct message_miss *head, const char *path, const struct miss_step *steps)
{
	char comm[MISS_COMM_SIZE], call[MESSAGE_CALL_SIZE];
	struct miss_sight sight = { .path = path, .chain = steps, .chain_len = head->steps_len, .pid = head->pid,
				    .comm = comm, .call = NULL, .time = head->last };
	struct miss *miss;

	memcpy(comm, head->comm, sizeof comm);
	comm[sizeof comm - 1] = '\0';
	memcpy(call, head->call, sizeof call);
	call[sizeof call - 1] = '\0';
	sight.call = call_named(call);
	miss = miss_list_add(list, &sight, NULL);
	if (!miss)
		return;
	miss->pid = head->pid;
	memcpy(miss->comm, comm, sizeof miss->comm);
	miss->first = head->first;
	miss->last = head->last;
	miss->count = head->count;
	miss->number = head->number;
	miss->changed = head->changed;
	miss->state = (enum miss_state)head->state;
}

bool
message_take(const char *buf, size_t *at, size_t len, struct miss_list *list)
{
	struct message_miss head;
	struct miss_step steps[MISS_STEPS_MAX];
	const char *text = buf + *at + sizeof head;
	char *path;

	if (len - *at < sizeof head)
		return false;
	memcpy(&head, buf + *at, sizeof head);
	if (!is_sound(&head, len - *at))
		return false;
	path = text_ndup(text, head.path_len);
	text += head.path_len;
	for (size_t i = 0; i < head.steps_len; i++) {
		steps[i] = (struct miss_step){ (enum miss_via)head.steps[i].via, text_ndup(text, head.steps[i].len) };
		text += head.steps[i].len;
	}
	keep(list, &head, path, steps);
	for (size_t i = 0; i < head.steps_len; i++)
		free(steps[i].path);
	free(path);
	*at += head.size;
	return true;
}
