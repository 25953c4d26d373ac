/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings, made by a child in the sandbox's user namespace, and their way back. */
#include "config.h"

#include <stdlib.h>

#include "base/text.h"
#include "inspect/finding.h"
#include "sys/nsask.h"

enum { FINDINGS_MAX = 1 << 16 };

static void
put_one(struct wire *wire, const struct finding *finding)
{
	wire_put_number(wire, finding->source);
	wire_put_number(wire, finding->worth);
	wire_put_number(wire, finding->silent);
	wire_put_number(wire, (uint64_t)finding->pid);
	wire_put_number(wire, finding->count);
	wire_put_number(wire, (uint64_t)finding->first);
	wire_put_number(wire, (uint64_t)finding->last);
	wire_put_number(wire, finding->state);
	wire_put_text(wire, finding->sentence);
	wire_put_text(wire, finding->variable);
	wire_put_text(wire, finding->value);
	wire_put_text(wire, finding->noise);
	wire_put_text(wire, finding->comm);
	wire_put_text(wire, finding->call);
	why_put(wire, &finding->why);
}

static void
get_one(struct wire *wire, struct finding *ret)
{
	*ret = (struct finding){ .source = (enum finding_source)wire_get_number(wire, FINDING_SOURCES - 1) };
	ret->worth = (enum finding_worth)wire_get_number(wire, FINDING_WORTHS - 1);
	ret->silent = wire_get_number(wire, 1);
	ret->pid = (pid_t)wire_get_number(wire, INT32_MAX);
	ret->count = wire_get_number(wire, UINT64_MAX);
	ret->first = (int64_t)wire_get_number(wire, INT64_MAX);
	ret->last = (int64_t)wire_get_number(wire, INT64_MAX);
	ret->state = (enum miss_state)wire_get_number(wire, MISS_STATES - 1);
	ret->sentence = wire_get_text(wire);
	ret->variable = wire_get_text(wire);
	ret->value = wire_get_text(wire);
	ret->noise = wire_get_text(wire);
	ret->comm = wire_get_text(wire);
	ret->call = wire_get_text(wire);
	why_get(wire, &ret->why);
	if (!ret->sentence || (ret->source == FINDING_ENVIRONMENT && !ret->variable))
		wire->bad = true;
}

void
findings_put(struct wire *wire, const struct finding_list *list)
{
	wire_put_number(wire, list->len);
	for (size_t i = 0; i < list->len; i++)
		put_one(wire, &list->items[i]);
	wire_put_number(wire, list->left_out);
	wire_put_text(wire, list->suggest);
}

void
findings_get(struct wire *wire, struct finding_list *ret)
{
	uint64_t len = wire_get_number(wire, FINDINGS_MAX);

	*ret = (struct finding_list){ 0 };
	for (uint64_t i = 0; i < len && !wire->bad; i++) {
		ret->items = array_grow(ret->items, &ret->cap, ret->len + 1, sizeof *ret->items);
		get_one(wire, &ret->items[ret->len++]);
	}
	ret->left_out = wire_get_number(wire, UINT64_MAX);
	ret->suggest = wire_get_text(wire);
}

static void
answer(void *arg, char **ret, size_t *ret_len)
{
	struct finding_list list;
	struct wire wire = { 0 };

	findings_make(arg, &list);
	findings_put(&wire, &list);
	*ret = wire.data;
	*ret_len = wire.len;
}

void
findings_make_as(int userns, const struct finding_query *query, struct finding_list *ret)
{
	const int keep[] = { query->why.inside, query->why.outside };
	struct finding_query question = *query;
	_autowire_ struct wire wire = { 0 };

	if (nsask(userns, keep, 2, answer, &question, &wire.data, &wire.len) == 0) {
		findings_get(&wire, ret);
		if (!wire.bad)
			return;
		findings_release(ret);
	}
	findings_make(query, ret);
}
