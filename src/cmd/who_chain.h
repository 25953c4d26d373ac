/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chain of user namespaces, as a table of :who. */
#ifndef CMD_WHO_CHAIN_H
#define CMD_WHO_CHAIN_H

#include "cmd/names.h"
#include "cmd/output.h"
#include "inspect/userns.h"

/* Writes the table "user_namespaces", and a note where the chain is not whole. */
void who_write_chain(const struct userns_chain *chain, struct names *names, struct output *output);

#endif
