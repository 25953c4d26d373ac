/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Giving commands to a sandbox: over the control socket of a session, or, for a sandbox that isolate did not start, in
 * this process. Whoever gives commands (--command, the prompt, the inspector) uses only this and cannot tell the two
 * apart. doc/CONTROL.md has the protocol.
 *
 * One connection takes one command at a time, or follows events and takes none: open two for both. Nothing here is
 * for more than one thread.
 */
#ifndef CMD_CLIENT_H
#define CMD_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "cmd/answer.h"

struct client;
struct session_record;

/*
 * `name` is a session's name; or the number of any process in a sandbox that the user owns: if that is one of a session
 * of ours the session answers, about that process; else the commands run in this process, which keeps the journal for
 * :undo, and the origin of mounts is `foreign`. NULL: only commands that need no sandbox (:help). NULL is returned with
 * err filled: no such session or process ("did you mean"), or the session does not answer: at once if it is stopped,
 * else within half a minute.
 */
struct client *client_open(const char *name, struct error *err);
void client_close(struct client *client); /* NULL is none */

/*
 * A control process that is killed takes its connections with it, and the session starts another for the next who
 * connects. So a connection that is ready for commands can be taken out of one client, which is then only to be
 * closed, and given to another in place of its own: what that was in the middle of is forgotten. -1 is none, in both.
 * Both clients have to be about one session, which client_is_of_same() tells.
 */
int client_take_connection(struct client *client);
void client_give_connection(struct client *client, int fd);
bool client_is_of_same(const struct client *client, const struct client *other);

/* The name that it was opened by; "" for none. */
const char *client_name(const struct client *client);

/* The process that commands are about unless they name another: the payload of a session; 0: none. */
pid_t client_pid(const struct client *client);

/* Whose end is the sandbox's: process 1 of a session, whose payload may be started again; else the process itself. */
pid_t client_lasting_pid(const struct client *client);

/* Who one is inside a session, as "alice (1002)", for the caller to free; NULL: it is none of ours. */
char *client_user_inside(const struct client *client);

/* What is known of the session (session/registry.h), or NULL: it is none of ours. */
const struct session_record *client_session(const struct client *client);

/* When the session, or the process that commands are about, was started: seconds since the epoch; 0: not known. */
uint64_t client_started(const struct client *client);

/*
 * Runs a command (":mounts /usr"; the colon may be left out) and waits for its answer. Relative names and ~ are those
 * of this process. 0 if there is an answer, with ret->error in it if the command failed; negative with err filled if
 * there is none: the session has ended, or does not answer. Then the client is of no more use.
 */
int client_run(struct client *client, const char *line, bool json, struct client_answer *ret, struct error *err);

/*
 * The same in two steps, for those who have other things to wait for meanwhile: client_fd() becomes readable when the
 * answer begins to arrive. In this process the command is run by the first.
 */
int client_send(struct client *client, const char *line, bool json, struct error *err);
int client_receive(struct client *client, struct client_answer *ret, struct error *err);

/* To be polled for reading; -1: an answer is there at once (in this process). */
int client_fd(const struct client *client);

/*
 * From here on the connection is for events: `line` is ":events" with its arguments. 0, or negative with err filled, by
 * the command too. client_fd() is then never -1.
 */
int client_follow(struct client *client, const char *line, bool json, struct error *err);

/*
 * The next event: a line with its line break, in *ret, which the caller frees. 1; 0 if there is none now (without
 * `wait`); negative with err filled: the session has ended (err->code is EPIPE), or it cannot be read.
 */
int client_event(struct client *client, bool wait, char **ret, struct error *err);

/* One has come with what was read before it: the descriptor does not tell of it. */
bool client_has_event(const struct client *client);

/* Tells the session that the caller has put process `pid` (outside) into it: for those who follow events. */
int client_joined(struct client *client, pid_t pid, struct error *err);

#endif
