/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a user's files of a kind are. */
#include "config.h"

#include "base/xdg.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/path.h"

char *
xdg_path(const char *variable, const char *fallback, const char *below)
{
	const char *directory = getenv(variable), *home = getenv("HOME");
	_autofree_ char *own = NULL;

	if (directory && directory[0] == '/')
		return path_join(directory, below);
	if (!home || home[0] != '/')
		return NULL;
	own = path_join(home, fallback);
	return path_join(own, below);
}
