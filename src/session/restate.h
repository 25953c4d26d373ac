/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options that start a session like this one is now: those that it was started with, with what its mounts have
 * become. Pure data; :save writes it as a command line, a profile or a kernelspec.
 *
 * The name of the session is left out, since that is taken. So is what does not last: --verbose, a --base, and
 * everything that only looks (--trace, --report).
 */
#ifndef SESSION_RESTATE_H
#define SESSION_RESTATE_H

#include <stdbool.h>
#include <stddef.h>

#include "sandbox/plan.h"
#include "session/live.h"

/* One option: the long name; its arguments or NULL. */
struct restated {
	const char *name;
	char *value, *value2;
};

struct restatement {
	struct restated *items;
	size_t len, cap;
};

/*
 * `journal` may be NULL or empty: the session as it was started. A spec is an item of its own ("mnt"), in the order in
 * which they take effect. Relative paths are made absolute on `cwd`, where the session was started, but with
 * `keep_relative` those of the start stay as they are: for a start in another directory.
 */
void restate(const struct plan *plan, const struct live_journal *journal, const char *cwd, bool keep_relative,
	     struct restatement *ret);
void restatement_release(struct restatement *restatement);

/*
 * The option as a line of a profile (src/profile.h), without the line's end; the caller frees. NULL with err filled:
 * there is something in it that a line cannot hold.
 */
char *restated_line(const struct restated *item, struct error *err);

/*
 * The words of a command line, NULL-terminated, without quotes: "-m" and all specs in one word, then the rest. The
 * caller frees each and the array.
 */
char **restatement_words(const struct restatement *restatement);

#endif
