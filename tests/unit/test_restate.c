/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's options as they would have to be given to start it as it is now. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "session/restate.h"

/* The directory that the session is started in; not below /tmp, of which the default view has its own. */
static char *top;

struct made {
	struct request req;
	struct plan plan;
	struct error err;
};

static void
make(struct made *made, const char *specs)
{
	made->err = (struct error)ERROR_INIT;
	assert_int_equal(spec_list_parse(&made->req.specs, specs, ORIGIN_OPTION, "--mnt", &made->err), 0);
	assert_int_equal(plan_make(&made->req, &made->plan, &made->err), 0);
}

static void
release(struct made *made)
{
	plan_release(&made->plan);
	request_release(&made->req);
	error_release(&made->err);
}

/* All words, quoted for a shell, and with "@" for the test's directory. */
static char *
words_of(struct made *made, const struct live_journal *journal, bool keep_relative)
{
	struct restatement restatement;
	char **words, *line = text_dup("");

	restate(&made->plan, journal, top, keep_relative, &restatement);
	words = restatement_words(&restatement);
	restatement_release(&restatement);
	for (size_t i = 0; words[i]; i++) {
		_autofree_ char *quoted = text_shell_quote(words[i]);
		char *longer = text_format("%s%s%s", line, i > 0 ? " " : "", quoted);

		free(line);
		line = longer;
		free(words[i]);
	}
	free(words);
	for (char *at; (at = strstr(line, top));) {
		*at = '@';
		memmove(at + 1, at + strlen(top), strlen(at + strlen(top)) + 1);
	}
	return line;
}

#define assert_words(made, journal, keep, expected)                          \
	do {                                                                 \
		_autofree_ char *words_ = words_of(made, journal, keep);     \
		assert_string_equal(words_, expected);                       \
	} while (0)

static void
test_start(void **state)
{
	struct made made = { 0 };

	(void)state;
	request_init(&made.req);
	made.req.as = AS_IDS;
	made.req.as_uid = 5, made.req.as_gid = 6;
	made.req.net = NET_HOST;
	made.req.no_defaults = true;
	made.req.tmpfs_size = 1 << 20;
	made.req.hostname = text_dup("box");
	made.req.die_with_parent = true;
	request_add_env(&made.req, ENV_CLEAR, NULL, NULL);
	request_add_env(&made.req, ENV_SET, "A", "b c");
	request_add_env(&made.req, ENV_UNSET, "D", NULL);
	make(&made, ". ro,exec:'a b'=/usr/bin try:absent ~/none-such=none /usr/share=none");
	assert_words(&made, NULL, false,
		     "-m '@ ro,exec:'\\''@/a b'\\''=/usr/bin try:@/absent ~/none-such=none /usr/share=none' "
		     "--no-defaults --tmpfs-size=1048576 --as=5:6 --hostname=box --net=host --clearenv "
		     "--setenv A 'b c' --unsetenv=D "
		     "--chdir=@ --die-with-parent");
	assert_words(&made, NULL, true,
		     "-m '. ro,exec:'\\''a b'\\''=/usr/bin try:absent ~/none-such=none /usr/share=none' --no-defaults "
		     "--tmpfs-size=1048576 --as=5:6 --hostname=box --net=host --clearenv --setenv A 'b c' --unsetenv=D "
		     "--die-with-parent");
	release(&made);
}

static struct live_item
item(enum live_kind kind, const char *path, const char *source, unsigned attrs)
{
	return (struct live_item){ .kind = kind, .path = (char *)path, .source = (char *)source,
				   .spec = (char *)"x", .attrs = attrs, .fd = -1 };
}

static void
test_changes(void **state)
{
	struct made made = { 0 };
	_autofree_ char *sub = text_format("%s/sub", top);
	struct live_item mounted[] = { item(LIVE_BIND, "/opt/x", "/opt/x", PLAN_RO),
				       item(LIVE_BIND, "/opt/y", "/usr/bin", PLAN_NOEXEC),
				       item(LIVE_EMPTY, "/opt/z", NULL, 0),
				       item(LIVE_KEPT, "/opt/x/kept", NULL, 0) };
	struct live_item unmounted[] = { item(LIVE_BIND, "/opt/y", "/usr/bin", PLAN_NOEXEC),
					 item(LIVE_BIND, "/usr", "/usr", PLAN_RO) };
	struct live_item below = item(LIVE_BIND, "/usr/x", "/usr/x", 0);
	struct live_item memory = item(LIVE_BIND, "/tmp", NULL, 0);
	struct live_item changed[] = { item(LIVE_BIND, top, top, PLAN_RO), item(LIVE_BIND, sub, sub, PLAN_RO) };
	struct live_item opened = item(LIVE_BIND, "/opt/x", "/opt/x", 0);
	struct live_change changes[] = {
		{ .verb = LIVE_MOUNT, .items = mounted, .len = 4 },
		{ .verb = LIVE_UMOUNT, .items = unmounted, .len = 2 },
		{ .verb = LIVE_REMOUNT, .ro = true, .items = changed, .len = 2 },
		{ .verb = LIVE_REMOUNT, .items = &opened, .len = 1 },
		{ .verb = LIVE_REMOUNT, .ro = true, .items = &below, .len = 1 },
		{ .verb = LIVE_REMOUNT, .ro = true, .items = &memory, .len = 1 },
	};
	struct live_journal journal = { .changes = changes };

	(void)state;
	mounted[3].spec = NULL;
	request_init(&made.req);
	make(&made, ". sub");
	journal.len = 1;
	assert_words(&made, &journal, false,
		     "-m '@ @/sub ro:/opt/x noexec:/opt/y=/usr/bin /opt/z=none' --chdir=@");
	journal.len = 2;
	assert_words(&made, &journal, false, "-m '@ @/sub ro:/opt/x /opt/z=none /usr=none' --chdir=@");
	journal.len = 3;
	assert_words(&made, &journal, false, "-m 'ro:@ ro:@/sub ro:/opt/x /opt/z=none /usr=none' --chdir=@");
	journal.len = 5;
	assert_words(&made, &journal, false,
		     "-m 'ro:@ ro:@/sub /opt/x /opt/z=none /usr=none ro:/usr/x' --chdir=@");
	/* What the host has of that name is not to be there instead. */
	journal.len = 6;
	assert_words(&made, &journal, false,
		     "-m 'ro:@ ro:@/sub /opt/x /opt/z=none /usr=none ro:/usr/x ro:/tmp=none' --chdir=@");
	release(&made);
}

/* What lies on something else covers it, and gives it back; what lies on what is taken away goes with it. */
static void
test_covered(void **state)
{
	struct made made = { 0 };
	_autofree_ char *sub = text_format("%s/sub", top);
	struct live_item over = item(LIVE_BIND, sub, "/usr/bin", PLAN_RO), below = item(LIVE_EMPTY, sub, NULL, 0);
	struct live_item gone = item(LIVE_BIND, top, top, 0);
	struct live_change changes[] = {
		{ .verb = LIVE_MOUNT, .items = &over, .len = 1 },
		{ .verb = LIVE_UMOUNT, .items = &over, .len = 1 },
		{ .verb = LIVE_MOUNT, .items = &below, .len = 1 },
		{ .verb = LIVE_UMOUNT, .items = &gone, .len = 1 },
	};
	struct live_journal journal = { .changes = changes };

	(void)state;
	request_init(&made.req);
	make(&made, ". ro:sub");
	journal.len = 1;
	assert_words(&made, &journal, false, "-m '@ ro:@/sub=/usr/bin' --chdir=@");
	journal.len = 2;
	assert_words(&made, &journal, false, "-m '@ ro:@/sub' --chdir=@");
	release(&made);
	request_init(&made.req);
	make(&made, ". ro:/usr/bin");
	journal.len = 2;
	journal.changes = changes + 2;
	/* Nor is there a directory any more to start in. */
	assert_words(&made, &journal, false, "-m ro:/usr/bin");
	release(&made);
}

/* A session from which all was taken does not get its directory back at the next start. */
static void
test_nothing(void **state)
{
	struct made made = { 0 };
	struct live_item gone = item(LIVE_BIND, top, top, 0);
	struct live_change change = { .verb = LIVE_UMOUNT, .items = &gone, .len = 1 };
	struct live_journal journal = { .changes = &change, .len = 1 };

	(void)state;
	request_init(&made.req);
	make(&made, ".");
	assert_words(&made, &journal, true, "-m .=none");
	release(&made);
}

static int
set_up(void **state)
{
	char template[] = "/var/tmp/isolate-restate-XXXXXX";
	_autofree_ char *real = NULL;

	(void)state;
	assert_non_null(mkdtemp(template));
	real = realpath(template, NULL);
	top = take_ptr(real);
	assert_int_equal(chdir(top), 0);
	assert_int_equal(setenv("PWD", top, 1), 0);
	assert_int_equal(setenv("HOME", top, 1), 0);
	assert_int_equal(setenv("SHELL", "/bin/sh", 1), 0);
	assert_int_equal(mkdir("sub", 0755) | mkdir("a b", 0755) | mkdir("none-such", 0755), 0);
	log_set_level(LOG_QUIET);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	assert_int_equal(rmdir("sub") | rmdir("a b") | rmdir("none-such") | chdir("/") | rmdir(top), 0);
	free(top);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_covered),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
