/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The aide: a second process of the inspector, which does for it what it may not do itself once it is confined
 * (tui/confine.h): commands that run on the caller's side (:exec; all of them, for a sandbox that is no session's), the
 * names that completion offers, the history of the command line, another connection to the session that it began with.
 *
 * It is forked while nothing has been read yet of what a payload has written, and from then on is told things by a
 * process that somebody may have taken over. So that is all it can be asked for: it runs no program outside, and of
 * files it tells names, and writes the one of the history. It reads nothing of what is inside but those names, and
 * hands them on as they are.
 *
 * It ends with the inspector.
 */
#ifndef TUI_AIDE_H
#define TUI_AIDE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "cmd/client.h"
#include "tui/complete.h"

struct aide;

/*
 * Another connection to the session that the client is about, as it is now: in the aide, or in an inspector that is not
 * confined. Negative with err filled.
 */
int aide_connect_here(const struct client *client, struct error *err);

/* `client`, which stays the caller's, says which sandbox. NULL with err filled. */
struct aide *aide_start(struct client *client, struct error *err);
void aide_end(struct aide *aide); /* NULL is none. Waits until the history is written */

/* As client_run(): *ret is released first. Negative: there is no aide any more. */
int aide_run(struct aide *aide, const char *line, bool json, struct client_answer *ret, struct error *err);

/* The same in two steps: aide_fd() becomes readable when the answer begins to arrive. Nothing else in between. */
int aide_ask(struct aide *aide, const char *line, bool json);
int aide_take(struct aide *aide, struct client_answer *ret, struct error *err);
int aide_fd(const struct aide *aide);

/* A connection to the session, ready for commands (client_give_connection()). Negative with err filled. */
int aide_connect(struct aide *aide, struct error *err);

pid_t aide_pid(const struct aide *aide);

/* As the list of a struct complete_source. */
void aide_list(struct aide *aide, enum complete_kind kind, const char *directory, struct complete_names *ret);

/* A line of the command line, for the history of the next time. */
void aide_remember(struct aide *aide, const char *line);

#endif
