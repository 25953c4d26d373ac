/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The leader of a session with a pty: waits for the payload, reports, and carries out orders.
 *
 * It lives as long as the manager: when the manager ends in whatever way, the socket is at its end. It then puts
 * the user's terminal right, which nobody else could after a SIGKILL, and ends. Nothing hangs on that: the
 * manager's end has killed pid 1 already, and with it everything inside; our own end kills the payload once more.
 */
#include "config.h"

#include "session/leader.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session/strangers.h"
#include "session/terminal.h"
#include "sys/signals.h"

struct leader {
	int socket;
	int tty;	 /* the slave; -1 once the payload has ended */
	pid_t manager;
	pid_t payload;	 /* 0 once reaped */
	pid_t displaced; /* process group that had the pty's foreground when we took it; 0: none */
	bool regained;	 /* the payload has the foreground again, and no SIGCONT yet */
	bool reported;	 /* a stop that the manager has not dealt with */
	int unreported;	 /* the signal of a stop that has not been reported, or 0 */
};

/* The launch calls leader_main() with its own three arguments, in a copy of the manager's memory. */
static const struct terminal *prepared_terminal;
static pid_t prepared_manager;

void
leader_prepare(const struct terminal *terminal)
{
	prepared_terminal = terminal;
	prepared_manager = getpid();
}

static void
report(const struct leader *leader, enum leader_report_kind kind, int code, int status)
{
	struct leader_report packet = { .kind = kind, .code = code, .status = status };

	packet.background = leader->tty >= 0 && tcgetpgrp(leader->tty) == getpgrp();
	/*
	 * At most one stop and one end are under way, and the manager takes what is there before it gives the next
	 * orders, so there is always room. If it fails the manager is gone.
	 */
	while (send(leader->socket, &packet, sizeof packet, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

/*
 * The payload read from the background, and has got the foreground before it was stopped for that: nobody outside needs
 * to know.
 */
static bool
is_stopped_too_late(struct leader *leader, int number)
{
	if (!leader->regained || (number != SIGTTIN && number != SIGTTOU))
		return false;
	leader->regained = false;
	return tcgetpgrp(leader->tty) == getpgid(leader->payload);
}

static void
payload_stopped(struct leader *leader, int number)
{
	if (is_stopped_too_late(leader, number)) {
		killpg(getpgid(leader->payload), SIGCONT);
		return;
	}
	if (leader->reported) {
		leader->unreported = number;
		return;
	}
	leader->reported = true;
	report(leader, REPORT_STOPPED, CLD_STOPPED, number);
}

/* The manager stops when it learns that the payload has; now there is no reason any more. */
static void
wake_manager(struct leader *leader)
{
	if (leader->reported && getppid() == leader->manager)
		kill(leader->manager, SIGCONT);
}

/* Somebody else continued the payload, a debugger or a process inside, if the manager is not awake. */
static void
payload_continued(struct leader *leader)
{
	leader->unreported = 0;
	wake_manager(leader);
}

static void
payload_ended(struct leader *leader, const siginfo_t *info)
{
	leader->payload = 0;
	/* The last slave's close is what the manager takes for the end of the output. */
	close(leader->tty);
	leader->tty = -1;
	report(leader, REPORT_ENDED, info->si_code, info->si_status);
	/* It may have been continued just before, or killed while it was stopped. */
	wake_manager(leader);
}

static void
watch_payload(struct leader *leader)
{
	const int states = WEXITED | WSTOPPED | WCONTINUED;
	siginfo_t info;

	strangers_reap(leader->payload, 0);
	while (leader->payload > 0) {
		/* A signal that stops and one that continues a group: see their effect on all of it. */
		signals_settle();
		info.si_pid = 0;
		if (waitid(P_PID, (id_t)leader->payload, &info, states | WNOHANG) < 0 || info.si_pid == 0)
			return;
		if (info.si_code == CLD_STOPPED)
			payload_stopped(leader, info.si_status);
		else if (info.si_code == CLD_CONTINUED)
			payload_continued(leader);
		else if (info.si_code != CLD_TRAPPED)
			payload_ended(leader, &info);
	}
}

/* We block SIGTTOU, so that the foreground can be changed from the background. */
static void
take_foreground(struct leader *leader)
{
	pid_t group = tcgetpgrp(leader->tty);

	if (group <= 0 || group == getpgrp())
		return;
	leader->displaced = group;
	tcsetpgrp(leader->tty, getpgrp());
}

static void
give_foreground(struct leader *leader)
{
	/* A shell inside may have taken it in the meantime. */
	if (tcgetpgrp(leader->tty) != getpgrp())
		return;
	/* The payload's group where there was none before, or where that has ended. */
	leader->regained = true;
	if (!leader->displaced || tcsetpgrp(leader->tty, leader->displaced) < 0)
		tcsetpgrp(leader->tty, getpgid(leader->payload));
	leader->displaced = 0;
}

static void
send_signal(struct leader *leader, const struct leader_order *order)
{
	const union sigval value = { .sival_ptr = (void *)(uintptr_t)order->value };
	pid_t group;

	if (order->number == SIGCONT)
		leader->regained = false;
	if (order->kind == ORDER_SIGNAL_GROUP) {
		group = getpgid(leader->payload);
		/* Our own group would be ours and no shell's; the payload cannot join it but by a mistake of ours. */
		if (group > 0 && group != getpgrp() && killpg(group, order->number) == 0)
			return;
	}
	if (order->queued)
		sigqueue(leader->payload, order->number, value);
	else
		kill(leader->payload, order->number);
}

static void
stop_was_seen(struct leader *leader)
{
	int number = leader->unreported;

	leader->reported = false;
	leader->unreported = 0;
	if (number)
		payload_stopped(leader, number);
}

static void
obey(struct leader *leader, const struct leader_order *order)
{
	if (leader->payload <= 0)
		return;
	switch ((enum leader_order_kind)order->kind) {
	case ORDER_FOREGROUND:
		give_foreground(leader);
		report(leader, REPORT_FOREGROUND, 0, 0);
		break;
	case ORDER_BACKGROUND:
		take_foreground(leader);
		break;
	case ORDER_SIGNAL:
	case ORDER_SIGNAL_GROUP:
		send_signal(leader, order);
		break;
	case ORDER_STOP_SEEN:
		stop_was_seen(leader);
		break;
	}
}

/* Returns false at the end of the manager. */
static bool
take_orders(struct leader *leader)
{
	struct leader_order order;
	ssize_t n;

	while ((n = recv(leader->socket, &order, sizeof order, MSG_DONTWAIT)) > 0)
		if (n == sizeof order)
			obey(leader, &order);
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

void
leader_main(int socket, pid_t payload, int tty)
{
	struct leader leader = { .socket = socket, .tty = tty, .manager = prepared_manager, .payload = payload };
	struct signalfd_siginfo infos[4];
	struct pollfd pfds[2] = { { .fd = socket, .events = POLLIN }, { .events = POLLIN } };
	sigset_t all, child;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	pfds[1].fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	/* In place of SIGKILL, so that there is time for the terminal. SIGCONT wakes us even if somebody stopped us. */
	if (pfds[1].fd < 0 || prctl(PR_SET_PDEATHSIG, SIGCONT) < 0)
		_exit(1);
	for (;;) {
		watch_payload(&leader);
		poll(pfds, 2, -1);
		if (pfds[1].revents)
			while (read(pfds[1].fd, infos, sizeof infos) > 0)
				;
		if (pfds[0].revents && !take_orders(&leader))
			break;
	}
	terminal_rescue(prepared_terminal);
	/* pid 1 cannot end before the payload is reaped, and whoever inherits it from us may be slow at that. */
	if (leader.payload > 0) {
		kill(leader.payload, SIGKILL);
		while (waitpid(leader.payload, NULL, 0) < 0 && errno == EINTR)
			;
	}
	_exit(0);
}
