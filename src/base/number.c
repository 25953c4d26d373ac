/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers from text: whole strings only, range-checked, no locale. */
#include "config.h"

#include "base/number.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Reads the digits that text begins with; *end is behind them, *overflow says that they do not fit. False: none. */
static bool
read_digits(const char *text, uint64_t *ret, bool *overflow, const char **end)
{
	uint64_t value = 0;
	const char *c;

	*overflow = false;
	for (c = text; *c >= '0' && *c <= '9'; c++) {
		uint64_t digit = (uint64_t)(*c - '0');

		if (value > (UINT64_MAX - digit) / 10)
			*overflow = true;
		else
			value = value * 10 + digit;
	}
	*end = c;
	*ret = value;
	return c != text;
}

int
number_parse(const char *text, uint64_t max, uint64_t *ret)
{
	uint64_t value;
	bool overflow;
	const char *end;

	if (!read_digits(text, &value, &overflow, &end) || *end != '\0')
		return -EINVAL;
	if (overflow || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

int
number_parse_size(const char *text, uint64_t *ret)
{
	static const char suffixes[] = "kmgt";
	uint64_t value;
	bool overflow;
	const char *end;
	unsigned shift = 0;

	if (!read_digits(text, &value, &overflow, &end))
		return -EINVAL;
	if (*end != '\0') {
		/* Setting bit 5 makes ASCII letters lower case and makes no other character a letter of the list. */
		const char *suffix = strchr(suffixes, *end | 0x20);

		if (!suffix || (end[1] != '\0' && strcasecmp(end + 1, "b") != 0 && strcasecmp(end + 1, "ib") != 0))
			return -EINVAL;
		shift = 10 * (unsigned)(suffix - suffixes + 1);
	}
	if (overflow || value > UINT64_MAX >> shift)
		return -ERANGE;
	*ret = value << shift;
	return 0;
}
