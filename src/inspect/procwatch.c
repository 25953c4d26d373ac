/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes of a sandbox as they come and go. */
#include "config.h"

#include "inspect/procwatch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "inspect/processes.h"
#include "sys/pidfd.h"
#include "sys/procfs.h"
#include "sys/procnews.h"

enum { FOLD_MILLISECONDS = 1000, FOLD_MILLISECONDS_MAX = 8000 };

/* More than a socket can hold. */
enum { UNREAD_MAX = 100000 };

struct known {
	pid_t pid, inside;
	char name[16];
	bool late;     /* taken up when it may have ended already */
	uint64_t seen; /* nanoseconds: what it executed before has been told */
	int pidfd;  /* of one whose first thread has ended, and others have not; -1 */
};

struct procwatch {
	int proc, caller, process;
	int epoll, news, alarm, timer;
	uint64_t heard; /* nanoseconds: the latest of the news */
	bool changed;	/* the list, since the alarm was set */
	bool folding;	/* nothing is listened to, and the timer runs */
	size_t levels; /* of pid namespaces, down to the sandbox's */
	struct known *known; /* by pid */
	size_t len, cap;
	size_t told;	 /* since `second` */
	uint64_t second; /* milliseconds: the beginning of a second */
	unsigned fold;	 /* milliseconds of the next fold */
	procwatch_teller *tell;
	void *arg;
};

static uint64_t
nanoseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void
set_timer(const struct procwatch *watch, uint64_t milliseconds)
{
	struct itimerspec spec = { .it_value = { .tv_sec = (time_t)(milliseconds / 1000),
						 .tv_nsec = (long)(milliseconds % 1000) * 1000000 } };

	timerfd_settime(watch->timer, 0, &spec, NULL);
}

/* Where it is in the list, or where it would be. */
static size_t
place_of(const struct procwatch *watch, pid_t pid)
{
	size_t low = 0, high = watch->len;

	/* Mostly it is the newest. */
	if (high > 0 && watch->known[high - 1].pid < pid)
		return high;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (watch->known[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct known *
find(const struct procwatch *watch, pid_t pid)
{
	size_t at = place_of(watch, pid);

	return at < watch->len && watch->known[at].pid == pid ? &watch->known[at] : NULL;
}

static struct known *
add(struct procwatch *watch, pid_t pid)
{
	size_t at = place_of(watch, pid);

	watch->known = array_grow(watch->known, &watch->cap, watch->len + 1, sizeof *watch->known);
	memmove(watch->known + at + 1, watch->known + at, (watch->len - at) * sizeof *watch->known);
	watch->len++;
	watch->known[at] = (struct known){ .pid = pid, .pidfd = -1 };
	watch->changed = true;
	return &watch->known[at];
}

static void
take_away(struct procwatch *watch, struct known *known)
{
	size_t at = (size_t)(known - watch->known);

	if (known->pidfd >= 0)
		close(known->pidfd);
	memmove(known, known + 1, (watch->len - at - 1) * sizeof *known);
	watch->len--;
	watch->changed = true;
}

static void
forget_all(struct procwatch *watch)
{
	while (watch->len > 0)
		take_away(watch, &watch->known[watch->len - 1]);
}

static void
set_name(struct known *known, const char *name)
{
	snprintf(known->name, sizeof known->name, "%s", name);
}

/* What the process is called, by its name and inside. False: it is gone. */
static bool
read_names(const struct procwatch *watch, struct known *known)
{
	_autoclose_ int process = procfs_open_process(watch->proc, known->pid);
	struct procfs_status status;

	if (process < 0 || procfs_status(process, &status) < 0)
		return false;
	set_name(known, status.name);
	known->inside = status.levels >= watch->levels ? status.pids[watch->levels - 1] : 0;
	procfs_status_release(&status);
	return true;
}

/* What has not been read would keep us awake. */
static void
drain(int fd)
{
	struct procnews news;

	for (int i = 0; i < UNREAD_MAX && procnews_read(fd, &news) != 0; i++)
		;
}

/* From now on it speaks of all that are known, and of others where they are too many for a filter. */
static void
set_alarm(struct procwatch *watch)
{
	pid_t pids[PROCNEWS_PIDS_MAX];
	size_t n = 0;

	watch->changed = false;
	while (n < watch->len && n < PROCNEWS_PIDS_MAX) {
		pids[n] = watch->known[n].pid;
		n++;
	}
	if (n < watch->len || procnews_choose(watch->alarm, pids, n) < 0)
		procnews_choose_all(watch->alarm);
}

/* Nothing more is heard, and what has not been read is passed over. */
static void
fold(struct procwatch *watch)
{
	procnews_choose(watch->news, NULL, 0);
	procnews_choose(watch->alarm, NULL, 0);
	drain(watch->news);
	drain(watch->alarm);
	watch->folding = true;
	set_timer(watch, watch->fold);
	watch->fold = watch->fold * 2 < FOLD_MILLISECONDS_MAX ? watch->fold * 2 : FOLD_MILLISECONDS_MAX;
}

static void
tell(struct procwatch *watch, const struct procwatch_news *news)
{
	uint64_t time = (uint64_t)clock_ms();

	if (time - watch->second >= 1000) {
		if (watch->told < PROCWATCH_RATE)
			watch->fold = FOLD_MILLISECONDS;
		watch->second = time;
		watch->told = 0;
	}
	watch->tell(watch->arg, news);
	if (++watch->told >= PROCWATCH_RATE && !watch->folding)
		fold(watch);
}

static void
tell_forked(struct procwatch *watch, const struct known *child, pid_t parent, const char *name)
{
	tell(watch, &(struct procwatch_news){ .kind = PROCWATCH_FORKED, .pid = child->pid, .inside = child->inside,
					      .parent = parent, .name = name });
}

static void
tell_executed(struct procwatch *watch, const struct known *known)
{
	_autoclose_ int process = procfs_open_process(watch->proc, known->pid);
	struct process_view view = { 0 };

	process_read_command(process, known->name, &view);
	tell(watch, &(struct procwatch_news){ .kind = PROCWATCH_EXECUTED, .pid = known->pid, .inside = known->inside,
					      .name = known->name, .argv = view.argv, .argc = view.argc });
	process_release_command(&view);
}

static void
tell_exited(struct procwatch *watch, struct known *known, int status)
{
	struct known gone = *known;

	gone.pidfd = -1;
	take_away(watch, known);
	tell(watch, &(struct procwatch_news){ .kind = PROCWATCH_EXITED, .pid = gone.pid, .inside = gone.inside,
					      .name = gone.name, .status = status });
}

/* A process that is new to us, and what it has done already: nobody was asked about it. Parent 0: outside. */
static void
take_up(struct procwatch *watch, pid_t pid, pid_t parent, const char *name)
{
	struct known *known = add(watch, pid);
	_autoclose_ int process = procfs_open_process(watch->proc, pid);
	struct procfs_times times;
	pid_t children[16];
	size_t n;

	set_name(known, name);
	read_names(watch, known);
	if (parent > 0)
		tell_forked(watch, known, parent, name);
	known->late = true;
	known->seen = nanoseconds();
	if (process >= 0 && procfs_times(process, &times) == 0 && !times.forked_only)
		tell_executed(watch, known);
	n = procfs_children(watch->proc, pid, children, sizeof children / sizeof *children);
	/* A chain of them ends where it is folded. */
	for (size_t i = 0; i < n && !watch->folding; i++)
		if (!find(watch, children[i]))
			take_up(watch, children[i], pid, name);
}

/* `late`: nothing of what the child did since has been kept. */
static void
take_fork(struct procwatch *watch, const struct procnews *news, bool late)
{
	const struct known *parent = find(watch, news->parent);
	struct known *child;
	char name[sizeof parent->name];

	if (!parent || find(watch, news->pid))
		return;
	memcpy(name, parent->name, sizeof name);
	if (late) {
		take_up(watch, news->pid, news->parent, name);
		return;
	}
	child = add(watch, news->pid);
	set_name(child, name);
	read_names(watch, child);
	tell_forked(watch, child, news->parent, name);
}

static void
take_exec(struct procwatch *watch, const struct procnews *news)
{
	struct known *known = find(watch, news->pid);

	if (!known || news->time < known->seen)
		return;
	read_names(watch, known);
	tell_executed(watch, known);
}

/* True if the process has threads beside its first one. */
static bool
goes_on(const struct procwatch *watch, pid_t pid)
{
	char path[32];
	struct stat st;

	/* "." and "..", and one for each thread. */
	snprintf(path, sizeof path, "%d/task", (int)pid);
	return fstatat(watch->proc, path, &st, 0) == 0 && st.st_nlink > 3;
}

static void
take_exit(struct procwatch *watch, const struct procnews *news)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct known *known = find(watch, news->pid);

	if (!known)
		return;
	if (!goes_on(watch, news->pid)) {
		tell_exited(watch, known, news->status);
		return;
	}
	known->pidfd = known->pidfd >= 0 ? known->pidfd : pidfd_of(news->pid);
	if (known->pidfd < 0 || epoll_ctl(watch->epoll, EPOLL_CTL_ADD, known->pidfd, &event) < 0)
		tell_exited(watch, known, news->status);
}

static void
look_at_held(struct procwatch *watch)
{
	for (size_t i = watch->len; i-- > 0;) {
		struct pollfd pfd = { .fd = watch->known[i].pidfd, .events = POLLIN };

		if (pfd.fd >= 0 && poll(&pfd, 1, 0) > 0)
			tell_exited(watch, &watch->known[i], -1);
	}
}

/* From what there is, not from what was told. Whose end was not told is forgotten. */
static int
read_all(struct procwatch *watch)
{
	struct process_list list;
	int r = processes_read(watch->proc, watch->caller, watch->process, &list);

	if (r < 0)
		return r;
	forget_all(watch);
	for (size_t i = 0; i < list.len; i++)
		if (!find(watch, list.items[i].outside))
			read_names(watch, add(watch, list.items[i].outside));
	processes_release(&list);
	return 0;
}

static void
take(struct procwatch *watch, const struct procnews *news, bool late)
{
	if (news->kind == PROCNEWS_FORKED)
		take_fork(watch, news, late);
	else if (news->kind == PROCNEWS_EXECUTED)
		take_exec(watch, news);
	else
		take_exit(watch, news);
}

/* All the news. False: some were lost. */
static bool
hear(struct procwatch *watch)
{
	struct procnews news;
	bool whole = true;
	int r = 1;

	for (int i = 0; i < UNREAD_MAX && !watch->folding && (r > 0 || r == -ENOBUFS); i++) {
		r = procnews_read(watch->news, &news);
		if (r == -ENOBUFS)
			whole = false;
		if (r <= 0)
			continue;
		watch->heard = news.time;
		take(watch, &news, false);
	}
	return whole;
}

/* Those that were taken up late, and have ended before the alarm was set for them. */
static void
look_for_gone(struct procwatch *watch)
{
	for (size_t i = watch->len; i-- > 0;) {
		if (!watch->known[i].late)
			continue;
		watch->known[i].late = false;
		if (kill(watch->known[i].pid, 0) < 0 && errno == ESRCH)
			tell_exited(watch, &watch->known[i], -1);
	}
}

/* The alarm for those that are known by now. What the new ones did before is among the news. */
static void
settle(struct procwatch *watch)
{
	while (watch->changed && !watch->folding) {
		set_alarm(watch);
		hear(watch);
		look_for_gone(watch);
	}
}

/*
 * Somebody inside has done something: the news has that and all after it. Where it is lost, the alarm has what the
 * known processes did.
 */
static void
look_at_alarm(struct procwatch *watch)
{
	struct procnews alarms[64];
	size_t n = 0, i;
	int r = 1;

	while (n < sizeof alarms / sizeof *alarms && (r = procnews_read(watch->alarm, &alarms[n])) > 0)
		n++;
	if (r == -ENOBUFS)
		fold(watch);
	if (n == 0 || watch->folding)
		return;
	if (!hear(watch))
		for (i = 0; i < n && !watch->folding; i++)
			if (alarms[i].time > watch->heard)
				take(watch, &alarms[i], true);
	settle(watch);
}

static void
look_at_timer(struct procwatch *watch)
{
	uint64_t times;

	if (!watch->folding || read(watch->timer, &times, sizeof times) != sizeof times)
		return;
	if (procnews_choose_all(watch->news) < 0) {
		set_timer(watch, watch->fold);
		return;
	}
	watch->folding = false;
	if (read_all(watch) == 0)
		tell(watch, &(struct procwatch_news){ .kind = PROCWATCH_FOLDED, .count = watch->len });
	settle(watch);
}

void
procwatch_look(struct procwatch *watch, procwatch_teller *teller, void *arg)
{
	watch->tell = teller;
	watch->arg = arg;
	if (!watch->folding)
		look_at_alarm(watch);
	look_at_held(watch);
	look_at_timer(watch);
}

void
procwatch_add(struct procwatch *watch, pid_t pid, procwatch_teller *teller, void *arg)
{
	watch->tell = teller;
	watch->arg = arg;
	if (find(watch, pid))
		return;
	take_up(watch, pid, 0, "");
	settle(watch);
}

int
procwatch_fd(const struct procwatch *watch)
{
	return watch->epoll;
}

void
procwatch_free(struct procwatch *watch)
{
	int *fds[4];

	if (!watch)
		return;
	fds[0] = &watch->epoll;
	fds[1] = &watch->news;
	fds[2] = &watch->alarm;
	fds[3] = &watch->timer;
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] >= 0)
			close(take_fd(fds[i]));
	forget_all(watch);
	free(watch->known);
	free(watch);
}

static int
open_sources(struct procwatch *watch)
{
	struct epoll_event event = { .events = EPOLLIN };
	int r;

	watch->news = procnews_open();
	watch->alarm = watch->news < 0 ? watch->news : procnews_open();
	if (watch->alarm < 0)
		return watch->alarm;
	watch->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	watch->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (watch->timer < 0 || watch->epoll < 0 ||
	    epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->alarm, &event) < 0 ||
	    epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->timer, &event) < 0)
		return -errno;
	/* What happens while the list is read is told behind it. */
	r = procnews_choose_all(watch->news);
	if (r == 0)
		r = read_all(watch);
	set_alarm(watch);
	return r;
}

int
procwatch_open(int proc, int caller, int process, struct procwatch **ret)
{
	size_t cap = 0;
	struct procwatch *watch = array_grow(NULL, &cap, 1, sizeof *watch);
	struct procfs_status status;
	int r = procfs_status(process, &status);

	*watch = (struct procwatch){ .proc = proc, .caller = caller, .process = process, .epoll = -1, .news = -1,
				     .alarm = -1, .timer = -1, .fold = FOLD_MILLISECONDS };
	if (r == 0) {
		watch->levels = status.levels;
		procfs_status_release(&status);
		r = open_sources(watch);
	}
	if (r == 0)
		*ret = watch;
	else
		procwatch_free(watch);
	return r;
}
