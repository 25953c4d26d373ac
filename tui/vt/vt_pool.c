/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pools: styles and clusters, which cells refer to by number. Nothing counts the references. A full pool is swept: the
 * cells are looked through, what they refer to is moved together and they get the new numbers. A sweep costs as
 * much as the cells are many, and it is followed by room for at least as many new items as were kept.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

enum { POOL_FIRST = 64 };

/* The key keeps a program from choosing items that all fall into one place. */
static uint32_t
hash_of(const struct vt *vt, const struct pool *pool, const void *item)
{
	uint64_t h = vt->hash_key;
	const char *p = item;
	uint32_t word;

	for (size_t i = 0; i < pool->item_size; i += sizeof word) {
		memcpy(&word, p + i, sizeof word);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	return (uint32_t)(h ^ h >> 32);
}

static void *
item_at(const struct pool *pool, uint32_t id)
{
	return (char *)pool->items + id * pool->item_size;
}

int
pool_init(struct pool *pool, size_t item_size)
{
	pool->item_size = item_size;
	pool->cap = POOL_FIRST;
	pool->n = 1;
	pool->items = calloc(pool->cap, item_size);
	pool->slots = calloc((size_t)pool->cap * 2, sizeof *pool->slots);
	return pool->items && pool->slots ? 0 : -ENOMEM;
}

void
pool_release(struct pool *pool)
{
	free(pool->items);
	free(pool->slots);
	*pool = (struct pool){ 0 };
}

/* The slot that holds the item, or the empty one where it belongs. Item 0 is in none. */
static uint32_t *
find(const struct vt *vt, const struct pool *pool, const void *item)
{
	uint32_t mask = pool->cap * 2 - 1;
	uint32_t at = hash_of(vt, pool, item) & mask;

	while (pool->slots[at] && memcmp(item_at(pool, pool->slots[at] - 1), item, pool->item_size) != 0)
		at = (at + 1) & mask;
	return &pool->slots[at];
}

static void
rehash(const struct vt *vt, struct pool *pool)
{
	memset(pool->slots, 0, (size_t)pool->cap * 2 * sizeof *pool->slots);
	for (uint32_t id = 1; id < pool->n; id++)
		*find(vt, pool, item_at(pool, id)) = id + 1;
}

/*
 * Gives what these cells refer to its new number, and moves it there. Numbers only get smaller, but an item may
 * stand in the way: so into a copy.
 */
static void
renumber(const struct vt *vt, struct pool *pool, struct cell *cells, size_t n, uint32_t *numbers, char *items)
{
	bool is_styles = pool == &vt->styles;

	for (size_t i = 0; i < n; i++) {
		uint32_t id = is_styles ? cells[i].style : cells[i].ch & CELL_CLUSTER ? cells[i].ch & CELL_CHAR : 0;

		if (id == 0)
			continue;
		if (numbers[id] == 0) {
			numbers[id] = pool->n++;
			memcpy(items + numbers[id] * pool->item_size, item_at(pool, id), pool->item_size);
		}
		if (is_styles)
			cells[i].style = numbers[id];
		else
			cells[i].ch = (cells[i].ch & ~CELL_CHAR) | numbers[id];
	}
}

static int
sweep(struct vt *vt, struct pool *pool)
{
	size_t cells = (size_t)vt->rows * vt->cols;
	uint32_t *numbers = calloc(pool->cap, sizeof *numbers);
	char *items = calloc(pool->cap, pool->item_size);

	if (!numbers || !items) {
		free(numbers);
		free(items);
		return -ENOMEM;
	}
	pool->n = 1;
	memcpy(items, pool->items, pool->item_size);
	renumber(vt, pool, vt->main.slab, cells, numbers, items);
	renumber(vt, pool, vt->alternate.slab, cells, numbers, items);
	renumber(vt, pool, vt->more_cells, vt->more_cells_len, numbers, items);
	free(numbers);
	free(pool->items);
	pool->items = items;
	vt->is_style_known = false;
	rehash(vt, pool);
	return 0;
}

static int
grow(const struct vt *vt, struct pool *pool)
{
	uint32_t cap = pool->cap * 2;
	void *items = cap <= CELL_CHAR / 2 ? realloc(pool->items, cap * pool->item_size) : NULL;
	uint32_t *slots;

	if (!items)
		return -ENOMEM;
	pool->items = items;
	slots = calloc((size_t)cap * 2, sizeof *slots);
	if (!slots)
		return -ENOMEM;
	free(pool->slots);
	pool->slots = slots;
	pool->cap = cap;
	rehash(vt, pool);
	return 0;
}

uint32_t
pool_intern(struct vt *vt, struct pool *pool, const void *item)
{
	uint32_t *slot;

	if (memcmp(item, pool->items, pool->item_size) == 0)
		return 0;
	slot = find(vt, pool, item);
	if (*slot)
		return *slot - 1;
	if (pool->n == pool->cap) {
		if (sweep(vt, pool) < 0 || (pool->n > pool->cap / 2 && grow(vt, pool) < 0))
			return 0;
		slot = find(vt, pool, item);
	}
	memcpy(item_at(pool, pool->n), item, pool->item_size);
	*slot = ++pool->n;
	return pool->n - 1;
}
