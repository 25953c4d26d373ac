/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Promises broken on purpose, in tests/fault/isolate-breaks only: the tests show that verification notices each one. In
 * the program itself this is the constant false and leaves no code behind.
 */
#ifndef SANDBOX_BREAKS_H
#define SANDBOX_BREAKS_H

#include <stdbool.h>

#ifdef ISOLATE_TEST_BREAKS
#include <stdlib.h>
#include <string.h>

static inline bool
broken(const char *promise)
{
	const char *chosen = getenv("ISOLATE_BREAK");

	return chosen && strcmp(chosen, promise) == 0;
}
#else
#define broken(promise) false
#endif

#endif
