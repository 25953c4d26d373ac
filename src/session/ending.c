/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the payload's wait status to the outcome of the session. */
#include "config.h"

#include "session/ending.h"

#include <poll.h>
#include <signal.h>

bool
ending_is_before_exec(const struct sandbox *sb)
{
	struct pollfd pfd = { .fd = sb->report_fd, .events = POLLIN };

	/* Readable: a record, so it is about to end by itself. Hung up: executed. */
	return poll(&pfd, 1, 0) == 0;
}

bool
ending_may_be_explained(const struct ending *ending)
{
	return ending->code == CLD_EXITED && ending->status >= STATUS_FAILED && ending->status <= STATUS_NOT_FOUND;
}

int
ending_conclude(const struct ending *ending, struct sandbox *sb, const struct plan *plan,
		session_explainer *explain, struct outcome *ret, struct error *err)
{
	bool exited = ending->code == CLD_EXITED;
	bool exec_failed = false;
	bool failed = sandbox_failure(sb, plan, &exec_failed, err) == 1;
	int status = failed ? err->status : ending->status;

	if (explain)
		explain(sb, plan, exec_failed, failed || exited ? status : 128 + status, err);
	if (failed)
		return -1;
	*ret = (struct outcome){ .status = exited ? status : 0, .signal = exited ? 0 : status };
	return 0;
}
