/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands that decide about misses have in common. */
#include "config.h"

#include "cmd/decide.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/user_paths.h"
#include "session/live.h"
#include "watch/rules.h"

void
decision_release(struct decision *decision)
{
	free(decision->path);
	free(decision->spec);
	*decision = (struct decision){ 0 };
}

int
decide_read(const struct call *call, struct watch_state *state, struct error *err)
{
	struct context *context = call->context;
	int r;

	if (!context || !context->watch) {
		error_set(err, 0, "nobody watches for what is missed there");
		error_hint(err, "start the session with --trace; a shell on a terminal is watched so unasked where "
				"/dev/fuse can be used");
		return -1;
	}
	r = watch_read(context->watch, WATCH_CONTROL, &context->misses, state);
	return r < 0 ? error_set(err, -r, "cannot ask who watches for what is missed") : 0;
}

char *
decide_path(const struct call *call, const char *path, struct error *err)
{
	const struct context *context = call->context;
	_autofree_ char *own = context && context->cwd ? NULL : user_directory();
	const char *cwd = context && context->cwd ? context->cwd : own;

	if (path[0] == '/')
		return path_absolute("/", path);
	if (cwd && cwd[0] == '/')
		return path_absolute(cwd, path);
	error_set(err, 0, "'%s' is relative to a directory that is gone", path);
	return NULL;
}

static int
count(int r, const char *path, size_t *ret_calls, struct error *err)
{
	if (r == -ENOSPC) {
		error_set(err, 0, "nothing was decided of '%s': there are %d decisions already, and no more are kept",
			  path, RULES_MAX);
		error_hint(err, "one about a directory above takes the place of all below it");
		error_hint(err, "':ignore -u PATH' takes back what was decided of a path and all below it");
		return -1;
	}
	if (r < 0)
		return error_set(err, -r, "cannot tell who watches for what is missed");
	if (ret_calls)
		*ret_calls += (size_t)r;
	return 0;
}

int
decide_set(const struct call *call, const char *path, enum miss_state state, size_t *ret_calls, struct error *err)
{
	struct watch *watch = call->context ? call->context->watch : NULL;

	return count(watch ? watch_set_state(watch, WATCH_CONTROL, path, state) : 0, path, ret_calls, err);
}

int
decide_set_now(const struct call *call, const char *path, enum miss_state state, size_t *ret_calls, struct error *err)
{
	struct watch *watch = call->context ? call->context->watch : NULL;

	return count(watch ? watch_set_state_now(watch, WATCH_CONTROL, path, state) : 0, path, ret_calls, err);
}

void
decide_note(const struct call *call, const char *verb, const char *path, const char *spec, size_t calls)
{
	struct decision *decision;

	if (!call->context)
		return;
	decision = &call->context->decision;
	decision_release(decision);
	*decision = (struct decision){ verb, text_dup(path), 1, spec ? text_dup(spec) : NULL, calls };
}

size_t
decide_by_change(const struct call *call, const struct live_change *change, bool undone)
{
	struct watch *watch = call->context ? call->context->watch : NULL;
	enum live_verb taken = undone ? LIVE_MOUNT : LIVE_UMOUNT;
	size_t calls = 0;

	for (size_t i = 0; watch && change->verb != LIVE_REMOUNT && i < change->len; i++) {
		const struct live_item *item = &change->items[i];
		int r;

		if (item->kind == LIVE_KEPT || item->kind == LIVE_REBUILT)
			continue;
		/* Should nobody watch any more nobody waits. */
		if (change->verb == taken)
			r = watch_uncure(watch, WATCH_CONTROL, item->path);
		else
			r = watch_set_state(watch, WATCH_CONTROL, item->path, MISS_CURED);
		calls += r > 0 ? (size_t)r : 0;
	}
	return calls;
}
