/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * :exec, the command that runs on the caller's side: its program is to have the caller's terminal, or standard input,
 * output and error, and to end with the caller.
 */
#ifndef CMD_EXEC_H
#define CMD_EXEC_H

#include <stdbool.h>

#include "base/error.h"
#include "cmd/answer.h"
#include "session/session.h"

/*
 * Runs the program that the line (":exec PROG ARG…") names in the session, as isolate --join does; with `json` says
 * then on standard output how it ended. As join_run(); once in the life of a process.
 */
int exec_run(const char *line, const char *session, bool json, struct outcome *ret, struct error *err);

/*
 * The same in a child, for who lives longer than one program: the child says what went wrong. ret->status is the
 * program's (128 and its signal's number where that ended it), ret->out, with `json`, how it ended. 0, or negative with
 * err filled.
 */
int exec_run_aside(const char *line, const char *session, bool json, struct client_answer *ret, struct error *err);

#endif
