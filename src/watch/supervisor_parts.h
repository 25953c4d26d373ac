/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the supervisor have in common: its state, and what each does for the others. */
#ifndef WATCH_SUPERVISOR_PARTS_H
#define WATCH_SUPERVISOR_PARTS_H

#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "inspect/miss.h"
#include "sandbox/sensor.h"
#include "sys/notify.h"
#include "watch/holds.h"
#include "watch/rules.h"
#include "watch/supervisor.h"
#include "watch/task.h"
#include "watch/trail.h"

/* So long after the last sign of a burst pid 1 stays on the processor of who asks. */
enum { NEAR_MS = 50 };

/* A notified call. */
struct held_call {
	struct notify_call notified; /* .id 0: none */
	size_t place; /* of the listener */
	int rounds;   /* so often has it been decided before */
};

/* A program that has been executed, and is still to be looked at. */
struct late_program {
	struct task_call call;
	pid_t task;
	char *path;
};
enum { LATE_PROGRAMS_MAX = 32 };

/* Where a listener is, or is expected: that of a program that joins, over the socket. */
struct listener_place {
	int fd, socket; /* -1: there is none */
};

struct supervisor {
	const struct supervisor_job *job;
	struct miss_list list;
	struct trail_map map;
	int proc, self, init; /* procfs, and the directories of two processes in it */
	int mountinfo;	      /* pid 1's: POLLPRI when a mount was made or removed */
	int inotify;
	int root;     /* of the sandbox; where that is no file system of pid 1's own it may be walked from outside */
	struct listener_place listeners[SENSOR_LISTENERS_MAX]; /* of notifications; the payload's is the first */
	size_t listeners_len; /* behind it nothing is, nor is expected */
	bool is_notified; /* that is the way in which misses are seen */
	struct recorder *recorder; /* NULL: nothing is recorded */
	bool map_is_stale;
	bool over;
	struct holds holds;
	struct rules rules;
	struct held_call held[SENSOR_HELD_MAX];
	struct late_program programs[LATE_PROGRAMS_MAX];
	size_t programs_len;
	int64_t programs_due; /* ms of clock_ms() */
	bool can_hold; /* notified calls, so that no signal but one that kills gets them out of it */
	bool any_signalled; /* of those who wait: looked at again, since the kernel tells of the first alone */
	struct {
		bool *stale; /* by entry of the plan: names are to be forgotten there; NULL: never were */
		int64_t due, rested; /* ms of clock_ms(), 0: not; and before that it is not again */
		bool again;	     /* and after that once more */
		pid_t child;	     /* that does it, or 0 */
		bool refused;	     /* it could not */
	} private;
	int near; /* the processor that pid 1 is kept on, or -1 */
	int64_t near_until; /* ms of clock_ms() */
	uint64_t near_bursts; /* that there had been when we last looked */
	int near_self; /* that we keep to, or -1 */
	cpu_set_t anywhere, anywhere_self; /* where else it, and we, may be */
};

/* supervisor.c: readers have something to read. */
void supervisor_tell_news(const struct supervisor *s);

/*
 * sight.c: from the missing name to what was asked for; the name itself where that cannot be found out. The miss, which
 * stays the list's. NULL: it is none.
 */
struct miss *sight_look_into(struct supervisor *s, const char *missing, pid_t task, const struct task_call *call);

/* A miss that was seen before, and which others may have pushed out of the list since. NULL: there is no room. */
struct miss *sight_keep(struct supervisor *s, const char *path, pid_t task, const struct task_call *call);

/*
 * True if it has another root: that of a sandbox in this one, whose calls come here too, or of chroot(2). What it lacks
 * is not known here. (The root's file system is asked by those alone who are in it.) So has who has gone.
 */
bool sight_is_elsewhere(const struct supervisor *s, pid_t task);

/* Whether it would be in a private directory, in which it can be made, and asking for which nobody may wait. */
bool sight_is_private(const struct supervisor *s, const char *missing);

/* The sandbox's mounts are read again if any was made or removed. */
void sight_refresh_map(struct supervisor *s);

/* asks.c: one of pid 1's. */
void asks_take(struct supervisor *s);

/* listeners.c: who notifies of calls. Nobody, at first. */
void listeners_init(struct supervisor *s);

/* The payload's listener, which is taken in any case. */
void listeners_begin(struct supervisor *s, int listener);

/* A program that joins will hand one in over the socket, which is taken with 0; or -errno: -EMFILE: enough. */
int listeners_expect(struct supervisor *s, int socket);

/* Into fds, room for SENSOR_LISTENERS_MAX; how many. And what poll(2) said of these. */
size_t listeners_poll(const struct supervisor *s, struct pollfd *fds);
void listeners_take(struct supervisor *s, const struct pollfd *fds, size_t n);

/* calls.c: a call of the listener at that place. False: nobody is left who could make one. */
bool calls_take(struct supervisor *s, size_t place);

/* With a policy other than to report: looked at before it goes on. */
void calls_decide(struct supervisor *s, const struct held_call *call);

/*
 * Looks a path up inside, as the program has it. The path of the first component that is not there, without links;
 * NULL: it is there, at *ret_found, or it cannot be said.
 */
char *calls_find_missing(struct supervisor *s, const char *path, char **ret_found);

/* Whether the call is to wait for that miss, or NULL. */
bool calls_want(const struct supervisor *s, const struct miss *miss);

/*
 * programs.c: what the kernel opens itself for a program (a path inside, of calls_find_missing()) that a call executes.
 * The first miss that somebody may cure, or NULL.
 */
struct miss *programs_look(struct supervisor *s, const char *program, pid_t task, const struct task_call *call);

/* The same, of a call that goes on; when there is time. */
void programs_look_later(struct supervisor *s, const char *program, pid_t task, const struct task_call *call);

/* Now. */
void programs_catch_up(struct supervisor *s);

/* Milliseconds until there is: `wait` (-1: for ever) or less. */
int programs_wait(const struct supervisor *s, int wait);

/* It goes on. */
void calls_continue(const struct supervisor *s, const struct held_call *call);

/* No call of that place waits any more. */
void calls_drop_place(struct supervisor *s, size_t place);

/* Who was killed does not wait any more. */
void calls_look_for_gone(struct supervisor *s);

/* The call of that number that waits; of number 0, room for one more. NULL: there is none. */
struct held_call *calls_find_held(struct supervisor *s, uint64_t id);
void calls_forget_held(struct supervisor *s, struct held_call *held);

/* deciding.c: who waits under that number is answered. The type is that of a ghost or a place. */
void deciding_answer(struct supervisor *s, uint64_t id, enum sensor_answer_kind kind, mode_t type);

/*
 * Whether a call that asks for the miss (or NULL) is to wait. What programs ask for all the time and nobody needs
 * (inspect/noise.h) nobody is asked about.
 */
bool deciding_wants(const struct supervisor *s, const struct miss *miss);

/*
 * Who has asked under that number waits from now on (holds_add()), and what the policy allows begins to be mounted;
 * unless the user has decided of the path meanwhile. False: he does not wait.
 */
bool deciding_hold(struct supervisor *s, uint64_t id, pid_t task, const char *path);

/* Who waits under that number does not any more. */
void deciding_drop(struct supervisor *s, uint64_t id);

/* pid 1 learns who mounts. */
void deciding_tell_mounter(struct supervisor *s);

/* Whoever waits for something at or below the path goes on: holds_count() of them. */
void deciding_let_go(struct supervisor *s, const char *path, enum sensor_answer_kind kind);

/* What there is to say of a name that nobody has to wait for. */
enum sensor_answer_kind deciding_settled(enum hold_progress progress);

/* Nobody is there who decides: whoever waits goes on. */
void deciding_give_up(struct supervisor *s);

/* Of those who wait and have a signal, the ones that it ends. */
void deciding_look_at_signals(struct supervisor *s);

/* What the policy has mounted; and nobody is there any more who decides. */
void deciding_look(struct supervisor *s);

/*
 * near.c: pid 1 goes where the task is, who asks for much, and may go elsewhere when that is over. Where it takes our
 * word for each answer we come too. Where it does not we must not: who sleeps where others have much to do is woken on
 * another processor, and it all begins anew.
 */
void near_move(struct supervisor *s, pid_t task, bool come_too);
void near_let_go(struct supervisor *s);

/*
 * private.c: a name that is missing in a private directory, and is outside, was asked for. The kernel is to forget that
 * soon, or nobody would be asked for it again. How long poll(2) may wait, at most `wait` (-1: for ever); what is due.
 */
void private_note(struct supervisor *s, const char *missing);
int private_wait(const struct supervisor *s, int wait);
void private_look(struct supervisor *s);

/* readers.c: a question of that reader's. False: there is nobody at the other end any more. */
bool readers_take_question(struct supervisor *s, enum watch_reader who);

#endif
