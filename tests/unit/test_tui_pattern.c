/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is looked for among rows, as it is typed. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/pattern.h"

/* Whether it is in the text, and whether as it stands. */
static void
expect(const char *typed, const char *text, bool is_in, bool literal)
{
	struct pattern pattern = { 0 };

	pattern_set(&pattern, typed);
	if (pattern_is_in(&pattern, text) != is_in)
		fail_msg("'%s' is %sin '%s'", typed, is_in ? "not " : "", text);
	assert_int_equal(pattern.literal, literal);
	pattern_release(&pattern);
	assert_null(pattern.text);
}

static void
test_expressions(void **state)
{
	(void)state;
	expect("opt", "/opt/data", true, false);
	expect("OPT", "/opt/data", true, false);
	expect("^/opt", "/srv/opt", false, false);
	expect("data$", "/opt/data", true, false);
	expect("a|srv", "/srv", true, false);
	expect("etc", "/opt/data", false, false);
}

/* What is no regular expression, yet or at all, is looked for as it stands, and likewise without regard to case. */
static void
test_unfinished(void **state)
{
	(void)state;
	expect("(Data", "/x/(data)", true, true);
	expect("(data", "/x/data", false, true);
	expect("[a", "x[A", true, true);
	expect("a\\", "a\\b", true, true);
	expect("*+?(", "1*+?(", true, true);
	expect("!(a", "(a", true, true);
}

static void
test_negation(void **state)
{
	struct pattern pattern = { 0 };

	(void)state;
	pattern_set(&pattern, "!opt");
	assert_true(pattern.negated);
	assert_string_equal(pattern_body(&pattern), "opt");
	/* It says where it is, and not whether that is wanted. */
	assert_true(pattern_is_in(&pattern, "/opt"));
	pattern_set(&pattern, "!");
	assert_true(pattern.empty);
	assert_false(pattern_is_in(&pattern, "anything"));
	pattern_set(&pattern, "\\!");
	assert_false(pattern.negated);
	assert_true(pattern_is_in(&pattern, "a!b"));
	pattern_set(&pattern, "");
	assert_null(pattern.text);
	assert_string_equal(pattern_body(&pattern), "");
	assert_false(pattern_is_in(&pattern, ""));
	pattern_release(&pattern);
}

/* What is on the screen counts: there a line break is \n, and no character that a regular expression could skip. */
static void
test_escaped(void **state)
{
	(void)state;
	expect("a\\\\nb", "a\nb", true, false);
	expect("a.b", "a\nb", false, false);
	expect("\\\\e\\[31m", "x\033[31m", true, false);
	expect("\\\\xff", "\xff", true, false);
	expect("^b", "a\nb", false, false);
}

static void
test_place(void **state)
{
	struct pattern pattern = { 0 };
	size_t at, len;

	(void)state;
	pattern_set(&pattern, "!d.t");
	assert_true(pattern_find(&pattern, "/opt/data", &at, &len));
	assert_int_equal(at, 5);
	assert_int_equal(len, 3);
	assert_false(pattern_find(&pattern, "/opt", &at, &len));
	pattern_release(&pattern);
	assert_false(pattern_find(&pattern, "/opt", &at, &len));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions), cmocka_unit_test(test_unfinished), cmocka_unit_test(test_negation),
		cmocka_unit_test(test_escaped),	    cmocka_unit_test(test_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
