/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What goes over the control socket (doc/CONTROL.md): messages, each a line with the length of what follows it.
 *
 *	server, once	isolate 1 NAME\n, or "refused REASON\n" and the end
 *	client		cwd N\n + path		what relative names of the commands are relative to, absolute
 *			home N\n + path		what ~ is in them
 *			pid N\n			commands are about this process, a number outside; 0: the payload
 *			listen 0\n		where does the listener of a program go that is about to join?
 *			joined N\n		this process has been put into the sandbox by the client
 *			text N\n + command, json N\n + command
 *	server		answer STATUS OUT ERR\n + the answer of OUT bytes + the error of ERR bytes, as JSON
 *			listen ERRNO\n		with 0 comes a socket (watch_expect() in watch/watch.h)
 *			event N\n + an event	for a connection that follows events
 *
 * Lengths are decimal, without sign or leading zeros, and bounded for each verb.
 */
#ifndef CMD_PROTOCOL_H
#define CMD_PROTOCOL_H

#include <stddef.h>

#define PROTOCOL_GREETING "isolate 1 "
#define PROTOCOL_REFUSAL "refused "

enum {
	PROTOCOL_LINE_MAX = 64,		     /* of a request, with its line break */
	PROTOCOL_PATH_MAX = 4096,
	PROTOCOL_COMMAND_MAX = 16 * 1024 * 1024, /* a thousand specs of the longest paths, and some more */
};

enum verb { VERB_CWD, VERB_HOME, VERB_PID, VERB_LISTEN, VERB_JOINED, VERB_TEXT, VERB_JSON, VERBS };
extern const char *const verb_names[VERBS];

struct request_message {
	enum verb verb;
	size_t number;	  /* of VERB_PID, VERB_LISTEN and VERB_JOINED; else the length of the body */
	const char *body; /* points into the buffer; not terminated */
	size_t size;	  /* of the whole message */
};

/*
 * The message that the buffer begins with. 1; 0: it is not complete yet, and ret->size, if it is not 0, says
 * how long it will be; -EINVAL: it is none, nor can it become one.
 */
int protocol_parse(const char *buf, size_t len, struct request_message *ret);

/* The line "answer STATUS OUT ERR", terminated, without its line break. 0 or -EINVAL. */
int protocol_parse_answer(const char *line, int *ret_status, size_t *ret_out, size_t *ret_err);

#endif
