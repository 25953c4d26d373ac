/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grammar of --mnt: what is read, what is refused and where the caret stands; what is written is read back. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/spec.h"

static const struct {
	const char *text;
	unsigned flags;
	const char *mntpoint, *source; /* source "none": the word; NULL: none written */
	bool mntpoint_tilde, source_tilde;
} good[] = {
	{ ".", 0, ".", NULL, false, false },
	{ "/a", 0, "/a", NULL, false, false },
	{ "ro:/a", SPEC_RO, "/a", NULL, false, false },
	{ "ro,rbind:/a=/b", SPEC_RO | SPEC_RBIND, "/a", "/b", false, false },
	{ "ro,ro:/a", SPEC_RO, "/a", NULL, false, false },
	{ "rw,bind,try,exec,dev:a", SPEC_RW | SPEC_BIND | SPEC_TRY | SPEC_EXEC | SPEC_DEV, "a", NULL, false, false },
	{ "suid:a", SPEC_SUID, "a", NULL, false, false },
	{ "move:/a=b", SPEC_MOVE, "/a", "b", false, false },
	{ "noexec:/a", SPEC_NOEXEC, "/a", NULL, false, false },
	{ "/a=none", 0, "/a", "none", false, false },
	{ "ro:/a=none", SPEC_RO, "/a", "none", false, false },
	{ "/a='none'", 0, "/a", "'none'", false, false },
	{ "/a=n\\one", 0, "/a", "'none'", false, false },
	{ "/a=nones", 0, "/a", "nones", false, false },
	{ "none", 0, "none", NULL, false, false },
	{ "~", 0, "~", NULL, true, false },
	{ "~/x=~bob/y", 0, "~/x", "~bob/y", true, true },
	{ "\\~/x='~'/y", 0, "~/x", "~/y", false, false },
	{ "ro:~/x", SPEC_RO, "~/x", NULL, true, false },
	{ "a\\ b", 0, "a b", NULL, false, false },
	{ "'a b:c=d'", 0, "a b:c=d", NULL, false, false },
	{ "\"a 'b' c\"", 0, "a 'b' c", NULL, false, false },
	{ "\"a\\\"b\\\\c\\d\"", 0, "a\"b\\c\\d", NULL, false, false },
	{ "'a\\b'", 0, "a\\b", NULL, false, false },
	{ "/a\\:b", 0, "/a:b", NULL, false, false },
	{ "/a\\=b", 0, "/a=b", NULL, false, false },
	{ "/a=/b:c", 0, "/a", "/b:c", false, false },
	{ "ro:/a=/b:c:d", SPEC_RO, "/a", "/b:c:d", false, false },
	{ "/a=b\\=c", 0, "/a", "b=c", false, false },
	{ "ro:\\:", SPEC_RO, ":", NULL, false, false },
};

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		_autoerror_ struct error err = ERROR_INIT;
		struct spec_list list = { 0 };
		struct spec *spec;

		assert_int_equal(spec_list_parse(&list, good[i].text, ORIGIN_OPTION, "--mnt", &err), 0);
		assert_int_equal(list.len, 1);
		spec = &list.items[0];
		assert_string_equal(spec->text, good[i].text);
		assert_string_equal(spec->from, "--mnt");
		assert_int_equal(spec->origin, ORIGIN_OPTION);
		assert_int_equal(spec->flags, good[i].flags);
		assert_string_equal(spec->mntpoint, good[i].mntpoint);
		assert_int_equal(spec->mntpoint_tilde, good[i].mntpoint_tilde);
		assert_int_equal(spec->source_tilde, good[i].source_tilde);
		if (!good[i].source) {
			assert_false(spec->none);
			assert_null(spec->source);
			assert_int_equal(spec->at_source, -1);
		} else if (strcmp(good[i].source, "none") == 0) {
			assert_true(spec->none);
			assert_null(spec->source);
		} else {
			assert_false(spec->none);
			bool quoted = strcmp(good[i].source, "'none'") == 0;

			assert_string_equal(spec->source, quoted ? "none" : good[i].source);
			assert_int_equal(spec->text[spec->at_source - 1], '=');
		}
		spec_list_release(&list);
	}
}

static const struct {
	const char *text, *message, *where;
	int caret, len;
	const char *hint; /* a part of it, or NULL */
} bad[] = {
	{ "foo:bar", "unknown flag 'foo' (from --mnt)", "foo:bar", 0, 3, "the flags are ro, rw" },
	{ "  r0:/a", "unknown flag 'r0' (from --mnt)", "r0:/a", 0, 2, "did you mean 'ro'?" },
	{ "ro,noexce:/a", "unknown flag 'noexce' (from --mnt)", "ro,noexce:/a", 3, 6, "did you mean 'noexec'?" },
	{ "RO:/a", "unknown flag 'RO' (from --mnt)", "RO:/a", 0, 2, NULL },
	{ "'ro':/a", "unknown flag ''ro'' (from --mnt)", "'ro':/a", 0, 4, NULL },
	{ "/a:/b", "unknown flag '/a' (from --mnt)", "/a:/b", 0, 2, "'\\:'" },
	{ "/a:/b", "unknown flag '/a' (from --mnt)", "/a:/b", 0, 2, "MNTPOINT=SOURCE: '/b=/a'\n" },
	{ "./a:/b:ro", "unknown flag './a' (from --mnt)", "./a:/b:ro", 0, 3, "MNTPOINT=SOURCE: 'ro:/b=./a'\n" },
	{ "/a:/a:ro", "unknown flag '/a' (from --mnt)", "/a:/a:ro", 0, 2, "the same inside: 'ro:/a'\n" },
	{ "/a:ro", "unknown flag '/a' (from --mnt)", "/a:ro", 0, 2, "flags stand in front: 'ro:/a'\n" },
	{ "/a:", "unknown flag '/a' (from --mnt)", "/a:", 0, 2, "'\\:'" },
	{ "ro,rw:/a", "flag 'rw' contradicts 'ro' (from --mnt)", "ro,rw:/a", 3, 2, NULL },
	{ "rw,try,ro:/a", "flag 'ro' contradicts 'rw' (from --mnt)", "rw,try,ro:/a", 7, 2, NULL },
	{ "exec,noexec:/a", "flag 'noexec' contradicts 'exec' (from --mnt)", "exec,noexec:/a", 5, 6, NULL },
	{ "noexec,exec:/a", "flag 'exec' contradicts 'noexec' (from --mnt)", "noexec,exec:/a", 7, 4, NULL },
	{ "bind,move:/a=/b", "flag 'move' contradicts 'bind' (from --mnt)", "bind,move:/a=/b", 5, 4, NULL },
	{ ":/a", "empty flag (from --mnt)", ":/a", 0, 1, NULL },
	{ "ro,:/a", "empty flag (from --mnt)", "ro,:/a", 3, 1, NULL },
	{ ",ro:/a", "empty flag (from --mnt)", ",ro:/a", 0, 1, NULL },
	{ "ro,,try:/a", "empty flag (from --mnt)", "ro,,try:/a", 3, 1, NULL },
	{ "ro:", "empty mount point (from --mnt)", "ro:", 3, 1, NULL },
	{ "=/b", "empty mount point (from --mnt)", "=/b", 0, 1, NULL },
	{ "ro:''=/b", "empty mount point (from --mnt)", "ro:''=/b", 3, 2, NULL },
	{ "/a=", "nothing behind the '=' (from --mnt)", "/a=", 3, 1, NULL },
	{ "/a=\"\"", "nothing behind the '=' (from --mnt)", "/a=\"\"", 3, 2, NULL },
	{ "/a=/b=c", "a second '=' (from --mnt)", "/a=/b=c", 5, 1, "'\\='" },
	{ "ro:rw:/a", "a second ':' (from --mnt)", "ro:rw:/a", 5, 1, "separated by commas" },
	{ "move:/a=none", "'none' cannot be moved (from --mnt)", "move:/a=none", 8, 4, NULL },
	{ "/x 'a b /c /d", "unterminated quote (from --mnt)", "'a", 0, 2, NULL },
	{ "/x\"", "unterminated quote (from --mnt)", "/x\"", 2, 1, NULL },
	{ "\"a\\\"", "unterminated quote (from --mnt)", "\"a\\\"", 0, 4, NULL },
	{ "/x\\", "trailing backslash (from --mnt)", "/x\\", 2, 1, NULL },
};

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		_autoerror_ struct error err = ERROR_INIT;
		struct spec_list list = { 0 };

		assert_int_equal(spec_list_parse(&list, "/before", ORIGIN_OPTION, "--mnt", &err), 0);
		assert_true(spec_list_parse(&list, bad[i].text, ORIGIN_OPTION, "--mnt", &err) < 0);
		assert_string_equal(err.message, bad[i].message);
		assert_string_equal(err.where, bad[i].where);
		assert_int_equal(err.caret, bad[i].caret);
		assert_int_equal(err.caret_len, bad[i].len);
		if (bad[i].hint) {
			assert_non_null(err.hint);
			assert_non_null(strstr(err.hint, bad[i].hint));
		}
		/* Nothing of the text that has the error, and all of what was there. */
		assert_int_equal(list.len, 1);
		assert_string_equal(list.items[0].mntpoint, "/before");
		spec_list_release(&list);
		/* An error that nobody wants to see is one all the same. */
		assert_true(spec_list_parse(&list, bad[i].text, ORIGIN_OPTION, "--mnt", NULL) < 0);
		assert_int_equal(list.len, 0);
		spec_list_release(&list);
	}
}

static void
test_nothing_is_kept_of_a_text_with_an_error(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct spec_list list = { 0 };

	(void)state;
	assert_true(spec_list_parse(&list, "/a /b ro:/c x:/d /e", ORIGIN_OPTION, "MNTDIRS", &err) < 0);
	assert_int_equal(list.len, 0);
	assert_string_equal(err.message, "unknown flag 'x' (from MNTDIRS)");
	assert_string_equal(err.where, "x:/d");
	spec_list_release(&list);
}

static void
test_white_space(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct spec_list list = { 0 };

	(void)state;
	assert_int_equal(spec_list_parse(&list, "", ORIGIN_OPTION, "--mnt", &err), 0);
	assert_int_equal(spec_list_parse(&list, " \t\n\v\f\r ", ORIGIN_OPTION, "--mnt", &err), 0);
	assert_int_equal(list.len, 0);
	assert_int_equal(spec_list_parse(&list, "\n/a\t/b  /c\\\n\r\n/d\n", ORIGIN_OPTION, "--mnt", &err), 0);
	assert_int_equal(list.len, 4);
	assert_string_equal(list.items[2].mntpoint, "/c\n");
	assert_string_equal(list.items[3].mntpoint, "/d");
	/* A no-break space is two bytes of a name. */
	assert_int_equal(spec_list_parse(&list, "/e\u00a0f", ORIGIN_OPTION, "--mnt", &err), 0);
	assert_int_equal(list.len, 5);
	spec_list_release(&list);
}

static void
test_thousands(void **state)
{
	enum { COUNT = 10000 };
	_autoerror_ struct error err = ERROR_INIT;
	_autofree_ char *text = malloc(COUNT * 40 + 1);
	struct spec_list list = { 0 };
	char *end = text;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < COUNT; i++)
		end += sprintf(end, "ro,try:/data/set-%05d=/srv/%05d ", i, i);
	assert_int_equal(spec_list_parse(&list, text, ORIGIN_OPTION, "--mnt", &err), 0);
	assert_int_equal(list.len, COUNT);
	assert_string_equal(list.items[COUNT - 1].mntpoint, "/data/set-09999");
	assert_string_equal(list.items[COUNT - 1].source, "/srv/09999");
	spec_list_release(&list);
}

/* xorshift64: the same texts in each run. */
static uint64_t random_state = 0x9e3779b97f4a7c15;
static unsigned
random_below(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state % n);
}

/* A path in which what means something to the parser is frequent. */
static char *
random_path(void)
{
	static const char *const pieces[] = {
		"/", " ", "\t", "\n", ":", "=", "'", "\"", "\\", "~", "none", "ro", ",", "a", "..",
		"\x80", "\xff", "\x01", "\u00e4", "\u4e2d",
	};
	char text[128] = "";
	unsigned n = 1 + random_below(8);

	for (unsigned i = 0; i < n; i++)
		strcat(text, pieces[random_below(sizeof pieces / sizeof *pieces)]);
	return text_dup(text);
}

static void
test_quote_is_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		_autoerror_ struct error err = ERROR_INIT;
		_autofree_ char *mntpoint = random_path();
		_autofree_ char *source = random_path();
		_autofree_ char *quoted_mntpoint = spec_quote(mntpoint);
		_autofree_ char *quoted_source = spec_quote(source);
		_autofree_ char *text = text_format("%s=%s", quoted_mntpoint, quoted_source);
		struct spec_list list = { 0 };

		assert_int_equal(spec_list_parse(&list, quoted_mntpoint, ORIGIN_OPTION, "--mnt", &err), 0);
		assert_int_equal(spec_list_parse(&list, text, ORIGIN_OPTION, "--mnt", &err), 0);
		assert_int_equal(list.len, 2);
		for (int k = 0; k < 2; k++) {
			assert_string_equal(list.items[k].mntpoint, mntpoint);
			assert_false(list.items[k].mntpoint_tilde);
		}
		assert_string_equal(list.items[1].source, source);
		assert_false(list.items[1].source_tilde);
		assert_false(list.items[1].none);
		spec_list_release(&list);
	}
}

static void
assert_same_spec(const struct spec *a, const struct spec *b)
{
	assert_int_equal(a->flags, b->flags);
	assert_string_equal(a->mntpoint, b->mntpoint);
	assert_int_equal(a->none, b->none);
	assert_int_equal(a->mntpoint_tilde, b->mntpoint_tilde);
	assert_int_equal(a->source_tilde, b->source_tilde);
	assert_int_equal(!a->source, !b->source);
	if (a->source)
		assert_string_equal(a->source, b->source);
}

static void
test_format_is_read_back(void **state)
{
	static const char *const texts[] = {
		".",	   "ro:/a",		"try,ro:~", "~bob/a\\ b=~'c d'",
		"/a=none", "ro,dev:'/a'='none'", "\\~=\\~",  "~\"'\"=~\\'",
		"noexec,suid:a=b:c",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		_autoerror_ struct error err = ERROR_INIT;
		_autofree_ char *once = NULL;
		_autofree_ char *twice = NULL;
		struct spec_list list = { 0 };

		assert_int_equal(spec_list_parse(&list, texts[i], ORIGIN_OPTION, "--mnt", &err), 0);
		once = spec_format(&list.items[0]);
		assert_int_equal(spec_list_parse(&list, once, ORIGIN_OPTION, "--mnt", &err), 0);
		assert_int_equal(list.len, 2);
		assert_same_spec(&list.items[0], &list.items[1]);
		twice = spec_format(&list.items[1]);
		assert_string_equal(once, twice);
		spec_list_release(&list);
	}
}

static void
test_format_is_canonical(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;
	_autofree_ char *text = NULL;
	struct spec_list list = { 0 };

	(void)state;
	assert_int_equal(spec_list_parse(&list, "suid,try,ro:\"/a b\"=\\/c", ORIGIN_OPTION, "--mnt", &err), 0);
	text = spec_format(&list.items[0]);
	assert_string_equal(text, "ro,try,suid:'/a b'=/c");
	spec_list_release(&list);
}

static void
test_table(void **state)
{
	unsigned all = 0;

	(void)state;
	for (size_t i = 0; i < spec_flags_len; i++) {
		assert_int_equal(all & spec_flags[i].flag, 0);
		all |= spec_flags[i].flag;
		/* A contradiction is mutual. */
		for (size_t k = 0; k < spec_flags_len; k++)
			assert_int_equal((spec_flags[i].excludes & spec_flags[k].flag) != 0,
					 (spec_flags[k].excludes & spec_flags[i].flag) != 0);
	}
	assert_int_equal(all, (SPEC_SUID << 1) - 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_nothing_is_kept_of_a_text_with_an_error),
		cmocka_unit_test(test_white_space),
		cmocka_unit_test(test_thousands),
		cmocka_unit_test(test_quote_is_read_back),
		cmocka_unit_test(test_format_is_read_back),
		cmocka_unit_test(test_format_is_canonical),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
