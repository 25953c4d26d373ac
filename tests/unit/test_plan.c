/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a request to a plan, on trees made for it: pure data, so all of it is seen without a sandbox or privileges. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/environ.h"
#include "sandbox/plan.h"
#include "sandbox/plan_draft.h"
#include "sandbox/plan_inside.h"
#include "sandbox/plan_sockets.h"

static char *top;  /* physical path of the test's directory; not below /tmp, of which the default view has its own */
static char *home; /* TOP/home */

static char *
below(const char *name)
{
	return name[0] == '/' ? text_dup(name) : path_absolute(top, name);
}

/* "@" in a text stands for the test's directory. */
static char *
expand(const char *text)
{
	char *out = text_dup("");

	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "@");
		char *longer = text_format("%s%.*s%s", out, (int)n, p, p[n] ? top : "");

		free(out);
		out = longer;
		p += n + (p[n] ? 1 : 0);
	}
	return out;
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

static void
make_link(const char *name, const char *target)
{
	_autofree_ char *path = below(name);
	_autofree_ char *text = expand(target);

	assert_int_equal(symlink(text, path), 0);
}

/* Goes there, as a shell does: $PWD is the name, links and all. */
static void
enter(const char *name)
{
	_autofree_ char *path = below(name);

	assert_int_equal(chdir(path), 0);
	assert_int_equal(setenv("PWD", path, 1), 0);
}

/*
 *	home/  home/own/	the user's
 *	proj/  proj/sub/	where the tests start
 *	real/dir/deep/  real/file
 *	link -> real		linkfile -> @/real/file		run/ with run/x/	var/run -> ../run
 *	chain -> link/dir	loop -> loop			dangling -> nowhere
 *	tree/a/  tree/b  tree/c -> a	(for rebuilding)
 */
static int
set_up(void **state)
{
	static const char *const dirs[] = { "home", "home/own", "proj", "proj/sub", "real", "real/dir", "real/dir/deep",
					    "run",  "run/x",	"var",	"tree",	    "tree/a", "tree/a/inner" };
	char template[] = "/var/tmp/isolate-plan-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(template));
	top = realpath(template, NULL);
	assert_non_null(top);
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		make_dir(dirs[i]);
	make_file("real/file");
	make_file("tree/b");
	make_link("link", "real");
	make_link("linkfile", "@/real/file");
	make_link("var/run", "../run");
	make_link("chain", "link/dir");
	make_link("loop", "loop");
	make_link("dangling", "nowhere/x");
	make_link("tree/c", "a");
	home = below("home");
	assert_int_equal(setenv("HOME", home, 1), 0);
	assert_int_equal(setenv("SHELL", "/bin/sh", 1), 0);
	log_set_level(LOG_QUIET);
	return 0;
}

static int
tear_down(void **state)
{
	_autofree_ char *command = text_format("chmod -R u+rwx '%s'; rm -rf '%s'", top, top);

	(void)state;
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(system(command), 0);
	free(top);
	free(home);
	return 0;
}

static int
start_in_proj(void **state)
{
	(void)state;
	enter("proj");
	return 0;
}

/* A request that lives as long as its plan. */
struct made {
	struct request req;
	struct plan plan;
	struct error err;
};

static int
make_with(struct made *made, const char *specs)
{
	_autofree_ char *text = expand(specs);

	made->err = (struct error)ERROR_INIT;
	assert_int_equal(spec_list_parse(&made->req.specs, text, ORIGIN_OPTION, "--mnt", &made->err), 0);
	return plan_make(&made->req, &made->plan, &made->err);
}

/* Makes the plan of `isolate --mnt SPECS`, or --no-defaults with it. */
static void
make_plan(struct made *made, const char *specs)
{
	int r = make_with(made, specs);

	if (r < 0)
		print_message("%s\n", made->err.message);
	assert_int_equal(r, 0);
}

static void
bare(struct made *made)
{
	request_init(&made->req);
	made->req.no_defaults = true;
}

static void
made_release(struct made *made)
{
	plan_release(&made->plan);
	request_release(&made->req);
	error_release(&made->err);
}

static const struct plan_entry *
entry_at(const struct plan *plan, const char *name)
{
	_autofree_ char *path = below(name);

	for (size_t i = 0; i < plan->len; i++)
		if (strcmp(plan->entries[i].path, path) == 0)
			return &plan->entries[i];
	return NULL;
}

static void
assert_no_entry(const struct plan *plan, const char *name)
{
	if (entry_at(plan, name))
		print_message("'%s' should not be in the plan\n", name);
	assert_null(entry_at(plan, name));
}

static const struct plan_entry *
assert_entry(const struct plan *plan, enum plan_kind kind, const char *name)
{
	const struct plan_entry *entry = entry_at(plan, name);

	if (!entry)
		print_message("'%s' should be in the plan\n", name);
	assert_non_null(entry);
	assert_int_equal(entry->kind, kind);
	return entry;
}

static void
assert_bind(const struct plan *plan, const char *name, const char *source, unsigned attrs)
{
	const struct plan_entry *entry = assert_entry(plan, PLAN_BIND, name);
	_autofree_ char *path = below(source);

	assert_string_equal(entry->source, path);
	assert_int_equal(entry->attrs, attrs);
}

static void
assert_link(const struct plan *plan, const char *name, const char *target)
{
	const struct plan_entry *entry = assert_entry(plan, PLAN_SYMLINK, name);
	_autofree_ char *text = expand(target);

	assert_string_equal(entry->content, text);
}

/* What holds for every plan, whatever it is of. */
static void
assert_sound(const struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_entry *entry = &plan->entries[i];
		const struct plan_entry *parent = entry->parent >= 0 ? &plan->entries[entry->parent] : NULL;
		_autofree_ char *clean = path_absolute("/", entry->path);
		_autofree_ char *whole = parent ? path_join(parent->path, entry->rel) : path_join("/", entry->rel);

		assert_string_equal(clean, entry->path);
		assert_true(i == 0 || plan_path_compare(plan->entries[i - 1].path, entry->path) < 0);
		assert_true(entry->parent < (int)i);
		if (strcmp(entry->path, "/") != 0)
			assert_string_equal(whole, entry->path);
		assert_int_equal(plan_find(plan, entry->path), (int)i);
		/* Nothing is ever made on the host. */
		if (parent && parent->kind == PLAN_BIND)
			assert_false(entry->make);
		if (parent)
			assert_true(parent->is_dir && parent->kind != PLAN_SYMLINK && parent->kind != PLAN_FILE);
		if (entry->kind == PLAN_SYMLINK && parent)
			assert_int_not_equal(parent->kind, PLAN_BIND);
		assert_int_equal(entry->kind == PLAN_BIND, entry->source != NULL);
		assert_int_equal(entry->kind == PLAN_FILE || entry->kind == PLAN_SYMLINK, entry->content != NULL);
		/* Nearest: nothing else lies between. */
		for (size_t k = 0; k < i; k++)
			if (path_is_below(entry->path, plan->entries[k].path))
				assert_true((int)k <= entry->parent);
	}
}

static void
test_default_view(void **state)
{
	struct made made;
	const struct plan_entry *entry;

	(void)state;
	request_init(&made.req);
	make_plan(&made, ".");
	assert_sound(&made.plan);
	assert_bind(&made.plan, "/usr", "/usr", PLAN_RO);
	assert_entry(&made.plan, PLAN_PROC, "/proc");
	assert_entry(&made.plan, PLAN_DIR, "/dev");
	assert_bind(&made.plan, "/dev/null", "/dev/null", PLAN_DEV);
	assert_link(&made.plan, "/dev/ptmx", "pts/ptmx");
	assert_link(&made.plan, "/dev/fd", "/proc/self/fd");
	assert_entry(&made.plan, PLAN_DEVPTS, "/dev/pts");
	entry = assert_entry(&made.plan, PLAN_TMPFS, "/dev/shm");
	assert_int_equal(entry->mode, 01777);
	assert_int_equal(assert_entry(&made.plan, PLAN_TMPFS, "/tmp")->mode, 01777);
	entry = assert_entry(&made.plan, PLAN_TMPFS, "home");
	assert_int_equal(entry->mode, 0700);
	assert_int_equal(entry->attrs, 0);
	assert_int_equal(entry->origin, ORIGIN_DEFAULT);
	assert_entry(&made.plan, PLAN_FILE, "/etc/passwd");
	assert_entry(&made.plan, PLAN_FILE, "/etc/group");
	assert_no_entry(&made.plan, "/etc/shadow");
	assert_no_entry(&made.plan, "/etc/ssl");
	assert_true(!entry_at(&made.plan, "/etc") || entry_at(&made.plan, "/etc")->kind == PLAN_DIR);
	assert_bind(&made.plan, "proj", "proj", 0);
	entry = entry_at(&made.plan, "proj");
	assert_ptr_equal(entry->spec, &made.req.specs.items[0]);
	assert_int_equal(entry->origin, ORIGIN_OPTION);
	assert_string_equal(made.plan.home, home);
	assert_string_equal(made.plan.shell, "/bin/sh");
	assert_string_equal(made.plan.argv[0], "/bin/sh");
	assert_null(made.plan.argv[1]);
	assert_false(made.plan.cwd_asked);
	assert_int_equal(made.plan.outer_uid, geteuid());
	assert_int_equal(made.plan.inner_uid, geteuid());
	made_release(&made);
}

/* /bin and its like: links where they are links, and then no mount of their own, for /usr shows what they lead to. */
static void
test_merged_usr(void **state)
{
	static const char *const names[] = { "/bin", "/sbin", "/lib", "/lib64" };
	struct made made;

	(void)state;
	request_init(&made.req);
	make_plan(&made, ".");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char target[256];
		ssize_t n = readlink(names[i], target, sizeof target - 1);

		if (n < 0) {
			if (access(names[i], F_OK) == 0)
				assert_bind(&made.plan, names[i], names[i], PLAN_RO);
			continue;
		}
		target[n] = '\0';
		assert_link(&made.plan, names[i], target);
	}
	for (size_t i = 0; i < made.plan.len; i++)
		assert_null(made.plan.entries[i].kind == PLAN_BIND && strcmp(made.plan.entries[i].path, "/usr") != 0 ?
				    path_below(made.plan.entries[i].path, "/usr") :
				    NULL);
	made_release(&made);
}

static void
test_no_defaults(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, ".");
	assert_sound(&made.plan);
	assert_entry(&made.plan, PLAN_PROC, "/proc");
	assert_entry(&made.plan, PLAN_DIR, "/dev");
	assert_entry(&made.plan, PLAN_DEVPTS, "/dev/pts");
	assert_bind(&made.plan, "proj", "proj", 0);
	for (size_t i = 0; i < made.plan.len; i++) {
		const char *path = made.plan.entries[i].path;

		assert_true(path_is_below(path, "/dev") || strcmp(path, "/proc") == 0 || path_is_below(path, top));
	}
	made_release(&made);
}

static void
test_neither_proc_nor_dev(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, ". /dev=none /proc=none /dev/null");
	assert_sound(&made.plan);
	assert_entry(&made.plan, PLAN_TMPFS, "/proc");
	assert_entry(&made.plan, PLAN_TMPFS, "/dev");
	/* What was asked for by name stays. */
	assert_bind(&made.plan, "/dev/null", "/dev/null", 0);
	assert_int_equal(made.plan.len, 4);
	made_release(&made);
}

static void
test_script(void **state)
{
	struct made made;

	(void)state;
	request_init(&made.req);
	made.req.script = true;
	made.req.no_defaults = true;
	make_plan(&made, "ro:/usr .");
	assert_entry(&made.plan, PLAN_FILE, "/etc/passwd");
	assert_no_entry(&made.plan, "/etc/group");
	assert_no_entry(&made.plan, "/etc/resolv.conf");
	assert_entry(&made.plan, PLAN_TMPFS, "/tmp");
	assert_no_entry(&made.plan, "home");
	made_release(&made);
}

static void
test_flags(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "ro:/a=@/real rw,noexec:/b=@/real dev,suid:/c=@/real ro,bind,exec:/d=@/real rbind:/e=@/real");
	assert_bind(&made.plan, "/a", "real", PLAN_RO);
	assert_bind(&made.plan, "/b", "real", PLAN_NOEXEC);
	assert_bind(&made.plan, "/c", "real", PLAN_DEV | PLAN_SUID);
	assert_bind(&made.plan, "/d", "real", PLAN_RO);
	assert_bind(&made.plan, "/e", "real", 0);
	made_release(&made);
}

/* Links are made anew, one by one, and the mount stands at the physical place. */
static void
test_links_stay_links(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "@/chain/deep @/linkfile @/var/run/x");
	assert_sound(&made.plan);
	assert_link(&made.plan, "chain", "link/dir");
	assert_link(&made.plan, "link", "real");
	assert_bind(&made.plan, "real/dir/deep", "real/dir/deep", 0);
	assert_link(&made.plan, "linkfile", "@/real/file");
	assert_bind(&made.plan, "real/file", "real/file", 0);
	assert_false(entry_at(&made.plan, "real/file")->is_dir);
	assert_link(&made.plan, "var/run", "../run");
	assert_bind(&made.plan, "run/x", "run/x", 0);
	/* "../run" leads through var, which the link itself makes. */
	assert_true(plan_sees(&made.plan, top));
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = { "chain/deep", "linkfile", "var/run/x" };
		_autofree_ char *path = below(names[i]);

		assert_true(plan_sees(&made.plan, path));
	}
	made_release(&made);
}

static void
test_link_is_visible_already(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "@ @/link/dir ro:@/var/run/x");
	assert_sound(&made.plan);
	assert_no_entry(&made.plan, "link");
	assert_no_entry(&made.plan, "var/run");
	assert_bind(&made.plan, "real/dir", "real/dir", 0);
	assert_bind(&made.plan, "run/x", "run/x", PLAN_RO);
	made_release(&made);
}

/* In a tree that comes from elsewhere there is no such link, and none is made on the host. */
static void
test_link_below_another_tree(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	assert_true(make_with(&made, "@=@/tree @/link/dir") < 0);
	assert_non_null(strstr(made.err.message, "would have to be created on the host"));
	made_release(&made);

	bare(&made);
	make_plan(&made, "ro:@=@/tree @/link/dir");
	assert_sound(&made.plan);
	assert_link(&made.plan, "link", "real");
	assert_bind(&made.plan, "real/dir", "real/dir", 0);
	assert_bind(&made.plan, "a", "tree/a", PLAN_RO);
	made_release(&made);
}

static void
test_source_is_physical(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "/data=@/chain /f=@/linkfile");
	assert_bind(&made.plan, "/data", "real/dir", 0);
	assert_bind(&made.plan, "/f", "real/file", 0);
	assert_no_entry(&made.plan, "chain");
	made_release(&made);
}

static void
test_logical_cwd(void **state)
{
	_autofree_ char *logical = below("link/dir");
	_autofree_ char *physical = below("real/dir");
	struct made made;

	(void)state;
	enter("link/dir");
	bare(&made);
	make_plan(&made, ".");
	assert_link(&made.plan, "link", "real");
	assert_bind(&made.plan, "real/dir", "real/dir", 0);
	assert_string_equal(made.plan.cwd, logical);
	assert_string_equal(environ_get(made.plan.envp, "PWD"), logical);
	made_release(&made);

	/* A $PWD that names another place, or is not clean, counts for nothing. */
	for (int i = 0; i < 3; i++) {
		static const char *const wrong[] = { "/", "real/dir", "" };
		_autofree_ char *unclean = text_format("%s/./real/dir", top);

		assert_int_equal(setenv("PWD", i == 1 ? unclean : wrong[i], 1), 0);
		bare(&made);
		make_plan(&made, ".");
		assert_no_entry(&made.plan, "link");
		assert_string_equal(made.plan.cwd, physical);
		made_release(&made);
	}
}

/* ".." is what it is to a program that is given the same name: the directory above the one that was reached. */
static void
test_dotdot(void **state)
{
	struct made made;

	(void)state;
	enter("link/dir");
	bare(&made);
	make_plan(&made, "../file ../../tree/a/../b");
	assert_sound(&made.plan);
	assert_bind(&made.plan, "real/file", "real/file", 0);
	assert_bind(&made.plan, "tree/b", "tree/b", 0);
	/* The same names lead there inside: what they pass through is there. */
	assert_link(&made.plan, "link", "real");
	assert_entry(&made.plan, PLAN_DIR, "real/dir");
	assert_entry(&made.plan, PLAN_DIR, "tree/a");
	made_release(&made);
}

static void
test_tilde(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "~/own /h=~ \\~=@/real");
	assert_bind(&made.plan, "home/own", "home/own", 0);
	assert_bind(&made.plan, "/h", "home", 0);
	assert_bind(&made.plan, "proj/~", "real", 0);
	made_release(&made);
}

static void
test_empty_places(void **state)
{
	const struct plan_entry *entry;
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "@ @/real/dir=none @/link/file=none ro,noexec:/absent=none");
	assert_sound(&made.plan);
	entry = assert_entry(&made.plan, PLAN_TMPFS, "real/dir");
	assert_int_equal(entry->mode, 0755);
	assert_false(entry->make);
	assert_bind(&made.plan, "real/file", "/dev/null", PLAN_DEV);
	assert_false(entry_at(&made.plan, "real/file")->is_dir);
	entry = assert_entry(&made.plan, PLAN_TMPFS, "/absent");
	assert_int_equal(entry->attrs, PLAN_RO | PLAN_NOEXEC);
	assert_true(entry->make);
	made_release(&made);
}

static void
test_later_wins_and_deeper_goes_over(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "/d/a=@/tree/a /d=@/tree /x=@/real /x=@/tree ro:/d=@/tree");
	assert_sound(&made.plan);
	assert_bind(&made.plan, "/x", "tree", 0);
	assert_bind(&made.plan, "/d", "tree", PLAN_RO);
	assert_bind(&made.plan, "/d/a", "tree/a", 0);
	assert_int_equal(plan_find(&made.plan, "/d/a/inner"), plan_find(&made.plan, "/d/a"));
	made_release(&made);
}

static void
test_specs_win_over_defaults(void **state)
{
	struct made made;

	(void)state;
	request_init(&made.req);
	make_plan(&made, ". /tmp /usr=@/tree ~");
	assert_bind(&made.plan, "/tmp", "/tmp", 0);
	assert_bind(&made.plan, "/usr", "tree", 0);
	assert_bind(&made.plan, "home", "home", 0);
	made_release(&made);
}

/* A directory above the private home shows all but that: what is deeper goes over it. */
static void
test_home_stays_private(void **state)
{
	const struct plan_entry *entry;
	struct made made;

	(void)state;
	request_init(&made.req);
	make_plan(&made, "@");
	entry = assert_entry(&made.plan, PLAN_TMPFS, "home");
	assert_int_equal(entry->parent, plan_find(&made.plan, top));
	assert_false(entry->make);
	made_release(&made);
}

static void
test_etc_of_a_spec(void **state)
{
	struct made made;

	(void)state;
	request_init(&made.req);
	make_plan(&made, ". /etc");
	assert_sound(&made.plan);
	assert_bind(&made.plan, "/etc", "/etc", 0);
	for (size_t i = 0; i < made.plan.len; i++)
		if (path_is_below(made.plan.entries[i].path, "/etc") && strcmp(made.plan.entries[i].path, "/etc") != 0)
			assert_int_equal(made.plan.entries[i].kind, PLAN_FILE);
	made_release(&made);

	request_init(&made.req);
	make_plan(&made, ". /etc=none");
	assert_entry(&made.plan, PLAN_TMPFS, "/etc");
	assert_no_entry(&made.plan, "/etc/passwd");
	assert_no_entry(&made.plan, "/etc/hosts");
	made_release(&made);
}

static void
test_root(void **state)
{
	struct made made;

	(void)state;
	request_init(&made.req);
	make_plan(&made, "/");
	assert_sound(&made.plan);
	assert_bind(&made.plan, "/", "/", 0);
	assert_string_equal(made.plan.entries[0].path, "/");
	assert_int_equal(made.plan.entries[0].parent, -1);
	assert_int_equal(plan_find(&made.plan, "/opt/x"), 0);
	assert_int_equal(entry_at(&made.plan, "/proc")->parent, 0);
	assert_entry(&made.plan, PLAN_PROC, "/proc");
	assert_entry(&made.plan, PLAN_DEVPTS, "/dev/pts");
	assert_entry(&made.plan, PLAN_TMPFS, "home");
	assert_bind(&made.plan, "/usr", "/usr", PLAN_RO);
	assert_no_entry(&made.plan, "/etc/hosts");
	made_release(&made);

	/* The host's root elsewhere brings no processes with it. */
	bare(&made);
	make_plan(&made, "/host=/");
	assert_bind(&made.plan, "/host", "/", 0);
	assert_entry(&made.plan, PLAN_PROC, "/host/proc");
	made_release(&made);
}

static void
test_move(void **state)
{
	struct made made;

	(void)state;
	/* The source is not to be seen anyway. */
	bare(&made);
	make_plan(&made, "move:/m=@/tree .");
	assert_bind(&made.plan, "/m", "tree", 0);
	assert_no_entry(&made.plan, "tree");
	made_release(&made);

	/* It would be, in what is mounted above, whatever the order. */
	bare(&made);
	make_plan(&made, "move:/m=@/tree @ move:/f=@/real/file");
	assert_sound(&made.plan);
	assert_entry(&made.plan, PLAN_TMPFS, "tree");
	assert_bind(&made.plan, "real/file", "/dev/null", PLAN_DEV);
	made_release(&made);

	/* By an earlier spec of its own. */
	bare(&made);
	make_plan(&made, "@/tree move:/m=@/tree");
	assert_entry(&made.plan, PLAN_TMPFS, "tree");
	assert_bind(&made.plan, "/m", "tree", 0);
	made_release(&made);

	/* A later one wins. */
	bare(&made);
	make_plan(&made, "move:/m=@/tree @/tree");
	assert_bind(&made.plan, "tree", "tree", 0);
	made_release(&made);

	/* What else stands at the source's place inside has nothing to do with it. */
	request_init(&made.req);
	make_plan(&made, "move:/m=/tmp");
	assert_bind(&made.plan, "/m", "/tmp", 0);
	assert_int_equal(assert_entry(&made.plan, PLAN_TMPFS, "/tmp")->origin, ORIGIN_DEFAULT);
	made_release(&made);

	/* Below itself. */
	bare(&made);
	make_plan(&made, "@ move:@/tree/a=@/tree");
	assert_sound(&made.plan);
	assert_entry(&made.plan, PLAN_TMPFS, "tree");
	assert_bind(&made.plan, "tree/a", "tree", 0);
	assert_true(entry_at(&made.plan, "tree/a")->make);
	made_release(&made);
}

static void
test_try(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "try:@/nowhere try,ro:/x=@/nowhere try:@/real/dir try:@/dangling try:@/real/file/x");
	assert_no_entry(&made.plan, "nowhere");
	assert_no_entry(&made.plan, "/x");
	assert_no_entry(&made.plan, "dangling");
	assert_bind(&made.plan, "real/dir", "real/dir", 0);
	made_release(&made);
}

/* A mount point that is not there in a directory bound read-only: that is taken apart. */
static void
test_rebuild(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "ro,noexec:/t=@/tree /t/new/place=@/real /t/other=@/real/file");
	assert_sound(&made.plan);
	assert_entry(&made.plan, PLAN_DIR, "/t");
	assert_bind(&made.plan, "/t/a", "tree/a", PLAN_RO | PLAN_NOEXEC);
	assert_bind(&made.plan, "/t/b", "tree/b", PLAN_RO | PLAN_NOEXEC);
	assert_false(entry_at(&made.plan, "/t/b")->is_dir);
	assert_link(&made.plan, "/t/c", "a");
	assert_bind(&made.plan, "/t/new/place", "real", 0);
	assert_true(entry_at(&made.plan, "/t/new/place")->make);
	assert_bind(&made.plan, "/t/other", "real/file", 0);
	made_release(&made);
}

static void
test_rebuild_deeper(void **state)
{
	struct made made;

	(void)state;
	/* Only the deepest directory that is there: the bind itself stays. */
	bare(&made);
	make_plan(&made, "ro:/t=@/tree /t/a/new/x=@/real");
	assert_sound(&made.plan);
	assert_bind(&made.plan, "/t", "tree", PLAN_RO);
	assert_entry(&made.plan, PLAN_DIR, "/t/a");
	assert_false(entry_at(&made.plan, "/t/a")->make);
	assert_bind(&made.plan, "/t/a/inner", "tree/a/inner", PLAN_RO);
	assert_bind(&made.plan, "/t/a/new/x", "real", 0);
	made_release(&made);

	/* Two, one in the other. */
	bare(&made);
	make_plan(&made, "ro:/t=@/tree /t/a/new=@/real /t/new=@/real /t/a/inner/new=none");
	assert_sound(&made.plan);
	assert_entry(&made.plan, PLAN_DIR, "/t");
	assert_entry(&made.plan, PLAN_DIR, "/t/a");
	assert_entry(&made.plan, PLAN_DIR, "/t/a/inner");
	assert_bind(&made.plan, "/t/b", "tree/b", PLAN_RO);
	assert_bind(&made.plan, "/t/a/new", "real", 0);
	assert_entry(&made.plan, PLAN_TMPFS, "/t/a/inner/new");
	made_release(&made);
}

/* In the default view too, of which all directories are read-only. */
static void
test_rebuild_usr(void **state)
{
	struct made made;

	(void)state;
	request_init(&made.req);
	make_plan(&made, "/usr/share/no-such-thing/x=@/real");
	assert_sound(&made.plan);
	assert_bind(&made.plan, "/usr", "/usr", PLAN_RO);
	assert_entry(&made.plan, PLAN_DIR, "/usr/share");
	assert_bind(&made.plan, "/usr/share/no-such-thing/x", "real", 0);
	made_release(&made);
}

static void
test_rebuild_root(void **state)
{
	struct made made;

	(void)state;
	bare(&made);
	make_plan(&made, "ro:/ /no-such-thing=@/real");
	assert_sound(&made.plan);
	assert_no_entry(&made.plan, "/");
	assert_bind(&made.plan, "/usr", "/usr", PLAN_RO);
	assert_bind(&made.plan, "/no-such-thing", "real", 0);
	assert_entry(&made.plan, PLAN_PROC, "/proc");
	made_release(&made);
}

static const struct {
	const char *specs;
	const char *message; /* "@" as ever; a part of it */
	int caret, len;	     /* in the spec, with "@" as one byte; -1: no caret is looked for */
	const char *hint;    /* a part of it, or NULL */
} refused[] = {
	{ "@/nowhere", "'@/nowhere' does not exist (from --mnt)", 0, 9, "'try'" },
	{ "/x=@/nowhere/y", "'@/nowhere/y' does not exist: there is no '@/nowhere' (from --mnt)", 3, 11, "'try'" },
	{ "ro:/x=@/nowhere", "'@/nowhere' does not exist", 6, 9, NULL },
	{ "@/dangling", "'@/nowhere/x' does not exist: there is no '@/nowhere'", 0, 10, "'@/dangling' leads to" },
	{ "@/real/file/x", "cannot reach '@/real/file/x': Not a directory", 0, 13, NULL },
	{ "@/loop", "cannot follow '@/loop': Too many levels of symbolic links", 0, 6, NULL },
	{ "/x=@/loop/y", "cannot follow '@/loop'", 3, 8, NULL },
	{ "/proc/self/cwd", "is a link to what one process has open", 0, 14, "name the place" },
	{ "/x=/proc/self/root/etc", "is a link to what one process has open", 3, 19, NULL },
	{ "/x=/proc/cpuinfo", "cannot be brought inside: it is about processes", 3, 13, "of the sandbox's own" },
	{ "ro:/dev/pts", "cannot be brought inside: terminals are never shared", 3, 8, "of the sandbox's own" },
	{ "/proc/1/status=@/real/file", "inside, that is another process", 0, 14, NULL },
	{ "/proc/no-such=@/real/file", "there is no '/proc/no-such' to mount on", 0, 13, NULL },
	{ "/=none", "the root cannot be emptied", 0, 1, "--no-defaults" },
	{ "/=@/real/file", "cannot be the root", 2, 11, NULL },
	{ "~no-such-user/x", "there is no user 'no-such-user'", 0, 15, "'\\~" },
	{ "@ @/real/new=@/tree", "'@/real/new' does not exist, and would have to be created on the host, in '@/real'",
	  0, 10, "mkdir" },
	{ "@ @/real/new/deep=@/tree", "would have to be created on the host, in '@/real'", 0, 15, NULL },
	{ "@ @/real/dir=@/real/file", "'@/real/dir' is a directory inside, where a file has to be", 0, 10, NULL },
	{ "@ @/real/file=@/real/dir", "'@/real/file' is a file inside, where a directory has to be", 0, 11, NULL },
	{ "/f=@/real/file /f/x=@/real/dir", "cannot mount on '/f/x': '/f' is a file inside", 0, 4, NULL },
	{ "/d=@/real /d/file/x=@/tree", "does not exist, and would have to be created", 0, 9, NULL },
	{ "/t=@/tree /t/c/inner=@/real", "'/t/c/inner' leads through a symbolic link inside", 0, 10, "leads to" },
	{ "/t=@/tree /t/c=@/real", "leads through a symbolic link inside", 0, 4, NULL },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		_autofree_ char *message = expand(refused[i].message);
		_autofree_ char *hint = refused[i].hint ? expand(refused[i].hint) : NULL;
		int longer = (int)strlen(top) - 1;
		const char *last = strrchr(refused[i].specs, ' ');
		const char *spec = last ? last + 1 : refused[i].specs;
		int caret = refused[i].caret, len = refused[i].len;
		struct made made;
		int r;

		for (const char *p = spec; *p && p < spec + refused[i].caret; p++)
			caret += *p == '@' ? longer : 0;
		for (const char *p = spec + refused[i].caret; *p && p < spec + refused[i].caret + refused[i].len; p++)
			len += *p == '@' ? longer : 0;
		bare(&made);
		r = make_with(&made, refused[i].specs);
		if (r >= 0)
			print_message("'%s' should be refused\n", refused[i].specs);
		assert_true(r < 0);
		if (!strstr(made.err.message, message))
			print_message("%s: %s\n", refused[i].specs, made.err.message);
		assert_non_null(strstr(made.err.message, message));
		assert_non_null(made.err.where);
		assert_int_equal(made.err.caret, caret);
		assert_int_equal(made.err.caret_len, len);
		if (hint) {
			assert_non_null(made.err.hint);
			assert_non_null(strstr(made.err.hint, hint));
		}
		assert_int_equal(made.plan.len, 0);
		made_release(&made);
	}
}

static void
test_unreachable_source(void **state)
{
	_autofree_ char *dir = below("run");
	struct made made;

	(void)state;
	if (geteuid() == 0)
		return; /* for whom every directory is open; every test is run as an ordinary user too */
	assert_int_equal(chmod(dir, 0600), 0);
	bare(&made);
	assert_true(make_with(&made, "@/run/x") < 0);
	assert_int_equal(made.err.code, EACCES);
	made_release(&made);
	bare(&made);
	make_plan(&made, "try:@/run/x @/run/y=@/real");
	assert_no_entry(&made.plan, "run/x");
	assert_bind(&made.plan, "run/y", "real", 0);
	made_release(&made);
	/* Search permission is all that it takes. */
	assert_int_equal(chmod(dir, 0711), 0);
	bare(&made);
	make_plan(&made, "@/var/run/x");
	assert_bind(&made.plan, "run/x", "run/x", 0);
	made_release(&made);
	assert_int_equal(chmod(dir, 0755), 0);
}

/* Files, sockets and fifos are mounted on a file. */
static void
test_kinds_of_source(void **state)
{
	_autofree_ char *fifo = below("run/fifo");
	_autofree_ char *path = below("run/socket");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct made made;

	(void)state;
	assert_true(fd >= 0);
	strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	bare(&made);
	make_plan(&made, "@/run/fifo ro:@/run/socket /dev/null /s=@/run/socket");
	assert_sound(&made.plan);
	assert_false(entry_at(&made.plan, "run/fifo")->is_dir);
	assert_false(entry_at(&made.plan, "run/socket")->is_dir);
	assert_false(entry_at(&made.plan, "/s")->is_dir);
	/* Asked for without `dev`: no device. */
	assert_bind(&made.plan, "/dev/null", "/dev/null", 0);
	made_release(&made);
	close(fd);
	unlink(fifo);
	unlink(path);
}

static void
test_cwd(void **state)
{
	_autofree_ char *sub = below("proj/sub");
	struct made made;

	(void)state;
	/* Not inside: at home, or where there is no home, in the root. */
	request_init(&made.req);
	make_plan(&made, "@/real");
	assert_string_equal(made.plan.cwd, home);
	made_release(&made);
	bare(&made);
	make_plan(&made, "@/real");
	assert_string_equal(made.plan.cwd, "/");
	assert_string_equal(environ_get(made.plan.envp, "PWD"), "/");
	made_release(&made);

	/* Asked for: taken as it is, relative to the logical directory. */
	bare(&made);
	made.req.chdir = text_dup("sub");
	make_plan(&made, ".");
	assert_string_equal(made.plan.cwd, sub);
	assert_true(made.plan.cwd_asked);
	made_release(&made);

	/* Somewhere below what is inside. */
	enter("proj/sub");
	bare(&made);
	make_plan(&made, "@/proj");
	assert_string_equal(made.plan.cwd, sub);
	made_release(&made);
}

static void
test_cwd_is_gone(void **state)
{
	_autofree_ char *gone = below("proj/gone");
	struct made made;

	(void)state;
	make_dir("proj/gone");
	enter("proj/gone");
	assert_int_equal(rmdir(gone), 0);
	bare(&made);
	assert_true(make_with(&made, ".") < 0);
	assert_non_null(strstr(made.err.message, "the current directory is gone"));
	made_release(&made);
	bare(&made);
	make_plan(&made, "@/real");
	assert_string_equal(made.plan.cwd, "/");
	made_release(&made);
}

static void
test_shell(void **state)
{
	struct made made;

	(void)state;
	/* Outside only: then the account's, or /bin/sh. */
	assert_int_equal(setenv("SHELL", "/no/such/shell", 1), 0);
	request_init(&made.req);
	make_plan(&made, ".");
	assert_string_not_equal(made.plan.shell, "/no/such/shell");
	assert_string_equal(environ_get(made.plan.envp, "SHELL"), made.plan.shell);
	assert_true(plan_sees(&made.plan, made.plan.shell));
	made_release(&made);
	assert_int_equal(setenv("SHELL", "/bin/sh", 1), 0);
	bare(&made);
	make_plan(&made, ".");
	assert_string_equal(made.plan.shell, "/bin/sh");
	made_release(&made);
}

static void
test_command_environment_and_names(void **state)
{
	static char prog[] = "prog", arg[] = "arg one";
	static char *argv[] = { prog, arg, NULL };
	struct made made;

	(void)state;
	request_init(&made.req);
	made.req.argv = argv;
	made.req.name = text_dup("grading");
	made.req.hostname = text_dup("box");
	made.req.as = AS_ROOT;
	make_plan(&made, ".");
	assert_string_equal(made.plan.argv[0], "prog");
	assert_string_equal(made.plan.argv[1], "arg one");
	assert_null(made.plan.argv[2]);
	assert_string_equal(made.plan.hostname, "box");
	assert_int_equal(made.plan.inner_uid, 0);
	assert_int_equal(made.plan.inner_gid, 0);
	assert_string_equal(environ_get(made.plan.envp, "ISOLATE_SESSION"), "grading");
	assert_string_equal(environ_get(made.plan.envp, "debian_chroot"), "grading");
	assert_string_equal(environ_get(made.plan.envp, "USER"), "root");
	assert_string_equal(environ_get(made.plan.envp, "HOME"), home);
	assert_int_equal(strncmp(entry_at(&made.plan, "/etc/passwd")->content, "root:x:0:0:", 11), 0);
	made_release(&made);
}

static void
test_base(void **state)
{
	_autofree_ char *physical = below("real/dir");
	struct made made;

	(void)state;
	bare(&made);
	made.req.base = text_dup("../chain");
	make_plan(&made, ".");
	assert_string_equal(made.plan.base, physical);
	made_release(&made);
	bare(&made);
	made.req.base = text_dup("no-such");
	assert_true(make_with(&made, ".") < 0);
	assert_non_null(strstr(made.err.message, "(from --base)"));
	made_release(&made);
}

/* A home that is a place of the system is not hidden by an empty directory. */
static void
test_home_of_a_service(void **state)
{
	static const char *const homes[] = { "/", "/bin", "/usr/sbin", "/dev", "/proc", "/etc/x", "/usr" };
	struct made made;

	(void)state;
	for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
		assert_int_equal(setenv("HOME", homes[i], 1), 0);
		request_init(&made.req);
		make_plan(&made, ".");
		assert_sound(&made.plan);
		assert_bind(&made.plan, "/usr", "/usr", PLAN_RO);
		for (size_t k = 0; k < made.plan.len; k++)
			if (made.plan.entries[k].kind == PLAN_TMPFS)
				assert_int_equal(made.plan.entries[k].mode, 01777);
		made_release(&made);
	}
	assert_int_equal(setenv("HOME", home, 1), 0);
}

static void
test_home_through_a_link(void **state)
{
	_autofree_ char *linked = below("link/dir");
	struct made made;

	(void)state;
	assert_int_equal(setenv("HOME", linked, 1), 0);
	request_init(&made.req);
	make_plan(&made, ".");
	assert_sound(&made.plan);
	assert_link(&made.plan, "link", "real");
	assert_int_equal(assert_entry(&made.plan, PLAN_TMPFS, "real/dir")->mode, 0700);
	assert_string_equal(made.plan.home, linked);
	assert_true(plan_sees(&made.plan, linked));
	made_release(&made);
	assert_int_equal(setenv("HOME", home, 1), 0);
}

static void
test_find(void **state)
{
	struct made made;
	const struct plan *plan = &made.plan;

	(void)state;
	bare(&made);
	make_plan(&made, "/a=@/tree /a/a=@/real /a.b=@/real /ab=@/real /z/y=@/real");
	assert_sound(plan);
	assert_int_equal(plan_find(plan, "/"), -1);
	assert_int_equal(plan_find(plan, "/z"), -1);
	assert_ptr_equal(&plan->entries[plan_find(plan, "/a")], entry_at(plan, "/a"));
	assert_ptr_equal(&plan->entries[plan_find(plan, "/a/b/x")], entry_at(plan, "/a"));
	assert_ptr_equal(&plan->entries[plan_find(plan, "/a/a/c/d")], entry_at(plan, "/a/a"));
	assert_ptr_equal(&plan->entries[plan_find(plan, "/a/a.c")], entry_at(plan, "/a"));
	assert_ptr_equal(&plan->entries[plan_find(plan, "/a.b/x")], entry_at(plan, "/a.b"));
	assert_ptr_equal(&plan->entries[plan_find(plan, "/z/y/x")], entry_at(plan, "/z/y"));
	assert_int_equal(plan_find(plan, "/zz"), -1);
	made_release(&made);
}

static void
test_thousands(void **state)
{
	enum { COUNT = 10000 };
	_autofree_ char *specs = malloc(COUNT * 64);
	char *end = specs;
	struct made made;

	(void)state;
	assert_non_null(specs);
	/* Not in their order. */
	for (int i = 0; i < COUNT; i++)
		end += sprintf(end, "ro:/data/%05d=@/real ", i * 7919 % COUNT);
	bare(&made);
	make_plan(&made, specs);
	assert_true(made.plan.len >= COUNT);
	for (int i = 0; i < COUNT; i += 999) {
		_autofree_ char *path = text_format("/data/%05d", i);
		_autofree_ char *inside = text_format("/data/%05d/file", i);

		assert_bind(&made.plan, path, "real", PLAN_RO);
		assert_string_equal(made.plan.entries[plan_find(&made.plan, inside)].path, path);
	}
	made_release(&made);
}

static void
test_print(void **state)
{
	_autofree_ char *text = NULL;
	size_t size = 0;
	struct made made;
	FILE *f;

	(void)state;
	bare(&made);
	make_plan(&made, "ro:/a=@/tree '/x\033[2J\ny=@'=@/real @/chain");
	f = open_memstream(&text, &size);
	assert_non_null(f);
	plan_print(&made.plan, f);
	assert_int_equal(fclose(f), 0);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "\\e[2J\\n"));
	assert_non_null(strstr(text, "bind   /a "));
	assert_non_null(strstr(text, "-> link/dir\n"));
	assert_non_null(strstr(text, "private, loopback only\n"));
	made_release(&made);
}

static void
test_lines_of_sockets(void **state)
{
	static const struct {
		const char *line, *path;
	} cases[] = {
		{ "0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/x", "/run/x" },
		{ "0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/a b", "/run/a b" },
		{ "0000000000000000: 00000002 00000000 00010000 0001 01 12345 @abstract", NULL },
		{ "0000000000000000: 00000002 00000000 00010000 0001 01 12345", NULL },
		{ "0000000000000000: 00000003 00000000 00000000 0001 03 12345 /run/x", NULL },
		{ "Num       RefCount Protocol Flags    Type St Inode Path", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *path = unix_socket_path(cases[i].line);

		assert_int_equal(path == NULL, cases[i].path == NULL);
		if (path)
			assert_string_equal(path, cases[i].path);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, start_in_proj)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_default_view),
		TEST(test_merged_usr),
		TEST(test_no_defaults),
		TEST(test_neither_proc_nor_dev),
		TEST(test_script),
		TEST(test_flags),
		TEST(test_links_stay_links),
		TEST(test_link_is_visible_already),
		TEST(test_link_below_another_tree),
		TEST(test_source_is_physical),
		TEST(test_logical_cwd),
		TEST(test_dotdot),
		TEST(test_tilde),
		TEST(test_empty_places),
		TEST(test_later_wins_and_deeper_goes_over),
		TEST(test_specs_win_over_defaults),
		TEST(test_home_stays_private),
		TEST(test_etc_of_a_spec),
		TEST(test_root),
		TEST(test_move),
		TEST(test_try),
		TEST(test_rebuild),
		TEST(test_rebuild_deeper),
		TEST(test_rebuild_usr),
		TEST(test_rebuild_root),
		TEST(test_refused),
		TEST(test_unreachable_source),
		TEST(test_kinds_of_source),
		TEST(test_cwd),
		TEST(test_cwd_is_gone),
		TEST(test_shell),
		TEST(test_command_environment_and_names),
		TEST(test_base),
		TEST(test_home_of_a_service),
		TEST(test_home_through_a_link),
		TEST(test_find),
		TEST(test_thousands),
		TEST(test_print),
		TEST(test_lines_of_sockets),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
