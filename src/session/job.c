/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a session with a pty stands in the user's terminal. */
#include "config.h"

#include "session/job.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "session/imitate.h"

void
job_order(struct job *job, enum leader_order_kind kind, const struct letter *letter)
{
	struct leader_order packet = { .kind = kind };
	ssize_t n;

	if (job->ended)
		return;
	if (letter) {
		packet.number = letter->number;
		packet.queued = letter->queued;
		packet.value = (int64_t)(uintptr_t)letter->value.sival_ptr;
	}
	/* There is room for hundreds. If somebody has stopped the leader, we shall not wait for it. */
	do
		n = send(job->sb->leader_socket, &packet, sizeof packet, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n > 0 && kind == ORDER_FOREGROUND)
		job->unconfirmed++;
}

static void
continue_payload(struct job *job)
{
	const struct letter letter = { .number = SIGCONT };

	job_order(job, ORDER_SIGNAL_GROUP, &letter);
}

bool
job_pass_on_size(struct job *job)
{
	struct winsize size;

	if (job->to_payload.fd < 0 || ioctl(job->terminal->in.fd, TIOCGWINSZ, &size) < 0 ||
	    memcmp(&size, &job->size, sizeof size) == 0)
		return false;
	job->size = size;
	return ioctl(job->to_payload.fd, TIOCSWINSZ, &size) == 0;
}

/*
 * Until the first time in the foreground there was nowhere to get the user's modes from. What the payload has set since
 * then stays.
 */
static void
return_borrowed_modes(struct job *job, const struct termios *borrowed)
{
	struct termios now;

	job->borrowed_modes = false;
	if (tcgetattr(job->to_payload.fd, &now) == 0 && now.c_lflag == borrowed->c_lflag &&
	    now.c_iflag == borrowed->c_iflag && now.c_oflag == borrowed->c_oflag)
		tcsetattr(job->to_payload.fd, TCSANOW, &job->terminal->saved);
}

void
job_look_at_foreground(struct job *job)
{
	const struct termios before = job->terminal->saved;

	if (!job->executed || job->to_payload.fd < 0)
		return;
	job->foreground = terminal_is_ours(job->terminal);
	if (!job->foreground) {
		/* Whoever has the terminal now has set its modes. */
		job->terminal->raw = false;
		job_order(job, ORDER_BACKGROUND, NULL);
		return;
	}
	terminal_set_raw(job->terminal);
	if (job->borrowed_modes)
		return_borrowed_modes(job, &before);
	job_order(job, ORDER_FOREGROUND, NULL);
	job_pass_on_size(job);
	job->terminal->in.ready = true;
}

bool
job_may_type(const struct job *job)
{
	return job->foreground && !job->ended && job->unconfirmed == 0 && job->to_payload.fd >= 0;
}

static void
follow_stop(struct job *job, int number, bool background)
{
	bool for_reading = number == SIGTTIN || number == SIGTTOU;

	if (for_reading && background && terminal_is_ours(job->terminal)) {
		/* It was in the background only because we did not know that we are in the foreground. */
		job_look_at_foreground(job);
		continue_payload(job);
		return;
	}
	terminal_restore(job->terminal);
	if (imitate_stop(number, true)) {
		/* The SIGCONT that continued us waits to be taken, and is for the payload too. */
		job->resuming = true;
		job_look_at_foreground(job);
		return;
	}
	job_look_at_foreground(job);
	/* Nobody stopped us, so nobody will continue us. To be stopped again by the same read would be an endless
	 * loop. */
	if (for_reading)
		job_order(job, ORDER_FOREGROUND, NULL);
	continue_payload(job);
}

void
job_follow_stop(struct job *job, const struct leader_report *stop)
{
	follow_stop(job, stop->status, stop->background);
	job_order(job, ORDER_STOP_SEEN, NULL);
}

void
job_decline_stop(struct job *job, const struct leader_report *stop)
{
	/* To be stopped again by the same read would be an endless loop. */
	if (stop->status == SIGTTIN || stop->status == SIGTTOU)
		job_order(job, ORDER_FOREGROUND, NULL);
	continue_payload(job);
	job_order(job, ORDER_STOP_SEEN, NULL);
}

void
job_make_up_for_continue(struct job *job, const struct letter *letters, size_t len)
{
	if (!job->resuming || len == 0)
		return;
	job->resuming = false;
	if (!inbox_has(letters, len, SIGCONT))
		continue_payload(job);
}

void
job_hang_up(struct job *job)
{
	job->terminal->raw = false;
	job->foreground = false;
	if (job->to_payload.fd < 0)
		return;
	close(job->to_payload.fd);
	close(job->from_payload.fd);
	job->to_payload.fd = job->from_payload.fd = job->sb->master = -1;
}
