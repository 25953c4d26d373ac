/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who the payload appears to be, from files made for it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/identity.h"

/* Files whose contents the test gives. */
struct files {
	char dir[32];
	char *passwd, *group;
	struct identity_sources sources;
};

static char *
write_file(const char *dir, const char *name, const char *text)
{
	char *path = text_format("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	return path;
}

static void
files_make(struct files *files, const char *passwd, const char *group, const char *home)
{
	*files = (struct files){ .dir = "/tmp/isolate-identity-XXXXXX" };
	assert_non_null(mkdtemp(files->dir));
	files->passwd = write_file(files->dir, "passwd", passwd);
	files->group = write_file(files->dir, "group", group);
	files->sources = (struct identity_sources){ files->passwd, files->group, home };
}

static void
files_remove(struct files *files)
{
	unlink(files->passwd);
	unlink(files->group);
	rmdir(files->dir);
	free(files->passwd);
	free(files->group);
}

/* One's own account, and another one, 4711. */
static char *
usual_passwd(void)
{
	return text_format("other:x:4711:4711:Other:/home/other:/bin/csh\n"
			   "alice:x:%u:%u:Alice L.,Room 1:/home/alice:/bin/zsh\n"
			   "root:x:0:0:root:/root:/bin/bash\n",
			   geteuid(), getegid());
}

static void
identify(enum as_kind as, uid_t uid, gid_t gid, const char *home, struct identity *ret)
{
	_autofree_ char *passwd = usual_passwd();
	_autofree_ char *group = text_format("staff:x:%u:\nother:x:4711:alice\n", getegid());
	struct request req;
	struct files files;

	request_init(&req);
	req.as = as;
	req.as_uid = uid;
	req.as_gid = gid;
	files_make(&files, passwd, group, home);
	identity_make(&req, &files.sources, ret);
	files_remove(&files);
	request_release(&req);
}

static void
test_self(void **state)
{
	_autofree_ char *passwd = NULL;
	_autofree_ char *group = NULL;
	_autofree_ char *own = text_format("alice:x:%u:%u:Alice L.,Room 1:/scratch/alice:/bin/zsh\n", geteuid(),
					   getegid());
	_autofree_ char *own_group = text_format(":x:%u:\n", getegid());
	struct identity id;

	(void)state;
	identify(AS_SELF, 0, 0, "/scratch//alice/", &id);
	assert_int_equal(id.inner_uid, geteuid());
	assert_int_equal(id.inner_gid, getegid());
	assert_string_equal(id.home, "/scratch/alice");
	assert_string_equal(id.shell, "/bin/zsh");
	assert_true(id.local);
	passwd = identity_passwd(&id, id.shell);
	group = identity_group(&id);
	assert_string_equal(id.user, "alice");
	assert_int_equal(strncmp(passwd, own, strlen(own)), 0);
	if (geteuid() != 65534)
		assert_non_null(strstr(passwd, "nobody:x:65534:65534:"));
	if (geteuid() != 0)
		assert_non_null(strstr(passwd, "root:x:0:0:"));
	assert_null(strstr(passwd, "other"));
	assert_non_null(strstr(group, own_group));
	if (getegid() != 65534)
		assert_non_null(strstr(group, "nogroup:x:65534:"));
	identity_release(&id);
}

static void
test_root(void **state)
{
	_autofree_ char *passwd = NULL;
	_autofree_ char *group = NULL;
	struct identity id;

	(void)state;
	identify(AS_ROOT, 0, 0, "/home/alice", &id);
	assert_int_equal(id.inner_uid, 0);
	assert_int_equal(id.inner_gid, 0);
	/* The caller's own name for uid 0, if that is what he is. */
	assert_string_equal(id.user, geteuid() == 0 ? "alice" : "root");
	passwd = identity_passwd(&id, "/bin/bash");
	assert_int_equal(strncmp(passwd, geteuid() == 0 ? "alice:x:0:0:" : "root:x:0:0:", 11), 0);
	assert_non_null(strstr(passwd, ":/home/alice:/bin/bash\n"));
	if (geteuid() != 0) {
		_autofree_ char *own = text_format("\nalice:x:%u:%u:", geteuid(), getegid());

		assert_non_null(strstr(passwd, own));
		assert_false(id.local);
	}
	group = identity_group(&id);
	assert_string_equal(group, "root:x:0:\nnogroup:x:65534:\n");
	identity_release(&id);
}

static void
test_ids(void **state)
{
	static const struct {
		uid_t uid;
		gid_t gid;
		const char *passwd, *group;
	} cases[] = {
		{ 4711, 4711, "other:x:4711:4711:other:/home/alice:/bin/zsh\nroot:", "other:x:4711:\nroot:" },
		{ 4000000001, 4000000001,
		  "user4000000001:x:4000000001:4000000001:user4000000001:/home/alice:/bin/zsh\n",
		  "group4000000001:x:4000000001:\n" },
		{ 65534, 65534, "nobody:x:65534:65534:nobody:/home/alice:/bin/zsh\nroot:x:0:0:root:/root:/bin/sh\n",
		  "nogroup:x:65534:\nroot:x:0:\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autofree_ char *passwd = NULL;
		_autofree_ char *group = NULL;
		struct identity id;

		identify(AS_IDS, cases[i].uid, cases[i].gid, "/home/alice", &id);
		passwd = identity_passwd(&id, "/bin/zsh");
		group = identity_group(&id);
		assert_int_equal(strncmp(passwd, cases[i].passwd, strlen(cases[i].passwd)), 0);
		assert_int_equal(strncmp(group, cases[i].group, strlen(cases[i].group)), 0);
		identity_release(&id);
	}
}

/* Names that end in a field's or a line's end must not become fields or lines. */
static void
test_nothing_is_injected(void **state)
{
	static const char *const homes[] = { "/x\nroot2:x:0:0::/:/bin/sh", "/x:/bin/evil", "/x\r", "/x\033[2J" };

	(void)state;
	for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
		_autofree_ char *passwd = NULL;
		struct identity id;
		int lines = 0;

		identify(AS_SELF, 0, 0, homes[i], &id);
		passwd = identity_passwd(&id, "/bin/sh\nevil:x:0:0::/:/bin/sh");
		for (char *rest = passwd, *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n")) {
			int colons = 0;

			for (const char *p = line; *p; p++)
				colons += *p == ':';
			assert_int_equal(colons, 6);
			lines++;
		}
		assert_int_equal(lines, geteuid() == 0 || geteuid() == 65534 ? 2 : 3);
		/* HOME itself is what it is. */
		assert_string_equal(id.home, homes[i]);
		identity_release(&id);
	}
}

static void
test_home_is_absolute(void **state)
{
	static const struct {
		const char *env, *home;
	} cases[] = {
		{ NULL, NULL },
		{ "", NULL },
		{ "relative", NULL },
		{ "/", "/" },
		{ "/a/../b/./c/", "/b/c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct identity id;

		identify(AS_SELF, 0, 0, cases[i].env, &id);
		assert_string_equal(id.home, cases[i].home ? cases[i].home : "/home/alice");
		identity_release(&id);
	}
}

static void
test_empty_shell(void **state)
{
	_autofree_ char *text = text_format("alice:x:%u:%u::/home/alice:\n", geteuid(), getegid());
	struct request req;
	struct identity id;
	struct files files;

	(void)state;
	request_init(&req);
	files_make(&files, text, "", NULL);
	identity_make(&req, &files.sources, &id);
	assert_string_equal(id.shell, "/bin/sh");
	assert_string_equal(id.user, "alice");
	identity_release(&id);
	files_remove(&files);
}

/* A uid that neither the files nor the name service know. Only root can take one on; every test is run as root too. */
static void
test_unknown_user(void **state)
{
	_autofree_ char *passwd = NULL;
	struct request req;
	struct identity id;
	struct files files;

	(void)state;
	if (geteuid() != 0)
		return;
	request_init(&req);
	files_make(&files, "", "", NULL);
	assert_int_equal(setegid(3999999), 0);
	assert_int_equal(seteuid(3999999), 0);
	identity_make(&req, &files.sources, &id);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(setegid(0), 0);
	assert_string_equal(id.user, "user3999999");
	assert_string_equal(id.group, "group3999999");
	assert_string_equal(id.home, "/");
	assert_string_equal(id.shell, "/bin/sh");
	assert_false(id.local);
	passwd = identity_passwd(&id, id.shell);
	assert_int_equal(strncmp(passwd, "user3999999:x:3999999:3999999:user 3999999:/:/bin/sh\n", 53), 0);
	identity_release(&id);
	files_remove(&files);
}

static void
test_home_of(void **state)
{
	_autofree_ char *home = identity_home_of("root");

	(void)state;
	assert_non_null(home);
	assert_int_equal(home[0], '/');
	assert_null(identity_home_of("no such user: here"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_self),		 cmocka_unit_test(test_root),
		cmocka_unit_test(test_ids),		 cmocka_unit_test(test_nothing_is_injected),
		cmocka_unit_test(test_home_is_absolute), cmocka_unit_test(test_empty_shell),
		cmocka_unit_test(test_unknown_user),	 cmocka_unit_test(test_home_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
