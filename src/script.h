/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The front for those who call isolate.sh: the command line, variables, view and messages of the shell script that this
 * program replaces (doc/isolate.sh.1), as a request like any other.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>

#include "base/error.h"
#include "sandbox/request.h"

/* True if argv[0] names the script: its last component ends in ".sh", under whatever name the program was installed. */
bool script_is_invoked(const char *argv0);

/*
 * Fills req from argv and from MNTDIRS, VERBOSE, NI_QUIET and NI_TMPFS_SIZE. Looks at the machine for the directories
 * of the script's own view and for bash. 0, or negative with err filled; req is to be released in both cases.
 */
int script_parse(int argc, char **argv, struct request *req, struct error *err);

#endif
