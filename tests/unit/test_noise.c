/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of misses that are no cause of anything. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inspect/noise.h"

static void
test_matches(void **state)
{
	static const struct {
		const char *path, *pattern;
	} cases[] = {
		{ "/var/run/nscd/socket", "/var/run/nscd/**" },
		{ "/var/run/nscd", "/var/run/nscd/**" },
		{ "/var/run/nscdx", NULL },
		{ "/var/run", NULL },
		{ "/sys/fs/selinux", "/sys/fs/selinux/**" },
		{ "/usr/lib/locale", NULL }, /* all locales of the machine are gone: that is a cause */
		{ "/usr/lib/locale/C.utf8/LC_CTYPE", "/usr/lib/locale/*/**" },
		{ "/l/conda/lib/glibc-hwcaps/x86-64-v3/libz.so.1", "**/glibc-hwcaps/**" },
		{ "/l/conda/lib/glibc-hwcaps", "**/glibc-hwcaps/**" },
		{ "/l/conda/lib/libz.so.1", NULL },
		{ "/etc/ld.so.preload", "/etc/ld.so.preload" },
		{ "/etc/ld.so.preload/x", NULL },
		{ "/etc/ld.so.cache", "/etc/ld.so.cache" },
		{ "/home/u/.bashrc", "~/.bash*" },
		{ "/home/u/.config", "~/.config/**" },
		{ "/home/u/.config/a/b", "~/.config/**" },
		{ "/home/u2/.config", NULL },
		{ "/home/u", NULL },
		{ "/home/u/.local/lib/python3.11/site-packages", "~/.local/lib/**" },
		{ "/home/u/.local/bin", NULL },
		{ "/home/u/data.csv", NULL },
		{ "/", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct noise_row *row = noise_find(cases[i].path, "/home/u");

		if (cases[i].pattern)
			assert_string_equal(row ? row->pattern : "none", cases[i].pattern);
		else
			assert_string_equal(row ? row->pattern : "none", "none");
	}
}

/* Without a home directory, or with a useless one, nothing counts as being in it. */
static void
test_homes(void **state)
{
	(void)state;
	assert_null(noise_find("/.bashrc", "/"));
	assert_null(noise_find("/.bashrc", ""));
	assert_null(noise_find("/home/u/.bashrc", NULL));
}

/* What is told to people of a row. */
static void
test_rows_have_reasons(void **state)
{
	(void)state;
	for (size_t i = 0; i < noise_rows_len; i++) {
		const struct noise_row *row = &noise_rows[i];

		assert_non_null(strchr("/~*", row->pattern[0]));
		assert_true(strlen(row->reason) > 10);
		assert_true(row->reason[strlen(row->reason) - 1] != '.');
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(row->pattern, noise_rows[j].pattern);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_homes),
		cmocka_unit_test(test_rows_have_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
