/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's record: what is written is read back, and nothing else is taken for one. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "session/registry_record.h"

/* All bytes that a text can have. */
static char every_byte[256];

static struct session_record
sample(char **argv)
{
	static char user[] = "alice", none[] = "none", group[] = "pty";
	static char home[] = "/home/a \"b\" \\", shell[] = "/bin/sh";

	return (struct session_record){
		.pid = 12,
		.pidns = 4026531836,
		.started = 1764000000,
		.init = 13,
		.payload = 14,
		.init_started = 99,
		.sandbox_pidns = UINT64_MAX,
		.uid = 0,
		.gid = (gid_t)-2,
		.outer_uid = 1000,
		.outer_gid = 1001,
		.user = user,
		.net = none,
		.group = group,
		.cwd = every_byte,
		.home = home,
		.shell = shell,
		.watch = none,
		.argv = argv,
	};
}

static int
parse(const char *text, struct session_record *ret)
{
	_autofree_ char *copy = text_dup(text);

	return record_parse(copy, ret);
}

static int
set_up(void **state)
{
	(void)state;
	for (int i = 1; i < 256; i++)
		every_byte[i - 1] = (char)i;
	return 0;
}

static void
test_round_trip(void **state)
{
	char sh[] = "sh", option[] = "-c", script[] = "echo 'a'\nend\n", empty[] = "";
	char *argv[] = { sh, option, script, empty, every_byte, NULL };
	struct session_record record = sample(argv), again;
	_autofree_ char *text = record_text(&record);

	(void)state;
	assert_int_equal(parse(text, &again), 0);
	assert_int_equal(again.pid, 12);
	assert_int_equal(again.init, 13);
	assert_int_equal(again.payload, 14);
	assert_true(again.pidns == 4026531836 && again.started == 1764000000 && again.init_started == 99);
	assert_true(again.sandbox_pidns == UINT64_MAX);
	assert_true(again.uid == 0 && again.gid == (gid_t)-2 && again.outer_uid == 1000 && again.outer_gid == 1001);
	assert_string_equal(again.user, "alice");
	assert_string_equal(again.net, "none");
	assert_string_equal(again.group, "pty");
	assert_null(again.hostname);
	assert_null(again.prompt);
	assert_null(again.name);
	assert_string_equal(again.cwd, every_byte);
	assert_string_equal(again.home, "/home/a \"b\" \\");
	assert_string_equal(again.shell, "/bin/sh");
	assert_string_equal(again.watch, "none");
	for (int i = 0; i < 5; i++)
		assert_string_equal(again.argv[i], argv[i]);
	assert_null(again.argv[5]);
	session_record_release(&again);
}

/* For people too: nothing in it can look like another line. */
static void
test_text_is_printable(void **state)
{
	char *argv[] = { every_byte, NULL };
	struct session_record record = sample(argv);
	_autofree_ char *text = record_text(&record);

	(void)state;
	assert_memory_equal(text, "isolate 1\n", 10);
	for (const char *p = text; *p != '\0'; p++)
		assert_true(*p == '\n' || (*p >= ' ' && *p <= '~'));
}

/* Arguments without an end are cut, between two of them, and the record is whole. */
static void
test_long_arguments(void **state)
{
	static char bytes[] = "\1\1\1\1\1\1\1\1\1", *argv[3001];
	struct session_record record = sample(argv), again;
	_autofree_ char *text = NULL;
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 3000; i++)
		argv[i] = bytes;
	text = record_text(&record);
	assert_true(strlen(text) < RECORD_BYTES_MAX);
	assert_int_equal(parse(text, &again), 0);
	while (again.argv[len]) {
		assert_string_equal(again.argv[len], argv[len]);
		len++;
	}
	assert_true(len > 500 && len < 3000);
	session_record_release(&again);
}

static void
test_bad_records(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"isolate 1",
		"isolate 1\n",
		"isolate 1\npid 1\nargv \"a\"\n",
		"isolate 1\npid 1\nargv \"a\"\nend",
		"isolate 2\npid 1\nargv \"a\"\nend\n",
		"pid 1\nisolate 1\nargv \"a\"\nend\n",
		"isolate 1\nargv \"a\"\nend\n",
		"isolate 1\npid 1\nend\n",
		"isolate 1\npid 0\nargv \"a\"\nend\n",
		"isolate 1\npid 2147483648\nargv \"a\"\nend\n",
		"isolate 1\npid -1\nargv \"a\"\nend\n",
		"isolate 1\npid\nargv \"a\"\nend\n",
		"isolate 1\npid x\nargv \"a\"\nend\n",
		"isolate 1\npid 1\nuid 4294967296\nargv \"a\"\nend\n",
		"isolate 1\npid 1\nargv a\nend\n",
		"isolate 1\npid 1\nargv \"a\nend\n",
		"isolate 1\npid 1\nargv \"a\"\"b\"\nend\n",
		"isolate 1\npid 1\nargv \"\\\nend\n",
		"isolate 1\npid 1\nargv \"\\x\nend\n",
		"isolate 1\npid 1\nargv \"\\x4\nend\n",
		"isolate 1\npid 1\nargv \"\\x00\"\nend\n",
		"isolate 1\npid 1\nargv \"\\n\"\nend\n",
		"isolate 1\npid 1\nargv \"a\"\nargv \"b\"\nend\n",
		"isolate 1\npid 1\ncwd /\nargv \"a\"\nend\n",
		"isolate 1\npid 1\ncwd \"/\" \"/\"\nargv \"a\"\nend\n",
	};
	struct session_record record;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int r = parse(bad[i], &record);

		if (r != -EINVAL)
			print_message("# taken for a record: %s\n", bad[i]);
		assert_int_equal(r, -EINVAL);
		assert_null(record.argv);
		assert_null(record.cwd);
	}
}

/* Later versions may say more; the last of two is what counts. */
static void
test_unknown_keys(void **state)
{
	static const char text[] = "isolate 1\npid 1\nfrobs \"\\\nfrob\n\ncwd \"/a\"\ncwd \"/b\"\nargv\nend\nbeyond \"";
	struct session_record record;

	(void)state;
	assert_int_equal(parse(text, &record), 0);
	assert_int_equal(record.pid, 1);
	assert_string_equal(record.cwd, "/b");
	assert_null(record.argv[0]);
	session_record_release(&record);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_text_is_printable),
		cmocka_unit_test(test_long_arguments),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_unknown_keys),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
