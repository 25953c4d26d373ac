/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths as strings. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/path.h"

static const struct {
	const char *base, *path, *wanted;
} absolutes[] = {
	{ "/a/b", "c", "/a/b/c" },
	{ "/a/b", "./c/.//d/", "/a/b/c/d" },
	{ "/a/b", ".", "/a/b" },
	{ "/a/b", "", "/a/b" },
	{ "/a/b", "..", "/a" },
	{ "/a/b", "../../..", "/" },
	{ "/a/b", "../../../c", "/c" },
	{ "/a/b", "/x/../y", "/y" },
	{ "/a/b", "//x///y//", "/x/y" },
	{ "/a/b", "/", "/" },
	{ "/a/b", "/..", "/" },
	{ "/", "a", "/a" },
	{ "/", ".", "/" },
	{ "/", "", "/" },
	{ "//a//./b/../c//", "d", "/a/c/d" },
	/* Names that only look like "." and "..". */
	{ "/a", "...", "/a/..." },
	{ "/a", "..b/.c", "/a/..b/.c" },
	{ "/a", "b..", "/a/b.." },
};

static void
test_absolute(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof absolutes / sizeof *absolutes; i++) {
		_autofree_ char *path = path_absolute(absolutes[i].base, absolutes[i].path);

		assert_string_equal(path, absolutes[i].wanted);
	}
}

static void
test_join(void **state)
{
	static const char *const cases[][3] = {
		{ "a", "b", "a/b" },	    { "/a/", "/b", "/a/b" },	 { "/", "b", "/b" },
		{ "/a", "b/c", "/a/b/c" }, { "/a//", "//b", "/a/b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autofree_ char *path = path_join(cases[i][0], cases[i][1]);

		assert_string_equal(path, cases[i][2]);
	}
}

static void
test_below(void **state)
{
	(void)state;
	assert_string_equal(path_below("/a/b/c", "/a"), "b/c");
	assert_string_equal(path_below("/a", "/a"), "");
	assert_string_equal(path_below("/a/b", "/"), "a/b");
	assert_string_equal(path_below("/", "/"), "");
	assert_null(path_below("/ab", "/a"));
	assert_null(path_below("/", "/a"));
	assert_null(path_below("/b/a", "/a"));
	assert_true(path_is_below("/a/b", "/a"));
	assert_true(path_is_below("/a", "/a"));
	assert_false(path_is_below("/a", "/a/b"));
}

static void
test_parts(void **state)
{
	static const struct {
		const char *path;
		int depth;
		const char *parent, *name;
	} cases[] = {
		{ "/", 0, "/", "" }, { "/a", 1, "/", "a" }, { "/a/b", 2, "/a", "b" }, { "/a/b/cc", 3, "/a/b", "cc" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autofree_ char *parent = path_parent(cases[i].path);

		assert_int_equal(path_depth(cases[i].path), cases[i].depth);
		assert_string_equal(parent, cases[i].parent);
		assert_string_equal(path_name(cases[i].path), cases[i].name);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absolute),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
