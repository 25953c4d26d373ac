/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :remount: a mount of a running sandbox, made read-only or writable. */
#include "config.h"

#include <string.h>

#include "cmd/change.h"
#include "cmd/table.h"
#include "session/live.h"

int
command_remount(const struct call *call, struct output *output, struct error *err)
{
	bool ro = strcmp(call->values[0], "ro") == 0;
	struct change change;
	int r = change_begin(call, &change, err);

	if (r == 0) {
		r = live_remount(&change.target, call->values[1], ro, &change.context, change.journal,
				 &change.report, err);
		r = change_answer(&change, "remounted", "of", r, output, err);
	}
	change_release(&change);
	return r;
}
