/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes of a sandbox: who belongs to it, as what tree, also where not everything may be looked at. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "base/cleanup.h"
#include "inspect/processes.h"
#include "proc_tree.h"
#include "sys/procfs.h"

static struct process_list
list_of(const struct proc_tree *tree, pid_t pid)
{
	_autoclose_ int caller = procfs_open_named(tree->proc, "self");
	_autoclose_ int process = procfs_open_process(tree->proc, pid);
	struct process_list list;

	assert_int_equal(processes_read(tree->proc, caller, process, &list), 0);
	return list;
}

/* The list as "inside:outside+depth …". */
static char *
shape(const struct process_list *list)
{
	char *text = text_dup("");

	for (size_t i = 0; i < list->len; i++) {
		const struct process_view *view = &list->items[i];
		const char *gap = i > 0 ? " " : "";
		char *longer = text_format("%s%s%d:%d+%u", text, gap, view->inside, view->outside, view->depth);

		free(text);
		text = longer;
	}
	return text;
}

static void
assert_shape(const struct proc_tree *tree, pid_t pid, const char *wanted)
{
	struct process_list list = list_of(tree, pid);
	_autofree_ char *seen = shape(&list);

	assert_string_equal(seen, wanted);
	processes_release(&list);
}

/* A process of the tree: NSpid is "outside inside…". */
static void
add(const struct proc_tree *tree, int pid, int parent, const char *pids, const char *pidns)
{
	_autofree_ char *status = text_format("Name:\tadded\nState:\tS (sleeping)\nPPid:\t%d\n"
					      "Uid:\t1001\t1001\t1001\t1001\nNSpid:\t%s\n",
					      parent, pids);
	_autofree_ char *path = text_format("%d/status", pid);

	proc_tree_write(tree, path, status);
	if (pidns) {
		_autofree_ char *link = text_format("%d/ns/pid", pid);

		proc_tree_link(tree, link, pidns);
	}
}

static void
reads_a_recorded_sandbox(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	struct process_list list = list_of(&tree, 302);

	(void)state;
	assert_int_equal(list.scope, SCOPE_PID);
	assert_int_equal(list.len, 3);
	assert_int_equal(list.items[1].state, 'S');
	assert_int_equal(list.items[1].uid, 1001);
	assert_true(list.items[1].resident > 0);
	assert_true(list.items[1].cpu == PROCESS_CPU_UNKNOWN);
	assert_int_equal(list.items[1].argc, 3);
	assert_string_equal(list.items[1].argv[0], "sh");
	assert_string_equal(list.items[1].argv[2], "ulimit -n 256; umask 077; sleep 60; true");
	processes_release(&list);
	assert_shape(&tree, 302, "1:301+0 2:302+1 3:303+2");
	proc_tree_release(&tree);
}

static void
finds_an_init_that_may_not_be_looked_at(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");

	(void)state;
	/* As isolate's: pid 1 is not dumpable, and the payload's parent is outside. */
	assert_int_equal(unlinkat(tree.proc, "301/ns/pid", 0), 0);
	proc_tree_write(&tree, "302/status", "Name:\tsh\nState:\tS\nPPid:\t300\nUid:\t1 1 1 1\nNSpid:\t302\t2\n");
	/* Another sandbox's, just as closed: nobody above ours started it. */
	add(&tree, 501, 500, "501\t1", NULL);
	add(&tree, 500, 1, "500", "pid:[4026531836]");
	assert_shape(&tree, 302, "1:301+0 2:302+0 3:303+1");
	proc_tree_release(&tree);
}

static void
takes_nested_namespaces_in(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");

	(void)state;
	/*
	 * A sandbox in the sandbox: its processes are seen inside too. Its numbers are lower than its parent's: they
	 * wrap around.
	 */
	add(&tree, 250, 303, "250\t9\t1", "pid:[4026539999]");
	add(&tree, 240, 250, "240\t10\t2", "pid:[4026539999]");
	/* As deep, but in another sandbox. */
	add(&tree, 501, 500, "501\t1\t1", "pid:[4026539998]");
	assert_shape(&tree, 302, "1:301+0 2:302+1 3:303+2 9:250+3 10:240+4");
	/* Asked in there, only those in there. */
	assert_shape(&tree, 240, "1:250+0 2:240+1");
	proc_tree_release(&tree);
}

static void
takes_those_who_joined(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");

	(void)state;
	/* nsenter(1): the parent is outside. */
	add(&tree, 401, 400, "401\t7", "pid:[4026532339]");
	assert_shape(&tree, 302, "1:301+0 2:302+1 3:303+2 7:401+0");
	proc_tree_release(&tree);
}

static void
falls_back_to_other_namespaces(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	struct process_list list;

	(void)state;
	proc_tree_link(&tree, "301/ns/pid", "pid:[4026531836]");
	proc_tree_link(&tree, "302/ns/pid", "pid:[4026531836]");
	proc_tree_link(&tree, "303/ns/pid", "pid:[4026531836]");
	list = list_of(&tree, 302);
	assert_int_equal(list.scope, SCOPE_MNT);
	processes_release(&list);
	assert_shape(&tree, 302, "301:301+0 302:302+1 303:303+2");
	for (int pid = 301; pid <= 303; pid++) {
		_autofree_ char *mnt = text_format("%d/ns/mnt", pid);

		proc_tree_link(&tree, mnt, "mnt:[4026531832]");
	}
	list = list_of(&tree, 302);
	assert_int_equal(list.scope, SCOPE_USER);
	assert_int_equal(list.len, 3);
	processes_release(&list);
	list = list_of(&tree, 300);
	assert_int_equal(list.scope, SCOPE_NONE);
	assert_int_equal(list.len, 0);
	processes_release(&list);
	proc_tree_release(&tree);
}

static void
reads_commands(void **state)
{
	static char long_line[3 * COMMAND_BYTES];
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	struct process_list list;

	(void)state;
	memset(long_line, 'x', sizeof long_line - 1);
	proc_tree_write(&tree, "301/cmdline", "");
	proc_tree_write(&tree, "302/cmdline", long_line);
	proc_tree_write(&tree, "303/cmdline", "sleep");
	list = list_of(&tree, 302);
	assert_string_equal(list.items[0].argv[0], "[bwrap]");
	assert_int_equal(strlen(list.items[1].argv[0]), COMMAND_BYTES);
	assert_string_equal(list.items[2].argv[0], "sleep");
	processes_release(&list);
	proc_tree_release(&tree);
}

static void
refuses_what_may_not_be_looked_at(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	_autoclose_ int caller = procfs_open_named(tree.proc, "self");
	_autoclose_ int process = procfs_open_process(tree.proc, 1);
	struct process_list list;

	(void)state;
	assert_int_equal(processes_read(tree.proc, caller, process, &list), -ENOENT);
	proc_tree_release(&tree);
}

/* A chain of many processes, the numbers running against it: neither recursion nor rounds over all of them. */
static void
takes_what_a_payload_can_make(void **state)
{
	enum { DEEP = 1000 };
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	struct process_list list;

	(void)state;
	for (int i = 0; i < DEEP; i++) {
		_autofree_ char *pids = text_format("%d\t%d\t%d", 10000 + i, 100 + i, 1 + i);

		add(&tree, 10000 + i, i == DEEP - 1 ? 303 : 10000 + i + 1, pids, "pid:[4026539999]");
	}
	list = list_of(&tree, 302);
	assert_int_equal(list.len, 3 + DEEP);
	assert_int_equal(list.items[list.len - 1].outside, 10000);
	assert_int_equal(list.items[list.len - 1].depth, 2 + DEEP);
	processes_release(&list);
	proc_tree_release(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_recorded_sandbox),
		cmocka_unit_test(finds_an_init_that_may_not_be_looked_at),
		cmocka_unit_test(takes_nested_namespaces_in),
		cmocka_unit_test(takes_those_who_joined),
		cmocka_unit_test(falls_back_to_other_namespaces),
		cmocka_unit_test(reads_commands),
		cmocka_unit_test(refuses_what_may_not_be_looked_at),
		cmocka_unit_test(takes_what_a_payload_can_make),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
