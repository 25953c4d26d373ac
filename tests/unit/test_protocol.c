/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of the control socket, taken apart: whole ones, cut ones, and what can be none. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cmd/protocol.h"

static int
parse(const char *text, struct request_message *ret)
{
	return protocol_parse(text, strlen(text), ret);
}

static void
test_whole_messages(void **state)
{
	static const struct {
		const char *text;
		enum verb verb;
		size_t number;
		const char *body;
		size_t size;
	} cases[] = {
		{ "cwd 6\n/home", VERB_CWD, 6, NULL, 12 }, /* one byte is missing */
		{ "cwd 5\n/homepid 0\n", VERB_CWD, 5, "/home", 11 },
		{ "home 1\n/", VERB_HOME, 1, "/", 8 },
		{ "home 0\ntext 1\n:", VERB_HOME, 0, "", 7 },
		{ "pid 2147483647\n", VERB_PID, INT_MAX, "", 15 },
		{ "pid 12\n12", VERB_PID, 12, "", 7 },
		{ "joined 7\n", VERB_JOINED, 7, "", 9 },
		{ "listen 0\n", VERB_LISTEN, 0, "", 9 },
		{ "text 9\n:mounts\n/", VERB_TEXT, 9, ":mounts\n/", 16 },
		{ "json 4\n:who", VERB_JSON, 4, ":who", 11 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request_message message;

		assert_int_equal(parse(cases[i].text, &message), cases[i].body ? 1 : 0);
		assert_int_equal(message.size, cases[i].size);
		assert_int_equal(message.verb, cases[i].verb);
		assert_int_equal(message.number, cases[i].number);
		if (cases[i].body)
			assert_memory_equal(message.body, cases[i].body, strlen(cases[i].body));
	}
}

/* Cut anywhere, a message is not complete, and nothing worse. */
static void
test_cut_messages(void **state)
{
	static const char whole[] = "json 13\n:mount /srv/a";
	struct request_message message;

	(void)state;
	for (size_t len = 0; len < sizeof whole - 1; len++) {
		assert_int_equal(protocol_parse(whole, len, &message), 0);
		assert_int_equal(message.size, len > 7 ? sizeof whole - 1 : 0);
	}
	assert_int_equal(protocol_parse(whole, sizeof whole - 1, &message), 1);
}

static void
test_no_messages(void **state)
{
	static const char *const cases[] = {
		"\n", " \n", "text\n", "text \n", "text -1\n", "text +1\n", "text 05\n", "text 1 \n", "text  1\n",
		"TEXT 1\nx", " text 1\n", "text 0x1\n", "text 99999999999999999999\n", "pid 2147483648\n",
		"joined x\n", "listen 1\n", "pid 1 2\n", "answer 0 0 0\n", "cwd 4097\n", "home 4097\n",
		"text 16777217\n", "json 16777217\n", "texts 1\nx",
	};
	char longest[PROTOCOL_LINE_MAX];
	struct request_message message;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(parse(cases[i], &message), -EINVAL);
	/* As long as the line cannot be too long there may be a line break to come. */
	memset(longest, 'x', sizeof longest);
	assert_int_equal(protocol_parse(longest, sizeof longest - 1, &message), 0);
	assert_int_equal(protocol_parse(longest, sizeof longest, &message), -EINVAL);
}

/* A path or a command is a text: what stood behind a NUL would be lost. */
static void
test_nul(void **state)
{
	struct request_message message;

	(void)state;
	assert_int_equal(protocol_parse("text 5\n:he\0p", 12, &message), -EINVAL);
	assert_int_equal(protocol_parse("text 1\0\n:", 9, &message), -EINVAL);
	assert_int_equal(protocol_parse("\0\n", 2, &message), -EINVAL);
	/* It belongs to the next message. */
	assert_int_equal(protocol_parse("text 1\n:\0", 9, &message), 1);
	assert_int_equal(protocol_parse("pid 1\n\0", 7, &message), 1);
}

/* The bounds that isolate-control(7) names. */
static void
test_bounds(void **state)
{
	struct request_message message;

	(void)state;
	assert_int_equal(parse("cwd 4096\n", &message), 0);
	assert_int_equal(message.size, 9 + 4096);
	assert_int_equal(parse("json 16777216\n", &message), 0);
	assert_int_equal(message.size, 14 + 16777216);
}

static void
test_answers(void **state)
{
	static const char *const bad[] = {
		"", "answer", "answer 0", "answer 0 0", "answer 0 0 0 ", "answer 0 0 0 0", "answer 256 0 0",
		"answer -1 0 0",
		"answer 0 00 0", "answer  0 0 0", "event 0", "Answer 0 0 0", "answer 0 18446744073709551615 0",
	};
	char longer[3 * PROTOCOL_LINE_MAX] = "answer 0 0 ";
	int status;
	size_t out, err;

	(void)state;
	assert_int_equal(protocol_parse_answer("answer 125 0 4294967296", &status, &out, &err), 0);
	assert_int_equal(status, 125);
	assert_int_equal(out, 0);
	assert_true(err == 4294967296);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(protocol_parse_answer(bad[i], &status, &out, &err), -EINVAL);
	memset(longer + strlen(longer), '0', sizeof longer - strlen(longer) - 1);
	assert_int_equal(protocol_parse_answer(longer, &status, &out, &err), -EINVAL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_messages),
		cmocka_unit_test(test_cut_messages),
		cmocka_unit_test(test_no_messages),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
