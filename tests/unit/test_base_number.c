/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and sizes from text. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/number.h"

/* What must stay there where a number is refused. */
static const uint64_t untouched = 4711;

static void
test_number(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		int ret;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0, 0 },
		{ "1", 0, -ERANGE, 0 },
		{ "007", 10, 0, 7 },
		{ "4294967294", UINT32_MAX - 1, 0, 4294967294 },
		{ "4294967295", UINT32_MAX - 1, -ERANGE, 0 },
		{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, -ERANGE, 0 },
		{ "99999999999999999999999", UINT64_MAX, -ERANGE, 0 },
		{ "", 10, -EINVAL, 0 },
		{ "-1", 10, -EINVAL, 0 },
		{ "+1", 10, -EINVAL, 0 },
		{ " 1", 10, -EINVAL, 0 },
		{ "1 ", 10, -EINVAL, 0 },
		{ "1x", 10, -EINVAL, 0 },
		{ "0x1", 10, -EINVAL, 0 },
		{ "99999999999999999999999x", UINT64_MAX, -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t value = untouched;

		assert_int_equal(number_parse(cases[i].text, cases[i].max, &value), cases[i].ret);
		assert_int_equal(value, cases[i].ret == 0 ? cases[i].value : untouched);
	}
}

static void
test_size(void **state)
{
	static const struct {
		const char *text;
		int ret;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "4096", 0, 4096 },
		{ "1k", 0, 1 << 10 },
		{ "32M", 0, 32 << 20 },
		{ "32MB", 0, 32 << 20 },
		{ "32MiB", 0, 32 << 20 },
		{ "32mib", 0, 32 << 20 },
		{ "3g", 0, 3ull << 30 },
		{ "16T", 0, 16ull << 40 },
		{ "16777215T", 0, 16777215ull << 40 },
		{ "16777216T", -ERANGE, 0 },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "k", -EINVAL, 0 },
		{ "50%", -EINVAL, 0 },
		{ "1B", -EINVAL, 0 },
		{ "1kk", -EINVAL, 0 },
		{ "1kBx", -EINVAL, 0 },
		{ "1ki", -EINVAL, 0 },
		{ "1.5g", -EINVAL, 0 },
		{ "-1k", -EINVAL, 0 },
		{ "1 k", -EINVAL, 0 },
		{ "1\x0b", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t value = untouched;

		assert_int_equal(number_parse_size(cases[i].text, &value), cases[i].ret);
		assert_int_equal(value, cases[i].ret == 0 ? cases[i].value : untouched);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
