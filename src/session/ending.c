/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the payload's wait status to the outcome of the session. */
#include "config.h"

#include "session/ending.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"

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

bool
ending_is_failure(int status)
{
	static const int faults[] = { SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS };

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (status == 128 + faults[i])
			return true;
	return status != 0 && status <= 128;
}

bool
ending_is_of_typed_shell(char *const *argv)
{
	static const char *const shells[] = { "sh",    "bash",	"dash", "ash",	"zsh",	"fish",
					      "ksh",   "ksh93", "mksh", "tcsh", "csh",	"elvish" };
	bool is_shell = !argv[0];

	for (size_t i = 0; argv[0] && i < sizeof shells / sizeof *shells; i++)
		is_shell |= strcmp(path_name(argv[0]), shells[i]) == 0;
	for (size_t i = 1; is_shell && argv[0] && argv[i]; i++) {
		bool is_long = strncmp(argv[i], "--", 2) == 0;

		/* A script, or its text behind an option. */
		is_shell = argv[i][0] == '-' && (is_long || !strchr(argv[i], 'c'));
	}
	return is_shell && isatty(STDIN_FILENO);
}

char *
ending_text(const struct ending *ending)
{
	if (ending->code == CLD_EXITED)
		return text_format("ended with status %d", ending->status);
	return text_format("was ended by a signal: %s", strsignal(ending->status));
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
