/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session on a terminal. Theory of operation:
 *
 *	user's terminal <--> manager <--> master | slave <--> payload (and leader: its parent, in its session)
 *
 * Foreground. While the manager is in the foreground of the user's terminal, that terminal is raw and every byte is
 * the payload's: the pty has the user's modes, so it echoes, edits lines, and makes signals of Ctrl-C and Ctrl-Z.
 * While the manager is in the background, the terminal is left alone, only output is passed on, and the payload is
 * in the background of its pty too: if it reads, SIGTTIN stops it, and us with it, which is what the shell outside
 * expects of a background job.
 *
 * The pty's foreground is the leader's to change, so it is changed a while after we have asked for it. What is typed
 * waits for that: a Ctrl-C that comes too early would be a signal for the leader, which heeds none, and be lost.
 *
 * Stops. When the payload stops, we show what it has written, put the terminal's modes back, and stop our process
 * group by the same signal. SIGCONT is the way back: everything that may have changed is looked at anew, and the
 * signal is passed on. `fg` sends none to a job that runs in the background. That we are in the foreground then
 * shows when somebody types (an edge of the terminal's readiness: while it is not ours we do not read, so a level
 * would keep waking us), or when the payload writes, or is stopped for reading. Until then a Ctrl-C still works:
 * the terminal is as the shell left it and sends SIGINT to our group.
 *
 * With the inspector that was asked for beside it (--inspect) the session outlives a program that fails: pid 1 is left
 * alone until the inspector has ended. What is missing is mounted meanwhile, and the program started again, for which
 * the whole session is (session/restart.h).
 *
 * The end. When the payload has ended pid 1 is killed, and what the payload wrote is shown until the pty is at its
 * end. Only then the leader may go: the end of a session's leader hangs up its terminal.
 *
 * All readiness is edge-triggered: a descriptor is tried until it says EAGAIN (session/relay.h), and nothing wakes
 * us that we do not want. There are no timers.
 */
#include "config.h"

#include "session/interactive.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "session/ending.h"
#include "session/inspector.h"
#include "session/job.h"
#include "session/leader.h"
#include "session/miss_mount.h"
#include "session/relay.h"
#include "session/restart.h"
#include "session/terminal.h"
#include "watch/watch.h"

enum source {
	SOURCE_SIGNALS,
	SOURCE_LEADER,
	SOURCE_EXEC,
	SOURCE_TERMINAL_IN,
	SOURCE_TERMINAL_OUT,
	SOURCE_PTY_IN,
	SOURCE_PTY_OUT,
	SOURCE_CONTROL,
	SOURCE_ROUSE,
	SOURCE_RESTART,
};

/* Reads of one direction between two looks at signals and the other direction: some milliseconds at most. */
enum { BUDGET = 64 };

struct interactive {
	const struct plan *plan;
	session_explainer *explain;
	struct inbox *inbox;
	struct control *control;
	struct sandbox sb;
	struct job job;
	struct relay *input, *output;
	struct inspector inspector;
	struct winsize pane_size; /* that the program begins with beside it */
	int epoll, signals;

	bool exec_failed; /* it told so, and is about to end */
	bool drained;	 /* nothing more comes from the payload */
	bool looks_away; /* terminal and pty are not watched */
	pid_t decider;	 /* whom we have told of, that is there to decide about misses; 0: nobody */
	bool stopping;	 /* the payload was stopped, and we are about to be */
	struct leader_report stop;
	int given_up_by; /* signal that ends the session without the payload's end, or 0 */
	struct ending ending;
	int patience; /* rounds of output, once it has ended, before we say why */
	bool explained; /* its ending is: it stays with the inspector, see stay() */
	bool concluded, result_is_error;
	bool restarting; /* its program is to be started again */
};

/* Static: memory that is never touched, and so never there, in a session without a pty. */
static struct relay relay_in, relay_out;

static void
watch(struct interactive *s, int fd, uint32_t events, enum source source)
{
	struct epoll_event event = { .events = events, .data.u32 = source };

	epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void
unwatch(struct interactive *s, int fd)
{
	epoll_ctl(s->epoll, EPOLL_CTL_DEL, fd, NULL);
}

/* One event when there is room again. */
static void
await_room(struct interactive *s, int fd, enum source source)
{
	struct epoll_event event = { .events = EPOLLOUT | EPOLLET | EPOLLONESHOT, .data.u32 = source };

	epoll_ctl(s->epoll, EPOLL_CTL_MOD, fd, &event);
}

static void
hang_up(struct interactive *s)
{
	job_hang_up(&s->job);
	s->drained = true;
	unwatch(s, s->job.terminal->in.fd);
	unwatch(s, s->job.terminal->out.fd);
}

static void
forward(struct interactive *s, const struct letter *letter)
{
	/* It has not begun, or it has ended and the terminal does not take its last output. */
	bool is_absent = s->job.ended || (!s->job.executed && ending_is_before_exec(&s->sb));

	if (is_absent && inbox_is_fatal(s->inbox, letter->number)) {
		s->given_up_by = letter->number;
		return;
	}
	job_order(&s->job, letter->to_group ? ORDER_SIGNAL_GROUP : ORDER_SIGNAL, letter);
}

static void
take_letter(struct interactive *s, const struct letter *letter)
{
	switch (letter->number) {
	case SIGCHLD:
		/*
		 * The leader's end shows at its socket, pid 1's by the payload's end. Strangers are the leader's
		 * children.
		 */
		if (s->inbox->sentinel > 0 && waitpid(s->inbox->sentinel, NULL, WNOHANG) > 0)
			s->inbox->sentinel = 0;
		inspector_take_end(&s->inspector, &s->job);
		return;
	case SIGWINCH:
		if (inspector_has_terminal(&s->inspector) || job_pass_on_size(&s->job))
			return;
		break;
	case SIGTSTP:
		if (!inspector_is_open(&s->inspector))
			break;
		/* If it was sent to the group it has got it too, and twice is once. */
		inspector_stop(&s->inspector);
		return;
	case SIGCONT:
		/* The program inside was not stopped; and its leader would wake us, maybe from the next stop. */
		if (inspector_is_open(&s->inspector))
			return;
		job_look_at_foreground(&s->job);
		/* The leader wakes us after somebody else continued the payload. */
		if (letter->sender == s->sb.leader_pid)
			return;
		break;
	case SIGHUP:
		if (terminal_is_gone(s->job.terminal))
			hang_up(s);
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

	if (s->inbox->parent_ended)
		s->given_up_by = SIGTERM;
	job_make_up_for_continue(&s->job, letters, len);
	for (size_t i = 0; i < len; i++)
		take_letter(s, &letters[i]);
}

/* The program that was to be looked at by the inspector has failed. */
static bool
may_stay(const struct interactive *s)
{
	int status = s->ending.code == CLD_EXITED ? s->ending.status : 128 + s->ending.status;

	return !ending_is_of_typed_shell(s->plan->req->argv) && ending_is_failure(status) && !s->restarting &&
	       inspector_may_stay(&s->inspector) && s->control->restart.wake >= 0;
}

static void
payload_ended(struct interactive *s, int code, int status)
{
	if (s->job.ended)
		return;
	s->ending = (struct ending){ .code = code, .status = status };
	s->job.ended = true;
	s->stopping = false;
	if (!may_stay(s))
		inspector_dismiss(&s->inspector);
}

/*
 * After the leader's end, whose child the payload was. It is ours then (we are its subreaper), and pid 1 cannot end
 * before it is reaped. The kernel kills it for the leader's death, unless it has seen to it that it does not
 * (PR_SET_PDEATHSIG); nothing survives pid 1. Returns false if the leader had reaped it.
 */
static bool
reap_for_leader(struct interactive *s, siginfo_t *ret)
{
	if (s->sb.init > 0)
		kill(s->sb.init, SIGKILL);
	while (waitid(P_PID, (id_t)s->sb.leader_pid, ret, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	/* In a sandbox that it joined it would live on. */
	if (s->plan->door && waitid(P_PID, (id_t)s->sb.payload, ret, WEXITED | WNOHANG | WNOWAIT) == 0)
		kill(s->sb.payload, SIGKILL);
	ret->si_pid = 0;
	while (waitid(P_PID, (id_t)s->sb.payload, ret, WEXITED) < 0 && errno == EINTR)
		;
	return ret->si_pid > 0;
}

/* Somebody killed the leader. */
static void
leader_ended(struct interactive *s)
{
	siginfo_t info;

	unwatch(s, s->sb.leader_socket);
	if (reap_for_leader(s, &info))
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
		/*
		 * What it wrote before may still be on its way through the kernel, with no event yet. Trying to read
		 * waits for it (n_tty_read() flushes the queue before it says EAGAIN).
		 */
		s->job.from_payload.ready = s->job.from_payload.fd >= 0;
		if (report.kind == REPORT_STOPPED) {
			s->stop = report;
			s->stopping = true;
		} else if (report.kind == REPORT_ENDED) {
			payload_ended(s, report.code, report.status);
		} else if (report.kind == REPORT_FOREGROUND) {
			s->job.unconfirmed--;
		}
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		leader_ended(s);
}

/*
 * The pipe of the launch is at its end, or holds a record and the payload is about to end. Looked at before anything
 * that the payload does, as it is only then that the terminal is made ready for it.
 */
static void
look_for_exec(struct interactive *s)
{
	struct pollfd pfd = { .fd = s->sb.report_fd, .events = POLLIN };

	if (s->job.executed || s->exec_failed || poll(&pfd, 1, 0) <= 0)
		return;
	unwatch(s, s->sb.report_fd);
	s->exec_failed = pfd.revents & POLLIN;
	if (s->exec_failed)
		return;
	s->job.executed = true;
	job_look_at_foreground(&s->job);
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
		look_for_exec(s);
		break;
	case SOURCE_TERMINAL_IN:
		s->job.terminal->in.ready = true;
		if (terminal_is_gone(s->job.terminal))
			hang_up(s);
		else if (!s->job.foreground && terminal_is_ours(s->job.terminal))
			job_look_at_foreground(&s->job);
		break;
	case SOURCE_TERMINAL_OUT:
		s->job.terminal->out.ready = true;
		break;
	case SOURCE_PTY_OUT:
		s->job.from_payload.ready = true;
		break;
	case SOURCE_PTY_IN:
		s->job.to_payload.ready = true;
		break;
	case SOURCE_CONTROL:
		unwatch(s, control_fd(s->control));
		control_take(s->control);
		watch(s, control_fd(s->control), EPOLLIN, SOURCE_CONTROL);
		break;
	case SOURCE_ROUSE:
		/* Nobody else has it open: it is not watched any more. */
		watch_rouse(s->sb.watch);
		break;
	case SOURCE_RESTART:
		if (!restart_is_asked(&s->control->restart))
			break;
		s->restarting = true;
		inspector_dismiss(&s->inspector);
		break;
	}
}

static bool
is_yet_to_begin(const struct interactive *s)
{
	return !s->job.executed && !s->exec_failed && !s->job.ended;
}

static bool
makes_crlf(int tty)
{
	struct termios modes;

	return tcgetattr(tty, &modes) == 0 && modes.c_oflag & OPOST && modes.c_oflag & ONLCR;
}

/*
 * A program that had joined a sandbox has ended, and others inside, whom it started, may have its terminal open as long
 * as they like. It ends for them as if its window was closed.
 */
static bool
is_left_behind(const struct interactive *s)
{
	return s->concluded && s->plan->door;
}

/* From the payload to the screen. Returns true if there is more to do at once. */
static bool
pump_output(struct interactive *s)
{
	/* Before the exec there is no output. What there is may be newer than our last look for it. */
	if (s->drained || is_yet_to_begin(s))
		return false;
	if (s->job.executed && !s->job.foreground && s->job.from_payload.ready && terminal_is_ours(s->job.terminal))
		job_look_at_foreground(&s->job);
	s->output->undo_crlf = !s->job.terminal->raw && makes_crlf(s->job.from_payload.fd) &&
			       makes_crlf(s->job.terminal->out.fd);
	switch (relay_pump(s->output, &s->job.from_payload, &s->job.terminal->out, BUDGET)) {
	case RELAY_STARVED:
		s->drained = is_left_behind(s);
		return false;
	case RELAY_MORE:
		/* Somebody in its background may write without end. */
		s->drained = is_left_behind(s) && s->patience-- <= 0;
		return true;
	case RELAY_BLOCKED:
		await_room(s, s->job.terminal->out.fd, SOURCE_TERMINAL_OUT);
		return false;
	case RELAY_FINISHED:
		/* All slaves are closed. While the payload lives it may open its terminal again. */
		s->drained = s->job.ended;
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
	if (!job_may_type(&s->job))
		return false;
	switch (relay_pump(s->input, &s->job.terminal->in, &s->job.to_payload, BUDGET)) {
	case RELAY_STARVED:
		return false;
	case RELAY_MORE:
		return true;
	case RELAY_BLOCKED:
		await_room(s, s->job.to_payload.fd, SOURCE_PTY_IN);
		return false;
	case RELAY_FINISHED:
		if (terminal_is_gone(s->job.terminal))
			hang_up(s);
		else if (!terminal_is_ours(s->job.terminal))
			job_look_at_foreground(&s->job);
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
	return s->drained || is_yet_to_begin(s) || (relay_is_empty(s->output) && !s->job.from_payload.ready);
}

/* After the payload's end: what it meant, and the end of everything else inside. */
static void
conclude(struct interactive *s, struct outcome *ret, struct error *err)
{
	/* For what may be said now, under all that the payload has written. */
	if (ending_may_be_explained(&s->ending))
		terminal_restore(s->job.terminal);
	if (!s->explained)
		s->result_is_error = ending_conclude(&s->ending, &s->sb, s->plan, s->explain, ret, err) < 0;
	s->concluded = true;
	if (s->sb.init > 0)
		kill(s->sb.init, SIGKILL);
	/* All slaves may be closed already, and that have been noticed before it meant the end. */
	s->job.from_payload.ready = s->job.from_payload.fd >= 0;
}

/* The inspector shows how it ended, over the sandbox, which goes on without it. */
static void
stay(struct interactive *s, struct outcome *ret, struct error *err)
{
	_autofree_ char *how = ending_text(&s->ending);
	char *words;

	s->result_is_error = ending_conclude(&s->ending, &s->sb, s->plan, s->explain, ret, err) < 0;
	s->explained = true;
	if (!err->message)
		words = text_format("the program %s", how);
	else if (err->hint)
		words = text_format("%s\nhint: %s", err->message, err->hint);
	else
		words = text_dup(err->message);
	inspector_tell_end(&s->inspector, words);
}

static bool
is_time_to_conclude(struct interactive *s)
{
	if (!s->job.ended || s->concluded || inspector_is_open(&s->inspector))
		return false;
	if (!ending_may_be_explained(&s->ending) || output_is_shown(s))
		return true;
	/* Somebody in the payload's background may write without end. */
	return s->patience-- <= 0;
}

/*
 * What comes from the payload and from the keyboard is the inspector's while it shows the payload in its pane: no need
 * to wake us for each of it.
 */
static void
look_away(struct interactive *s)
{
	bool away = inspector_has_terminal(&s->inspector) && s->job.from_payload.fd >= 0;

	if (away == s->looks_away)
		return;
	s->looks_away = away;
	if (away) {
		unwatch(s, s->job.terminal->in.fd);
		unwatch(s, s->job.from_payload.fd);
	} else if (s->job.from_payload.fd >= 0) {
		watch(s, s->job.terminal->in.fd, EPOLLIN | EPOLLET, SOURCE_TERMINAL_IN);
		watch(s, s->job.from_payload.fd, EPOLLIN | EPOLLET, SOURCE_PTY_OUT);
	}
}

/*
 * With --on-miss=ask, calls wait for an inspector from the moment on when it is wanted, so that with --inspect none is
 * lost before it is up: until it is there we stand for it, and if it never is, or ends, they go on.
 */
static void
tell_who_decides(struct interactive *s)
{
	pid_t pid = s->inspector.pid > 0 ? s->inspector.pid : s->inspector.wanted ? getpid() : 0;

	if (s->plan->req->on_miss != ON_MISS_ASK || pid == s->decider)
		return;
	s->decider = pid;
	watch_tell_decider(s->sb.watch, pid);
}

static void
run_loop(struct interactive *s, struct outcome *ret, struct error *err)
{
	struct epoll_event events[8];
	bool more = false;

	while (!s->given_up_by && !(s->concluded && s->drained) &&
	       !(s->restarting && !inspector_is_open(&s->inspector))) {
		int n = epoll_wait(s->epoll, events, 8, more ? 0 : -1);

		for (int i = 0; i < n; i++)
			take_event(s, &events[i]);
		look_for_exec(s);
		more = pump_input(s);
		more = pump_output(s) || more;
		if (s->job.ended && !s->explained && may_stay(s))
			stay(s, ret, err);
		inspector_open(&s->inspector, &s->job, s->inbox);
		tell_who_decides(s);
		look_away(s);
		inspector_follow_stop(&s->inspector, &s->job);
		/* In a pane there is no shell to go back to. */
		if (s->stopping && inspector_has_terminal(&s->inspector)) {
			s->stopping = false;
			job_decline_stop(&s->job, &s->stop);
		}
		if (s->stopping && output_is_shown(s) && !inspector_is_open(&s->inspector)) {
			s->stopping = false;
			job_follow_stop(&s->job, &s->stop);
			more = true;
		}
		if (is_time_to_conclude(s)) {
			conclude(s, ret, err);
			more = true;
		}
	}
	if (s->concluded || s->restarting)
		return;
	if (s->job.ended)
		conclude(s, ret, err);
	else
		*ret = (struct outcome){ .signal = s->given_up_by };
}

/* Before the launch, so that a failure starts nothing. */
static int
open_loop(struct interactive *s, struct error *err)
{
	const struct terminal *terminal = s->job.terminal;

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
	s->job.from_payload = (struct relay_end){ .fd = s->sb.master, .ready = true };
	s->job.to_payload = (struct relay_end){ .fd = to, .ready = true };
	watch(s, s->job.from_payload.fd, EPOLLIN | EPOLLET, SOURCE_PTY_OUT);
	watch(s, s->job.to_payload.fd, EPOLLET | EPOLLONESHOT, SOURCE_PTY_IN);
	watch(s, s->sb.leader_socket, EPOLLIN, SOURCE_LEADER);
	watch(s, s->sb.report_fd, EPOLLIN, SOURCE_EXEC);
	return 0;
}

/* Without an inspector the session is what it is: only who has asked for it is told. */
static void
prepare_inspector(struct interactive *s)
{
	const struct request *req = s->plan->req;
	const char *name = s->control->registration.name;
	_autoerror_ struct error err = ERROR_INIT;

	int r = inspector_prepare(&s->inspector, name, req->inspect_key, req->inspect_new, s->input, s->output, &err);

	if (r == 0) {
		if (s->control->restart.wake >= 0)
			watch(s, s->control->restart.wake, EPOLLIN, SOURCE_RESTART);
	} else if (req->inspect_new) {
		log_note("%s", err.message);
		/* It has the whole terminal then. */
		s->job.size = (struct winsize){ 0 };
	}
}

/*
 * Whoever types Ctrl-C means all that runs in the foreground of the user's terminal, where a script may have started
 * us. We are its only member to which it is a byte: the end of the program passes it on (session.h).
 */
static void
heed_signal_keys(struct interactive *s)
{
	const struct termios *modes = &s->job.terminal->saved;

	if (!(modes->c_lflag & ISIG))
		return;
	/* A key that is switched off is '\0', _POSIX_VDISABLE. */
	s->input->heeded[0] = (char)(modes->c_cc[VINTR] ? modes->c_cc[VINTR] : modes->c_cc[VQUIT]);
	s->input->heeded[1] = (char)modes->c_cc[VQUIT];
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
	heed_signal_keys(s);
	if (ioctl(s->job.terminal->in.fd, TIOCGWINSZ, &s->job.size) == 0)
		s->sb.size = &s->job.size;
	if (s->sb.size && s->plan->req->inspect_new &&
	    inspector_pane_size(&s->job.size, s->inbox, &s->pane_size))
		s->sb.size = &s->pane_size;
	s->sb.background = s->job.borrowed_modes = !terminal_is_ours(s->job.terminal);
	s->sb.modes = &s->job.terminal->saved;
	s->sb.payload_mask = s->inbox->original;
	s->sb.ignore_child = s->inbox->ignored_child;
	s->sb.leader = leader_main;
	leader_prepare(s->job.terminal);
	r = watch_prepare(s->plan, &s->sb, err);
	if (r == 0)
		r = sandbox_launch(s->plan, GROUP_PTY, &s->sb, err);
	if (r < 0)
		return r;
	/* As if it were wanted already: see prepare_inspector(). */
	s->inspector.wanted = s->plan->req->inspect_new;
	tell_who_decides(s);
	watch_start(s->plan, &s->sb, &miss_mounter);
	if (watch_rouse_fd(s->sb.watch) >= 0)
		watch(s, watch_rouse_fd(s->sb.watch), EPOLLIN, SOURCE_ROUSE);
	/* Before the control process can be started, which keeps a copy. */
	if (s->plan->req->inspect_new && restart_open(&s->control->restart) < 0)
		restart_close(&s->control->restart);
	/* The payload is ours to reap should the leader be killed: who else would inherit it need not do so. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	control_open(s->control, &s->sb, GROUP_PTY);
	watch(s, control_fd(s->control), EPOLLIN, SOURCE_CONTROL);
	prepare_inspector(s);
	return open_pty(s, err);
}

static void
finish(struct interactive *s)
{
	siginfo_t info;

	inspector_release(&s->inspector, &s->job);
	terminal_restore(s->job.terminal);
	if (s->job.to_payload.fd >= 0)
		close(s->job.to_payload.fd);
	if (s->sb.leader_pid > 0 && !s->job.ended) {
		kill(s->sb.leader_pid, SIGKILL);
		reap_for_leader(s, &info);
	}
	/* Before sandbox_end(), which reaps every child there is. */
	control_close(s->control);
	inbox_end_sentinel(s->inbox);
	watch_stop(&s->sb);
	sandbox_end(&s->sb);
	watch_end(&s->sb);
	if (s->signals >= 0)
		close(s->signals);
	if (s->epoll >= 0)
		close(s->epoll);
}

int
interactive_run(const struct plan *plan, struct inbox *inbox, struct control *control, session_explainer *explain,
		struct outcome *ret, struct error *err)
{
	struct interactive s = { .plan = plan, .explain = explain, .inbox = inbox, .control = control,
				 .sb = SANDBOX_INIT, .input = &relay_in, .output = &relay_out, .epoll = -1,
				 .signals = -1, .patience = 64, .inspector.notice = -1 };
	struct terminal *terminal;
	int r;

	terminal = mmap(NULL, sizeof *terminal, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (terminal == MAP_FAILED)
		return error_set(err, errno, "cannot start");
	s.job = (struct job){ .sb = &s.sb, .terminal = terminal, .to_payload.fd = -1, .from_payload.fd = -1 };
	r = terminal_open(terminal);
	if (r < 0) {
		r = error_set(err, -r, "cannot use the terminal");
	} else {
		r = start(&s, err);
		if (r == 0)
			run_loop(&s, ret, err);
		ret->typed = s.input->passed > 0;
		ret->to_group = s.input->has_heeded && (ret->signal == SIGINT || ret->signal == SIGQUIT);
		finish(&s);
		terminal_close(terminal);
		if (r == 0 && s.restarting)
			r = error_set(err, -restart_execute(&control->restart, inbox),
				      "cannot start the program again");
	}
	restart_close(&control->restart);
	munmap(terminal, sizeof *terminal);
	return r < 0 || s.result_is_error ? -1 : 0;
}
