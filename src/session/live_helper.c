/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The child that works in a sandbox's namespaces: its life, seen from both sides. */
#include "config.h"

#include "session/live_helper.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "session/live.h"
#include "session/live_breaks.h"
#include "sys/fdpass.h"
#include "sys/title.h"

enum {
	PACKET_SIZE = 32 * 1024,
	TEXT_SIZE = (PACKET_SIZE - sizeof(struct live_record)) / RECORD_TEXTS,
	ENDING_MILLISECONDS = 500, /* from SIGKILL to the end of a process that is not stuck in the kernel */
	STUCK_MAX = 8,
};

struct helper {
	pid_t pid;
	int pidfd, socket;
	int64_t deadline;
};

/* Killed, and not gone yet: they wait in the kernel for something that the sandbox, or the network, owes them. */
static pid_t stuck[STUCK_MAX];

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* `keep` may hold -1. It is sorted in place. */
static void
close_others(int *keep, size_t n)
{
	unsigned from = 0;

	if (broken("live-descriptors"))
		return;
	qsort(keep, n, sizeof *keep, compare_ints);
	for (size_t i = 0; i < n; i++) {
		if (keep[i] < 0)
			continue;
		if ((unsigned)keep[i] > from)
			syscall(SYS_close_range, from, (unsigned)keep[i] - 1, 0);
		from = (unsigned)keep[i] + 1;
	}
	syscall(SYS_close_range, from, ~0u, 0);
}

void
live_hide(void)
{
	/* By which who watches for misses knows that it is not somebody who only looks (watch/task.h). */
	prctl(PR_SET_NAME, "isolate-mount");
	if (broken("live-hide"))
		prctl(PR_SET_DUMPABLE, 1);
	else if (prctl(PR_SET_DUMPABLE, 0) < 0)
		_exit(STATUS_FAILED);
}

/*
 * All signals but SIGALRM are blocked: one for the caller's process group must not stop us half-way. The alarm ends us
 * if the caller, who would have done it, is no more.
 */
static void
settle_signals(void)
{
	sigset_t alarm_only;

	signal(SIGALRM, SIG_DFL);
	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarm_only, NULL);
	alarm(LIVE_MILLISECONDS / 1000 + 1);
}

/* A thousand mounts are a thousand descriptors. */
static void
raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static _Noreturn void
child_main(live_work *work, void *arg, int socket, const int *keep, size_t n)
{
	int *kept = calloc(n + 1, sizeof *kept);

	if (!kept)
		_exit(STATUS_FAILED);
	live_hide();
	settle_signals();
	raise_limits();
	title_set("isolate-live");
	if (n > 0)
		memcpy(kept, keep, n * sizeof *kept);
	kept[n] = socket;
	close_others(kept, n + 1);
	work(socket, arg);
	_exit(0);
}

/*
 * On a copy of the stack, as fork(2), but without a signal at its end: the caller's own children are somebody else's
 * business.
 */
static pid_t
start(live_work *work, void *arg, int socket, const int *keep, size_t n, int *ret_pidfd)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = (pid_t)syscall(SYS_clone, CLONE_PIDFD, NULL, ret_pidfd, NULL, NULL);
	if (pid == 0)
		child_main(work, arg, socket, keep, n);
	if (pid < 0)
		pid = -errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static void
reap_stuck(void)
{
	for (size_t i = 0; i < STUCK_MAX; i++)
		if (stuck[i] > 0 && waitpid(stuck[i], NULL, __WALL | WNOHANG) != 0)
			stuck[i] = 0;
}

/* True if the descriptor became readable in time. */
static bool
wait_readable(int fd, int64_t deadline)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int64_t left;
	int r;

	do {
		left = deadline - milliseconds();
		r = poll(&pfd, 1, left > 0 ? (int)left : 0);
	} while (r < 0 && errno == EINTR);
	return r > 0;
}

static void
end(struct helper *helper, bool kill_it)
{
	if (kill_it)
		kill(helper->pid, SIGKILL);
	if (wait_readable(helper->pidfd, milliseconds() + ENDING_MILLISECONDS)) {
		while (waitpid(helper->pid, NULL, __WALL) < 0 && errno == EINTR)
			;
	} else {
		kill(helper->pid, SIGKILL);
		for (size_t i = 0; i < STUCK_MAX; i++)
			if (stuck[i] == 0) {
				stuck[i] = helper->pid;
				break;
			}
	}
	close(helper->pidfd);
	close(helper->socket);
}

/* The record at `at` of a packet, passed on. Where the next one begins; 0 if it is none. */
static size_t
pass_on(char *packet, size_t n, size_t at, int fd, live_listener *listener, void *arg, int *ret_kind)
{
	const char *text[RECORD_TEXTS] = { NULL, NULL, NULL };
	struct live_record record;
	size_t end, next;

	if (n - at < sizeof record)
		return 0;
	memcpy(&record, packet + at, sizeof record);
	if (record.size < sizeof record || record.size > n - at)
		return 0;
	end = at + record.size;
	at += sizeof record;
	for (int i = 0; i < RECORD_TEXTS && at < end; i++) {
		if (!(record.texts & 1u << i))
			continue;
		next = at + strnlen(packet + at, end - at);
		if (next == end)
			return 0;
		text[i] = packet + at;
		at = next + 1;
	}
	*ret_kind = record.kind;
	/* A descriptor comes with the last record of its packet. */
	listener(arg, &record, text, end == n ? fd : -1);
	return end;
}

/* False at the end. *ret_kind: of the last record. */
static bool
receive(int socket, live_listener *listener, void *arg, int *ret_kind)
{
	static char packet[PACKET_SIZE];
	size_t at = 0;
	int fd;
	ssize_t n = fdpass_receive(socket, packet, sizeof packet, &fd, MSG_DONTWAIT);

	if (n <= 0)
		return false;
	do
		at = pass_on(packet, (size_t)n, at, fd, listener, arg, ret_kind);
	while (at > 0 && at < (size_t)n);
	return at > 0;
}

static enum live_fate
listen_to(struct helper *helper, live_listener *listener, void *arg)
{
	enum live_fate fate = FATE_LOST;
	int kind = RECORD_NOTE;

	while (fate == FATE_LOST) {
		if (!wait_readable(helper->socket, helper->deadline))
			return FATE_LATE;
		if (!receive(helper->socket, listener, arg, &kind))
			break;
		if (kind == RECORD_DONE)
			fate = FATE_DONE;
		else if (kind == RECORD_FAILED || kind == RECORD_ERROR)
			fate = FATE_FAILED;
	}
	return fate;
}

int
live_helper_run(live_work *work, void *arg, const int *keep, size_t n, live_listener *listener, void *listener_arg)
{
	struct helper helper = { .deadline = milliseconds() + LIVE_MILLISECONDS, .pidfd = -1 };
	enum live_fate fate;
	int pair[2];

	reap_stuck();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	helper.socket = pair[0];
	helper.pid = start(work, arg, pair[1], keep, n, &helper.pidfd);
	close(pair[1]);
	if (helper.pid < 0) {
		close(helper.socket);
		return helper.pid;
	}
	fate = listen_to(&helper, listener, listener_arg);
	end(&helper, fate == FATE_LATE);
	return fate;
}

/* What the child has not sent yet. */
static char unsent[PACKET_SIZE];
static size_t unsent_len;

static void
send_packet(int socket, int fd)
{
	if (socket >= 0 && unsent_len > 0 && fdpass_send(socket, unsent, unsent_len, fd, 0) < 0)
		_exit(STATUS_FAILED);
	unsent_len = 0;
}

void
live_tell_now(int socket)
{
	send_packet(socket, -1);
}

void
live_tell(int socket, const struct live_record *record, const char *text0, const char *text1, const char *text2, int fd)
{
	const char *const text[RECORD_TEXTS] = { text0, text1, text2 };
	struct live_record head = *record;
	size_t len[RECORD_TEXTS] = { 0 };

	head.size = sizeof head;
	head.texts = 0;
	for (int i = 0; i < RECORD_TEXTS; i++) {
		if (!text[i])
			continue;
		len[i] = strnlen(text[i], TEXT_SIZE - 1);
		head.texts |= 1u << i;
		head.size += (uint32_t)len[i] + 1;
	}
	if (unsent_len + head.size > sizeof unsent)
		send_packet(socket, -1);
	memcpy(unsent + unsent_len, &head, sizeof head);
	unsent_len += sizeof head;
	for (int i = 0; i < RECORD_TEXTS; i++) {
		if (!text[i])
			continue;
		memcpy(unsent + unsent_len, text[i], len[i]);
		unsent[unsent_len + len[i]] = '\0';
		unsent_len += len[i] + 1;
	}
	if (fd >= 0 || head.kind == RECORD_DONE || head.kind == RECORD_FAILED || head.kind == RECORD_ERROR)
		send_packet(socket, fd);
}

void
live_tell_error(int socket, const struct error *err)
{
	struct live_record record = { .kind = RECORD_ERROR, .code = err->code, .step = err->status, .caret = err->caret,
				      .caret_len = err->caret_len };

	live_tell(socket, &record, err->message, err->where, err->hint, -1);
}
