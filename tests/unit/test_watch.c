/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes between the supervisor of a watched session and its readers; and what it reads of a task. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch/messages.h"
#include "watch/rules.h"
#include "watch/task.h"

static char buf[MESSAGE_SIZE];

/* Of the longest kind: a miss with two steps. */
static size_t
put_one(size_t size)
{
	_automisses_ struct miss_list list = { 0 };
	char link[] = "/t/link", program[] = "/opt/a\nb";
	struct miss_step steps[] = { { VIA_SYMLINK, link }, { VIA_LOADER, program } };
	struct miss_sight sight = { .path = "/opt/\001", .chain = steps, .chain_len = 2, .pid = 42, .comm = "x y",
				    .call = "openat", .time = 5 };
	struct miss *miss = miss_list_add(&list, &sight, NULL);
	size_t len = 0;

	miss->state = MISS_IGNORED;
	miss->count = 3;
	return message_put(miss, buf, &len, size) ? len : 0;
}

/* Taken from an allocation of that length, so that whoever reads behind its end is caught. */
static bool
take(size_t len, struct miss_list *list)
{
	char *copy = malloc(len > 0 ? len : 1);
	size_t at = 0;
	bool taken;

	memcpy(copy, buf, len);
	taken = message_take(copy, &at, len, list);
	assert_int_equal(at, taken ? len : 0);
	free(copy);
	return taken;
}

static void
test_message(void **state)
{
	_automisses_ struct miss_list list = { 0 };
	size_t len = put_one(sizeof buf);
	const struct miss *miss;

	(void)state;
	assert_true(take(len, &list));
	miss = miss_list_find(&list, "/opt/\001");
	assert_non_null(miss);
	assert_int_equal(miss->state, MISS_IGNORED);
	assert_int_equal(miss->count, 3);
	assert_int_equal(miss->pid, 42);
	assert_string_equal(miss->comm, "x y");
	assert_string_equal(miss->call, "openat");
	assert_int_equal(miss->chain_len, 2);
	assert_int_equal(miss->chain[1].via, VIA_LOADER);
	assert_string_equal(miss->chain[1].path, "/opt/a\nb");
}

static void
test_message_does_not_fit(void **state)
{
	size_t len = put_one(sizeof buf);

	(void)state;
	for (size_t size = 0; size < len; size++)
		assert_int_equal(put_one(size), 0);
	assert_int_equal(put_one(len), len);
}

static void
test_message_is_cut(void **state)
{
	_automisses_ struct miss_list list = { 0 };
	size_t len = put_one(sizeof buf);

	(void)state;
	for (size_t part = 0; part < len; part++)
		assert_false(take(part, &list));
	assert_int_equal(list.len, 0);
}

static void
test_message_is_wrong(void **state)
{
	_automisses_ struct miss_list list = { 0 };
	struct message_miss *head = (struct message_miss *)(void *)buf;
	size_t len = put_one(sizeof buf);
	uint32_t *lengths[] = { &head->size, &head->path_len, &head->steps_len, &head->steps[0].len,
				&head->steps[1].len };
	static const uint32_t wrong[] = { 0, 1, MISS_STEPS_MAX + 1, 0x7fffffff, 0x80000000, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
		for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
			put_one(sizeof buf);
			*lengths[i] = wrong[k];
			assert_false(take(len, &list));
		}
	put_one(sizeof buf);
	head->state = MISS_STATES;
	assert_false(take(len, &list));
	put_one(sizeof buf);
	head->steps[1].via = VIA_KINDS;
	assert_false(take(len, &list));
	/* A call that is none of ours, and names without an end, are left out or cut. */
	put_one(sizeof buf);
	memset(head->call, 'x', sizeof head->call);
	memset(head->comm, 'y', sizeof head->comm);
	assert_true(take(len, &list));
	assert_null(list.items[0]->call);
	assert_int_equal(strlen(list.items[0]->comm), MISS_COMM_SIZE - 1);
}

#define STATUS(pending, blocked, ignored, caught) \
	"Name:\tx\nSigQ:\t0/1\nSigPnd:\t" pending "\nShdPnd:\t0000000000000000\nSigBlk:\t" blocked \
	"\nSigIgn:\t" ignored "\nSigCgt:\t" caught "\n"
#define NONE "0000000000000000"
#define TERM "0000000000004000"

static void
test_dying(void **state)
{
	(void)state;
	assert_false(task_status_is_dying(STATUS(NONE, NONE, NONE, NONE)));
	assert_true(task_status_is_dying(STATUS(TERM, NONE, NONE, NONE)));
	assert_false(task_status_is_dying(STATUS(TERM, TERM, NONE, NONE)));
	assert_false(task_status_is_dying(STATUS(TERM, NONE, TERM, NONE)));
	assert_false(task_status_is_dying(STATUS(TERM, NONE, NONE, TERM)));
	/* SIGCHLD ends nobody, and nothing keeps SIGKILL from it. */
	assert_false(task_status_is_dying(STATUS("0000000000010000", NONE, NONE, NONE)));
	assert_true(task_status_is_dying(STATUS("0000000000000100", "ffffffffffffffff", "ffffffffffffffff", NONE)));
	/* Better a call that fails than one that waits for ever. */
	assert_true(task_status_is_dying(""));
	assert_true(task_status_is_dying("Name:\tx\n"));
}

static void
test_rules(void **state)
{
	static struct rules rules;
	char path[32];

	(void)state;
	assert_int_equal(rules_find(&rules, "/opt"), MISS_OPEN);
	rules_set(&rules, "/opt", MISS_DENIED);
	assert_int_equal(rules_find(&rules, "/opt/a/b"), MISS_DENIED);
	assert_int_equal(rules_find(&rules, "/optical"), MISS_OPEN);
	/* The nearest counts, also where it takes something back. */
	rules_set(&rules, "/opt/a", MISS_OPEN);
	rules_set(&rules, "/opt/a/b/c", MISS_IGNORED);
	assert_int_equal(rules_find(&rules, "/opt/x"), MISS_DENIED);
	assert_int_equal(rules_find(&rules, "/opt/a/b"), MISS_OPEN);
	assert_int_equal(rules_find(&rules, "/opt/a/b/c/d"), MISS_IGNORED);
	/* What is said of all of it takes the place of what was said of parts. */
	rules_set(&rules, "/opt", MISS_OPEN);
	assert_int_equal(rules.len, 0);
	for (int i = 0; i < RULES_MAX; i++) {
		snprintf(path, sizeof path, "/p/%d", i);
		assert_int_equal(rules_set(&rules, path, MISS_DENIED), 0);
	}
	/* One more pushes none out; what is said already needs no room, nor what takes the place of others. */
	assert_int_equal(rules_set(&rules, "/q", MISS_DENIED), -ENOSPC);
	assert_int_equal(rules_find(&rules, "/q"), MISS_OPEN);
	assert_int_equal(rules_find(&rules, "/p/0"), MISS_DENIED);
	assert_int_equal(rules_set(&rules, "/q", MISS_OPEN), 0);
	assert_int_equal(rules_set(&rules, "/p/0/a", MISS_DENIED), 0);
	assert_int_equal(rules_set(&rules, "/p/0", MISS_IGNORED), 0);
	assert_int_equal(rules_set(&rules, "/p", MISS_DENIED), 0);
	assert_int_equal(rules.len, 1);
	rules_release(&rules);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_message_does_not_fit),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_message_is_cut),
		cmocka_unit_test(test_message_is_wrong),
		cmocka_unit_test(test_dying),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
