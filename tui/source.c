/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where answers come from. */
#include "config.h"

#include "tui/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "cmd/client.h"
#include "cmd/context.h"
#include "sys/pidfd.h"
#include "tui/aide.h"
#include "tui/candidates.h"

struct source {
	char *recorded; /* a directory, or NULL */
	char *name;
	struct aide *aide; /* or NULL */
	struct candidates candidates;
	struct complete_source names;
	uint64_t started; /* looked up while we may: before the confinement */
	struct client *client, *events; /* one takes commands, the other follows; NULL: there are none */
	bool follows, lost_events;
	int mounts, end;
	bool asked; /* source_ask(): the answer has not been taken */
	char *question; /* the line of the last one, or NULL */
};

void
said_release(struct said *said)
{
	free(said->out);
	error_release(&said->error);
	*said = (struct said){ .error = ERROR_INIT };
}

static void
watch_process(struct source *source, pid_t pid)
{
	char path[64];

	source->end = pidfd_of(pid);
	snprintf(path, sizeof path, "/proc/%d/mountinfo", (int)pid);
	source->mounts = open(path, O_RDONLY | O_CLOEXEC);
}

/* As candidates.misses. */
static char *
ask_for_misses(void *arg)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct said said = { .error = ERROR_INIT };
	char *text = NULL;

	if (source_run(arg, "misses --noise", true, &said, &err) == 0)
		text = take_ptr(said.out);
	said_release(&said);
	return text;
}

static int take_rest(struct source *source, struct error *err);

static void
list_names(void *arg, enum complete_kind kind, const char *directory, struct complete_names *ret)
{
	struct source *source = arg;
	const struct complete_source *here = &source->candidates.source;
	_autoerror_ struct error err = ERROR_INIT;

	/* What was missed the session knows. */
	if (source->aide && kind != COMPLETE_MISSES && kind != COMPLETE_CURES && take_rest(source, &err) == 0)
		aide_list(source->aide, kind, directory, ret);
	else
		here->list(here->arg, kind, directory, ret);
}

struct source *
source_open(const char *name, const char *recorded, struct error *err)
{
	size_t cap = 0;
	struct source *source = array_grow(NULL, &cap, 1, sizeof *source);

	*source = (struct source){ .name = text_dup(name), .mounts = -1, .end = -1 };
	if (recorded)
		source->recorded = text_dup(recorded);
	else
		source->client = client_open(name, err);
	candidates_init(&source->candidates, source_pid(source));
	source->candidates.misses = ask_for_misses;
	source->candidates.misses_arg = source;
	source->names = source->candidates.source;
	source->names.list = list_names;
	source->names.arg = source;
	source->names.has_colon = true;
	if (!source->client && !recorded) {
		source_close(source);
		return NULL;
	}
	if (source->client) {
		watch_process(source, client_lasting_pid(source->client));
		source->started = client_started(source->client);
	}
	return source;
}

void
source_close(struct source *source)
{
	if (!source)
		return;
	if (source->mounts >= 0)
		close(source->mounts);
	if (source->end >= 0)
		close(source->end);
	client_close(source->client);
	client_close(source->events);
	aide_end(source->aide);
	candidates_release(&source->candidates);
	free(source->question);
	free(source->name);
	free(source->recorded);
	free(source);
}

const char *
source_name(const struct source *source)
{
	return source->name;
}

char *
source_user_inside(const struct source *source)
{
	return source->client ? client_user_inside(source->client) : NULL;
}

pid_t
source_pid(const struct source *source)
{
	return source->client ? client_pid(source->client) : 0;
}

uint64_t
source_started(const struct source *source)
{
	return source->started;
}

int
source_employ_aide(struct source *source, struct error *err)
{
	if (source->client)
		source->aide = aide_start(source->client, err);
	return source->client && !source->aide ? -1 : 0;
}

bool
source_takes_terminal(const struct source *source, const char *line)
{
	return source->client && context_is_command(line, "exec");
}

const struct complete_source *
source_names(const struct source *source)
{
	return &source->names;
}

void
source_remember(struct source *source, const char *line)
{
	if (source->aide)
		aide_remember(source->aide, line);
}

/* Of a session's commands only the one that runs a program is not the session's. */
static bool
is_for_aide(const struct source *source, const char *line)
{
	return source->aide && (client_fd(source->client) < 0 || context_is_command(line, "exec"));
}

/* DIRECTORY/COMMAND.json, or, of what changes something, only what would have been run. */
static void
run_recorded(const struct source *source, const char *line, bool json, struct said *ret)
{
	_autofree_ char *command = text_ndup(line + (*line == ':'), strcspn(line + (*line == ':'), " "));
	_autofree_ char *file = text_format("%s.json", command), *path = path_join(source->recorded, file);
	_autofclose_ FILE *f = json ? fopen(path, "re") : NULL;
	size_t cap = 0;
	int c;

	ret->out = array_grow(NULL, &cap, 64, 1);
	ret->len = 0;
	while (f && (c = getc(f)) != EOF) {
		ret->out = array_grow(ret->out, &cap, ret->len + 2, 1);
		ret->out[ret->len++] = (char)c;
	}
	ret->out[ret->len] = '\0';
	if (json && !f)
		error_set(&ret->error, errno, "there is no recorded answer to ':%s'", command);
	if (json)
		return;
	free(ret->out);
	ret->out = text_format("would run :%s\n", line + (*line == ':'));
	ret->len = strlen(ret->out);
}

static void
take_said(struct client_answer *answer, struct said *ret)
{
	*ret = (struct said){ .out = take_ptr(answer->out), .len = answer->out_len, .error = answer->error };
	answer->error = (struct error)ERROR_INIT;
}

/* A sandbox that is no session's is asked by the aide, and there by nobody else meanwhile. */
static bool
asks_aide(const struct source *source)
{
	return source->aide && client_fd(source->client) < 0;
}

bool
source_ask(struct source *source, const char *line)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (source->recorded || source->asked)
		return source->asked;
	if (asks_aide(source))
		source->asked = aide_ask(source->aide, line, true) == 0;
	else if (client_fd(source->client) >= 0)
		source->asked = client_send(source->client, line, true, &err) == 0;
	if (source->asked) {
		free(source->question);
		source->question = text_dup(line);
	}
	return source->asked;
}

int
source_take(struct source *source, struct said *ret, struct error *err)
{
	struct client_answer answer = { .error = ERROR_INIT };
	int r;

	said_release(ret);
	source->asked = false;
	if (asks_aide(source))
		r = aide_take(source->aide, &answer, err);
	else
		r = client_receive(source->client, &answer, err);
	if (r == 0)
		take_said(&answer, ret);
	client_answer_release(&answer);
	return r;
}

int
source_answer_fd(const struct source *source)
{
	if (!source->asked)
		return -1;
	return asks_aide(source) ? aide_fd(source->aide) : client_fd(source->client);
}

/* What was asked for and has not come yet. */
static int
take_rest(struct source *source, struct error *err)
{
	struct said said = { .error = ERROR_INIT };
	int r = source->asked ? source_take(source, &said, err) : 0;

	said_release(&said);
	return r;
}

int
source_run(struct source *source, const char *line, bool json, struct said *ret, struct error *err)
{
	struct client_answer answer = { .error = ERROR_INIT };
	int r;

	said_release(ret);
	if (source->recorded) {
		run_recorded(source, line, json, ret);
		return 0;
	}
	if (source->asked && json && strcmp(line, source->question) == 0)
		return source_take(source, ret, err);
	r = take_rest(source, err);
	if (r < 0)
		return r;
	if (is_for_aide(source, line))
		r = aide_run(source->aide, line, json, &answer, err);
	else
		r = client_run(source->client, line, json, &answer, err);
	if (r == 0)
		take_said(&answer, ret);
	client_answer_release(&answer);
	return r;
}

void
source_reach(struct source *source)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (source->client && client_session(source->client))
		source->events = client_open(source->name, &err);
}

/* Nothing comes over the connection any more. */
static bool
is_closed(const struct client *client)
{
	char byte;

	return recv(client_fd(client), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool
source_follow(struct source *source)
{
	_autoerror_ struct error err = ERROR_INIT;

	source->follows = source->events && client_follow(source->events, ":events --decide", true, &err) == 0;
	/* Where calls wait for a decision we are there to decide; where they do not, that is refused. */
	if (source->events && !source->follows) {
		error_release(&err);
		err = (struct error)ERROR_INIT;
		source->follows = client_follow(source->events, ":events", true, &err) == 0;
	}
	/* That of a program that has ended nothing is told either is an answer. */
	source->lost_events = source->events && !source->follows && is_closed(source->events);
	return source->follows;
}

char *
source_event(struct source *source)
{
	_autoerror_ struct error err = ERROR_INIT;
	char *event = NULL;
	int r = source->follows ? client_event(source->events, false, &event, &err) : 0;

	/* Whether the session has ended is seen by its process. */
	if (r < 0) {
		source->follows = false;
		source->lost_events = true;
	}
	return r > 0 ? event : NULL;
}

bool
source_has_event(const struct source *source)
{
	return source->follows && client_has_event(source->events);
}

static int
connect_again(const struct source *source, struct error *err)
{
	if (source->aide)
		return aide_connect(source->aide, err);
	return aide_connect_here(source->client, err);
}

int
source_reconnect(struct source *source, struct error *err)
{
	int fd;

	if (!source->client || !client_session(source->client))
		return error_set(err, 0, "the inspector cannot ask any more");
	source->asked = source->lost_events = false;
	fd = connect_again(source, err);
	if (fd < 0)
		return -1;
	client_give_connection(source->client, fd);
	if (!source->events)
		return 0;
	/* The other connection, should it be there still, is of the same control process. */
	source->follows = false;
	fd = connect_again(source, err);
	client_give_connection(source->events, fd);
	if (fd < 0)
		return -1;
	return source_follow(source) || !source->lost_events ? 0 : error_set(err, 0, "it tells no events");
}

bool
source_lost_events(const struct source *source)
{
	return source->lost_events;
}

bool
source_is_ours(const struct source *source, pid_t pid)
{
	return pid == getpid() || (source->aide && pid == aide_pid(source->aide));
}

bool
source_is_cut_off(const struct source *source)
{
	/* The control process of a session that ends has ended a moment before. */
	enum { MOMENT_MS = 100 };
	struct pollfd end = { .fd = source->end, .events = POLLIN };

	return source->end >= 0 && poll(&end, 1, MOMENT_MS) == 0;
}

int
source_mounts_fd(const struct source *source)
{
	return source->mounts;
}

int
source_end_fd(const struct source *source)
{
	return source->end;
}

bool
source_has_events(const struct source *source)
{
	return source->events || source->recorded;
}

int
source_events_fd(const struct source *source)
{
	return source->follows ? client_fd(source->events) : -1;
}
