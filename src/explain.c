/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where errors of a sandbox meet those who can explain them. */
#include "config.h"

#include "explain.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "inspect/execchain.h"
#include "inspect/machine.h"

static const char *
payload_path(const struct plan *plan)
{
	for (char **env = plan->envp; *env; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			return *env + 5;
	return NULL;
}

void
explain_failure(const struct sandbox *sb, const struct plan *plan, bool exec_failed, int status, struct error *err)
{
	_autoclose_ int inside = -1, outside = -1;
	char root[32];
	struct execchain_query query = { .program = plan->argv[0], .path_env = payload_path(plan), .cwd = plan->cwd };

	if (!exec_failed && status != STATUS_NOT_FOUND)
		return;
	/* pid 1 is ours and unreaped, so the number cannot be anybody else's. The payload could not change its root. */
	snprintf(root, sizeof root, "/proc/%d/root", (int)sb->init);
	inside = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
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
