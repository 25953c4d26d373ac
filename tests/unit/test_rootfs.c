/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The root of a watched session: what is answered to requests, sound ones and others. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/fuse.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sandbox/rootfs.h"
#include "sandbox/rootfs_nodes.h"

static struct rootfs fs;
static char request_buf[ROOTFS_REQUEST_MAX] __attribute__((aligned(16)));
static char answer_buf[ROOTFS_ANSWER_MAX] __attribute__((aligned(16)));
static struct rootfs_request req;

/* A request of a body in an allocation of its own, so that whoever reads behind its end is caught. */
static enum rootfs_outcome
ask(uint32_t opcode, uint64_t node, const void *body, size_t len)
{
	struct fuse_in_header head = { .len = (uint32_t)(sizeof head + len), .opcode = opcode, .unique = 7,
				       .nodeid = node, .pid = 42 };
	char *request = malloc(sizeof head + len);
	enum rootfs_outcome outcome;

	memcpy(request, &head, sizeof head);
	if (len > 0)
		memcpy(request + sizeof head, body, len);
	req = (struct rootfs_request){ .answer = answer_buf };
	outcome = rootfs_take(&fs, request, sizeof head + len, &req);
	free(request);
	return outcome;
}

static const void *
answered(void)
{
	const struct fuse_out_header *head = (const void *)answer_buf;

	assert_int_equal(head->len, req.answer_len);
	assert_int_equal(head->unique, 7);
	assert_int_equal(head->error, 0);
	return head + 1;
}

static int
refused(void)
{
	const struct fuse_out_header *head = (const void *)answer_buf;

	assert_int_equal(head->len, sizeof *head);
	return head->error;
}

static uint64_t
look_up(uint64_t parent, const char *name)
{
	assert_int_equal(ask(FUSE_LOOKUP, parent, name, strlen(name) + 1), ROOTFS_ANSWER);
	return ((const struct fuse_entry_out *)answered())->nodeid;
}

static int
begin(void **state)
{
	int etc;

	(void)state;
	if (rootfs_init(&fs, 1000) < 0)
		return -1;
	etc = rootfs_add(&fs, ROOTFS_ROOT, "etc", 3, S_IFDIR, NULL);
	rootfs_add(&fs, (uint32_t)etc, "passwd", 6, S_IFREG, "root\n");
	rootfs_add(&fs, ROOTFS_ROOT, "lib", 3, S_IFLNK, "usr/lib");
	return 0;
}

static void
test_what_is_there(void **state)
{
	struct fuse_read_in all = { .size = 4096 };
	struct fuse_read_in part = { .offset = 2, .size = 2 }, behind = { .offset = 6, .size = 1 };
	uint64_t passwd = look_up(look_up(ROOTFS_ROOT, "etc"), "passwd");
	const struct fuse_attr_out *attr;

	(void)state;
	assert_int_equal(ask(FUSE_GETATTR, passwd, NULL, 0), ROOTFS_ANSWER);
	attr = answered();
	assert_int_equal(attr->attr.size, 5);
	assert_true(S_ISREG(attr->attr.mode));
	ask(FUSE_READ, passwd, &all, sizeof all);
	assert_memory_equal(answered(), "root\n", 5);
	ask(FUSE_READ, passwd, &part, sizeof part);
	assert_memory_equal(answered(), "ot", 2);
	ask(FUSE_READ, passwd, &behind, sizeof behind);
	assert_int_equal(req.answer_len, sizeof(struct fuse_out_header));
	ask(FUSE_READLINK, look_up(ROOTFS_ROOT, "lib"), NULL, 0);
	assert_memory_equal(answered(), "usr/lib", 7);
	assert_int_equal(req.answer_len, sizeof(struct fuse_out_header) + 7);
}

static void
test_what_is_missing(void **state)
{
	const struct fuse_entry_out *entry;

	(void)state;
	assert_int_equal(ask(FUSE_LOOKUP, ROOTFS_ROOT, "opt", 4), ROOTFS_MISSING);
	assert_int_equal(req.parent, ROOTFS_ROOT);
	assert_int_equal(req.task, 42);
	assert_int_equal(req.name_len, 3);
	rootfs_answer_missing(&req, 0, 1);
	entry = answered();
	assert_int_equal(entry->nodeid, 0);
	assert_int_equal(entry->entry_valid, 1);
	rootfs_answer_missing(&req, 0, 0);
	assert_int_equal(refused(), -ENOENT);
	rootfs_answer_missing(&req, -EINTR, 1);
	assert_int_equal(refused(), -EINTR);
}

/* A ghost is there for the kernel; whatever is asked of it but its name is to be asked again. */
static void
test_ghost(void **state)
{
	struct fuse_forget_in forget = { .nlookup = 1 };
	uint64_t number;

	(void)state;
	req = (struct rootfs_request){ .id = 7, .parent = ROOTFS_ROOT, .name = "opt", .name_len = 3,
				       .answer = answer_buf };
	assert_true(rootfs_answer_ghost(&fs, &req, S_IFDIR));
	number = ((const struct fuse_entry_out *)answered())->nodeid;
	assert_int_equal(((const struct fuse_entry_out *)answered())->entry_valid, 0);
	ask(FUSE_GETATTR, number, NULL, 0);
	assert_int_equal(refused(), -ESTALE);
	ask(FUSE_LOOKUP, number, "x", 2);
	assert_int_equal(refused(), -ESTALE);
	assert_int_equal(ask(FUSE_LOOKUP, ROOTFS_ROOT, "opt", 4), ROOTFS_MISSING);
	assert_int_equal(ask(FUSE_FORGET, number, &forget, sizeof forget), ROOTFS_SILENT);
	assert_int_equal(fs.nodes[number].lookups, 0);
}

static bool
answer_place(const char *name, mode_t type)
{
	req = (struct rootfs_request){ .id = 7, .parent = ROOTFS_ROOT, .name = name, .name_len = strlen(name),
				       .answer = answer_buf };
	return rootfs_answer_place(&fs, &req, type);
}

/* What is mounted upon is the ghost itself, and who has met it finds it still. */
static void
test_place(void **state)
{
	const struct fuse_entry_out *entry;
	uint64_t number;

	(void)state;
	req = (struct rootfs_request){ .id = 7, .parent = ROOTFS_ROOT, .name = "opt", .name_len = 3,
				       .answer = answer_buf };
	assert_true(rootfs_answer_ghost(&fs, &req, S_IFDIR));
	number = ((const struct fuse_entry_out *)answered())->nodeid;
	assert_false(answer_place("opt", S_IFREG));
	assert_true(answer_place("opt", S_IFDIR));
	entry = answered();
	assert_int_equal(entry->nodeid, number);
	assert_int_equal(entry->generation, fs.nodes[number].generation);
	assert_int_equal(entry->entry_valid, 0);
	assert_int_equal(entry->attr_valid, 0);
	/* The caller decides who has it, and who has its attributes. */
	assert_int_equal(ask(FUSE_LOOKUP, ROOTFS_ROOT, "opt", 4), ROOTFS_MISSING);
	assert_int_equal(ask(FUSE_GETATTR, number, NULL, 0), ROOTFS_ATTRIBUTES);
	assert_int_equal(req.name_len, 3);
	assert_memory_equal(req.name, "opt", 3);
	assert_true(rootfs_answer_attributes(&fs, &req));
	assert_int_equal(((const struct fuse_attr_out *)answered())->attr_valid, 0);
	/* Mounted upon, it is not taken away any more. */
	rootfs_settle(&fs, ROOTFS_ROOT, "opt", 3, false);
	rootfs_unmake(&fs, ROOTFS_ROOT, "opt", 3);
	assert_int_equal(look_up(ROOTFS_ROOT, "opt"), number);
	assert_true(((const struct fuse_entry_out *)answered())->entry_valid > 0);
	assert_int_equal(ask(FUSE_GETATTR, number, NULL, 0), ROOTFS_ATTRIBUTES);
	rootfs_settle(&fs, ROOTFS_ROOT, "opt", 3, true);
	assert_int_equal(ask(FUSE_GETATTR, number, NULL, 0), ROOTFS_ANSWER);
}

/* Where nobody has met a ghost there is a place all the same; and none where nothing could be mounted. */
static void
test_place_of_no_ghost(void **state)
{
	(void)state;
	assert_true(answer_place("file", S_IFREG));
	assert_true(S_ISREG(((const struct fuse_entry_out *)answered())->attr.mode));
	rootfs_unmake(&fs, ROOTFS_ROOT, "file", 4);
	assert_false(rootfs_answer_entry(&fs, &req));
	assert_false(rootfs_answer_attributes(&fs, &req));
	/* Of what was there already nothing changes. */
	rootfs_settle(&fs, ROOTFS_ROOT, "nothing", 7, true);
	rootfs_unmake(&fs, ROOTFS_ROOT, "lib", 3);
	assert_true(look_up(ROOTFS_ROOT, "lib") > 0);
}

static void
test_making_and_removing(void **state)
{
	static const struct {
		struct fuse_mkdir_in in;
		char name[4];
	} make = { .name = "new" };
	uint64_t number;

	(void)state;
	assert_int_equal(ask(FUSE_MKDIR, ROOTFS_ROOT, &make, sizeof make), ROOTFS_ANSWER);
	number = ((const struct fuse_entry_out *)answered())->nodeid;
	assert_int_equal(look_up(ROOTFS_ROOT, "new"), number);
	ask(FUSE_MKDIR, ROOTFS_ROOT, &make, sizeof make);
	assert_int_equal(refused(), -EEXIST);
	ask(FUSE_UNLINK, ROOTFS_ROOT, "new", 4);
	assert_int_equal(refused(), -EISDIR);
	ask(FUSE_RMDIR, ROOTFS_ROOT, "etc", 4);
	assert_int_equal(refused(), -ENOTEMPTY);
	ask(FUSE_RMDIR, ROOTFS_ROOT, "new", 4);
	assert_int_equal(refused(), 0);
	assert_int_equal(ask(FUSE_LOOKUP, ROOTFS_ROOT, "new", 4), ROOTFS_MISSING);
	/* The kernel has not forgotten it. */
	ask(FUSE_MKDIR, number, &make, sizeof make);
	assert_int_equal(refused(), -ENOENT);
}

static void
test_requests_that_are_none(void **state)
{
	static char long_name[300];
	struct fuse_in_header head = { .len = sizeof head + 1 };
	struct fuse_batch_forget_in many = { .count = UINT32_MAX };

	(void)state;
	memset(long_name, 'x', sizeof long_name - 1);
	memcpy(request_buf, &head, sizeof head);
	assert_int_equal(rootfs_take(&fs, request_buf, sizeof head - 1, &req), ROOTFS_SILENT);
	assert_int_equal(rootfs_take(&fs, request_buf, sizeof head, &req), ROOTFS_SILENT);
	ask(FUSE_LOOKUP, ROOTFS_ROOT, "opt", 3); /* without its NUL */
	assert_int_equal(refused(), -EINVAL);
	ask(FUSE_LOOKUP, ROOTFS_ROOT, "", 1);
	assert_int_equal(refused(), -EINVAL);
	ask(FUSE_LOOKUP, ROOTFS_ROOT, NULL, 0);
	assert_int_equal(refused(), -EINVAL);
	ask(FUSE_LOOKUP, ROOTFS_ROOT, long_name, sizeof long_name);
	assert_int_equal(refused(), -ENAMETOOLONG);
	ask(FUSE_MKDIR, ROOTFS_ROOT, "abc", 3); /* shorter than what comes before the name */
	assert_int_equal(refused(), -EINVAL);
	ask(FUSE_SYMLINK, ROOTFS_ROOT, "a", 2); /* without a target */
	assert_int_equal(refused(), -EINVAL);
	ask(FUSE_READ, look_up(look_up(ROOTFS_ROOT, "etc"), "passwd"), "x", 1);
	assert_int_equal(refused(), -EINVAL);
	ask(FUSE_READLINK, ROOTFS_ROOT, NULL, 0);
	assert_int_equal(refused(), -EINVAL);
	ask(FUSE_READDIR, ROOTFS_ROOT, NULL, 0);
	assert_int_equal(refused(), -EINVAL);
	assert_int_equal(ask(FUSE_BATCH_FORGET, 0, &many, sizeof many), ROOTFS_SILENT);
	assert_int_equal(ask(FUSE_INTERRUPT, 0, NULL, 0), ROOTFS_SILENT);
	ask(FUSE_GETATTR, 0, NULL, 0);
	assert_int_equal(refused(), -ESTALE);
	ask(FUSE_GETATTR, UINT64_MAX, NULL, 0);
	assert_int_equal(refused(), -ESTALE);
	ask(FUSE_GETATTR, UINT64_C(1) << 32 | ROOTFS_ROOT, NULL, 0);
	assert_int_equal(refused(), -ESTALE);
	ask(12345, ROOTFS_ROOT, NULL, 0);
	assert_int_equal(refused(), -ENOSYS);
}

/* A directory is listed in parts that fit, each name once. */
static void
test_listing(void **state)
{
	struct fuse_read_in in = { .size = 80 };
	size_t names = 0;

	(void)state;
	for (;;) {
		const char *at, *end;

		assert_int_equal(ask(FUSE_READDIR, ROOTFS_ROOT, &in, sizeof in), ROOTFS_ANSWER);
		at = answered();
		end = answer_buf + req.answer_len;
		if (at == end)
			break;
		assert_true(end - at <= in.size);
		while (at < end) {
			const struct fuse_dirent *dirent = (const void *)at;

			in.offset = dirent->off;
			at += FUSE_DIRENT_SIZE(dirent);
			names++;
		}
	}
	/* And "." and "..". */
	assert_int_equal(names, 4);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_what_is_there, begin),
		cmocka_unit_test_setup(test_what_is_missing, begin),
		cmocka_unit_test_setup(test_ghost, begin),
		cmocka_unit_test_setup(test_place, begin),
		cmocka_unit_test_setup(test_place_of_no_ghost, begin),
		cmocka_unit_test_setup(test_making_and_removing, begin),
		cmocka_unit_test_setup(test_requests_that_are_none, begin),
		cmocka_unit_test_setup(test_listing, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
