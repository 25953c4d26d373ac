/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command is about: a process in a sandbox, held so that it cannot become another, and the caller beside it. */
#ifndef CMD_TARGET_H
#define CMD_TARGET_H

#include <sys/types.h>

#include "base/error.h"

struct target {
	pid_t pid;
	int proc;    /* /proc */
	int caller;  /* our own directory in it */
	int process; /* the process's */
};

#define TARGET_INIT { .proc = -1, .caller = -1, .process = -1 }

/* 0, or negative with err filled. Close in any case. */
int target_open(pid_t pid, struct target *ret, struct error *err);

/* The same for another process, with the caller's side of `base`; it is to be closed by itself. */
int target_open_pid(const struct target *base, pid_t pid, struct target *ret, struct error *err);
void target_close(struct target *target);

/*
 * Fills err for something about the target that failed with `errnum`: that it has ended, or whose it is and why the
 * kernel shows it to nobody else. `doing` is "read the mounts of"; the process is named behind it. Returns -errnum.
 */
int target_refused(const struct target *target, int errnum, const char *doing, struct error *err);

/* Adds to err, where the target is in no sandbox of its own, which of its descendants is. */
void target_hint_inside(const struct target *target, struct error *err);

#endif
