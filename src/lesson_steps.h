/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of --explain and --step: one table. */
#ifndef LESSON_STEPS_H
#define LESSON_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "sandbox/plan.h"
#include "sandbox/steps.h"

enum { LESSON_LOOKS = 2 };

/* What is looked at in /proc/PID of the process that takes the step. */
struct lesson_look {
	enum lesson_look_kind { LOOK_NOTHING, LOOK_LINK, LOOK_FILE, LOOK_STATUS, LOOK_MOUNTS, LOOK_ROOT } kind;
	const char *name;  /* of the file, or the line of `status` */
	const char *shown; /* what it is called */
};

struct lesson_step {
	enum step step;
	const char *title; /* one line */
	const char *about; /* why */
	const char *call;  /* what is asked of the kernel, or NULL; %u and %g are the ids outside, %U and %G inside */
	struct lesson_look looks[LESSON_LOOKS];
};

/* In the order in which they are taken. */
extern const struct lesson_step lesson_steps[];
extern const size_t lesson_steps_len;

/* NULL: nothing is told of it. */
const struct lesson_step *lesson_step_of(enum step step);

/* Whether the plan has the step, as far as a plan knows. */
bool lesson_is_planned(const struct lesson_step *step, const struct plan *plan);

/* Both for the caller to free; the first NULL where there is no call. */
char *lesson_call_text(const struct lesson_step *step, const struct plan *plan);
char *lesson_entry_text(const struct plan_entry *entry);

#endif
