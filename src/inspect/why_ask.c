/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The question why, asked by a child in the sandbox's user namespace, and its answer's way back. */
#include "config.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inspect/why.h"
#include "sys/nsask.h"

/* As many as an answer can have; what says more was not written by us. */
enum { LIST_MAX = 4096 };

static void
put_places(struct wire *wire, const struct place_list *list)
{
	size_t len = list->len < LIST_MAX ? list->len : LIST_MAX;

	wire_put_number(wire, len);
	for (size_t i = 0; i < len; i++)
		wire_put_text(wire, list->items[i]);
}

static void
get_places(struct wire *wire, struct place_list *ret)
{
	uint64_t len = wire_get_number(wire, LIST_MAX);

	for (uint64_t i = 0; i < len && !wire->bad; i++) {
		_autofree_ char *place = wire_get_text(wire);

		if (place)
			place_list_add(ret, place);
		else
			wire->bad = true;
	}
}

static void
put_mount(struct wire *wire, const struct why_mount *mount)
{
	wire_put_text(wire, mount ? mount->path : NULL);
	if (!mount)
		return;
	wire_put_text(wire, mount->source);
	wire_put_text(wire, mount->type);
	wire_put_text(wire, mount->spec);
	wire_put_text(wire, mount->from);
	wire_put_number(wire, mount->gone);
	wire_put_number(wire, mount->read_only);
	wire_put_number(wire, mount->kernel);
}

static struct why_mount *
get_mount(struct wire *wire)
{
	char *path = wire_get_text(wire);
	struct why_mount *mount;

	if (!path)
		return NULL;
	mount = array_grow(NULL, &(size_t){ 1 }, 1, sizeof *mount);
	*mount = (struct why_mount){ .path = path };
	mount->source = wire_get_text(wire);
	mount->type = wire_get_text(wire);
	mount->spec = wire_get_text(wire);
	mount->from = wire_get_text(wire);
	mount->gone = wire_get_number(wire, 1);
	mount->read_only = wire_get_number(wire, 1);
	mount->kernel = wire_get_number(wire, 1);
	return mount;
}

void
why_put(struct wire *wire, const struct why *why)
{
	wire_put_number(wire, why->kind);
	wire_put_text(wire, why->path);
	wire_put_text(wire, why->place);
	wire_put_text(wire, why->link);
	wire_put_text(wire, why->target);
	wire_put_text(wire, why->sentence);
	wire_put_text(wire, why->cure);
	wire_put_number(wire, (uint64_t)why->code);
	wire_put_number(wire, why->creating);
	wire_put_number(wire, why->other);
	wire_put_number(wire, why->inside);
	wire_put_number(wire, why->outside);
	wire_put_number(wire, why->chain_len);
	for (size_t i = 0; i < why->chain_len; i++) {
		wire_put_number(wire, why->chain[i].via);
		wire_put_text(wire, why->chain[i].path);
	}
	put_mount(wire, why->mount);
	put_places(wire, &why->places);
	put_places(wire, &why->units);
}

static void
get_chain(struct wire *wire, struct why *ret)
{
	uint64_t len = wire_get_number(wire, MISS_STEPS_MAX);

	for (uint64_t i = 0; i < len && !wire->bad; i++) {
		enum miss_via via = (enum miss_via)wire_get_number(wire, VIA_KINDS - 1);
		char *path = wire_get_text(wire);

		if (!path) {
			wire->bad = true;
			return;
		}
		ret->chain = array_grow(ret->chain, &ret->chain_cap, ret->chain_len + 1, sizeof *ret->chain);
		ret->chain[ret->chain_len++] = (struct miss_step){ via, path };
	}
}

/* What sentences are made of has to be there. */
static bool
is_complete(const struct why *why)
{
	switch (why->kind) {
	case WHY_LINK:
		return why->path && why->place && why->link && why->target;
	case WHY_STALE:
		return why->path && why->place && why->mount && why->mount->source;
	case WHY_NOT_MOUNTED:
	case WHY_MASKED:
	case WHY_READ_ONLY:
	case WHY_IDENTITY:
	case WHY_KIND:
		return why->path && why->place;
	default:
		return why->path;
	}
}

void
why_get(struct wire *wire, struct why *ret)
{
	*ret = (struct why){ .kind = (enum why_kind)wire_get_number(wire, WHY_KINDS - 1) };
	ret->path = wire_get_text(wire);
	ret->place = wire_get_text(wire);
	ret->link = wire_get_text(wire);
	ret->target = wire_get_text(wire);
	ret->sentence = wire_get_text(wire);
	ret->cure = wire_get_text(wire);
	ret->code = (int)wire_get_number(wire, 4095);
	ret->creating = wire_get_number(wire, 1);
	ret->other = wire_get_number(wire, 1);
	ret->inside = (mode_t)wire_get_number(wire, UINT32_MAX);
	ret->outside = (mode_t)wire_get_number(wire, UINT32_MAX);
	get_chain(wire, ret);
	ret->mount = get_mount(wire);
	get_places(wire, &ret->places);
	get_places(wire, &ret->units);
	if (!wire->bad && !is_complete(ret))
		wire->bad = true;
}

struct question {
	const struct why_query *query;
	const char *path;
};

static void
answer(void *arg, char **ret, size_t *ret_len)
{
	const struct question *question = arg;
	struct wire wire = { 0 };
	struct why why;

	why_ask(question->query, question->path, &why);
	why_put(&wire, &why);
	*ret = wire.data;
	*ret_len = wire.len;
}

void
why_ask_as(int userns, const struct why_query *query, const char *path, struct why *ret)
{
	const int keep[] = { query->inside, query->outside };
	struct question question = { query, path };
	_autowire_ struct wire wire = { 0 };

	if (nsask(userns, keep, 2, answer, &question, &wire.data, &wire.len) == 0) {
		why_get(&wire, ret);
		if (!wire.bad)
			return;
		why_release(ret);
	}
	why_ask(query, path, ret);
}
