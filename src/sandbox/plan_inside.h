/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be seen inside, found out from the plan before anything is done. Used by plan.c only. */
#ifndef SANDBOX_PLAN_INSIDE_H
#define SANDBOX_PLAN_INSIDE_H

#include <stdbool.h>

#include "sandbox/plan.h"

/*
 * True if an absolute path leads to something inside, links followed as they are there. Below /proc and /dev/pts
 * the answer is yes.
 */
bool plan_sees(const struct plan *plan, const char *path);

#endif
