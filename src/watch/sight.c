/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a name that is missing inside to a miss: what was asked for, if it exists outside. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/noise.h"
#include "sandbox/door.h"
#include "sys/procfs.h"
#include "watch/outside.h"
#include "watch/supervisor_parts.h"

/* Below it is a private directory of the sandbox's, writable, and nothing but what was made there. */
bool
sight_is_private(const struct supervisor *s, const char *missing)
{
	_autofree_ char *parent = path_parent(missing);
	int i = plan_find(s->job->plan, parent);

	return i >= 0 && s->job->plan->entries[i].kind == PLAN_TMPFS && !s->job->plan->entries[i].source;
}

/* What the loader looks for next, where a variant of a library is not there (ld.so(8)). NULL: it is none. */
static char *
usual_variant(const char *path)
{
	const char *variants = strstr(path, "/glibc-hwcaps/");
	_autofree_ char *dir = variants ? text_ndup(path, (size_t)(variants - path)) : NULL;

	return dir ? path_join(dir, path_name(path)) : NULL;
}

/*
 * In a private directory a name is asked for once, and never again (the overlay remembers what is not there): that may
 * be for something in it that is nowhere, as when a shell looks for a command, and hides all that follows. So what is
 * missed is the directory, as deep as there is one outside.
 */
static char *
what_is_hidden(const char *path, const char *missing, struct trail *trail)
{
	char *hidden = usual_variant(path);

	if (hidden && outside_has(hidden))
		return hidden;
	free(hidden);
	hidden = path_parent(path);
	while (strlen(hidden) > strlen(missing) && !outside_has(hidden)) {
		char *parent = path_parent(hidden);

		free(hidden);
		hidden = parent;
	}
	trail_add(trail, VIA_WITHIN, path);
	return hidden;
}

/*
 * What was asked for is a miss if it exists outside. Of something that is about to be made, the directory:
 * where that is missing inside.
 */
static char *
what_exists(const struct supervisor *s, const char *missing, bool creates, struct trail *trail)
{
	const char *path = trail->path;
	_autofree_ char *parent = NULL;

	if (outside_has(path))
		return text_dup(path);
	if (creates) {
		parent = path_parent(path);
		return path_is_below(parent, missing) && outside_has(parent) ? take_ptr(parent) : NULL;
	}
	/* The name itself is outside. */
	return sight_is_private(s, missing) && strcmp(path, missing) != 0 ? what_is_hidden(path, missing, trail) : NULL;
}

static struct miss *
add_miss(struct supervisor *s, const char *path, const struct trail *trail, pid_t task, const struct task_call *call)
{
	const struct miss_sight sight = { .path = path,
					  .chain = trail->steps,
					  .chain_len = trail->len,
					  .pid = task,
					  .comm = call->comm[0] != '\0' ? call->comm : NULL,
					  .call = call->call ? call->call->name : NULL,
					  .time = clock_real_ns() };
	struct miss *miss;

	/* What came before it is told first. */
	programs_catch_up(s);
	miss = miss_list_add(&s->list, &sight, NULL);

	if (miss && miss->state == MISS_OPEN && rules_find(&s->rules, path) != MISS_OPEN)
		miss_list_set_one(&s->list, miss, rules_find(&s->rules, path));
	supervisor_tell_news(s);
	return miss;
}

struct miss *
sight_keep(struct supervisor *s, const char *path, pid_t task, const struct task_call *call)
{
	struct miss *miss = miss_list_find(&s->list, path);

	return miss ? miss : add_miss(s, path, &(struct trail){ 0 }, task, call);
}

void
sight_refresh_map(struct supervisor *s)
{
	if (!s->map_is_stale)
		return;
	s->map_is_stale = false;
	trail_map_read(&s->map, s->self, s->init);
}

/* Nothing in it but names. */
static bool
is_clean(const char *path)
{
	for (const char *at = path; *at == '/';) {
		size_t len = strcspn(++at, "/");

		if (len == 0 || (len <= 2 && strncmp(at, "..", len) == 0))
			return false;
		at += len;
		if (*at == '\0')
			return true;
	}
	return false;
}

/* Where the missing name stands in the path as it was written, no link led there. */
static bool
follow(struct supervisor *s, const char *path, const char *missing, bool executes, struct trail *ret)
{
	if (is_clean(path) && path_is_below(path, missing)) {
		*ret = (struct trail){ .path = text_dup(path) };
		return true;
	}
	sight_refresh_map(s);
	return trail_follow(&s->map, path, missing, executes, ret);
}

/*
 * In a private directory a name can be looked up that is there: the overlay asks if there is something under what is to
 * be moved or removed. And what is made there is there.
 */
static bool
is_there(const struct supervisor *s, const char *missing, const struct task_call *call, const char *path, bool creates)
{
	const char *name = call->call->name;
	bool takes = strncmp(name, "rename", 6) == 0 || strncmp(name, "unlink", 6) == 0 || strcmp(name, "rmdir") == 0;

	return (creates || takes) && strcmp(path, missing) == 0 && sight_is_private(s, missing);
}

bool
sight_is_elsewhere(const struct supervisor *s, pid_t task)
{
	_autoclose_ int process = -1;
	struct stat ours, its;

	if (s->root < 0)
		return false;
	process = procfs_open_process(s->proc, task);
	/* Who was not waited for and has gone cannot be asked any more. */
	if (process < 0 || fstat(s->root, &ours) < 0 || fstatat(process, "root", &its, 0) < 0)
		return true;
	return ours.st_dev != its.st_dev || ours.st_ino != its.st_ino;
}

/* Who joins looks for its program in PATH: what is missing on the way is asked for by nobody. */
static bool
is_searching(const struct task_call *call)
{
	return !call->call && strcmp(call->comm, DOOR_TITLE) == 0;
}

/* From the missing name to what was asked for; the name itself where that cannot be found out. NULL: it is no miss. */
struct miss *
sight_look_into(struct supervisor *s, const char *missing, pid_t task, const struct task_call *call)
{
	_autofree_ char *exists = NULL;
	struct trail trail = { 0 };
	bool creates = false, found = false;
	struct miss *miss = NULL;

	if (is_searching(call) || !outside_has(missing))
		return NULL;
	if (call->is_ours || (!call->joins && !call->is_here && sight_is_elsewhere(s, task))) {
		/*
		 * One of us, who explains what was missed (inspect/why.h), or who has gone already: the name would
		 * stay hidden from whoever comes.
		 */
		if (sight_is_private(s, missing))
			private_note(s, missing);
		return NULL;
	}
	for (size_t i = 0; !found && i < 2 && call->paths[i].path; i++) {
		creates = call->paths[i].creates;
		found = follow(s, call->paths[i].path, missing, call->call->executes, &trail);
	}
	if (!found || !is_there(s, missing, call, trail.path, creates))
		exists = found ? what_exists(s, missing, creates, &trail) : text_dup(missing);
	/* Something there was asked for; that it is outside is not known. */
	if (!found && (call->call || call->has_gone))
		trail_add(&trail, VIA_WITHIN, missing);
	if (exists)
		miss = add_miss(s, exists, &trail, task, call);
	/* What everybody asks for all the time is not worth it. */
	if (miss && sight_is_private(s, missing) && !noise_find(miss->path, getenv("HOME")))
		private_note(s, missing);
	trail_release(&trail);
	return miss;
}
