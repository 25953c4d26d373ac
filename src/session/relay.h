/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One direction of the relay between the user's terminal and the pty: bytes, unchanged, in order, through a bounded buffer. What one side
 * does not take is not read from the other.
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
	bool shared; /* its O_NONBLOCK is not ours to set, since others have the same open file: poll(2) before each try */
};

struct relay {
	size_t start, end;
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
