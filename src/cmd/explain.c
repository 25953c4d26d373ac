/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where errors of a sandbox, and programs that failed in it, meet those who can explain them. */
#include "config.h"

#include "cmd/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "cmd/network_want.h"
#include "cmd/why.h"
#include "inspect/environment.h"
#include "inspect/execchain.h"
#include "inspect/machine.h"
#include "inspect/permission.h"
#include "inspect/rootpath.h"
#include "sandbox/door.h"
#include "sandbox/environ.h"
#include "sandbox/plan_inside.h"
#include "session/ending.h"
#include "sys/nsask.h"
#include "sys/procfs.h"
#include "watch/watch.h"

/* Lines of the footer that say what was missed. */
enum { FOOTER_FINDINGS = 3 };

struct story *
explain_story(void)
{
	static struct story story;

	return &story;
}

int
inquiry_open(const struct sandbox *sb, const struct plan *plan, struct inquiry *ret)
{
	_autoclose_ int proc = procfs_open();
	_autoclose_ int self = proc < 0 ? -1 : procfs_open_named(proc, "self");
	/*
	 * pid 1 is ours and unreaped, so the number cannot be anybody else's; or it is held by the door. The payload
	 * could not change its root.
	 */
	_autoclose_ int init = proc < 0	    ? -1 :
			       plan->door ? fcntl(plan->door->process, F_DUPFD_CLOEXEC, 0) :
					    procfs_open_process(proc, sb->init);

	*ret = (struct inquiry){ .inside = -1, .outside = -1, .userns = -1 };
	if (self < 0 || init < 0)
		return -ESRCH;
	ret->inside = openat(init, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ret->outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ret->userns = openat(init, "ns/user", O_RDONLY | O_CLOEXEC);
	if (ret->inside < 0 || ret->outside < 0 || ret->userns < 0)
		return -errno;
	/* Without the mounts no spec is named; that is all. */
	if (why_view_read(self, init, &ret->view) == 0)
		why_view_ascribe_plan(&ret->view, plan);
	ret->query = (struct why_query){
		.inside = ret->inside,
		.outside = ret->outside,
		.view = &ret->view,
		.home = getenv("HOME"),
		.cwd = plan->cwd,
		.path_env = environ_get(plan->envp, "PATH"),
		.library_path = environ_get(plan->envp, "LD_LIBRARY_PATH"),
		.privileged = permission_is_privileged(),
	};
	return 0;
}

void
inquiry_close(struct inquiry *inquiry)
{
	if (inquiry->inside >= 0)
		close(inquiry->inside);
	if (inquiry->outside >= 0)
		close(inquiry->outside);
	if (inquiry->userns >= 0)
		close(inquiry->userns);
	why_view_release(&inquiry->view);
}

/* What the child that looks is asked, and what it says. */
struct question {
	struct finding_query findings;
	bool explain_exec; /* it could not be executed, or ended as what lacks a library does */
	const char *session; /* of a program that joined */
};

static void
explain_exec(const struct question *question, struct error *err)
{
	const struct finding_query *query = &question->findings;
	const struct execchain_query exec = {
		.inside = query->why.inside,
		.outside = query->why.outside,
		.program = query->argv[0],
		.path_env = query->why.path_env,
		.library_path = query->why.library_path,
		.cwd = query->why.cwd,
		.home = query->why.home,
		.errnum = query->errnum,
		.default_specs = query->default_specs,
		.session = question->session,
	};

	execchain_explain(&exec, err);
}

static void
answer(void *arg, char **ret, size_t *ret_len)
{
	const struct question *question = arg;
	struct finding_list findings;
	struct error err = ERROR_INIT;
	struct wire wire = { 0 };

	if (question->explain_exec)
		explain_exec(question, &err);
	wire_put_text(&wire, err.message);
	wire_put_text(&wire, err.hint);
	wire_put_number(&wire, (uint64_t)err.status);
	findings_make(&question->findings, &findings);
	findings_put(&wire, &findings);
	*ret = wire.data;
	*ret_len = wire.len;
}

/* The child's answer; nothing of it is taken where it is not whole. */
static bool
take_answer(struct wire *wire, int errnum, struct finding_list *findings, struct error *err)
{
	_autofree_ char *message = wire_get_text(wire);
	_autofree_ char *hint = wire_get_text(wire);
	int status = (int)wire_get_number(wire, STATUS_NOT_FOUND);
	char *line, *rest = hint;

	findings_get(wire, findings);
	if (wire->bad) {
		findings_release(findings);
		return false;
	}
	if (!message)
		return true;
	error_set(err, 0, "%s", message);
	err->code = errnum;
	err->status = status;
	while ((line = strsep(&rest, "\n")))
		error_hint(err, "%s", line);
	return true;
}

static void
ask(const struct inquiry *inquiry, const struct question *question, struct finding_list *findings, struct error *err)
{
	const int keep[] = { inquiry->inside, inquiry->outside };
	struct question copy = *question;
	_autowire_ struct wire wire = { 0 };

	if (nsask(inquiry->userns, keep, 2, answer, &copy, &wire.data, &wire.len) == 0 &&
	    take_answer(&wire, question->findings.errnum, findings, err))
		return;
	if (question->explain_exec)
		explain_exec(question, err);
	findings_make(&question->findings, findings);
}

static bool
has_footer(const struct request *req, int status)
{
	return !req->quiet && !ending_is_of_typed_shell(req->argv) && ending_is_failure(status);
}

/* What was seen, if anybody watched; says who. */
static int
read_misses(const struct sandbox *sb, struct miss_list *ret)
{
	struct watch_state state = { .tier = WATCH_OFF };

	if (!sb->watch || watch_read(sb->watch, WATCH_MANAGER, ret, &state) < 0)
		return 0;
	return state.tier == WATCH_ROOT ? 1 : state.tier == WATCH_SECCOMP ? 2 : 0;
}

/* The cure, as a line of advice: at the next start, or in the session that the program joined. The caller frees. */
static char *
cure_line(const char *session, const char *specs)
{
	_autofree_ char *command = session ? unit_command(session, specs) : NULL;
	_autofree_ char *quoted = text_shell_quote(specs);
	/* In quotes even where a shell needs none: it is shown inside a sentence. */
	const char *quote = strcmp(quoted, specs) == 0 ? "'" : "";

	return command ? text_format("%s brings what is missing", command) :
			 text_format("-m %s%s%s brings what is missing", quote, quoted, quote);
}

/* The directory that it should have started in: why that is not to be had. */
static void
explain_directory(const struct plan *plan, const char *session, const struct finding_list *findings, struct error *err)
{
	const struct finding *first = findings->len > 0 ? &findings->items[0] : NULL;
	_autofree_ char *cure = findings->suggest ? cure_line(session, findings->suggest) : NULL;
	int code = err->code;

	if (!first || first->source != FINDING_PROGRAM || strcmp(first->why.path, plan->cwd) != 0)
		return;
	error_set(err, 0, "cannot change to the directory '%s' (%s): %s", plan->cwd, strerror(code), first->sentence);
	err->code = code;
	if (cure)
		error_hint(err, "%s", cure);
}

void
explain_failure(const struct sandbox *sb, const struct plan *plan, bool exec_failed, int status, struct error *err)
{
	struct story *story = explain_story();
	bool set_up_failed = err->message && !exec_failed;
	_autofree_ char *cwd = NULL;
	_automisses_ struct miss_list misses = { 0 };
	struct question question;
	struct inquiry inquiry;

	question.explain_exec = exec_failed || (!set_up_failed && status == STATUS_NOT_FOUND);
	if (!question.explain_exec && !plan->req->report && err->topic != ERROR_TOPIC_DIRECTORY &&
	    (set_up_failed || !has_footer(plan->req, status)))
		return;
	story->tier = read_misses(sb, &misses);
	if (inquiry_open(sb, plan, &inquiry) == 0) {
		cwd = plan->cwd_asked ? text_dup(plan->cwd) : plan_logical_cwd();
		question.findings = (struct finding_query){
			.why = inquiry.query,
			.argv = plan->argv,
			.env = plan->envp,
			.asked_cwd = cwd,
			.needs_cwd = plan->cwd_asked,
			.misses = &misses,
			.errnum = exec_failed ? err->code : 0,
			.status = status,
			.default_specs = plan->req->specs_are_default && !plan->door,
		};
		question.session = plan->door ? plan->door->name : NULL;
		story->session = question.session ? text_dup(question.session) : NULL;
		ask(&inquiry, &question, &story->findings, err);
		story->told = true;
		if (err->topic == ERROR_TOPIC_DIRECTORY)
			explain_directory(plan, story->session, &story->findings, err);
	}
	inquiry_close(&inquiry);
}

struct before {
	const struct plan *plan;
	int outside;
};

static void
tell_variable(const struct environment_row *row, const char *value, const char *path, void *arg)
{
	const struct before *before = arg;
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;

	/* What is read where a variable is not set is no wish of anybody. */
	if (!value || plan_sees(before->plan, path) || rootpath_walk(before->outside, path, &found) < 0)
		return;
	log_verbose("'%s', which %s names, exists outside and not inside: %s", path, row->name, row->effect);
}

void
explain_before(const struct plan *plan)
{
	_autoclose_ int outside = -1;
	struct before before = { plan, -1 };
	const char *file;

	if (network_kernel_is_lost(plan, &file))
		log_note("the connection file '%s' says tcp, and without --net=host nobody outside can connect; or let "
			 "Jupyter use --KernelManager.transport=ipc --KernelManager.ip=$PWD/.k", file);
	if (log_level() < LOG_VERBOSE)
		return;
	before.outside = outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (outside >= 0)
		environment_visit(outside, plan->envp, tell_variable, &before);
}

/* True if an earlier finding has the same cure: it would say the same again. */
static bool
is_said(const struct finding_list *list, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (list->items[i].why.cure && list->items[j].why.cure && list->items[j].worth == FINDING_STRONG &&
		    strcmp(list->items[i].why.cure, list->items[j].why.cure) == 0)
			return true;
	return false;
}

static void
print_line(const char *prefix, const char *text, const char *suffix)
{
	fputs(prefix, stderr);
	text_print(stderr, text);
	fputs(suffix, stderr);
}

void
explain_footer(const struct story *story, const struct request *req, const struct outcome *outcome)
{
	int status = outcome->signal ? 128 + outcome->signal : outcome->status;
	const struct finding_list *list = &story->findings;
	size_t strong = findings_count(list, FINDING_STRONG), shown = 0, more = 0;

	if (!story->told || !has_footer(req, status))
		return;
	for (size_t i = 0; i < strong; i++) {
		if (is_said(list, i))
			continue;
		if (shown == FOOTER_FINDINGS) {
			more++;
			continue;
		}
		print_line("isolate: missed: ", list->items[i].sentence, "\n");
		shown++;
	}
	if (more > 0)
		fprintf(stderr, "isolate: missed: and %zu more, which --report FILE tells\n", more);
	/* A session that was joined has its own network. */
	else if (!story->session && req->net == NET_NONE && network_is_wanted(req->argv))
		fputs("isolate: missed: there is no network inside but a loopback; --net=host gives the host's\n",
		      stderr);
	if (list->suggest) {
		_autofree_ char *cure = cure_line(story->session, list->suggest);

		print_line("hint: ", cure, "\n");
	}
}

void
explain_machine(struct error *err)
{
	if (err->topic == ERROR_TOPIC_USERNS)
		machine_explain_userns(err);
	else if (err->topic == ERROR_TOPIC_PROC)
		machine_explain_proc(err);
}
