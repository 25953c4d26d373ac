/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of user namespaces as values. */
#include "config.h"

#include "inspect/mapping.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void
add_range(struct mapping *mapping, size_t *cap, struct mapping_range range)
{
	mapping->ranges = array_grow(mapping->ranges, cap, mapping->len + 1, sizeof *mapping->ranges);
	mapping->ranges[mapping->len++] = range;
}

int
mapping_parse(const char *text, struct mapping *ret)
{
	struct mapping mapping = { 0 };
	size_t cap = 0;

	for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n') {
		uint32_t numbers[3];
		char *end = (char *)text;
		int n;

		for (n = 0; n < 3; n++) {
			const char *from = end + strspn(end, " \t");
			unsigned long value = strtoul(from, &end, 10);

			if (*from < '0' || *from > '9' || value > UINT32_MAX)
				break;
			numbers[n] = (uint32_t)value;
		}
		if (n < 3 || (*end != '\n' && *end != '\0')) {
			mapping_release(&mapping);
			return -EINVAL;
		}
		add_range(&mapping, &cap, (struct mapping_range){ numbers[0], numbers[1], numbers[2] });
	}
	*ret = mapping;
	return 0;
}

void
mapping_release(struct mapping *mapping)
{
	free(mapping->ranges);
	memset(mapping, 0, sizeof *mapping);
}

void
mapping_identity(struct mapping *ret)
{
	size_t cap = 0;

	memset(ret, 0, sizeof *ret);
	add_range(ret, &cap, (struct mapping_range){ 0, 0, UINT32_MAX });
}

bool
mapping_is_identity(const struct mapping *mapping)
{
	return mapping->len == 1 && mapping->ranges[0].inside == 0 && mapping->ranges[0].outside == 0 &&
	       mapping->ranges[0].count == UINT32_MAX;
}

bool
mapping_to_inside(const struct mapping *mapping, uint32_t outside, uint32_t *ret)
{
	for (size_t i = 0; i < mapping->len; i++) {
		const struct mapping_range *range = &mapping->ranges[i];

		if (range->outside == MAPPING_NO_ID || outside < range->outside ||
		    outside - range->outside >= range->count)
			continue;
		*ret = range->inside + (outside - range->outside);
		return true;
	}
	return false;
}

bool
mapping_to_outside(const struct mapping *mapping, uint32_t inside, uint32_t *ret)
{
	for (size_t i = 0; i < mapping->len; i++) {
		const struct mapping_range *range = &mapping->ranges[i];

		if (range->outside == MAPPING_NO_ID || inside < range->inside || inside - range->inside >= range->count)
			continue;
		*ret = range->outside + (inside - range->inside);
		return true;
	}
	return false;
}

void
mapping_between(const struct mapping *child, const struct mapping *parent, struct mapping *ret)
{
	size_t cap = 0;

	memset(ret, 0, sizeof *ret);
	for (size_t i = 0; i < child->len; i++) {
		const struct mapping_range *c = &child->ranges[i];

		for (size_t j = 0; j < parent->len && c->outside != MAPPING_NO_ID; j++) {
			const struct mapping_range *p = &parent->ranges[j];
			uint64_t from = c->outside > p->outside ? c->outside : p->outside;
			uint64_t c_end = (uint64_t)c->outside + c->count, p_end = (uint64_t)p->outside + p->count;
			uint64_t end = c_end < p_end ? c_end : p_end;
			struct mapping_range both;

			if (p->outside == MAPPING_NO_ID || from >= end)
				continue;
			both.inside = c->inside + (uint32_t)(from - c->outside);
			both.outside = p->inside + (uint32_t)(from - p->outside);
			both.count = (uint32_t)(end - from);
			add_range(ret, &cap, both);
		}
	}
}
