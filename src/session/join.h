/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joining: a program is started in a session that runs, with the rights of its payload and not one more.
 *
 * This process is the manager of the program that it starts, with a terminal of its own, and of nothing else: the
 * session is another manager's. The program ends when either ends; what it has started inside stays as long as the
 * session.
 */
#ifndef SESSION_JOIN_H
#define SESSION_JOIN_H

#include "sandbox/request.h"
#include "session/session.h"

/*
 * Runs req->argv, or the session's shell, in the session of that name, or in the one that the process of that number is
 * in, to its end. Of the request only argv, chdir, die_with_parent and the changes of the environment count. As
 * session_run(): 0 with *ret filled, then with a message in err if the session ended first, or negative. Once in the
 * life of a process.
 */
int join_run(const struct request *req, const char *session, session_explainer *explain, struct outcome *ret,
	     struct error *err);

#endif
