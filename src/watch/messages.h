/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What readers ask the supervisor, and what it answers: packets of a SOCK_SEQPACKET pair. */
#ifndef WATCH_MESSAGES_H
#define WATCH_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/miss.h"

enum message_kind {
	MESSAGE_READ = 1, /* what has changed since `since`, from the first that is not older on */
	MESSAGE_STATE,	  /* sets `state` of the misses at and below the path that follows, and of those to come */
	MESSAGE_DECIDER,  /* the process `state` is there to decide, for `since` as well; 0: nobody */
	MESSAGE_STATE_NOW, /* the same of the misses that there are, and not of those to come */
	MESSAGE_UNCURED,  /* what was mounted at the path that follows is not any more */
	MESSAGE_EXPECT,	  /* a program that joins will hand in its listener over the socket that comes with it */
};

struct message_question {
	uint32_t kind;
	uint32_t serial; /* of the question: an answer to an older one is of no use any more */
	uint64_t since;
	uint32_t state;
	uint32_t path_len;
};

enum {
	MESSAGE_SIZE = 64 * 1024,
	MESSAGE_CALL_SIZE = 24,
};

/* Followed by `count` misses. */
struct message_answer {
	uint32_t serial;
	uint32_t count;
	uint32_t more; /* there are more: ask again, with `changes` for `since` */
	uint32_t tier, refused, refused_filter; /* as in struct sensor_page */
	uint64_t changes;
	uint64_t lost, sights;
	uint64_t held; /* how many calls wait; to MESSAGE_STATE and MESSAGE_STATE_NOW: how many have gone on */
	int32_t failed; /* to MESSAGE_STATE and MESSAGE_EXPECT: -errno, and nothing was changed; else 0 */
	uint32_t spare;
};

/* Followed by the path and the steps' paths, each of so many bytes without a NUL. */
struct message_miss {
	uint32_t size; /* of all of it */
	uint32_t path_len, steps_len, state;
	struct {
		uint32_t via, len;
	} steps[MISS_STEPS_MAX];
	int32_t pid;
	uint32_t spare;
	int64_t first, last;
	uint64_t count, number, changed;
	char comm[MISS_COMM_SIZE];
	char call[MESSAGE_CALL_SIZE];
};

/* Appends a miss to buf[*len..size). False: it does not fit. */
bool message_put(const struct miss *miss, char *buf, size_t *len, size_t size);

/*
 * Takes the miss at buf + *at into the list, in place of the one of the same path, and moves *at behind it.
 * False: it is not one.
 */
bool message_take(const char *buf, size_t *at, size_t len, struct miss_list *list);

#endif
