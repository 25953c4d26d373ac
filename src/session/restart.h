/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starting a session's program again, with the mounts as they are now.
 *
 * Somebody asks the control process (:restart), which knows the changes. It writes down the words of a command line
 * that starts such a session and wakes the manager, which ends what is inside, as at the session's end, and then
 * becomes that command: the same process, of the same name, in the same job of the shell. So nothing is left of the
 * first start, and the second is verified like any other.
 */
#ifndef SESSION_RESTART_H
#define SESSION_RESTART_H

#include <stdbool.h>
#include <stddef.h>

#include "sandbox/plan.h"
#include "session/inbox.h"
#include "session/live.h"

struct restart {
	int words; /* a memory file, in which the words are; -1: it cannot be started again */
	int wake;  /* an eventfd(2) */
};

#define RESTART_INIT { -1, -1 }

/* 0 or -errno. Close in any case. */
int restart_open(struct restart *restart);
void restart_close(struct restart *restart);

/* In the control process: `name` is the session's, `argv` the program. 0 or -errno. */
int restart_ask(const struct restart *restart, const struct plan *plan, const struct live_journal *journal,
		const char *name, char *const *argv);

/*
 * The words of the command line that starts such a session, NULL-terminated, from argv[0] to the program's last. The
 * caller frees each and the array.
 */
char **restart_words(const struct plan *plan, const struct live_journal *journal, const char *name, char *const *argv);

/* In the manager, when `wake` is readable: true if it was asked. */
bool restart_is_asked(const struct restart *restart);

/* Becomes the command, with the signals as they were before inbox_open(). Returns -errno only if that fails. */
int restart_execute(const struct restart *restart, const struct inbox *inbox);

#endif
