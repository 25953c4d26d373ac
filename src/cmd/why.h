/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer to why something is not there: of :why, and of --why. */
#ifndef CMD_WHY_H
#define CMD_WHY_H

#include <stdbool.h>

#include "cmd/output.h"
#include "inspect/why.h"

struct plan;

/* Writes the whole answer. `pid` is the process that was asked about, or 0; options: the specs that --mnt needs
 * before. */
void why_show(const struct why *why, pid_t pid, const char *options, struct output *output);

/* Notes for each mount which spec of the plan, or that the default view, asked for it. */
void why_view_ascribe_plan(struct why_view *view, const struct plan *plan);

#endif
