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
#include "cmd/cmd.h"
#include "sys/pidfd.h"

struct source {
	char *name;
	char *recorded; /* a directory, or NULL */
	pid_t pid;
	int mounts, end;
};

void
said_release(struct said *said)
{
	free(said->out);
	error_release(&said->error);
	*said = (struct said){ .error = ERROR_INIT };
}

struct source *
source_open(const char *name, const char *recorded, struct error *err)
{
	size_t cap = 0;
	struct source *source = array_grow(NULL, &cap, 1, sizeof *source);
	char path[64];

	(void)err;
	*source = (struct source){ .name = text_dup(name), .mounts = -1, .end = -1 };
	if (recorded) {
		source->recorded = text_dup(recorded);
		return source;
	}
	source->pid = (pid_t)atoi(name);
	source->end = pidfd_of(source->pid);
	snprintf(path, sizeof path, "/proc/%d/mountinfo", (int)source->pid);
	source->mounts = open(path, O_RDONLY | O_CLOEXEC);
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
	return source->pid;
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
	FILE *f;

	(void)err;
	said_release(ret);
	if (source->recorded) {
		run_recorded(source, line, json, ret);
		return 0;
	}
	f = open_memstream(&ret->out, &ret->len);
	if (!f)
		return error_set(err, errno, "cannot take the answer");
	cmd_main(line, source->name, json, f, &ret->error);
	fclose(f);
	return 0;
}

bool
source_follow(struct source *source)
{
	(void)source;
	return false;
}

char *
source_event(struct source *source)
{
	(void)source;
	return NULL;
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
	(void)source;
	return -1;
}
