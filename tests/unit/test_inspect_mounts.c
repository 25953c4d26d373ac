/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mounts: which of them a path lies on, which place outside they show, what is covered, what is locked. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "base/cleanup.h"
#include "inspect/mounts.h"
#include "proc_tree.h"
#include "sys/procfs.h"

/* A machine: one file system, /home on another, a bind of a part of it, and something that covers a mount. */
static const char machine[] =
	"20 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
	"21 20 8:2 / /home rw,relatime shared:2 - ext4 /dev/sda2 rw\n"
	"22 20 8:2 /alice/x /mnt/x rw,relatime shared:2 - ext4 /dev/sda2 rw\n"
	"23 20 0:30 /@srv /srv rw,relatime shared:3 - btrfs /dev/sdb rw,subvol=/@srv\n"
	"24 20 0:40 / /data rw,relatime shared:4 - tmpfs tmpfs rw\n"
	"25 24 0:41 / /data rw,relatime shared:5 - tmpfs tmpfs rw\n"
	"26 20 0:5 net:[4026532000] /run/netns/blue rw shared:6 - nsfs nsfs rw\n"
	"27 20 0:50 / /cg rw shared:7 - cgroup2 cgroup2 rw\n"
	"28 20 8:4 /only /part rw shared:8 - ext4 /dev/sda4 rw\n"
	"29 21 8:3 / /home/alice/usb rw shared:9 - vfat /dev/sdc1 ro\n";

static struct mount_table
table_of(const char *text)
{
	struct mount_table table;

	assert_int_equal(mount_table_parse(text_dup(text), &table), 0);
	return table;
}

/* The mount's id, or 0. */
static uint64_t
at(const struct mount_table *table, const char *path)
{
	size_t mount = mount_table_at(table, path, strlen(path));

	return mount == MOUNT_NONE ? 0 : table->entries[mount].info.id;
}

static void
finds_the_mount_of_a_path(void **state)
{
	struct mount_table table = table_of(machine);

	(void)state;
	assert_int_equal(at(&table, "/"), 20);
	assert_int_equal(at(&table, "/usr/bin"), 20);
	assert_int_equal(at(&table, "/home"), 21);
	assert_int_equal(at(&table, "/home/alice/usb/x"), 29);
	assert_int_equal(at(&table, "/homes"), 20);
	assert_int_equal(at(&table, "/mnt/x/y"), 22);
	mount_table_release(&table);
}

static void
climbs_stacks(void **state)
{
	/* Three on one place, then one over a directory above: the children of what is covered are not reached. */
	struct mount_table table = table_of("1 0 8:1 / / rw - ext4 a rw\n"
					    "2 1 0:2 / /a/b rw - tmpfs t rw\n"
					    "3 2 0:3 / /a/b rw - tmpfs t rw\n"
					    "4 3 0:4 / /a/b rw - tmpfs t rw\n"
					    "5 4 0:5 / /a/b/c rw - tmpfs t rw\n"
					    "6 2 0:6 / /a/b/c rw - tmpfs t rw\n"
					    "7 1 0:7 / /h rw - tmpfs t rw\n"
					    "8 7 0:8 / /h/i rw - tmpfs t rw\n"
					    "9 7 0:9 / /h rw - tmpfs t rw\n");
	static const bool visible[] = { true, false, false, true, true, false, false, false, true };

	(void)state;
	assert_int_equal(at(&table, "/a/b"), 4);
	assert_int_equal(at(&table, "/a/b/c/d"), 5);
	assert_int_equal(at(&table, "/h/i"), 9);
	for (size_t i = 0; i < table.len; i++)
		assert_int_equal(mount_table_is_visible(&table, i), visible[i]);
	mount_table_release(&table);
}

static void
survives_what_the_kernel_does_not_write(void **state)
{
	/* A circle, a mount that is its own parent, no root, an empty text; and what is no mountinfo at all. */
	struct mount_table table = table_of("1 2 0:1 / /a rw - tmpfs t rw\n2 1 0:2 / /a rw - tmpfs t rw\n");

	(void)state;
	assert_int_equal(at(&table, "/a"), 0);
	mount_table_release(&table);
	table = table_of("1 1 0:1 / / rw - rootfs rootfs rw\n");
	assert_int_equal(at(&table, "/a"), 1);
	mount_table_release(&table);
	table = table_of("");
	assert_int_equal(at(&table, "/"), 0);
	mount_table_release(&table);
	assert_int_equal(mount_table_parse(text_dup("1 2 x\n"), &table), -EINVAL);
}

static void
knows_mounts_below_a_chroot(void **state)
{
	/* The process's root lies in the middle of a mount, which is then not shown. */
	struct mount_table table = table_of("31 20 0:3 / /proc rw - proc proc rw\n"
					    "32 31 0:4 / /proc/x rw - tmpfs t rw\n");

	(void)state;
	assert_int_equal(table.root, MOUNT_NONE);
	assert_int_equal(at(&table, "/proc/x/y"), 32);
	assert_int_equal(at(&table, "/etc"), 0);
	mount_table_release(&table);
}

struct place_case {
	const char *line; /* of a mount inside, without its ids */
	enum place_kind kind;
	const char *path;
};

static void
finds_places_outside(void **state)
{
	static const struct place_case cases[] = {
		{ "8:1 /usr /usr ro - ext4 /dev/sda1 rw", PLACE_SHOWN, "/usr" },
		{ "8:1 /usr /opt ro - ext4 /dev/sda1 rw", PLACE_SHOWN, "/usr" },
		{ "8:1 / /host ro - ext4 /dev/sda1 rw", PLACE_SHOWN, "/" },
		/* A bind of a bind: the whole file system is the better known place, unless the name is the same. */
		{ "8:2 /alice/x/y /y rw - ext4 /dev/sda2 rw", PLACE_SHOWN, "/home/alice/x/y" },
		{ "8:2 /alice/x/y /mnt/x/y rw - ext4 /dev/sda2 rw", PLACE_SHOWN, "/mnt/x/y" },
		/* What lies below /home/alice/usb is hidden by that mount. */
		{ "8:2 /alice/usb/old /o rw - ext4 /dev/sda2 rw", PLACE_COVERED, "/home/alice/usb/old" },
		/* Subvolumes: root is a path in the whole file system, of which only one is mounted. */
		{ "0:30 /@srv/www /www rw - btrfs /dev/sdb rw,subvol=/@srv/www", PLACE_SHOWN, "/srv/www" },
		{ "0:30 /@srv /s rw - btrfs /dev/sdb rw,subvol=/@srv", PLACE_SHOWN, "/srv" },
		{ "0:30 /@other /s rw - btrfs /dev/sdb rw,subvol=/@other", PLACE_PART, NULL },
		{ "8:4 /else /e rw - ext4 /dev/sda4 rw", PLACE_PART, NULL },
		{ "8:4 /only/x /e rw - ext4 /dev/sda4 rw", PLACE_SHOWN, "/part/x" },
		/* "/onlyx" is not below "/only". */
		{ "8:4 /onlyx /e rw - ext4 /dev/sda4 rw", PLACE_PART, NULL },
		{ "0:40 /f /data/f rw - tmpfs tmpfs rw", PLACE_COVERED, "/data/f" },
		{ "0:41 /f /g rw - tmpfs tmpfs rw", PLACE_SHOWN, "/data/f" },
		{ "0:99 / /tmp rw - tmpfs tmpfs rw", PLACE_INSIDE, NULL },
		{ "8:2 /alice/gone//deleted /d rw - ext4 /dev/sda2 rw", PLACE_DELETED, "/home/alice/gone" },
		{ "0:99 /gone//deleted /d rw - tmpfs t rw", PLACE_INSIDE, NULL },
		{ "0:5 net:[4026532000] /n rw - nsfs nsfs rw", PLACE_SHOWN, "/run/netns/blue" },
		{ "0:5 net:[4026532001] /n rw - nsfs nsfs rw", PLACE_PART, NULL },
		/* Above the reader's cgroup namespace: no path of the host's, though it looks like one. */
		{ "0:50 /../.. /c rw - cgroup2 cgroup2 rw", PLACE_PART, NULL },
		{ "0:50 /user.slice /c rw - cgroup2 cgroup2 rw", PLACE_SHOWN, "/cg/user.slice" },
		/* Blanks and newlines come escaped. */
		{ "8:1 /a\\040b\\012c /x rw - ext4 /dev/sda1 rw", PLACE_SHOWN, "/a b\nc" },
	};
	struct mount_table outside = table_of(machine);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autofree_ char *text = text_format("1 0 0:98 / / rw - tmpfs t rw\n2 1 %s\n", cases[i].line);
		struct mount_table inside = table_of(text);
		struct place place = place_of_mount(&inside, 1, &outside);

		if (place.kind != cases[i].kind)
			print_error("%s: %s\n", cases[i].line, place_names[place.kind]);
		assert_int_equal(place.kind, cases[i].kind);
		if (cases[i].path)
			assert_string_equal(place.path, cases[i].path);
		else
			assert_null(place.path);
		place_release(&place);
		mount_table_release(&inside);
	}
	mount_table_release(&outside);
}

static void
finds_the_place_of_a_path(void **state)
{
	struct mount_table outside = table_of(machine), inside = table_of("1 0 0:98 / / rw - tmpfs t rw\n"
									  "2 1 8:2 /alice /work rw - ext4 s rw\n");
	struct place place = place_find(&inside, &outside, "/work/a/b");

	(void)state;
	assert_int_equal(place.kind, PLACE_SHOWN);
	assert_string_equal(place.path, "/home/alice/a/b");
	place_release(&place);
	place = place_find(&inside, &outside, "/elsewhere");
	assert_int_equal(place.kind, PLACE_INSIDE);
	mount_table_release(&inside);
	mount_table_release(&outside);
}

/* Where each mount of a copy of `machine` is locked; the two that somebody inside made are not. */
static void
tells_what_came_along(void **state)
{
	static const char copy[] = "40 39 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
				   "41 40 8:2 / /home rw,relatime - ext4 /dev/sda2 rw\n"
				   "42 41 8:3 / /home/alice/usb rw - vfat /dev/sdc1 ro\n"
				   "43 40 0:99 / /tmp rw - tmpfs tmpfs rw\n"
				   /* rbind /home /tmp/h: its top is free, what is below came with it */
				   "44 43 8:2 / /tmp/h rw - ext4 /dev/sda2 rw\n"
				   "45 44 8:3 / /tmp/h/alice/usb rw - vfat /dev/sdc1 ro\n"
				   /* the same places, something else; another part of the same file system */
				   "46 40 0:98 / /srv rw - tmpfs tmpfs rw\n"
				   "47 40 8:2 /bob /mnt/x rw - ext4 /dev/sda2 rw\n";
	static const enum mount_lock by_power[POWERS] = { LOCK_UNKNOWN, LOCK_YES, LOCK_YES, LOCK_YES, LOCK_NO };
	static const enum mount_lock locks[] = { LOCK_NO, LOCK_YES, LOCK_YES, LOCK_NO,
						 LOCK_NO, LOCK_YES, LOCK_NO,  LOCK_NO };
	struct mount_table outside = table_of(machine), inside = table_of(copy);
	struct mount_locks all;

	(void)state;
	mount_locks_init(&all, POWER_INHERITED, &inside, &outside);
	for (size_t i = 0; i < inside.len; i++)
		assert_int_equal(mount_locks_of(&all, i), locks[i]);
	mount_locks_release(&all);
	for (enum mount_power power = POWER_UNKNOWN; power < POWERS; power++) {
		mount_locks_init(&all, power, &inside, &outside);
		assert_int_equal(mount_locks_of(&all, 1), by_power[power]);
		mount_locks_release(&all);
	}
	mount_table_release(&inside);
	mount_table_release(&outside);
}

static void
reads_propagation(void **state)
{
	struct mount_table table = table_of("1 0 0:1 / / rw - t t rw\n2 1 0:2 / /a rw shared:12 master:7 - t t rw\n"
					    "3 1 0:3 / /b rw master:7 propagate_from:2 - t t rw\n"
					    "4 1 0:4 / /c rw unbindable - t t rw\n");
	struct mount_propagation seen = mount_propagation_of(&table.entries[0].info);

	(void)state;
	assert_true(!seen.shared && !seen.master && !seen.unbindable);
	seen = mount_propagation_of(&table.entries[1].info);
	assert_true(seen.shared == 12 && seen.master == 7);
	seen = mount_propagation_of(&table.entries[2].info);
	assert_true(seen.shared == 0 && seen.master == 7 && seen.from == 2);
	seen = mount_propagation_of(&table.entries[3].info);
	assert_true(seen.unbindable);
	mount_table_release(&table);
}

static void
reads_overlays(void **state)
{
	struct mount_table table = table_of(
		"1 0 0:1 / / rw - overlay overlay rw,lowerdir=/a:/b\\134:c::/d\\040e,upperdir=/u\\054v,workdir=/w\n"
		"2 1 0:2 / /x ro - overlay none ro,lowerdir+=/p:q,lowerdir+=/r,userxattr\n"
		"3 1 0:3 / /y ro - tmpfs none ro,lowerdir=/p\n");
	struct mount_overlay overlay;

	(void)state;
	assert_true(mount_overlay_of(&table.entries[0].info, &overlay));
	assert_int_equal(overlay.lower_len, 3);
	assert_string_equal(overlay.lower[0], "/a");
	assert_string_equal(overlay.lower[1], "/b:c");
	assert_string_equal(overlay.lower[2], "/d e");
	assert_string_equal(overlay.upper, "/u,v");
	assert_string_equal(overlay.work, "/w");
	mount_overlay_release(&overlay);
	assert_true(mount_overlay_of(&table.entries[1].info, &overlay));
	assert_int_equal(overlay.lower_len, 2);
	assert_string_equal(overlay.lower[0], "/p:q");
	assert_null(overlay.upper);
	mount_overlay_release(&overlay);
	assert_false(mount_overlay_of(&table.entries[2].info, &overlay));
	mount_table_release(&table);
}

static const struct mount_view *
view_of(const struct mounts *mounts, const char *inside)
{
	for (size_t i = 0; i < mounts->len; i++)
		if (strcmp(mounts->inside.entries[i].info.mount_point, inside) == 0)
			return &mounts->views[i];
	fail_msg("%s is not mounted", inside);
	return NULL;
}

static void
reads_a_recorded_sandbox(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	_autoclose_ int caller = procfs_open_named(tree.proc, "self");
	_autoclose_ int process = procfs_open_process(tree.proc, 302);
	struct mounts mounts;

	(void)state;
	assert_int_equal(mounts_read(caller, process, &mounts), 0);
	assert_false(mounts.same_namespace);
	/* The links of a recorded tree cannot be opened, so who owns the mounts is not known. */
	assert_int_equal(mounts.power, POWER_UNKNOWN);
	assert_int_equal(view_of(&mounts, "/")->outside.kind, PLACE_INSIDE);
	assert_string_equal(view_of(&mounts, "/usr")->outside.path, "/usr");
	assert_string_equal(view_of(&mounts, "/srv/data")->outside.path, "/home/alice/data");
	assert_string_equal(view_of(&mounts, "/dev/null")->outside.path, "/dev/null");
	assert_int_equal(view_of(&mounts, "/proc")->outside.kind, PLACE_INSIDE);
	assert_null(view_of(&mounts, "/usr")->covered_by);
	assert_int_equal(view_of(&mounts, "/usr")->lock, LOCK_UNKNOWN);
	mounts_release(&mounts);
	proc_tree_release(&tree);
}

static void
says_what_covers(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	_autoclose_ int caller = procfs_open_named(tree.proc, "self");
	_autoclose_ int process = procfs_open_process(tree.proc, 302);
	struct mounts mounts;

	(void)state;
	proc_tree_write(&tree, "302/mountinfo", "1 0 0:1 / / rw - tmpfs t rw\n2 1 0:2 / /a/b rw - tmpfs t rw\n"
						"3 1 0:3 / /a rw - tmpfs t rw\n");
	assert_int_equal(mounts_read(caller, process, &mounts), 0);
	assert_string_equal(view_of(&mounts, "/a/b")->covered_by, "/a");
	assert_null(view_of(&mounts, "/a")->covered_by);
	mounts_release(&mounts);
	proc_tree_release(&tree);
}

/*
 * A payload may mount as often as fs.mount-max says, in whatever way makes most work. Minutes if anything were
 * quadratic.
 */
static void
takes_what_a_payload_can_make(void **state)
{
	struct proc_tree tree = proc_tree_load("bwrap.tree");
	_autoclose_ int caller = procfs_open_named(tree.proc, "self");
	_autoclose_ int process = procfs_open_process(tree.proc, 302);
	FILE *f = proc_tree_create(tree.proc, "302/mountinfo");
	struct mounts mounts;
	int i;

	(void)state;
	fputs("1 0 0:1 / / rw - tmpfs t rw\n", f);
	/* A stack, and as many binds of one directory. */
	for (i = 2; i < 50000; i++)
		fprintf(f, "%d %d 8:1 /usr /x rw - ext4 t rw\n", i, i - 1);
	for (; i < 100000; i++)
		fprintf(f, "%d 1 8:1 /usr /y/%d rw - ext4 t rw\n", i, i);
	fclose(f);
	assert_int_equal(mounts_read(caller, process, &mounts), 0);
	assert_int_equal(mounts.len, 99999);
	assert_string_equal(mounts.views[mounts.len - 1].outside.path, "/usr");
	assert_string_equal(mounts.views[5].covered_by, "/x");
	mounts_release(&mounts);
	proc_tree_release(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_mount_of_a_path),
		cmocka_unit_test(climbs_stacks),
		cmocka_unit_test(survives_what_the_kernel_does_not_write),
		cmocka_unit_test(knows_mounts_below_a_chroot),
		cmocka_unit_test(finds_places_outside),
		cmocka_unit_test(finds_the_place_of_a_path),
		cmocka_unit_test(tells_what_came_along),
		cmocka_unit_test(reads_propagation),
		cmocka_unit_test(reads_overlays),
		cmocka_unit_test(reads_a_recorded_sandbox),
		cmocka_unit_test(says_what_covers),
		cmocka_unit_test(takes_what_a_payload_can_make),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
