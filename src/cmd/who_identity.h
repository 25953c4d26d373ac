/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two columns of :who. */
#ifndef CMD_WHO_IDENTITY_H
#define CMD_WHO_IDENTITY_H

#include "cmd/names.h"
#include "cmd/output.h"
#include "inspect/who.h"

/* Writes the table "identity": user, groups, capabilities and the rest, outside and inside. */
void who_write_identity(const struct who *who, struct names *names, struct output *output);

/* Writes the table "limits": those that differ from the caller's. */
void who_write_limits(const struct who *who, struct names *names, struct output *output);

#endif
