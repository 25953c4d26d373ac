/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * :allow: mounts what cures a miss, and lets the calls that wait for it go on.
 *
 * What is mounted follows from the path that was given and from what is outside at that moment, and is told; whoever
 * has been shown a spec gives that, and gets nothing else.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/change.h"
#include "cmd/context.h"
#include "cmd/decide.h"
#include "cmd/table.h"
#include "cmd/why.h"
#include "inspect/unit.h"
#include "inspect/why_text.h"
#include "sandbox/spec.h"
#include "session/live.h"
#include "session/registry.h"

/* A path alone, without a flag or a source: what it names is to be there, however. */
static bool
is_path(const struct spec_list *specs)
{
	const struct spec *spec = &specs->items[0];

	return specs->len == 1 && spec->flags == 0 && spec->at_source < 0;
}

/* The specs that cure the path, in *ret, which the caller frees. 0, or negative with err filled. */
static int
find_cure(const struct call *call, const char *path, bool writable, char **ret, struct error *err)
{
	_autowhy_ struct why why = { 0 };
	struct why_asked asked;
	int r = why_asked_open(call, &asked, err);

	if (r == 0)
		why_ask_as(asked.userns, &asked.query, path, &why);
	why_asked_close(&asked);
	if (r < 0)
		return r;
	if (!why.cure) {
		_autofree_ char *sentence = why_sentence(&why);

		error_set(err, 0, "no mount cures '%s': %s", path, sentence);
		return -1;
	}
	if (writable && strncmp(why.cure, "ro:", 3) == 0)
		*ret = units_specs(&why.units, "rw", "");
	else
		*ret = text_dup(why.cure);
	return 0;
}

/* The same as the program sees it: the command itself is about process 1, since it changes mounts. */
static int
find_cure_for_payload(const struct call *call, const char *path, bool writable, char **ret, struct error *err)
{
	const struct context *context = call->context;
	struct target payload = TARGET_INIT;
	struct call asked = *call;
	int r;

	if (!context || !context->record || context->pid > 0)
		return find_cure(call, path, writable, ret, err);
	r = target_open_pid(call->target, context->record->payload, &payload, err);
	asked.target = &payload;
	if (r == 0)
		r = find_cure(&asked, path, writable, ret, err);
	target_close(&payload);
	return r;
}

static int
mount_all(const struct call *call, const struct spec_list *specs, const char *text, const char *path,
	  struct output *output, struct error *err)
{
	struct change change;
	int r = change_begin(call, &change, err);

	if (r == 0) {
		r = live_mount(&change.target, specs, &change.context, change.journal, &change.report, err);
		/* It may be that a link leads from the path to what was mounted. */
		if (r == 0 && path)
			r = decide_set(call, path, MISS_CURED, &change.released, err);
		change.spec = text;
		r = change_answer(&change, "mounted", "from", r, output, err);
		if (r == 0)
			decide_note(call, "allowed", path ? path : specs->items[0].mntpoint, text, change.released);
	}
	change_release(&change);
	return r;
}

int
command_allow(const struct call *call, struct output *output, struct error *err)
{
	bool writable = call->values[0];
	struct spec_list specs = { 0 };
	_autofree_ char *path = NULL, *cure = NULL;
	int r = spec_list_parse(&specs, call->values[1], ORIGIN_MISS, ":allow", err);

	if (r == 0 && is_path(&specs)) {
		path = decide_path(call, specs.items[0].mntpoint, err);
		r = path ? find_cure_for_payload(call, path, writable, &cure, err) : -1;
		spec_list_release(&specs);
		if (r == 0)
			r = spec_list_parse(&specs, cure, ORIGIN_MISS, ":allow", err);
	} else if (r == 0 && writable) {
		r = error_set(err, 0, "-w is for a path; of a spec the flags say it: rw:/opt");
	}
	if (r == 0)
		r = mount_all(call, &specs, cure ? cure : call->values[1], path, output, err);
	spec_list_release(&specs);
	return r;
}
