/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Misses: paths that a program asked for, that are outside and not inside; and the list of them that a session keeps.
 *
 * Whoever watches fills the list, with miss_list_add(), as the misses come; whoever explains reads it. Nothing here
 * looks at a file system: what a miss means and what cures it is worked out by inspect/finding.h when somebody asks.
 *
 * The program is hostile: it chooses what it asks for, how often, and its own name. So the list is bounded in number
 * and in bytes, adding costs a logarithmic search, and texts are kept as bytes, which whoever shows them escapes.
 * What does not fit is counted.
 */
#ifndef INSPECT_MISS_H
#define INSPECT_MISS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How a path came to be asked for: what led from one file of a chain to the next. */
enum miss_via {
	VIA_PATH,	 /* the program named it itself */
	VIA_SYMLINK,	 /* a symbolic link leads there */
	VIA_INTERPRETER, /* a "#!" line names it */
	VIA_LOADER,	 /* an ELF file names it as its loader */
	VIA_LIBRARY,	 /* an ELF file needs that library */
	VIA_COMMAND,	 /* env(1) or a shell looks for that command in PATH */
	VIA_WITHIN,	 /* in the miss, but not outside, and hides what follows; the miss itself: not known */
	VIA_KINDS
};

/* What they are called in answers for machines: "path", "symlink", … */
extern const char *const miss_via_names[VIA_KINDS];

/* One step: `path` led to the next step's path, or at the end to the miss's own, in the way `via`. */
struct miss_step {
	enum miss_via via;
	char *path;
};

/* What has become of a miss in a session that goes on. */
enum miss_state {
	MISS_OPEN,
	MISS_HELD,    /* the system call waits for a decision */
	MISS_IGNORED, /* the user does not want to be told of it */
	MISS_DENIED,  /* the user has decided that calls for it fail: they do not wait any more */
	MISS_CURED,   /* something was mounted for it */
	MISS_STATES
};

/* "open", "held", "ignored", "denied", "cured" */
extern const char *const miss_state_names[MISS_STATES];

/* Bounds. Texts beyond them are cut (comm), or their miss is only counted (path). */
enum {
	MISSES_MAX = 4096,	  /* misses in a list */
	MISSES_FIRST = 1024,	  /* of these, so many stay: the first cause of a failure is often among the first */
	MISS_STEPS_MAX = 8,	  /* steps of one chain */
	MISS_BYTES_MAX = 8 << 20, /* all texts of a list */
	MISS_COMM_SIZE = 64,	  /* a thread's name, with its NUL (the kernel's have 16, workers up to 64) */
};

/* What a watcher has seen. Nothing in it is kept: it is copied. */
struct miss_sight {
	const char *path; /* absolute and clean: the path that the walk ran into, which is outside and not inside */
	const struct miss_step *chain; /* how it came to that, as far as the watcher knows, the first step first */
	size_t chain_len;
	pid_t pid;	  /* the task, by its number outside; 0: not known */
	const char *comm; /* its name, as bytes; NULL: not known */
	const char *call; /* the system call: a string that lives for ever ("openat"); NULL: not known */
	int64_t time;	  /* ns of CLOCK_REALTIME */
};

struct miss {
	char *path;
	struct miss_step *chain; /* of the first sight that had one */
	size_t chain_len;
	pid_t pid;		   /* who asked first, or waited last */
	char comm[MISS_COMM_SIZE]; /* "": not known */
	const char *call;
	int64_t first, last; /* ns of CLOCK_REALTIME */
	uint64_t count;
	uint64_t number;  /* of the miss, from 1 on, in the order in which they were first seen */
	uint64_t changed; /* the list's `changes` when it last changed: who has seen all up to there asks for more */
	enum miss_state state;
};

struct miss_list {
	struct miss **items; /* sorted by path, a directory before what is below it and that in one run */
	size_t len, cap;
	size_t bytes;	  /* of all texts */
	uint64_t numbers; /* how many misses there have been */
	uint64_t changes;
	uint64_t sights; /* how many times miss_list_add() was called */
	uint64_t lost;	 /* misses that were dropped again, or never taken in, for want of room */
};

/*
 * Adds a sight: counts it on the miss of the same path, or makes a new one. Where the list is full, the miss that was
 * seen longest ago makes room, but for the first MISSES_FIRST. Returns the miss, which stays where it is until it is
 * dropped, at the earliest by the next miss_list_add() or miss_list_drop(); NULL if there was no room for it. *ret_new
 * (may be NULL) says if it is new.
 */
struct miss *miss_list_add(struct miss_list *list, const struct miss_sight *sight, bool *ret_new);

/* The miss of that path, or NULL. */
struct miss *miss_list_find(const struct miss_list *list, const char *path);

/* Sets the state of the misses at and below `path`: what was mounted there has cured them. Returns how many. */
size_t miss_list_set_state(struct miss_list *list, const char *path, enum miss_state state);

/* The same of one miss of the list. */
void miss_list_set_one(struct miss_list *list, struct miss *miss, enum miss_state state);

/* A call of that task waits for it from now on: it is told of in place of who asked first. */
void miss_list_hold(struct miss_list *list, struct miss *miss, pid_t pid, const char *comm);

/* True if somebody has said what is to become of it: no call waits for it any more. */
static inline bool
miss_is_decided(const struct miss *miss)
{
	return miss->state == MISS_IGNORED || miss->state == MISS_DENIED || miss->state == MISS_CURED;
}

void miss_list_drop(struct miss_list *list, const char *path);
void miss_list_release(struct miss_list *list);

/* The misses in the order in which they were last seen, the newest first. The caller frees the array. */
struct miss **miss_list_newest(const struct miss_list *list);

#define _automisses_ __attribute__((cleanup(miss_list_release)))

#endif
