/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Specs to entries of a plan: names expanded, links followed, sources found. Used by plan.c only. */
#ifndef SANDBOX_PLAN_SPECS_H
#define SANDBOX_PLAN_SPECS_H

#include <stdbool.h>

#include "sandbox/plan_draft.h"

/* What names are relative to. */
struct spec_places {
	const char *cwd;  /* logical; NULL where it cannot be found out: then relative names are errors */
	const char *home; /* for ~ */
};

/*
 * Adds the request's specs to the draft. 0, or negative with err filled. *ret_sockets: one of them is of a kind where
 * sockets are likely, and read-only, which keeps nobody from connecting.
 */
int plan_add_specs(struct draft *draft, const struct request *req, const struct spec_places *places, bool *ret_sockets,
		   struct error *err);

#endif
