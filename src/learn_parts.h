/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of --learn have in common. */
#ifndef LEARN_PARTS_H
#define LEARN_PARTS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "inspect/finding.h"
#include "inspect/unit.h"
#include "sandbox/request.h"
#include "session/session.h"
#include "watch/record.h"
#include "watch/watch.h"

/* ---- learn_input.c: what the program reads, once more ---- */

enum input_kind {
	INPUT_NULL,	/* /dev/null */
	INPUT_FILE,	/* a regular file, which can be read again from where it stood */
	INPUT_TERMINAL, /* of which nothing can be had again */
	INPUT_STREAM,	/* a pipe or the like: it goes through us, and is kept */
};

struct input {
	enum input_kind kind;
	off_t start;	/* INPUT_FILE */
	int copy;	/* INPUT_STREAM: a file of memory with what has passed, or -1 */
	int out;	/* the end of the pipe that we write to, or -1 */
	bool at_end;	/* there is nothing more to be read */
	bool incomplete; /* more has passed than is kept */
	size_t len, at; /* of the buffer */
	size_t passed;
	char buffer[1 << 14];
};

/* Looks at standard input. 0 or -errno. */
int input_open(struct input *ret);

/* For the first run: the descriptor that is to be its standard input; -1: the one that is. The caller closes it. */
int input_begin(struct input *input);

/* To wait for, and when it is time: passes on what there is. */
size_t input_poll(const struct input *input, struct pollfd ret[2]);
void input_pass_on(struct input *input);

/* The first run has ended. */
void input_end(struct input *input);

/* A descriptor with the same to be read, for a replay, or -errno. The caller closes it. */
int input_again(const struct input *input);
void input_release(struct input *input);

/* ---- learn_run.c: one run, in a process of its own ---- */

/* What a replay missed. */
struct run_miss {
	char *path; /* outside */
	char *sentence;
	enum finding_worth worth;
};

struct run {
	bool started;
	bool late; /* it did not end in time */
	int interrupted; /* a replay: the signal that somebody sent to us, and that ended it; or 0 */
	struct outcome outcome;
	enum watch_tier tier;
	int refused_root, refused_calls; /* errno of why it is no better one, or 0 */
	struct run_miss *misses; /* of a replay */
	size_t len, cap;
	char *said; /* of a replay: the end of what it said on standard error */
	int ms; /* so long it took */
};

/*
 * Runs the request with the host to be seen; what it asks for goes to record_fd. What stood in the way of its start has
 * been printed. 0, or negative with err filled: something failed on our side.
 */
int run_first(const struct request *req, int record_fd, struct input *input, struct run *ret, struct error *err);

/* Runs it as it is, watched, within `limit` ms, and prints nothing. */
int run_replay(const struct request *req, const struct input *input, int limit, struct run *ret, struct error *err);
void run_release(struct run *run);

/* ---- learn_file.c: the profile ---- */

struct learn_file {
	const char *path;
	bool is_new;
	char *kept;		   /* its lines but for those of what was learned, and the options of this time */
	struct place_list learned; /* names, as in the lines "mnt ro:NAME" */
};

/* Reads it, if it is there, and adds the options of the request. 0, or negative with err filled. */
int learn_file_open(struct learn_file *file, const struct request *req, struct error *err);

/* What is to be added to it. */
struct learned {
	struct place_list names; /* to be mounted read-only */
	struct place_list empty; /* directories that only have to be there */
};
void learned_release(struct learned *learned);

/* The text of a profile that has these as well. The caller frees. */
char *learn_file_text(const struct learn_file *file, const struct learned *learned);

/* The request that a text makes, with the program of `like`. Release with request_release(). */
int learn_file_request(const struct learn_file *file, const char *text, const struct request *like, struct request *ret,
		       struct error *err);
void learn_file_release(struct learn_file *file);

/* ---- learn_need.c: what has to be mounted ---- */

/* How much of what the first run asked for is taken for a need. */
enum need_level {
	NEED_LIKELY, /* what is read or executed */
	NEED_WEAK,   /* also what is seldom the cause of anything, and devices */
	NEED_ANY,    /* also noise, sockets, and directories that were only looked at, empty */
	NEED_LEVELS
};

struct want {
	char *path; /* as it was asked for, clean */
	bool whole; /* a directory that was listed */
};

struct want_list {
	struct want *items;
	size_t len, cap;
};

struct need {
	const struct learn_file *file;
	const struct request *like; /* the program */
	struct request req;	    /* what the profile starts from, and its plan */
	struct plan plan;
	int outside;		    /* the host's root */
	const char *home;
	char *home_place;
	struct want_list wanted[NEED_LEVELS];
	struct place_list likely, likely_whole; /* the paths of NEED_LIKELY, and of these the whole ones, to be found */
	struct place_list looked;  /* directories that were only looked at */
	struct place_list empty;   /* those of them that are needed */
	struct place_list written; /* directories in which something was made or changed */
	struct place_list refused; /* what the program wanted to write to, and can only outside */
	char *memo_dir, *memo_prefix; /* of the place that was folded last */
};

int need_open(struct need *need, const struct learn_file *file, const struct request *like, struct error *err);

/* Takes in what the first run asked for. */
void need_add_records(struct need *need, const struct record_list *records);

/* Takes in what a replay missed, of that worth and better. True if something of it is new. */
bool need_add_misses(struct need *need, const struct run *replay, enum finding_worth worth);

/* True if the level adds anything to those below it. */
bool need_has_level(const struct need *need, enum need_level level);

/* What is to be mounted, for all up to that level. */
void need_make(struct need *need, enum need_level level, struct learned *ret);
void need_release(struct need *need);

#endif
