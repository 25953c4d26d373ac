/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program asks for, recorded: what each call wants of its paths, and the way through the file. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "watch/record.h"

/* A call by its name, with the flags in the argument where open(2)'s are. */
static void
say(struct recorder *recorder, const char *name, const char *path, const char *other, int flags)
{
	struct task_call call = { .paths = { { .path = (char *)path }, { .path = (char *)other } } };
	struct pathcall_registers registers = { 0 };

	for (size_t i = 0; i < pathcalls_len && !call.call; i++)
		if (strcmp(pathcalls[i].name, name) == 0)
			call.call = &pathcalls[i];
	assert_non_null(call.call);
	if (call.call->open_flags)
		registers.args[call.call->open_flags - 1] = (uint64_t)flags;
	recorder_add(recorder, &call, &registers);
}

static void
test_uses(void **state)
{
	static const struct {
		const char *name, *path, *other;
		int flags;
		unsigned uses, other_uses;
	} cases[] = {
		{ "openat", "/r", NULL, O_RDONLY | O_CLOEXEC, RECORD_READ, 0 },
		{ "openat", "/p", NULL, O_PATH, RECORD_LOOKED, 0 },
		{ "openat", "/w", NULL, O_WRONLY, RECORD_WRITTEN, 0 },
		{ "openat", "/rw", NULL, O_RDWR, RECORD_READ | RECORD_WRITTEN, 0 },
		{ "openat", "/c", NULL, O_WRONLY | O_CREAT | O_TRUNC, RECORD_WRITTEN, 0 },
		{ "openat2", "/o2", NULL, 0, RECORD_READ, 0 },
		{ "newfstatat", "/s", NULL, 0, RECORD_LOOKED, 0 },
		{ "faccessat", "/a", NULL, 0, RECORD_LOOKED, 0 },
		{ "execve", "/x", NULL, 0, RECORD_EXECUTED, 0 },
		{ "connect", "/sock", NULL, 0, RECORD_CONNECTED, 0 },
		{ "mkdirat", "/m", NULL, 0, RECORD_WRITTEN, 0 },
		{ "renameat2", "/old", "/new", 0, RECORD_WRITTEN, RECORD_WRITTEN },
		{ "linkat", "/from", "/to", 0, RECORD_READ, RECORD_WRITTEN },
	};
	int fd = record_make();
	struct recorder *recorder = recorder_new(fd);
	struct record_list list;
	size_t n = 0;

	(void)state;
	assert_non_null(recorder);
	for (int again = 0; again < 2; again++)
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
			say(recorder, cases[i].name, cases[i].path, cases[i].other, cases[i].flags);
	say(recorder, "newfstatat", "/r", NULL, 0);
	assert_int_equal(record_read(fd, &list), 0);
	assert_true(list.lost);
	record_list_release(&list);
	recorder_end(recorder);
	assert_int_equal(record_read(fd, &list), 0);
	assert_false(list.lost);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned more = i == 0 ? RECORD_LOOKED : 0;

		assert_string_equal(list.items[n].path, cases[i].path);
		assert_int_equal(list.items[n++].uses, cases[i].uses | more);
		if (!cases[i].other)
			continue;
		assert_string_equal(list.items[n].path, cases[i].other);
		assert_int_equal(list.items[n++].uses, cases[i].other_uses);
	}
	assert_int_equal(list.len, n);
	record_list_release(&list);
	recorder_free(recorder);
	close(fd);
}

/* More than is kept: that it was more is known. */
static void
test_bound(void **state)
{
	int fd = record_make();
	struct recorder *recorder = recorder_new(fd);
	struct record_list list;
	char path[32];

	(void)state;
	for (int i = 0; i < RECORD_PATHS_MAX + 10; i++) {
		snprintf(path, sizeof path, "/%d", i);
		say(recorder, "faccessat", path, NULL, 0);
	}
	recorder_end(recorder);
	assert_int_equal(record_read(fd, &list), 0);
	assert_true(list.lost);
	assert_int_equal(list.len, RECORD_PATHS_MAX);
	record_list_release(&list);
	recorder_free(recorder);
	close(fd);
}

/* A file that is cut short, and one with nothing in it. */
static void
test_cut(void **state)
{
	int fd = record_make();
	struct recorder *recorder = recorder_new(fd);
	struct record_list list;
	off_t end;

	(void)state;
	assert_int_equal(record_read(fd, &list), 0);
	assert_int_equal(list.len, 0);
	assert_true(list.lost);
	say(recorder, "faccessat", "/one", NULL, 0);
	say(recorder, "faccessat", "/two", NULL, 0);
	end = lseek(fd, 0, SEEK_END);
	assert_int_equal(ftruncate(fd, end - 2), 0);
	assert_int_equal(record_read(fd, &list), 0);
	assert_int_equal(list.len, 1);
	assert_true(list.lost);
	record_list_release(&list);
	recorder_free(recorder);
	close(fd);
}

/* No room for a whole one: no part of it stays, and nothing comes after it. */
static void
test_short_write(void **state)
{
	struct rlimit before, little;
	int fd = record_make();
	struct recorder *recorder = recorder_new(fd);
	struct record_list list;
	off_t end;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	say(recorder, "faccessat", "/one", NULL, 0);
	say(recorder, "faccessat", "/two", NULL, 0);
	end = lseek(fd, 0, SEEK_END);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = before;
	little.rlim_cur = (rlim_t)end + 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	say(recorder, "faccessat", "/three", NULL, 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), end);
	say(recorder, "faccessat", "/four", NULL, 0);
	recorder_end(recorder);
	assert_int_equal(record_read(fd, &list), 0);
	assert_int_equal(list.len, 2);
	assert_true(list.lost);
	record_list_release(&list);
	recorder_free(recorder);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uses),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_short_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
