/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :mount: more mounts in a running sandbox. */
#include "config.h"

#include "cmd/change.h"
#include "cmd/table.h"
#include "sandbox/spec.h"
#include "session/live.h"

int
command_mount(const struct call *call, struct output *output, struct error *err)
{
	struct spec_list specs = { 0 };
	struct change change;
	int r = spec_list_parse(&specs, call->values[0], ORIGIN_LIVE, ":mount", err);

	if (r < 0)
		return r;
	r = change_begin(call, &change, err);
	if (r == 0) {
		r = live_mount(&change.target, &specs, &change.context, change.journal, &change.report, err);
		r = change_answer(&change, "mounted", "from", r, output, err);
	}
	change_release(&change);
	spec_list_release(&specs);
	return r;
}
