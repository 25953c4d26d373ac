/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands that change mounts (:mount, :umount, :remount) have in common. */
#ifndef CMD_CHANGE_H
#define CMD_CHANGE_H

#include "base/error.h"
#include "cmd/output.h"
#include "cmd/table.h"
#include "session/live.h"

/* One change, from finding the sandbox to the answer. */
struct change {
	const struct call *call;
	struct live_target target;
	struct live_context context; /* of the caller: what relative names and ~ are to him */
	struct live_journal *journal; /* of the call's context; what is done is added to it */
	size_t before;		     /* its changes before this one */
	struct live_report report;
	const char *spec; /* of :allow: what it has worked out; the answer says so */
	size_t released;  /* calls that waited for what was mounted */
	char *cwd, *home;
};

/* 0, or negative with err filled: see live_target_open(). Release in any case. */
int change_begin(const struct call *call, struct change *ret, struct error *err);
void change_release(struct change *change);

/*
 * Ends the command: `r` and err are what the engine said. If it worked the answer is what was done: for people a line a
 * mount that begins with `done` and joins the outside path by `link` ("mounted", "from"); for machines
 *
 *	{"command":…,"pid":N,"mounts":[{"inside":PATH,"outside":PATH or null,"kind":"bind",
 *	"flags":["ro","nosuid",…],"spec":TEXT or null,"is_directory":true,"id":N},…],"made":[PATH,…],
 *	"notes":[…]}
 *
 * with the flags of :mounts, kinds as live_kind_names, and in `made` what was created for mount points; `spec` of
 * a remounted one is not told. `calls` is how many waited for what was mounted, and go on; `spec`, of :allow, what it
 * has mounted. If a mount was busy, err is left to be printed and the answer is who uses
 * it:
 *
 *	{"command":…,"pid":N,"holders":[{"inside":PID,"outside":PID,"name":TEXT,"how":"descriptor",
 *	 "descriptor":N or null,"writes":true,"path":PATH},…],"notes":[]}
 *
 * Returns r.
 */
int change_answer(struct change *change, const char *done, const char *link, int r, struct output *output,
		  struct error *err);

/*
 * The same for :undo, of which `undone` is the change as it was: its mounts, and beside them
 *
 *	"undone":"mount", "umount" or "remount", "left":N
 *
 * where `left` is how many changes could still be undone.
 */
int change_answer_undone(struct change *change, const struct live_change *undone, int r, struct output *output,
			 struct error *err);

#endif
