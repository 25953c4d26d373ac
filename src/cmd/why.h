/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer to why something is not there: of :why, and of --why. */
#ifndef CMD_WHY_H
#define CMD_WHY_H

#include <stdbool.h>

#include "base/error.h"
#include "cmd/output.h"
#include "cmd/table.h"
#include "inspect/why.h"

struct plan;

/* Writes the whole answer. `pid` is the process that was asked about, or 0; options: the specs that --mnt needs
 * before. */
void why_show(const struct why *why, pid_t pid, const char *options, struct output *output);

/* Both roots of the process that a call is about, and what its own names and search paths mean. */
struct why_asked {
	int inside, outside, userns;
	struct why_view view;
	char *environment, *cwd, *path, *library_path;
	size_t environment_len;
	struct why_query query; /* points into the rest */
};

/* 0, or negative with err filled. Close in any case. */
int why_asked_open(const struct call *call, struct why_asked *ret, struct error *err);
void why_asked_close(struct why_asked *asked);

/* Notes for each mount which spec of the plan, or that the default view, asked for it. */
void why_view_ascribe_plan(struct why_view *view, const struct plan *plan);

#endif
