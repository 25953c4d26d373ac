/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The signals that reach the manager, and to whom they were sent.
 *
 * How it is decided without a race. All signals are blocked here and in the sentinel, so one that arrives becomes
 * pending, and stays so until it is taken. For a batch of signals that we have taken:
 *
 *  1. signals_settle(): a kill(2) to the group that reached us has now reached the sentinel as well.
 *  2. What is pending in the sentinel was sent to the group. A signal that is pending there and not in our batch came
 *     after we took the batch; by 1. it is pending here, and is taken now: the batch and the sentinel's set agree.
 *  3. The sentinel is told to forget each of them, once, and we wait until it has.
 *  4. The same signal may have been sent once more between 2. and 3. If it went to the group, the sentinel has
 *     forgotten it with the first, and what is pending here would look as if it was sent to us alone, and be
 *     forwarded to a payload that had it already. So what is pending here and not there is taken for one with what
 *     the batch has. The kernel would do the same: it merges a standard signal with one that is still pending, and
 *     here a second one came within the microseconds that it takes to deal with the first.
 */
#include "config.h"

#include "session/inbox.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/signals.h"

/* Raised by what a process itself does. A fault in the manager has to end it, and cannot mean the payload. */
static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS };

/* Each of these cancels a pending SIGCONT, and SIGCONT cancels each of them. */
#define STOP_BITS (SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))

/*
 * The kernel sends these to one process, for a timer or a limit of its own; anything else of the kernel's is for a
 * group.
 */
#define TIMER_BITS                                                                                                    \
	(SIGNAL_BIT(SIGALRM) | SIGNAL_BIT(SIGVTALRM) | SIGNAL_BIT(SIGPROF) | SIGNAL_BIT(SIGXCPU) | SIGNAL_BIT(SIGXFSZ))

void
inbox_open(struct inbox *inbox)
{
	struct sigaction child = { .sa_handler = SIG_DFL }, before;

	sigfillset(&inbox->watched);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		sigdelset(&inbox->watched, faults[i]);
	sigprocmask(SIG_BLOCK, &inbox->watched, &inbox->original);
	sigaction(SIGCHLD, &child, &before);
	inbox->ignored_child = before.sa_handler == SIG_IGN;
	inbox->sentinel = inbox->parent = 0;
	inbox->parent_ended = false;
}

void
inbox_watch_parent(struct inbox *inbox)
{
	inbox->parent = getppid();
	/* It may have ended before the kernel knew that we want to be told. */
	prctl(PR_SET_PDEATHSIG, INBOX_PARENT);
	inbox->parent_ended = getppid() != inbox->parent;
}

static _Noreturn void
sentinel_main(pid_t manager)
{
	static const struct timespec now;
	sigset_t all, forget, forgotten;
	siginfo_t info;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != manager)
		_exit(0);
	prctl(PR_SET_NAME, "isolate-signals");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	close_range(0, ~0u, 0);
	sigemptyset(&forget);
	sigaddset(&forget, INBOX_FORGET);
	for (;;) {
		sigemptyset(&forgotten);
		if (sigwaitinfo(&forget, &info) > 0 && sigaddset(&forgotten, info.si_value.sival_int) == 0)
			sigtimedwait(&forgotten, NULL, &now);
	}
}

pid_t
inbox_start_sentinel(void)
{
	pid_t manager = getpid();
	pid_t pid = fork();

	if (pid == 0)
		sentinel_main(manager);
	return pid < 0 ? -errno : pid;
}

void
inbox_end_sentinel(struct inbox *inbox)
{
	if (inbox->sentinel <= 0)
		return;
	kill(inbox->sentinel, SIGKILL);
	while (waitpid(inbox->sentinel, NULL, 0) < 0 && errno == EINTR)
		;
	inbox->sentinel = 0;
}

static size_t
append(struct letter *ret, size_t len, const siginfo_t *info)
{
	ret[len] = (struct letter){
		.number = info->si_signo,
		/* What can be said without a sentinel; with one it is decided anew. */
		.to_group = info->si_code == SI_KERNEL && !(SIGNAL_BIT(info->si_signo) & TIMER_BITS),
		.queued = info->si_code == SI_QUEUE,
		.value = info->si_value,
		.sender = info->si_code == SI_KERNEL ? 0 : info->si_pid,
	};
	return len + 1;
}

/* Takes what is pending of `set`. */
static size_t
take_pending(const sigset_t *set, struct letter *ret, size_t len)
{
	static const struct timespec now;
	siginfo_t info;
	int number;

	while (len < INBOX_MAX) {
		number = sigtimedwait(set, &info, &now);
		if (number > 0)
			len = append(ret, len, &info);
		else if (errno != EINTR)
			break;
	}
	return len;
}

static void
bits_to_set(uint64_t bits, sigset_t *ret)
{
	sigemptyset(ret);
	for (int number = 1; number <= SIGRTMAX; number++)
		if (bits & SIGNAL_BIT(number))
			sigaddset(ret, number);
}

static bool
order_to_forget(pid_t sentinel, int number)
{
	const union sigval value = { .sival_int = number };

	return sigqueue(sentinel, INBOX_FORGET, value) == 0;
}

/*
 * On a loaded machine a process may be kept from running for long. While it has not forgotten, the next signal of the
 * number would be misread; only one that a debugger holds is not worth the wait.
 */
enum { LOOKS_AT_ONCE = 60, LOOKS = LOOKS_AT_ONCE + 2000 };

/*
 * Step 3. There is nothing to be told by, so we look again; it happens once for each signal to the group. False if it
 * is not known: the sentinel is gone, or does not run.
 */
static bool
wait_until_forgotten(pid_t sentinel, int number)
{
	static const struct timespec while_others_run = { .tv_nsec = 1000 * 1000 };
	struct signals_state state;
	int after_order = 0;

	for (int tries = 0; tries < LOOKS; tries++) {
		if (signals_read(sentinel, &state) < 0)
			return false;
		if (!(state.pending & SIGNAL_BIT(number)))
			return true;
		/* The order was taken a good while ago, so this is another signal of the number. */
		if (!(state.pending & SIGNAL_BIT(INBOX_FORGET)) && ++after_order > 20)
			return true;
		/*
		 * With the group, and only we were continued. Not done without need: it cancels pending stop
		 * signals.
		 */
		if (state.stopped && kill(sentinel, SIGCONT) == 0)
			order_to_forget(sentinel, SIGCONT);
		if (tries < LOOKS_AT_ONCE)
			sched_yield();
		else
			nanosleep(&while_others_run, NULL);
	}
	return false;
}

/* Steps 3 and 4. */
static void
forget(const struct inbox *inbox, int number)
{
	struct letter merged[INBOX_MAX];
	struct signals_state state;
	sigset_t set;

	if (!order_to_forget(inbox->sentinel, number) || !wait_until_forgotten(inbox->sentinel, number))
		return;
	/* Real-time signals are queued, never merged. */
	if (number >= SIGRTMIN || sigpending(&set) < 0 || sigismember(&set, number) != 1)
		return;
	signals_settle();
	if (signals_read(inbox->sentinel, &state) < 0 || state.pending & SIGNAL_BIT(number))
		return;
	sigemptyset(&set);
	sigaddset(&set, number);
	take_pending(&set, merged, 0);
}

/* Decides for a batch; may add to it. */
static size_t
sort(struct inbox *inbox, struct letter *ret, size_t len)
{
	uint64_t taken = 0, gone = 0, seen, traces;
	struct signals_state state;
	sigset_t late;

	for (size_t i = 0; i < len; i++)
		taken |= SIGNAL_BIT(ret[i].number);
	signals_settle();
	if (inbox->sentinel <= 0 || signals_read(inbox->sentinel, &state) < 0)
		return len;
	seen = state.pending & ~(SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(INBOX_FORGET));
	/* A stop and a SIGCONT to the group leave a trace of the later one only. */
	traces = seen | (seen & STOP_BITS ? SIGNAL_BIT(SIGCONT) : 0) | (seen & SIGNAL_BIT(SIGCONT) ? STOP_BITS : 0);
	bits_to_set(seen & ~taken, &late);
	len = take_pending(&late, ret, len);
	for (size_t i = 0; i < len; i++) {
		ret[i].to_group = traces & SIGNAL_BIT(ret[i].number);
		/* Of a real-time signal there may be several, and each is to be forgotten. */
		if (seen & SIGNAL_BIT(ret[i].number))
			forget(inbox, ret[i].number);
		gone |= SIGNAL_BIT(ret[i].number);
	}
	/* Traces of what never reached us: cancelled by its opposite, or taken when we stopped ourselves. */
	for (int number = 1; number <= SIGRTMAX; number++)
		if (seen & ~gone & SIGNAL_BIT(number))
			forget(inbox, number);
	return len;
}

/*
 * Takes out what the kernel says about our parent. It comes for each of the parent's threads that had started us or
 * was given us.
 */
static size_t
heed_parent(struct inbox *inbox, struct letter *ret, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < len; i++) {
		bool hint = inbox->parent && ret[i].number == INBOX_PARENT;

		if (hint && getppid() != inbox->parent)
			inbox->parent_ended = true;
		else if (!hint || ret[i].sender != inbox->parent)
			ret[kept++] = ret[i];
	}
	return kept;
}

size_t
inbox_take(struct inbox *inbox, bool wait, struct letter *ret)
{
	siginfo_t info;
	size_t len = 0;
	bool only_child;

	if (wait) {
		while (sigwaitinfo(&inbox->watched, &info) < 0)
			;
		len = append(ret, 0, &info);
	}
	len = take_pending(&inbox->watched, ret, len);
	only_child = len == 0 || (len == 1 && ret[0].number == SIGCHLD);
	return only_child ? len : heed_parent(inbox, ret, sort(inbox, ret, len));
}

bool
inbox_has(const struct letter *letters, size_t len, int number)
{
	for (size_t i = 0; i < len; i++)
		if (letters[i].number == number)
			return true;
	return false;
}

bool
inbox_is_fatal(const struct inbox *inbox, int number)
{
	struct sigaction action;

	if (number != SIGINT && number != SIGTERM && number != SIGHUP && number != SIGQUIT)
		return false;
	return sigismember(&inbox->original, number) == 0 && sigaction(number, NULL, &action) == 0 &&
	       action.sa_handler != SIG_IGN;
}
