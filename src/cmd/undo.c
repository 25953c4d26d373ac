/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :undo: the last change of the mounts, taken back. */
#include "config.h"

#include "cmd/change.h"
#include "cmd/context.h"
#include "cmd/table.h"
#include "session/live.h"

int
command_undo(const struct call *call, struct output *output, struct error *err)
{
	struct live_change undone = { 0 };
	struct change change;
	int r = change_begin(call, &change, err);

	if (r == 0) {
		r = live_undo(&change.target, &change.context, change.journal, &undone, &change.report, err);
		r = change_answer_undone(&change, &undone, r, output, err);
	}
	live_change_release(&undone);
	change_release(&change);
	return r;
}
