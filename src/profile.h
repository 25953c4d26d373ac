/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options from a file.
 *
 * A profile has one option a line: the long name, with or without its dashes, and behind white space what it takes, as
 * it stands up to the end of the line (of `setenv` the name, white space, the value). There is no shell: only specs
 * know quotes, their own. Empty lines, and lines that begin with '#', say nothing.
 *
 *	# for grading
 *	mnt . ro:/opt/course ro:'/srv/data of 2026'
 *	net none
 *	setenv MPLBACKEND agg
 *
 * A file is data of its writer's: at most PROFILE_SIZE bytes, no zero byte; not a terminal or a pipe, which could hang
 * us.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "base/error.h"
#include "sandbox/plan.h"
#include "sandbox/request.h"

enum { PROFILE_SIZE = 1 << 20 };

/* The name of a project's own file, in the directory where isolate is started. */
#define PROFILE_PROJECT ".isolate"

/*
 * Applies the options of the profile: a file if `name` holds a slash, else $XDG_CONFIG_HOME/isolate/profiles/NAME. What
 * it mounts has the origin `profile`. 0, or negative with err filled; it names file and line.
 */
int profile_apply(struct request *req, const char *name, struct error *err);

/* The same of the text of one, which is taken apart and changed; `path` is what errors call it. */
int profile_apply_text(struct request *req, char *text, const char *path, struct error *err);

/*
 * A project's own file may only tighten, since it comes with the project, from whoever wrote that: hide a place
 * (`mnt PLACE=none`), make read-only what is visible anyway (`mnt ro:PLACE`), and what the option table marks as
 * PROFILE_TIGHTENS. If the current directory has one, its options are added to req and `plan` is made anew.
 * 0, or negative with err filled, if there is anything else in it; *plan is released then.
 */
int profile_apply_project(struct request *req, struct plan *plan, struct error *err);

#endif
