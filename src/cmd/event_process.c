/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What processes do, as a line of :events. */
#include "config.h"

#include "cmd/event_process.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/event_line.h"
#include "cmd/signal_names.h"

static void
write_numbers(struct event_line *line, const struct procwatch_news *news)
{
	struct value inside = news->inside > 0 ? value_number((uint64_t)news->inside) : value_none();
	_autofree_ char *words = text_format(" (%d inside)", (int)news->inside);

	event_line_number(line, "pid", " ", news->pid);
	event_line_value(line, "inside", &inside);
	if (news->inside > 0)
		event_line_words(line, words);
}

static void
write_arguments(struct event_line *line, const struct procwatch_news *news)
{
	size_t cap = 0;
	_autofree_ struct value *items = array_grow(NULL, &cap, news->argc + 1, sizeof *items);
	struct value list = value_list(items, news->argc);

	event_line_words(line, " ");
	for (size_t i = 0; i < news->argc; i++) {
		items[i] = value_string(news->argv[i]);
		event_line_words(line, " ");
		event_line_words(line, news->argv[i]);
	}
	event_line_value(line, "arguments", &list);
}

static void
write_end(struct event_line *line, int status)
{
	bool killed = status >= 0 && WIFSIGNALED(status), exited = status >= 0 && WIFEXITED(status);
	const char *name = killed ? signal_name(WTERMSIG(status)) : NULL;
	_autofree_ char *number = killed && !name ? text_format("%d", WTERMSIG(status)) : NULL;
	struct value none = value_none();

	if (exited)
		event_line_number(line, "status", WEXITSTATUS(status) != 0 ? ", with " : NULL, WEXITSTATUS(status));
	else if (killed)
		event_line_number(line, "status", NULL, 128 + WTERMSIG(status));
	else
		event_line_value(line, "status", &none);
	event_line_text(line, "signal", ", by signal ", name ? name : number);
}

char *
event_process_line(bool json, const struct procwatch_news *news)
{
	static const char *const names[] = {
		[PROCWATCH_FORKED] = "forked",
		[PROCWATCH_EXECUTED] = "executed",
		[PROCWATCH_EXITED] = "exited",
		[PROCWATCH_FOLDED] = "folded",
	};
	struct event_line line;

	if (!event_line_begin(&line, json, names[news->kind]))
		return NULL;
	if (news->kind == PROCWATCH_FOLDED) {
		event_line_words(&line, " what too many processes did;");
		event_line_number(&line, "processes", " there are now ", (long long)news->count);
		return event_line_end(&line);
	}
	write_numbers(&line, news);
	if (news->kind == PROCWATCH_FORKED)
		event_line_number(&line, "parent", " from ", news->parent);
	if (news->kind == PROCWATCH_EXECUTED)
		write_arguments(&line, news);
	else
		event_line_text(&line, "name", " ", news->name);
	if (news->kind == PROCWATCH_EXITED)
		write_end(&line, news->status);
	return event_line_end(&line);
}

char *
event_process_unwatched(bool json, int errnum)
{
	const char *why = errnum == EPERM      ? "before Linux 6.6 the kernel tells root alone" :
			  errnum == EOPNOTSUPP ? "the kernel tells it only in the initial user, pid and network "
						 "namespaces, and if it was built so (CONFIG_PROC_EVENTS)" :
						 strerror(errnum);
	struct event_line line;

	if (!event_line_begin(&line, json, "unwatched"))
		return NULL;
	event_line_text(&line, "what", " ", "processes");
	event_line_text(&line, "reason", " but the program and those that join: ", why);
	return event_line_end(&line);
}
