/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tier 2: programs that are executed. What the kernel opens for one itself, its interpreter and that one's, is no call
 * that could be notified of: it is looked at here.
 *
 * That takes longer than a short program runs, and who has just been let go on waits for our processor. Unless a call
 * is to be decided, the look can wait until the program has begun, is of the past, or somebody wants to know.
 */
#include "config.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "watch/supervisor_parts.h"

enum {
	INTERPRETERS_MAX = 5, /* the kernel follows so many */
	LATE_MS = 2,	      /* a program that runs for longer shows what it lacks no later */
};

struct miss *
programs_look(struct supervisor *s, const char *program, pid_t task, const struct task_call *call)
{
	_autofree_ char *path = text_dup(program);

	sight_refresh_map(s);
	for (int i = 0; path && i < INTERPRETERS_MAX; i++) {
		_autofree_ char *interpreter = trail_interpreter(&s->map, path);
		_autofree_ char *missing = NULL;
		struct miss *miss = NULL;
		char *found = NULL;

		if (!interpreter || interpreter[0] != '/')
			return NULL;
		missing = calls_find_missing(s, interpreter, &found);
		if (missing)
			miss = sight_look_into(s, missing, task, call);
		free(path);
		path = found;
		if (calls_want(s, miss))
			return miss;
	}
	return NULL;
}

void
programs_look_later(struct supervisor *s, const char *program, pid_t task, const struct task_call *call)
{
	struct late_program *late;

	if (s->programs_len == LATE_PROGRAMS_MAX)
		programs_catch_up(s);
	if (s->programs_len == 0)
		s->programs_due = clock_ms() + LATE_MS;
	late = &s->programs[s->programs_len++];
	*late = (struct late_program){ .call = *call, .task = task, .path = text_dup(program) };
	/* When it is looked at it may have gone. Of one that joins it cannot be asked before it has begun. */
	late->call.is_here = !sight_is_elsewhere(s, task);
	for (size_t i = 0; i < 2; i++)
		if (call->paths[i].path)
			late->call.paths[i].path = text_dup(call->paths[i].path);
}

void
programs_catch_up(struct supervisor *s)
{
	size_t len = s->programs_len;

	/* What is found has others caught up with first. */
	s->programs_len = 0;
	for (size_t i = 0; i < len; i++) {
		programs_look(s, s->programs[i].path, s->programs[i].task, &s->programs[i].call);
		task_call_release(&s->programs[i].call);
		free(s->programs[i].path);
	}
}

int
programs_wait(const struct supervisor *s, int wait)
{
	int64_t left;

	if (s->programs_len == 0)
		return wait;
	left = s->programs_due - clock_ms();
	left = left < 0 ? 0 : left;
	return wait >= 0 && wait < left ? wait : (int)left;
}
