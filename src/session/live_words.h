/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can go wrong in a live change, one table: a helper reports the row and the object, the caller makes the
 * sentence.
 */
#ifndef SESSION_LIVE_WORDS_H
#define SESSION_LIVE_WORDS_H

#include "base/error.h"
#include "sandbox/spec.h"
#include "session/live_helper.h"

enum live_step {
	/* Something that was being done, and an error number. */
	LIVE_JOIN_USER,
	LIVE_COPY,
	LIVE_SOURCE,
	LIVE_ATTRS,
	LIVE_TMPFS,
	LIVE_JOIN_MOUNTS,
	LIVE_ASSEMBLE,
	LIVE_WALK,
	LIVE_MAKE,
	LIVE_LINK,
	LIVE_LIST,
	LIVE_ATTACH,
	LIVE_UNMOUNT,
	LIVE_CHANGE,
	LIVE_READ_MOUNTS,
	/* Something that was found; no error number. */
	LIVE_FOUND_LINK,
	LIVE_FOUND_FILE_ABOVE,
	LIVE_FOUND_FILE,
	LIVE_FOUND_DIR,
	LIVE_FOUND_OTHER,
	LIVE_FOUND_HOST,
	LIVE_FOUND_HOST_ROOT,
	LIVE_FOUND_CROWD,
	LIVE_FOUND_ROOT,
	LIVE_FOUND_MOVED,
	LIVE_FOUND_SHARED,
	LIVE_FOUND_NO_MOUNT,
	LIVE_FOUND_NEEDED,
	LIVE_FOUND_MOUNTS_ON_IT,
	LIVE_FOUND_CHANGED,
	LIVE_FOUND_PLANTED,
	LIVE_FOUND_ELUSIVE,
	LIVE_STEPS
};

/* Makes the error of a RECORD_FAILED or RECORD_ERROR. specs may be NULL. Returns a negative number. */
int live_words(const struct live_record *record, const char *const text[RECORD_TEXTS], const struct spec_list *specs,
	       struct error *err);

#endif
