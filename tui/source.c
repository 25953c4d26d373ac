/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where answers come from. */
#include "config.h"

#include "tui/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "cmd/client.h"
#include "sys/pidfd.h"

struct source {
	char *recorded; /* a directory, or NULL */
	char *name;
	struct client *client, *events; /* one takes commands, the other follows; NULL: there are none */
	int mounts, end;
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

struct source *
source_open(const char *name, const char *recorded, struct error *err)
{
	size_t cap = 0;
	struct source *source = array_grow(NULL, &cap, 1, sizeof *source);

	*source = (struct source){ .name = text_dup(name), .mounts = -1, .end = -1 };
	if (recorded) {
		source->recorded = text_dup(recorded);
		return source;
	}
	source->client = client_open(name, err);
	if (!source->client) {
		source_close(source);
		return NULL;
	}
	watch_process(source, client_pid(source->client));
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
	free(source->name);
	free(source->recorded);
	free(source);
}

const char *
source_name(const struct source *source)
{
	return source->name;
}

pid_t
source_pid(const struct source *source)
{
	return source->client ? client_pid(source->client) : 0;
}

uint64_t
source_started(const struct source *source)
{
	return source->client ? client_started(source->client) : 0;
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
	r = client_run(source->client, line, json, &answer, err);
	if (r == 0) {
		*ret = (struct said){ .out = take_ptr(answer.out), .len = answer.out_len, .error = answer.error };
		answer.error = (struct error)ERROR_INIT;
	}
	client_answer_release(&answer);
	return r;
}

bool
source_follow(struct source *source)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (!source->client || !client_session(source->client))
		return false;
	source->events = client_open(source->name, &err);
	if (source->events && client_follow(source->events, ":events", true, &err) < 0) {
		client_close(source->events);
		source->events = NULL;
	}
	return source->events != NULL;
}

char *
source_event(struct source *source)
{
	_autoerror_ struct error err = ERROR_INIT;
	char *event = NULL;
	int r = source->events ? client_event(source->events, false, &event, &err) : 0;

	if (r < 0) {
		/* The session has ended, which is seen by its process. */
		client_close(source->events);
		source->events = NULL;
	}
	return r > 0 ? event : NULL;
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

int
source_events_fd(const struct source *source)
{
	return source->events ? client_fd(source->events) : -1;
}
