/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sockets in directories that are bound read-only. */
#include "config.h"

#include "sandbox/plan_sockets.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"

/* Flag of a listening socket in /proc/net/unix (__SO_ACCEPTCON of <linux/net.h>, which is not for user space). */
#define ACCEPTS_CONNECTIONS 0x10000

/* The n-th of the fields that blanks separate, from 0; the end of the line if it has fewer. */
static const char *
field(const char *line, int n)
{
	while (n-- > 0) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	return line;
}

/* "Num RefCount Protocol Flags Type St Inode Path". The path is the rest of the line, for it may have blanks. */
const char *
unix_socket_path(const char *line)
{
	unsigned long flags = strtoul(field(line, 3), NULL, 16);
	const char *path = field(line, 7);

	return flags & ACCEPTS_CONNECTIONS && *path == '/' ? path : NULL;
}

static bool
is_candidate(const struct plan_entry *entry)
{
	return entry->kind == PLAN_BIND && entry->spec && entry->origin != ORIGIN_DEFAULT && entry->attrs & PLAN_RO;
}

/* Counts the socket for each bind that shows it, and keeps the first one's path as the example. */
static void
count_socket(const struct plan *plan, const char *path, size_t *counts, char **examples)
{
	for (size_t i = 0; i < plan->len; i++) {
		if (!is_candidate(&plan->entries[i]) || !path_is_below(path, plan->entries[i].source))
			continue;
		if (counts[i]++ == 0)
			examples[i] = text_dup(path);
	}
}

static void
note(const struct plan_entry *entry, size_t count, const char *example)
{
	if (count == 1)
		log_note("'%s' is read-only, but programs inside can connect to the socket '%s'", entry->path, example);
	else
		log_note("'%s' is read-only, but programs inside can connect to the %zu sockets in it, such as '%s'",
			 entry->path, count, example);
}

void
plan_note_sockets(const struct plan *plan)
{
	_autofclose_ FILE *f = fopen("/proc/net/unix", "re");
	_autofree_ size_t *counts = array_grow(NULL, &(size_t){ plan->len }, plan->len, sizeof *counts);
	_autofree_ char **examples = array_grow(NULL, &(size_t){ plan->len }, plan->len, sizeof(char *));
	_autofree_ char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	memset(counts, 0, plan->len * sizeof *counts);
	memset(examples, 0, plan->len * sizeof(char *));
	while (f && (n = getline(&line, &cap, f)) > 0) {
		const char *path;

		line[strcspn(line, "\n")] = '\0';
		path = unix_socket_path(line);
		if (path)
			count_socket(plan, path, counts, examples);
	}
	for (size_t i = 0; i < plan->len; i++) {
		if (counts[i] > 0)
			note(&plan->entries[i], counts[i], examples[i]);
		free(examples[i]);
	}
}
