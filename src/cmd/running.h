/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of the sessions that run, for who may not include session/registry.h. */
#ifndef CMD_RUNNING_H
#define CMD_RUNNING_H

#include <stddef.h>

/* Sorted; none where the registry cannot be read. The caller frees each and the array. */
char **running_sessions(size_t *ret_len);

#endif
