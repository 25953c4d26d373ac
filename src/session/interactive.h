/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session on a terminal: the payload has a pty, and the manager is between it and the user's terminal. */
#ifndef SESSION_INTERACTIVE_H
#define SESSION_INTERACTIVE_H

#include "session/inbox.h"
#include "session/session.h"

/* For GROUP_PTY; as session_run(). */
int interactive_run(const struct plan *plan, struct inbox *inbox, struct control *control, session_explainer *explain,
		    struct outcome *ret, struct error *err);

#endif
