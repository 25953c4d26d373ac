/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the programs are that belong to isolate and are apart from it. */
#include "config.h"

#include "session/programs.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

/* What configure has to find for a program to be made. One that is not here needs nothing. */
static const struct {
	const char *name, *libraries, *packages;
} needs[] = {
	{ "isolate-prompt", "readline", "libreadline-dev" },
	{ "isolate-inspect", "ncursesw, readline and jansson", "libncurses-dev libreadline-dev libjansson-dev" },
	{ "isolate-kernelspec", "jansson", "libjansson-dev" },
};

/* The directory that the running program is in. NULL: not known. The caller frees. */
static char *
own_directory(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	if (n <= 0 || path[0] != '/')
		return NULL;
	path[n] = '\0';
	return path_parent(path);
}

static int
refuse(const char *name, struct error *err)
{
	error_set(err, 0, "the program '%s' is not installed", name);
	error_hint(err, "it is looked for in '%s'", PKGLIBEXECDIR);
	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
		if (strcmp(needs[i].name, name) == 0)
			error_hint(err, "it is made together with isolate where there is %s (Debian: %s)",
				   needs[i].libraries, needs[i].packages);
	return -ENOENT;
}

int
program_find(const char *name, char **ret, struct error *err)
{
	_autofree_ char *own = own_directory();
	const char *const directories[] = { own, PKGLIBEXECDIR };

	for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
		_autofree_ char *path = directories[i] ? path_join(directories[i], name) : NULL;

		if (!path || access(path, X_OK) < 0)
			continue;
		*ret = take_ptr(path);
		return 0;
	}
	return refuse(name, err);
}

int
program_execute(const char *name, char **argv, struct error *err)
{
	_autofree_ char *path = NULL;
	int r = program_find(name, &path, err);

	if (r < 0)
		return r;
	argv[0] = path;
	execv(path, argv);
	return error_set(err, errno, "cannot execute '%s'", path);
}
