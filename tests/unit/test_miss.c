/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of misses: order, merging, and the bounds that hold against a program that floods it. */
#include "config.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "inspect/miss.h"

static struct miss *
add(struct miss_list *list, const char *path, int64_t time)
{
	return miss_list_add(list, &(struct miss_sight){ .path = path, .time = time }, NULL);
}

static void
test_sights_of_one_path_are_one_miss(void **state)
{
	_automisses_ struct miss_list list = { 0 };
	const struct miss_sight first = {
		.path = "/opt/x", .pid = 7, .comm = "python", .call = "openat", .time = 10
	};
	const struct miss_sight second = { .path = "/opt/x", .pid = 8, .comm = "sh", .call = "stat", .time = 20 };
	struct miss *miss;
	bool is_new;

	(void)state;
	miss = miss_list_add(&list, &first, &is_new);
	assert_true(is_new);
	assert_ptr_equal(miss_list_add(&list, &second, &is_new), miss);
	assert_false(is_new);
	assert_int_equal(list.len, 1);
	assert_int_equal(miss->count, 2);
	assert_int_equal(miss->pid, 7);
	assert_string_equal(miss->comm, "python");
	assert_string_equal(miss->call, "openat");
	assert_int_equal(miss->first, 10);
	assert_int_equal(miss->last, 20);
	assert_int_equal(miss->changed, list.changes);
	assert_ptr_equal(miss_list_find(&list, "/opt/x"), miss);
	assert_null(miss_list_find(&list, "/opt"));
}

static void
test_a_directory_and_what_is_below_stand_together(void **state)
{
	static const char *const paths[] = {
		"/a-b", "/a/c", "/a\001", "/a", "/a/b/c", "/a.", "/a/b", "/b", "/a/\377"
	};
	static const char *const sorted[] = {
		"/a", "/a/b", "/a/b/c", "/a/c", "/a/\377", "/a\001", "/a-b", "/a.", "/b"
	};
	_automisses_ struct miss_list list = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		assert_non_null(add(&list, paths[i], 1));
	assert_int_equal(list.len, sizeof sorted / sizeof *sorted);
	for (size_t i = 0; i < list.len; i++)
		assert_string_equal(list.items[i]->path, sorted[i]);
	assert_int_equal(miss_list_set_state(&list, "/a", MISS_CURED), 5);
	assert_int_equal(miss_list_find(&list, "/a/\377")->state, MISS_CURED);
	assert_int_equal(miss_list_find(&list, "/a\001")->state, MISS_OPEN);
	assert_int_equal(miss_list_find(&list, "/a-b")->state, MISS_OPEN);
	assert_int_equal(miss_list_set_state(&list, "/", MISS_IGNORED), 9);
	miss_list_drop(&list, "/a/b");
	miss_list_drop(&list, "/nothing");
	assert_int_equal(list.len, 8);
	assert_null(miss_list_find(&list, "/a/b"));
	assert_non_null(miss_list_find(&list, "/a/b/c"));
}

static void
test_the_newest_come_first(void **state)
{
	_automisses_ struct miss_list list = { 0 };
	_autofree_ struct miss **newest = NULL;

	(void)state;
	add(&list, "/a", 1);
	add(&list, "/b", 2);
	add(&list, "/c", 2);
	add(&list, "/a", 3);
	newest = miss_list_newest(&list);
	assert_string_equal(newest[0]->path, "/a");
	assert_string_equal(newest[1]->path, "/c");
	assert_string_equal(newest[2]->path, "/b");
	assert_null(newest[3]);
}

static void
test_a_chain_is_kept_from_the_first_who_knows_it(void **state)
{
	_automisses_ struct miss_list list = { 0 };
	char script[] = "/s", other[] = "/t";
	const struct miss_step chain[] = { { VIA_INTERPRETER, script } }, later[] = { { VIA_PATH, other } };
	struct miss *miss = add(&list, "/opt/python", 1);
	size_t before = list.bytes;

	(void)state;
	assert_int_equal(miss->chain_len, 0);
	miss_list_add(&list, &(struct miss_sight){ .path = "/opt/python", .chain = chain, .chain_len = 1 }, NULL);
	miss_list_add(&list, &(struct miss_sight){ .path = "/opt/python", .chain = later, .chain_len = 1 }, NULL);
	assert_int_equal(miss->chain_len, 1);
	assert_int_equal(miss->chain[0].via, VIA_INTERPRETER);
	assert_string_equal(miss->chain[0].path, "/s");
	assert_true(list.bytes > before);
	miss_list_drop(&list, "/opt/python");
	assert_int_equal(list.bytes, 0);
}

/* A program that asks for a new path each time neither fills the memory nor drives out what it asked for first. */
static void
test_a_flood_is_bounded(void **state)
{
	_automisses_ struct miss_list list = { 0 };
	char path[64];

	(void)state;
	add(&list, "/first", 0);
	for (int i = 0; i < 3 * MISSES_MAX; i++) {
		snprintf(path, sizeof path, "/flood/%d", i);
		assert_non_null(add(&list, path, i));
		assert_in_range(list.len, 1, MISSES_MAX);
	}
	assert_int_equal(list.len, MISSES_MAX);
	assert_int_equal(list.lost, 2 * MISSES_MAX + 1);
	assert_int_equal(list.sights, 3 * MISSES_MAX + 1);
	assert_non_null(miss_list_find(&list, "/first"));
	assert_non_null(miss_list_find(&list, path));
	assert_null(miss_list_find(&list, "/flood/2000"));
}

static void
test_long_texts_are_bounded(void **state)
{
	_automisses_ struct miss_list list = { 0 };
	_autofree_ char *path = malloc(2 * PATH_MAX);
	char name[3 * MISS_COMM_SIZE];
	struct miss *miss;

	(void)state;
	assert_non_null(path);
	memset(path, 'x', 2 * PATH_MAX);
	path[0] = '/';
	path[PATH_MAX] = '\0';
	assert_null(add(&list, path, 0));
	assert_null(add(&list, "relative", 0));
	assert_int_equal(list.lost, 2);
	path[PATH_MAX - 1] = '\0';
	for (int i = 0; i < MISSES_MAX; i++) {
		snprintf(path + 1, 8, "%07d", i);
		path[8] = 'x';
		add(&list, path, i);
		assert_true(list.bytes <= MISS_BYTES_MAX);
	}
	assert_true(list.lost > 2);
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	miss = miss_list_add(&list, &(struct miss_sight){ .path = "/n", .comm = name }, NULL);
	assert_non_null(miss);
	assert_int_equal(strlen(miss->comm), MISS_COMM_SIZE - 1);
}

/* Whoever holds a call has the miss in his hands: it is not to be dropped under him. */
static void
test_held_misses_stay(void **state)
{
	_automisses_ struct miss_list list = { 0 };
	struct miss *held = NULL;
	char path[64];

	(void)state;
	for (int i = 0; i < 2 * MISSES_MAX; i++) {
		struct miss *miss;

		snprintf(path, sizeof path, "/flood/%d", i);
		miss = add(&list, path, i);
		if (i == MISSES_FIRST + 1)
			(held = miss)->state = MISS_HELD;
	}
	assert_ptr_equal(miss_list_find(&list, "/flood/1025"), held);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sights_of_one_path_are_one_miss),
		cmocka_unit_test(test_a_directory_and_what_is_below_stand_together),
		cmocka_unit_test(test_the_newest_come_first),
		cmocka_unit_test(test_a_chain_is_kept_from_the_first_who_knows_it),
		cmocka_unit_test(test_a_flood_is_bounded),
		cmocka_unit_test(test_long_texts_are_bounded),
		cmocka_unit_test(test_held_misses_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
