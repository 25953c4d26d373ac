/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why something is not to be had inside: two small trees, of which a test makes what it needs; and the useful units
 * that a cure consists of.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inspect/why.h"
#include "inspect/why_text.h"

static struct world {
	char dir[64]; /* holds inside/ and outside/ */
	int inside, outside;
	struct why_view view;
} world;

static char *
real(const char *side, const char *path)
{
	return text_format("%s/%s%s", world.dir, side, path);
}

static void
make_parents(const char *path)
{
	_autofree_ char *copy = text_dup(path);

	for (char *slash = strchr(copy + strlen(world.dir) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(copy, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static void
put(const char *side, const char *path, const char *text, mode_t mode)
{
	_autofree_ char *name = real(side, path);
	_autoclose_ int fd = -1;

	make_parents(name);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
}

static void
put_dir(const char *side, const char *path)
{
	_autofree_ char *name = text_format("%s/%s%s/", world.dir, side, path);

	make_parents(name);
}

static void
put_link(const char *side, const char *path, const char *target)
{
	_autofree_ char *name = real(side, path);

	make_parents(name);
	assert_int_equal(symlink(target, name), 0);
}

/* What a bind mount of a file shows: the very same one. */
static void
bind(const char *path)
{
	_autofree_ char *from = real("outside", path);
	_autofree_ char *to = real("inside", path);

	make_parents(to);
	assert_int_equal(link(from, to), 0);
}

static int
setup(void **state)
{
	_autofree_ char *inside = NULL, *outside = NULL;

	(void)state;
	strcpy(world.dir, "why.XXXXXX");
	assert_non_null(mkdtemp(world.dir));
	put_dir("inside", "/");
	put_dir("outside", "/");
	inside = real("inside", "");
	outside = real("outside", "");
	world.inside = open(inside, O_PATH | O_DIRECTORY | O_CLOEXEC);
	world.outside = open(outside, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return world.inside < 0 || world.outside < 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	(void)state;
	close(world.inside);
	close(world.outside);
	why_view_release(&world.view);
	return nftw(world.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static struct why
ask(const char *path)
{
	const struct why_query query = {
		.inside = world.inside,
		.outside = world.outside,
		.view = &world.view,
		.home = "/home/u",
		.cwd = "/work",
		.privileged = geteuid() == 0,
	};
	struct why why;

	why_ask(&query, path, &why);
	return why;
}

/* Asks, and compares all that people are told: which kind, the sentence, the cure ("" is none). */
static void
expect(const char *path, enum why_kind kind, const char *sentence, const char *cure)
{
	_autowhy_ struct why why = ask(path);
	_autofree_ char *said = why_sentence(&why);

	assert_string_equal(why_names[why.kind], why_names[kind]);
	assert_string_equal(said, sentence);
	assert_string_equal(why.cure ? why.cure : "", cure);
}

static void
test_it_works(void **state)
{
	(void)state;
	put("outside", "/usr/share/x", "x", 0644);
	bind("/usr/share/x");
	put("inside", "/tmp/mine", "x", 0644);
	put("outside", "/etc/passwd", "outside", 0644);
	put("inside", "/etc/passwd", "inside", 0644);
	expect("/usr/share/x", WHY_WORKS, "'/usr/share/x' is there inside, the same as outside", "");
	expect("/usr/share/../share/x", WHY_WORKS, "'/usr/share/../share/x' is there inside, the same as outside",
	       "");
	expect("/tmp/mine", WHY_WORKS, "'/tmp/mine' is there inside, and does not exist outside", "");
	expect("/etc/passwd", WHY_WORKS, "'/etc/passwd' is there inside, though not the one that is outside", "");
}

static void
test_it_fails_outside_too(void **state)
{
	(void)state;
	put("outside", "/opt/file", "x", 0644);
	put_link("outside", "/opt/dead", "/gone/x");
	put_link("outside", "/opt/round", "round");
	expect("/opt/never/was", WHY_OUTSIDE, "'/opt/never' does not exist outside either: no mount is to blame", "");
	expect("/opt/file/x", WHY_OUTSIDE, "outside too '/opt/file' is not a directory: no mount is to blame", "");
	expect("/opt/dead", WHY_OUTSIDE,
	       "the symbolic link '/opt/dead' leads to '/gone', which does not exist outside either: no mount is to "
	       "blame",
	       "");
	expect("/opt/round", WHY_OUTSIDE,
	       "outside too the symbolic links at '/opt/round' lead in a circle: no mount is to blame", "");
}

static void
test_it_is_not_mounted(void **state)
{
	(void)state;
	put("outside", "/l/course/data/x.csv", "x", 0644);
	put("outside", "/l/solo", "x", 0644);
	expect("/l/course/data/x.csv", WHY_NOT_MOUNTED,
	       "'/l/course/data/x.csv' exists outside; inside nothing is mounted from '/l' on", "ro:/l/course/data");
	put_dir("inside", "/l");
	expect("/l/course/data/x.csv", WHY_NOT_MOUNTED,
	       "'/l/course/data/x.csv' exists outside; inside nothing is mounted from '/l/course' on",
	       "ro:/l/course/data");
	put_dir("inside", "/l/course/data");
	expect("/l/course/data/x.csv", WHY_NOT_MOUNTED,
	       "'/l/course/data/x.csv' exists outside and not inside: nothing is mounted there", "ro:/l/course/data");
	put("outside", "/work/a:b c", "x", 0644);
	expect("a:b c", WHY_NOT_MOUNTED, "'/work/a:b c' exists outside; inside nothing is mounted from '/work' on",
	       "ro:/work");
}

static void
test_it_is_masked(void **state)
{
	struct why_mount *mount;

	(void)state;
	put("outside", "/home/u/project/x", "x", 0644);
	put_dir("inside", "/home/u");
	mount = why_view_add(&world.view, "/home/u");
	expect("/home/u/project/x", WHY_MASKED,
	       "'/home/u/project/x' exists outside; inside what is mounted on '/home/u' covers it with an empty "
	       "directory",
	       "ro:/home/u/project");
	mount->type = text_dup("tmpfs");
	why_view_ascribe(&world.view, "/home/u", NULL, "the default view");
	expect("/home/u/project/x", WHY_MASKED,
	       "'/home/u/project/x' exists outside; inside '/home/u' of the default view covers it with an empty "
	       "directory",
	       "ro:/home/u/project");
	why_view_ascribe(&world.view, "/home/u", "~=none", "--mnt");
	expect("/home/u/project/x", WHY_MASKED,
	       "'/home/u/project/x' exists outside; inside the spec '~=none' (--mnt) covers it with an empty "
	       "directory",
	       "ro:/home/u/project");
}

static void
test_a_link_leads_to_what_is_missing(void **state)
{
	_autowhy_ struct why why = { 0 };

	(void)state;
	put("outside", "/shared/data.csv", "x", 0644);
	put_link("outside", "/work/data.csv", "second");
	put_link("outside", "/work/second", "../shared/data.csv");
	put_link("inside", "/work/data.csv", "second");
	put_link("inside", "/work/second", "../shared/data.csv");
	expect("/work/data.csv", WHY_LINK,
	       "'/work/data.csv' leads through the symbolic link '/work/second' to '../shared/data.csv', and "
	       "'/shared' "
	       "exists outside and not inside",
	       "ro:/shared");
	why = ask("data.csv");
	assert_int_equal(why.chain_len, 2);
	assert_string_equal(why.chain[0].path, "/work/data.csv");
	assert_string_equal(why.chain[1].path, "/work/second");
	assert_int_equal(why.chain[1].via, VIA_SYMLINK);
	assert_string_equal(why.place, "/shared");
	expect("/work/second", WHY_LINK,
	       "'/work/second' is a symbolic link to '../shared/data.csv', and '/shared' exists outside and not "
	       "inside",
	       "ro:/shared");
}

static void
test_what_a_program_needs_is_missing(void **state)
{
	_autowhy_ struct why why = { 0 };

	(void)state;
	put("outside", "/l/conda/bin/python", "#!/l/conda/bin/other\n", 0755);
	put("outside", "/l/conda/bin/other", "#!/nowhere\n", 0755);
	put_dir("outside", "/l/conda/conda-meta");
	put("outside", "/work/script", "#!/l/conda/bin/python\n", 0755);
	bind("/work/script");
	why = ask("/work/script");
	assert_string_equal(why_names[why.kind], "interpreter");
	assert_string_equal(why.place, "/l/conda/bin/python");
	assert_string_equal(why.cure, "ro:/l/conda");
	assert_int_equal(why.chain_len, 1);
	assert_int_equal(why.chain[0].via, VIA_INTERPRETER);
	assert_string_equal(why.chain[0].path, "/work/script");
	/* The interpreter's own interpreter is nowhere: that is no mount's fault. */
	bind("/l/conda/bin/other");
	why_release(&why);
	why = ask("/l/conda/bin/other");
	assert_string_equal(why_names[why.kind], "fails_outside");
	assert_null(why.cure);
}

static void
test_it_is_the_wrong_kind(void **state)
{
	(void)state;
	put("inside", "/dev/null", "text", 0644);
	expect("/dev/null", WHY_KIND,
	       "'/dev/null' is a regular file inside, which some program has made, where a device should be: what is "
	       "written to it can be read again",
	       "");
	put("outside", "/opt/x/y", "x", 0644);
	put("inside", "/opt/x", "a file", 0644);
	expect("/opt/x", WHY_KIND, "'/opt/x' is a regular file inside and a directory outside", "ro:/opt/x");
	expect("/opt/x/y", WHY_KIND, "'/opt/x/y' exists outside; inside '/opt/x' is not a directory", "ro:/opt/x");
}

static void
test_a_single_file_was_replaced(void **state)
{
	_autofree_ char *old = NULL, *new = NULL;
	struct why_mount *mount;

	(void)state;
	put("outside", "/data/set/notes", "old", 0644);
	bind("/data/set/notes");
	mount = why_view_add(&world.view, "/data/set/notes");
	mount->source = text_dup("/data/set/notes");
	mount->read_only = true;
	expect("/data/set/notes", WHY_WORKS, "'/data/set/notes' is there inside, the same as outside", "");
	put("outside", "/data/set/new", "new", 0644);
	old = real("outside", "/data/set/notes");
	new = real("outside", "/data/set/new");
	assert_int_equal(rename(new, old), 0);
	expect("/data/set/notes", WHY_STALE,
	       "inside, '/data/set/notes' is what was at '/data/set/notes' when it was mounted; since then another "
	       "file "
	       "has taken its place outside",
	       "ro:/data/set");
	mount->gone = true;
	expect("/data/set/notes", WHY_STALE,
	       "inside, '/data/set/notes' is what was at '/data/set/notes' when it was mounted, which has been "
	       "removed or "
	       "replaced outside since",
	       "ro:/data/set");
	/* What is shown at another place is mounted again from there, whatever is outside at the place itself. */
	mount->gone = false;
	free(mount->source);
	mount->source = text_dup("/data/set/other");
	put("outside", "/data/set/other", "other", 0644);
	expect("/data/set/notes", WHY_STALE,
	       "inside, '/data/set/notes' is what was at '/data/set/other' when it was mounted; since then another "
	       "file "
	       "has taken its place outside",
	       "ro:/data/set/notes=/data/set/other");
}

/* A new file: what matters is the directory. */
static void
test_what_is_to_be_made(void **state)
{
	_autowhy_ struct why why = { 0 };

	(void)state;
	put_dir("outside", "/scratch/out/run");
	put_dir("inside", "/scratch");
	why = ask("/scratch/out/run/new.txt");
	assert_string_equal(why_names[why.kind], "not_mounted");
	assert_true(why.creating);
	assert_string_equal(why.path, "/scratch/out/run/new.txt");
	assert_string_equal(why.place, "/scratch/out");
	assert_string_equal(why.cure, "rw:/scratch/out/run");
	/* Where it can be made inside as well, nothing is to blame. */
	put_dir("inside", "/scratch/out/run");
	expect("/scratch/out/run/new.txt", WHY_OUTSIDE,
	       "'/scratch/out/run/new.txt' does not exist outside either: no mount is to blame", "");
}

static void
test_permission(void **state)
{
	(void)state;
	put("outside", "/opt/x/secret", "x", 0000);
	bind("/opt/x/secret");
	if (geteuid() == 0)
		expect("/opt/x/secret", WHY_IDENTITY,
		       "who you are inside has no permission for '/opt/x/secret', which you have outside", "");
	else
		expect("/opt/x/secret", WHY_OUTSIDE,
		       "outside too you have no permission for '/opt/x/secret': no mount is to blame", "");
}

/* The useful unit that a file belongs to. */
static void
test_units(void **state)
{
	static const struct {
		const char *marks[3], *file, *unit;
	} cases[] = {
		{ { "/a/conda/conda-meta/" }, "/a/conda/lib/python3/os.py", "/a/conda" },
		{ { "/a/base/conda-meta/", "/a/base/envs/e/conda-meta/" }, "/a/base/envs/e/bin/x", "/a/base/envs/e" },
		{ { "/a/venv/pyvenv.cfg" }, "/a/venv/bin/python", "/a/venv" },
		{ { "/a/spack/gcc-12/.spack/" }, "/a/spack/gcc-12/libexec/cc1", "/a/spack/gcc-12" },
		{ { "/a/eb/R/4.3/easybuild/" }, "/a/eb/R/4.3/bin/R", "/a/eb/R/4.3" },
		{ { "/a/repo/.git/" }, "/a/repo/src/deep/x.c", "/a/repo" },
		{ { "/a/tree/.git" }, "/a/tree/src/x.c", "/a/tree" },
		{ { "/a/mod/modulefiles/", "/a/mod/init/" }, "/a/mod/init/bash", "/a/mod" },
		{ { "/a/tool/bin/", "/a/tool/lib/" }, "/a/tool/lib/x/y", "/a/tool" },
		{ { "/a/plain/" }, "/a/plain/data/x", "/a/plain/data" },
		/* A mark in a directory that is too wide is none. */
		{ { "/home/u/.git/" }, "/home/u/notes/x", "/home/u/notes" },
		{ { "/home/u/pyvenv.cfg" }, "/home/u/x", "/home/u/x" },
		{ { "/etc/.git/" }, "/etc/hosts", "/etc/hosts" },
		{ { "/opt/bin/", "/opt/lib/" }, "/opt/bin/x", "/opt/bin" },
		{ { "/run/user/7/x/" }, "/run/user/7/socket", "/run/user/7/socket" },
		/* One's own programs beside keys and settings. */
		{ { "/home/u/.local/bin/", "/home/u/.local/lib/" }, "/home/u/.local/bin/x", "/home/u/.local/bin" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autowhy_ struct why why = { 0 };

		for (size_t j = 0; j < 3 && cases[i].marks[j]; j++)
			if (cases[i].marks[j][strlen(cases[i].marks[j]) - 1] == '/')
				put_dir("outside", cases[i].marks[j]);
			else
				put("outside", cases[i].marks[j], "", 0644);
		put("outside", cases[i].file, "x", 0644);
		why = ask(cases[i].file);
		assert_int_equal(why.units.len, 1);
		assert_string_equal(why.units.items[0], cases[i].unit);
	}
}

/* A directory is its own unit, and what a link leads to comes with it. */
static void
test_units_of_directories(void **state)
{
	_autowhy_ struct why why = { 0 };

	(void)state;
	put_dir("outside", "/data/libs/mine/deep");
	put_link("outside", "/data/link", "libs/mine");
	why = ask("/data/libs/mine");
	assert_string_equal(why.cure, "ro:/data/libs/mine");
	why_release(&why);
	why = ask("/data/link");
	assert_string_equal(why.cure, "ro:/data/link");
}

static void
test_names_are_found_in_path(void **state)
{
	const struct why_query query = {
		.inside = world.inside, .outside = world.outside, .cwd = "/work", .path_env = "/a/bin:/b/bin"
	};
	static const struct {
		const char *name, *path;
	} cases[] = {
		{ "/x/y", "/x/y" },	   { "./tool", "/work/./tool" }, { "here", "/work/here" },
		{ "tool", "/b/bin/tool" }, { "other", "/a/bin/other" },	 { "nowhere", "/work/nowhere" },
	};

	(void)state;
	put("outside", "/work/here", "x", 0644);
	put("outside", "/a/bin/tool", "x", 0755);
	put("inside", "/b/bin/tool", "x", 0755);
	put("outside", "/a/bin/other", "x", 0755);
	put("outside", "/a/bin/nowhere", "not executable", 0644);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autofree_ char *path = why_path_of(&query, cases[i].name);

		assert_string_equal(path, cases[i].path);
	}
}

/* An answer that comes from another process is the same there; one that is cut short is refused, wherever that is. */
static void
test_answers_travel(void **state)
{
	_autowire_ struct wire wire = { 0 };
	_autowhy_ struct why why = { 0 }, read = { 0 };
	_autofree_ char *said = NULL, *heard = NULL;
	size_t len;

	(void)state;
	put("outside", "/shared/data.csv", "x", 0644);
	put_link("inside", "/work/data.csv", "../shared/data.csv");
	put_link("outside", "/work/data.csv", "../shared/data.csv");
	why_view_add(&world.view, "/shared")->type = text_dup("tmpfs");
	why = ask("/work/data.csv");
	assert_non_null(why.mount);
	why_put(&wire, &why);
	why_get(&wire, &read);
	assert_false(wire.bad);
	assert_int_equal(wire.at, wire.len);
	said = why_sentence(&why);
	heard = why_sentence(&read);
	assert_string_equal(said, heard);
	assert_string_equal(read.cure, why.cure);
	assert_string_equal(read.mount->path, "/shared");
	assert_int_equal(read.chain_len, why.chain_len);
	assert_int_equal(read.units.len, 1);
	len = wire.len;
	for (wire.len = 0; wire.len < len; wire.len++) {
		struct why part;

		wire.at = 0;
		wire.bad = false;
		why_get(&wire, &part);
		assert_true(wire.bad);
		why_release(&part);
	}
}

#define world_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		world_test(test_it_works),
		world_test(test_it_fails_outside_too),
		world_test(test_it_is_not_mounted),
		world_test(test_it_is_masked),
		world_test(test_a_link_leads_to_what_is_missing),
		world_test(test_what_a_program_needs_is_missing),
		world_test(test_it_is_the_wrong_kind),
		world_test(test_a_single_file_was_replaced),
		world_test(test_what_is_to_be_made),
		world_test(test_permission),
		world_test(test_units),
		world_test(test_units_of_directories),
		world_test(test_names_are_found_in_path),
		world_test(test_answers_travel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
