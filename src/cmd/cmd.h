/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --command: one `:` command, from its line to what it says. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

/*
 * Runs the command in `line` (":mounts /usr"; the colon may be left out) on `name`: a session, or the number of any
 * process in a sandbox that the user owns; NULL where none was given, which some commands do not need. Writes the
 * answer to f, as JSON or as text. Returns the exit status: 0, or err->status with err filled; then nothing was
 * written but, where a mount is busy, the processes that use it. The caller looks for write errors on f.
 */
int cmd_main(const char *line, const char *name, bool json, FILE *f, struct error *err);

#endif
