/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :umount: a mount of a running sandbox, taken away. */
#include "config.h"

#include "cmd/change.h"
#include "cmd/table.h"
#include "session/live.h"

int
command_umount(const struct call *call, struct output *output, struct error *err)
{
	bool lazy = call->values[0];
	struct change change;
	int r = change_begin(call, &change, err);

	if (r == 0) {
		r = live_umount(&change.target, call->values[1], lazy, &change.context, change.journal,
				&change.report, err);
		r = change_answer(&change, "unmounted", "of", r, output, err);
	}
	change_release(&change);
	return r;
}
