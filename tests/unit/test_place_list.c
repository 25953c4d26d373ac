/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places outside that a program needs, each once. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inspect/place_list.h"

static void
add_numbers(struct place_list *list, int from, int to)
{
	for (int i = from; i < to; i++) {
		_autofree_ char *place = text_format("/srv/%d", i);

		place_list_add(list, place);
	}
}

static void
check_number(const struct place_list *list, size_t at, int number)
{
	_autofree_ char *place = text_format("/srv/%d", number);

	assert_string_equal(list->items[at], place);
	assert_int_equal(place_list_find(list, place), at);
}

/* With few, which have no index, and with more. */
static void
check_changes(int n)
{
	struct place_list list = { 0 };

	assert_int_equal(place_list_find(&list, "/srv/0"), 0);
	add_numbers(&list, 0, n);
	add_numbers(&list, 0, n);
	assert_int_equal(list.len, n);
	for (int i = 0; i < n; i++)
		check_number(&list, (size_t)i, i);
	assert_int_equal(place_list_find(&list, "/srv"), list.len);

	place_list_replace(&list, 1, text_dup("/other"));
	place_list_add(&list, "/other");
	assert_int_equal(list.len, n);
	assert_int_equal(place_list_find(&list, "/other"), 1);
	assert_int_equal(place_list_find(&list, "/srv/1"), n);

	place_list_remove(&list, 0);
	assert_int_equal(list.len, n - 1);
	assert_int_equal(place_list_find(&list, "/other"), 0);
	check_number(&list, 1, 2);
	/* What was there and is no more is new. */
	add_numbers(&list, 0, n);
	assert_int_equal(list.len, n + 1);
	check_number(&list, (size_t)n - 1, 0);
	check_number(&list, (size_t)n, 1);

	place_list_remove(&list, list.len - 1);
	assert_int_equal(place_list_find(&list, "/srv/1"), n);
	place_list_release(&list);
	assert_int_equal(list.len, 0);
	place_list_add(&list, "/again");
	assert_int_equal(list.len, 1);
	place_list_release(&list);
}

static void
test_changes(void **state)
{
	(void)state;
	for (int n = 3; n < 140; n++)
		check_changes(n);
}

/* As many as a program may ask for: to add one must not cost a look at all of them. */
static void
test_many(void **state)
{
	enum { MANY = 100000 };
	struct place_list list = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		add_numbers(&list, 0, MANY);
	assert_int_equal(list.len, MANY);
	check_number(&list, 0, 0);
	check_number(&list, MANY - 1, MANY - 1);
	place_list_release(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
