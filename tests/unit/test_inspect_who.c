/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a process is: maps, limits, capabilities in words, accounts, and all of it together on a recorded sandbox. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "base/cleanup.h"
#include "inspect/capnames.h"
#include "inspect/namespaces.h"
#include "inspect/who.h"
#include "proc_tree.h"
#include "sys/procfs.h"

static struct mapping
mapping_of(const char *text)
{
	struct mapping mapping;

	assert_int_equal(mapping_parse(text, &mapping), 0);
	return mapping;
}

static void
maps_ids_both_ways(void **state)
{
	struct mapping mapping = mapping_of("         0       1001          1\n         1     100000      65536\n");
	uint32_t id = 7;

	(void)state;
	assert_true(mapping_to_inside(&mapping, 1001, &id) && id == 0);
	assert_true(mapping_to_inside(&mapping, 100000, &id) && id == 1);
	assert_true(mapping_to_inside(&mapping, 165535, &id) && id == 65536);
	assert_true(mapping_to_outside(&mapping, 65536, &id) && id == 165535);
	id = 7;
	assert_false(mapping_to_inside(&mapping, 165536, &id));
	assert_false(mapping_to_inside(&mapping, 1000, &id));
	assert_false(mapping_to_outside(&mapping, 65537, &id));
	assert_int_equal(id, 7);
	mapping_release(&mapping);
}

static void
knows_ids_without_a_name(void **state)
{
	/* What the kernel writes where the reader's user namespace has no name for the range. */
	struct mapping mapping = mapping_of("0 4294967295 1000\n");
	uint32_t id;

	(void)state;
	assert_false(mapping_to_outside(&mapping, 5, &id));
	assert_false(mapping_to_inside(&mapping, UINT32_MAX, &id));
	mapping_release(&mapping);
	mapping = mapping_of("");
	assert_int_equal(mapping.len, 0);
	mapping_release(&mapping);
	mapping_identity(&mapping);
	assert_true(mapping_is_identity(&mapping));
	assert_true(mapping_to_inside(&mapping, 4294967294u, &id) && id == 4294967294u);
	mapping_release(&mapping);
	mapping = mapping_of("         0          0 4294967295\n");
	assert_true(mapping_is_identity(&mapping));
	mapping_release(&mapping);
	assert_int_equal(mapping_parse("0 1\n", &mapping), -EINVAL);
	assert_int_equal(mapping_parse("0 1 99999999999\n", &mapping), -EINVAL);
	assert_int_equal(mapping_parse("0 1 2 3\n", &mapping), -EINVAL);
	assert_int_equal(mapping_parse("x\n", &mapping), -EINVAL);
}

static void
tells_the_step_between_two_maps(void **state)
{
	/* 0 to 9 of the child are 1001 and then 100003 to 100011 outside, which the parent calls 0 and 4 to 12. */
	struct mapping parent = mapping_of("0 1001 1\n1 100000 1000\n");
	struct mapping child = mapping_of("0 1001 1\n1 100003 9\n20 100995 10\n");
	struct mapping between;

	(void)state;
	mapping_between(&child, &parent, &between);
	assert_int_equal(between.len, 3);
	assert_true(between.ranges[0].inside == 0 && between.ranges[0].outside == 0 && between.ranges[0].count == 1);
	assert_true(between.ranges[1].inside == 1 && between.ranges[1].outside == 4 && between.ranges[1].count == 9);
	/* Cut where the parent's ends. */
	assert_true(between.ranges[2].inside == 20 && between.ranges[2].outside == 996 && between.ranges[2].count == 5);
	mapping_release(&between);
	mapping_release(&child);
	mapping_release(&parent);
}

static void
reads_limits(void **state)
{
	struct limit_list list;

	(void)state;
	assert_int_equal(limits_parse("Limit                     Soft Limit           Hard Limit           Units     \n"
				      "Max cpu time              unlimited            unlimited            seconds   \n"
				      "Max open files            256                  4096                 files     \n"
				      "Max nice priority         0                    0                    \n",
				      &list),
			 0);
	assert_int_equal(list.len, 3);
	assert_true(list.items[0].soft == LIMIT_NONE && list.items[0].hard == LIMIT_NONE);
	assert_string_equal(list.items[1].name, "Max open files");
	assert_true(list.items[1].soft == 256 && list.items[1].hard == 4096);
	assert_string_equal(list.items[1].unit, "files");
	assert_string_equal(list.items[2].unit, "");
	assert_ptr_equal(limits_find(&list, "Max open files"), &list.items[1]);
	assert_null(limits_find(&list, "Max"));
	limits_release(&list);
	assert_int_equal(limits_parse("Limit\nMax cpu time  oh\n", &list), -EINVAL);
}

static void
says_sets_in_words(void **state)
{
	static const struct {
		uint64_t set, all;
		const char *words;
	} cases[] = {
		{ 0, 0x1ffffffffff, "none" },
		{ 0x1ffffffffff, 0x1ffffffffff, "all 41" },
		{ 0x1fffeffffff, 0x1ffffffffff, "all but sys_resource" },
		{ 0x1, 0x1ffffffffff, "chown" },
		{ 0x10000200000, 0x1ffffffffff, "sys_admin, checkpoint_restore" },
		/* Newer than the table, and older than the kernel's last. */
		{ UINT64_C(1) << 50, 0x1ffffffffff, "50" },
		{ 0x3ffffffffff, 0x1ffffffffff, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autofree_ char *words = capabilities_format(cases[i].set, cases[i].all);

		if (cases[i].words)
			assert_string_equal(words, cases[i].words);
		else
			assert_non_null(strstr(words, "checkpoint_restore, 41"));
	}
	assert_int_equal(capability_names_len, 41);
	assert_string_equal(capability_names[21], "sys_admin");
}

static void
names_accounts(void **state)
{
	struct accounts accounts = { text_dup("root:x:0:0:root:/root:/bin/sh\n:x:5:5::/:\nbroken\na:x:55\n"
					      "alice:x:5:100::/home/alice:/bin/sh\nlast:x:9:9::/:"),
				     NULL };
	_autofree_ char *root = accounts_user(&accounts, 0);
	_autofree_ char *alice = accounts_user(&accounts, 5);
	_autofree_ char *last = accounts_user(&accounts, 9);

	(void)state;
	assert_string_equal(root, "root");
	/* A line without a name names nobody. */
	assert_string_equal(alice, "alice");
	assert_string_equal(last, "last");
	assert_null(accounts_user(&accounts, 100));
	assert_null(accounts_group(&accounts, 0));
	accounts_release(&accounts);
}

static void
does_not_trust_the_files_of_accounts(void **state)
{
	char dir[] = "root.XXXXXX";
	struct accounts accounts;
	_autoclose_ int root = -1;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	root = open(dir, O_PATH | O_DIRECTORY);
	assert_int_equal(mkdirat(root, "etc", 0755), 0);
	/* Whoever opens a FIFO waits; a link upwards stays below the root. */
	assert_int_equal(mkfifoat(root, "etc/passwd", 0644), 0);
	assert_int_equal(symlinkat("../../../etc/group", root, "etc/group"), 0);
	accounts_read(root, &accounts);
	assert_null(accounts.passwd);
	assert_null(accounts.group);
	accounts_release(&accounts);
	unlinkat(root, "etc/passwd", 0);
	f = proc_tree_create(root, "etc/passwd");
	for (int i = 0; i < 200000; i++)
		fprintf(f, "user%d:x:%d:0::/:\n", i, i);
	fclose(f);
	accounts_read(root, &accounts);
	assert_true(strlen(accounts.passwd) < 2 * 1024 * 1024);
	accounts_release(&accounts);
	nftw(dir, proc_tree_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static void
reads_a_status(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	_autoclose_ int process = procfs_open_process(tree.proc, 302);
	struct procfs_status status;

	(void)state;
	assert_int_equal(procfs_status(process, &status), 0);
	assert_string_equal(status.name, "sh");
	assert_int_equal(status.parent, 301);
	assert_int_equal(status.levels, 2);
	assert_true(status.pids[0] == 302 && status.pids[1] == 2);
	assert_true(status.sessions[0] == 150 && status.sessions[1] == 0);
	assert_int_equal(status.umask, 077);
	assert_int_equal(status.groups_len, 3);
	assert_true(status.no_new_privs && status.seccomp == 0 && status.seccomp_filters == 0);
	assert_true(status.caps.bounding == 0);
	procfs_status_release(&status);
	proc_tree_write(&tree, "302/status", "Name:\ta\\nb\\\\c\nGroups:\t\nNSpid:\t1\n");
	assert_int_equal(procfs_status(process, &status), 0);
	assert_string_equal(status.name, "a\nb\\c");
	assert_true(status.groups_len == 0 && status.umask == -1 && status.seccomp == -1);
	procfs_status_release(&status);
	proc_tree_write(&tree, "302/status", "Name:\tx\n");
	assert_int_equal(procfs_status(process, &status), -EINVAL);
	proc_tree_release(&tree);
}

/* The name is the process's own choice, and it looks like the fields behind it. */
static void
reads_times(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	_autoclose_ int process = procfs_open_process(tree.proc, 302);
	uint64_t second = (uint64_t)sysconf(_SC_CLK_TCK);
	struct procfs_times times;

	(void)state;
	assert_int_equal(procfs_times(process, &times), -ENOENT);
	proc_tree_write(&tree, "302/stat",
			"302 (a) S 1 2) R 301 150 150 34816 302 4194304 1 2 3 4 50 25 0 0 20 0 1 0 700 8 9\n");
	assert_int_equal(procfs_times(process, &times), 0);
	assert_int_equal(times.cpu, 75 * 1000 / second);
	assert_int_equal(times.started, 700 * 1000 / second);
	proc_tree_write(&tree, "302/stat", "302 (sh) R 301 150 150 34816 302 4194304 1 2 3 4 50\n");
	assert_int_equal(procfs_times(process, &times), -EINVAL);
	proc_tree_write(&tree, "302/stat", "302\n");
	assert_int_equal(procfs_times(process, &times), -EINVAL);
	proc_tree_release(&tree);
}

static struct who
who_of(const struct proc_tree *tree, pid_t pid)
{
	_autoclose_ int caller = procfs_open_named(tree->proc, "self");
	_autoclose_ int process = procfs_open_process(tree->proc, pid);
	struct who who;

	assert_int_equal(who_read(tree->proc, caller, process, &who), 0);
	return who;
}

static void
reads_a_recorded_sandbox(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	struct who who;

	(void)state;
	/* Inside, the user is 0. */
	proc_tree_write(&tree, "302/uid_map", "0 1001 1\n");
	proc_tree_write(&tree, "302/gid_map", "0 1001 1\n");
	who = who_of(&tree, 302);
	assert_false(who.same_userns);
	assert_true(who.user.outside == 1001 && who.user.inside == 0 && !who.user.lost);
	assert_true(who.group.inside == 0 && who.file_user.inside == 0);
	assert_int_equal(who.groups_len, 2);
	assert_true(who.groups[0].outside == 44 && who.groups[0].lost && who.groups[0].inside == 65534);
	assert_true(who.pid_inside == 2 && who.parent_inside == 1 && who.session_inside == 0);
	assert_string_equal(who.cwd.inside, "/srv/data");
	assert_int_equal(who.cwd.outside.kind, PLACE_SHOWN);
	assert_string_equal(who.cwd.outside.path, "/home/alice/data");
	assert_string_equal(who.root.inside, "/");
	assert_int_equal(who.root.outside.kind, PLACE_INSIDE);
	assert_string_equal(who.hostname_outside, "lab7");
	assert_int_equal(who.hostname_status, -ENOENT);
	assert_int_equal(limits_find(&who.limits_inside, "Max open files")->soft, 256);
	assert_true(who.all_capabilities == 0x1ffffffffff);
	/* The links of a recorded tree cannot be opened: no more than the process's own is known. */
	assert_int_equal(who.chain.len, 1);
	assert_int_equal(who.chain.status, -ENOENT);
	assert_true(who.chain.items[0].number == UINT64_C(4026532651) && who.chain.items[0].setgroups_denied);
	who_release(&who);
	/* Of pid 1 the parent is outside. */
	who = who_of(&tree, 301);
	assert_true(who.pid_inside == 1 && who.process.parent == 300 && who.parent_inside == 0);
	who_release(&who);
	proc_tree_release(&tree);
}

static void
sees_who_is_in_no_sandbox(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	struct who who = who_of(&tree, 300);

	(void)state;
	assert_true(who.same_userns && who.same_pidns);
	assert_true(who.user.inside == 1001 && who.user.outside == 1001);
	assert_true(who.pid_inside == 300 && who.parent_inside == 200);
	assert_true(who.chain.len == 1 && who.chain.items[0].is_callers && who.chain.status == 0);
	assert_string_equal(who.hostname_inside, "lab7");
	assert_string_equal(who.cwd.outside.path, "/home/alice/data");
	who_release(&who);
	proc_tree_release(&tree);
}

static void
follows_directories(void **state)
{
	static const struct {
		const char *root, *cwd, *inside, *outside;
		enum place_kind kind;
	} cases[] = {
		{ "/", "/srv/data/x", "/srv/data/x", "/home/alice/data/x", PLACE_SHOWN },
		{ "/", "/srv/data/x (deleted)", "/srv/data/x (deleted)", "/home/alice/data/x", PLACE_DELETED },
		{ "/", "/tmp/x", "/tmp/x", NULL, PLACE_INSIDE },
		/* A chroot within: paths count from there, and what is outside of it has none. */
		{ "/usr", "/tmp", NULL, NULL, PLACE_UNKNOWN },
	};
	struct proc_tree tree = proc_tree_load("bwrap.tree");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct who who;

		proc_tree_link(&tree, "302/root", cases[i].root);
		proc_tree_link(&tree, "302/cwd", cases[i].cwd);
		who = who_of(&tree, 302);
		assert_int_equal(who.cwd.outside.kind, cases[i].kind);
		if (cases[i].inside)
			assert_string_equal(who.cwd.inside, cases[i].inside);
		else
			assert_null(who.cwd.inside);
		if (cases[i].outside)
			assert_string_equal(who.cwd.outside.path, cases[i].outside);
		who_release(&who);
	}
	proc_tree_release(&tree);
}

static void
compares_namespaces(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	_autoclose_ int caller = procfs_open_named(tree.proc, "self");
	_autoclose_ int process = procfs_open_process(tree.proc, 302);
	_autoclose_ int monitor = procfs_open_process(tree.proc, 300);
	struct ns_view views[NS_KINDS];

	(void)state;
	assert_int_equal(namespaces_read(caller, process, views), 0);
	assert_true(views[NS_MNT].outside == UINT64_C(4026531832) && views[NS_MNT].inside == UINT64_C(4026532334));
	assert_false(views[NS_MNT].same);
	assert_true(views[NS_MNT].owner_status < 0);
	assert_false(namespaces_are_same(views));
	assert_int_equal(namespaces_read(caller, monitor, views), 0);
	assert_true(namespaces_are_same(views));
	proc_tree_release(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_ids_both_ways),
		cmocka_unit_test(knows_ids_without_a_name),
		cmocka_unit_test(tells_the_step_between_two_maps),
		cmocka_unit_test(reads_limits),
		cmocka_unit_test(says_sets_in_words),
		cmocka_unit_test(names_accounts),
		cmocka_unit_test(does_not_trust_the_files_of_accounts),
		cmocka_unit_test(reads_a_status),
		cmocka_unit_test(reads_a_recorded_sandbox),
		cmocka_unit_test(sees_who_is_in_no_sandbox),
		cmocka_unit_test(reads_times),
		cmocka_unit_test(follows_directories),
		cmocka_unit_test(compares_namespaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
