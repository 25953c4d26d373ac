/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An error as JSON, on one line:
 *
 *	{"error":TEXT,"status":N,"code":ERRNO or 0,"hints":[TEXT,…],"line":TEXT or null,"caret":BYTE,"length":BYTES}
 *
 * `line` is what the caret points into. Texts are as json.h has them.
 */
#ifndef CMD_ERROR_JSON_H
#define CMD_ERROR_JSON_H

#include <stdio.h>

#include "base/error.h"

void error_json_write(FILE *f, const struct error *err);

/* Reads what error_json_write() has written, and nothing else. 0 with *ret filled, or -EINVAL. */
int error_json_read(const char *text, struct error *ret);

#endif
