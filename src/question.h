/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --why: the question why something would not be there, answered before anything is run.
 *
 * The sandbox is built and verified just as for the program, with everything that the options ask for. Then nothing
 * is executed in it: it is looked at, and ended. So the answer is exact, whatever mounts, links and permissions make
 * of the path, and no file of the user's is run.
 */
#ifndef QUESTION_H
#define QUESTION_H

#include <stdio.h>

#include "base/error.h"
#include "sandbox/plan.h"

/* Answers to f, as text or as JSON, about `path`. The plan's program is forgotten. 0, or negative with err filled. */
int question_answer(struct plan *plan, const char *path, bool json, FILE *f, struct error *err);

#endif
