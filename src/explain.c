/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where errors of a sandbox meet those who can explain them. */
#include "config.h"

#include "explain.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "inspect/execchain.h"
#include "inspect/machine.h"
#include "sandbox/door.h"

/* A variable as the payload had it, or NULL. */
static const char *
payload_variable(const struct plan *plan, const char *name)
{
	size_t len = strlen(name);

	for (char **env = plan->envp; *env; env++)
		if (strncmp(*env, name, len) == 0 && (*env)[len] == '=')
			return *env + len + 1;
	return NULL;
}

/* The root of a process that is ours and unreaped, so the number cannot be anybody else's. */
static int
open_root(pid_t pid)
{
	char root[32];

	snprintf(root, sizeof root, "/proc/%d/root", (int)pid);
	return open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

void
explain_failure(const struct sandbox *sb, const struct plan *plan, bool exec_failed, int status, struct error *err)
{
	_autoclose_ int inside = -1, outside = -1;
	struct execchain_query query = {
		.program = plan->argv[0],
		.path_env = payload_variable(plan, "PATH"),
		.library_path = payload_variable(plan, "LD_LIBRARY_PATH"),
		.cwd = plan->cwd,
		.home = getenv("HOME"),
		.default_specs = !plan->door && plan->req->specs_are_default,
	};

	if (!exec_failed && status != STATUS_NOT_FOUND)
		return;
	inside = plan->door ? fcntl(plan->door->root, F_DUPFD_CLOEXEC, 0) : open_root(sb->init);
	outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (inside < 0 || outside < 0)
		return;
	query.inside = inside;
	query.outside = outside;
	query.errnum = exec_failed ? err->code : 0;
	execchain_explain(&query, err);
}

void
explain_machine(struct error *err)
{
	if (err->topic == ERROR_TOPIC_USERNS)
		machine_explain_userns(err);
	else if (err->topic == ERROR_TOPIC_PROC)
		machine_explain_proc(err);
}
