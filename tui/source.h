/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where answers come from: a sandbox that runs, or a directory of recorded answers (COMMAND.json), with which a screen
 * is the same every time.
 */
#ifndef TUI_SOURCE_H
#define TUI_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "tui/complete.h"

struct source;

/* What a command said. Zero-initialised, or as the last source_run() left it; released in any case. */
struct said {
	char *out; /* never NULL after a run */
	size_t len;
	struct error error; /* error.message is NULL if it worked */
};
void said_release(struct said *said);

/* NULL with err filled. `recorded`: the directory; NULL: `name` is a session or a process. */
struct source *source_open(const char *name, const char *recorded, struct error *err);
void source_close(struct source *source);

const char *source_name(const struct source *source);

/* As client_user_inside(). */
char *source_user_inside(const struct source *source);

/* The process that the commands are about; 0: it is a recording. */
pid_t source_pid(const struct source *source);

/* When it was started, in seconds since the epoch; 0: not known. */
uint64_t source_started(const struct source *source);

/*
 * Starts an aide (tui/aide.h), which does from now on what a confined inspector cannot. To be called before anything is
 * run. Negative with err filled; a recording needs none.
 */
int source_employ_aide(struct source *source, struct error *err);

/* Whether the line runs a program on the terminal, and is over when that is. */
bool source_takes_terminal(const struct source *source, const char *line);

/* For completion. Lives as long as the source. */
const struct complete_source *source_names(const struct source *source);

/* A line of the command line, for the history of the next time: kept where there is an aide. */
void source_remember(struct source *source, const char *line);

/* 0 if there is an answer, be it an error; negative with err filled: there will be none any more. */
int source_run(struct source *source, const char *line, bool json, struct said *ret, struct error *err);

/*
 * The same in two steps, for an answer in JSON that others need not wait for: source_answer_fd() becomes readable when
 * it begins to arrive. False: it would come at once, or cannot be asked for, so source_run() will do. source_run() in
 * between takes that answer if it asks for the same, and throws it away if not.
 */
bool source_ask(struct source *source, const char *line);
int source_take(struct source *source, struct said *ret, struct error *err);

/*
 * Reaches for events, where the sandbox has any; that has to be done before the confinement. And begins to ask for
 * them, which takes the session a while. False: it has none.
 */
void source_reach(struct source *source);
bool source_follow(struct source *source);

/* The next event, a line of JSON for the caller to free; NULL: there is none now. */
char *source_event(struct source *source);

/* There is one that source_events_fd() does not tell of. */
bool source_has_event(const struct source *source);

/* True if the process has not ended: where there is no answer any more it is for want of a connection. */
bool source_is_cut_off(const struct source *source);

/*
 * Where it is cut off: connects again, and follows events again if it did. Negative with err filled: it cannot.
 * source_lost_events(): those have ended, which is how it is noticed while nothing is asked for.
 */
int source_reconnect(struct source *source, struct error *err);
bool source_lost_events(const struct source *source);

/* Whether the process is one of ours: what it does is no news. */
bool source_is_ours(const struct source *source, pid_t pid);

/* To be polled; -1: there is none. */
int source_mounts_fd(const struct source *source); /* POLLPRI: the mounts have changed */
int source_end_fd(const struct source *source);	   /* POLLIN: the process has ended */
int source_answer_fd(const struct source *source); /* POLLIN: source_take() has one; -1: none is awaited */
bool source_has_events(const struct source *source);
int source_events_fd(const struct source *source); /* POLLIN: source_event() has one */

#endif
