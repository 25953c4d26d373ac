/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The root of a watched session: made by the stage, served by init. */
#include "config.h"

#include "sandbox/watched.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "sandbox/keeper.h"
#include "sandbox/rootfs.h"
#include "sandbox/rootfs_nodes.h"
#include "sandbox/sensor.h"
#include "sys/fdpass.h"
#include "sys/mount.h"
#include "sys/notify.h"
#include "sys/pidfd.h"
#include "sys/processor.h"
#include "sys/seccomp.h"

enum {
	PENDING_MAX = 256, /* programs that wait for the supervisor at the same time */
	AGAIN_MAX = 64,
	PATIENCE_MS = 200, /* with the supervisor, where no decision is to be held for */
	PATIENCE_DECIDING_MS = 2000, /* where the call's success depends on it */
	BURST = 16,	   /* so many names that are nowhere, */
	BURST_US = 10000,  /* in so short a time, are worth being close to who asks for them; */
	BURST_NEAR_US = 20 * BURST, /* in no more than this, and we are */
	NOWHERE_SECONDS = 1, /* so long the kernel remembers a name that is neither here nor outside */
	COMPONENTS_GUESS = 8,
	BUILDING_PID = 3, /* of who serves while we build; the next that is made after has it again */
};

struct pending {
	uint64_t id;
	int32_t task;
	int64_t since; /* ms */
	uint32_t parent;
	uint32_t name_len;
	char name[256];
	bool held; /* the supervisor has not decided yet, and need not soon */
	mode_t place; /* what the mounter is told meanwhile, or 0 */
	bool attributes; /* it is not the name that was asked for, but those of the place */
	bool again;	 /* it is on its way once more, to another name than this, which is there */
};

/*
 * Who asks for a name in a private directory, an overlay over one of ours, holds a lock of that directory, which
 * whoever makes a mount point there would wait for; and there can be no ghost. He is told ESTALE: the kernel has him
 * walk the path once more and trust nothing that it knows, and in its question about a directory on the way he holds
 * no lock.
 */
struct again {
	int32_t task; /* 0: nobody */
	uint32_t parent, name_len;
	char name[256];
};

/* Static, since nothing may be allocated; in init alone. */
static struct server {
	struct rootfs fs;
	struct sensor_page *page;
	int device, supervisor, signals;
	int patience; /* ms */
	bool asks; /* who waits may do so for long */
	bool slow; /* the supervisor does not answer: nobody waits for it until it does */
	struct pending pending[PENDING_MAX];
	size_t pending_len;
	struct again again[AGAIN_MAX];
	size_t again_next; /* which of them is to be forgotten next */
	unsigned burst;
	int64_t burst_since; /* us */
	cpu_set_t before;
	bool has_before;
	cpu_set_t anywhere; /* where we may run when nobody binds us */
	bool has_anywhere;
	pid_t child; /* serves while we build */
} server;
static char request_buf[ROOTFS_REQUEST_MAX] __attribute__((aligned(16)));
static char answer_buf[ROOTFS_ANSWER_MAX] __attribute__((aligned(16)));

static bool
fits(const struct plan *plan)
{
	bool host_root = plan->len > 0 && strcmp(plan->entries[0].path, "/") == 0;

	return !host_root && !plan->base && plan->len < ROOTFS_NODES_MAX / COMPONENTS_GUESS;
}

void
watched_open(struct setup *setup)
{
	struct sensor_page *page = setup->sandbox->sensor;
	char number[16];
	struct mount_param params[] = { { "fd", number },	{ "rootmode", "40755" },	{ "user_id", "0" },
					{ "group_id", "0" },	{ "default_permissions", NULL },
					{ "allow_other", NULL } };
	int r;

	if (!page)
		return;
	r = fits(setup->plan) ? 0 : -EOPNOTSUPP;
	if (r == 0) {
		setup->device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
		r = setup->device < 0 ? -errno : 0;
	}
	if (r == 0) {
		snprintf(number, sizeof number, "%d", setup->device);
		setup->watched_root = mount_new("fuse", "isolate", params, sizeof params / sizeof *params,
						MOUNT_NOSUID | MOUNT_NODEV);
		r = setup->watched_root < 0 ? setup->watched_root : 0;
	}
	if (r < 0) {
		atomic_store(&page->refused, -r);
		watched_close(setup);
		return;
	}
	atomic_store(&page->tier, SENSOR_ROOT);
}

void
watched_close(struct setup *setup)
{
	if (setup->device >= 0)
		close(take_fd(&setup->device));
	if (setup->watched_root >= 0)
		close(take_fd(&setup->watched_root));
}

void
watched_tell_born(const struct setup *setup)
{
	if (setup->watched_root >= 0 && send(setup->sync[1], "b", 1, MSG_NOSIGNAL) != 1)
		inside_fail(setup, STEP_SYNC, -errno, NULL);
}

static void
send_answer(const struct rootfs_request *req)
{
	/* ENOENT: whoever asked does not wait any more. Whatever else it is, there is nobody to tell. */
	if (write(server.device, req->answer, req->answer_len) < 0)
		return;
}

/* False if it was not told. */
static bool
tell(enum sensor_ask_kind kind, uint64_t id, const struct rootfs_request *req)
{
	static char path[SENSOR_PATH_MAX];
	struct sensor_ask ask = { .id = id, .kind = kind };
	struct iovec data[2] = { { &ask, sizeof ask }, { path, 0 } };
	struct msghdr msg = { .msg_iov = data, .msg_iovlen = 2 };

	if (server.supervisor < 0)
		return false;
	if (req) {
		data[1].iov_len = rootfs_path(&server.fs, req->parent, req->name, req->name_len, path, sizeof path);
		ask.parent = req->parent;
		ask.task = req->task;
		ask.path_len = (uint32_t)data[1].iov_len;
	}
	return sendmsg(server.supervisor, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
}

static size_t
find_pending(uint64_t id)
{
	size_t i = 0;

	while (i < server.pending_len && server.pending[i].id != id)
		i++;
	return i;
}

static void
drop_pending(size_t i)
{
	server.pending[i] = server.pending[--server.pending_len];
}

static void
add_pending(const struct rootfs_request *req, bool attributes)
{
	struct pending *pending = &server.pending[server.pending_len++];

	pending->id = req->id;
	pending->task = req->task;
	pending->again = false;
	pending->since = clock_ms();
	pending->held = false;
	pending->place = 0;
	pending->attributes = attributes;
	pending->parent = req->parent;
	pending->name_len = (uint32_t)req->name_len;
	memcpy(pending->name, req->name, req->name_len);
}

/* Waking somebody on another processor takes longer than all that is done for a look-up. */
static void
note_nowhere(const struct rootfs_request *req)
{
	int64_t now, took;

	if (++server.burst < BURST)
		return;
	now = clock_us();
	took = now - server.burst_since;
	server.burst = 0;
	server.burst_since = now;
	/* As long as it goes well nobody is told: being told costs that nearness. */
	if (took <= BURST_US)
		atomic_fetch_add_explicit(&server.page->bursts, 1, memory_order_relaxed);
	if (took > BURST_NEAR_US && took <= BURST_US)
		tell(ASK_NEAR, req->id, req);
}

/* What is there by now; or, where others may wait for it, that it is not. False: that is still to be answered. */
static bool
answer_absent(struct rootfs_request *req, bool others_wait)
{
	return rootfs_answer_entry(&server.fs, req) ||
	       (others_wait && server.asks && rootfs_answer_refusal(&server.fs, req));
}

/*
 * A name that is not here. What is not outside either is no miss. Where the supervisor cannot be asked the program goes
 * on at once; that there was a miss is then only counted.
 */
static void
take_missing(struct rootfs_request *req)
{
	struct sensor_page *page = server.page;
	uint64_t hash = rootfs_hash(&server.fs, req->parent, req->name, req->name_len);

	/* Directories that were made later were not there when the filter was filled; what is awaited is outside. */
	if (server.fs.nodes[req->parent].made == 0 && atomic_load_explicit(&page->filled, memory_order_acquire) &&
	    !sensor_is_marked(page, hash) && rootfs_find(&server.fs, req->parent, req->name, req->name_len) == 0) {
		rootfs_answer_missing(req, 0, NOWHERE_SECONDS);
		send_answer(req);
		note_nowhere(req);
		return;
	}
	if (server.pending_len < PENDING_MAX && tell(ASK_MISSING, req->id, req)) {
		if (!server.slow) {
			add_pending(req, false);
			return;
		}
	} else {
		atomic_fetch_add_explicit(&page->lost, 1, memory_order_relaxed);
	}
	if (!answer_absent(req, true))
		rootfs_answer_missing(req, -ENOENT, 0);
	send_answer(req);
}

static void
note_again(const struct pending *pending)
{
	struct again *again = &server.again[server.again_next++ % AGAIN_MAX];

	again->task = pending->task;
	again->parent = pending->parent;
	again->name_len = pending->name_len;
	memcpy(again->name, pending->name, pending->name_len);
}

/* True if he is on his way once more: the answer, which is about a name that is there, is for later. */
static bool
is_on_his_way(struct rootfs_request *req)
{
	for (size_t i = 0; i < AGAIN_MAX; i++) {
		struct again *again = &server.again[i];
		struct rootfs_request about = { .id = req->id, .task = req->task, .parent = again->parent,
						.name = again->name, .name_len = again->name_len };

		if (again->task != req->task)
			continue;
		again->task = 0;
		if (req->found == 0 || server.pending_len == PENDING_MAX || !tell(ASK_AGAIN, req->id, &about))
			return false;
		rootfs_take_back(&server.fs, req);
		add_pending(req, false);
		server.pending[server.pending_len - 1].again = true;
		return true;
	}
	return false;
}

/* Who mounts comes by several times, while others wait. Who else is asking, only the supervisor knows. */
static bool
is_mounter(const struct rootfs_request *req)
{
	int32_t mounter = atomic_load_explicit(&server.page->mounter, memory_order_relaxed);

	return mounter > 0 && mounter == req->task;
}

/* True: the name is one that others wait for, and the mounter has been told that there is a place. */
static bool
take_mounter(struct rootfs_request *req)
{
	for (size_t i = 0; i < server.pending_len; i++) {
		const struct pending *pending = &server.pending[i];

		if (!pending->held || pending->place == 0 || pending->parent != req->parent ||
		    pending->name_len != req->name_len || memcmp(pending->name, req->name, req->name_len) != 0)
			continue;
		if (!rootfs_answer_place(&server.fs, req, S_ISREG(pending->place) ? S_IFREG : S_IFDIR))
			return false;
		send_answer(req);
		return true;
	}
	return false;
}

/* Only the supervisor knows who may have them. Where it cannot be asked the place is as any other. */
static void
take_attributes(struct rootfs_request *req)
{
	bool alone = is_mounter(req) || server.slow || server.pending_len == PENDING_MAX;

	if (!alone && tell(ASK_ATTRIBUTES, req->id, req)) {
		add_pending(req, true);
		return;
	}
	rootfs_answer_attributes(&server.fs, req);
	send_answer(req);
}

/*
 * What is not there is answered as what is, if it is by now: "no" to a place that is mounted upon would take the mount
 * away.
 */
static void
answer_pending(const struct pending *pending, enum sensor_answer_kind kind, mode_t type)
{
	struct rootfs_request req = { .id = pending->id, .task = pending->task, .parent = pending->parent,
				      .name = pending->name, .name_len = pending->name_len, .answer = answer_buf };
	bool done = false;

	type = S_ISREG(type) ? S_IFREG : S_IFDIR;
	/* Whatever became of the other name. One that is mounted upon must never be refused. */
	if (pending->again)
		kind = ANSWER_MISSING;
	if (kind == ANSWER_AGAIN)
		note_again(pending);
	if (kind == ANSWER_THERE || kind == ANSWER_PLAIN)
		rootfs_settle(&server.fs, req.parent, req.name, req.name_len, kind == ANSWER_PLAIN);
	if (kind == ANSWER_UNMADE)
		rootfs_unmake(&server.fs, req.parent, req.name, req.name_len);
	if (kind == ANSWER_KILLED || kind == ANSWER_STALE || kind == ANSWER_AGAIN) {
		rootfs_answer_missing(&req, kind == ANSWER_KILLED ? -EINTR : -ESTALE, 0);
		done = true;
	} else if (pending->attributes) {
		done = rootfs_answer_attributes(&server.fs, &req);
	} else if (kind == ANSWER_GHOST) {
		done = rootfs_answer_ghost(&server.fs, &req, type);
	} else if (kind == ANSWER_PLACE) {
		done = rootfs_answer_place(&server.fs, &req, type);
	} else {
		done = answer_absent(&req, kind != ANSWER_ABSENT);
	}
	if (!done)
		rootfs_answer_missing(&req, pending->attributes ? -ESTALE : -ENOENT, 0);
	send_answer(&req);
}

/*
 * Somebody who waits for a decision has a signal. If it is one that ends him, waiting must end too, or he
 * cannot be killed; any other he shall not notice (signal(7): no stat(2) ever fails with EINTR). Only the
 * supervisor can see which.
 */
static void
take_signal(uint64_t id)
{
	size_t i = find_pending(id);

	if (i == server.pending_len)
		return;
	if (!tell(ASK_SIGNAL, id, NULL)) {
		answer_pending(&server.pending[i], ANSWER_MISSING, 0);
		drop_pending(i);
		return;
	}
}

/* All that the kernel has for us. False at the end. */
static bool
take_requests(bool building)
{
	for (;;) {
		struct rootfs_request req = { .answer = answer_buf };
		ssize_t n = read(server.device, request_buf, sizeof request_buf);

		if (n < 0 && (errno == EINTR || errno == ENOENT))
			continue;
		if (n < 0)
			return errno == EAGAIN;
		switch (rootfs_take(&server.fs, request_buf, (size_t)n, &req)) {
		case ROOTFS_ANSWER:
			if (!req.found || !is_on_his_way(&req))
				send_answer(&req);
			break;
		case ROOTFS_MISSING:
			if (building) {
				/* Nobody asks for one but to have it known (tell_usual). */
				rootfs_answer_missing(&req, 0, NOWHERE_SECONDS);
				send_answer(&req);
			} else if (!is_mounter(&req) || !take_mounter(&req)) {
				take_missing(&req);
			}
			break;
		case ROOTFS_ATTRIBUTES:
			take_attributes(&req);
			break;
		case ROOTFS_SIGNAL:
			take_signal(req.interrupted);
			break;
		case ROOTFS_SILENT:
		case ROOTFS_END:
			break;
		}
	}
}

/* It is gone, in whatever way: whoever waits for it goes on. */
static void
lose_supervisor(void)
{
	close(server.supervisor);
	server.supervisor = -1;
	server.asks = false;
	/* It may have bound us to one processor (ASK_NEAR), and did not live to let us go. */
	if (server.has_anywhere)
		sched_setaffinity(0, sizeof server.anywhere, &server.anywhere);
	keeper_continue_left(server.page);
	while (server.pending_len > 0) {
		answer_pending(&server.pending[0], ANSWER_MISSING, 0);
		drop_pending(0);
	}
}

static void
take_answers(void)
{
	struct sensor_answer answer;
	ssize_t n;
	int fd;

	while ((n = fdpass_receive(server.supervisor, &answer, sizeof answer, &fd, MSG_DONTWAIT)) > 0) {
		size_t i = find_pending(answer.id);

		if (fd >= 0)
			keeper_add(answer.id, fd);
		if (n == sizeof answer && answer.kind == ANSWER_LISTENER)
			continue;
		server.slow = false;
		if (n != sizeof answer || i == server.pending_len)
			continue;
		if (answer.kind == ANSWER_HOLD) {
			server.pending[i].held = true;
			server.pending[i].place = answer.type;
			continue;
		}
		answer_pending(&server.pending[i], answer.kind, answer.type);
		drop_pending(i);
	}
	if (n == 0 || (n < 0 && n != -EAGAIN))
		lose_supervisor();
}

/* Milliseconds until somebody has waited for too long; -1: nobody can. */
static int
let_go_of_late(void)
{
	int64_t now = server.pending_len > 0 ? clock_ms() : 0, soonest = -1;

	for (size_t i = 0; i < server.pending_len;) {
		const struct pending *pending = &server.pending[i];
		int64_t left = pending->since + server.patience - now;

		if (pending->held) {
			i++;
		} else if (left > 0) {
			soonest = soonest < 0 || left < soonest ? left : soonest;
			i++;
		} else {
			server.slow = true;
			tell(ASK_GONE, pending->id, NULL);
			answer_pending(pending, ANSWER_MISSING, 0);
			drop_pending(i);
		}
	}
	return (int)soonest;
}

/* As long as it is not killed. */
static _Noreturn void
serve_building(void)
{
	while (take_requests(true))
		;
	_exit(STATUS_FAILED);
}

/*
 * On one processor with the child, each look-up takes 10 us; waking another one takes five times as long.
 */
static void
stay_here(void)
{
	if (sched_getaffinity(0, sizeof server.before, &server.before) == 0)
		server.has_before = processor_bind(0, processor_here()) == 0;
}

/* The payload is to be the second process of the namespace. Where no number can be chosen it has to be there before. */
static pid_t
fork_server(const struct setup *setup)
{
	pid_t pid = fork_numbered(BUILDING_PID);
	char byte;

	if (pid >= 0)
		return pid;
	if (!setup->plan->req->teacher && recv(setup->sync[0], &byte, 1, 0) != 1)
		inside_fail(setup, STEP_SYNC, -errno, NULL);
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	return pid < 0 ? -errno : pid;
}

void
watched_begin_building(struct setup *setup)
{
	int r;

	if (setup->watched_root < 0)
		return;
	server.device = setup->device;
	server.page = setup->sandbox->sensor;
	r = rootfs_init(&server.fs, (uint64_t)time(NULL));
	if (r == 0)
		r = rootfs_add_plan(&server.fs, setup->plan);
	if (r < 0)
		inside_fail(setup, STEP_ROOT, r, NULL);
	stay_here();
	server.child = fork_server(setup);
	if (server.child == 0)
		serve_building();
	if (server.child < 0)
		inside_fail(setup, STEP_ROOT, server.child, NULL);
}

/* From a list the kernel learns all names of a directory at once. */
static void
list(int dir)
{
	static char buf[32 * 1024];

	while (syscall(SYS_getdents64, dir, buf, sizeof buf) > 0)
		;
}

/*
 * What the start of nearly every program asks for costs a wake-up each when it runs: where the links of the root lead,
 * and one name that is nowhere. The tree outside is still ours to look at.
 */
static void
tell_usual(int root)
{
	static const char nowhere[] = "/etc/ld.so.preload";
	const struct rootfs *fs = &server.fs;
	char buf[1];
	struct stat st;

	for (uint32_t i = fs->nodes[ROOTFS_ROOT].first_child; i != 0; i = fs->nodes[i].next)
		if (S_ISLNK(fs->nodes[i].type) && readlinkat(root, fs->nodes[i].name, buf, sizeof buf) < 0)
			return;
	/* Without its directory all of that would be said not to be there, and nobody asks us for a second. */
	if (rootfs_find(fs, ROOTFS_ROOT, "etc", 3) != 0 && lstat(nowhere, &st) < 0 && errno == ENOENT &&
	    fstatat(root, nowhere + 1, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return;
}

void
watched_tell_names(int root)
{
	static char path[SENSOR_PATH_MAX];
	const struct rootfs *fs = &server.fs;

	for (uint32_t i = ROOTFS_ROOT; i < fs->len; i++) {
		const struct rootfs_node *node = &fs->nodes[i];
		size_t len = 1;
		int dir;

		/* A list is two requests at least. */
		if (!S_ISDIR(node->type) || node->first_child == 0 || fs->nodes[node->first_child].next == 0 ||
		    fs->nodes[fs->nodes[node->first_child].next].next == 0)
			continue;
		if (i != ROOTFS_ROOT)
			len = rootfs_path(fs, node->parent, node->name, node->name_len, path, sizeof path - 1);
		path[i == ROOTFS_ROOT ? 0 : len] = '\0';
		dir = openat(root, i == ROOTFS_ROOT ? "." : path + 1, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (dir >= 0) {
			list(dir);
			close(dir);
		}
	}
	tell_usual(root);
}

void
watched_end_building(struct setup *setup)
{
	if (setup->watched_root < 0)
		return;
	/* Whatever we asked has been answered, and nobody else can ask yet. */
	kill(server.child, SIGKILL);
	while (waitpid(server.child, NULL, 0) < 0 && errno == EINTR)
		;
	server.fs.started = true;
	fcntl(server.device, F_SETFL, O_RDWR | O_NONBLOCK);
	if (server.has_before)
		sched_setaffinity(0, sizeof server.before, &server.before);
}

bool
watched_install_filter(const struct setup *setup)
{
	struct sensor_page *page = setup->sandbox->sensor;
	bool is_filtered = keeper_hand_in(setup);
	int listener;

	if (!page || atomic_load(&page->tier) != SENSOR_STATIC)
		return is_filtered;
	/* Unasked nothing is made slower. */
	listener = setup->plan->req->trace ? seccomp_watch_install() : -EOPNOTSUPP;
	if (listener < 0)
		atomic_store(&page->refused_filter, -listener);
	else
		atomic_store(&page->tier, SENSOR_SECCOMP);
	if (fdpass_send(setup->sync[1], "l", 1, listener, 0) < 0)
		inside_fail(setup, STEP_SYNC, -EPIPE, NULL);
	if (listener < 0)
		return is_filtered;
	close(listener);
	return true;
}

/* The payload's answer to "ready", where the root is not ours: -1 if there is no listener. */
static int
receive_listener(struct setup *setup)
{
	int listener = -1;
	char byte;

	if (setup->device >= 0)
		return -1;
	/* If it ended before, nothing is to be watched. */
	if (fdpass_receive(setup->sync[0], &byte, 1, &listener, 0) < 0)
		return -1;
	return listener;
}

/* Moves a descriptor to the place where it shall stay. -1 stays -1. */
static int
move(int fd, int place)
{
	if (fd < 0)
		return -1;
	if (dup2(fd, place) < 0)
		_exit(STATUS_FAILED);
	return place;
}

/* All but these four is closed: no pipe of the caller's stays open because of pid 1. */
static void
keep_only(struct setup *setup, int listener, const sigset_t *wanted)
{
	int device = setup->device < 0 ? -1 : fcntl(setup->device, F_DUPFD_CLOEXEC, 4);
	int supervisor = fcntl(setup->sandbox->sensor_socket, F_DUPFD_CLOEXEC, 4);
	int heard = listener < 0 ? -1 : fcntl(listener, F_DUPFD_CLOEXEC, 4);

	for (int fd = 0; fd < 4; fd++)
		close(fd);
	server.device = move(device, 0);
	server.supervisor = move(supervisor, 1);
	if (heard >= 0)
		keeper_add(0, move(heard, 2));
	syscall(SYS_close_range, 4, ~0u, 0);
	server.signals = signalfd(-1, wanted, SFD_NONBLOCK | SFD_CLOEXEC);
	if (server.signals < 0)
		_exit(STATUS_FAILED);
}

static void
pass_listener_on(void)
{
	const struct sensor_ask ask = { .kind = ASK_LISTENER };
	int listener = keeper_first();

	if (listener >= 0 && fdpass_send(server.supervisor, &ask, sizeof ask, listener, 0) == 0)
		return;
	/* There is no supervisor: the calls are ours to continue. */
	if (server.supervisor >= 0 && listener >= 0)
		lose_supervisor();
}

static void
take_signals(void (*take)(int number, int value, bool outside))
{
	struct signalfd_siginfo info;

	while (read(server.signals, &info, sizeof info) == sizeof info)
		take((int)info.ssi_signo, info.ssi_int, info.ssi_pid == 0);
}

_Noreturn void
watched_serve(struct setup *setup, const sigset_t *wanted, void (*take)(int number, int value, bool outside))
{
	server.page = setup->sandbox->sensor;
	server.asks = setup->plan->req->on_miss == ON_MISS_ASK;
	server.patience = setup->plan->req->on_miss == ON_MISS_REPORT ? PATIENCE_MS : PATIENCE_DECIDING_MS;
	server.has_anywhere = sched_getaffinity(0, sizeof server.anywhere, &server.anywhere) == 0;
	keep_only(setup, receive_listener(setup), wanted);
	pass_listener_on();
	for (;;) {
		struct pollfd fds[3 + SENSOR_LISTENERS_MAX] = { { .fd = server.device, .events = POLLIN },
								{ .fd = server.signals, .events = POLLIN },
								{ .fd = server.supervisor, .events = POLLIN } };
		nfds_t n = keeper_poll(fds + 3, server.supervisor < 0);

		if (poll(fds, 3 + n, let_go_of_late()) < 0)
			continue;
		keeper_take(fds + 3, n);
		if (fds[2].revents)
			take_answers();
		/* Nobody can reach the file system any more: the namespace's last process but us is gone. */
		if (fds[0].revents && !take_requests(false)) {
			close(server.device);
			server.device = -1;
		}
		if (fds[1].revents)
			take_signals(take);
	}
}
