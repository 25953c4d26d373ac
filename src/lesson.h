/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --explain and --step: how a sandbox is made, told while it is made. One table has for each step what is done, why,
 * and by which calls; what the kernel says of the process before and after comes from /proc.
 */
#ifndef LESSON_H
#define LESSON_H

#include <stdio.h>

#include "base/error.h"
#include "sandbox/plan.h"
#include "sandbox/tell.h"

/*
 * Starts the process that is told (sandbox/tell.h), on standard error; with plan->req->step it asks at the terminal
 * before each step. 0 and *ret filled, or negative with err filled: there is no terminal to ask at.
 */
int lesson_start(const struct plan *plan, struct teacher *ret, struct error *err);

/* With --dry-run: the same of the plan alone, on standard output. */
void lesson_print(const struct plan *plan, FILE *f);

#endif
