/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The namespaces of a process beside those of the caller. */
#include "config.h"

#include "inspect/namespaces.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

static void
read_owner(int process, enum ns_kind kind, uint64_t callers, struct ns_view *view)
{
	_autoclose_ int ns = nsfs_open(process, kind);
	_autoclose_ int owner = ns < 0 ? ns : nsfs_owner(ns);

	view->owner_status = owner < 0 ? owner : nsfs_number(owner, &view->owner);
	view->maker_status = owner < 0 ? owner : nsfs_owner_uid(owner, &view->maker);
	view->owner_is_callers = view->owner_status == 0 && view->owner == callers;
}

int
namespaces_read(int caller, int process, struct ns_view ret[NS_KINDS])
{
	uint64_t callers;
	int r = procfs_ns_number(caller, NS_USER, &callers);

	if (r < 0)
		return r;
	memset(ret, 0, NS_KINDS * sizeof *ret);
	for (int kind = 0; kind < NS_KINDS; kind++) {
		struct ns_view *view = &ret[kind];

		r = procfs_ns_number(caller, (enum ns_kind)kind, &view->outside);
		if (r < 0 && r != -ENOENT)
			return r;
		view->status = procfs_ns_number(process, (enum ns_kind)kind, &view->inside);
		view->same = view->status == 0 && view->inside == view->outside;
		read_owner(process, (enum ns_kind)kind, callers, view);
	}
	return 0;
}

bool
namespaces_are_same(const struct ns_view views[NS_KINDS])
{
	for (int kind = 0; kind < NS_KINDS; kind++)
		if (!views[kind].same && views[kind].outside != 0)
			return false;
	return true;
}
