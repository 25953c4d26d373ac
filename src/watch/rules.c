/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the user has said once and for all of paths. */
#include "config.h"

#include "watch/rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

static void
remove_at(struct rules *rules, size_t i)
{
	free(rules->items[i].path);
	memmove(rules->items + i, rules->items + i + 1, (rules->len - i - 1) * sizeof rules->items[0]);
	rules->len--;
}

int
rules_set(struct rules *rules, const char *path, enum miss_state state)
{
	size_t below = 0;

	for (size_t i = 0; i < rules->len; i++)
		below += path_is_below(rules->items[i].path, path);
	if (below == 0 && rules->len == RULES_MAX && rules_find(rules, path) != state)
		return -ENOSPC;
	for (size_t i = 0; i < rules->len;)
		if (path_is_below(rules->items[i].path, path))
			remove_at(rules, i);
		else
			i++;
	/* Below one that says something else, that nothing is said has to be said. */
	if (rules_find(rules, path) == state)
		return 0;
	rules->items[rules->len++] = (struct rule){ text_dup(path), state };
	return 0;
}

enum miss_state
rules_find(const struct rules *rules, const char *path)
{
	const struct rule *nearest = NULL;

	for (size_t i = 0; i < rules->len; i++)
		if (path_is_below(path, rules->items[i].path) &&
		    (!nearest || path_is_below(rules->items[i].path, nearest->path)))
			nearest = &rules->items[i];
	return nearest ? nearest->state : MISS_OPEN;
}

bool
rules_refuse_in(const struct rules *rules, const char *dir)
{
	_autofree_ char *place = rules->len > 0 ? realpath(dir, NULL) : NULL;

	/* A link leads into what is refused. */
	if (place && rules_find(rules, place) != MISS_OPEN)
		return true;
	for (size_t i = 0; i < rules->len; i++) {
		const struct rule *rule = &rules->items[i];
		_autofree_ char *refused = NULL;

		if (rule->state != MISS_DENIED && rule->state != MISS_IGNORED)
			continue;
		if (path_is_below(rule->path, dir))
			return true;
		refused = realpath(rule->path, NULL);
		if (path_is_below(refused ? refused : rule->path, place ? place : dir) ||
		    (refused && place && strcmp(refused, rule->path) != 0 && path_is_below(place, refused)))
			return true;
	}
	return false;
}

void
rules_release(struct rules *rules)
{
	while (rules->len > 0)
		remove_at(rules, rules->len - 1);
}
