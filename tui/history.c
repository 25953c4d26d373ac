/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines that were given before, in a file of the user's. */
#include "config.h"

#include "tui/history.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <readline/history.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

/* The directory that the file is in, or NULL. The caller frees. */
static char *
state_directory(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && state[0] == '/')
		return path_join(state, "isolate");
	return home && home[0] == '/' ? path_join(home, ".local/state/isolate") : NULL;
}

void
history_add(struct history *history, const char *line)
{
	if (line[strspn(line, " \t")] == '\0' || strpbrk(line, "\r\n"))
		return;
	for (size_t i = 0; i < history->len; i++) {
		if (strcmp(history->lines[i], line) != 0)
			continue;
		free(history->lines[i]);
		history->len--;
		memmove(&history->lines[i], &history->lines[i + 1], (history->len - i) * sizeof *history->lines);
		history->old -= i < history->old;
		break;
	}
	history->lines = array_grow(history->lines, &history->cap, history->len + 1, sizeof *history->lines);
	history->lines[history->len++] = text_dup(line);
}

static void
read_file(const char *directory, struct history *ret)
{
	_autofree_ char *path = path_join(directory, "history"), *line = NULL;
	_autofclose_ FILE *f = fopen(path, "re");
	size_t size = 0;
	ssize_t n;

	while (f && (n = getline(&line, &size, f)) > 0) {
		line[n - (line[n - 1] == '\n')] = '\0';
		history_add(ret, line);
	}
	ret->old = ret->len;
}

void
history_read(struct history *ret)
{
	_autofree_ char *directory = state_directory();

	*ret = (struct history){ 0 };
	if (directory)
		read_file(directory, ret);
}

static void
replace_file(const char *directory, const struct history *history)
{
	_autofree_ char *path = path_join(directory, "history"), *text = NULL;
	size_t first = history->len > HISTORY_LINES ? history->len - HISTORY_LINES : 0, len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return;
	for (size_t i = first; i < history->len; i++)
		fprintf(f, "%s\n", history->lines[i]);
	if (fclose(f) == 0)
		file_replace(path, text, len, 0600);
}

void
history_write(const struct history *history)
{
	_autofree_ char *directory = state_directory();
	_autoclose_ int lock = -1;
	struct history all = { 0 };

	if (!directory || history->old == history->len)
		return;
	if (file_make_directories(directory, 0700, NULL) < 0)
		return;
	lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return;
	read_file(directory, &all);
	for (size_t i = history->old; i < history->len; i++)
		history_add(&all, history->lines[i]);
	replace_file(directory, &all);
	history_release(&all);
}

void
history_release(struct history *history)
{
	for (size_t i = 0; i < history->len; i++)
		free(history->lines[i]);
	free(history->lines);
	*history = (struct history){ 0 };
}

void
history_forget_changes(void)
{
	for (HIST_ENTRY **entry = history_list(); entry && *entry; entry++)
		(*entry)->data = NULL;
}
