/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entries of a plan while they are collected: adding, and choosing one for each place. */
#include "config.h"

#include "sandbox/plan_draft.h"

#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

static void
entry_free(struct draft_entry *entry)
{
	free(entry->e.path);
	free(entry->e.source);
	free(entry->e.content);
	free(entry);
}

void
draft_release(struct draft *draft)
{
	for (size_t i = 0; i < draft->len; i++)
		entry_free(draft->entries[i]);
	free(draft->entries);
	for (size_t i = 0; i < draft->rebuilds_len; i++)
		free(draft->rebuilds[i].dir);
	free(draft->rebuilds);
	*draft = (struct draft){ 0 };
}

struct draft_entry *
draft_add(struct draft *draft, enum plan_kind kind, char *path, enum draft_rank rank, unsigned flags)
{
	struct draft_entry *entry = array_grow(NULL, &(size_t){ 1 }, 1, sizeof *entry);

	*entry = (struct draft_entry){
		.e = { .kind = kind, .path = path, .is_dir = kind != PLAN_FILE && kind != PLAN_SYMLINK, .parent = -1 },
		.rank = rank,
		.flags = flags,
		.order = draft->order++,
		.outside = OUTSIDE_UNKNOWN,
	};
	draft->entries = array_grow(draft->entries, &draft->cap, draft->len + 1, sizeof(struct draft_entry *));
	draft->entries[draft->len++] = entry;
	return entry;
}

void
draft_add_stops(struct draft *draft, struct view *view, enum draft_rank rank, unsigned flags, const struct spec *spec)
{
	for (size_t i = 0; i < view->stops_len; i++) {
		struct view_stop *stop = &view->stops[i];
		enum plan_kind kind = stop->target ? PLAN_SYMLINK : PLAN_DIR;
		struct draft_entry *entry =
			draft_add(draft, kind, take_ptr(stop->path), stop->target ? rank : RANK_WAYPOINT, flags);

		entry->e.content = take_ptr(stop->target);
		entry->e.spec = spec;
		entry->e.origin = spec ? spec->origin : ORIGIN_DEFAULT;
		entry->outside = entry->e.content ? S_IFLNK : S_IFDIR;
	}
}

/* The end of a path is less than a slash, and a slash less than all else: what is below a directory follows it. */
static int
weight(char c)
{
	return c == '\0' ? 0 : c == '/' ? 1 : 1 + (unsigned char)c;
}

int
plan_path_compare(const char *a, const char *b)
{
	while (*a == *b && *a != '\0') {
		a++;
		b++;
	}
	return weight(*a) - weight(*b);
}

char *
bind_source_of(const struct plan_entry *bind, const char *path)
{
	const char *rel = path_below(path, bind->path);

	return *rel == '\0' ? text_dup(bind->source) : path_join(bind->source, rel);
}

bool
bind_shows(const struct plan_entry *bind, const char *path, const char *source)
{
	const char *rel = path_below(path, bind->path);
	const char *source_rel = path_below(source, bind->source);

	return rel && source_rel && strcmp(rel, source_rel) == 0;
}

/* By place; at the same place the one that wins stands last. */
static int
compare(const void *a, const void *b)
{
	const struct draft_entry *x = *(struct draft_entry *const *)a;
	const struct draft_entry *y = *(struct draft_entry *const *)b;
	int order = plan_path_compare(x->e.path, y->e.path);

	if (order != 0)
		return order;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/*
 * Of two entries at the same place, `later` being the one that wins by rank and order. What `move` leaves behind wins
 * only over what would show its source; else it would take the place of something that has nothing to do with it.
 */
static bool
wins(const struct draft_entry *before, struct draft_entry *later)
{
	if (!(later->flags & DRAFT_COVER))
		return true;
	if (before->e.kind != PLAN_BIND || strcmp(before->e.source, later->e.path) != 0)
		return false;
	later->flags &= ~(unsigned)DRAFT_COVER;
	return true;
}

void
draft_sort(struct draft *draft)
{
	size_t kept = 0;

	if (draft->len > 0)
		qsort(draft->entries, draft->len, sizeof(struct draft_entry *), compare);
	for (size_t i = 0; i < draft->len; i++) {
		struct draft_entry *entry = draft->entries[i];
		struct draft_entry *before = kept > 0 ? draft->entries[kept - 1] : NULL;

		if (entry->dropped) {
			entry_free(entry);
		} else if (!before || strcmp(before->e.path, entry->e.path) != 0) {
			draft->entries[kept++] = entry;
		} else if (wins(before, entry)) {
			entry_free(before);
			draft->entries[kept - 1] = entry;
		} else {
			entry_free(entry);
		}
	}
	draft->len = kept;
}
