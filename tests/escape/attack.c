/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attack NAME [ARG]…: tries one attack. */
#include "config.h"

#include "attack.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct attack *const tables[] = { call_attacks,	file_attacks,	mount_attacks,	 lifetime_attacks,
					       process_attacks, socket_attacks, terminal_attacks };

int
worked(const char *what)
{
	fprintf(stderr, "worked: %s\n", what);
	return WORKED;
}

int
stopped(const char *what)
{
	fprintf(stderr, "stopped: %s: %s\n", what, strerror(errno));
	return STOPPED;
}

int
untried(const char *what)
{
	fprintf(stderr, "untried: %s: %s\n", what, strerror(errno));
	return UNTRIED;
}

int
look_for_secret(int fd, const char *what)
{
	static char buf[1 << 16];
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return stopped(what);
	while (len < sizeof(buf) && (n = read(fd, buf + len, sizeof(buf) - len)) > 0)
		len += (size_t)n;
	if (n < 0) {
		close(fd);
		return stopped(what);
	}
	close(fd);
	if (memmem(buf, len, SECRET, strlen(SECRET)))
		return worked(what);
	errno = 0;
	return stopped("the secret is not there");
}

int
attack_run(char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	for (size_t t = 0; argc > 0 && t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct attack *a = tables[t]; a->name; a++)
			if (strcmp(a->name, argv[0]) == 0 && argc - 1 >= a->argc)
				return a->run(argv + 1);
	return -1;
}

int
main(int argc, char **argv)
{
	int status = argc > 1 ? attack_run(argv + 1) : -1;

	if (status >= 0)
		return status;
	fputs("usage:\n", stderr);
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct attack *a = tables[t]; a->name; a++)
			fprintf(stderr, "  attack %s %s\n", a->name, a->args);
	return UNTRIED;
}
