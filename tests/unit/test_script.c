/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isolate.sh: its command line and variables as a request, and what its shell does with the arguments. */
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
#include "script.h"

enum { ARGS_MAX = 16 };

struct run {
	struct request req;
	struct error err;
	int ret;
};

static void
run_release(struct run *run)
{
	request_release(&run->req);
	error_release(&run->err);
}

#define _autorun_ __attribute__((cleanup(run_release)))

/* The words, NULL at the end, are what follows "isolate.sh". */
static void
run_words(struct run *run, const char *const *words)
{
	char *argv[ARGS_MAX] = { (char *)"/usr/bin/isolate.sh" };
	int argc = 1;

	for (; words[argc - 1]; argc++)
		argv[argc] = (char *)words[argc - 1];
	*run = (struct run){ .err = ERROR_INIT };
	request_init(&run->req);
	run->ret = script_parse(argc, argv, &run->req, &run->err);
}

#define RUN(run, ...) run_words(run, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static void
test_name(void **state)
{
	(void)state;
	assert_true(script_is_invoked("isolate.sh"));
	assert_true(script_is_invoked("/usr/bin/isolate.sh"));
	assert_true(script_is_invoked("my-isolate.sh"));
	assert_false(script_is_invoked("isolate"));
	assert_false(script_is_invoked("/home/x.sh/isolate"));
	assert_false(script_is_invoked(".sh"));
	assert_false(script_is_invoked(""));
	assert_false(script_is_invoked(NULL));
}

/* The specs that are not the script's own view, joined with commas. */
static char *
asked_specs(const struct request *req)
{
	char *all = text_dup("");

	for (size_t i = 0; i < req->specs.len; i++) {
		char *more;

		if (req->specs.items[i].origin != ORIGIN_OPTION)
			continue;
		more = text_format("%s%s%s", all, *all != '\0' ? "," : "", req->specs.items[i].text);
		free(all);
		all = more;
	}
	return all;
}

static void
assert_asked(const struct run *run, const char *wanted)
{
	_autofree_ char *asked = asked_specs(&run->req);

	assert_int_equal(run->ret, 0);
	assert_string_equal(asked, wanted);
}

static void
assert_has_spec(const struct request *req, const char *text)
{
	for (size_t i = 0; i < req->specs.len; i++)
		if (req->specs.items[i].origin == ORIGIN_DEFAULT && strcmp(req->specs.items[i].text, text) == 0)
			return;
	fail_msg("the view has no '%s'", text);
}

static void
test_view(void **state)
{
	_autorun_ struct run run;
	char cwd[4096];

	(void)state;
	setenv("HOME", "/etc", 1);
	RUN(&run);
	assert_int_equal(run.ret, 0);
	assert_true(run.req.script && run.req.no_defaults && !run.req.specs_are_default);
	assert_int_equal(run.req.as, AS_ROOT);
	assert_int_equal(run.req.net, NET_NONE);
	assert_int_equal(run.req.tmpfs_size, 32 << 20);
	assert_has_spec(&run.req, "ro:/usr");
	assert_has_spec(&run.req, "ro:/bin");
	assert_has_spec(&run.req, "/tmp=none");
	assert_has_spec(&run.req, "/etc=none");
	assert_asked(&run, ".");
	assert_non_null(getcwd(cwd, sizeof cwd));
	assert_string_equal(run.req.chdir, cwd);
}

static void
test_home_that_is_none(void **state)
{
	static const char *const homes[] = { "", "/", "//", "relative", "/nonexistent/home" };

	(void)state;
	for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
		_autorun_ struct run run;
		size_t none = 0;

		setenv("HOME", homes[i], 1);
		RUN(&run);
		assert_int_equal(run.ret, 0);
		for (size_t k = 0; k < run.req.specs.len; k++)
			none += run.req.specs.items[k].none;
		assert_int_equal(none, 1); /* /tmp */
	}
}

static void
test_options(void **state)
{
	_autorun_ struct run all, last, empty, attached, stop, dashes, missing;

	(void)state;
	RUN(&all, "-v", "-m", "/a ro:/b", "-b", "/base", "--no-net", "--", "-v");
	assert_asked(&all, "/a,ro:/b");
	assert_true(all.req.verbose);
	assert_string_equal(all.req.base, "/base");
	assert_int_equal(all.req.net, NET_HOST);
	assert_string_equal(all.req.argv[4], "-v");
	assert_null(all.req.argv[5]);
	/* The last one counts, and those before are not even read. */
	RUN(&last, "--mnt", "foo:/a", "-m", "/b");
	assert_asked(&last, "/b");
	RUN(&empty, "-m", "", "-b", "");
	assert_asked(&empty, ".");
	assert_null(empty.req.base);
	RUN(&attached, "--mnt=/c", "x");
	assert_asked(&attached, "/c");
	/* The first that is not the script's ends the options. */
	RUN(&stop, "--as", "root", "-m", "/c");
	assert_asked(&stop, ".");
	assert_string_equal(stop.req.argv[4], "--as");
	assert_string_equal(stop.req.argv[7], "/c");
	RUN(&dashes, "--", "--", "x");
	assert_string_equal(dashes.req.argv[4], "--");
	RUN(&missing, "-m");
	assert_int_equal(missing.ret, -1);
	assert_true(missing.req.script);
	assert_string_equal(missing.err.message, "-m needs an argument: SPECS");
}

static void
test_variables(void **state)
{
	_autorun_ struct run set, given, empty, percent, bad, spec;

	(void)state;
	setenv("USER", "me", 1);
	unsetenv("LOGNAME");
	setenv("MNTDIRS", "/m", 1);
	setenv("VERBOSE", "1", 1);
	setenv("NI_QUIET", "1", 1);
	setenv("NI_TMPFS_SIZE", "1G", 1);
	RUN(&set);
	assert_asked(&set, "/m");
	assert_true(set.req.verbose && set.req.quiet);
	assert_int_equal(set.req.tmpfs_size, 1 << 30);
	RUN(&given, "-m", "/a");
	assert_asked(&given, "/a");
	assert_int_equal(given.req.env_ops_len, 2);
	assert_string_equal(given.req.env_ops[0].name, "USER");
	assert_string_equal(given.req.env_ops[0].value, "me");
	assert_string_equal(given.req.env_ops[1].name, "MNTDIRS");
	assert_string_equal(given.req.env_ops[1].value, "/a");
	setenv("MNTDIRS", "foo:/m", 1);
	RUN(&spec);
	assert_true(spec.ret < 0);
	assert_non_null(strstr(spec.err.message, "MNTDIRS"));
	setenv("MNTDIRS", "", 1);
	setenv("VERBOSE", "", 1);
	setenv("NI_QUIET", "", 1);
	setenv("NI_TMPFS_SIZE", "", 1);
	RUN(&empty);
	assert_asked(&empty, ".");
	assert_true(!empty.req.verbose && !empty.req.quiet);
	assert_int_equal(empty.req.tmpfs_size, 32 << 20);
	setenv("NI_TMPFS_SIZE", "50%", 1);
	RUN(&percent);
	assert_int_equal(percent.ret, 0);
	assert_true(percent.req.tmpfs_size > 1 << 20);
	setenv("NI_TMPFS_SIZE", "101%", 1);
	RUN(&bad);
	assert_true(bad.ret < 0);
	assert_string_equal(bad.err.message, "NI_TMPFS_SIZE: '101%' is not a size");
	unsetenv("NI_TMPFS_SIZE");
}

/* Runs the request's command as it is, without a sandbox; what it says on standard output, and its status. */
static char *
said(const struct request *req, int *ret_status)
{
	int fds[2];
	pid_t pid;
	char *text = NULL;
	size_t len = 0, cap = 0;
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], 1);
		execv(req->argv[0], req->argv);
		_exit(99);
	}
	close(fds[1]);
	do {
		text = array_grow(text, &cap, len + 100, 1);
		n = read(fds[0], text + len, 99);
		assert_true(n >= 0);
		len += (size_t)n;
	} while (n > 0);
	text[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, ret_status, 0), pid);
	return text;
}

static void
test_command(void **state)
{
	static const struct {
		const char *words[6];
		const char *output;
		int status;
	} cases[] = {
		{ { "echo", "a  b", "c" }, "a b c\n", 0 },
		{ { "echo a;", "echo", "'x  y'", ">/dev/null" }, "a\n", 0 },
		/* The arguments are still there, under their numbers. */
		{ { "echo", "$2", "two" }, "$2 two\n", 0 },
		{ { "echo", "$0", "$#" }, "isolate.sh 3\n", 0 },
		{ { "printf", "%s", "a b" }, "ab", 0 },
		{ { "exit", "3" }, "", 3 },
		/* It stops where something fails. */
		{ { "false;", "echo", "on" }, "", 1 },
		{ { "nosuchprogram", "2>/dev/null" }, "", 127 },
	};

	(void)state;
	setenv("NI_QUIET", "1", 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autorun_ struct run run;
		_autofree_ char *output = NULL;
		int status;

		run_words(&run, cases[i].words);
		output = said(&run.req, &status);
		assert_string_equal(output, cases[i].output);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), cases[i].status);
	}
	unsetenv("NI_QUIET");
}

static void
test_messages(void **state)
{
	_autorun_ struct run command, shell;
	_autofree_ char *command_says = NULL;
	_autofree_ char *shell_says = NULL;
	_autofree_ char *cwd = getcwd(NULL, 0);
	_autofree_ char *where = text_format(" in %s\n", cwd);
	_autofree_ char *cwd_line = text_format("%s\n", cwd);
	int status;

	(void)state;
	/* A shell that says whom it takes itself for. */
	setenv("SHELL", "/bin/pwd", 1);
	RUN(&command, "echo", "a  b");
	command_says = said(&command.req, &status);
	assert_int_equal(status, 0);
	assert_non_null(strstr(command_says, where));
	assert_non_null(strstr(command_says, "\nrunning command echo a  b\na b\n"));
	RUN(&shell);
	shell_says = said(&shell.req, &status);
	assert_int_equal(status, 0);
	assert_non_null(strstr(shell_says, where));
	assert_null(strstr(shell_says, "running command"));
	assert_string_equal(strchr(shell_says, '\n') + 1, cwd_line);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_view),
		cmocka_unit_test(test_home_that_is_none),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_messages),
	};

	unsetenv("MNTDIRS");
	unsetenv("VERBOSE");
	unsetenv("NI_QUIET");
	unsetenv("NI_TMPFS_SIZE");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
