/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the many places that a program needs to the few that are mounted for them. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inspect/fold.h"

static bool
is_wide(const char *dir, void *arg)
{
	(void)arg;
	return strcmp(dir, "/opt") == 0 || strcmp(dir, "/usr") == 0 || strcmp(dir, "/usr/lib") == 0;
}

/*
 * Adds blank-separated places ("!" before one: never whole, "+": whole, "=": taken before) and compares what comes of
 * them.
 */
static void
check(const char *places, size_t max, const char *wanted)
{
	struct fold fold = { .is_too_wide = is_wide };
	struct place_list list = { 0 };
	_autofree_ char *text = text_dup(places), *seen = text_dup("");
	char *rest = text;

	for (char *place = strsep(&rest, " "); place && *place; place = strsep(&rest, " "))
		fold_add(&fold, place + (*place != '/'),
			 *place == '!' ? FOLD_NEVER :
			 *place == '+' ? FOLD_WHOLE :
			 *place == '=' ? FOLD_TAKEN :
					 FOLD_PLACE);
	/* Twice: it may be asked again. */
	fold_places(&fold, max, &list);
	place_list_release(&list);
	fold_places(&fold, max, &list);
	for (size_t i = 0; i < list.len; i++) {
		char *longer = text_format("%s%s%s", seen, i > 0 ? " " : "", list.items[i]);

		free(seen);
		seen = longer;
	}
	assert_string_equal(seen, wanted);
	place_list_release(&list);
	fold_release(&fold);
}

static void
test_exact(void **state)
{
	(void)state;
	check("", 0, "");
	check("/opt/a/f", 0, "/opt/a/f");
	check("/opt/a/f /opt/a/f /opt/b", 0, "/opt/a/f /opt/b");
	/* A directory that is only looked at is there when something in it is. */
	check("/opt/a /opt/a/f", 0, "/opt/a/f");
	check("/opt/ab /opt/a/f /opt/a-b", 0, "/opt/a/f /opt/a-b /opt/ab");
}

static void
test_folded(void **state)
{
	(void)state;
	check("/opt/a/1 /opt/a/2 /opt/a/3", 0, "/opt/a");
	check("/opt/a/1 /opt/a/2", 0, "/opt/a/1 /opt/a/2");
	check("+/opt/a/x +/opt/a/y /opt/a/z", 0, "/opt/a");
	/* What is needed is further down: who knows what else lies in "a". */
	check("/opt/a/x/1 /opt/a/y/2 /opt/a/z/3", 0, "/opt/a/x/1 /opt/a/y/2 /opt/a/z/3");
	check("/opt/a/x/1 /opt/a/x/2 /opt/a/x/3 /opt/a/y /opt/a/z", 0, "/opt/a/x /opt/a/y /opt/a/z");
	check("/opt/a/x/1 /opt/a/x/2 /opt/a/x/3 /opt/a/y/1", 0, "/opt/a/x /opt/a/y/1");
	check("+/opt/a /opt/a/1", 0, "/opt/a");
	check("=/opt/a/x =/opt/a/y /opt/a/z", 0, "/opt/a/x /opt/a/y /opt/a/z");
	check("=/opt/a /opt/a/z", 0, "/opt/a");
	check("+/opt/a +/opt/a/b/c", 0, "/opt/a");
	check("/opt/1 /opt/2 /opt/3", 0, "/opt/1 /opt/2 /opt/3");
	check("/a /b /c", 0, "/a /b /c");
	check("/", 0, "");
	check("+/", 0, "");
	/* Listed, but too much to be shown: what is needed in it. */
	check("+/opt /opt/1", 0, "/opt/1");
	check("+/opt", 0, "");
}

static void
test_never(void **state)
{
	(void)state;
	check("/opt/a/1 /opt/a/2 /opt/a/3 !/opt/a", 0, "/opt/a/1 /opt/a/2 /opt/a/3");
	check("+/opt/a !/opt/a/log /opt/a/1", 0, "/opt/a/1");
	check("+/opt/a !/opt/a/log", 0, "");
	check("/opt/a/x/1 /opt/a/x/2 /opt/a/x/3 !/opt/a/log", 0, "/opt/a/x");
}

static void
test_max(void **state)
{
	(void)state;
	check("/opt/a/1 /opt/a/2 /opt/b/1 /opt/b/2", 4, "/opt/a/1 /opt/a/2 /opt/b/1 /opt/b/2");
	check("/opt/a/1 /opt/a/2 /opt/b/1 /opt/b/2", 3, "/opt/a /opt/b/1 /opt/b/2");
	check("/opt/a/1 /opt/a/2 /opt/b/1 /opt/b/2", 2, "/opt/a /opt/b");
	/* It stops where nothing may be taken whole any more. */
	check("/opt/a/1 /opt/a/2 /opt/b/1 /opt/b/2", 1, "/opt/a /opt/b");
	check("/opt/a/b/1 /opt/a/b/2 /opt/a/c", 2, "/opt/a/b /opt/a/c");
	check("/opt/a/b/1 /opt/a/b/2 /opt/a/c", 1, "/opt/a");
	check("/opt/a/1 /opt/a/2 !/opt/a", 1, "/opt/a/1 /opt/a/2");
}

/* As many as a program may ask for: each folded directory must not cost a look at all of them. */
static void
test_many(void **state)
{
	enum { DIRS = 50000, KEPT = 20000 };
	struct fold fold = { .is_too_wide = is_wide };
	struct place_list list = { 0 };

	(void)state;
	for (int i = 0; i < 2 * DIRS; i++) {
		_autofree_ char *place = text_format("/opt/many/%05d/%d", i / 2, i % 2);

		fold_add(&fold, place, FOLD_PLACE);
	}
	fold_places(&fold, 0, &list);
	assert_int_equal(list.len, 2 * DIRS);
	place_list_release(&list);
	fold_places(&fold, DIRS + KEPT, &list);
	assert_int_equal(list.len, DIRS + KEPT);
	assert_string_equal(list.items[0], "/opt/many/00000");
	assert_string_equal(list.items[DIRS - KEPT - 1], "/opt/many/29999");
	assert_string_equal(list.items[DIRS - KEPT], "/opt/many/30000/0");
	place_list_release(&list);
	fold_places(&fold, DIRS - 1, &list);
	assert_int_equal(list.len, 1);
	assert_string_equal(list.items[0], "/opt/many");
	place_list_release(&list);
	fold_release(&fold);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_max),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
