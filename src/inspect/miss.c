/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of misses that a session keeps. */
#include "config.h"

#include "inspect/miss.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

const char *const miss_via_names[VIA_KINDS] = {
	[VIA_PATH] = "path",	 [VIA_SYMLINK] = "symlink", [VIA_INTERPRETER] = "interpreter",
	[VIA_LOADER] = "loader", [VIA_LIBRARY] = "library", [VIA_COMMAND] = "command",
	[VIA_WITHIN] = "within",
};

const char *const miss_state_names[MISS_STATES] = {
	[MISS_OPEN] = "open",
	[MISS_HELD] = "held",
	[MISS_IGNORED] = "ignored",
	[MISS_DENIED] = "denied",
	[MISS_CURED] = "cured",
};

/* By component, so that a directory's own come behind it in one run: "/" sorts before all other bytes. */
static int
compare_paths(const char *a, const char *b)
{
	unsigned char x, y;

	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	x = *a == '/' ? 1 : (unsigned char)*a;
	y = *b == '/' ? 1 : (unsigned char)*b;
	/* A byte 1 in a name must not be taken for the slash. */
	if (x == y)
		return *a == *b ? 0 : *a == '/' ? -1 : 1;
	return x < y ? -1 : 1;
}

/* The index of the first miss that does not come before the path. */
static size_t
lower_bound(const struct miss_list *list, const char *path)
{
	size_t low = 0, high = list->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_paths(list->items[middle]->path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
miss_bytes(const struct miss *miss)
{
	size_t bytes = sizeof *miss + strlen(miss->path) + 1;

	for (size_t i = 0; i < miss->chain_len; i++)
		bytes += sizeof *miss->chain + strlen(miss->chain[i].path) + 1;
	return bytes;
}

static void
free_chain(struct miss *miss)
{
	for (size_t i = 0; i < miss->chain_len; i++)
		free(miss->chain[i].path);
	free(miss->chain);
	miss->chain = NULL;
	miss->chain_len = 0;
}

static void
miss_free(struct miss *miss)
{
	free_chain(miss);
	free(miss->path);
	free(miss);
}

static void
remove_at(struct miss_list *list, size_t i)
{
	list->bytes -= miss_bytes(list->items[i]);
	miss_free(list->items[i]);
	memmove(list->items + i, list->items + i + 1, (list->len - i - 1) * sizeof(struct miss *));
	list->len--;
}

/* Drops the miss that was seen longest ago and is not among the first. False: there is none. */
static bool
make_room(struct miss_list *list)
{
	size_t oldest = SIZE_MAX;

	for (size_t i = 0; i < list->len; i++) {
		const struct miss *miss = list->items[i];

		if (miss->number <= MISSES_FIRST || miss->state == MISS_HELD)
			continue;
		if (oldest == SIZE_MAX || miss->changed < list->items[oldest]->changed)
			oldest = i;
	}
	if (oldest == SIZE_MAX)
		return false;
	remove_at(list, oldest);
	list->lost++;
	return true;
}

static void
copy_chain(struct miss *miss, const struct miss_sight *sight)
{
	size_t len = sight->chain_len < MISS_STEPS_MAX ? sight->chain_len : MISS_STEPS_MAX;

	if (len == 0)
		return;
	miss->chain = array_grow(NULL, &(size_t){ len }, len, sizeof *miss->chain);
	for (size_t i = 0; i < len; i++)
		miss->chain[i] = (struct miss_step){ sight->chain[i].via, text_dup(sight->chain[i].path) };
	miss->chain_len = len;
}

/* A miss of its own for the sight, or NULL for one that is out of all measure. */
static struct miss *
new_miss(const struct miss_sight *sight)
{
	struct miss *miss = NULL;

	if (sight->path[0] != '/' || strlen(sight->path) >= PATH_MAX)
		return NULL;
	for (size_t i = 0; i < sight->chain_len; i++)
		if (strlen(sight->chain[i].path) >= PATH_MAX)
			return NULL;
	miss = array_grow(NULL, &(size_t){ 1 }, 1, sizeof *miss);
	*miss = (struct miss){
		.path = text_dup(sight->path),
		.pid = sight->pid,
		.call = sight->call,
		.first = sight->time,
	};
	if (sight->comm)
		memcpy(miss->comm, sight->comm, strnlen(sight->comm, sizeof miss->comm - 1));
	copy_chain(miss, sight);
	return miss;
}

/* Takes over the miss; false if there is no room. */
static bool
insert(struct miss_list *list, struct miss *miss)
{
	size_t bytes = miss_bytes(miss), at;

	while (list->len == MISSES_MAX || list->bytes + bytes > MISS_BYTES_MAX) {
		if (make_room(list))
			continue;
		miss_free(miss);
		return false;
	}
	list->items = array_grow(list->items, &list->cap, list->len + 1, sizeof(struct miss *));
	at = lower_bound(list, miss->path);
	memmove(list->items + at + 1, list->items + at, (list->len - at) * sizeof(struct miss *));
	list->items[at] = miss;
	list->len++;
	list->bytes += bytes;
	miss->number = ++list->numbers;
	return true;
}

/* What an earlier sight did not know. */
static void
complete(struct miss_list *list, struct miss *miss, const struct miss_sight *sight)
{
	size_t before = miss_bytes(miss);

	/* That was a guess. */
	if (miss->chain_len > 0 && miss->chain[miss->chain_len - 1].via == VIA_WITHIN &&
	    (sight->chain_len == 0 || sight->chain[sight->chain_len - 1].via != VIA_WITHIN)) {
		free_chain(miss);
		list->bytes += miss_bytes(miss) - before;
		before = miss_bytes(miss);
	}
	if (miss->chain_len > 0 || sight->chain_len == 0)
		return;
	for (size_t i = 0; i < sight->chain_len; i++)
		if (strlen(sight->chain[i].path) >= PATH_MAX)
			return;
	copy_chain(miss, sight);
	list->bytes += miss_bytes(miss) - before;
}

struct miss *
miss_list_add(struct miss_list *list, const struct miss_sight *sight, bool *ret_new)
{
	struct miss *miss = miss_list_find(list, sight->path);
	bool is_new = !miss;

	list->sights++;
	if (ret_new)
		*ret_new = false;
	if (is_new) {
		miss = new_miss(sight);
		if (!miss || !insert(list, miss)) {
			list->lost++;
			return NULL;
		}
	} else {
		complete(list, miss, sight);
	}
	miss->last = sight->time;
	miss->count++;
	miss->changed = ++list->changes;
	if (ret_new)
		*ret_new = is_new;
	return miss;
}

struct miss *
miss_list_find(const struct miss_list *list, const char *path)
{
	size_t i = lower_bound(list, path);

	return i < list->len && strcmp(list->items[i]->path, path) == 0 ? list->items[i] : NULL;
}

void
miss_list_set_one(struct miss_list *list, struct miss *miss, enum miss_state state)
{
	miss->state = state;
	miss->changed = ++list->changes;
}

void
miss_list_hold(struct miss_list *list, struct miss *miss, pid_t pid, const char *comm)
{
	miss->pid = pid;
	memset(miss->comm, 0, sizeof miss->comm);
	memcpy(miss->comm, comm, strnlen(comm, sizeof miss->comm - 1));
	miss_list_set_one(list, miss, MISS_HELD);
}

size_t
miss_list_set_state(struct miss_list *list, const char *path, enum miss_state state)
{
	size_t n = 0;

	for (size_t i = lower_bound(list, path); i < list->len && path_is_below(list->items[i]->path, path); i++) {
		miss_list_set_one(list, list->items[i], state);
		n++;
	}
	return n;
}

void
miss_list_drop(struct miss_list *list, const char *path)
{
	size_t i = lower_bound(list, path);

	if (i < list->len && strcmp(list->items[i]->path, path) == 0) {
		remove_at(list, i);
		list->changes++;
	}
}

void
miss_list_release(struct miss_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		miss_free(list->items[i]);
	free(list->items);
	*list = (struct miss_list){ 0 };
}

static int
compare_newest(const void *a, const void *b)
{
	const struct miss *x = *(struct miss *const *)a, *y = *(struct miss *const *)b;

	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	return x->changed == y->changed ? 0 : x->changed > y->changed ? -1 : 1;
}

struct miss **
miss_list_newest(const struct miss_list *list)
{
	struct miss **sorted = array_grow(NULL, &(size_t){ list->len + 1 }, list->len + 1, sizeof(struct miss *));

	if (list->len > 0)
		memcpy(sorted, list->items, list->len * sizeof(struct miss *));
	if (list->len > 1)
		qsort(sorted, list->len, sizeof(struct miss *), compare_newest);
	sorted[list->len] = NULL;
	return sorted;
}
