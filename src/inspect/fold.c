/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the many places that a program needs to the few that are mounted for them. */
#include "config.h"

#include "inspect/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

/* A name, and what is needed of it. The depth of the tree is bounded by the length of a path. */
struct fold_node {
	char *name;
	struct fold_node *parent;    /* NULL: the root */
	struct fold_node **children; /* sorted by name */
	size_t len, cap;
	bool needed, whole, former, never; /* as it was added */
	bool taken;		   /* it is one of the places */
	size_t places;		   /* how many there are in it, while some are put together */
};

static struct fold_node *
node_new(const char *name, size_t len)
{
	size_t cap = 0;
	struct fold_node *node = array_grow(NULL, &cap, 1, sizeof *node);

	*node = (struct fold_node){ .name = text_ndup(name, len) };
	return node;
}

static void
node_free(struct fold_node *node)
{
	if (!node)
		return;
	for (size_t i = 0; i < node->len; i++)
		node_free(node->children[i]);
	free(node->children);
	free(node->name);
	free(node);
}

static int
compare(const char *name, size_t len, const char *other)
{
	int order = strncmp(name, other, len);

	return order != 0 ? order : other[len] == '\0' ? 0 : -1;
}

static struct fold_node *
child(struct fold_node *node, const char *name, size_t len)
{
	size_t low = 0, high = node->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(name, len, node->children[middle]->name);

		if (order == 0)
			return node->children[middle];
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	node->children = array_grow(node->children, &node->cap, node->len + 1, sizeof(struct fold_node *));
	memmove(node->children + low + 1, node->children + low, (node->len - low) * sizeof(struct fold_node *));
	node->len++;
	node->children[low] = node_new(name, len);
	node->children[low]->parent = node;
	return node->children[low];
}

void
fold_add(struct fold *fold, const char *place, enum fold_kind kind)
{
	struct fold_node *node;

	if (!fold->root)
		fold->root = node_new("", 0);
	node = fold->root;
	for (const char *at = place + 1; *at != '\0'; at += *at == '/') {
		size_t len = strcspn(at, "/");

		node = child(node, at, len);
		at += len;
	}
	node->needed = node->needed || (kind == FOLD_PLACE && node != fold->root);
	node->whole = node->whole || kind == FOLD_WHOLE;
	node->former = node->former || kind == FOLD_TAKEN;
	node->never = node->never || kind == FOLD_NEVER;
}

/* Whether the directory may be taken whole, without what lies below it. */
static bool
may_be_whole(const struct fold *fold, const struct fold_node *node, const char *path)
{
	return node != fold->root && !node->never && !(fold->is_too_wide && fold->is_too_wide(path, fold->arg));
}

/* What a subtree comes to. */
struct sum {
	size_t places;
	bool asked; /* it is one place, which was asked for */
	bool never; /* there is a mark in it */
};

static struct sum
choose(struct fold *fold, struct fold_node *node, const char *path)
{
	struct sum sum = { .never = node->never };
	size_t wanted = 0;
	bool many;

	node->taken = false;
	for (size_t i = 0; i < node->len; i++) {
		_autofree_ char *below = path_join(path, node->children[i]->name);
		struct sum part = choose(fold, node->children[i], below);

		sum.places += part.places;
		sum.never = sum.never || part.never;
		wanted += part.asked;
	}
	many = node->whole || node->former || wanted >= FOLD_CHILDREN;
	/* Of a directory that is needed only to be there, what lies below it makes it be there. */
	if ((many && !sum.never && may_be_whole(fold, node, path)) || (node->needed && node->len == 0)) {
		node->taken = true;
		sum.places = 1;
		sum.asked = node->whole || node->needed;
	}
	return sum;
}

/* A directory with more than one place in it that may be taken whole. */
struct candidate {
	struct fold_node *node;
	size_t depth, order; /* in the tree */
};

struct candidates {
	struct candidate *items;
	size_t len, cap;
};

static struct sum
find_candidates(const struct fold *fold, struct fold_node *node, const char *path, size_t depth, struct candidates *ret)
{
	struct sum sum = { .never = node->never };

	if (node->taken)
		return (struct sum){ .places = 1 };
	for (size_t i = 0; i < node->len; i++) {
		_autofree_ char *below = path_join(path, node->children[i]->name);
		struct sum part = find_candidates(fold, node->children[i], below, depth + 1, ret);

		sum.places += part.places;
		sum.never = sum.never || part.never;
	}
	node->places = sum.places;
	if (sum.places > 1 && !sum.never && may_be_whole(fold, node, path)) {
		ret->items = array_grow(ret->items, &ret->cap, ret->len + 1, sizeof *ret->items);
		ret->items[ret->len] = (struct candidate){ node, depth, ret->len };
		ret->len++;
	}
	return sum;
}

static int
compare_candidates(const void *a, const void *b)
{
	const struct candidate *one = a, *other = b;

	if (one->depth != other->depth)
		return one->depth > other->depth ? -1 : 1;
	return one->order < other->order ? -1 : one->order > other->order;
}

/* It is one place now, also for those above it. */
static void
take(struct fold_node *node)
{
	size_t fewer = node->places - 1;

	node->taken = true;
	for (; node; node = node->parent)
		node->places -= fewer;
}

/*
 * The deepest first: what is taken changes nothing for another of its depth. Those above come later, with what is left
 * in them.
 */
static void
put_together(struct fold *fold, size_t max)
{
	struct candidates found = { 0 };

	find_candidates(fold, fold->root, "/", 0, &found);
	if (found.len > 0)
		qsort(found.items, found.len, sizeof *found.items, compare_candidates);
	for (size_t i = 0; i < found.len && fold->root->places > max; i++)
		if (found.items[i].node->places > 1)
			take(found.items[i].node);
	free(found.items);
}

static void
collect(const struct fold_node *node, const char *path, struct place_list *ret)
{
	if (node->taken) {
		place_list_add(ret, path);
		return;
	}
	for (size_t i = 0; i < node->len; i++) {
		_autofree_ char *below = path_join(path, node->children[i]->name);

		collect(node->children[i], below, ret);
	}
}

void
fold_places(struct fold *fold, size_t max, struct place_list *ret)
{
	if (!fold->root)
		return;
	if (choose(fold, fold->root, "/").places > max && max > 0)
		put_together(fold, max);
	collect(fold->root, "/", ret);
}

void
fold_release(struct fold *fold)
{
	node_free(fold->root);
	fold->root = NULL;
}
