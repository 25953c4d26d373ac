/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for people: what is escaped and what is not, columns, the nearest word, quoting for a shell. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/text.h"

static const struct {
	const char *text, *escaped;
} escapes[] = {
	{ "", "" },
	{ "plain 'text' \"and\" \\ more", "plain 'text' \"and\" \\ more" },
	{ "a\nb\tc\033[31md", "a\\nb\\tc\\e[31md" },
	{ "\r\a\b\x7f\x01", "\\x0d\\x07\\x08\\x7f\\x01" },
	{ "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x90\xa7", "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x90\xa7" },
	{ "\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\\u{0080}\\u{009b}\\u{009f}\xc2\xa0" },
	/* The bidirectional controls, each end of each range, and the neighbours that are none. */
	{ "\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f", "\\u{061c}\\u{200e}\\u{200f}" },
	/* Nothing would be seen of these; with a joiner words are written. */
	{ "a\xe2\x80\x8b\xc2\xad\xef\xbb\xbf", "a\\u{200b}\\u{00ad}\\u{feff}" },
	{ "\xf3\xa0\x81\x81\xe3\x85\xa4", "\\u{e0041}\\u{3164}" },
	{ "\xe2\x80\x8c\xe2\x80\x8d", "\xe2\x80\x8c\xe2\x80\x8d" },
	{ "\xe2\x80\xaa\xe2\x80\xae\xe2\x80\xaf", "\\u{202a}\\u{202e}\xe2\x80\xaf" },
	{ "\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9", "\xe2\x81\xa5\\u{2066}\\u{2069}" },
	{ "\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}" },
	/* Not UTF-8: stray and missing continuations, overlong forms, surrogates, above U+10FFFF. */
	{ "\x80x\xbf", "\\x80x\\xbf" },
	{ "\xc3", "\\xc3" },
	{ "\xe4\xb8", "\\xe4\\xb8" },
	{ "\xe4\xb8z", "\\xe4\\xb8z" },
	{ "\xf0\x9f\x90", "\\xf0\\x9f\\x90" },
	{ "\xc0\xaf\xc1\xbf", "\\xc0\\xaf\\xc1\\xbf" },
	{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
	{ "\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf" },
	{ "\xed\x9f\xbf\xed\xa0\x80", "\xed\x9f\xbf\\xed\\xa0\\x80" },
	{ "\xf4\x8f\xbf\xbf\xf4\x90\x80\x80", "\xf4\x8f\xbf\xbf\\xf4\\x90\\x80\\x80" },
	{ "\xf5\x80\x80\x80\xff\xfe", "\\xf5\\x80\\x80\\x80\\xff\\xfe" },
};

static void
test_escape(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
		_autofree_ char *escaped = text_escape(escapes[i].text);
		_autofree_ char *again = text_escape(escaped);
		_autofree_ char *printed = NULL;
		size_t size;
		FILE *f = open_memstream(&printed, &size);

		assert_string_equal(escaped, escapes[i].escaped);
		assert_string_equal(again, escaped);
		text_print(f, escapes[i].text);
		fclose(f);
		assert_string_equal(printed, escaped);
	}
}

/* No byte sequence gets a control character through. */
static void
test_escape_lets_nothing_through(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[16];
		_autofree_ char *escaped = NULL;

		for (size_t i = 0; i < sizeof text - 1; i++) {
			random = random * 1664525 + 1013904223;
			text[i] = (char)((random >> 24) | 1);
		}
		text[sizeof text - 1] = '\0';
		escaped = text_escape(text);
		for (const unsigned char *c = (unsigned char *)escaped; *c != '\0'; c++) {
			assert_true(*c >= 0x20 && *c != 0x7f);
			if (*c == 0xc2)
				assert_true(c[1] >= 0xa0);
		}
	}
}

static void
test_columns(void **state)
{
	(void)state;
	assert_int_equal(text_columns("", 5), 0);
	assert_int_equal(text_columns("abc", 2), 2);
	assert_int_equal(text_columns("abc", 100), 3);
	assert_int_equal(text_columns("\xc3\xa9z", 3), 2);
	/* Half a character is not there. */
	assert_int_equal(text_columns("\xc3\xa9z", 1), 0);
	assert_int_equal(text_columns("\xe4\xb8\xad\xe4\xb8\xad", 6), 4);
	/* A combining accent takes none. */
	assert_int_equal(text_columns("e\xcc\x81x", 4), 2);
	assert_int_equal(text_columns("\xf0\x9f\x90\xa7", 4), 2);
	assert_int_equal(text_columns("\n\xff\xc2\x9b", 4), 2 + 4 + 8);
}

static const struct {
	const char *word, *nearest;
} guesses[] = {
	{ "mtn", "mnt" },	    /* a swap is one edit */
	{ "mnnt", "mnt" },	    /* one too many */
	{ "mt", "mnt" },	    /* one too few */
	{ "nmt", "mnt" },
	{ "mnt", "mnt" },
	{ "MNT", "mnt" },
	{ "verbsoe", "verbose" },
	{ "vebsoe", "verbose" },    /* two edits in a word of six */
	{ "hostnmae", "hostname" },
	{ "tmpfssize", "tmpfs-size" },
	{ "verb", "verbose" },	    /* a beginning of one alone */
	{ "ver", NULL },	    /* of two */
	{ "v", NULL },
	{ "x", NULL },		    /* nothing in common */
	{ "", NULL },
	{ "xyz", NULL },
	{ "mxx", NULL },	    /* two edits in a short word */
	{ "version", "version" },
	{ "frobnicate", NULL },
};

static void
test_nearest(void **state)
{
	static const char *const words[] = { "mnt", "version", "verbose", "hostname", "tmpfs-size", "net" };
	char monster[1000];

	(void)state;
	for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
		const char *nearest = text_nearest(guesses[i].word, words, sizeof words / sizeof *words);

		if (!guesses[i].nearest && nearest)
			fail_msg("'%s' is not near to '%s'", guesses[i].word, nearest);
		if (guesses[i].nearest) {
			if (!nearest)
				fail_msg("nothing is near to '%s'", guesses[i].word);
			assert_string_equal(nearest, guesses[i].nearest);
		}
	}
	assert_null(text_nearest("mnt", words, 0));
	memset(monster, 'm', sizeof monster - 1);
	monster[sizeof monster - 1] = '\0';
	assert_null(text_nearest(monster, words, sizeof words / sizeof *words));
}

static const struct {
	const char *text, *quoted;
} quotes[] = {
	{ "plain/a-b_c.d,e:f@g%h+i=j", "plain/a-b_c.d,e:f@g%h+i=j" },
	{ "", "''" },
	{ "a b", "'a b'" },
	{ "it's", "'it'\\''s'" },
	{ "$(x) `y` \\ \"z\" *?[]{}~!#&|;<>^", "'$(x) `y` \\ \"z\" *?[]{}~!#&|;<>^'" },
	{ "=ls", "'=ls'" },
	{ "~", "'~'" },
	{ "\xc3\xa9", "'\xc3\xa9'" },
	{ "a\nb", "$'a\\nb'" },
	{ "'\\\t\033", "$'\\'\\\\\\t\\033'" },
	{ "\xff" "0\x01" "7", "$'\\3770\\0017'" },
	{ "\xe2\x80\xae", "$'\\342\\200\\256'" },
};

static void
test_shell_quote(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
		_autofree_ char *quoted = text_shell_quote(quotes[i].text);
		_autofree_ char *printed = text_escape(quoted);

		assert_string_equal(quoted, quotes[i].quoted);
		assert_string_equal(printed, quoted);
	}
}

/* What is quoted is read back by a shell that knows $'…'. */
static void
test_shell_reads_it_back(void **state)
{
	(void)state;
	if (access("/bin/bash", X_OK) != 0)
		skip();
	for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
		_autofree_ char *quoted = text_shell_quote(quotes[i].text);
		_autofree_ char *script = text_format("[ \"$1\" = %s ]", quoted);
		int status;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			execl("/bin/bash", "bash", "-c", script, "bash", quotes[i].text, NULL);
			_exit(99);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

static void
test_array(void **state)
{
	size_t cap = 0;
	int *array = array_grow(NULL, &cap, 1, sizeof *array);

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		size_t before = cap;

		array = array_grow(array, &cap, i + 1, sizeof *array);
		assert_true(cap >= i + 1);
		assert_true(cap == before || cap == 2 * before);
		array[i] = (int)i;
	}
	assert_int_equal(array[999], 999);
	free(array);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),	  cmocka_unit_test(test_escape_lets_nothing_through),
		cmocka_unit_test(test_columns),	  cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_shell_quote), cmocka_unit_test(test_shell_reads_it_back),
		cmocka_unit_test(test_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
