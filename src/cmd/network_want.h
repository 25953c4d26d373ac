/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs that want a network, in a sandbox that has none but a loopback: what they say themselves leads nowhere. */
#ifndef CMD_NETWORK_WANT_H
#define CMD_NETWORK_WANT_H

#include <stdbool.h>

#include "sandbox/plan.h"

/* True for a program that is of no use without a network, or is given an address in one ("https://…"). */
bool network_is_wanted(char *const *argv);

/*
 * Before a Jupyter kernel is started: true if its connection file says tcp, where its front end would wait in vain for
 * an answer, a minute and more. *ret_file is a word of the plan's command line.
 */
bool network_kernel_is_lost(const struct plan *plan, const char **ret_file);

#endif
