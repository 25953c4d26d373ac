/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are read and written as a whole. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"

/* Names in the current directory, without "." and "..". */
static int
count_names(void)
{
	_autoclosedir_ DIR *dir = opendir(".");
	int n = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		n += entry->d_name[0] != '.';
	return n;
}

static void
test_replace(void **state)
{
	_autofree_ char *text = NULL, *again = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(file_replace("f", "one", 3, 0600), 0);
	assert_int_equal(file_read(AT_FDCWD, "f", 0, 100, &text), 0);
	assert_string_equal(text, "one");
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	umask(027);
	assert_int_equal(file_replace("f", "", 0, FILE_MODE_UMASK), 0);
	umask(022);
	assert_int_equal(file_read(AT_FDCWD, "f", 0, 100, &again), 0);
	assert_string_equal(again, "");
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	/* Where it cannot be, what was there stays, and nothing else does. */
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(file_replace("d", "x", 1, 0600), -EISDIR);
	assert_int_equal(file_replace("absent/f", "x", 1, 0600), -ENOENT);
	assert_int_equal(count_names(), 2);
	assert_int_equal(unlink("f"), 0);
	assert_int_equal(rmdir("d"), 0);
}

static void
test_renew(void **state)
{
	_autofree_ char *text = NULL;
	struct stat st;

	(void)state;
	umask(022);
	assert_int_equal(file_renew("new", "a", 1), 0);
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(chmod("new", 0600), 0);
	assert_int_equal(symlink("new", "l"), 0);
	assert_int_equal(file_renew("l", "two", 3), 0);
	assert_int_equal(lstat("l", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(file_read(AT_FDCWD, "new", O_NOFOLLOW, 100, &text), 0);
	assert_string_equal(text, "two");
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(count_names(), 2);
	assert_int_equal(unlink("l"), 0);
	assert_int_equal(unlink("new"), 0);
}

static void
test_read(void **state)
{
	_autofree_ char *text = NULL;

	(void)state;
	assert_int_equal(file_read(AT_FDCWD, "absent", 0, 100, &text), -ENOENT);
	assert_int_equal(file_read(AT_FDCWD, ".", 0, 100, &text), -EISDIR);
	assert_int_equal(file_read(AT_FDCWD, "/dev/null", 0, 100, &text), -EINVAL);
	assert_int_equal(file_replace("f", "a\0b", 3, 0600), 0);
	assert_int_equal(file_read(AT_FDCWD, "f", 0, 2, &text), -EFBIG);
	assert_int_equal(file_read(AT_FDCWD, "f", 0, 3, &text), -EILSEQ);
	assert_int_equal(symlink("f", "l"), 0);
	assert_int_equal(file_read(AT_FDCWD, "l", O_NOFOLLOW, 3, &text), -ELOOP);
	assert_null(text);
	assert_int_equal(unlink("l"), 0);
	assert_int_equal(unlink("f"), 0);
}

static void
test_directories(void **state)
{
	_autoerror_ struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(file_make_directories("a/b/c", 0700, &err), 0);
	assert_int_equal(file_make_directories("a/b/c", 0700, &err), 0);
	assert_int_equal(access("a/b/c", F_OK), 0);
	assert_int_equal(file_make_directories("/", 0700, &err), 0);
	assert_int_equal(file_replace("a/f", "", 0, 0600), 0);
	assert_true(file_make_directories("a/f/d/e", 0700, &err) < 0);
	assert_non_null(strstr(err.message, "'a/f/d'"));
	assert_int_equal(unlink("a/f"), 0);
	assert_int_equal(rmdir("a/b/c"), 0);
	assert_int_equal(rmdir("a/b"), 0);
	assert_int_equal(rmdir("a"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_renew),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
