/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isolate-inspect: reads its arguments, and shows a running sandbox on the terminal or, without one, as text. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cmd/cmd.h"

static const char usage[] = "usage: isolate-inspect [--json] SESSION|PID\n";

int
main(int argc, char **argv)
{
	_autoerror_ struct error err = ERROR_INIT;
	bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
	int status;

	if (argc != 2 + json || argv[1 + json][0] == '-') {
		fputs(usage, stderr);
		return STATUS_FAILED;
	}
	status = cmd_main(":mounts", argv[1 + json], json, stdout, &err);
	if (err.message)
		error_print(&err, stderr, "isolate-inspect");
	return status;
}
