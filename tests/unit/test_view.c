/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walking paths link by link, on trees made for it, with openat2(2) and where a filter refuses it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/view.h"

static char *top; /* physical path of the test's directory */

static char *
below(const char *name)
{
	return name[0] == '/' ? text_dup(name) : path_join(top, name);
}

static void
make_dir(const char *name)
{
	_autofree_ char *path = below(name);

	assert_int_equal(mkdir(path, 0755), 0);
}

static void
make_file(const char *name)
{
	_autofree_ char *path = below(name);

	assert_int_equal(mknod(path, S_IFREG | 0644, 0), 0);
}

/* A target with "@" in front is made absolute. */
static void
make_link(const char *name, const char *target)
{
	_autofree_ char *path = below(name);
	_autofree_ char *absolute = target[0] == '@' ? below(target + 1) : text_dup(target);

	assert_int_equal(symlink(absolute, path), 0);
}

/*
 *	d/e/f			directories, with a file d/e/file
 *	rel -> d		abs -> TOP/d
 *	chain -> chain2 -> rel
 *	d/up -> ../d/e		d/mid -> e
 *	through -> d/e/../../g/x	with g/x
 *	loop -> loop2 -> loop
 *	dangling -> nowhere/x
 *	tolink -> d/e/file
 */
static int
set_up(void **state)
{
	char template[] = "/tmp/isolate-view-XXXXXX";
	_autofree_ char *physical = NULL;

	(void)state;
	assert_non_null(mkdtemp(template));
	physical = realpath(template, NULL);
	assert_non_null(physical);
	top = text_dup(physical);
	make_dir("d");
	make_dir("d/e");
	make_dir("d/e/f");
	make_dir("g");
	make_dir("g/x");
	make_file("d/e/file");
	make_link("rel", "d");
	make_link("abs", "@d");
	make_link("chain", "chain2");
	make_link("chain2", "./rel");
	make_link("d/up", "../d/e");
	make_link("d/mid", "e");
	make_link("through", "d/e/../../g/x");
	make_link("loop", "loop2");
	make_link("loop2", "loop");
	make_link("dangling", "nowhere/x");
	make_link("tolink", "d/e/file");
	return 0;
}

static int
tear_down(void **state)
{
	_autofree_ char *command = text_format("chmod -R u+rwx '%s'; rm -rf '%s'", top, top);

	(void)state;
	assert_int_equal(system(command), 0);
	free(top);
	return 0;
}

/* What is met is written "PLACE>TARGET PLACE> …", places relative to the top, absolute targets with an "@". */
static char *
stops_text(const struct view *view)
{
	char *text = text_dup("");

	for (size_t i = 0; i < view->stops_len; i++) {
		const struct view_stop *stop = &view->stops[i];
		const char *target = stop->target ? stop->target : "";
		const char *inside = target[0] == '/' ? path_below(target, top) : NULL;
		char *longer = text_format("%s%s%s>%s%s", text, i > 0 ? " " : "", path_below(stop->path, top),
					   inside ? "@" : "", inside ? inside : target);

		free(text);
		text = longer;
	}
	return text;
}

static const struct {
	const char *path, *physical;
	mode_t type; /* 0: absent */
	const char *stops;
} walks[] = {
	{ "d", "d", S_IFDIR, "" },
	{ "d/e/file", "d/e/file", S_IFREG, "" },
	{ "rel", "d", S_IFDIR, "rel>d" },
	{ "rel/e/file", "d/e/file", S_IFREG, "rel>d" },
	{ "abs/e", "d/e", S_IFDIR, "abs>@d" },
	{ "chain/e", "d/e", S_IFDIR, "chain>chain2 chain2>./rel rel>d" },
	{ "d/mid/f", "d/e/f", S_IFDIR, "d/mid>e" },
	{ "rel/up/f", "d/e/f", S_IFDIR, "rel>d d/up>../d/e d>" },
	{ "tolink", "d/e/file", S_IFREG, "tolink>d/e/file" },
	{ "through", "g/x", S_IFDIR, "through>d/e/../../g/x d/e> d>" },
	{ "through/new", "g/x/new", 0, "through>d/e/../../g/x d/e> d>" },
	{ "rel/../g", "g", S_IFDIR, "rel>d d>" },
	{ "d/mid/../e", "d/e", S_IFDIR, "d/mid>e d/e>" },
	{ "d/..", "", S_IFDIR, "d>" },
	{ "d//e/./f/", "d/e/f", S_IFDIR, "" },
	{ "rel//e/./f/", "d/e/f", S_IFDIR, "rel>d" },
	{ "dangling", "nowhere/x", 0, "dangling>nowhere/x" },
	{ "d/new", "d/new", 0, "" },
	{ "d/new/deep/er", "d/new/deep/er", 0, "" },
	{ "rel/new/deep", "d/new/deep", 0, "rel>d" },
	{ "rel/new/../deep", "d/deep", 0, "rel>d" },
	{ "d/e/file/x", "d/e/file/x", 0, "" },
	{ "tolink/x", "d/e/file/x", 0, "tolink>d/e/file" },
};

static void
check_walks(struct view_memo *memo)
{
	for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
		_autofree_ char *path = text_format("%s/%s", top, walks[i].path);
		_autofree_ char *physical = path_absolute(top, walks[i].physical);
		_autofree_ char *stops = NULL;
		struct view view;

		assert_int_equal(view_walk(path, memo, &view), 0);
		assert_string_equal(view.path, physical);
		assert_int_equal(view.mode & S_IFMT, walks[i].type);
		assert_int_equal(view.why != 0, walks[i].type == 0);
		stops = stops_text(&view);
		assert_string_equal(stops, walks[i].stops);
		view_release(&view);
	}
}

static void
check_failures(void)
{
	static const struct {
		const char *path;
		int error;
		bool magic;
	} failures[] = {
		{ "loop", ELOOP, false },
		{ "loop/x", ELOOP, false },
		{ "/proc/self/root/etc", ELOOP, true },
		{ "/proc/self/cwd", ELOOP, true },
		{ "/proc/self/fd/0", ELOOP, true },
		{ "/proc/self/ns/mnt", ELOOP, true },
	};

	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		_autofree_ char *path = below(failures[i].path);
		struct view view;

		assert_int_equal(view_walk(path, NULL, &view), -failures[i].error);
		assert_int_equal(view.magic, failures[i].magic);
		assert_int_equal(view.why, failures[i].error);
		assert_non_null(view.path);
		view_release(&view);
	}
}

static void
test_walks(void **state)
{
	(void)state;
	check_walks(NULL);
	check_failures();
}

/* Each path twice and in both orders, so that each meets what another one left. */
static void
test_memo(void **state)
{
	struct view_memo memo = { 0 };

	(void)state;
	check_walks(&memo);
	check_walks(&memo);
	assert_non_null(memo.from);
	view_memo_release(&memo);
}

static void
test_self_is_an_ordinary_link(void **state)
{
	_autofree_ char *self = text_format("/proc/%d/status", (int)getpid());
	struct view view;

	(void)state;
	assert_int_equal(view_walk("/proc/self/status", NULL, &view), 0);
	assert_string_equal(view.path, self);
	assert_true(S_ISREG(view.mode));
	view_release(&view);
}

static void
test_forty_links(void **state)
{
	(void)state;
	for (int i = 1; i <= 41; i++) {
		_autofree_ char *name = text_format("n%d", i);
		_autofree_ char *target = text_format("n%d", i - 1);

		make_link(name, i == 1 ? "d" : target);
	}
	for (int i = 39; i <= 41; i++) {
		_autofree_ char *name = text_format("n%d", i);
		_autofree_ char *path = below(name);
		struct stat st;
		struct view view;
		int r = view_walk(path, NULL, &view);

		/* As the kernel has it. */
		assert_int_equal(r, stat(path, &st) < 0 ? -errno : 0);
		assert_int_equal(r, i <= 40 ? 0 : -ELOOP);
		view_release(&view);
	}
}

static void
test_long_names(void **state)
{
	char name[300];
	_autofree_ char *path = NULL;
	struct view view;

	(void)state;
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	path = text_format("%s/rel/%s", top, name);
	assert_int_equal(view_walk(path, NULL, &view), -ENAMETOOLONG);
	view_release(&view);
}

static void
test_missing(void **state)
{
	static const struct {
		const char *path, *missing;
	} cases[] = {
		{ "d/new", "d/new" },
		{ "d/new/deep/er", "d/new" },
		{ "rel/new/deep", "d/new" },
		{ "dangling", "nowhere" },
		{ "d/e/file/x", "d/e/file/x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autofree_ char *path = below(cases[i].path);
		_autofree_ char *expected = below(cases[i].missing);
		_autofree_ char *missing = NULL;
		struct view view;

		assert_int_equal(view_walk(path, NULL, &view), 0);
		missing = view_missing(&view);
		assert_string_equal(missing, expected);
		view_release(&view);
	}
}

static void
change_mode(const char *name, mode_t mode)
{
	_autofree_ char *path = below(name);

	assert_int_equal(chmod(path, mode), 0);
}

/* A directory that may be searched and not read is enough; one that may not is reported. */
static void
test_permissions(void **state)
{
	_autofree_ char *path = below("rel/e/file");
	struct view view;

	(void)state;
	change_mode("d", 0111);
	assert_int_equal(view_walk(path, NULL, &view), 0);
	assert_true(S_ISREG(view.mode));
	view_release(&view);
	change_mode("d", 0644);
	assert_int_equal(view_walk(path, NULL, &view), 0);
	if (geteuid() != 0) {
		assert_int_equal(view.mode, 0);
		assert_int_equal(view.why, EACCES);
	}
	view_release(&view);
	change_mode("d", 0755);
}

static void
refuse_openat2(int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof code / sizeof *code, .filter = code };

	assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static void
test_without_openat2(void **state)
{
	static const int errors[] = { ENOSYS, EPERM };

	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		int status;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			struct view_memo memo = { 0 };

			refuse_openat2(errors[i]);
			check_walks(NULL);
			check_walks(&memo);
			check_failures();
			view_memo_release(&memo);
			_exit(7);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 7);
	}
}

static void
test_stat(void **state)
{
	_autofree_ char *plain = below("d/e/file");
	_autofree_ char *linked = below("rel/e/file");
	_autofree_ char *absent = below("d/e/new");
	mode_t mode = 0;

	(void)state;
	assert_int_equal(view_stat(plain, &mode), 0);
	assert_true(S_ISREG(mode));
	assert_int_equal(view_stat(linked, &mode), -ELOOP);
	assert_int_equal(view_stat(absent, &mode), -ENOENT);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_memo),
		cmocka_unit_test(test_self_is_an_ordinary_link),
		cmocka_unit_test(test_forty_links),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_without_openat2),
		cmocka_unit_test(test_stat),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
