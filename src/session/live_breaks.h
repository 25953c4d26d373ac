/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For the tests of live mounts alone (see sandbox/breaks.h): a helper that stops itself at a chosen point, so that an
 * attack has all the time in the world. In every other build it leaves no code behind.
 */
#ifndef SESSION_LIVE_BREAKS_H
#define SESSION_LIVE_BREAKS_H

#include "sandbox/breaks.h"

#ifdef ISOLATE_TEST_BREAKS
#include <signal.h>

static inline void
live_pause(const char *point)
{
	const char *chosen = getenv("ISOLATE_PAUSE");

	if (chosen && strcmp(chosen, point) == 0)
		raise(SIGSTOP);
}
#else
#define live_pause(point) ((void)0)
#endif

#endif
