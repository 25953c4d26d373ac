/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joining a session: what has to be known of it, and how it can end. */
#include "config.h"

#include "session/join.h"

#include <errno.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/number.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/door.h"
#include "sandbox/environ.h"
#include "sandbox/identity.h"
#include "session/registry.h"
#include "session/watcher.h"
#include "sys/procfs.h"

/* What the environment tells a program of the session it is in; owned. */
struct facts {
	char *session, *prompt, *user, *home, *shell, *cwd;
	pid_t init;
	uint64_t pidns; /* 0: not known */
	bool watched;
};

static void
facts_release(struct facts *facts)
{
	free(facts->session);
	free(facts->prompt);
	free(facts->user);
	free(facts->home);
	free(facts->shell);
	free(facts->cwd);
}

static void
take_record(const struct session_record *record, struct facts *facts)
{
	facts->session = text_dup(record->name);
	facts->prompt = text_dup(record->prompt ? record->prompt : record->name);
	facts->user = text_dup(record->user);
	facts->home = text_dup(record->home);
	facts->shell = text_dup(record->shell);
	facts->cwd = text_dup(record->cwd);
	facts->init = record->init;
	facts->pidns = record->sandbox_pidns;
	facts->watched = record->watch && strcmp(record->watch, "on") == 0;
}

/* The numbers of processes in a record are as its manager sees them. */
static int
check_view(const struct session_record *record, struct error *err)
{
	_autoclose_ int proc = procfs_open();
	_autoclose_ int self = proc < 0 ? -1 : procfs_open_named(proc, "self");
	uint64_t own;

	if (self < 0 || procfs_ns_number(self, NS_PID, &own) < 0 || own == record->pidns)
		return 0;
	error_set(err, 0, "cannot join the session '%s': it was started in another pid namespace", record->name);
	error_hint(err, "join it from where it was started, or by the number of a process inside");
	return -EINVAL;
}

/*
 * A session of ours that has no record, because there was no safe place for one. `process` is a process inside,
 * of which it is asked who it appears to be.
 */
static void
guess_facts(int process, struct facts *facts)
{
	const struct identity_sources sources = { "/etc/passwd", "/etc/group", getenv("HOME") };
	struct identity identity;
	struct request self;
	unsigned uid = 0;
	char map[64];

	request_init(&self);
	if (procfs_read_some(process, "uid_map", map, sizeof map) > 0 && sscanf(map, "%u", &uid) == 1) {
		self.as = AS_IDS;
		self.as_uid = self.as_gid = uid;
	}
	identity_make(&self, &sources, &identity);
	facts->prompt = text_dup("isolate");
	facts->user = text_dup(identity.user);
	facts->home = text_dup(identity.home);
	facts->shell = text_dup(identity.shell);
	facts->cwd = text_dup(identity.home);
	identity_release(&identity);
	request_release(&self);
}

static int
find_session(const char *name, struct facts *facts, struct error *err)
{
	struct session_record record;
	uint64_t number;
	int r;

	if (number_parse(name, INT32_MAX, &number) == 0 && number > 0) {
		if (registry_find_process((pid_t)number, &record) < 0) {
			facts->session = text_format("pid-%d", (int)number);
			facts->init = door_find_init((pid_t)number, err);
			return facts->init < 0 ? facts->init : 0;
		}
	} else {
		r = registry_find(name, &record, err);
		if (r < 0)
			return r;
	}
	r = check_view(&record, err);
	if (r == 0)
		take_record(&record, facts);
	session_record_release(&record);
	return r;
}

/* Where the program starts: as asked, else where the session did, if that is still there. */
static void
choose_directory(struct plan *plan, const struct door *door, const struct facts *facts)
{
	_autofree_ char *own = plan->req->chdir && plan->req->chdir[0] != '/' ? plan_logical_cwd() : NULL;

	plan->cwd_asked = plan->req->chdir != NULL;
	if (plan->cwd_asked)
		plan->cwd = path_absolute(own ? own : "/", plan->req->chdir);
	else if (door_sees(door, facts->cwd, true))
		plan->cwd = text_dup(facts->cwd);
	else
		plan->cwd = text_dup(door_sees(door, facts->home, true) ? facts->home : "/");
}

/*
 * Array and texts in one piece. Not the caller's own: that is the command line which the program, while it
 * enters, hides from those inside (sys/title.h).
 */
static void
choose_command(struct plan *plan)
{
	char *own[] = { plan->shell, NULL };
	char *const *asked = plan->req->argv && plan->req->argv[0] ? plan->req->argv : own;
	size_t len = 0, size = 0;
	char *text;

	for (; asked[len]; len++)
		size += strlen(asked[len]) + 1;
	size += (len + 1) * sizeof(char *);
	plan->argv = array_grow(NULL, &(size_t){ 0 }, size, 1);
	text = (char *)(plan->argv + len + 1);
	for (size_t i = 0; i < len; i++) {
		plan->argv[i] = text;
		text = stpcpy(text, asked[i]) + 1;
	}
	plan->argv[len] = NULL;
}

static void
make_plan(const struct request *req, const struct door *door, const struct facts *facts, struct plan *ret)
{
	struct environ_facts words = { .session = facts->session, .prompt = facts->prompt, .user = facts->user };
	const char *home;

	*ret = (struct plan){ .req = req, .door = door, .home = text_dup(facts->home) };
	ret->shell = text_dup(door_sees(door, facts->shell, false) ? facts->shell : "/bin/sh");
	choose_directory(ret, door, facts);
	words.home = ret->home;
	words.shell = ret->shell;
	words.cwd = ret->cwd;
	ret->envp = environ_make(environ, &words, req->env_ops, req->env_ops_len);
	home = environ_get(ret->envp, "HOME");
	if (home && home[0] == '/') {
		free(ret->home);
		ret->home = path_absolute("/", home);
	}
	choose_command(ret);
}

/* Where the root is a file system of the session's own, that sees what is missing, whoever asks. */
static bool
root_sees(const struct door *door)
{
	struct statfs fs;

	return fstatfs(door->root, &fs) == 0 && fs.f_type == FUSE_SUPER_MAGIC;
}

/* Who watches the session watches what joins it. Where that cannot be, the program runs as any other. */
static void
find_watcher(struct door *door, const struct facts *facts, const char *program)
{
	const char *why = NULL;

	if (!facts->watched || root_sees(door))
		return;
	door->watcher = watcher_find(facts->session, &why);
	if (why)
		log_note("what '%s' misses is not seen: %s", program, why);
}

/* What happened is what happened to the session, whatever it looked like from here. */
static int
look_after(const struct plan *plan, int r, struct outcome *outcome, struct error *err)
{
	const char *name = plan->door->name;

	if ((r == 0 && outcome->signal != SIGKILL) || !door_is_shut(plan->door))
		return r;
	if (r == 0)
		error_set(err, 0, "the session '%s' has ended, and with it '%s'", name, plan->argv[0]);
	else
		error_set(err, 0, "cannot join the session '%s': it is just ending", name);
	return r;
}

int
join_run(const struct request *req, const char *session, session_explainer *explain, struct outcome *ret,
	 struct error *err)
{
	struct facts facts = { 0 };
	const struct session_hooks hooks = { .explain = explain };
	struct door door = DOOR_INIT;
	struct plan plan;
	int r = find_session(session, &facts, err);

	if (r == 0)
		r = door_open(facts.session, facts.init, facts.pidns, &door, err);
	if (r == 0) {
		if (!facts.user)
			guess_facts(door.member, &facts);
		make_plan(req, &door, &facts, &plan);
		find_watcher(&door, &facts, plan.argv[0]);
		r = look_after(&plan, session_run(&plan, &hooks, ret, err), ret, err);
		plan_release(&plan);
	}
	door_close(&door);
	facts_release(&facts);
	return r;
}
