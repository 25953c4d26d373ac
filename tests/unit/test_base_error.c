/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors: the chain of the message, hints, and that the caret stands under its place. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

static char *
printed(const struct error *err)
{
	_autofree_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	error_print(err, f, "isolate");
	fclose(f);
	return text_dup(text);
}

static void
assert_printed(const struct error *err, const char *wanted)
{
	_autofree_ char *text = printed(err);

	assert_string_equal(text, wanted);
}

static void
test_chain(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(error_set(&err, ENOENT, "cannot open '%s'", "/opt/x"), -ENOENT);
	assert_int_equal(err.code, ENOENT);
	assert_int_equal(err.status, STATUS_FAILED);
	error_context(&err, "cannot mount '%s'", "/x");
	error_from(&err, "from %s", "--mnt");
	assert_printed(&err, "isolate: cannot mount '/x': cannot open '/opt/x': No such file or directory"
			     " (from --mnt)\n");
}

static void
test_set_replaces(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;

	(void)state;
	error_set(&err, EPERM, "first");
	error_hint(&err, "a hint");
	error_caret(&err, "text", 0, 1);
	err.status = STATUS_NOT_FOUND;
	/* The older message may be a part of the new one. */
	assert_int_equal(error_set(&err, 0, "second, after %s", err.message), -1);
	assert_int_equal(err.code, 0);
	assert_int_equal(err.status, STATUS_FAILED);
	assert_printed(&err, "isolate: second, after first: Operation not permitted\n");
}

static void
test_nothing_to_say(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;

	(void)state;
	error_context(&err, "context");
	error_from(&err, "from");
	error_hint(&err, "hint");
	error_caret(&err, "text", 0, 1);
	assert_null(err.message);
	assert_null(err.hint);
	assert_null(err.where);
	assert_printed(&err, "");
	assert_int_equal(error_set(NULL, ENOMEM, "nobody listens"), -ENOMEM);
	assert_int_equal(error_set(NULL, 0, "nobody listens"), -1);
	error_context(NULL, "nobody");
	error_from(NULL, "nobody");
	error_hint(NULL, "nobody");
	error_caret(NULL, "nobody", 0, 1);
}

static void
test_hints(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;

	(void)state;
	error_set(&err, 0, "it fails");
	error_hint(&err, "first");
	/* A newline in a path makes no line of its own. */
	error_hint(&err, "second '%s'", "a\nhint: b");
	assert_printed(&err, "isolate: it fails\nhint: first\nhint: second 'a\\nhint: b'\n");
}

static void
test_escapes(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;

	(void)state;
	error_set(&err, 0, "no '%s'", "\033]0;x\a\nfake\xff");
	error_caret(&err, "a\033b", 2, 1);
	assert_printed(&err, "isolate: no '\\e]0;x\\x07\\nfake\\xff'\n"
			     "  a\\eb\n"
			     "     ^\n");
}

static const struct {
	const char *text;
	int at, len;
	const char *mark;
} carets[] = {
	{ "ro:/x", 0, 2, "^~" },
	{ "ro:/x", 3, 2, "   ^~" },
	{ "ro:/x", 3, 1, "   ^" },
	{ "ro:/x", 3, 0, "   ^" },
	/* At the end and beyond it. */
	{ "ro:/x", 5, 1, "     ^" },
	{ "ro:/x", 3, 99, "   ^~" },
	{ "ro:/x", -1, 1, "^" },
	/* Two bytes, one column; three bytes, two; an accent of its own, none; escapes, as they are shown. */
	{ "\xc3\xa9:x", 3, 1, "  ^" },
	{ "\xe4\xb8\xad\xe6\x96\x87:x", 6, 1, "    ^" },
	{ "a\xe4\xb8\xad", 1, 3, " ^~" },
	{ "e\xcc\x81x", 3, 1, " ^" },
	{ "\t\n\xffx", 3, 1, "        ^" },
	{ "x\ty", 1, 1, " ^~" },
};

static void
test_caret(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof carets / sizeof *carets; i++) {
		_autoerror_ struct error err = ERROR_INIT;
		_autofree_ char *text = NULL;
		char *mark;

		error_set(&err, 0, "here");
		error_caret(&err, carets[i].text, carets[i].at, carets[i].len);
		text = printed(&err);
		mark = strchr(strchr(text, '\n') + 1, '\n') + 1;
		assert_memory_equal(mark, "  ", 2);
		*strchr(mark, '\n') = '\0';
		assert_string_equal(mark + 2, carets[i].mark);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_set_replaces),
		cmocka_unit_test(test_nothing_to_say),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_caret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
