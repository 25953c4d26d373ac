/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places outside that a program needs, each once. */
#include "config.h"

#include "inspect/place_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Up to so many are compared one by one. */
enum { PLAIN_MAX = 32 };

/*
 * The index, by open addressing: of each item its number + 1. A power of two, and at most half of it is used. There is
 * none (NULL) for a short list, and until the next one is added after another change.
 */
static uint32_t *
find_slot(const struct place_list *list, const char *place)
{
	size_t at = (size_t)text_hash(place) & (list->slots_len - 1);

	while (list->slots[at] != 0 && strcmp(list->items[list->slots[at] - 1], place) != 0)
		at = (at + 1) & (list->slots_len - 1);
	return &list->slots[at];
}

static void
drop_index(struct place_list *list)
{
	free(list->slots);
	list->slots = NULL;
	list->slots_len = 0;
}

/* With room for one more. */
static void
make_index(struct place_list *list)
{
	size_t want = 4 * PLAIN_MAX, cap = 0;

	if (list->len < PLAIN_MAX || (list->slots && 2 * (list->len + 1) <= list->slots_len))
		return;
	while (want < 4 * list->len)
		want *= 2;
	drop_index(list);
	list->slots = array_grow(NULL, &cap, want, sizeof *list->slots);
	list->slots_len = want;
	memset(list->slots, 0, want * sizeof *list->slots);
	for (size_t i = 0; i < list->len; i++) {
		uint32_t *slot = find_slot(list, list->items[i]);

		if (*slot == 0)
			*slot = (uint32_t)i + 1;
	}
}

size_t
place_list_find(const struct place_list *list, const char *place)
{
	size_t i = 0;

	if (list->slots) {
		uint32_t slot = *find_slot(list, place);

		return slot != 0 ? slot - 1 : list->len;
	}
	while (i < list->len && strcmp(list->items[i], place) != 0)
		i++;
	return i;
}

void
place_list_add(struct place_list *list, const char *place)
{
	make_index(list);
	if (place_list_find(list, place) < list->len)
		return;
	list->items = array_grow(list->items, &list->cap, list->len + 1, sizeof *list->items);
	list->items[list->len++] = text_dup(place);
	if (list->slots)
		*find_slot(list, place) = (uint32_t)list->len;
}

void
place_list_replace(struct place_list *list, size_t i, char *place)
{
	drop_index(list);
	free(list->items[i]);
	list->items[i] = place;
}

void
place_list_remove(struct place_list *list, size_t i)
{
	drop_index(list);
	free(list->items[i]);
	memmove(list->items + i, list->items + i + 1, (list->len - i - 1) * sizeof *list->items);
	list->len--;
}

void
place_list_release(struct place_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i]);
	free(list->items);
	drop_index(list);
	memset(list, 0, sizeof *list);
}
