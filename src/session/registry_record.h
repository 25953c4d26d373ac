/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text of a session's record, as it stands in NAME.session. Lines `KEY VALUE…`, of which the first is "isolate 1"
 * and the last "end"; numbers stand as they are, texts between double quotes, in which \" and \\ stand for themselves
 * and \xNN for a byte that is not printable ASCII. Unknown keys are skipped.
 */
#ifndef SESSION_REGISTRY_RECORD_H
#define SESSION_REGISTRY_RECORD_H

#include <stddef.h>

#include "session/registry.h"

/* What a record may be long: arguments beyond it are left out. */
enum { RECORD_BYTES_MAX = 64 * 1024 };

/* The caller frees. */
char *record_text(const struct session_record *record);

/* Reads it, changing it. 0 with *ret filled, to be released; or -EINVAL. The name is left to the caller. */
int record_parse(char *text, struct session_record *ret);

#endif
