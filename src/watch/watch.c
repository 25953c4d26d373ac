/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A watched session, from outside: the manager's and the readers' side. */
#include "config.h"

#include "watch/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "sandbox/sensor.h"
#include "sys/fdpass.h"
#include "sys/title.h"
#include "watch/messages.h"
#include "watch/supervisor.h"

enum {
	ANSWER_MS = 5000, /* a supervisor that looks at a dead network mount is late; readers do not wait for ever */
	END_MS = 1000,	  /* likewise at the end, before it is left to its fate */
};

struct watch {
	struct sensor_page *page;
	int sensor;		    /* the supervisor's end of the socket to pid 1 */
	int readers[WATCH_READERS]; /* the readers' ends */
	int answers[WATCH_READERS]; /* the supervisor's */
	int news;
	pid_t pid;
	int pidfd;
	uint64_t since[WATCH_READERS];
	uint32_t serial;
	/* Until the supervisor is started: */
	int rouse; /* epoll(7) of all that ask it; -1: it is */
	const struct plan *plan;
	const struct watch_mounter *mounter;
	pid_t init;
};

const char *const watch_tier_names[WATCH_TIERS] = {
	[WATCH_OFF] = "off",
	[WATCH_STATIC] = "static",
	[WATCH_ROOT] = "fuse",
	[WATCH_SECCOMP] = "seccomp",
};

static int
open_sockets(struct watch *watch, int *ret_inside)
{
	int ends[2];

	for (size_t i = 0; i < WATCH_READERS; i++) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
			return -errno;
		watch->readers[i] = ends[0];
		watch->answers[i] = ends[1];
	}
	watch->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (watch->news < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	watch->sensor = ends[0];
	*ret_inside = ends[1];
	return 0;
}

static void
close_all(struct watch *watch)
{
	int *const fds[] = { &watch->sensor,	 &watch->readers[0], &watch->readers[1], &watch->answers[0],
			     &watch->answers[1], &watch->news,	     &watch->pidfd,	 &watch->rouse };

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] >= 0)
			close(take_fd(fds[i]));
}

int
watch_prepare(const struct plan *plan, struct sandbox *sb, struct error *err)
{
	struct watch *watch;
	int r;

	/* A program that joins a session is watched with it. */
	if ((!plan->req->trace && !plan->req->watch_unasked) || plan->door)
		return 0;
	watch = calloc(1, sizeof *watch);
	if (!watch)
		return error_set(err, ENOMEM, "cannot watch for misses");
	*watch = (struct watch){ .sensor = -1, .readers = { -1, -1 }, .answers = { -1, -1 }, .news = -1, .pidfd = -1,
				.rouse = -1 };
	watch->page = mmap(NULL, sizeof *watch->page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	r = watch->page == MAP_FAILED ? -errno : open_sockets(watch, &sb->sensor_socket);
	if (r < 0) {
		if (watch->page != MAP_FAILED)
			munmap(watch->page, sizeof *watch->page);
		close_all(watch);
		free(watch);
		return error_set(err, -r, "cannot watch for misses");
	}
	sb->sensor = watch->page;
	sb->watch = watch;
	return 0;
}

/* Nothing of it is left: the session is as one that is not watched. */
static void
forget(struct sandbox *sb)
{
	struct watch *watch = sb->watch;

	if (sb->sensor_socket >= 0)
		close(take_fd(&sb->sensor_socket));
	sb->watch = NULL;
	sb->sensor = NULL;
	close_all(watch);
	munmap(watch->page, sizeof *watch->page);
	free(watch);
}

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The payload's pipes are not ours to keep open, nor is anything else. */
static void
close_others(struct supervisor_job *job)
{
	int keep[] = { job->sensor, job->readers[0], job->readers[1], job->news, job->record };
	unsigned from = 3;

	for (int fd = 0; fd <= 2; fd++) {
		close(fd);
		open("/dev/null", O_RDWR);
	}
	qsort(keep, sizeof keep / sizeof *keep, sizeof *keep, compare_ints);
	for (size_t i = 0; i < sizeof keep / sizeof *keep; i++) {
		if (keep[i] < 0)
			continue;
		if ((unsigned)keep[i] > from)
			syscall(SYS_close_range, from, (unsigned)keep[i] - 1, 0);
		from = (unsigned)keep[i] + 1;
	}
	syscall(SYS_close_range, from, ~0u, 0);
}

static _Noreturn void
supervisor_main(const struct watch *watch, pid_t manager)
{
	struct supervisor_job job = { .plan = watch->plan, .page = watch->page, .init = watch->init,
				      .sensor = watch->sensor, .news = watch->news, .mounter = watch->mounter,
				      .readers = { watch->answers[0], watch->answers[1] },
				      .record = watch->plan->req->record_fd > 0 ? watch->plan->req->record_fd : -1 };
	sigset_t all;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != manager)
		_exit(STATUS_FAILED);
	prctl(PR_SET_DUMPABLE, 0);
	/* Ctrl-C and `timeout -s KILL` mean the manager's group, and what they end is ended by him. */
	setpgid(0, 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	title_set("isolate-watch");
	close_others(&job);
	supervisor_run(&job);
	_exit(0);
}

static void
start(struct watch *watch)
{
	pid_t manager = getpid();

	/*
	 * No signal at its end, and wait(2) without __WALL does not see it: the manager's children are his own
	 * affair.
	 */
	watch->pid = (pid_t)syscall(SYS_clone, CLONE_PIDFD, NULL, &watch->pidfd, NULL, NULL);
	if (watch->pid == 0)
		supervisor_main(watch, manager);
	if (watch->pid < 0)
		log_note("cannot watch for misses: %s", strerror(errno));
	close(take_fd(&watch->sensor));
	for (size_t i = 0; i < WATCH_READERS; i++)
		close(take_fd(&watch->answers[i]));
}

/* False: what asks cannot be waited for. */
static bool
start_later(struct watch *watch)
{
	int asked[] = { watch->sensor, watch->answers[0], watch->answers[1] };
	struct epoll_event event = { .events = EPOLLIN };

	watch->rouse = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < sizeof asked / sizeof *asked && watch->rouse >= 0; i++)
		if (epoll_ctl(watch->rouse, EPOLL_CTL_ADD, asked[i], &event) < 0)
			close(take_fd(&watch->rouse));
	return watch->rouse >= 0;
}

void
watch_start(const struct plan *plan, struct sandbox *sb, const struct watch_mounter *mounter)
{
	struct watch *watch = sb->watch;

	if (!watch)
		return;
	if (sb->sensor_socket >= 0)
		close(take_fd(&sb->sensor_socket));
	/* It would cost something, which nobody asked for. */
	if (!plan->req->trace && watch_tier(watch) != WATCH_ROOT) {
		forget(sb);
		return;
	}
	watch->plan = plan;
	watch->mounter = mounter;
	watch->init = sb->init;
	/* In the second way the program's first call already waits for it. */
	if (watch_tier(watch) != WATCH_ROOT || !start_later(watch))
		start(watch);
}

int
watch_rouse_fd(const struct watch *watch)
{
	return watch ? watch->rouse : -1;
}

void
watch_rouse(struct watch *watch)
{
	if (watch->rouse < 0)
		return;
	close(take_fd(&watch->rouse));
	start(watch);
}

void
watch_stop(struct sandbox *sb)
{
	/* One that records ends by itself, and says that it did. */
	if (sb->watch && sb->watch->pid > 0 && sb->watch->plan->req->record_fd <= 0)
		syscall(SYS_pidfd_send_signal, sb->watch->pidfd, SIGKILL, NULL, 0);
}

void
watch_end(struct sandbox *sb)
{
	struct watch *watch = sb->watch;
	struct pollfd ended;

	if (!watch) {
		if (sb->sensor_socket >= 0)
			close(take_fd(&sb->sensor_socket));
		return;
	}
	if (watch->pid > 0) {
		ended = (struct pollfd){ .fd = watch->pidfd, .events = POLLIN };
		if (poll(&ended, 1, END_MS) > 0)
			waitpid(watch->pid, NULL, __WALL);
		/* Who mounts for it holds the other end too, and ends with it. */
		ended = (struct pollfd){ .fd = watch->readers[WATCH_MANAGER] };
		poll(&ended, 1, END_MS);
	}
	forget(sb);
}

enum watch_tier
watch_tier(const struct watch *watch)
{
	if (!watch)
		return WATCH_OFF;
	switch ((enum sensor_tier)atomic_load(&watch->page->tier)) {
	case SENSOR_ROOT:
		return WATCH_ROOT;
	case SENSOR_SECCOMP:
		return WATCH_SECCOMP;
	case SENSOR_STATIC:
		break;
	}
	return WATCH_STATIC;
}

/*
 * Sends a question, about a path of at most SENSOR_PATH_MAX or NULL, and waits for the answer to it. Its length, or
 * -errno.
 */
static ssize_t
ask(struct watch *watch, enum watch_reader who, struct message_question *question, const char *path, int fd, char *buf,
    size_t size)
{
	struct pollfd answered = { .fd = watch->readers[who], .events = POLLIN };
	char packet[sizeof *question + SENSOR_PATH_MAX];
	size_t path_len = path ? strlen(path) : 0;
	struct message_answer head;
	ssize_t n;

	/* The others' questions rouse it by themselves. */
	if (who == WATCH_MANAGER)
		watch_rouse(watch);
	question->serial = ++watch->serial;
	question->path_len = (uint32_t)path_len;
	memcpy(packet, question, sizeof *question);
	if (path)
		memcpy(packet + sizeof *question, path, path_len);
	n = fdpass_send(watch->readers[who], packet, sizeof *question + path_len, fd, MSG_DONTWAIT);
	if (n < 0)
		return n == -EAGAIN ? -ETIMEDOUT : -EPIPE;
	do {
		n = poll(&answered, 1, ANSWER_MS);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			return -ETIMEDOUT;
		n = recv(watch->readers[who], buf, size, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return -EPIPE;
		if (n < (ssize_t)sizeof head)
			continue;
		memcpy(&head, buf, sizeof head);
	} while (n < (ssize_t)sizeof head || head.serial != question->serial);
	return n;
}

static void
fill_state(struct watch *watch, const struct message_answer *head, struct watch_state *ret)
{
	if (ret)
		*ret = (struct watch_state){ .tier = watch_tier(watch), .refused = (int)head->refused,
					     .refused_filter = (int)head->refused_filter, .lost = head->lost,
					     .held = head->held };
}

/* At the manager's. */
static bool
nothing_was_asked(const struct watch *watch)
{
	struct pollfd asked = { .fd = watch->rouse, .events = POLLIN };

	return watch->rouse >= 0 && poll(&asked, 1, 0) == 0;
}

int
watch_read(struct watch *watch, enum watch_reader who, struct miss_list *list, struct watch_state *state)
{
	static char buf[MESSAGE_SIZE];
	struct message_answer head = { .refused = (uint32_t)atomic_load(&watch->page->refused) };
	uint64_t drained;

	if (who == WATCH_MANAGER && nothing_was_asked(watch)) {
		fill_state(watch, &head, state);
		return 0;
	}

	/* What comes while we read makes it readable again. */
	if (who == WATCH_CONTROL && read(watch->news, &drained, sizeof drained) < 0)
		drained = 0;
	do {
		struct message_question question = { .kind = MESSAGE_READ, .since = watch->since[who] };
		ssize_t n = ask(watch, who, &question, NULL, -1, buf, sizeof buf);
		size_t at = sizeof head;

		if (n < 0)
			return (int)n;
		memcpy(&head, buf, sizeof head);
		for (uint32_t i = 0; i < head.count; i++)
			if (!message_take(buf, &at, (size_t)n, list))
				return -EPIPE;
		watch->since[who] = head.changes;
	} while (head.more && head.count > 0);
	list->lost = head.lost;
	fill_state(watch, &head, state);
	return 0;
}

static int
set_state(struct watch *watch, enum watch_reader who, enum message_kind kind, const char *path, enum miss_state state)
{
	struct message_question question = { .kind = kind, .state = (uint32_t)state };
	static char buf[MESSAGE_SIZE];
	ssize_t n = strlen(path) > SENSOR_PATH_MAX ? -ENAMETOOLONG :
						     ask(watch, who, &question, path, -1, buf, sizeof buf);
	struct message_answer head;

	if (n < 0)
		return (int)n;
	memcpy(&head, buf, sizeof head);
	return head.failed < 0 ? head.failed : (int)head.held;
}

int
watch_set_state(struct watch *watch, enum watch_reader who, const char *path, enum miss_state state)
{
	return set_state(watch, who, MESSAGE_STATE, path, state);
}

int
watch_set_state_now(struct watch *watch, enum watch_reader who, const char *path, enum miss_state state)
{
	return set_state(watch, who, MESSAGE_STATE_NOW, path, state);
}

int
watch_expect(struct watch *watch, enum watch_reader who, int *ret_socket)
{
	struct message_question question = { .kind = MESSAGE_EXPECT };
	static char buf[MESSAGE_SIZE];
	struct message_answer head;
	int ends[2];
	ssize_t n;

	/* Neither is ever taken back. */
	if (atomic_load(&watch->page->refused) == 0 || atomic_load(&watch->page->refused_filter) != 0)
		return -EOPNOTSUPP;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	n = ask(watch, who, &question, NULL, ends[1], buf, sizeof buf);
	close(ends[1]);
	if (n >= 0) {
		memcpy(&head, buf, sizeof head);
		n = head.failed;
	}
	if (n < 0)
		close(ends[0]);
	else
		*ret_socket = ends[0];
	return (int)n;
}

int
watch_uncure(struct watch *watch, enum watch_reader who, const char *path)
{
	int r = set_state(watch, who, MESSAGE_UNCURED, path, MISS_OPEN);

	return r < 0 ? r : 0;
}

size_t
watch_keep(const struct watch *watch, enum watch_reader who, int ret[2])
{
	if (!watch)
		return 0;
	ret[0] = watch->readers[who];
	ret[1] = watch->news;
	return who == WATCH_CONTROL ? 2 : 1;
}

int
watch_end_fd(const struct watch *watch, enum watch_reader who)
{
	return watch ? watch->readers[who] : -1;
}

int
watch_event_fd(const struct watch *watch)
{
	return watch ? watch->news : -1;
}

int
watch_set_decider(struct watch *watch, enum watch_reader who, pid_t pid, pid_t in_place_of)
{
	struct message_question question = { .kind = MESSAGE_DECIDER, .state = (uint32_t)pid,
					     .since = (uint64_t)in_place_of };
	static char buf[MESSAGE_SIZE];
	ssize_t n = ask(watch, who, &question, NULL, -1, buf, sizeof buf);

	return n < 0 ? (int)n : 0;
}

void
watch_tell_decider(struct watch *watch, pid_t pid)
{
	const struct message_question question = { .kind = MESSAGE_DECIDER, .state = (uint32_t)pid };

	/* The answer is thrown away by whoever asks next. */
	if (watch && send(watch->readers[WATCH_MANAGER], &question, sizeof question, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;
}
