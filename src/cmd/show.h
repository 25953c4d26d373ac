/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How commands show what several of them have in their answers. */
#ifndef CMD_SHOW_H
#define CMD_SHOW_H

#include "cmd/names.h"
#include "cmd/value.h"
#include "inspect/place.h"

/* "/usr", "(removed) /tmp/x", "(inside only)". The caller frees. */
char *place_text(const struct place *place);

/* A user or group: {"id": …, "name": …}, "alice (1001)". `value` points into the structure: it cannot be moved. */
struct shown_id {
	char *name; /* or NULL */
	char *text;
	struct field fields[2];
	struct value value;
};

/* Takes the name over. */
void show_id(struct shown_id *ret, uint32_t id, char *name);
void shown_id_release(struct shown_id *id);

#endif
