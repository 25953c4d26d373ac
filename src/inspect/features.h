/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sessions use of the kernel: one table, with a way to try each. A new feature is a new row in features.c. */
#ifndef INSPECT_FEATURES_H
#define INSPECT_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "inspect/refusal.h"

/* What came of a try. */
struct probe_result {
	int code;	       /* 0: it works; else an errno */
	const char *doing;     /* what failed ("make a pid namespace"), where a try has parts; static; or NULL */
	enum userns_step step; /* where making namespaces failed, if that was it */
	long value;	       /* a number that goes with it */
};

struct feature {
	const char *name;
	const char *purpose; /* what of a session is lost without it */
	const char *watches; /* --trace does by it, unless by one above it in the table: "by …"; or NULL */
	bool watches_unasked; /* and a shell on a terminal is watched by it unasked */
	bool needed;	     /* without it no session can start, as it starts by default */
	/*
	 * Really tries it, in a process of its own that ends afterwards. 0 or -errno; may set doing and value, which
	 * must make sense in the parent too: it is a fork of the same program.
	 */
	int (*probe)(const struct feature *feature, struct probe_result *ret);
	int arg;				/* for the probe: a CLONE_NEW… flag */
	const char *before_value, *after_value; /* words around it ("ABI ", " deep"); NULL, both: nothing to show */
	/* What to do where it fails though namespaces could be made: lines separated by \n; or who adds it to err. */
	const char *remedy;
	void (*explain)(struct error *err);
};
extern const struct feature features[];
extern const size_t features_len;

/* Tries it in a child, which is killed after the time limit (ETIMEDOUT). EIO: the child died of the try. */
void feature_try(const struct feature *feature, int limit_ms, struct probe_result *ret);

/* Makes a user namespace with the caller's user as root in it, and others that belong to it: CLONE_NEW… in flags. */
int feature_enter_namespaces(int flags, struct probe_result *ret);

#endif
