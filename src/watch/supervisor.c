/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The supervisor: takes what pid 1 asks, keeps the list of misses, answers those who read it.
 *
 * An ask is answered as soon as what the program waits in has been read: what follows, finding out what that means, may
 * take as long as the machine's file systems do. The payload decides how often it asks; it waits for each, so it can
 * keep us as busy as itself, and nobody else.
 */
#include "config.h"

#include "watch/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/rootpath.h"
#include "sys/notify.h"
#include "sys/open.h"
#include "sys/procfs.h"
#include "sys/seccomp.h"
#include "watch/holds.h"
#include "watch/messages.h"
#include "watch/outside.h"
#include "watch/task.h"
#include "watch/trail.h"

/* So old is a session when new names outside begin to be watched for. */
enum { SETTLED_MS = 1000 };

/* So long after the last sign of a burst pid 1 stays on the processor of who asks. */
enum { NEAR_MS = 50 };

/* While somebody waits who has had a signal, that another one ends him is noticed so soon. */
enum { HELD_MS = 5 };

/* The kernel follows so many. */
enum { INTERPRETERS_MAX = 5 };

/* Somebody who waits for notified calls to be decided is looked at so often: nobody tells that he has been killed. */
enum { GONE_MS = 200 };

/* So often is a call decided anew when what it lacked has come: one link may lead to another. */
enum { ROUNDS_MAX = 8 };

/* A notified call that waits. */
struct held_call {
	struct notify_call notified; /* .id 0: none */
	int rounds;
};

struct supervisor {
	const struct supervisor_job *job;
	struct miss_list list;
	struct trail_map map;
	int proc, self, init; /* procfs, and the directories of two processes in it */
	int mountinfo;	      /* pid 1's: POLLPRI when a mount was made or removed */
	int inotify;
	int root;     /* of the sandbox; where that is no file system of pid 1's own it may be walked from outside */
	int listener; /* of notifications, or -1 */
	bool map_is_stale;
	bool over;
	struct holds holds;
	struct held_call held[SENSOR_HELD_MAX];
	bool can_hold; /* notified calls, so that no signal but one that kills gets them out of it */
	bool any_signalled; /* of those who wait: looked at again, since the kernel tells of the first alone */
	int near; /* the processor that pid 1 is kept on, or -1 */
	int64_t near_until;
	cpu_set_t anywhere, anywhere_self; /* where else it, and we, may be */
};

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct held_call *
find_held(struct supervisor *s, uint64_t id)
{
	for (size_t i = 0; i < SENSOR_HELD_MAX; i++)
		if (s->held[i].notified.id == id)
			return &s->held[i];
	return NULL;
}

static void
forget_held(struct supervisor *s, struct held_call *held)
{
	held->notified.id = 0;
	atomic_store(&s->job->page->held[held - s->held], 0);
}

static void
answer_of_type(struct supervisor *s, uint64_t id, enum sensor_answer_kind kind, mode_t type)
{
	const struct sensor_answer answer = { .id = id, .kind = kind, .type = type };

	if (s->listener >= 0) {
		struct held_call *held = find_held(s, id);

		notify_continue(s->listener, id);
		if (held)
			forget_held(s, held);
		return;
	}
	/* pid 1 takes what there is before it asks again, so there is room; if not, it waits no longer than it said. */
	if (send(s->job->sensor, &answer, sizeof answer, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

static void
answer(struct supervisor *s, uint64_t id, enum sensor_answer_kind kind)
{
	answer_of_type(s, id, kind, 0);
}

static void
tell_news(const struct supervisor *s)
{
	const uint64_t one = 1;

	if (write(s->job->news, &one, sizeof one) < 0)
		return;
}

/*
 * What was asked for is a miss if it exists outside. Of something that is about to be made, the directory:
 * where that is missing inside.
 */
static char *
what_exists(const char *path, const char *missing, bool creates)
{
	_autofree_ char *parent = NULL;

	if (outside_has(path))
		return text_dup(path);
	if (!creates)
		return NULL;
	parent = path_parent(path);
	return path_is_below(parent, missing) && outside_has(parent) ? take_ptr(parent) : NULL;
}

static struct miss *
add_miss(struct supervisor *s, const char *path, const struct trail *trail, pid_t task, const struct task_call *call)
{
	const struct miss_sight sight = { .path = path,
					  .chain = trail->steps,
					  .chain_len = trail->len,
					  .pid = task,
					  .comm = call->comm[0] != '\0' ? call->comm : NULL,
					  .call = call->call ? call->call->name : NULL,
					  .time = now_ns() };

	struct miss *miss = miss_list_add(&s->list, &sight, NULL);

	tell_news(s);
	return miss;
}

static void
refresh_map(struct supervisor *s)
{
	if (!s->map_is_stale)
		return;
	s->map_is_stale = false;
	trail_map_read(&s->map, s->self, s->init);
}

/* Nothing in it but names. */
static bool
is_clean(const char *path)
{
	for (const char *at = path; *at == '/';) {
		size_t len = strcspn(++at, "/");

		if (len == 0 || (len <= 2 && strncmp(at, "..", len) == 0))
			return false;
		at += len;
		if (*at == '\0')
			return true;
	}
	return false;
}

/* Where the missing name stands in the path as it was written, no link led there. */
static bool
follow(struct supervisor *s, const char *path, const char *missing, bool executes, struct trail *ret)
{
	if (is_clean(path) && path_is_below(path, missing)) {
		*ret = (struct trail){ .path = text_dup(path) };
		return true;
	}
	refresh_map(s);
	return trail_follow(&s->map, path, missing, executes, ret);
}

/* From the missing name to what was asked for; the name itself where that cannot be found out. NULL: it is no miss. */
static struct miss *
look_into(struct supervisor *s, const char *missing, pid_t task, const struct task_call *call)
{
	_autofree_ char *exists = NULL;
	struct trail trail = { 0 };
	bool creates = false, found = false;
	struct miss *miss = NULL;

	if (call->is_ours || !outside_has(missing))
		return NULL;
	for (size_t i = 0; !found && i < 2 && call->paths[i].path; i++) {
		creates = call->paths[i].creates;
		found = follow(s, call->paths[i].path, missing, call->call->executes, &trail);
	}
	exists = found ? what_exists(trail.path, missing, creates) : text_dup(missing);
	if (exists)
		miss = add_miss(s, exists, &trail, task, call);
	trail_release(&trail);
	return miss;
}

static void decide_call(struct supervisor *s, const struct notify_call *notified, int rounds);

/* Whoever waits for something there goes on. */
static void
let_go(struct supervisor *s, const char *path, enum sensor_answer_kind kind)
{
	uint64_t id;

	while (holds_take(&s->holds, path, &id)) {
		struct held_call *held = s->listener >= 0 ? find_held(s, id) : NULL;
		struct held_call again;

		if (!held) {
			answer(s, id, kind);
			continue;
		}
		again = *held;
		forget_held(s, held);
		decide_call(s, &again.notified, again.rounds + 1);
	}
}

/* What there is to say of a name that nobody has to wait for. */
static enum sensor_answer_kind
settled(enum hold_progress progress)
{
	return progress == HOLD_MOUNTED ? ANSWER_THERE : progress == HOLD_FAILED ? ANSWER_UNMADE : ANSWER_MISSING;
}

/* The second time: it waits until it is decided. */
static void
hold(struct supervisor *s, const struct sensor_ask *ask, const char *missing, const char *path)
{
	const struct miss *miss = miss_list_find(&s->list, path);
	bool is_decided = miss && (miss->state == MISS_IGNORED || miss->state == MISS_CURED);
	const struct hold_unit *unit;

	if (is_decided || !holds_add(&s->holds, ask->id, ask->task, path)) {
		answer(s, ask->id, settled(holds_progress(&s->holds, missing, &unit)));
		return;
	}
	answer(s, ask->id, ANSWER_HOLD);
	miss_list_set_state(&s->list, path, MISS_HELD);
	tell_news(s);
}

/* Nobody is there who decides: whoever waits goes on. */
static void
give_up(struct supervisor *s)
{
	for (size_t i = 0; i < s->list.len; i++)
		if (s->list.items[i]->state == MISS_HELD)
			miss_list_set_state(&s->list, s->list.items[i]->path, MISS_OPEN);
	let_go(s, "/", ANSWER_MISSING);
	tell_news(s);
}

/* Somebody who mounts what the policy says mounts it upon the ghost that others have met there. */
static void
take_mounters(struct supervisor *s, const struct sensor_ask *ask, const char *missing)
{
	const struct hold_unit *unit;
	mode_t type = holds_progress(&s->holds, missing, &unit) == HOLD_MOUNTING ? outside_type(missing) : 0;

	answer_of_type(s, ask->id, type ? ANSWER_PLACE : ANSWER_MISSING, type);
}

static bool
is_mounted_upon(const struct supervisor *s, const char *path)
{
	for (size_t i = 0; i < s->map.inside.len; i++)
		if (strcmp(s->map.inside.entries[i].info.mount_point, path) == 0)
			return true;
	return false;
}

/* pid 1 and we go where the one is who asks for so much, and may go elsewhere when that is over. */
static void
move_near(struct supervisor *s, pid_t task)
{
	int cpu = task_processor(s->proc, task);
	cpu_set_t set;

	s->near_until = now_ns() + NEAR_MS * INT64_C(1000000);
	if (cpu < 0 || cpu >= CPU_SETSIZE || cpu == s->near)
		return;
	if (s->near < 0 && (sched_getaffinity(s->job->init, sizeof s->anywhere, &s->anywhere) < 0 ||
			    sched_getaffinity(0, sizeof s->anywhere_self, &s->anywhere_self) < 0))
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(s->job->init, sizeof set, &set) == 0)
		s->near = cpu;
	sched_setaffinity(0, sizeof set, &set);
}

/* With a policy other than to report: decided before it is answered. */
static void
take_decidable(struct supervisor *s, const struct sensor_ask *ask, const char *missing, const struct task_call *call)
{
	_autofree_ char *path = NULL;
	const struct hold_unit *unit;
	const struct miss *miss;
	enum hold_progress progress;
	bool is_decided, wants;

	if (call->is_ours) {
		take_mounters(s, ask, missing);
		return;
	}
	if (holds_met(&s->holds, ask->task, missing, &path)) {
		hold(s, ask, missing, path);
		return;
	}
	miss = look_into(s, missing, ask->task, call);
	is_decided = miss && (miss->state == MISS_IGNORED || miss->state == MISS_CURED);
	progress = holds_progress(&s->holds, missing, &unit);
	wants = miss && holds_want(&s->holds, miss->path, is_decided);
	if (progress != HOLD_MOUNTING && !wants) {
		answer(s, ask->id, settled(progress));
		return;
	}
	/* It goes to and fro between us a few times. */
	move_near(s, ask->task);
	/* Whatever he asks for, that the name is not there must not be said while a place is made of it. */
	holds_meet(&s->holds, ask->task, missing, wants ? miss->path : unit->path);
	answer_of_type(s, ask->id, ANSWER_GHOST, outside_type(missing));
}

/* Of who serves it is known, while he lives, that he is none of the sandbox's. */
static void
read_asker(const struct supervisor *s, pid_t task, struct task_call *ret)
{
	if (s->holds.server > 0 && task == s->holds.server)
		*ret = (struct task_call){ .is_ours = true };
	else
		task_read(s->proc, task, ret);
}

/*
 * Of a place. Who is not ours has come to it before it was mounted upon, or it is not mounted upon (any more) and as
 * any other.
 */
static void
take_attributes(struct supervisor *s, const struct sensor_ask *ask, const char *path)
{
	enum hold_progress progress = holds_progress_at(&s->holds, path);
	const struct hold_unit *below;
	struct task_call call;

	read_asker(s, ask->task, &call);
	if (!call.is_ours && progress != HOLD_MOUNTING)
		refresh_map(s);
	if (!call.is_ours && (progress == HOLD_MOUNTING || is_mounted_upon(s, path)))
		answer(s, ask->id, ANSWER_STALE);
	else if (call.is_ours || holds_progress(&s->holds, path, &below) == HOLD_MOUNTING)
		answer(s, ask->id, ANSWER_MISSING);
	else
		answer(s, ask->id, progress == HOLD_FAILED ? ANSWER_UNMADE : ANSWER_PLAIN);
	task_call_release(&call);
}

static void
take_missing(struct supervisor *s, const struct sensor_ask *ask, const char *path)
{
	struct task_call call;

	read_asker(s, ask->task, &call);
	if (s->holds.req->on_miss != ON_MISS_REPORT) {
		take_decidable(s, ask, path, &call);
	} else {
		answer(s, ask->id, ANSWER_MISSING);
		look_into(s, path, ask->task, &call);
	}
	task_call_release(&call);
}

/* Of those who wait and have a signal, the ones that it ends. */
static void
look_at_signals(struct supervisor *s)
{
	s->any_signalled = false;
	for (size_t i = 0; i < s->holds.len; i++) {
		uint64_t id = s->holds.items[i].id;

		if (!s->holds.items[i].signalled)
			continue;
		if (!task_is_dying(s->proc, s->holds.items[i].task)) {
			/* The kernel says it once; the next signal may be another. */
			s->any_signalled = true;
			continue;
		}
		holds_drop(&s->holds, id);
		answer(s, id, ANSWER_KILLED);
		i--;
	}
}

static void
take_signal(struct supervisor *s, uint64_t id)
{
	for (size_t i = 0; i < s->holds.len; i++)
		if (s->holds.items[i].id == id)
			s->holds.items[i].signalled = true;
	look_at_signals(s);
}

/* What the policy has mounted; and nobody is there any more who decides. */
static void
look_at_decisions(struct supervisor *s)
{
	struct pollfd decider = { .fd = s->holds.decider, .events = POLLIN };
	const struct hold_unit *unit;

	while ((unit = holds_finished(&s->holds))) {
		s->map_is_stale = true;
		miss_list_set_state(&s->list, unit->path, unit->failed ? MISS_OPEN : MISS_CURED);
		/* Of a directory above, which they may wait for, more may be on its way: it is not settled yet. */
		let_go(s, unit->path, unit->failed ? ANSWER_UNMADE : ANSWER_MISSING);
		tell_news(s);
	}
	if (s->holds.decider < 0 || poll(&decider, 1, 0) <= 0)
		return;
	holds_set_decider(&s->holds, 0);
	give_up(s);
}

/* True for a directory of the root's own, in which nothing of the host's can be. In doubt it is none. */
static bool
is_skeleton(const struct supervisor *s, const char *dir)
{
	const struct plan *plan = s->job->plan;
	_autoclose_ int fd = -1;
	struct stat root, st;

	if (plan->base || (plan->len > 0 && strcmp(plan->entries[0].path, "/") == 0))
		return false;
	fd = open_path_no_symlinks(s->root, dir[1] == '\0' ? "." : dir + 1);
	return fd >= 0 && fstat(s->root, &root) == 0 && fstat(fd, &st) == 0 && root.st_dev == st.st_dev;
}

/*
 * Looks a path up inside, as the program has it. The path of the first component that is not there, without
 * links; NULL: it is there, or it cannot be said. Where the host's own files lie, what is missing is missing
 * outside too.
 */
static char *
find_missing(struct supervisor *s, const char *path, char **ret_found)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autofree_ char *parent = NULL, *outside = NULL;
	int status = rootpath_walk(s->root, path, &found);

	if (status == 0)
		*ret_found = take_ptr(found.place);
	if (status != -ENOENT || !found.place)
		return NULL;
	parent = path_parent(found.place);
	if (is_skeleton(s, parent))
		return take_ptr(found.place);
	refresh_map(s);
	outside = trail_outside(&s->map, parent);
	return outside ? NULL : take_ptr(found.place);
}

static bool
wants(const struct supervisor *s, const struct miss *miss)
{
	bool is_decided = miss && (miss->state == MISS_IGNORED || miss->state == MISS_CURED);

	return miss && s->can_hold && holds_want(&s->holds, miss->path, is_decided);
}

/*
 * What the kernel opens itself for a program that is to be executed: its interpreter, and that one's. The first miss
 * that somebody may cure, or NULL.
 */
static struct miss *
look_at_interpreters(struct supervisor *s, const char *program, pid_t task, const struct task_call *call)
{
	_autofree_ char *path = text_dup(program);

	refresh_map(s);
	for (int i = 0; path && i < INTERPRETERS_MAX; i++) {
		_autofree_ char *interpreter = trail_interpreter(&s->map, path);
		_autofree_ char *missing = NULL;
		struct miss *miss = NULL;
		char *found = NULL;

		if (!interpreter || interpreter[0] != '/')
			return NULL;
		missing = find_missing(s, interpreter, &found);
		if (missing)
			miss = look_into(s, missing, task, call);
		free(path);
		path = found;
		if (wants(s, miss))
			return miss;
	}
	return NULL;
}

/* /proc is another to everybody who looks; nothing of it is ever missing. */
static bool
is_about_proc(const char *path)
{
	return strncmp(path, "/proc", 5) == 0 && (path[5] == '/' || path[5] == '\0');
}

/* Likewise. */
static struct miss *
look_at_call(struct supervisor *s, pid_t task, const struct task_call *call)
{
	for (size_t i = 0; i < 2 && call->paths[i].path; i++) {
		const char *path = call->paths[i].path;
		_autofree_ char *missing = NULL, *found = NULL;
		struct miss *miss = NULL;
		int fd;

		if (path[0] != '/' || is_about_proc(path))
			continue;
		fd = call->call->executes ? -1 : open_in_root(s->root, path);
		if (fd >= 0) {
			close(fd);
			continue;
		}
		missing = find_missing(s, path, &found);
		if (missing)
			miss = look_into(s, missing, task, call);
		else if (found && call->call->executes)
			miss = look_at_interpreters(s, found, task, call);
		if (wants(s, miss))
			return miss;
	}
	return NULL;
}

static bool
hold_call(struct supervisor *s, const struct notify_call *notified, int rounds, const char *path)
{
	struct held_call *held = find_held(s, 0);

	if (!held || rounds >= ROUNDS_MAX || !holds_add(&s->holds, notified->id, notified->task, path))
		return false;
	*held = (struct held_call){ *notified, rounds };
	/* Should we end, pid 1 lets it go. */
	atomic_store(&s->job->page->held[held - s->held], notified->id);
	miss_list_set_state(&s->list, path, MISS_HELD);
	tell_news(s);
	return true;
}

/* With a policy other than to report: looked at before it goes on. */
static void
decide_call(struct supervisor *s, const struct notify_call *notified, int rounds)
{
	const struct miss *miss = NULL;
	struct task_call call;

	task_read_call(s->proc, notified->task, &notified->registers, &call);
	if (notify_waits(s->listener, notified->id))
		miss = look_at_call(s, notified->task, &call);
	if (!miss || !hold_call(s, notified, rounds, miss->path))
		notify_continue(s->listener, notified->id);
	task_call_release(&call);
}

/* Who was killed does not wait any more. */
static void
look_for_gone(struct supervisor *s)
{
	for (size_t i = 0; i < SENSOR_HELD_MAX; i++) {
		struct held_call *held = &s->held[i];

		if (held->notified.id == 0 || notify_waits(s->listener, held->notified.id))
			continue;
		holds_drop(&s->holds, held->notified.id);
		forget_held(s, held);
	}
}

/* Notified calls, until there are none. False: nobody is left who could make one. */
static bool
take_calls(struct supervisor *s)
{
	struct notify_call notified;
	struct task_call call;
	int r = notify_receive(s->listener, &notified);

	if (r < 0)
		return r == -EAGAIN;
	atomic_store(&s->job->page->received, notified.id);
	if (s->can_hold) {
		decide_call(s, &notified, 0);
		return true;
	}
	task_read_call(s->proc, notified.task, &notified.registers, &call);
	notify_continue(s->listener, notified.id);
	look_at_call(s, notified.task, &call);
	task_call_release(&call);
	return true;
}

static void
let_go_near(struct supervisor *s)
{
	if (s->near < 0 || now_ns() < s->near_until)
		return;
	sched_setaffinity(s->job->init, sizeof s->anywhere, &s->anywhere);
	sched_setaffinity(0, sizeof s->anywhere_self, &s->anywhere_self);
	s->near = -1;
}

static void
take_asks(struct supervisor *s)
{
	static char buf[sizeof(struct sensor_ask) + SENSOR_PATH_MAX + 1];
	struct sensor_ask ask;
	int fd;
	ssize_t n = notify_receive_fd(s->job->sensor, buf, sizeof buf - 1, &fd, MSG_DONTWAIT);

	if (n == 0 || (n < 0 && n != -EAGAIN && n != -EINTR))
		s->over = true;
	if (fd >= 0 && s->listener < 0) {
		/* The payload is about to be executed: the root is in its place. */
		s->root = openat(s->init, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
		s->listener = fd;
		notify_set_sync(fd);
		s->can_hold = s->holds.req->on_miss != ON_MISS_REPORT && seccomp_watch_can_hold();
	} else if (fd >= 0) {
		close(fd);
	}
	if (n < (ssize_t)sizeof ask)
		return;
	memcpy(&ask, buf, sizeof ask);
	if (ask.path_len != (size_t)n - sizeof ask)
		return;
	buf[n] = '\0';
	if (ask.kind == ASK_SIGNAL)
		take_signal(s, ask.id);
	if (ask.kind == ASK_GONE)
		holds_drop(&s->holds, ask.id);
	if (ask.kind == ASK_NEAR)
		move_near(s, ask.task);
	if (ask.kind == ASK_MISSING && buf[sizeof ask] == '/')
		take_missing(s, &ask, buf + sizeof ask);
	if (ask.kind == ASK_ATTRIBUTES && buf[sizeof ask] == '/')
		take_attributes(s, &ask, buf + sizeof ask);
}

static int
compare_changes(const void *a, const void *b)
{
	const struct miss *x = *(const struct miss *const *)a, *y = *(const struct miss *const *)b;

	return x->changed < y->changed ? -1 : x->changed > y->changed;
}

static void
answer_read(struct supervisor *s, int reader, const struct message_question *question)
{
	static char buf[MESSAGE_SIZE];
	const struct sensor_page *page = s->job->page;
	struct message_answer head = { .serial = question->serial,
				       .tier = atomic_load(&page->tier),
				       .refused = (uint32_t)atomic_load(&page->refused),
				       .refused_filter = (uint32_t)atomic_load(&page->refused_filter),
				       .changes = s->list.changes,
				       .lost = s->list.lost + atomic_load(&page->lost),
				       .sights = s->list.sights,
				       .held = s->holds.len };
	size_t cap = 0, changed = 0, len = sizeof head;
	_autofree_ const struct miss **misses = array_grow(NULL, &cap, s->list.len + 1, sizeof(void *));

	for (size_t i = 0; i < s->list.len; i++)
		if (s->list.items[i]->changed > question->since)
			misses[changed++] = s->list.items[i];
	qsort(misses, changed, sizeof(void *), compare_changes);
	while (head.count < changed && message_put(misses[head.count], buf, &len, sizeof buf))
		head.count++;
	head.more = head.count < changed;
	if (head.more && head.count > 0)
		head.changes = misses[head.count - 1]->changed;
	memcpy(buf, &head, sizeof head);
	if (send(reader, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

static void
answer_state(struct supervisor *s, int reader, const struct message_question *question, const char *path)
{
	const struct message_answer head = { .serial = question->serial };

	if (question->state < MISS_STATES && path[0] == '/') {
		miss_list_set_state(&s->list, path, (enum miss_state)question->state);
		let_go(s, path, ANSWER_MISSING);
		tell_news(s);
	}
	if (send(reader, &head, sizeof head, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

static void
answer_decider(struct supervisor *s, int reader, const struct message_question *question)
{
	const struct message_answer head = { .serial = question->serial };

	holds_set_decider(&s->holds, (pid_t)question->state);
	if (s->holds.decider < 0)
		give_up(s);
	if (send(reader, &head, sizeof head, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

/* False: there is nobody at the other end any more. */
static bool
take_question(struct supervisor *s, int reader)
{
	static char buf[sizeof(struct message_question) + SENSOR_PATH_MAX + 1];
	struct message_question question;
	ssize_t n = recv(reader, buf, sizeof buf - 1, MSG_DONTWAIT);

	if (n == 0)
		return false;
	if (n < (ssize_t)sizeof question)
		return true;
	memcpy(&question, buf, sizeof question);
	buf[n] = '\0';
	if (question.kind == MESSAGE_READ)
		answer_read(s, reader, &question);
	else if (question.kind == MESSAGE_DECIDER)
		answer_decider(s, reader, &question);
	else if (question.kind == MESSAGE_STATE)
		answer_state(s, reader, &question, buf + sizeof question);
	return true;
}

static void
open_all(struct supervisor *s)
{
	s->proc = procfs_open();
	s->self = procfs_open_named(s->proc, "self");
	s->init = procfs_open_process(s->proc, s->job->init);
	s->mountinfo = openat(s->init, "mountinfo", O_RDONLY | O_CLOEXEC);
	s->map = (struct trail_map){ .plan = s->job->plan };
	s->map_is_stale = true;
}

static int
wait_how_long(struct supervisor *s, bool is_settled)
{
	uint64_t id;
	int wait;

	while (holds_take_late(&s->holds, &id, &wait))
		answer(s, id, ANSWER_MISSING);
	if (s->any_signalled)
		return HELD_MS;
	if (s->listener >= 0 && s->holds.len > 0) {
		look_for_gone(s);
		return wait >= 0 && wait < GONE_MS ? wait : GONE_MS;
	}
	if (wait >= 0)
		return wait;
	return s->near >= 0 ? NEAR_MS : is_settled ? -1 : SETTLED_MS;
}

void
supervisor_run(const struct supervisor_job *job)
{
	struct supervisor s = { .job = job, .near = -1, .root = -1, .listener = -1,
				.holds = { .req = job->plan->req, .mounter = job->mounter, .init = job->init,
					   .keep = job->readers[WATCH_MANAGER],
					   .decider = -1 } };
	enum { SENSOR, MOUNTS, NAMES, CALLS, SERVER, MOUNTER, DECIDER, READERS };
	struct pollfd fds[READERS + WATCH_READERS];
	int64_t started = now_ns();
	bool is_settled = false;

	open_all(&s);
	outside_fill(job->plan, job->page);
	fds[SENSOR] = (struct pollfd){ .fd = job->sensor, .events = POLLIN };
	/* Not before they have been read: while the sandbox is built they change all the time. */
	fds[MOUNTS] = (struct pollfd){ .fd = -1, .events = POLLPRI };
	fds[NAMES] = (struct pollfd){ .fd = -1, .events = POLLIN };
	fds[CALLS] = (struct pollfd){ .fd = -1, .events = POLLIN };
	for (size_t i = 0; i < WATCH_READERS; i++)
		fds[READERS + i] = (struct pollfd){ .fd = job->readers[i], .events = POLLIN };
	while (!s.over) {
		int wait = wait_how_long(&s, is_settled);
		int n;

		fds[SERVER] = (struct pollfd){ .fd = holds_server_fd(&s.holds), .events = POLLIN };
		fds[MOUNTER] = (struct pollfd){ .fd = holds_mount_fd(&s.holds), .events = POLLIN };
		fds[DECIDER] = (struct pollfd){ .fd = s.holds.decider, .events = POLLIN };
		n = poll(fds, READERS + WATCH_READERS, wait);

		let_go_near(&s);
		look_at_decisions(&s);
		if (s.any_signalled)
			look_at_signals(&s);
		if (!is_settled &&
		    ((n == 0 && wait == SETTLED_MS) || now_ns() - started > SETTLED_MS * INT64_C(1000000))) {
			is_settled = true;
			s.inotify = fds[NAMES].fd = outside_watch(job->plan, job->page);
		}
		if (n <= 0)
			continue;
		if (fds[MOUNTS].revents)
			s.map_is_stale = true;
		if (fds[NAMES].revents)
			outside_take_news(s.inotify, job->page);
		if (fds[SENSOR].revents)
			take_asks(&s);
		/* What is not there any more will not be again. */
		if (fds[CALLS].revents && (!(fds[CALLS].revents & POLLIN) || !take_calls(&s)))
			close(take_fd(&s.listener));
		fds[CALLS].fd = s.listener;
		if (s.map.known)
			fds[MOUNTS].fd = s.mountinfo;
		for (size_t i = 0; i < WATCH_READERS; i++)
			if (fds[READERS + i].revents && !take_question(&s, job->readers[i]))
				fds[READERS + i].fd = -1;
	}
	trail_map_release(&s.map);
	miss_list_release(&s.list);
	holds_release(&s.holds);
}
