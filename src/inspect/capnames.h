/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of capabilities(7). */
#ifndef INSPECT_CAPNAMES_H
#define INSPECT_CAPNAMES_H

#include <stddef.h>
#include <stdint.h>

/* Capability number i is called capability_names[i], without "CAP_" and in lower case. */
extern const char *const capability_names[];
extern const size_t capability_names_len;

/*
 * All capabilities that this kernel has, as a set: from sys/kernel/cap_last_cap below `proc`, else those that have a
 * name here.
 */
uint64_t capabilities_all(int proc);

/*
 * A set in words: "none", "all 41", "chown, setuid", or "all but sys_time" where that is shorter. A capability without
 * a name here is its number. The caller frees.
 */
char *capabilities_format(uint64_t set, uint64_t all);

/* The name of one; a number where there is none. The caller frees. */
char *capability_name(unsigned number);

#endif
