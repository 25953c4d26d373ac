/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: the table is well formed, each form of an option works, each mistake is named with its cure. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "options.h"

enum { ARGS_MAX = 24 };

/* One command line, its blank-separated words ("''" is an empty one), and what became of it. */
struct run {
	struct request req;
	struct error err;
	bool done;
	int ret;
	char *words;
	char *argv[ARGS_MAX];
};

static void
run_release(struct run *run)
{
	request_release(&run->req);
	error_release(&run->err);
	free(run->words);
}

#define _autorun_ __attribute__((cleanup(run_release)))

static void
run_line(struct run *run, const char *line)
{
	int argc = 0;
	char *rest;

	*run = (struct run){ .err = ERROR_INIT, .words = text_dup(line) };
	request_init(&run->req);
	run->argv[argc++] = (char *)"/usr/bin/isolate";
	rest = run->words;
	for (char *word = strsep(&rest, " "); word && argc < ARGS_MAX - 1; word = strsep(&rest, " "))
		if (*word != '\0')
			run->argv[argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
	run->ret = options_parse(argc, run->argv, &run->req, &run->done, &run->err);
}

/* The command line must be good; what is left of it is `program`. */
static void
run_good(struct run *run, const char *line, const char *program)
{
	_autofree_ char *left = text_dup("");

	run_line(run, line);
	if (run->ret != 0)
		fail_msg("'%s': %s", line, run->err.message);
	assert_null(run->err.message);
	assert_false(run->done);
	for (char **word = run->req.argv; *word; word++) {
		char *more = text_format("%s%s%s", left, *left != '\0' ? " " : "", *word);

		free(left);
		left = more;
	}
	assert_string_equal(left, program);
}

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *row = &option_rows[i];

		assert_true(strlen(row->long_name) > 1);
		assert_int_equal(strspn(row->long_name, "abcdefghijklmnopqrstuvwxyz-"), strlen(row->long_name));
		assert_non_null(row->group);
		assert_true(strlen(row->help) > 0 && strlen(row->help) <= HELP_WIDTH - HELP_COLUMN);
		assert_true(row->help[strlen(row->help) - 1] != '.');
		assert_true(row->help[0] >= 'a' && row->help[0] <= 'z');
		assert_true(strlen(row->man) > 0 && row->man[strlen(row->man) - 1] == '\n');
		assert_true((row->apply != NULL) != (row->show != NULL));
		assert_true(row->arg || row->complete == COMPLETE_NOTHING);
		assert_int_equal(row->words != NULL, row->complete == COMPLETE_WORDS);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(row->long_name, option_rows[k].long_name);
			assert_true(row->short_name == 0 || row->short_name != option_rows[k].short_name);
			/* A group's rows stand together. */
			if (strcmp(row->group, option_rows[k].group) == 0)
				assert_string_equal(row->group, option_rows[i - 1].group);
		}
	}
}

/* A value that the option takes. */
static const char *
sample(const struct option_row *row)
{
	static const char *const samples[][2] = {
		{ "mnt", "/x" }, { "tmpfs-size", "1m" }, { "as", "5:6" }, { "net", "host" }, { "setenv", "A=b" },
		{ "inspect-key", "ctrl-]" }, { "on-miss", "report" }, { "allow", "/opt/*" },
		{ "profile", "/proc/self/status" }, /* a file of no size, so an empty profile */
	};

	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		if (strcmp(row->long_name, samples[i][0]) == 0)
			return samples[i][1];
	return "x";
}

/* Every option in every form that its row promises. */
static void
test_each_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *row = &option_rows[i];
		const char *value = option_args(row) == 2 ? "A b" : sample(row);
		_autofree_ char *bare = text_format("--%s %s prog --%s", row->long_name, value, row->long_name);
		_autofree_ char *left = text_format("prog --%s", row->long_name);
		_autofree_ char *attached = text_format("--%s=%s prog", row->long_name, sample(row));
		_autofree_ char *missing = text_format("--%s", row->long_name);

		if (row->show)
			continue;
		if (!row->arg) {
			_autorun_ struct run flag, with_value;
			_autofree_ char *flag_line = text_format("--%s prog", row->long_name);

			run_good(&flag, flag_line, "prog");
			run_line(&with_value, attached);
			assert_int_equal(with_value.ret, -1);
			assert_non_null(strstr(with_value.err.message, "takes no argument"));
		} else if (option_takes_optional(row)) {
			_autorun_ struct run without, with;
			_autofree_ char *flag_line = text_format("--%s prog", row->long_name);

			run_good(&without, flag_line, "prog");
			run_good(&with, attached, "prog");
		} else {
			_autorun_ struct run one, two, none;

			run_good(&one, bare, left);
			run_good(&two, attached, "prog");
			run_line(&none, missing);
			assert_int_equal(none.ret, -1);
			assert_non_null(strstr(none.err.message, "needs"));
			assert_non_null(strstr(none.err.message, row->arg));
		}
	}
}

static void
test_short(void **state)
{
	_autorun_ struct run apart, attached, bundle;

	(void)state;
	run_good(&apart, "-m /a -b /b p", "p");
	assert_string_equal(apart.req.specs.items[0].text, "/a");
	assert_string_equal(apart.req.base, "/b");
	run_good(&attached, "-m/a -b/b p", "p");
	assert_string_equal(attached.req.specs.items[0].text, "/a");
	assert_string_equal(attached.req.base, "/b");
	run_good(&bundle, "-qvm /a p", "p");
	assert_true(bundle.req.verbose);
	assert_string_equal(bundle.req.specs.items[0].text, "/a");
}

static void
test_end_of_options(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },	   { "prog -v --as x", "prog -v --as x" }, { "-- -x", "-x" },
		{ "-- -- x", "-- x" }, { "--", "" },			   { "- x", "- x" },
		{ "-q -- -v", "-v" },  { "--chdir -- x", "x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autorun_ struct run run;

		run_good(&run, cases[i][0], cases[i][1]);
		assert_false(run.req.verbose);
	}
}

static void
test_values(void **state)
{
	_autorun_ struct run nothing, run;

	(void)state;
	run_good(&nothing, "", "");
	assert_int_equal(nothing.req.as, AS_SELF);
	assert_int_equal(nothing.req.net, NET_NONE);
	assert_int_equal(nothing.req.tmpfs_size, 0);
	assert_null(nothing.req.base);
	assert_false(nothing.req.no_defaults || nothing.req.dry_run || nothing.req.check || nothing.req.quiet ||
		     nothing.req.verbose || nothing.req.script);

	run_good(&run,
		 "--as root --as 7 --no-net --net none --name a.b --hostname h-1.x --tmpfs-size=64M --no-defaults "
		 "--chdir /d --dry-run",
		 "");
	assert_int_equal(run.req.as, AS_IDS);
	assert_int_equal(run.req.as_uid, 7);
	assert_int_equal(run.req.as_gid, 7);
	assert_int_equal(run.req.net, NET_NONE);
	assert_string_equal(run.req.name, "a.b");
	assert_string_equal(run.req.hostname, "h-1.x");
	assert_int_equal(run.req.tmpfs_size, 64 << 20);
	assert_true(run.req.no_defaults);
	assert_string_equal(run.req.chdir, "/d");
	assert_true(run.req.dry_run);
}

static void
test_as(void **state)
{
	_autorun_ struct run root, ids, biggest, net;

	(void)state;
	run_good(&root, "--as=root", "");
	assert_int_equal(root.req.as, AS_ROOT);
	run_good(&ids, "--as=1000:100", "");
	assert_int_equal(ids.req.as_uid, 1000);
	assert_int_equal(ids.req.as_gid, 100);
	run_good(&biggest, "--as=4294967294:0", "");
	assert_int_equal(biggest.req.as_uid, 4294967294);
	assert_int_equal(biggest.req.as_gid, 0);
	run_good(&net, "--no-net", "");
	assert_int_equal(net.req.net, NET_HOST);
}

static void
test_quiet_and_verbose(void **state)
{
	_autorun_ struct run quiet, verbose;

	(void)state;
	run_good(&quiet, "-v -q", "");
	assert_true(quiet.req.quiet && !quiet.req.verbose);
	run_good(&verbose, "-qv", "");
	assert_true(!verbose.req.quiet && verbose.req.verbose);
}

static void
test_environment(void **state)
{
	static const struct env_op wanted[] = {
		{ ENV_CLEAR, NULL, NULL },
		{ ENV_SET, (char *)"A", (char *)"b" },
		{ ENV_SET, (char *)"C", (char *)"d=e" },
		{ ENV_SET, (char *)"D", (char *)"" },
		{ ENV_SET, (char *)"E", (char *)"" },
		{ ENV_SET, (char *)"F", (char *)"x=y" },
		{ ENV_UNSET, (char *)"A", NULL },
	};
	_autorun_ struct run run;

	(void)state;
	run_good(&run,
		 "--clearenv --setenv A b --setenv=C=d=e --setenv=D= --setenv E '' --setenv F x=y --unsetenv A", "");
	assert_int_equal(run.req.env_ops_len, sizeof wanted / sizeof *wanted);
	for (size_t i = 0; i < run.req.env_ops_len; i++) {
		assert_int_equal(run.req.env_ops[i].kind, wanted[i].kind);
		if (wanted[i].name)
			assert_string_equal(run.req.env_ops[i].name, wanted[i].name);
		if (wanted[i].value)
			assert_string_equal(run.req.env_ops[i].value, wanted[i].value);
		else
			assert_null(run.req.env_ops[i].value);
	}
}

/* The only spec, and where it is said to come from. */
static void
assert_spec(const struct request *req, const char *text, const char *from, bool is_default)
{
	assert_int_equal(req->specs.len, 1);
	assert_string_equal(req->specs.items[0].text, text);
	assert_string_equal(req->specs.items[0].from, from);
	assert_int_equal(req->specs.items[0].origin, ORIGIN_OPTION);
	assert_int_equal(req->specs_are_default, is_default);
}

static void
test_watching(void **state)
{
	_autorun_ struct run plain, shown, other, decided;

	(void)state;
	run_good(&plain, "prog", "prog");
	assert_false(plain.req.trace);
	run_good(&shown, "--inspect prog", "prog");
	assert_true(shown.req.trace);
	/* No session is started. */
	run_good(&other, "--inspect=name", "");
	assert_false(other.req.trace);
	run_good(&decided, "--on-miss=mount prog", "prog");
	assert_true(decided.req.trace);
}

static void
test_default_specs(void **state)
{
	_autorun_ struct run none, blank, mntdirs, mnt, bad, unused;

	(void)state;
	run_good(&none, "", "");
	assert_spec(&none.req, ".", "the default '.'", true);
	setenv("MNTDIRS", " ", 1);
	run_good(&blank, "", "");
	assert_spec(&blank.req, ".", "the default '.'", true);
	setenv("MNTDIRS", "ro:/x", 1);
	run_good(&mntdirs, "", "");
	assert_spec(&mntdirs.req, "ro:/x", "MNTDIRS", false);
	run_good(&mnt, "-m /y", "");
	assert_spec(&mnt.req, "/y", "--mnt", false);
	setenv("MNTDIRS", "foo:/x", 1);
	run_line(&bad, "");
	assert_int_not_equal(bad.ret, 0);
	assert_non_null(strstr(bad.err.message, "MNTDIRS"));
	assert_non_null(bad.err.where);
	/* What is not used is not looked at. */
	run_good(&unused, "-m /y", "");
	unsetenv("MNTDIRS");
}

static const char by_number[] = "users and groups are given by number: --as=1000:100";
static const char two_forms[] = "one word is --setenv=NAME=VALUE, two are --setenv NAME VALUE";
static const char labels[] = "labels of letters, digits and '-' inside, with dots between; see hostname(7)";

static const struct {
	const char *line, *message, *hint; /* hint NULL: none */
} mistakes[] = {
	{ "--mtn x", "unknown option '--mtn'", "did you mean '--mnt'?" },
	{ "--mtn=x", "unknown option '--mtn'", "did you mean '--mnt'?" },
	{ "--vers", "unknown option '--vers'", "did you mean '--version'?" },
	{ "--no-defalts", "unknown option '--no-defalts'", "did you mean '--no-defaults'?" },
	{ "--frobnicate", "unknown option '--frobnicate'", "'isolate --help' lists the options" },
	{ "--=x", "unknown option '--'", "'isolate --help' lists the options" },
	{ "-net=host", "unknown option '-net'", "did you mean '--net'?" },
	{ "-qx", "unknown option '-x'", "'isolate --help' lists the options" },
	{ "-x", "unknown option '-x'", "'isolate --help' lists the options" },
	{ "-v --dry-run=yes", "--dry-run takes no argument: '--dry-run=yes'", NULL },
	{ "-m", "--mnt needs an argument: SPECS", NULL },
	{ "--setenv A", "--setenv needs two arguments: NAME VALUE", NULL },
	{ "-m ''", "--mnt: there is no spec in ''", "'--mnt .' is the current directory, as without --mnt" },
	{ "--base=", "--base: DIR is empty", NULL },
	{ "--chdir ''", "--chdir: DIR is empty", NULL },
	{ "--as bob", "--as: 'bob' is not self, root or UID[:GID]", by_number },
	{ "--as rot", "--as: 'rot' is not self, root or UID[:GID]", "did you mean '--as=root'?" },
	{ "--as=", "--as: '' is not self, root or UID[:GID]", by_number },
	{ "--as 1:", "--as: '1:' is not self, root or UID[:GID]", by_number },
	{ "--as :1", "--as: ':1' is not self, root or UID[:GID]", by_number },
	{ "--as 1:2:3", "--as: '1:2:3' is not self, root or UID[:GID]", by_number },
	{ "--as -1", "--as: '-1' is not self, root or UID[:GID]", by_number },
	{ "--as 4294967295", "--as: '4294967295' is no user id: the largest is 4294967294", NULL },
	{ "--as 1:4294967295", "--as: '4294967295' is no group id: the largest is 4294967294", NULL },
	{ "--net hots", "--net: 'hots' is not none or host", "did you mean '--net=host'?" },
	{ "--net private", "--net: 'private' is not none or host", NULL },
	{ "--name=", "--name: NAME is empty", NULL },
	{ "--name a/b", "--name: 'a/b' holds a '/'", NULL },
	{ "--name ..", "--name: '..' is the name of a directory", NULL },
	{ "--name a\033b", "--name: 'a\033b' holds a control character, or is not UTF-8", NULL },
	{ "--name \xff", "--name: '\xff' holds a control character, or is not UTF-8", NULL },
	{ "--hostname=", "--hostname: NAME is empty", NULL },
	{ "--hostname -a", "--hostname: '-a' is not a host name", labels },
	{ "--hostname a..b", "--hostname: 'a..b' is not a host name", labels },
	{ "--hostname a_b", "--hostname: 'a_b' is not a host name", labels },
	{ "--tmpfs-size 50%", "--tmpfs-size: '50%' is not a size",
	  "a size is a number of bytes, with k, m, g or t after it if you like: --tmpfs-size=64m" },
	{ "--tmpfs-size 0", "--tmpfs-size: '0' would leave no room", NULL },
	{ "--tmpfs-size 99999999t", "--tmpfs-size: '99999999t' is more than any machine has", NULL },
	{ "--setenv=A", "--setenv: 'A' is not NAME=VALUE", two_forms },
	{ "--setenv==B", "--setenv: '=B' is not NAME=VALUE", two_forms },
	{ "--setenv A=B c", "--setenv: the name 'A=B' holds a '='", two_forms },
	{ "--setenv '' c", "--setenv: NAME is empty", NULL },
	{ "--unsetenv A=B", "--unsetenv: the name 'A=B' holds a '='", NULL },
};

static void
test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		_autorun_ struct run run;

		run_line(&run, mistakes[i].line);
		assert_true(run.ret < 0);
		assert_int_equal(run.err.status, STATUS_FAILED);
		assert_string_equal(run.err.message, mistakes[i].message);
		if (mistakes[i].hint) {
			assert_non_null(run.err.hint);
			assert_string_equal(run.err.hint, mistakes[i].hint);
		} else {
			assert_null(run.err.hint);
		}
	}
}

static void
test_lengths(void **state)
{
	static const char a64[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	_autofree_ char *name = text_format("--name %s", a64);
	_autofree_ char *long_name = text_format("--name %sa", a64);
	_autofree_ char *host = text_format("--hostname %s", a64);
	_autofree_ char *long_host = text_format("--hostname %sa", a64);
	_autofree_ char *long_label = text_format("--hostname %.32s%.32s", a64, a64);
	_autorun_ struct run ok_name, bad_name, ok_host, bad_host, bad_label;

	(void)state;
	assert_int_equal(strlen(a64), 64);
	run_good(&ok_name, name, "");
	run_good(&ok_host, host, "");
	run_line(&bad_name, long_name);
	assert_int_equal(bad_name.ret, -1);
	run_line(&bad_host, long_host);
	assert_int_equal(bad_host.ret, -1);
	run_line(&bad_label, long_label);
	assert_int_equal(bad_label.ret, -1);
}

static void
test_spec_error_has_a_caret(void **state)
{
	_autorun_ struct run run;

	(void)state;
	run_line(&run, "-m /a -m foo:/b");
	assert_true(run.ret < 0);
	assert_string_equal(run.err.where, "foo:/b");
	assert_int_equal(run.err.caret, 0);
	assert_non_null(strstr(run.err.message, "--mnt"));
}

static void
test_help(void **state)
{
	_autofree_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	options_print_help(f, "my-isolate");
	fclose(f);
	assert_non_null(strstr(text, "Usage: my-isolate [OPTION]"));
	for (size_t i = 0; i < option_rows_len; i++) {
		_autofree_ char *name = text_format("--%s%s%s", option_rows[i].long_name,
						    option_args(&option_rows[i]) > 0 ? " " : "",
						    option_rows[i].arg ? option_rows[i].arg : "");

		assert_non_null(strstr(text, name));
		assert_non_null(strstr(text, option_rows[i].help));
	}
	for (size_t i = 0; i < spec_flags_len; i++)
		assert_non_null(strstr(text, spec_flags[i].help));
	for (char *line = text, *end; *line != '\0'; line = end + 1) {
		end = strchrnul(line, '\n');
		if (end - line > HELP_WIDTH + 1)
			fail_msg("too wide: %.*s", (int)(end - line), line);
		assert_int_equal(*end, '\n');
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),		  cmocka_unit_test(test_each_form),
		cmocka_unit_test(test_short),		  cmocka_unit_test(test_end_of_options),
		cmocka_unit_test(test_values),		  cmocka_unit_test(test_as),
		cmocka_unit_test(test_quiet_and_verbose), cmocka_unit_test(test_environment),
		cmocka_unit_test(test_default_specs),	  cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_lengths),		  cmocka_unit_test(test_spec_error_has_a_caret),
		cmocka_unit_test(test_help),		  cmocka_unit_test(test_watching),
	};

	unsetenv("MNTDIRS");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
