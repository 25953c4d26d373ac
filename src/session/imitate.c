/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stops or ends this process as the payload stopped or ended, for whoever waits for us. */
#include "config.h"

#include "session/imitate.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sandbox/breaks.h"
#include "session/session.h"

static bool
is_pending(int number)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, number) == 1;
}

/* The signals that mean "stop" by default and can be blocked and ignored; SIGSTOP is none of them. */
static bool
is_polite_stop(int number)
{
	struct sigaction action;

	if (number != SIGTSTP && number != SIGTTIN && number != SIGTTOU)
		return false;
	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
}

bool
imitate_stop(int number, bool whole_group)
{
	pid_t whom = whole_group ? 0 : getpid();
	sigset_t stop, before;

	/* A stop signal would discard it, and with it the wish of the one who sent it. */
	if (is_pending(SIGCONT))
		return false;
	if (is_polite_stop(number)) {
		sigemptyset(&stop);
		sigaddset(&stop, number);
		kill(whom, number);
		sigprocmask(SIG_UNBLOCK, &stop, &before);
		sigprocmask(SIG_SETMASK, &before, NULL);
	} else {
		kill(whom, SIGSTOP);
	}
	if (!is_pending(SIGCONT))
		return false;
	/* As somebody may send it at this very moment. */
	if (broken("stop-again"))
		kill(getpid(), SIGTSTP);
	return true;
}

static void
die_by(int number, bool to_group)
{
	const struct rlimit none = { 0, 0 };
	sigset_t set;

	/*
	 * The payload has left its core, if it was to leave one. The limit does not hold for a core that is piped
	 * to a program (core(5)).
	 */
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	if (to_group)
		kill(0, number);
	raise(number);
}

void
outcome_exit(const struct outcome *outcome)
{
	if (outcome->signal) {
		die_by(outcome->signal, outcome->to_group);
		/* Still here: we are pid 1 of a container, which no signal of its own ends. */
		exit(128 + outcome->signal);
	}
	exit(outcome->status);
}
