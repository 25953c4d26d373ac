/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An error as JSON and back: the same error, or none. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/error_json.h"

static char *
written(const struct error *err)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	error_json_write(f, err);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void
assert_same_text(const char *a, const char *b)
{
	if (a && b)
		assert_string_equal(a, b);
	else
		assert_true(a == b);
}

static void
expect_round_trip(const struct error *err)
{
	_autofree_ char *text = written(err);
	_autoerror_ struct error again = ERROR_INIT;

	assert_int_equal(strchr(text, '\n') - text, strlen(text) - 1);
	assert_int_equal(error_json_read(text, &again), 0);
	assert_string_equal(again.message, err->message);
	assert_int_equal(again.status, err->status);
	assert_int_equal(again.code, err->code);
	assert_same_text(again.where, err->where);
	assert_int_equal(again.caret, err->caret);
	assert_int_equal(again.caret_len, err->caret_len);
	assert_same_text(again.hint, err->hint);
}

static void
test_form(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;
	_autofree_ char *text = NULL;

	(void)state;
	error_set(&err, 0, "unknown flag '%s'", "rx");
	error_from(&err, "from :mount");
	error_caret(&err, "rx:/y", 0, 2);
	error_hint(&err, "one");
	error_hint(&err, "two");
	text = written(&err);
	assert_string_equal(text, "{\"error\":\"unknown flag 'rx' (from :mount)\",\"status\":125,\"code\":0,"
				  "\"hints\":[\"one\",\"two\"],\"line\":\"rx:/y\",\"caret\":0,\"length\":2}\n");
	expect_round_trip(&err);
}

static void
test_without_the_rest(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;
	_autofree_ char *text = NULL;

	(void)state;
	error_set(&err, ENOENT, "cannot mount '/x'");
	err.status = 127;
	text = written(&err);
	assert_non_null(strstr(text, "\"status\":127,\"code\":2,"));
	assert_non_null(strstr(text, "\"hints\":[],\"line\":null,\"caret\":0,\"length\":0}\n"));
	expect_round_trip(&err);
}

/* Each byte by itself and among others, and characters of all lengths. */
static void
test_all_bytes(void **state)
{
	static const char *const texts[] = {
		"\303\251", "\342\202\254", "\360\237\230\200", "\342\200\256", "\303",
		"\342\202", "\360\237\230", "\355\240\200",
		"\364\217\277\275", "\364\217\277\275xff", "\300\200", "\\u0041", "\\", "\"", "\t\n\r\33[0m\177", "",
	};

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		_autoerror_ struct error err = ERROR_INIT;

		error_set(&err, 0, "a%cb", byte);
		error_caret(&err, err.message, 1, 1);
		expect_round_trip(&err);
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		_autoerror_ struct error err = ERROR_INIT;

		error_set(&err, 0, "%s", texts[i]);
		error_hint(&err, "%s.", texts[i]);
		expect_round_trip(&err);
	}
}

/* Cut anywhere, or with something behind it, it is none, and nothing is left in the error. */
static void
test_cut(void **state)
{
	_autoerror_ struct error err = ERROR_INIT, again = ERROR_INIT;
	_autofree_ char *text = NULL, *more = NULL;

	(void)state;
	error_set(&err, EPERM, "a\377\"\33");
	error_hint(&err, "hint");
	error_caret(&err, "line", 1, 2);
	text = written(&err);
	for (size_t len = 0; len < strlen(text); len++) {
		_autofree_ char *cut = text_ndup(text, len);

		assert_int_equal(error_json_read(cut, &again), -EINVAL);
		assert_null(again.message);
	}
	more = text_format("%s ", text);
	assert_int_equal(error_json_read(more, &again), -EINVAL);
}

#define REST ",\"hints\":[],\"line\":null,\"caret\":0,\"length\":0}\n"

/* Whoever answers may not be who we think. */
static void
test_hostile(void **state)
{
	static const char *const bad[] = {
		"{\"error\":\"a\",\"status\":-1,\"code\":0" REST,
		"{\"error\":\"a\",\"status\":1,\"code\":2147483648" REST,
		"{\"error\":\"\\u0000\",\"status\":1,\"code\":0" REST,
		"{\"error\":\"\\ud800\",\"status\":1,\"code\":0" REST,
		"{\"error\":\"\\udbff\\udffdx00\",\"status\":1,\"code\":0" REST,
		"{\"error\":\"\\q\",\"status\":1,\"code\":0" REST,
		"{\"error\":\"a\",\"status\":1,\"code\":0,\"hints\":[\"a\",],\"line\":null,\"caret\":0,\"length\":0}\n",
	};
	static const char outside[] =
		"{\"error\":\"a\",\"status\":1,\"code\":0,\"hints\":[],\"line\":\"ab\",\"caret\":3,\"length\":1}\n";
	_autoerror_ struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(error_json_read(bad[i], &err), -EINVAL);
	/* A caret outside its line is left out. */
	assert_int_equal(error_json_read(outside, &err), 0);
	assert_null(err.where);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_without_the_rest),
		cmocka_unit_test(test_all_bytes),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
