/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notified system calls, from inside: pid 1 keeps all listeners. */
#include "config.h"

#include "sandbox/keeper.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/fdpass.h"
#include "sys/notify.h"
#include "sys/seccomp.h"

enum { LEFT_MAX = 8 /* more than the supervisor may have received of one listener at once */ };

/* In init alone. Each place holds one more than the descriptor; 0: there is none. Behind `len` there is none. */
static struct {
	int places[SENSOR_LISTENERS_MAX];
	size_t len;
} kept;

bool
keeper_hand_in(const struct setup *setup)
{
	int watcher = setup->plan->door ? setup->plan->door->watcher : -1;
	int listener = watcher < 0 ? -1 : seccomp_watch_install();
	bool taken = true;
	char byte;

	/* Refused, the program is not watched, and else as any other. */
	if (listener >= 0) {
		taken = fdpass_send(watcher, "l", 1, listener, 0) == 0;
		close(listener);
		/* Says the supervisor when pid 1 has it too. */
		taken = taken && recv(watcher, &byte, 1, 0) == 1;
	}
	if (watcher >= 0)
		close(watcher);
	/* Who has ended before he said so may have passed it on or not: without a listener every such call fails. */
	if (!taken && access("/", F_OK) < 0 && errno == ENOSYS)
		inside_fail(setup, STEP_LISTENER, 0, NULL);
	return listener >= 0;
}

static int
at(size_t place)
{
	return kept.places[place] - 1;
}

static void
drop(size_t place)
{
	if (kept.places[place] > 0)
		close(at(place));
	kept.places[place] = 0;
	while (kept.len > 0 && kept.places[kept.len - 1] == 0)
		kept.len--;
}

void
keeper_add(uint64_t place, int listener)
{
	if (place >= SENSOR_LISTENERS_MAX) {
		close(listener);
		return;
	}
	drop(place);
	kept.places[place] = listener + 1;
	if (kept.len <= place)
		kept.len = place + 1;
}

int
keeper_first(void)
{
	return at(0);
}

nfds_t
keeper_poll(struct pollfd *fds, bool alone)
{
	/* Even what asks for nothing is told when nobody is left who could make a call. */
	for (size_t i = 0; i < kept.len; i++)
		fds[i] = (struct pollfd){ .fd = at(i), .events = alone ? POLLIN : 0 };
	return kept.len;
}

/* A call that nobody looks at. */
static void
continue_call(size_t place)
{
	struct notify_call call;
	int r = notify_receive(at(place), &call);

	if (r == 0)
		notify_continue(at(place), call.id);
	else if (r != -EAGAIN)
		drop(place);
}

void
keeper_take(const struct pollfd *fds, nfds_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i].revents & POLLIN)
			continue_call(i);
		else if (fds[i].revents)
			drop(i);
}

/*
 * What was received and not answered is not given out again, so it is answered by its number: the last one that was
 * noted down, or the next, if there was no time to.
 */
void
keeper_continue_left(struct sensor_page *page)
{
	for (size_t i = 0; i < kept.len; i++) {
		uint64_t last = atomic_load(&page->received[i]);

		if (at(i) < 0)
			continue;
		for (uint64_t id = last; id < last + LEFT_MAX; id++)
			notify_continue(at(i), id);
		/* What is another listener's is unknown to this one. */
		for (size_t k = 0; k < SENSOR_HELD_MAX; k++)
			if (atomic_load(&page->held[k]) != 0)
				notify_continue(at(i), atomic_load(&page->held[k]));
	}
}
