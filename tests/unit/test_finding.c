/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program may have missed: two small trees, a command line, an environment, and what was seen. */
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
#include "base/path.h"
#include "base/text.h"
#include "inspect/environment.h"
#include "inspect/finding.h"

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

static struct finding_list
find(const char *const *argv, const char *const *env, const struct miss_list *misses, int status)
{
	const struct finding_query query = {
		.why = { .inside = world.inside,
			 .outside = world.outside,
			 .view = &world.view,
			 .home = "/home/u",
			 .cwd = "/proj",
			 .path_env = "/a/bin:/b/bin" },
		.argv = (char *const *)argv,
		.env = (char *const *)env,
		.misses = misses,
		.status = status,
	};
	struct finding_list list;

	findings_make(&query, &list);
	return list;
}

/* The finding about a path, or NULL. */
static const struct finding *
about(const struct finding_list *list, const char *path)
{
	for (size_t i = 0; i < list->len; i++)
		if (strcmp(list->items[i].why.path, path) == 0)
			return &list->items[i];
	return NULL;
}

static const char *no_words[] = { NULL };

/* What programs take for granted, so that nothing is said of it. */
static void
furnish(void)
{
	put_dir("inside", "/tmp");
	put_dir("inside", "/proc");
	put_dir("inside", "/proj");
	put_dir("outside", "/proj");
	put("inside", "/etc/passwd", "x", 0644);
	put("inside", "/etc/group", "x", 0644);
}

static void
test_the_environment(void **state)
{
	const char *env[] = { "PATH=/b/bin:/gone/bin:/nowhere:relative:",
			      "TZ=:Europe/Helsinki",
			      "PYTHONPATH=/gone/python",
			      "R_HOME=/gone/r",
			      "LOCPATH=/there",
			      "SSL_CERT_FILE=/gone/cert",
			      NULL };
	const char *argv[] = { "python3", "-c", "1", NULL };
	static const struct {
		const char *path, *variable;
		enum finding_worth worth;
	} wanted[] = {
		{ "/gone/bin", "PATH", FINDING_WEAK },
		{ "/usr/share/zoneinfo/Europe/Helsinki", "TZ", FINDING_STRONG },
		{ "/gone/python", "PYTHONPATH", FINDING_STRONG },
		{ "/gone/r", "R_HOME", FINDING_WEAK },
		{ "/gone/cert", "SSL_CERT_FILE", FINDING_STRONG },
		{ "/etc/localtime", NULL, FINDING_WEAK },
		{ "/there", NULL, FINDING_WEAK },
		{ "/nowhere", NULL, FINDING_WEAK },
	};
	_autofindings_ struct finding_list list = { 0 };

	(void)state;
	furnish();
	put_dir("outside", "/gone/bin");
	put_dir("outside", "/gone/python");
	put_dir("outside", "/gone/r");
	put_dir("outside", "/there");
	put_dir("inside", "/there");
	put("outside", "/gone/cert", "x", 0644);
	put("outside", "/etc/localtime", "x", 0644);
	put("outside", "/usr/share/zoneinfo/Europe/Helsinki", "x", 0644);
	list = find(argv, env, NULL, 1);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		const struct finding *finding = about(&list, wanted[i].path);

		if (!wanted[i].variable) {
			assert_null(finding);
			continue;
		}
		assert_non_null(finding);
		assert_string_equal(finding->variable, wanted[i].variable);
		assert_string_equal(finding_worth_names[finding->worth], finding_worth_names[wanted[i].worth]);
		assert_int_equal(finding->source, FINDING_ENVIRONMENT);
	}
	assert_string_equal(about(&list, "/usr/share/zoneinfo/Europe/Helsinki")->sentence, "'/usr/share/zoneinfo/"
											   "Europe/Helsinki', which "
											   "TZ names, exists outside "
											   "and not inside: times "
											   "are told in UTC");
	assert_int_equal(list.items[0].worth, FINDING_STRONG);
	assert_int_equal(list.items[list.len - 1].worth, FINDING_WEAK);
}

/* A zone that is a rule names no file; what is not set is read elsewhere. */
static void
test_time_zones(void **state)
{
	const char *rule[] = { "TZ=EST5EDT", NULL }, *unset[] = { NULL };
	_autofindings_ struct finding_list with = { 0 }, without = { 0 };

	(void)state;
	furnish();
	put("outside", "/etc/localtime", "x", 0644);
	with = find(no_words, rule, NULL, 0);
	assert_int_equal(with.len, 0);
	without = find(no_words, unset, NULL, 0);
	assert_int_equal(without.len, 1);
	assert_string_equal(without.items[0].variable, "TZ");
	assert_null(without.items[0].value);
}

static void
test_words(void **state)
{
	const char *env[] = { "PYTHONPATH=/proj/modules", NULL };
	const char *argv[] = { "sh", "-c", "cat data.csv >/out/new; open('/gone/x');import numlib,numlib2",
			       "--file=/gone/y z", NULL };
	_autofindings_ struct finding_list list = { 0 };

	(void)state;
	furnish();
	put("outside", "/proj/data.csv", "x", 0644);
	put("outside", "/gone/x", "x", 0644);
	put("outside", "/gone/y", "x", 0644);
	put_link("inside", "/proj/modules/numlib", "/pkgs/numlib");
	put_link("outside", "/proj/modules/numlib", "/pkgs/numlib");
	put("outside", "/pkgs/numlib/__init__.py", "x", 0644);
	put_dir("outside", "/out");
	list = find(argv, env, NULL, 1);
	assert_non_null(about(&list, "/proj/data.csv"));
	assert_non_null(about(&list, "/gone/x"));
	assert_non_null(about(&list, "/gone/y"));
	assert_true(about(&list, "/out/new")->why.creating);
	assert_int_equal(about(&list, "/proj/modules/numlib")->why.kind, WHY_LINK);
	assert_null(about(&list, "/proj/modules/numlib2"));
	assert_string_equal(list.suggest, "ro:/gone ro:/proj ro:/pkgs/numlib rw:/out");
}

static void
test_another_program_of_the_same_name(void **state)
{
	const char *env[] = { NULL };
	const char *argv[] = { "tool", NULL };
	_autofindings_ struct finding_list list = { 0 };

	(void)state;
	furnish();
	put("outside", "/a/bin/tool", "#!/b/bin/tool\n", 0755);
	put("outside", "/b/bin/tool", "#!/b/bin/tool\n", 0755);
	put("inside", "/b/bin/tool", "\177ELF", 0755);
	list = find(argv, env, NULL, 0);
	assert_non_null(about(&list, "/a/bin/tool"));
	assert_true(about(&list, "/a/bin/tool")->silent);
	assert_string_equal(about(&list, "/a/bin/tool")->sentence, "'tool' is '/a/bin/tool' outside, which is "
								   "earlier in PATH and not inside: there "
								   "'/b/bin/tool' "
								   "is run");
}

static void
see(struct miss_list *misses, const char *path, int64_t time)
{
	miss_list_add(misses,
		      &(struct miss_sight){ .path = path, .pid = 7, .comm = "py", .call = "openat", .time = time },
		      NULL);
}

static void
test_sights(void **state)
{
	const char *env[] = { NULL };
	_automisses_ struct miss_list misses = { 0 };
	_autofindings_ struct finding_list list = { 0 };

	(void)state;
	furnish();
	put("outside", "/data/early", "x", 0644);
	put("outside", "/data/late", "x", 0644);
	put("outside", "/run/nscd/socket", "x", 0644);
	put("outside", "/home/u/.local/lib/x", "x", 0644);
	put("outside", "/l/lib/libz.so.1", "x", 0644);
	put("inside", "/usr/lib/libz.so.1", "x", 0644);
	see(&misses, "/data/early", 1);
	see(&misses, "/data/early", 2);
	see(&misses, "/run/nscd/socket", 3);
	see(&misses, "/home/u/.local/lib/x", 4);
	see(&misses, "/l/lib/libz.so.1", 5);
	see(&misses, "/tmp", 6);
	see(&misses, "/data/late", 7);
	list = find(no_words, env, &misses, 1);
	assert_string_equal(list.items[0].why.path, "/data/late");
	assert_string_equal(list.items[1].why.path, "/data/early");
	assert_int_equal(list.items[1].count, 2);
	assert_int_equal(list.items[1].pid, 7);
	assert_string_equal(list.items[1].comm, "py");
	assert_int_equal(findings_count(&list, FINDING_STRONG), 2);
	assert_int_equal(about(&list, "/home/u/.local/lib/x")->worth, FINDING_WEAK);
	assert_int_equal(about(&list, "/run/nscd/socket")->worth, FINDING_FOLDED);
	assert_string_equal(about(&list, "/l/lib/libz.so.1")->noise, "the library was found later on the search "
								     "path");
	assert_string_equal(about(&list, "/tmp")->noise, "it is there by now");
	assert_string_equal(list.suggest, "ro:/data");
}

/* What could not be seen whole, or not at all, is told of, and is not the cause where more is known. */
static void
test_guesses(void **state)
{
	const char *env[] = { NULL };
	const struct miss_step within[] = { { VIA_WITHIN, (char[]){ "/opt/k/nowhere" } } };
	const struct miss_step unknown[] = { { VIA_WITHIN, (char[]){ "/srv" } } };
	_automisses_ struct miss_list misses = { 0 };
	_autofindings_ struct finding_list list = { 0 }, more = { 0 };

	(void)state;
	furnish();
	put("outside", "/opt/t/x", "x", 0644);
	put("outside", "/opt/k/y", "x", 0644);
	put("outside", "/srv/z", "x", 0644);
	miss_list_add(&misses, &(struct miss_sight){ .path = "/opt", .time = 1 }, NULL);
	miss_list_add(&misses, &(struct miss_sight){ .path = "/opt/k", .chain = within, .chain_len = 1 }, NULL);
	miss_list_add(&misses, &(struct miss_sight){ .path = "/srv", .chain = unknown, .chain_len = 1 }, NULL);
	list = find(no_words, env, &misses, 1);
	assert_int_equal(about(&list, "/opt")->worth, FINDING_STRONG);
	assert_int_equal(about(&list, "/opt/k")->worth, FINDING_WEAK);
	assert_int_equal(about(&list, "/srv")->worth, FINDING_WEAK);
	assert_non_null(strstr(about(&list, "/srv")->noise, "is not known"));
	see(&misses, "/opt/t/x", 4);
	/* Seen after all. */
	see(&misses, "/opt/k", 5);
	more = find(no_words, env, &misses, 1);
	assert_int_equal(about(&more, "/opt")->worth, FINDING_WEAK);
	assert_int_equal(about(&more, "/opt/t/x")->worth, FINDING_STRONG);
	assert_int_equal(about(&more, "/opt/k")->worth, FINDING_STRONG);
}

/* However many are judged together, and in which order, each is judged as if it were alone. */
static void
test_neighbours(void **state)
{
	static const char *const paths[] = {
		"/o/conda/lib/python3/os.py", "/o/conda/share/repo/src/a.c",
		"/o/repo/tree/bin/x",	      "/o/repo/tree/lib/y",
		"/o/repo/README",	      "/o/tree/bin/x",
		"/o/tree/lib/sub/y",	      "/o/plain/deep/file",
		"/o/plain/deep/other",	      "/o/plain/dir",
		"/etc/hosts",		      "/etc/fstab",
		"/there/not",		      "/there/link/way/file",
		"/there/made",		      "/o/gone",
	};
	enum { N = sizeof paths / sizeof *paths };
	struct why_query query = { .inside = world.inside, .outside = world.outside, .view = &world.view,
				   .home = "/home/u", .cwd = "/" };

	(void)state;
	furnish();
	put_dir("outside", "/o/conda/conda-meta");
	put_dir("outside", "/o/conda/share/repo/.git");
	put_dir("outside", "/o/repo/.git");
	put_dir("outside", "/o/tree/bin");
	put_dir("outside", "/o/tree/lib");
	put_dir("outside", "/o/plain/dir");
	for (size_t i = 0; i < N - 1; i++)
		if (strncmp(paths[i], "/there/", 7) != 0 && strcmp(path_name(paths[i]), "dir") != 0)
			put("outside", paths[i], "x", 0644);
	put("outside", "/there/not", "x", 0644);
	put("outside", "/there/made", "x", 0644);
	put("inside", "/there/made", "x", 0644);
	put("outside", "/far/way/file", "x", 0644);
	put_link("outside", "/there/link", "/far");
	put_link("inside", "/there/link", "/far");
	for (size_t turn = 0; turn < N; turn++) {
		_automisses_ struct miss_list misses = { 0 };
		_autofindings_ struct finding_list list = { 0 };
		const struct finding_query asked = { .why = query, .only_seen = true, .misses = &misses };

		for (size_t i = 0; i < N; i++)
			see(&misses, paths[(i + turn) % N], (int64_t)i);
		findings_make(&asked, &list);
		assert_int_equal(list.len, N);
		for (size_t i = 0; i < N; i++) {
			const struct finding *finding = about(&list, paths[i]);
			_autowhy_ struct why alone = { 0 };

			why_ask(&query, paths[i], &alone);
			assert_non_null(finding);
			assert_string_equal(why_names[finding->why.kind], why_names[alone.kind]);
			assert_string_equal(finding->why.cure ? finding->why.cure : "none",
					    alone.cure ? alone.cure : "none");
			assert_string_equal(finding->why.place ? finding->why.place : "none",
					    alone.place ? alone.place : "none");
			assert_int_equal(finding->why.places.len, alone.places.len);
		}
	}
}

/* What comes from another process is the same there; one that is cut short is refused, wherever that is. */
static void
test_findings_travel(void **state)
{
	const char *env[] = { "LOCPATH=/gone", NULL };
	_automisses_ struct miss_list misses = { 0 };
	_autofindings_ struct finding_list list = { 0 }, read = { 0 };
	_autowire_ struct wire wire = { 0 };
	size_t len;

	(void)state;
	furnish();
	put_dir("outside", "/gone");
	put("outside", "/data/x", "x", 0644);
	see(&misses, "/data/x", 5);
	list = find(no_words, env, &misses, 1);
	findings_put(&wire, &list);
	findings_get(&wire, &read);
	assert_false(wire.bad);
	assert_int_equal(wire.at, wire.len);
	assert_int_equal(read.len, list.len);
	assert_string_equal(read.suggest, list.suggest);
	for (size_t i = 0; i < list.len; i++)
		assert_string_equal(read.items[i].sentence, list.items[i].sentence);
	len = wire.len;
	for (wire.len = 0; wire.len < len; wire.len++) {
		struct finding_list part;

		wire.at = 0;
		wire.bad = false;
		findings_get(&wire, &part);
		assert_true(wire.bad);
		findings_release(&part);
	}
	/* No byte that is changed makes the reader do more than refuse, or take another text. */
	for (size_t i = 0; i < len; i++) {
		struct finding_list part;

		wire.data[i] ^= 0x55;
		wire.at = 0;
		wire.bad = false;
		findings_get(&wire, &part);
		findings_release(&part);
		wire.data[i] ^= 0x55;
	}
}

#define world_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		world_test(test_the_environment), world_test(test_time_zones),
		world_test(test_words),		  world_test(test_another_program_of_the_same_name),
		world_test(test_sights),	  world_test(test_neighbours), world_test(test_guesses),
		world_test(test_findings_travel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
