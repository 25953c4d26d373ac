/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers from text: whole strings only, range-checked, no locale. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdint.h>

/* Decimal, no sign, no blanks, 0..max. 0 or -EINVAL (not a number), -ERANGE. *ret is written on success only. */
int number_parse(const char *text, uint64_t max, uint64_t *ret);

/*
 * A size in bytes: a decimal number with an optional suffix k, m, g, t (powers of 1024, "B" or "iB" may
 * follow, either case) as tmpfs(5) takes them, or N% of the machine's memory is NOT taken. 0, -EINVAL or -ERANGE.
 */
int number_parse_size(const char *text, uint64_t *ret);

#endif
