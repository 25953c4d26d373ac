/* SPDX-License-Identifier: GPL-3.0-or-later */
/* uid_map and gid_map of a user namespace (user_namespaces(7)) as values: which ids inside are which outside. */
#ifndef INSPECT_MAPPING_H
#define INSPECT_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the kernel writes for an id that the reader's user namespace has no name for. */
#define MAPPING_NO_ID UINT32_MAX

struct mapping_range {
	uint32_t inside, outside; /* the first of each; outside may be MAPPING_NO_ID */
	uint32_t count;
};

struct mapping {
	struct mapping_range *ranges;
	size_t len;
};

/* The text of a map file. 0 or -EINVAL. An empty one, which nobody has written yet, gives no ranges. */
int mapping_parse(const char *text, struct mapping *ret);
void mapping_release(struct mapping *mapping);

/* Every id is itself. */
void mapping_identity(struct mapping *ret);
bool mapping_is_identity(const struct mapping *mapping);

/* The other name of an id. False if it has none. */
bool mapping_to_inside(const struct mapping *mapping, uint32_t outside, uint32_t *ret);
bool mapping_to_outside(const struct mapping *mapping, uint32_t inside, uint32_t *ret);

/*
 * The same map between neighbours: both maps lead outside, `child` is the map of a child of the namespace that `parent`
 * belongs to; the result leads from the child to the parent. Ranges are split where the parent's are.
 */
void mapping_between(const struct mapping *child, const struct mapping *parent, struct mapping *ret);

#endif
