/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first line of a script. */
#include "config.h"

#include "inspect/shebang.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/path.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Copies at most SHEBANG_SIZE - 1 bytes; the callers' texts are no longer. */
static void
copy(char *to, const char *from, size_t len)
{
	memcpy(to, from, len);
	to[len] = '\0';
}

int
shebang_parse(const char *head, size_t len, struct shebang *ret)
{
	const char *at = head + 2;
	const char *end, *newline, *name;

	if (len > SHEBANG_SIZE)
		len = SHEBANG_SIZE;
	if (len < 2 || memcmp(head, "#!", 2) != 0)
		return -ENOENT;
	newline = memchr(head, '\n', len);
	/* The kernel keeps the last byte of its buffer for a zero. */
	end = newline ? newline : head + (len == SHEBANG_SIZE ? len - 1 : len);
	while (at < end && is_blank(*at))
		at++;
	name = at;
	while (at < end && !is_blank(*at) && *at != '\0')
		at++;
	/* Empty; or cut off, so that another program than the one that was meant would run. */
	if (at == name || (!newline && at == end && len == SHEBANG_SIZE))
		return -ENOEXEC;
	copy(ret->interpreter, name, (size_t)(at - name));
	while (at < end && is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	copy(ret->argument, at, strnlen(at, (size_t)(end - at)));
	return 0;
}

/* What `env -S` makes of its text, as far as we follow it: plain words, assignments, -i. */
static int
first_command(const char *words, char ret[SHEBANG_SIZE])
{
	for (;;) {
		size_t len;

		words += strspn(words, " \t");
		len = strcspn(words, " \t");
		if (len == 0 || strcspn(words, "\\\"'$#") < len)
			return -EINVAL;
		copy(ret, words, len);
		words += len;
		if (strcmp(ret, "-i") == 0 || strcmp(ret, "-") == 0 || strchr(ret, '='))
			continue;
		return ret[0] == '-' ? -EINVAL : 1;
	}
}

int
shebang_env_command(const struct shebang *line, char ret[SHEBANG_SIZE])
{
	const char *argument = line->argument;

	if (strcmp(path_name(line->interpreter), "env") != 0)
		return 0;
	if (strncmp(argument, "-S", 2) == 0)
		return first_command(argument + 2, ret);
	if (strncmp(argument, "--split-string=", 15) == 0)
		return first_command(argument + 15, ret);
	if (argument[0] == '\0' || argument[0] == '-' || strchr(argument, '='))
		return -EINVAL;
	strcpy(ret, argument);
	return 1;
}

int
shebang_exec_trick(const char *head, size_t len, char *ret, size_t size)
{
	static const char exec[] = "'''exec' ";
	const char *at = memchr(head, '\n', len);
	const char *end;
	char until = ' ';

	if (!at || (size_t)(head + len - ++at) < sizeof exec - 1 || memcmp(at, exec, sizeof exec - 1) != 0)
		return 0;
	at += sizeof exec - 1;
	if (at < head + len && *at == '"')
		until = *at++;
	end = memchr(at, until, (size_t)(head + len - at));
	if (!end || (size_t)(end - at) >= size || *at != '/' || memchr(at, '\n', (size_t)(end - at)) ||
	    memchr(at, '\0', (size_t)(end - at)))
		return 0;
	memcpy(ret, at, (size_t)(end - at));
	ret[end - at] = '\0';
	return 1;
}
