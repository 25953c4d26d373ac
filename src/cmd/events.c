/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :events: what changes in a sandbox, as lines. */
#include "config.h"

#include "cmd/events.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/arguments.h"
#include "cmd/context.h"
#include "cmd/decide.h"
#include "cmd/event_line.h"
#include "cmd/event_process.h"
#include "cmd/table.h"
#include "cmd/target.h"
#include "cmd/words.h"
#include "inspect/mounttable.h"
#include "inspect/procwatch.h"
#include "sandbox/plan.h"
#include "session/peer.h"
#include "session/registry.h"
#include "sys/pidfd.h"
#include "sys/procfs.h"

struct joined {
	pid_t pid;
	int pidfd;
};

struct events {
	bool json, decides;
	struct target target; /* process 1, or what the user named */
	int epoll;
	/*
	 * Two, since a poll takes the news from the descriptor: one wakes whoever polls our epoll, which polls that one
	 * in turn; the other is for us to find out that it was that.
	 */
	int mounts_wake, mounts_ask;
	int payload; /* pidfd */
	pid_t payload_pid;
	struct procwatch *processes; /* NULL: nobody tells of them */
	struct joined *joined; /* programs that joined since, and run */
	size_t joined_len, joined_cap;
	struct mount_table table;
	char **lines; /* not yet taken */
	size_t len, cap;
	bool ended;
};

static void
add_line(struct events *events, char *text)
{
	if (!text)
		return;
	events->lines = array_grow(events->lines, &events->cap, events->len + 1, sizeof *events->lines);
	events->lines[events->len++] = text;
}

static void
line_end(struct events *events, struct event_line *line)
{
	add_line(events, event_line_end(line));
}

static void
tell_process(void *arg, const struct procwatch_news *news)
{
	struct events *events = arg;

	add_line(events, event_process_line(events->json, news));
}

static void
tell_mount(struct events *events, const char *what, const struct mountinfo *info)
{
	struct event_line line;

	if (!event_line_begin(&line, events->json, what))
		return;
	event_line_text(&line, "inside", " ", info->mount_point);
	event_line_text(&line, "type", "  ", info->type);
	event_line_text(&line, "options", "  ", info->options);
	event_line_number(&line, "id", NULL, (long long)info->id);
	line_end(events, &line);
}

static int
compare_ids(const void *a, const void *b)
{
	uint64_t one = (*(const struct mount_entry *const *)a)->info.id;
	uint64_t other = (*(const struct mount_entry *const *)b)->info.id;

	return one < other ? -1 : one > other;
}

/* Entries in the order of their ids. The caller frees. */
static const struct mount_entry **
by_id(const struct mount_table *table)
{
	size_t cap = 0;
	const struct mount_entry **sorted = array_grow(NULL, &cap, table->len + 1, sizeof(void *));

	for (size_t i = 0; i < table->len; i++)
		sorted[i] = &table->entries[i];
	qsort(sorted, table->len, sizeof(void *), compare_ids);
	return sorted;
}

/* The same mount: an id may have been given to another since. */
static bool
is_same(const struct mountinfo *a, const struct mountinfo *b)
{
	return a->major == b->major && a->minor == b->minor && strcmp(a->root, b->root) == 0 &&
	       strcmp(a->mount_point, b->mount_point) == 0;
}

static void
compare_tables(struct events *events, const struct mount_table *now)
{
	_autofree_ const struct mount_entry **old = by_id(&events->table);
	_autofree_ const struct mount_entry **new = by_id(now);
	size_t i = 0, k = 0;

	while (i < events->table.len || k < now->len) {
		const struct mountinfo *gone = i < events->table.len ? &old[i]->info : NULL;
		const struct mountinfo *come = k < now->len ? &new[k]->info : NULL;

		if (gone && come && gone->id == come->id) {
			if (!is_same(gone, come)) {
				tell_mount(events, "unmounted", gone);
				tell_mount(events, "mounted", come);
			} else if (strcmp(gone->options, come->options) != 0) {
				tell_mount(events, "remounted", come);
			}
			i++;
			k++;
		} else if (gone && (!come || gone->id < come->id)) {
			tell_mount(events, "unmounted", gone);
			i++;
		} else if (come) {
			tell_mount(events, "mounted", come);
			k++;
		}
	}
}

static void
look_at_mounts(struct events *events)
{
	struct pollfd pfd = { .fd = events->mounts_ask, .events = POLLPRI };
	struct mount_table now;

	if (poll(&pfd, 1, 0) <= 0 || mount_table_read(events->target.process, &now) < 0)
		return;
	compare_tables(events, &now);
	mount_table_release(&events->table);
	events->table = now;
}

static void
look_at_payload(struct events *events)
{
	struct pollfd pfd = { .fd = events->payload, .events = POLLIN };
	struct event_line line;

	if (events->ended || poll(&pfd, 1, 0) <= 0)
		return;
	events->ended = true;
	if (!event_line_begin(&line, events->json, "ended"))
		return;
	event_line_number(&line, "pid", " process ", events->payload_pid);
	line_end(events, &line);
}

static void
tell_left(struct events *events, pid_t pid)
{
	struct event_line line;

	if (!event_line_begin(&line, events->json, "left"))
		return;
	event_line_number(&line, "pid", " process ", pid);
	line_end(events, &line);
}

static void
look_at_joined(struct events *events)
{
	size_t kept = 0;

	for (size_t i = 0; i < events->joined_len; i++) {
		struct joined *joined = &events->joined[i];
		struct pollfd pfd = { .fd = joined->pidfd, .events = POLLIN };

		if (poll(&pfd, 1, 0) > 0) {
			tell_left(events, joined->pid);
			close(joined->pidfd);
		} else {
			events->joined[kept++] = *joined;
		}
	}
	events->joined_len = kept;
}

/* To be told when it ends; one that has is told now. */
static void
follow_joined(struct events *events, pid_t pid)
{
	struct epoll_event event = { .events = EPOLLIN };
	int pidfd = pidfd_of(pid);

	if (pidfd == -ESRCH)
		tell_left(events, pid);
	if (pidfd < 0)
		return;
	if (epoll_ctl(events->epoll, EPOLL_CTL_ADD, pidfd, &event) < 0) {
		close(pidfd);
		return;
	}
	events->joined = array_grow(events->joined, &events->joined_cap, events->joined_len + 1,
				    sizeof *events->joined);
	events->joined[events->joined_len++] = (struct joined){ pid, pidfd };
}

/* Who asked for what, and how. */
static void
put_miss(struct event_line *line, const struct miss *miss)
{
	event_line_text(line, "path", " ", miss->path);
	event_line_text(line, "comm", ", asked for by ", miss->comm[0] ? miss->comm : NULL);
	if (miss->pid > 0)
		event_line_number(line, "pid", " ", miss->pid);
	event_line_text(line, "call", ", ", miss->call);
}

static void
put_decision(struct event_line *line, const struct decision *decision)
{
	event_line_text(line, "decision", " ", decision->verb);
	event_line_text(line, "path", " ", decision->path);
	event_line_number(line, "paths", decision->paths > 1 ? " and others, together " : NULL,
			  (long long)decision->paths);
	event_line_text(line, "spec", ", by ", decision->spec);
	event_line_number(line, "calls", decision->calls > 0 ? ", calls let go: " : NULL, (long long)decision->calls);
}

static void
put_more(struct event_line *line, const struct event *event)
{
	static const struct {
		enum event_kind kind;
		const char *name, *before;
	} counted[] = {
		{ EVENT_MISSED, "missed", ", missed: " },
		{ EVENT_HELD, "held", ", held: " },
		{ EVENT_RELEASED, "released", ", released: " },
		{ EVENT_CURED, "cured", ", cured: " },
	};

	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
		size_t n = event->more[counted[i].kind];

		event_line_number(line, counted[i].name, n > 0 ? counted[i].before : NULL, (long long)n);
	}
}

static void
put_event(struct event_line *line, const struct event *event)
{
	switch (event->kind) {
	case EVENT_COMMAND:
		event_line_text(line, "command", " ", event->line);
		event_line_number(line, "status", event->status != 0 ? ", failed with " : NULL, event->status);
		break;
	case EVENT_JOINED:
		event_line_number(line, "pid", " process ", event->pid);
		break;
	case EVENT_DECIDED:
		put_decision(line, event->decision);
		break;
	case EVENT_MORE:
		put_more(line, event);
		break;
	default:
		put_miss(line, event->miss);
		break;
	}
	if (event->kind == EVENT_HELD)
		event_line_text(line, "spec", ", cured by ", event->spec);
	if (event->kind > EVENT_MISSED)
		event_line_number(line, "waiting", event->kind == EVENT_HELD ? ", calls that wait: " : NULL,
			    (long long)event->waiting);
	if (!event->peer)
		return;
	event_line_text(line, "client", ", from ", event->peer->name);
	event_line_number(line, "client_pid", " ", event->peer->pid);
}

void
events_tell(struct events *events, const struct event *event)
{
	static const char *const names[EVENT_KINDS] = {
		[EVENT_COMMAND] = "command", [EVENT_JOINED] = "joined",	    [EVENT_MISSED] = "missed",
		[EVENT_HELD] = "held",	     [EVENT_RELEASED] = "released", [EVENT_CURED] = "cured",
		[EVENT_MORE] = "more",	     [EVENT_DECIDED] = "decided",
	};
	struct event_line line;

	if (!event_line_begin(&line, events->json, names[event->kind]))
		return;
	put_event(&line, event);
	line_end(events, &line);
	if (event->kind != EVENT_JOINED)
		return;
	if (events->processes)
		procwatch_add(events->processes, event->pid, tell_process, events);
	follow_joined(events, event->pid);
}

bool
events_decide(const struct events *events)
{
	return events->decides;
}

static int
watch(struct events *events, int fd, uint32_t what)
{
	struct epoll_event event = { .events = what };

	return epoll_ctl(events->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* Where nobody tells of them, that is told first. */
static void
watch_processes(struct events *events)
{
	int r = procwatch_open(events->target.proc, events->target.caller, events->target.process, &events->processes);

	if (r == 0)
		r = watch(events, procwatch_fd(events->processes), EPOLLIN);
	if (r < 0)
		add_line(events, event_process_unwatched(events->json, -r));
}

static int
open_sources(struct events *events, pid_t payload, struct error *err)
{
	int r;

	events->mounts_wake = openat(events->target.process, "mountinfo", O_RDONLY | O_CLOEXEC);
	events->mounts_ask = openat(events->target.process, "mountinfo", O_RDONLY | O_CLOEXEC);
	if (events->mounts_wake < 0 || events->mounts_ask < 0)
		return target_refused(&events->target, errno, "watch the mounts of", err);
	r = mount_table_read(events->target.process, &events->table);
	if (r < 0)
		return target_refused(&events->target, -r, "read the mounts of", err);
	events->payload = pidfd_of(payload);
	if (events->payload < 0)
		return target_refused(&events->target, -events->payload, "watch", err);
	events->payload_pid = payload;
	events->epoll = epoll_create1(EPOLL_CLOEXEC);
	r = events->epoll < 0 ? -errno : watch(events, events->mounts_wake, EPOLLPRI);
	if (r == 0)
		r = watch(events, events->payload, EPOLLIN);
	if (r < 0)
		return error_set(err, -r, "cannot watch for events");
	watch_processes(events);
	return 0;
}

/* Who wants to decide has to be in a session where calls wait. */
static int
check_decides(const struct context *context, struct error *err)
{
	if (context->record && context->watch && context->plan->req->on_miss == ON_MISS_ASK)
		return 0;
	error_set(err, 0, "no call waits for a decision there");
	error_hint(err, "start the session with --on-miss=ask");
	return -1;
}

static int
check_line(const char *line, bool *ret_decides, struct error *err)
{
	struct word_list words;
	struct call call;
	int r = words_split(line, &words, err);

	if (r == 0)
		r = arguments_parse(line, &words, &call, err);
	*ret_decides = r == 0 && call.values[0];
	words_release(&words);
	return r;
}

struct events *
events_open(struct context *context, const char *line, bool json, struct error *err)
{
	const struct session_record *record = context->record;
	bool whole = record && context->pid == 0;
	size_t cap = 0;
	struct events *events = array_grow(NULL, &cap, 1, sizeof *events);
	bool decides;
	int r = check_line(line, &decides, err);

	*events = (struct events){ .json = json, .target = TARGET_INIT, .epoll = -1, .mounts_wake = -1,
				   .mounts_ask = -1, .payload = -1 };
	events->decides = decides;
	if (r == 0 && decides)
		r = check_decides(context, err);
	if (r == 0 && !whole && context->pid == 0)
		r = error_set(err, 0, "':events' needs a session, or a process in a sandbox");
	if (r == 0)
		r = target_open(whole ? record->init : context->pid, &events->target, err);
	if (r == 0)
		r = open_sources(events, whole ? record->payload : context->pid, err);
	if (r == 0)
		return events;
	events_free(events);
	return NULL;
}

void
events_free(struct events *events)
{
	int *fds[4];

	if (!events)
		return;
	fds[0] = &events->epoll;
	fds[1] = &events->mounts_wake;
	fds[2] = &events->mounts_ask;
	fds[3] = &events->payload;
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] >= 0)
			close(take_fd(fds[i]));
	for (size_t i = 0; i < events->joined_len; i++)
		close(events->joined[i].pidfd);
	free(events->joined);
	for (size_t i = 0; i < events->len; i++)
		free(events->lines[i]);
	free(events->lines);
	procwatch_free(events->processes);
	mount_table_release(&events->table);
	target_close(&events->target);
	free(events);
}

int
events_fd(const struct events *events)
{
	return events->epoll;
}

static void
look(struct events *events)
{
	look_at_mounts(events);
	if (events->processes)
		procwatch_look(events->processes, tell_process, events);
	look_at_joined(events);
	look_at_payload(events);
}

int
events_next(struct events *events, bool wait, char **ret, struct error *err)
{
	struct epoll_event some[4];

	for (;;) {
		look(events);
		if (events->len > 0) {
			*ret = events->lines[0];
			memmove(events->lines, events->lines + 1, --events->len * sizeof *events->lines);
			return 1;
		}
		if (events->ended) {
			error_set(err, 0, "process %d has ended", (int)events->payload_pid);
			if (err)
				err->code = EPIPE;
			return -EPIPE;
		}
		/* What it says has been looked at: it has to be asked so that it does not say it again. */
		if (epoll_wait(events->epoll, some, 4, wait ? -1 : 0) < 0 && errno != EINTR)
			return error_set(err, errno, "cannot watch for events");
		if (!wait)
			break;
	}
	/* Between the look and the question. */
	look(events);
	return events->len > 0 ? events_next(events, false, ret, err) : 0;
}

int
command_events(const struct call *call, struct output *output, struct error *err)
{
	(void)call;
	(void)output;
	error_set(err, 0, "':events' goes on and on, and can only be followed");
	error_hint(err, "isolate --command ':events' SESSION");
	return -1;
}
