/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log: what is said at which level, and that it is escaped. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"

/* Both kinds of line at that level, as they come out on standard error. */
static char *
said_at(enum log_level level)
{
	_autofree_ char *text = NULL;
	size_t size;
	FILE *real = stderr;

	stderr = open_memstream(&text, &size);
	log_set_level(level);
	log_note("a '%s'", "b\n\033");
	log_verbose("c %d", 1);
	fclose(stderr);
	stderr = real;
	return text_dup(text);
}

static void
test_levels(void **state)
{
	_autofree_ char *quiet = said_at(LOG_QUIET);
	_autofree_ char *normal = said_at(LOG_NORMAL);
	_autofree_ char *verbose = said_at(LOG_VERBOSE);

	(void)state;
	assert_string_equal(quiet, "");
	assert_string_equal(normal, "isolate: note: a 'b\\n\\e'\n");
	assert_string_equal(verbose, "isolate: note: a 'b\\n\\e'\nisolate: c 1\n");
	assert_int_equal(log_level(), LOG_VERBOSE);
}

static void
test_program(void **state)
{
	_autofree_ char *text = NULL;

	(void)state;
	log_set_program("isolate.sh");
	text = said_at(LOG_NORMAL);
	log_set_program("isolate");
	assert_string_equal(text, "isolate.sh: note: a 'b\\n\\e'\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
