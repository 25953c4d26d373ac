/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session on a terminal. Theory of operation:
 *
 *	user's terminal ◄──► manager ◄──► master │ slave ◄──► payload (and leader: its parent, in its session)
 *
 * Foreground. While the manager is in the foreground of the user's terminal, that terminal is raw and every byte is the payload's: the pty
 * has the user's modes, so it echoes, edits lines, and makes signals of Ctrl-C and Ctrl-Z. While the manager is in the background, the
 * terminal is left alone, only output is passed on, and the payload is in the background of its pty too: if it reads, SIGTTIN
 * stops it, and us with it, which is what the shell outside expects of a background job.
 *
 * Stops. When the payload stops, we show what it has written, put the terminal's modes back, and stop our process group by the same
 * signal. SIGCONT is the way back: everything that may have changed is looked at anew, and the signal is passed on.
 * `fg` sends none to a job that runs in the background. That we are in the foreground then shows when somebody types (an edge of
 * the terminal's readiness: while it is not ours we do not read, so a level would keep waking us), or when the payload writes, or
 * is stopped for reading. Until then a Ctrl-C still works: the terminal is as the shell left it and sends SIGINT to our group.
 *
 * The end. When the payload has ended pid 1 is killed, and what the payload wrote is shown until the pty is at its end. Only then the
 * leader may go: the end of a session's leader hangs up its terminal.
 *
 * All readiness is edge-triggered: a descriptor is tried until it says EAGAIN (session/relay.h), and nothing wakes us that we do
 * not want. There are no timers.
 */
#include "config.h"

#include "session/interactive.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session/ending.h"
#include "session/imitate.h"
#include "session/leader.h"
#include "session/relay.h"
#include "session/terminal.h"

enum source {
	SOURCE_SIGNALS,
	SOURCE_LEADER,
	SOURCE_EXEC,
	SOURCE_TERMINAL_IN,
	SOURCE_TERMINAL_OUT,
	SOURCE_PTY_IN,
	SOURCE_PTY_OUT,
};

/* Reads of one direction between two looks at signals and the other direction: some milliseconds at most. */
enum { BUDGET = 64 };

struct interactive {
	const struct plan *plan;
	session_explainer *explain;
	struct inbox *inbox;
	struct sandbox sb;
	struct terminal *terminal; /* in memory shared with the leader */
	struct winsize size;	   /* of the pty */
	struct relay *input, *output;
	struct relay_end pty_in, pty_out; /* the master: to the payload, from the payload; fd -1 once hung up */
	int epoll, signals;

	bool executed;	     /* the payload runs; until then the terminal stays as it is, so that Ctrl-C ends a start that hangs */
	bool foreground;     /* as the leader was told last */
	bool borrowed_modes; /* we started in the background: the pty has the modes that the shell had for itself */
	bool drained;	     /* nothing more comes from the payload */
	bool told_hangup;    /* the payload has SIGHUP from the kernel, and shall not have ours as well */
	int stop;	     /* the payload was stopped by this signal, and we are about to be, or 0 */
	int given_up_by;     /* signal that ends the session without the payload's end, or 0 */
	bool ended;
	bool result_is_error;
	struct ending ending;
};

/* Static: memory that is never touched, and so never there, in a session without a pty. */
static struct relay relay_in, relay_out;

static void
watch(struct interactive *s, int fd, uint32_t events, enum source source)
{
	struct epoll_event event = { .events = events, .data.u32 = source };

	epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* One event when there is room again. */
static void
await_room(struct interactive *s, int fd, enum source source)
{
	struct epoll_event event = { .events = EPOLLOUT | EPOLLET | EPOLLONESHOT, .data.u32 = source };

	epoll_ctl(s->epoll, EPOLL_CTL_MOD, fd, &event);
}

static void
order(struct interactive *s, enum leader_order_kind kind, const struct letter *letter)
{
	struct leader_order packet = { .kind = kind };

	if (s->ended)
		return;
	if (letter) {
		packet.number = letter->number;
		packet.queued = letter->queued;
		packet.value = (int64_t)(uintptr_t)letter->value.sival_ptr;
	}
	while (send(s->sb.leader_socket, &packet, sizeof packet, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

static void
continue_payload(struct interactive *s)
{
	const struct letter letter = { .number = SIGCONT };

	order(s, ORDER_SIGNAL_GROUP, &letter);
}

/* Returns true if the size has changed: then the kernel sends SIGWINCH to the foreground of the pty. */
static bool
pass_on_size(struct interactive *s)
{
	struct winsize size;

	if (ioctl(s->terminal->in.fd, TIOCGWINSZ, &size) < 0 || memcmp(&size, &s->size, sizeof size) == 0)
		return false;
	s->size = size;
	return s->pty_in.fd >= 0 && ioctl(s->pty_in.fd, TIOCSWINSZ, &size) == 0;
}

/* Until the first time in the foreground there was nowhere to get the user's modes from. What the payload has set since stays. */
static void
return_borrowed_modes(struct interactive *s, const struct termios *borrowed)
{
	struct termios now;

	s->borrowed_modes = false;
	if (tcgetattr(s->pty_in.fd, &now) == 0 && now.c_lflag == borrowed->c_lflag && now.c_iflag == borrowed->c_iflag &&
	    now.c_oflag == borrowed->c_oflag)
		tcsetattr(s->pty_in.fd, TCSANOW, &s->terminal->saved);
}

/* Acts on whether the terminal is ours; tells the leader even if nothing has changed. */
static void
look_at_foreground(struct interactive *s)
{
	const struct termios before = s->terminal->saved;

	if (!s->executed || s->pty_in.fd < 0)
		return;
	s->foreground = terminal_is_ours(s->terminal);
	if (!s->foreground) {
		s->terminal->raw = false;
		order(s, ORDER_BACKGROUND, NULL);
		return;
	}
	terminal_set_raw(s->terminal);
	if (s->borrowed_modes)
		return_borrowed_modes(s, &before);
	order(s, ORDER_FOREGROUND, NULL);
	pass_on_size(s);
	s->terminal->in.ready = true;
}

static void
close_pty(struct interactive *s)
{
	if (s->pty_in.fd < 0)
		return;
	close(s->pty_in.fd);
	close(s->pty_out.fd);
	s->pty_in.fd = s->pty_out.fd = s->sb.master = -1;
	s->drained = true;
}

/*
 * The user's terminal is gone. Closing the master hangs up the payload's: the kernel sends SIGHUP to its foreground, reads are at their
 * end, writes fail.
 */
static void
hang_up(struct interactive *s)
{
	if (s->pty_in.fd >= 0)
		s->told_hangup = !s->ended && tcgetpgrp(s->pty_in.fd) == getpgid(s->sb.payload);
	s->terminal->raw = false;
	s->foreground = false;
	close_pty(s);
	epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->terminal->in.fd, NULL);
	epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->terminal->out.fd, NULL);
}

static void
forward(struct interactive *s, const struct letter *letter)
{
	if (inbox_is_fatal(s->inbox, letter->number) && (s->ended || (!s->executed && ending_is_before_exec(&s->sb)))) {
		/* It has not begun, or its last output cannot be shown since the terminal takes none. */
		s->given_up_by = letter->number;
		return;
	}
	order(s, letter->to_group ? ORDER_SIGNAL_GROUP : ORDER_SIGNAL, letter);
}

static void
take_letter(struct interactive *s, const struct letter *letter)
{
	switch (letter->number) {
	case SIGCHLD:
		/* The leader's end shows at its socket, pid 1's by the payload's end. */
		if (s->inbox->sentinel > 0 && waitpid(s->inbox->sentinel, NULL, WNOHANG) > 0)
			s->inbox->sentinel = 0;
		return;
	case SIGWINCH:
		if (pass_on_size(s))
			return;
		break;
	case SIGCONT:
		look_at_foreground(s);
		/* The leader wakes us after somebody else continued the payload. */
		if (letter->sender == s->sb.leader_pid)
			return;
		break;
	case SIGHUP:
		if (letter->sender == 0 && terminal_is_gone(s->terminal))
			hang_up(s);
		if (letter->sender == 0 && s->told_hangup) {
			s->told_hangup = false;
			return;
		}
		break;
	default:
		break;
	}
	forward(s, letter);
}

static void
take_letters(struct interactive *s)
{
	struct letter letters[INBOX_MAX];
	size_t len = inbox_take(s->inbox, false, letters);

	for (size_t i = 0; i < len; i++)
		take_letter(s, &letters[i]);
}

static void
payload_ended(struct interactive *s, int code, int status)
{
	if (s->ended)
		return;
	s->ending = (struct ending){ .code = code, .status = status };
	s->ended = true;
	s->stop = 0;
}

/*
 * Somebody killed the leader. The kernel kills the payload for that; it has become our child (we are its subreaper), and pid 1
 * cannot end before it is reaped.
 */
static void
leader_ended(struct interactive *s)
{
	siginfo_t info = { .si_pid = 0 };

	epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->sb.leader_socket, NULL);
	while (waitid(P_PID, (id_t)s->sb.leader_pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	info.si_pid = 0;
	while (waitid(P_PID, (id_t)s->sb.payload, &info, WEXITED) < 0 && errno == EINTR)
		;
	if (info.si_pid)
		payload_ended(s, info.si_code, info.si_status);
	else
		payload_ended(s, CLD_KILLED, SIGKILL);
}

static void
take_reports(struct interactive *s)
{
	struct leader_report report;
	ssize_t n;

	while ((n = recv(s->sb.leader_socket, &report, sizeof report, MSG_DONTWAIT)) > 0) {
		if (n != sizeof report)
			continue;
		if (report.kind == REPORT_STOPPED)
			s->stop = report.status;
		else if (report.kind == REPORT_ENDED)
			payload_ended(s, report.code, report.status);
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		leader_ended(s);
}

/* The pipe of the launch is at its end, or holds a record and the payload is about to end. */
static void
take_exec(struct interactive *s, uint32_t events)
{
	epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->sb.report_fd, NULL);
	if (events & EPOLLIN)
		return;
	s->executed = true;
	look_at_foreground(s);
}

static void
take_event(struct interactive *s, const struct epoll_event *event)
{
	switch ((enum source)event->data.u32) {
	case SOURCE_SIGNALS:
		take_letters(s);
		break;
	case SOURCE_LEADER:
		take_reports(s);
		break;
	case SOURCE_EXEC:
		take_exec(s, event->events);
		break;
	case SOURCE_TERMINAL_IN:
		s->terminal->in.ready = true;
		if (terminal_is_gone(s->terminal))
			hang_up(s);
		else if (!s->foreground && terminal_is_ours(s->terminal))
			look_at_foreground(s);
		break;
	case SOURCE_TERMINAL_OUT:
		s->terminal->out.ready = true;
		break;
	case SOURCE_PTY_OUT:
		s->pty_out.ready = true;
		break;
	case SOURCE_PTY_IN:
		s->pty_in.ready = true;
		break;
	}
}

/* From the payload to the screen. Returns true if there is more to do at once. */
static bool
pump_output(struct interactive *s)
{
	if (s->drained)
		return false;
	if (s->executed && !s->foreground && s->pty_out.ready && terminal_is_ours(s->terminal))
		look_at_foreground(s);
	switch (relay_pump(s->output, &s->pty_out, &s->terminal->out, BUDGET)) {
	case RELAY_STARVED:
		return false;
	case RELAY_MORE:
		return true;
	case RELAY_BLOCKED:
		await_room(s, s->terminal->out.fd, SOURCE_TERMINAL_OUT);
		return false;
	case RELAY_FINISHED:
		/* All slaves are closed. While the payload lives it may open its terminal again. */
		s->drained = s->ended;
		return false;
	case RELAY_BROKEN:
		hang_up(s);
		return false;
	}
	return false;
}

/* From the keyboard to the payload. */
static bool
pump_input(struct interactive *s)
{
	if (!s->foreground || s->ended || s->pty_in.fd < 0)
		return false;
	switch (relay_pump(s->input, &s->terminal->in, &s->pty_in, BUDGET)) {
	case RELAY_STARVED:
		return false;
	case RELAY_MORE:
		return true;
	case RELAY_BLOCKED:
		await_room(s, s->pty_in.fd, SOURCE_PTY_IN);
		return false;
	case RELAY_FINISHED:
		if (terminal_is_gone(s->terminal))
			hang_up(s);
		else if (!terminal_is_ours(s->terminal))
			look_at_foreground(s);
		return false;
	case RELAY_BROKEN:
		/* No slave is open: nobody would read it. */
		s->input->start = s->input->end = 0;
		return false;
	}
	return false;
}

static bool
output_is_shown(const struct interactive *s)
{
	return s->drained || (relay_is_empty(s->output) && !s->pty_out.ready);
}

static void
follow_stop(struct interactive *s)
{
	int number = s->stop;
	bool for_reading = number == SIGTTIN || number == SIGTTOU;

	s->stop = 0;
	if (for_reading && !s->foreground && terminal_is_ours(s->terminal)) {
		/* It was in the background only because we did not know that we are in the foreground. */
		look_at_foreground(s);
		continue_payload(s);
		return;
	}
	terminal_restore(s->terminal);
	if (imitate_stop(number, true)) {
		look_at_foreground(s);
		return;
	}
	look_at_foreground(s);
	/* Nobody stopped us, so nobody will continue us. To be stopped again by the same read would be an endless loop. */
	if (for_reading)
		order(s, ORDER_FOREGROUND, NULL);
	continue_payload(s);
}

/* After the payload's end: what it meant, and the end of everything else inside. */
static void
conclude(struct interactive *s, struct outcome *ret, struct error *err)
{
	if (s->pty_out.fd >= 0)
		s->pty_out.ready = true;
	s->result_is_error = ending_conclude(&s->ending, &s->sb, s->plan, s->explain, ret, err) < 0;
	kill(s->sb.init, SIGKILL);
}

static void
run_loop(struct interactive *s, struct outcome *ret, struct error *err)
{
	struct epoll_event events[8];
	bool more = false, concluded = false;

	while (!s->given_up_by && !(concluded && s->drained)) {
		int n = epoll_wait(s->epoll, events, 8, more ? 0 : -1);

		for (int i = 0; i < n; i++)
			take_event(s, &events[i]);
		if (s->ended && !concluded) {
			conclude(s, ret, err);
			concluded = true;
		}
		more = pump_input(s);
		more = pump_output(s) || more;
		if (s->stop && output_is_shown(s)) {
			follow_stop(s);
			more = true;
		}
	}
	if (!concluded)
		*ret = (struct outcome){ .signal = s->given_up_by };
}

/* Before the launch, so that a failure starts nothing. */
static int
open_loop(struct interactive *s, struct error *err)
{
	const struct terminal *terminal = s->terminal;

	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->signals = signalfd(-1, &s->inbox->watched, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->epoll < 0 || s->signals < 0)
		return error_set(err, errno, "cannot watch for events");
	watch(s, s->signals, EPOLLIN, SOURCE_SIGNALS);
	watch(s, terminal->in.fd, EPOLLIN | EPOLLET, SOURCE_TERMINAL_IN);
	watch(s, terminal->out.fd, EPOLLET | EPOLLONESHOT, SOURCE_TERMINAL_OUT);
	return 0;
}

static int
open_pty(struct interactive *s, struct error *err)
{
	int to = fcntl(s->sb.master, F_DUPFD_CLOEXEC, 0);

	if (to < 0 || fcntl(s->sb.master, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
		return error_set(err, errno, "cannot use the sandbox's terminal");
	s->pty_out = (struct relay_end){ .fd = s->sb.master, .ready = true };
	s->pty_in = (struct relay_end){ .fd = to, .ready = true };
	watch(s, s->pty_out.fd, EPOLLIN | EPOLLET, SOURCE_PTY_OUT);
	watch(s, s->pty_in.fd, EPOLLET | EPOLLONESHOT, SOURCE_PTY_IN);
	watch(s, s->sb.leader_socket, EPOLLIN, SOURCE_LEADER);
	watch(s, s->sb.report_fd, EPOLLIN, SOURCE_EXEC);
	return 0;
}

static int
start(struct interactive *s, struct error *err)
{
	pid_t sentinel = inbox_start_sentinel();
	int r;

	if (sentinel < 0)
		return error_set(err, -(int)sentinel, "cannot start a process");
	s->inbox->sentinel = sentinel;
	r = open_loop(s, err);
	if (r < 0)
		return r;
	if (ioctl(s->terminal->in.fd, TIOCGWINSZ, &s->size) == 0)
		s->sb.size = &s->size;
	s->borrowed_modes = !terminal_is_ours(s->terminal);
	s->sb.modes = &s->terminal->saved;
	s->sb.payload_mask = s->inbox->original;
	s->sb.leader = leader_main;
	leader_prepare(s->terminal);
	/* The payload is ours to reap should the leader be killed. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	r = sandbox_launch(s->plan, GROUP_PTY, &s->sb, err);
	return r < 0 ? r : open_pty(s, err);
}

static void
finish(struct interactive *s)
{
	terminal_restore(s->terminal);
	if (s->pty_in.fd >= 0)
		close(s->pty_in.fd);
	/* pid 1's end waits for the leader to reap the payload. */
	if (s->sb.leader_pid > 0)
		kill(s->sb.leader_pid, SIGCONT);
	sandbox_end(&s->sb);
	inbox_end_sentinel(s->inbox);
	if (s->signals >= 0)
		close(s->signals);
	if (s->epoll >= 0)
		close(s->epoll);
}

int
interactive_run(const struct plan *plan, struct inbox *inbox, session_explainer *explain, struct outcome *ret,
		struct error *err)
{
	struct interactive s = { .plan = plan, .explain = explain, .inbox = inbox, .sb = SANDBOX_INIT, .input = &relay_in,
				 .output = &relay_out, .pty_in.fd = -1, .pty_out.fd = -1, .epoll = -1, .signals = -1 };
	int r;

	s.terminal = mmap(NULL, sizeof *s.terminal, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s.terminal == MAP_FAILED)
		return error_set(err, errno, "cannot start");
	r = terminal_open(s.terminal);
	if (r < 0) {
		r = error_set(err, -r, "cannot use the terminal");
	} else {
		r = start(&s, err);
		if (r == 0)
			run_loop(&s, ret, err);
		finish(&s);
		terminal_close(s.terminal);
	}
	munmap(s.terminal, sizeof *s.terminal);
	return r < 0 || s.result_is_error ? -1 : 0;
}
