/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The payload's environment. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/environ.h"

/* A text that may be changed, as those of main() may. */
#define TEXT(text) ((char[]){ text })

static const struct environ_facts facts = {
	.session = "work",
	.prompt = "isolate",
	.user = "alice",
	.home = "/home/alice",
	.shell = "/bin/zsh",
	.cwd = "/home/alice/work",
};

static size_t
count(char *const *env, const char *name)
{
	size_t len = strlen(name), n = 0;

	for (; *env; env++)
		n += strncmp(*env, name, len) == 0 && (*env)[len] == '=';
	return n;
}

static size_t
length(char *const *env)
{
	size_t n = 0;

	while (env[n])
		n++;
	return n;
}

static void
test_kept_and_set(void **state)
{
	char *outer[] = {
		TEXT("PATH=/bin"), TEXT("USER=bob"),   TEXT("HOME=/home/bob"), TEXT("EMPTY="),	 TEXT("NOEQUALS"),
		TEXT("PWD=/x"),	   TEXT("USER=carol"), TEXT("TERM=xterm"),     TEXT("SHELL=/s"), NULL,
	};
	_autofree_ char **env = environ_make(outer, &facts, NULL, 0);

	(void)state;
	assert_string_equal(environ_get(env, "PATH"), "/bin");
	assert_string_equal(environ_get(env, "TERM"), "xterm");
	assert_string_equal(environ_get(env, "EMPTY"), "");
	assert_null(environ_get(env, "NOEQUALS"));
	assert_string_equal(environ_get(env, "USER"), "alice");
	assert_string_equal(environ_get(env, "LOGNAME"), "alice");
	assert_string_equal(environ_get(env, "HOME"), "/home/alice");
	assert_string_equal(environ_get(env, "SHELL"), "/bin/zsh");
	assert_string_equal(environ_get(env, "PWD"), "/home/alice/work");
	assert_string_equal(environ_get(env, "ISOLATE_SESSION"), "work");
	assert_string_equal(environ_get(env, "debian_chroot"), "isolate");
	/* However often a name was there: which of two a program sees is its own affair. */
	assert_int_equal(count(env, "USER"), 1);
	assert_int_equal(count(env, "PWD"), 1);
	assert_int_equal(length(env), 4 + 7);
}

static void
test_dropped(void **state)
{
	char *outer[2] = { NULL, NULL };

	(void)state;
	for (size_t i = 0; i < environ_dropped_len; i++) {
		_autofree_ char *var = text_format("%s=x", environ_dropped[i].name);
		_autofree_ char *longer = text_format("%sX=x", environ_dropped[i].name);
		_autofree_ char **env = NULL;
		_autofree_ char **kept = NULL;

		assert_true(environ_dropped[i].reason[0] != '\0');
		outer[0] = var;
		env = environ_make(outer, &facts, NULL, 0);
		assert_null(environ_get(env, environ_dropped[i].name));
		outer[0] = longer;
		kept = environ_make(outer, &facts, NULL, 0);
		assert_int_equal(length(kept), 1 + 7);
	}
}

/* Bisected: a row out of order would be passed on. */
static void
test_table_is_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; i < environ_dropped_len; i++)
		assert_true(strcmp(environ_dropped[i - 1].name, environ_dropped[i].name) < 0);
}

static void
test_operations(void **state)
{
	char *outer[] = { TEXT("A=1"), TEXT("B=2"), TEXT("SSH_AUTH_SOCK=/s"), NULL };
	const struct env_op ops[] = {
		{ ENV_SET, TEXT("A"), TEXT("one") },
		{ ENV_SET, TEXT("NEW"), TEXT("a=b c") },
		{ ENV_UNSET, TEXT("B"), NULL },
		{ ENV_SET, TEXT("SSH_AUTH_SOCK"), TEXT("/own") },
		{ ENV_SET, TEXT("HOME"), TEXT("/other") },
		{ ENV_UNSET, TEXT("ABSENT"), NULL },
		{ ENV_SET, TEXT("A"), TEXT("two") },
	};
	_autofree_ char **env = environ_make(outer, &facts, ops, sizeof ops / sizeof *ops);

	(void)state;
	assert_string_equal(environ_get(env, "A"), "two");
	assert_int_equal(count(env, "A"), 1);
	assert_null(environ_get(env, "B"));
	assert_string_equal(environ_get(env, "NEW"), "a=b c");
	assert_string_equal(environ_get(env, "SSH_AUTH_SOCK"), "/own");
	assert_string_equal(environ_get(env, "HOME"), "/other");
}

static void
test_clear(void **state)
{
	char *outer[] = { TEXT("A=1"), TEXT("PATH=/bin"), NULL };
	const struct env_op ops[] = {
		{ ENV_SET, TEXT("B"), TEXT("1") },
		{ ENV_CLEAR, NULL, NULL },
		{ ENV_SET, TEXT("C"), TEXT("2") },
	};
	_autofree_ char **env = environ_make(outer, &facts, ops, sizeof ops / sizeof *ops);

	(void)state;
	assert_int_equal(length(env), 2);
	assert_string_equal(environ_get(env, "PWD"), facts.cwd);
	assert_string_equal(environ_get(env, "C"), "2");
}

static void
test_large(void **state)
{
	enum { COUNT = 5000 };
	char **outer = calloc(COUNT + 1, sizeof(char *));
	_autofree_ char **env = NULL;

	(void)state;
	assert_non_null(outer);
	for (int i = 0; i < COUNT; i++)
		outer[i] = text_format("VAR_%d=%0100d", i, i);
	env = environ_make(outer, &facts, NULL, 0);
	assert_int_equal(length(env), COUNT + 7);
	assert_string_equal(environ_get(env, "VAR_4999"), outer[4999] + strlen("VAR_4999="));
	for (int i = 0; i < COUNT; i++)
		free(outer[i]);
	free(outer);
}

static void
test_session_name(void **state)
{
	static const struct {
		const char *asked, *cwd, *name;
	} cases[] = {
		{ "grading", "/home/alice", "grading" },
		{ NULL, "/home/alice", "alice-7" },
		{ NULL, "/", "isolate-7" },
		{ NULL, "/x/my project", "my_project-7" },
		{ NULL, "/x/.hidden", "_hidden-7" },
		{ NULL, "/x/-rf", "_rf-7" },
		{ NULL, "/x/a.b-c_1", "a.b-c_1-7" },
		{ NULL, "/x/\033[31m\n", "__31m_-7" },
		{ NULL, "/x/\u00e4", "__-7" },
		{ "../up", "/x", "_._up" },
		{ "", "/x", "isolate" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autofree_ char *name = environ_session_name(cases[i].asked, cases[i].cwd, 7);

		assert_string_equal(name, cases[i].name);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_and_set), cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_table_is_sorted), cmocka_unit_test(test_operations),
		cmocka_unit_test(test_clear),	     cmocka_unit_test(test_large),
		cmocka_unit_test(test_session_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
