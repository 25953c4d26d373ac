/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One direction of the relay between the user's terminal and the pty: bytes, in order, through a bounded buffer.
 * What one side does not take is not read from the other.
 */
#ifndef SESSION_RELAY_H
#define SESSION_RELAY_H

#include <stdbool.h>
#include <stddef.h>

/* Four times what a terminal gives in one read(2). */
enum { RELAY_BYTES = 16 * 1024 };

struct relay_end {
	int fd;
	bool ready;  /* the last try did not say EAGAIN; set again by whoever sees that the descriptor became ready */
	bool shared; /* others have the same open file, so O_NONBLOCK is not ours to set: poll(2) before each try */
};

struct relay {
	/*
	 * `to` is a terminal that makes CR LF of LF, as the one behind `from` has done already: make LF of CR LF,
	 * so that it comes out right. For output to a terminal whose modes are not ours to change.
	 */
	bool undo_crlf;
	bool resting;  /* nothing is read for now */
	size_t (*look)(void *arg, char *bytes, size_t len); /* is shown what was read, and may shorten it; or NULL */
	void *look_arg;
	char heeded[4]; /* bytes to look out for in what is read; the rest is '\0', which is none of them */
	bool has_heeded; /* one of them came */
	bool holds_cr; /* a CR that was last in what was read: the next byte tells what to do with it */
	size_t start, end;
	unsigned long long passed; /* bytes so far */
	char bytes[RELAY_BYTES];
};

enum relay_state {
	RELAY_STARVED,	/* all is passed on; `from` has nothing */
	RELAY_BLOCKED,	/* bytes are left; `to` takes none */
	RELAY_MORE,	/* neither; the budget is used up */
	RELAY_FINISHED, /* end of file or an error on `from`, and all is passed on */
	RELAY_BROKEN,	/* an error on `to` */
};

/* Moves bytes until one side has enough, in at most `budget` reads. */
enum relay_state relay_pump(struct relay *relay, struct relay_end *from, struct relay_end *to, int budget);

static inline bool
relay_is_empty(const struct relay *relay)
{
	return relay->start == relay->end;
}

#endif
