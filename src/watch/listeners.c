/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tier 2: who notifies of system calls. The payload and all that it starts have one listener, and each that joins. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sandbox/breaks.h"
#include "sys/fdpass.h"
#include "sys/notify.h"
#include "sys/seccomp.h"
#include "watch/supervisor_parts.h"

void
listeners_init(struct supervisor *s)
{
	for (size_t i = 0; i < SENSOR_LISTENERS_MAX; i++)
		s->listeners[i] = (struct listener_place){ -1, -1 };
}

static void
add(struct supervisor *s, size_t place, int listener)
{
	/* Who hands one in is about to be executed: the root is in its place. */
	if (s->root < 0)
		s->root = openat(s->init, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	s->listeners[place].fd = listener;
	if (s->listeners_len <= place)
		s->listeners_len = place + 1;
	s->is_notified = true;
	s->can_hold = s->holds.req->on_miss != ON_MISS_REPORT && seccomp_watch_can_hold();
	notify_set_sync(listener);
}

static bool
is_free(const struct listener_place *place)
{
	return place->fd < 0 && place->socket < 0;
}

/* All that is there. Who makes room is told by the descriptor's end alone, so is pid 1. */
static void
drop(struct supervisor *s, size_t place)
{
	struct listener_place *dropped = &s->listeners[place];

	calls_drop_place(s, place);
	if (dropped->fd >= 0)
		close(take_fd(&dropped->fd));
	if (dropped->socket >= 0)
		close(take_fd(&dropped->socket));
	while (s->listeners_len > 0 && is_free(&s->listeners[s->listeners_len - 1]))
		s->listeners_len--;
}

void
listeners_begin(struct supervisor *s, int listener)
{
	if (s->listeners[0].fd >= 0)
		close(listener);
	else
		add(s, 0, listener);
}

int
listeners_expect(struct supervisor *s, int socket)
{
	const size_t max = broken("few-listeners") ? 3 : SENSOR_LISTENERS_MAX;

	/* The first is the payload's, whether it is there yet, still, or not. */
	for (size_t i = 1; i < max; i++) {
		if (!is_free(&s->listeners[i]))
			continue;
		s->listeners[i].socket = socket;
		if (s->listeners_len <= i)
			s->listeners_len = i + 1;
		return 0;
	}
	return -EMFILE;
}

/*
 * pid 1 has it first: what has been sent to pid 1 is there, also when we are not any more, and until the program is
 * told it makes no call whose failure would matter.
 */
static void
take_in(struct supervisor *s, size_t place)
{
	const struct sensor_answer copy = { .id = place, .kind = ANSWER_LISTENER };
	int socket = s->listeners[place].socket, listener;
	char byte;
	ssize_t n = fdpass_receive(socket, &byte, 1, &listener, MSG_DONTWAIT);

	if (n == -EAGAIN)
		return;
	if (n == 1 && listener >= 0 && notify_is_listener(listener) &&
	    fdpass_send(s->job->sensor, &copy, sizeof copy, listener, MSG_DONTWAIT) == 0) {
		add(s, place, take_fd(&listener));
		send(socket, "y", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		close(take_fd(&s->listeners[place].socket));
		return;
	}
	/* It did not come that far, or what comes is no listener. */
	if (listener >= 0)
		close(listener);
	drop(s, place);
}

size_t
listeners_poll(const struct supervisor *s, struct pollfd *fds)
{
	for (size_t i = 0; i < s->listeners_len; i++) {
		const struct listener_place *place = &s->listeners[i];

		fds[i] = (struct pollfd){ .fd = place->socket >= 0 ? place->socket : place->fd, .events = POLLIN };
	}
	return s->listeners_len;
}

void
listeners_take(struct supervisor *s, const struct pollfd *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fds[i].revents == 0)
			continue;
		if (s->listeners[i].socket >= 0)
			take_in(s, i);
		else if (!(fds[i].revents & POLLIN) || !calls_take(s, i))
			drop(s, i);
	}
}
