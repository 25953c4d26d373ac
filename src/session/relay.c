/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One direction of the relay between the user's terminal and the pty. */
#include "config.h"

#include "session/relay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/*
 * A blocking write(2) to a terminal waits until all is written: so few bytes that there is room for them if there
 * is any.
 */
enum { SHARED_WRITE = 256 };

static bool
try_now(struct relay_end *end, short events)
{
	struct pollfd pfd = { .fd = end->fd, .events = events };

	if (end->ready && end->shared && poll(&pfd, 1, 0) == 0)
		end->ready = false;
	return end->ready;
}

/* The result of a read or write that failed: true if it was only not the time for it. */
static bool
is_not_ready(struct relay_end *end)
{
	if (errno == EINTR)
		return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	end->ready = false;
	return true;
}

/* Returns true if it is worth going on; else *ret says why not. */
static bool
pass_on(struct relay *relay, struct relay_end *to, enum relay_state *ret)
{
	while (!relay_is_empty(relay)) {
		size_t len = relay->end - relay->start;
		ssize_t n;

		*ret = RELAY_BLOCKED;
		if (!try_now(to, POLLOUT))
			return false;
		n = write(to->fd, relay->bytes + relay->start, to->shared && len > SHARED_WRITE ? SHARED_WRITE : len);
		if (n > 0) {
			relay->start += (size_t)n;
			relay->passed += (size_t)n;
		} else if (n == 0) {
			to->ready = false;
		} else if (!is_not_ready(to)) {
			*ret = RELAY_BROKEN;
			return false;
		}
	}
	relay->start = relay->end = 0;
	return true;
}

/* Leaves out each CR that a LF follows. A last CR is held back. */
static void
drop_cr(struct relay *relay)
{
	size_t to = 0;

	for (size_t at = 0; at < relay->end; at++)
		if (relay->bytes[at] != '\r' || at + 1 == relay->end || relay->bytes[at + 1] != '\n')
			relay->bytes[to++] = relay->bytes[at];
	relay->holds_cr = to > 0 && relay->bytes[to - 1] == '\r';
	relay->end = to - relay->holds_cr;
}

static bool
holds_any(const char *bytes, size_t len, const char *wanted)
{
	for (; *wanted; wanted++)
		if (memchr(bytes, *wanted, len))
			return true;
	return false;
}

/* Likewise. */
static bool
fetch(struct relay *relay, struct relay_end *from, enum relay_state *ret)
{
	size_t held = relay->holds_cr;
	ssize_t n;

	*ret = RELAY_STARVED;
	if (!try_now(from, POLLIN))
		return false;
	relay->bytes[0] = '\r';
	n = read(from->fd, relay->bytes + held, RELAY_BYTES - held);
	if (n > 0) {
		relay->end = held + (size_t)n;
		relay->holds_cr = false;
		relay->has_heeded = relay->has_heeded || holds_any(relay->bytes, relay->end, relay->heeded);
		if (relay->look)
			relay->end = relay->look(relay->look_arg, relay->bytes, relay->end);
		if (relay->undo_crlf)
			drop_cr(relay);
		return true;
	}
	/* A terminal writes CR LF in one piece, so this CR was not the first half of one. */
	if (held) {
		relay->end = 1;
		relay->holds_cr = false;
		return true;
	}
	/*
	 * The master of a pty says EIO when the last slave is closed, and only when all that was written to it has
	 * been read.
	 */
	if (n == 0 || !is_not_ready(from)) {
		*ret = RELAY_FINISHED;
		from->ready = false;
		return false;
	}
	return true;
}

enum relay_state
relay_pump(struct relay *relay, struct relay_end *from, struct relay_end *to, int budget)
{
	enum relay_state state;

	if (!pass_on(relay, to, &state))
		return state;
	while (budget-- > 0) {
		if (relay->resting)
			return RELAY_STARVED;
		if (!fetch(relay, from, &state) || !pass_on(relay, to, &state))
			return state;
	}
	return RELAY_MORE;
}
