/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session whose payload has the caller's own descriptors. The manager sleeps until a signal comes, or somebody asks
 * the session something. This is the path of programs in pipelines and of Jupyter kernels, which start often: there is
 * nothing here that they do not need.
 *
 * To whom a signal goes:
 *
 *			sent to the manager	sent to its process group
 *	GROUP_OWN	payload			the payload's process group
 *	GROUP_SHARED	payload			nobody: the payload is in the group and has it already
 */
#include "config.h"

#include "session/direct.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session/ending.h"
#include "session/imitate.h"
#include "session/miss_mount.h"
#include "session/strangers.h"
#include "session/waker.h"
#include "sys/signals.h"
#include "watch/watch.h"

struct direct {
	struct inbox *inbox;
	struct control *control;
	int signals; /* readable when there are any */
	struct sandbox sb;
	enum launch_group group;
	bool resuming; /* we were stopped with the payload, and have not looked since what continued us */
	struct waker waker; /* of a program that joined a sandbox */
	int given_up_by; /* signal that ends the session without the payload's end, or 0 */
};

static void
deliver(struct direct *d, const struct letter *letter)
{
	/*
	 * The payload has not been reaped, so its pid is its own. Until it is executed it holds signals back, and
	 * nobody could stop a start that hangs.
	 */
	if (inbox_is_fatal(d->inbox, letter->number) && ending_is_before_exec(&d->sb)) {
		d->given_up_by = letter->number;
		return;
	}
	if (letter->to_group && d->group == GROUP_SHARED)
		return;
	if (letter->to_group && killpg(d->sb.payload, letter->number) == 0)
		return;
	if (letter->queued)
		sigqueue(d->sb.payload, letter->number, letter->value);
	else
		kill(d->sb.payload, letter->number);
}

/* Until there are signals to take. */
static void
await_letters(struct direct *d)
{
	struct pollfd fds[] = { { .fd = d->signals, .events = POLLIN }, { .events = POLLIN }, { .events = POLLIN } };

	do {
		fds[1].fd = control_fd(d->control);
		fds[2].fd = watch_rouse_fd(d->sb.watch);
		fds[0].revents = fds[1].revents = fds[2].revents = 0;
		poll(fds, 3, -1);
		if (fds[1].revents != 0)
			control_take(d->control);
		if (fds[2].revents != 0)
			watch_rouse(d->sb.watch);
	} while (fds[0].revents == 0);
}

/*
 * After a stop of ours. What continued the payload's group and stopped it once more has left a stop to be waited for;
 * else the stop is the old one.
 */
static bool
is_left_stopped(const struct direct *d)
{
	const int states = WSTOPPED | WNOHANG | WNOWAIT;
	struct signals_state state;
	siginfo_t info = { .si_pid = 0 };

	return signals_read(d->sb.payload, &state) == 0 && state.stopped &&
	       waitid(P_PID, (id_t)d->sb.payload, &info, states) == 0 && info.si_pid == 0;
}

/*
 * The SIGCONT that continued us is for the payload too. A stop signal that comes before it is taken cancels it, and we
 * would run while the payload is stopped: then the payload is continued here. That cancels the stop signals that it had
 * from its group as well, so it gets them anew.
 */
static void
make_up_for_continue(struct direct *d, struct letter *letters, size_t len)
{
	bool lost = d->resuming && len > 0 && !inbox_has(letters, len, SIGCONT) && is_left_stopped(d);

	if (len > 0)
		d->resuming = false;
	if (!lost)
		return;
	if (d->group != GROUP_OWN || killpg(d->sb.payload, SIGCONT) < 0)
		kill(d->sb.payload, SIGCONT);
	for (size_t i = 0; i < len && d->group == GROUP_SHARED; i++)
		if (letters[i].number == SIGTSTP || letters[i].number == SIGTTIN || letters[i].number == SIGTTOU)
			letters[i].to_group = false;
}

/* Returns true if there was a SIGCHLD. */
static bool
take_letters(struct direct *d, bool wait)
{
	struct letter letters[INBOX_MAX];
	bool child = false;
	size_t len;

	if (wait)
		await_letters(d);
	len = inbox_take(d->inbox, false, letters);
	if (d->inbox->parent_ended)
		d->given_up_by = SIGTERM;
	make_up_for_continue(d, letters, len);
	for (size_t i = 0; i < len; i++) {
		if (letters[i].number == SIGCHLD)
			child = true;
		else
			deliver(d, &letters[i]);
	}
	return child;
}

/* The payload stopped: so does the manager, or the shell would wait for a job that does nothing. */
static void
follow_stop(struct direct *d, int number)
{
	d->resuming = false;
	/* What was sent to the group as a whole came with the stop, and must not be found, and misread, after it. */
	take_letters(d, false);
	d->resuming = true;
	if (imitate_stop(number, false))
		return; /* the SIGCONT that continued us waits, and is for the payload too */
	if (d->group == GROUP_OWN)
		killpg(d->sb.payload, SIGCONT);
}

/* Returns true once the payload has ended. */
static bool
look_after_payload(struct direct *d, struct ending *ret)
{
	siginfo_t info;

	strangers_reap(d->sb.payload, d->sb.init > 0 ? d->sb.init : d->waker.pid);
	for (;;) {
		/*
		 * If the whole group was stopped and continued, we may run before the payload was: wait until it
		 * was.
		 */
		signals_settle();
		info.si_pid = 0;
		if (waitid(P_PID, (id_t)d->sb.payload, &info, WEXITED | WSTOPPED | WNOHANG) < 0 && errno != EINTR) {
			/* Cannot be: it is our child. Whoever took it from us, it is not there any more. */
			*ret = (struct ending){ .code = CLD_KILLED, .status = SIGKILL };
			return true;
		}
		if (info.si_pid == 0)
			return false;
		if (info.si_code == CLD_STOPPED) {
			follow_stop(d, info.si_status);
		} else if (info.si_code != CLD_TRAPPED) {
			*ret = (struct ending){ .code = info.si_code, .status = info.si_status };
			return true;
		}
	}
}

/* pid 1 cannot end before its siblings in the pid namespace are reaped, and the payload is for us to reap. */
static void
end_payload(struct direct *d)
{
	kill(d->sb.payload, SIGKILL);
	while (waitid(P_PID, (id_t)d->sb.payload, NULL, WEXITED) < 0 && errno == EINTR)
		;
}

/*
 * The payload has the caller's input and output; who is at the other end of a pipe must see it close them, so
 * nobody else may have them open. Standard error stays: there may be something to say.
 */
static void
let_go_of_streams(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return;
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	close(null);
}

/* For a program that joins a sandbox, whose pid 1 is not ours. */
static int
start_sentinel(struct inbox *inbox, struct error *err)
{
	pid_t sentinel = inbox_start_sentinel();

	if (sentinel < 0)
		return error_set(err, -(int)sentinel, "cannot start a process");
	inbox->sentinel = sentinel;
	return 0;
}

int
direct_run(const struct plan *plan, enum launch_group group, struct inbox *inbox, struct control *control,
	   session_explainer *explain, struct outcome *ret, struct error *err)
{
	struct direct d = { .inbox = inbox, .control = control, .sb = SANDBOX_INIT, .group = group };
	struct ending ending;
	bool ended = false;
	int r;

	d.signals = signalfd(-1, &inbox->watched, SFD_CLOEXEC | SFD_NONBLOCK);
	if (d.signals < 0)
		return error_set(err, errno, "cannot watch for signals");
	d.sb.payload_mask = inbox->original;
	d.sb.ignore_child = inbox->ignored_child;
	r = watch_prepare(plan, &d.sb, err);
	if (r == 0 && plan->door)
		r = start_sentinel(inbox, err);
	if (r < 0)
		return r;
	r = sandbox_launch(plan, group, &d.sb, err);
	if (r < 0) {
		inbox_end_sentinel(inbox);
		watch_end(&d.sb);
		return r;
	}
	watch_start(plan, &d.sb, &miss_mounter);
	let_go_of_streams();
	control_open(control, &d.sb, group);
	/* It is in our process group, and so is what tells for whom a signal was. */
	if (!plan->door)
		inbox->sentinel = d.sb.init;
	else
		/* The program runs: where there can be no further process it does without. */
		waker_start(&d.waker, d.sb.payload);
	while (!ended && !d.given_up_by)
		ended = take_letters(&d, true) && look_after_payload(&d, &ending);
	if (ended) {
		r = ending_conclude(&ending, &d.sb, plan, explain, ret, err);
	} else {
		end_payload(&d);
		*ret = (struct outcome){ .signal = d.given_up_by };
	}
	waker_end(&d.waker);
	if (plan->door)
		inbox_end_sentinel(inbox);
	inbox->sentinel = 0;
	/* While the kernel takes the sandbox apart. */
	if (d.sb.init > 0)
		kill(d.sb.init, SIGKILL);
	watch_stop(&d.sb);
	control_close(control);
	sandbox_end(&d.sb);
	watch_end(&d.sb);
	close(d.signals);
	return r;
}
