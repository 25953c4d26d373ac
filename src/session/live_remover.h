/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Helpers that remove mounts and change them. Each is the whole way of a helper's life, to RECORD_DONE or
 * RECORD_FAILED.
 */
#ifndef SESSION_LIVE_REMOVER_H
#define SESSION_LIVE_REMOVER_H

#include "session/live_mounter.h"

enum live_how {
	REMOVE_PLAIN, /* the kernel says whether it is busy. One that others lie on is: then the record's flag is set */
	REMOVE_TREES, /* such a one is taken away with those, since somebody has looked and nobody uses them */
	REMOVE_LAZY,
};

struct live_removal {
	const char *path; /* as it was given */
	const struct live_context *context;
	const struct live_journal *journal;
	enum live_how how;
};

/* Tells RECORD_ITEM for the mount that is gone, and RECORD_MADE for what was made for it and is gone too. */
void live_unmount_run(struct live_mounter *mounter, const struct live_removal *removal);

/* Tells RECORD_ITEM for each mount that is other now than before. */
void live_remount_run(struct live_mounter *mounter, const struct live_removal *removal, bool ro);

/* Takes a LIVE_MOUNT or LIVE_REMOUNT back. */
void live_take_back_run(struct live_mounter *mounter, const struct live_change *change, enum live_how how);

#endif
