/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a program cannot start: a small world outside (a system, a conda prefix, a home directory), of which each test
 * brings a part inside; what is said is compared word by word.
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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/elf.h"
#include "inspect/execchain.h"

#include "elf_sample.h"

#define LOADER "/lib64/ld-test.so.2"
#define CONDA  "/l/course/conda"

static struct world {
	char dir[64]; /* holds inside/ and outside/ */
	int inside, outside;
	uint16_t machine; /* this one's */
} world;

/* The real path of a path outside or inside. The caller frees. */
static char *
real(const char *side, const char *path)
{
	return text_format("%s/%s%s", world.dir, side, path);
}

static void
make_parents(const char *path)
{
	char *copy = text_dup(path);

	for (char *slash = strchr(copy + strlen(world.dir) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(copy, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	free(copy);
}

static void
put_bytes(const char *side, const char *path, const void *data, size_t len, mode_t mode)
{
	char *name = real(side, path);
	int fd;

	make_parents(name);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	free(name);
}

static void
put_text(const char *side, const char *path, const char *text, mode_t mode)
{
	put_bytes(side, path, text, strlen(text), mode);
}

static void
put_elf(const char *side, const char *path, struct elf_sample sample)
{
	unsigned char buf[ELF_SAMPLE_SIZE];

	if (sample.machine == 0)
		sample.machine = world.machine;
	put_bytes(side, path, buf, elf_sample_write(&sample, buf), 0755);
}

static void
put_link(const char *side, const char *path, const char *target)
{
	char *name = real(side, path);

	make_parents(name);
	assert_int_equal(symlink(target, name), 0);
	free(name);
}

static void
put_dir(const char *side, const char *path)
{
	char *name = text_format("%s/%s%s/", world.dir, side, path);

	make_parents(name);
	free(name);
}

/* Where the tree that nftw(3) walks is copied to. */
static struct {
	size_t skip;
	char *to;
} copying;

static int
copy_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char *name = text_format("%s%s", copying.to, path + copying.skip);
	char target[4096];
	ssize_t n;

	(void)st;
	(void)ftw;
	make_parents(name);
	if (type == FTW_D) {
		assert_true(mkdir(name, 0755) == 0 || errno == EEXIST);
	} else if (type == FTW_SL) {
		n = readlink(path, target, sizeof target - 1);
		assert_true(n > 0);
		target[n] = '\0';
		assert_int_equal(symlink(target, name), 0);
	} else {
		assert_int_equal(link(path, name), 0);
	}
	free(name);
	return 0;
}

/* What a mount of `path` at `at` would show inside. */
static void
bring_as(const char *path, const char *at)
{
	char *from = real("outside", path);

	copying.skip = strlen(from);
	copying.to = real("inside", at);
	assert_int_equal(nftw(from, copy_one, 16, FTW_PHYS), 0);
	free(copying.to);
	free(from);
}

static void
bring(const char *path)
{
	bring_as(path, path);
}

/* As the default view has it. */
static void
bring_system(void)
{
	bring("/usr");
	bring("/bin");
	bring("/lib");
	bring("/lib64");
	bring("/proc");
	bring("/etc/alternatives");
	put_dir("inside", "/home/alice");
	put_dir("inside", "/etc");
}

static void
make_system(void)
{
	put_link("outside", "/bin", "usr/bin");
	put_link("outside", "/lib", "usr/lib");
	put_link("outside", "/lib64", "usr/lib64");
	put_link("outside", "/proc/self", "1");
	put_elf("outside", "/usr/lib64/ld-test.so.2", (struct elf_sample){ .soname = "ld-test.so.2" });
	put_elf("outside", "/usr/lib64/libc.so.6", (struct elf_sample){ .soname = "libc.so.6" });
	put_elf("outside", "/usr/bin/sh", (struct elf_sample){ .interp = LOADER, .needed = { "libc.so.6" } });
	put_elf("outside", "/usr/bin/env", (struct elf_sample){ .interp = LOADER, .needed = { "libc.so.6" } });
	put_elf("outside", "/usr/bin/mawk", (struct elf_sample){ .interp = LOADER, .needed = { "libc.so.6" } });
	put_link("outside", "/etc/alternatives/awk", "/usr/bin/mawk");
	put_link("outside", "/usr/bin/awk", "/etc/alternatives/awk");
}

static void
make_conda(void)
{
	const struct elf_sample python = { .interp = LOADER,
					   .rpath = "$ORIGIN/../lib",
					   .needed = { "libpython3.11.so.1.0", "libc.so.6" } };
	const struct elf_sample gradetool = { .interp = LOADER,
					      .runpath = "$ORIGIN/../lib",
					      .needed = { "libcourse.so.1", "libc.so.6" } };

	put_text("outside", CONDA "/conda-meta/history", "", 0644);
	put_elf("outside", CONDA "/bin/python3.11", python);
	put_link("outside", CONDA "/bin/python", "python3.11");
	put_elf("outside", CONDA "/lib/libpython3.11.so.1.0", (struct elf_sample){ .needed = { "libc.so.6" } });
	put_text("outside", CONDA "/lib/python3.11/os.py", "", 0644);
	put_text("outside", CONDA "/bin/course-check", "#!" CONDA "/bin/python\n", 0755);
	put_text("outside", CONDA "/bin/env-style", "#!/usr/bin/env python\n", 0755);
	put_elf("outside", CONDA "/pkgs/libcourse-1.0-0/bin/gradetool", gradetool);
	put_elf("outside", CONDA "/pkgs/libcourse-1.0-0/lib/libcourse.so.1.0",
		(struct elf_sample){ .soname = "libcourse.so.1" });
	put_link("outside", CONDA "/pkgs/libcourse-1.0-0/lib/libcourse.so.1", "libcourse.so.1.0");
	put_text("outside", CONDA "/envs/grading/conda-meta/history", "", 0644);
	put_elf("outside", CONDA "/envs/grading/bin/gradetool", gradetool);
	put_link("outside", CONDA "/envs/grading/lib/libcourse.so.1.0",
		 CONDA "/pkgs/libcourse-1.0-0/lib/libcourse.so.1.0");
	put_link("outside", CONDA "/envs/grading/lib/libcourse.so.1", "libcourse.so.1.0");
	put_link("outside", "/home/alice/conda", CONDA);
	put_text("outside", "/home/alice/work/grade.py", "#!" CONDA "/bin/python\n", 0755);
}

static int
setup(void **state)
{
	struct elf own;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(elf_read(fd, &own), 0);
	close(fd);
	world.machine = own.machine;
	elf_release(&own);
	strcpy(world.dir, "execchain.XXXXXX");
	assert_non_null(mkdtemp(world.dir));
	put_dir("inside", "");
	put_dir("outside", "");
	make_system();
	make_conda();
	world.inside = openat(AT_FDCWD, world.dir, O_PATH | O_CLOEXEC);
	world.outside = openat(world.inside, "outside", O_PATH | O_CLOEXEC);
	fd = openat(world.inside, "inside", O_PATH | O_CLOEXEC);
	close(world.inside);
	world.inside = fd;
	return 0;
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
	return nftw(world.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static struct execchain_query
query_for(const char *program, int errnum)
{
	return (struct execchain_query){
		.inside = world.inside,
		.outside = world.outside,
		.program = program,
		.path_env = "/usr/bin:/bin",
		.cwd = "/home/alice/work",
		.home = "/home/alice",
		.errnum = errnum,
	};
}

/* The cause is found, and said in these words. */
static void
expect_query(const struct execchain_query *query, int status, const char *message, const char *hint)
{
	struct error err = ERROR_INIT;

	assert_int_equal(execchain_explain(query, &err), 1);
	assert_string_equal(err.message, message);
	assert_string_equal(err.hint ? err.hint : "", hint);
	assert_int_equal(err.status, status);
	assert_int_equal(err.code, query->errnum);
	error_release(&err);
}

static void
expect(const char *program, int errnum, int status, const char *message, const char *hint)
{
	struct execchain_query query = query_for(program, errnum);

	expect_query(&query, status, message, hint);
}

/* No cause is found, and nothing is touched. */
static void
expect_nothing_query(const struct execchain_query *query)
{
	struct error err = ERROR_INIT;

	error_set(&err, EIO, "as it was");
	assert_int_equal(execchain_explain(query, &err), 0);
	assert_string_equal(err.message, "as it was: Input/output error");
	assert_null(err.hint);
	assert_int_equal(err.status, STATUS_FAILED);
	error_release(&err);
}

static void
expect_nothing(const char *program, int errnum)
{
	struct execchain_query query = query_for(program, errnum);

	expect_nothing_query(&query);
}

#define NO_MOUNT "it fails outside in the same way: no mount is to blame"

static void
prefix_not_mounted(void **state)
{
	(void)state;
	bring_system();
	expect(CONDA "/bin/python", ENOENT, 127,
	       "cannot execute '" CONDA
	       "/bin/python' (No such file or directory): it exists outside and not inside, where '/l' is missing",
	       "-m 'ro:/l/course/conda' brings what is missing");
}

static void
default_specs_keep_the_dot(void **state)
{
	struct execchain_query query = query_for(CONDA "/bin/python", ENOENT);

	(void)state;
	bring_system();
	query.default_specs = true;
	expect_query(
		&query, 127,
		"cannot execute '" CONDA
		"/bin/python' (No such file or directory): it exists outside and not inside, where '/l' is missing",
		"-m '. ro:/l/course/conda' brings what is missing");
}

static void
program_asked_for_by_its_link(void **state)
{
	(void)state;
	bring_system();
	bring(CONDA);
	expect("/home/alice/conda/bin/python", ENOENT, 127,
	       "cannot execute '/home/alice/conda/bin/python' (No such file or directory): it exists outside and not "
	       "inside, where "
	       "'/home/alice/conda' is missing",
	       "-m 'ro:/home/alice/conda' brings what is missing");
}

/* The link brings what it leads to: nothing more has to be named. */
static void
link_and_target_are_missing(void **state)
{
	(void)state;
	bring_system();
	expect("/home/alice/conda/bin/python", ENOENT, 127,
	       "cannot execute '/home/alice/conda/bin/python' (No such file or directory): it exists outside and not "
	       "inside, where '/home/alice/conda' is missing",
	       "-m 'ro:/home/alice/conda' brings what is missing");
}

static void
interpreter_under_its_real_path(void **state)
{
	(void)state;
	bring_system();
	bring_as(CONDA, "/home/alice/conda");
	expect("/home/alice/conda/bin/course-check", ENOENT, 127,
	       "cannot execute '/home/alice/conda/bin/course-check' (No such file or directory): its interpreter "
	       "'" CONDA "/bin/python' (line 1) exists outside and not inside, where '/l' is missing",
	       "-m 'ro:/l/course/conda' brings what is missing");
}

static void
script_in_the_working_directory(void **state)
{
	(void)state;
	bring_system();
	bring("/home/alice/work");
	expect("./grade.py", ENOENT, 127,
	       "cannot execute './grade.py' (No such file or directory): its interpreter '" CONDA
	       "/bin/python' (line 1) exists outside and not inside, where '/l' is missing",
	       "-m 'ro:/l/course/conda' brings what is missing");
}

static void
env_finds_nothing_anywhere(void **state)
{
	(void)state;
	bring_system();
	bring(CONDA);
	expect(CONDA "/bin/env-style", 0, 127,
	       "cannot execute '" CONDA
	       "/bin/env-style': 'python', which env runs for its first line, is in no directory of PATH, "
	       "neither inside nor outside",
	       "PATH was searched: '/usr/bin', '/bin'\n"
	       "'" CONDA "/bin' has it and is not in PATH: --setenv PATH " CONDA "/bin:/usr/bin:/bin\n" NO_MOUNT);
	/* The program itself was executed: it is not what an error of execve(2) is about. */
	expect_nothing(CONDA "/bin/env-style", ENOENT);
}

static void
env_would_find_it_outside(void **state)
{
	struct execchain_query query = query_for("/home/alice/work/tool", 0);

	(void)state;
	put_text("outside", "/home/alice/work/tool", "#!/usr/bin/env -S python -u\n", 0755);
	bring_system();
	bring("/home/alice/work");
	query.path_env = "/usr/bin:/nowhere:" CONDA "/bin";
	expect_query(
		&query, 127,
		"cannot execute '/home/alice/work/tool': '" CONDA
		"/bin/python', which env runs for its first line, exists outside and not inside, where '/l' is missing",
		"PATH was searched: '/usr/bin', '/nowhere' (not there), '" CONDA "/bin' (not there inside)\n"
		"-m 'ro:/l/course/conda' brings what is missing");
}

static void
env_without_split(void **state)
{
	(void)state;
	put_text("outside", "/home/alice/work/tool", "#!/usr/bin/env python -u\n", 0755);
	bring_system();
	bring("/home/alice/work");
	expect("./tool", 0, 127,
	       "cannot execute './tool': 'python -u', which env runs for its first line, is in no directory of PATH, "
	       "neither inside nor outside",
	       "PATH was searched: '/usr/bin', '/bin'\n"
	       "env takes all of the line for one name: only '#!/usr/bin/env -S …' is split into words\n" NO_MOUNT);
}

static void
loader_is_missing(void **state)
{
	(void)state;
	bring("/usr");
	bring("/bin");
	bring("/lib");
	bring("/proc");
	bring(CONDA);
	expect(CONDA "/bin/python", ENOENT, 127,
	       "cannot execute '" CONDA "/bin/python' (No such file or directory): its ELF loader '" LOADER
	       "' exists outside and not inside, where '/lib64' is missing",
	       "-m 'ro:/lib64' brings what is missing");
	/* The interpreter's loader, for a script. */
	expect(CONDA "/bin/course-check", ENOENT, 127,
	       "cannot execute '" CONDA "/bin/course-check' (No such file or directory): the ELF loader '" LOADER
	       "' of '" CONDA "/bin/python' exists outside and not inside, where '/lib64' is missing",
	       "-m 'ro:/lib64' brings what is missing");
}

static void
library_directory_is_missing(void **state)
{
	(void)state;
	bring_system();
	bring(CONDA "/pkgs/libcourse-1.0-0/bin");
	expect(CONDA "/pkgs/libcourse-1.0-0/bin/gradetool", 0, 127,
	       "cannot start '" CONDA
	       "/pkgs/libcourse-1.0-0/bin/gradetool': the library 'libcourse.so.1' exists outside as '" CONDA
	       "/pkgs/libcourse-1.0-0/lib/libcourse.so.1' and not inside",
	       "-m 'ro:/l/course/conda' brings what is missing");
	/* Missing libraries show when the program runs: another errno has another cause. */
	expect_nothing(CONDA "/pkgs/libcourse-1.0-0/bin/gradetool", ENOENT);
}

static void
library_is_a_dead_link(void **state)
{
	(void)state;
	bring_system();
	bring(CONDA "/envs/grading");
	expect(CONDA "/envs/grading/bin/gradetool", 0, 127,
	       "cannot start '" CONDA "/envs/grading/bin/gradetool': the library 'libcourse.so.1' is '" CONDA
	       "/envs/grading/lib/libcourse.so.1', a symbolic link on whose way '" CONDA
	       "/pkgs' exists outside and not inside",
	       "-m 'ro:/l/course/conda' brings what is missing");
}

static void
program_is_a_dead_link(void **state)
{
	(void)state;
	bring_system();
	assert_int_equal(renameat(world.inside, "etc/alternatives", world.inside, "etc/other"), 0);
	expect("/usr/bin/awk", ENOENT, 127,
	       "cannot execute '/usr/bin/awk' (No such file or directory): it is a symbolic link to "
	       "'/etc/alternatives/awk', and "
	       "'/etc/alternatives' exists outside "
	       "and not inside",
	       "-m 'ro:/etc/alternatives' brings what is missing");
	expect("awk", ENOENT, 127,
	       "cannot execute 'awk' (No such file or directory): '/usr/bin/awk' is a symbolic link to "
	       "'/etc/alternatives/awk', and "
	       "'/etc/alternatives' exists "
	       "outside and not inside",
	       "-m 'ro:/etc/alternatives' brings what is missing");
}

static void
own_library_missing_or_replaced(void **state)
{
	(void)state;
	bring_system();
	bring(CONDA "/bin");
	bring(CONDA "/lib/python3.11");
	expect(CONDA "/bin/python", 0, 127,
	       "cannot start '" CONDA "/bin/python': the library 'libpython3.11.so.1.0' exists outside as '" CONDA
	       "/lib/libpython3.11.so.1.0' and not inside",
	       "-m 'ro:/l/course/conda' brings what is missing");
	/* With the system's in its place the loader is content, and status 127 came from somewhere else. */
	put_elf("inside", "/usr/lib/libpython3.11.so.1.0", (struct elf_sample){ .soname = NULL });
	expect_nothing(CONDA "/bin/python", 0);
}

static void
library_of_a_library(void **state)
{
	(void)state;
	put_elf("outside", "/opt/tool/tool",
		(struct elf_sample){ .interp = LOADER, .needed = { "libc.so.6", "liba.so" } });
	put_elf("outside", "/usr/lib/liba.so",
		(struct elf_sample){ .runpath = "/opt/deep/lib", .needed = { "libb.so", "libnone.so" } });
	put_elf("outside", "/opt/deep/lib/libb.so",
		(struct elf_sample){ .runpath = "$ORIGIN", .needed = { "libd.so" } });
	put_elf("outside", "/opt/deep/lib/libd.so", (struct elf_sample){ .needed = { "libc.so.6" } });
	bring_system();
	bring("/opt/tool");
	expect("/opt/tool/tool", 0, 127,
	       "cannot start '/opt/tool/tool': the library 'libb.so', which '/lib/liba.so' needs, exists outside as "
	       "'/opt/deep/lib/libb.so' and not inside (and 2 more)",
	       "-m 'ro:/opt/deep/lib' brings what is missing");
}

static void
library_nowhere(void **state)
{
	(void)state;
	put_elf("outside", "/opt/tool/tool",
		(struct elf_sample){ .interp = LOADER, .needed = { "libc.so.6", "libnone.so" } });
	bring_system();
	bring("/opt/tool");
	expect("/opt/tool/tool", 0, 127,
	       "cannot start '/opt/tool/tool': the library 'libnone.so' exists neither inside nor outside, where the "
	       "loader looks for it",
	       NO_MOUNT);
}

static void
library_path_counts(void **state)
{
	struct execchain_query query = query_for("/opt/tool/tool", 0);

	(void)state;
	put_elf("outside", "/opt/tool/tool", (struct elf_sample){ .interp = LOADER, .needed = { "libx.so" } });
	put_elf("outside", "/opt/x/libx.so", (struct elf_sample){ .soname = NULL });
	bring_system();
	bring("/opt");
	expect("/opt/tool/tool", 0, 127,
	       "cannot start '/opt/tool/tool': the library 'libx.so' exists neither inside nor outside, where the "
	       "loader looks for it",
	       NO_MOUNT);
	query.library_path = "/nowhere:$ORIGIN/../x";
	expect_nothing_query(&query);
	/* An element that we cannot expand may be the one. */
	query.library_path = "/nowhere/$PLATFORM";
	expect_nothing_query(&query);
}

static void
library_of_another_kind_does_not_count(void **state)
{
	(void)state;
	put_elf("outside", "/opt/tool/tool", (struct elf_sample){ .interp = LOADER, .needed = { "libx.so" } });
	put_elf("outside", "/usr/lib/libx.so", (struct elf_sample){ .machine = 9999 });
	put_text("outside", "/usr/lib64/libx.so", "INPUT(libx.so.1)", 0644);
	bring_system();
	bring("/opt");
	expect("/opt/tool/tool", 0, 127,
	       "cannot start '/opt/tool/tool': the library 'libx.so' exists neither inside nor outside, where the "
	       "loader looks for it",
	       NO_MOUNT);
}

static void
origin_needs_proc(void **state)
{
	(void)state;
	bring_system();
	bring(CONDA);
	expect_nothing(CONDA "/bin/python", 0);
	assert_int_equal(unlinkat(world.inside, "proc/self", 0), 0);
	expect(CONDA "/bin/python", 0, 127,
	       "cannot start '" CONDA
	       "/bin/python': the library 'libpython3.11.so.1.0' lies beside the program, and its loader finds that "
	       "place by /proc, which is not there inside",
	       "start it with a /proc: without '/proc=none'");
}

/* A loader's cache with one name. */
static void
put_cache(const char *side, const char *name, const char *path)
{
	unsigned char buf[512] = "glibc-ld.so.cache1.1";
	uint32_t entries = 1, key = 72, value = (uint32_t)(72 + strlen(name) + 1);

	memcpy(buf + 20, &entries, 4);
	memcpy(buf + 48 + 4, &key, 4);
	memcpy(buf + 48 + 8, &value, 4);
	strcpy((char *)buf + key, name);
	strcpy((char *)buf + value, path);
	put_bytes(side, "/etc/ld.so.cache", buf, value + strlen(path) + 1, 0644);
}

static void
cache_is_missing(void **state)
{
	(void)state;
	put_elf("outside", "/usr/bin/tool", (struct elf_sample){ .interp = LOADER, .needed = { "libblas.so.3" } });
	put_elf("outside", "/usr/lib/blas/libblas.so.3", (struct elf_sample){ .soname = NULL });
	put_cache("outside", "libblas.so.3", "/usr/lib/blas/libblas.so.3");
	bring_system();
	expect("tool", 0, 127,
	       "cannot start 'tool': the library 'libblas.so.3' is there as '/usr/lib/blas/libblas.so.3', but only "
	       "/etc/ld.so.cache tells "
	       "the loader so, which is not there inside",
	       "-m 'ro:/etc/ld.so.cache' brings what is missing");
	bring("/etc/ld.so.cache");
	expect_nothing("tool", 0);
}

static void
program_nowhere(void **state)
{
	(void)state;
	bring_system();
	expect("/opt/nothing/here", ENOENT, 127,
	       "cannot execute '/opt/nothing/here' (No such file or directory): it exists neither inside nor outside: "
	       "'/opt' is missing",
	       NO_MOUNT);
	expect("nothing", ENOENT, 127,
	       "cannot find 'nothing': it is in no directory of PATH, neither inside nor outside",
	       "PATH was searched: '/usr/bin', '/bin'\n" NO_MOUNT);
}

static void
present_but_not_executable(void **state)
{
	(void)state;
	put_text("outside", "/opt/x/notes", "text\n", 0644);
	put_text("outside", "/opt/x/text", "text\n", 0755);
	put_text("outside", "/opt/x/empty-line", "#!\n", 0755);
	bring_system();
	bring("/opt/x");
	expect("/opt/x/notes", EACCES, 126,
	       "cannot execute '/opt/x/notes' (Permission denied): it is there, but you have no permission to execute "
	       "it",
	       NO_MOUNT);
	expect("/opt/x", EACCES, 126, "cannot execute '/opt/x' (Permission denied): it is a directory",
	       "directories are chosen with -m, before the program: isolate -m DIR PROG\n" NO_MOUNT);
	expect("/opt/x/text", ENOEXEC, 126,
	       "cannot execute '/opt/x/text' (Exec format error): it is neither an ELF program nor a script with a "
	       "'#!' line",
	       "if it is a shell script, give it to its shell: sh FILE\n" NO_MOUNT);
	expect("/opt/x/empty-line", ENOEXEC, 126,
	       "cannot execute '/opt/x/empty-line' (Exec format error): it has a '#!' line without an interpreter, or "
	       "with one of more "
	       "than 250 bytes",
	       NO_MOUNT);
	expect("/opt/x/notes/more", ENOTDIR, 127,
	       "cannot execute '/opt/x/notes/more' (Not a directory): it is not there: '/opt/x/notes' is not a "
	       "directory inside",
	       NO_MOUNT);
	put_text("inside", "/usr/bin/plain", "x", 0644);
	expect("plain", EACCES, 126,
	       "cannot execute 'plain' (Permission denied): '/usr/bin/plain' is there, but you have no permission to "
	       "execute it",
	       "");
}

static void
another_machine(void **state)
{
	struct elf_sample foreign = { .machine = world.machine == EM_AARCH64 ? EM_X86_64 : EM_AARCH64,
				      .interp = LOADER };
	struct elf_sample object = { .type = ET_REL };
	char *message =
		text_format("cannot execute '/opt/x/foreign' (Exec format error): it is made for another machine: %s",
			    world.machine == EM_AARCH64 ? "x86-64" : "AArch64");

	(void)state;
	put_elf("outside", "/opt/x/foreign", foreign);
	put_elf("outside", "/opt/x/object.o", object);
	bring_system();
	bring("/opt/x");
	expect("/opt/x/foreign", ENOEXEC, 126, message, NO_MOUNT);
	expect("/opt/x/object.o", ENOEXEC, 126,
	       "cannot execute '/opt/x/object.o' (Exec format error): it is an ELF file, but not a program", NO_MOUNT);
	free(message);
}

static void
carriage_return(void **state)
{
	(void)state;
	put_text("outside", "/home/alice/work/dos", "#!/bin/sh\r\necho\r\n", 0755);
	bring_system();
	bring("/home/alice/work");
	expect("./dos", ENOENT, 127,
	       "cannot execute './dos' (No such file or directory): its interpreter '/bin/sh\r' (line 1) exists "
	       "neither inside nor outside",
	       "the line ends with a carriage return, as in a file from DOS or Windows: sed -i 's/\\r$//' "
	       "/home/alice/work/dos\n" NO_MOUNT);
}

static void
script_of_a_script(void **state)
{
	(void)state;
	put_text("outside", "/opt/x/one", "#!/opt/x/two\n", 0755);
	put_text("outside", "/opt/x/two", "#!/opt/y/three -x\n", 0755);
	put_text("outside", "/opt/y/three", "#!/bin/sh\n", 0755);
	put_text("outside", "/opt/x/loop", "#!/opt/x/loop\n", 0755);
	bring_system();
	bring("/opt/x");
	expect("/opt/x/one", ENOENT, 127,
	       "cannot execute '/opt/x/one' (No such file or directory): the interpreter '/opt/y/three' of "
	       "'/opt/x/two' (line 1) exists outside "
	       "and not inside, "
	       "where '/opt/y' is missing",
	       "-m 'ro:/opt/y' brings what is missing");
	expect("/opt/x/loop", ELOOP, 126,
	       "cannot execute '/opt/x/loop' (Too many levels of symbolic links): its interpreter '/opt/x/loop' (line "
	       "1) is a script again, too many times",
	       NO_MOUNT);
}

static void
long_path_form_of_pip(void **state)
{
	(void)state;
	put_text("outside", "/opt/x/pip", "#!/bin/sh\n'''exec' \"" CONDA "/bin/python\" \"$0\" \"$@\"\n' '''\n", 0755);
	bring_system();
	bring("/opt/x");
	expect("/opt/x/pip", 0, 127,
	       "cannot execute '/opt/x/pip': '" CONDA
	       "/bin/python', which '/opt/x/pip' hands over to, exists outside and not inside, where '/l' "
	       "is missing",
	       "-m 'ro:/l/course/conda' brings what is missing");
}

static void
venv_brings_what_it_was_made_from(void **state)
{
	(void)state;
	put_elf("outside", "/opt/py/3.11/bin/python3", (struct elf_sample){ .interp = LOADER });
	put_text("outside", "/opt/py/3.11/lib/os.py", "", 0644);
	put_text("outside", "/home/alice/venv/pyvenv.cfg",
		 "include-system-site-packages = false\nhome = /opt/py/3.11/bin\n", 0644);
	put_link("outside", "/home/alice/venv/bin/python", "/opt/py/3.11/bin/python3");
	put_text("outside", "/home/alice/venv/bin/tool", "#!/home/alice/venv/bin/python\n", 0755);
	bring_system();
	expect("/home/alice/venv/bin/tool", ENOENT, 127,
	       "cannot execute '/home/alice/venv/bin/tool' (No such file or directory): it exists outside and not "
	       "inside, where '/home/alice/venv' "
	       "is missing",
	       "-m 'ro:/home/alice/venv ro:/opt/py/3.11' brings what is missing");
	/* A home= that holds no python brings nothing. */
	put_text("outside", "/home/alice/.ssh/id", "", 0600);
	put_text("outside", "/home/alice/bad/pyvenv.cfg", "home = /home/alice/.ssh\n", 0644);
	put_text("outside", "/home/alice/bad/tool", "#!/bin/sh\n", 0755);
	expect("/home/alice/bad/tool", ENOENT, 127,
	       "cannot execute '/home/alice/bad/tool' (No such file or directory): it exists outside and not inside, "
	       "where '/home/alice/bad' is "
	       "missing",
	       "-m 'ro:/home/alice/bad' brings what is missing");
}

static void
units_are_never_too_wide(void **state)
{
	static const char *const places[] = { "/tool",		"/etc/tool", "/home/alice/tool",
					      "/home/bob/tool", "/opt/tool", "/home/alice/.local/bin/tool" };
	static const char *const units[] = { "/tool",	       "/etc/tool", "/home/alice/tool",
					     "/home/bob/tool", "/opt/tool", "/home/alice/.local/bin" };

	(void)state;
	bring_system();
	put_dir("outside", "/home/alice/.local/lib");
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct execchain_query query = query_for(places[i], ENOENT);
		char *hint = text_format("-m 'ro:%s' brings what is missing", units[i]);
		struct error err = ERROR_INIT;

		put_text("outside", places[i], "#!/bin/sh\n", 0755);
		assert_int_equal(execchain_explain(&query, &err), 1);
		assert_string_equal(err.hint, hint);
		error_release(&err);
		free(hint);
	}
	/* A mark in the home directory does not make it a unit. */
	put_text("outside", "/home/alice/pyvenv.cfg", "", 0644);
	expect("/home/alice/tool", ENOENT, 127,
	       "cannot execute '/home/alice/tool' (No such file or directory): it exists outside and not inside",
	       "-m 'ro:/home/alice/tool' brings what is missing");
}

/* What holds the home directory, wherever that is. */
static void
homes_elsewhere(void **state)
{
	struct execchain_query query = query_for("/data/users/tool", ENOENT);

	(void)state;
	put_text("outside", "/data/users/tool", "#!/bin/sh\n", 0755);
	put_dir("outside", "/data/users/carol");
	bring_system();
	query.home = "/data/users/carol";
	expect_query(&query, 127,
		     "cannot execute '/data/users/tool' (No such file or directory): it exists outside and not inside, "
		     "where '/data' is missing",
		     "-m 'ro:/data/users/tool' brings what is missing");
}

static void
shaped_prefix(void **state)
{
	(void)state;
	put_elf("outside", "/opt/node/bin/node", (struct elf_sample){ .interp = LOADER });
	put_text("outside", "/opt/node/lib/modules", "", 0644);
	bring_system();
	expect("/opt/node/bin/node", ENOENT, 127,
	       "cannot execute '/opt/node/bin/node' (No such file or directory): it exists outside and not inside, "
	       "where '/opt' is missing",
	       "-m 'ro:/opt/node' brings what is missing");
}

static void
hints_are_quoted(void **state)
{
	(void)state;
	put_text("outside", "/opt/a b:c='d\\e/tool", "#!/bin/sh\n", 0755);
	put_text("outside", "/opt/new\nline/tool", "#!/bin/sh\n", 0755);
	bring_system();
	expect("/opt/a b:c='d\\e/tool", ENOENT, 127,
	       "cannot execute '/opt/a b:c='d\\e/tool' (No such file or directory): it exists outside and not inside, "
	       "where '/opt' is missing",
	       "-m 'ro:/opt/a\\ b\\:c\\=\\'\\''d\\\\e' brings what is missing");
	expect("/opt/new\nline/tool", ENOENT, 127,
	       "cannot execute '/opt/new\nline/tool' (No such file or directory): it exists outside and not inside, "
	       "where '/opt' is missing",
	       "-m $'ro:/opt/new\\\\\\nline' brings what is missing");
}

static void
what_would_not_run_outside_is_not_offered(void **state)
{
	(void)state;
	put_text("outside", "/home/alice/.ssh/id", "key\n", 0600);
	put_text("outside", "/home/alice/work/lure", "#!/home/alice/.ssh/id\n", 0755);
	put_text("outside", "/opt/x/text", "text\n", 0755);
	bring_system();
	bring("/home/alice/work");
	expect("./lure", ENOENT, 127,
	       "cannot execute './lure' (No such file or directory): its interpreter '/home/alice/.ssh/id' (line 1) "
	       "does not exist inside, and "
	       "what is there outside cannot be executed either: '/home/alice/.ssh' is missing",
	       NO_MOUNT);
	expect("/opt/x/text", ENOENT, 127,
	       "cannot execute '/opt/x/text' (No such file or directory): it does not exist inside, and what is there "
	       "outside cannot be executed "
	       "either: '/opt' is missing",
	       NO_MOUNT);
}

static void
link_loops_and_files_as_directories(void **state)
{
	(void)state;
	put_link("outside", "/opt/x/loop", "loop");
	bring_system();
	bring("/opt/x");
	expect("/opt/x/loop", ELOOP, 126,
	       "cannot execute '/opt/x/loop' (Too many levels of symbolic links): it is not there: too many symbolic "
	       "links, the last of them '/opt/x/loop'",
	       NO_MOUNT);
}

static void
the_walk_stays_in_its_root(void **state)
{
	(void)state;
	bring_system();
	/* From the inside's root, ".." leads nowhere: the world's own directory has an outside/ with a sh in it. */
	put_link("inside", "/opt/up", "../../../../outside/usr/bin/sh");
	put_link("inside", "/opt/far", "/../../outside/usr/bin/sh");
	expect("/opt/up", ENOENT, 127,
	       "cannot execute '/opt/up' (No such file or directory): it is a symbolic link to "
	       "'../../../../outside/usr/bin/sh', and '/outside' "
	       "exists neither inside nor outside",
	       NO_MOUNT);
	expect("/opt/far", ENOENT, 127,
	       "cannot execute '/opt/far' (No such file or directory): it is a symbolic link to "
	       "'/../../outside/usr/bin/sh', and '/outside' exists "
	       "neither inside nor outside",
	       NO_MOUNT);
}

static void
fifos_and_empty_names_do_no_harm(void **state)
{
	(void)state;
	bring_system();
	put_dir("inside", "/opt");
	assert_int_equal(mkfifoat(world.inside, "opt/fifo", 0777), 0);
	expect("/opt/fifo", EACCES, 126, "cannot execute '/opt/fifo' (Permission denied): it is not a regular file",
	       "");
	expect_nothing("", ENOENT);
}

static void
healthy_programs_give_nothing(void **state)
{
	(void)state;
	bring_system();
	bring(CONDA);
	bring("/home/alice/work");
	for (int errnum = 0; errnum <= ENOENT; errnum += ENOENT) {
		expect_nothing("sh", errnum);
		expect_nothing("awk", errnum);
		expect_nothing("./grade.py", errnum);
		expect_nothing(CONDA "/bin/python", errnum);
		expect_nothing(CONDA "/envs/grading/bin/gradetool", errnum);
	}
	/* Other causes than files. */
	expect_nothing("/opt/nothing/here", E2BIG);
	expect_nothing("/opt/nothing/here", ENOMEM);
	/* It ran, so it was there: what is not there now says nothing about why it failed. */
	expect_nothing("/opt/nothing/here", 0);
}

/* A program whose search path is made to cost time, and libraries that need each other. */
static void
hostile_files_are_bounded(void **state)
{
	char path[3000] = "";

	(void)state;
	for (size_t i = 0; i + 3 < sizeof path; i += 3)
		strcpy(path + i, "/a:");
	put_elf("outside", "/opt/x/tool",
		(struct elf_sample){ .interp = LOADER,
				      .rpath = path,
				      .needed = { "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8" } });
	for (int i = 1; i <= 8; i++) {
		char *name = text_format("/usr/lib/l%d", i);

		char *none = text_format("x%d", i);

		put_elf("outside", name, (struct elf_sample){ .needed = { "l1", "l2", "l3", "l4", none, none + 1 } });
		free(name);
		free(none);
	}
	bring_system();
	bring("/opt/x");
	/* Given up, and so not claimed. */
	expect_nothing("/opt/x/tool", 0);
}

#define chain_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		chain_test(prefix_not_mounted),
		chain_test(default_specs_keep_the_dot),
		chain_test(program_asked_for_by_its_link),
		chain_test(link_and_target_are_missing),
		chain_test(interpreter_under_its_real_path),
		chain_test(script_in_the_working_directory),
		chain_test(env_finds_nothing_anywhere),
		chain_test(env_would_find_it_outside),
		chain_test(env_without_split),
		chain_test(loader_is_missing),
		chain_test(library_directory_is_missing),
		chain_test(library_is_a_dead_link),
		chain_test(program_is_a_dead_link),
		chain_test(own_library_missing_or_replaced),
		chain_test(library_of_a_library),
		chain_test(library_nowhere),
		chain_test(library_path_counts),
		chain_test(library_of_another_kind_does_not_count),
		chain_test(origin_needs_proc),
		chain_test(cache_is_missing),
		chain_test(program_nowhere),
		chain_test(present_but_not_executable),
		chain_test(another_machine),
		chain_test(carriage_return),
		chain_test(script_of_a_script),
		chain_test(long_path_form_of_pip),
		chain_test(venv_brings_what_it_was_made_from),
		chain_test(units_are_never_too_wide),
		chain_test(homes_elsewhere),
		chain_test(shaped_prefix),
		chain_test(hints_are_quoted),
		chain_test(what_would_not_run_outside_is_not_offered),
		chain_test(link_loops_and_files_as_directories),
		chain_test(the_walk_stays_in_its_root),
		chain_test(fifos_and_empty_names_do_no_harm),
		chain_test(healthy_programs_give_nothing),
		chain_test(hostile_files_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
