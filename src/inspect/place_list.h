/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places outside that a program needs: absolute, without links (but for the last component). Each is kept once, in the
 * order in which they came. There may be as many as a program can name: a long list has an index.
 */
#ifndef INSPECT_PLACE_LIST_H
#define INSPECT_PLACE_LIST_H

#include <stddef.h>
#include <stdint.h>

/* All zero: an empty one. To be read as it is, and changed by the functions below alone. */
struct place_list {
	char **items;
	size_t len, cap;
	uint32_t *slots; /* of place_list.c */
	size_t slots_len;
};

void place_list_add(struct place_list *list, const char *place);

/* Where in the list the place is. list->len: it is not there. */
size_t place_list_find(const struct place_list *list, const char *place);

/* For what is at i another one, which the list then owns, or none: what comes behind it moves up. */
void place_list_replace(struct place_list *list, size_t i, char *place);
void place_list_remove(struct place_list *list, size_t i);
void place_list_release(struct place_list *list);

#endif
