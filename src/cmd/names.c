/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What users and groups are called. */
#include "config.h"

#include "cmd/names.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sys/getent.h"

/* getent(1) is started this often at most. */
enum { ASK_MAX = 32 };

void
names_init(struct names *names)
{
	_autoclose_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	memset(names, 0, sizeof *names);
	accounts_read(root, &names->outside);
}

void
names_release(struct names *names)
{
	accounts_release(&names->outside);
	for (size_t i = 0; i < names->known_len; i++)
		free(names->known[i].name);
	free(names->known);
	memset(names, 0, sizeof *names);
}

/* The first field of the first line that getent(1) gives, or NULL. */
static char *
ask(const char *database, uint32_t id)
{
	_autofree_ char *key = text_format("%u", (unsigned)id);
	_autofree_ char *line = NULL;
	struct getent service = getent_open(database, key);
	size_t size = 0;
	char *name = NULL;

	if (service.lines && getline(&line, &size, service.lines) > 0 && line[0] != ':' && strchr(line, ':'))
		name = text_ndup(line, strcspn(line, ":"));
	getent_close(&service);
	return name;
}

static char *
find(struct names *names, bool group, uint32_t id)
{
	char *name = group ? accounts_group(&names->outside, id) : accounts_user(&names->outside, id);

	if (name)
		return name;
	for (size_t i = 0; i < names->known_len; i++)
		if (names->known[i].group == group && names->known[i].id == id)
			return names->known[i].name ? text_dup(names->known[i].name) : NULL;
	/* (uid_t)-1 is nobody: the kernel's "not known here". */
	if (names->known_len == ASK_MAX || id == UINT32_MAX)
		return NULL;
	name = ask(group ? "group" : "passwd", id);
	names->known = array_grow(names->known, &names->known_cap, names->known_len + 1, sizeof *names->known);
	names->known[names->known_len++] = (struct known_name){ group, id, name ? text_dup(name) : NULL };
	return name;
}

char *
names_user(struct names *names, uint32_t uid)
{
	return find(names, false, uid);
}

char *
names_group(struct names *names, uint32_t gid)
{
	return find(names, true, gid);
}

char *
names_text(const char *name, uint32_t id)
{
	return name ? text_format("%s (%u)", name, (unsigned)id) : text_format("%u", (unsigned)id);
}

char *
names_user_text(struct names *names, uint32_t uid)
{
	_autofree_ char *name = names_user(names, uid);

	return names_text(name, uid);
}
