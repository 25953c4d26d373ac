/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --report FILE: what was missed, and how it ended, for programs. doc/REPORT.md says what it holds. */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "base/error.h"
#include "cmd/explain.h"
#include "session/session.h"

/* Before anything starts: whether the file can be written. 0, or negative with err filled. */
int report_check(const char *path, struct error *err);

/*
 * Writes the report, whole or not at all: to a new file beside it that takes its place. What is there and no regular
 * file (a FIFO, /dev/stderr) is written to as it stands. `failure` is why no program ran, or what was said of it; its
 * message may be NULL. 0 or -errno.
 */
int report_write(const char *path, const struct story *story, const struct outcome *outcome,
		 const struct error *failure);

/* The same to a stream. */
void report_print(FILE *f, const struct story *story, const struct outcome *outcome, const struct error *failure);

#endif
