/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --explain and --step: before each step of the set-up somebody is told, and the step waits for his answer. He is a
 * process of his own, outside (src/lesson.c): between clone and exec nothing is printed, and while the stage runs in
 * the caller's memory the caller cannot talk to anybody.
 *
 * Each process of the sandbox that sends a record waits for one byte. What is told is in order, one step at a time,
 * as pid 1 begins its part only when the payload's process is done with its first. The kernel adds who sends, by his
 * number outside, so that he who is told can look at the process in /proc before and after.
 */
#ifndef SANDBOX_TELL_H
#define SANDBOX_TELL_H

#include <stdint.h>
#include <sys/types.h>

#include "sandbox/steps.h"

struct teacher {
	int fd;	   /* a SOCK_SEQPACKET socket, close-on-exec; he has the other end */
	pid_t pid; /* a child of the caller */
};

/* STEP_NONE: there are no more from this process. */
struct tell_record {
	int32_t step;  /* enum step */
	int32_t entry; /* index into the plan, or -1 */
};

struct setup;

/* Does nothing where nobody is to be told. Ends the process with a record where the answer is that one is to stop. */
void tell_step(const struct setup *setup, enum step step, int entry);

/* The process that calls has nothing more to tell. */
void tell_close(const struct setup *setup);

/* The caller's part, once all processes of the sandbox exist, or have failed to: waits until all is told. */
void tell_end(struct teacher *teacher);

#endif
