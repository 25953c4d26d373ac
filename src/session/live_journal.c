/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes as values: what was done, so that it can be shown and taken back. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "session/live.h"

const char *const live_kind_names[LIVE_KINDS] = {
	[LIVE_BIND] = "bind",	    [LIVE_EMPTY] = "empty",	[LIVE_PROC] = "proc",
	[LIVE_KEPT] = "kept",	    [LIVE_REBUILT] = "rebuilt",
};

const char *const live_hold_names[LIVE_HOLDS] = {
	[LIVE_HOLD_FD] = "descriptor", [LIVE_HOLD_CWD] = "cwd",	    [LIVE_HOLD_ROOT] = "root",
	[LIVE_HOLD_EXE] = "program",   [LIVE_HOLD_MAP] = "mapping",
};

static void
item_release(struct live_item *item)
{
	free(item->path);
	free(item->source);
	free(item->spec);
	if (item->fd >= 0)
		close(take_fd(&item->fd));
}

void
live_change_release(struct live_change *change)
{
	for (size_t i = 0; i < change->len; i++)
		item_release(&change->items[i]);
	free(change->items);
	for (size_t i = 0; i < change->made_len; i++)
		free(change->made[i].path);
	free(change->made);
	*change = (struct live_change){ 0 };
}

void
live_journal_release(struct live_journal *journal)
{
	for (size_t i = 0; i < journal->len; i++)
		live_change_release(&journal->changes[i]);
	free(journal->changes);
	*journal = (struct live_journal){ 0 };
}

const struct live_item *
live_journal_find(const struct live_journal *journal, uint64_t id)
{
	for (size_t i = journal->len; i-- > 0;) {
		const struct live_change *change = &journal->changes[i];

		for (size_t k = 0; change->verb == LIVE_MOUNT && k < change->len; k++)
			if (change->items[k].id == id)
				return &change->items[k];
	}
	return NULL;
}

void
live_report_release(struct live_report *report)
{
	for (size_t i = 0; i < report->notes_len; i++)
		free(report->notes[i]);
	free(report->notes);
	for (size_t i = 0; i < report->holders_len; i++) {
		free(report->holders[i].name);
		free(report->holders[i].path);
	}
	free(report->holders);
	*report = (struct live_report){ 0 };
}
