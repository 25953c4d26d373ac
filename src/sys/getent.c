/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name service through getent(1). */
#include "config.h"

#include "sys/getent.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

struct getent
getent_open(const char *database, const char *key)
{
	/* After "--" a key that begins with a dash is still a key. */
	char *const argv[] = { (char *)"getent", (char *)"--", (char *)database, (char *)key, NULL };
	struct getent getent = { NULL, 0 };
	posix_spawn_file_actions_t actions;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return getent;
	if (posix_spawn_file_actions_init(&actions) == 0) {
		if (posix_spawn_file_actions_adddup2(&actions, ends[1], 1) != 0 ||
		    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) != 0 ||
		    posix_spawnp(&getent.pid, "getent", &actions, NULL, argv, environ) != 0)
			getent.pid = 0;
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[1]);
	if (getent.pid > 0)
		getent.lines = fdopen(ends[0], "r");
	if (!getent.lines)
		close(ends[0]);
	return getent;
}

void
getent_close(struct getent *getent)
{
	if (getent->lines)
		fclose(getent->lines);
	while (getent->pid > 0 && waitpid(getent->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*getent = (struct getent){ NULL, 0 };
}
