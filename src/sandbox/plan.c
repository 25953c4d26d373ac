/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a request to a plan.
 *
 *	identity.c	who the payload appears to be: $HOME is needed for ~ and for the default view
 *	defaults.c	the default view  \  both add entries to a draft (plan_draft.h), in any order;
 *	plan_specs.c	the specs         /  view.c walks their paths outside
 *	plan_settle.c	one entry for each place, parents, mount points; plan_rebuild.c makes room for some
 *	plan_inside.c	what can be seen then: the shell, the directory to start in
 *	environ.c	the environment, which tells of all that
 *
 * The plan is on the way of every start. On a machine where stat(2) takes 0.9 us, the default view takes 110
 * system calls and 160 us, of which two thirds are the kernel's. A spec takes three calls (openat2, fstat,
 * close), six with a SOURCE, and 4 to 7 us: 1,000 of them 4 to 6 ms, 10,000 some 70 ms.
 */
#include "config.h"

#include "sandbox/plan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/defaults.h"
#include "sandbox/environ.h"
#include "sandbox/identity.h"
#include "sandbox/pane_terminfo.h"
#include "sandbox/plan_draft.h"
#include "sandbox/plan_inside.h"
#include "sandbox/plan_sockets.h"
#include "sandbox/plan_specs.h"

const char *const plan_kind_names[] = {
	[PLAN_DIR] = "dir",	[PLAN_FILE] = "file", [PLAN_SYMLINK] = "link",	 [PLAN_BIND] = "bind",
	[PLAN_TMPFS] = "tmpfs", [PLAN_PROC] = "proc", [PLAN_DEVPTS] = "devpts",
};

/* What is needed while a plan is made, and not after. */
struct making {
	struct plan *plan;
	const struct request *req;
	struct identity identity;
	struct draft draft;
	char *cwd;  /* the directory that we were started in, logical; NULL: it is gone */
	char *home; /* physical path of the private home directory; NULL: there is none */
	bool sockets;
};

void
plan_release(struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		free(plan->entries[i].path);
		free(plan->entries[i].source);
		free(plan->entries[i].content);
	}
	free(plan->entries);
	free(plan->base);
	free(plan->cwd);
	free(plan->home);
	free(plan->shell);
	free(plan->argv);
	free(plan->envp);
	free(plan->hostname);
	free(plan->session);
	free(plan->user);
	*plan = (struct plan){ 0 };
}

char *
plan_logical_cwd(void)
{
	const char *pwd = getenv("PWD");
	_autofree_ char *clean = pwd && pwd[0] == '/' ? path_absolute("/", pwd) : NULL;
	_autofree_ char *physical = NULL;
	struct stat named, here;

	if (clean && strcmp(clean, pwd) == 0 && stat(pwd, &named) == 0 && stat(".", &here) == 0 &&
	    named.st_dev == here.st_dev && named.st_ino == here.st_ino)
		return take_ptr(clean);
	physical = getcwd(NULL, 0);
	/* "(unreachable)/…": it lies outside of our root. */
	return physical && physical[0] == '/' ? take_ptr(physical) : NULL;
}

static int
find_base(struct making *m, struct error *err)
{
	_autofree_ char *path = NULL;
	struct view view;
	int r;

	if (!m->req->base)
		return 0;
	path = path_join(m->req->base[0] == '/' || !m->cwd ? "/" : m->cwd, m->req->base);
	r = view_walk(path, NULL, &view);
	if (r < 0 || view.mode == 0) {
		r = error_set(err, view.why, "cannot assemble the root on '%s'", m->req->base);
		if (view.why == ENOENT)
			error_hint(err, "create the directory first");
	} else if (!S_ISDIR(view.mode)) {
		r = error_set(err, ENOTDIR, "cannot assemble the root on '%s'", m->req->base);
	} else {
		m->plan->base = take_ptr(view.path);
	}
	view_release(&view);
	if (r < 0)
		error_from(err, "from --base");
	return r;
}

/* The settled entries, which are sorted, become the plan's. */
static void
take_entries(struct making *m)
{
	struct plan *plan = m->plan;

	for (size_t i = 0; i < m->draft.len; i++) {
		struct draft_entry *entry = m->draft.entries[i];

		if (entry->dropped)
			continue;
		plan->entries = array_grow(plan->entries, &plan->cap, plan->len + 1, sizeof *plan->entries);
		entry->index = (int)plan->len;
		entry->e.parent = entry->above ? entry->above->index : -1;
		entry->e.rel = entry->above ? path_below(entry->e.path, entry->above->e.path) : entry->e.path + 1;
		plan->entries[plan->len++] = entry->e;
		/* `above` of those to come still reads the path, which is the plan's now. */
		entry->e.source = NULL;
		entry->e.content = NULL;
	}
	for (size_t i = 0; i < m->draft.len; i++)
		if (!m->draft.entries[i]->dropped)
			m->draft.entries[i]->e.path = NULL;
}

/* What the name says to a shell: usable if it is inside. */
static bool
is_shell_inside(const struct plan *plan, const char *shell)
{
	return shell && shell[0] == '/' && plan_sees(plan, shell);
}

/* passwd's shell is the account's where that is inside, for su(1), tmux(1), and all who ask passwd and not $SHELL. */
static void
choose_shells(struct making *m)
{
	struct plan *plan = m->plan;
	const char *asked = getenv("SHELL");
	bool has_account_shell = is_shell_inside(plan, m->identity.shell);
	const char *login = has_account_shell ? m->identity.shell : NULL;
	bool same = asked && strcmp(asked, m->identity.shell) == 0;
	const char *chosen = !same && is_shell_inside(plan, asked) ? asked : login ? login : "/bin/sh";

	plan->shell = text_dup(chosen);
	for (size_t i = 0; i < plan->len; i++) {
		struct plan_entry *entry = &plan->entries[i];

		if (entry->kind != PLAN_FILE)
			continue;
		entry->content = strcmp(path_name(entry->path), "passwd") == 0 ?
					 identity_passwd(&m->identity, login ? login : chosen) :
					 identity_group(&m->identity);
	}
}

static void
choose_directory(struct making *m)
{
	struct plan *plan = m->plan;

	plan->cwd_asked = m->req->chdir != NULL;
	if (m->req->chdir) {
		plan->cwd = path_absolute(m->cwd ? m->cwd : "/", m->req->chdir);
		return;
	}
	if (m->cwd && plan_sees(plan, m->cwd)) {
		plan->cwd = text_dup(m->cwd);
		return;
	}
	plan->cwd = text_dup(plan_sees(plan, m->identity.home) ? m->identity.home : "/");
	if (m->cwd)
		log_note("the current directory '%s' is not inside: starting in '%s'", m->cwd, plan->cwd);
	else
		log_note("the current directory is gone: starting in '%s'", plan->cwd);
}

/* The inspector's pane is a terminal like this one, whatever the terminal outside is. */
static const char *
choose_term(const struct request *req)
{
	bool on_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);

	return req->inspect_new && on_terminal ? "xterm-256color" : NULL;
}

/* A description of that terminal in a variable, where programs inside would find none in a file. */
static const char *
choose_terminfo(const struct making *m)
{
	static const char *const files[] = { "/etc/terminfo/x/xterm-256color", "/lib/terminfo/x/xterm-256color",
					     "/usr/share/terminfo/x/xterm-256color",
					     "/usr/lib/terminfo/x/xterm-256color" };

	if (!choose_term(m->req))
		return NULL;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (access(files[i], R_OK) == 0 && plan_sees(m->plan, files[i]))
			return NULL;
	return PANE_TERMINFO;
}

static void
choose_environment(struct making *m)
{
	struct plan *plan = m->plan;
	const struct environ_facts facts = {
		.session = plan->session,
		.prompt = m->req->name ? plan->session : "isolate",
		.user = m->identity.user,
		.home = m->identity.home,
		.shell = plan->shell,
		.cwd = plan->cwd,
		.term = choose_term(m->req),
		.terminfo = choose_terminfo(m),
	};
	const char *home;

	plan->envp = environ_make(environ, &facts, m->req->env_ops, m->req->env_ops_len);
	home = environ_get(plan->envp, "HOME");
	plan->home = home && home[0] == '/' ? path_absolute("/", home) : text_dup(m->identity.home);
}

static void
choose_command(struct making *m)
{
	char *const *asked = m->req->argv;
	char *own[] = { m->plan->shell, NULL };
	size_t len = 0;

	if (!asked[0])
		asked = own;
	while (asked[len])
		len++;
	m->plan->argv = array_grow(NULL, &(size_t){ len + 1 }, len + 1, sizeof(char *));
	memcpy(m->plan->argv, asked, (len + 1) * sizeof(char *));
}

/* Where the default "." shows more than one may think of. */
static void
note_exposure(const struct making *m)
{
	const char *shown = NULL;

	for (size_t i = 0; i < m->plan->len && m->req->specs_are_default; i++)
		if (m->plan->entries[i].kind == PLAN_BIND && m->plan->entries[i].spec == m->req->specs.items)
			shown = m->plan->entries[i].path;
	if (!shown)
		return;
	if (strcmp(shown, "/") == 0)
		log_note("started in '/': all that you can read on this machine is inside, but for /tmp and your home "
			 "directory; -m DIR chooses what is");
	else if (m->home && strcmp(shown, m->home) == 0)
		log_note("started in your home directory: all of it is inside, and writable; -m DIR chooses what is");
}

/* -m /home: what is deeper goes over it, the private home directory too. */
static void
note_private_home(const struct making *m)
{
	for (size_t i = 0; i < m->plan->len && !m->req->specs_are_default; i++) {
		const struct plan_entry *entry = &m->plan->entries[i];
		const struct plan_entry *parent = entry->parent >= 0 ? &m->plan->entries[entry->parent] : NULL;

		if (entry->kind == PLAN_TMPFS && !entry->source && !entry->spec && m->home &&
		    strcmp(entry->path, m->home) == 0 && parent && parent->spec && parent->kind == PLAN_BIND)
			log_note("'%s' is inside, but in it '%s' is private and empty: name that too if it is to be "
				 "seen",
				 parent->path, entry->path);
	}
}

static int
make(struct making *m, struct error *err)
{
	const struct identity_sources sources = { "/etc/passwd", "/etc/group", getenv("HOME") };
	struct plan *plan = m->plan;
	struct spec_places places;
	int r;

	identity_make(m->req, &sources, &m->identity);
	m->cwd = plan_logical_cwd();
	places = (struct spec_places){ m->cwd, m->identity.home };
	r = find_base(m, err);
	if (r < 0)
		return r;
	m->home = defaults_add(&m->draft, m->req, &m->identity);
	r = plan_add_specs(&m->draft, m->req, &places, &m->sockets, err);
	if (r < 0)
		return r;
	r = draft_settle(&m->draft, err);
	if (r < 0)
		return r;
	take_entries(m);
	plan->outer_uid = m->identity.outer_uid;
	plan->outer_gid = m->identity.outer_gid;
	plan->inner_uid = m->identity.inner_uid;
	plan->inner_gid = m->identity.inner_gid;
	plan->hostname = m->req->hostname ? text_dup(m->req->hostname) : NULL;
	plan->session = environ_session_name(m->req->name, m->cwd ? m->cwd : "/", getpid());
	plan->user = text_dup(m->identity.user);
	choose_shells(m);
	choose_directory(m);
	choose_environment(m);
	choose_command(m);
	return 0;
}

int
plan_make(const struct request *req, struct plan *ret, struct error *err)
{
	struct making m = { .plan = ret, .req = req };
	int r;

	*ret = (struct plan){ .req = req };
	r = make(&m, err);
	if (r == 0) {
		note_exposure(&m);
		note_private_home(&m);
		if (m.sockets)
			plan_note_sockets(ret);
	} else {
		plan_release(ret);
	}
	draft_release(&m.draft);
	identity_release(&m.identity);
	free(m.cwd);
	free(m.home);
	return r;
}

/*
 * The entry found by bisection is the last one that does not come after the path. What lies below a directory follows
 * it in one run, so whatever is above the path is above, or is, that entry.
 */
int
plan_find(const struct plan *plan, const char *path)
{
	size_t low = 0, high = plan->len;
	int i;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (plan_path_compare(plan->entries[middle].path, path) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	i = (int)low - 1;
	while (i >= 0 && !path_is_below(path, plan->entries[i].path))
		i = plan->entries[i].parent;
	return i;
}
