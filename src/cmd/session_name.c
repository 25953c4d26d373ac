/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the name of a session to its process. */
#include "config.h"

#include "cmd/target.h"

int
target_find_session(const char *name, pid_t *ret, struct error *err)
{
	int r = error_set(err, 0, "no session '%s'", name);

	(void)ret;
	error_hint(err, "give the number of a process in the sandbox; outside, 'ps -e' shows it");
	return r;
}
