/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the command line, makes the request, runs it, prints the error, exits. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/context.h"
#include "cmd/exec.h"
#include "cmd/list.h"
#include "cmd/serve.h"
#include "cmd/explain.h"
#include "inspect/machine.h"
#include "learn.h"
#include "lesson.h"
#include "options.h"
#include "profile.h"
#include "question.h"
#include "report.h"
#include "sandbox/plan.h"
#include "script.h"
#include "session/inspector.h"
#include "session/join.h"
#include "session/programs.h"
#include "session/session.h"
#include "sys/title.h"
#include "wrap.h"

/* A directory among the payload's descriptors is a way into the host's files: openat(2), fchdir(2). */
static int
refuse_directories(struct error *err)
{
	static const char *const names[] = { "standard input", "standard output", "standard error" };
	struct stat st;

	for (int fd = 0; fd <= 2; fd++) {
		if (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
			continue;
		error_set(err, 0, "%s is a directory, through which the sandbox could reach the host's files",
			  names[fd]);
		error_hint(err, "redirect it from a file or from /dev/null");
		return -1;
	}
	return 0;
}

/*
 * What the caller had open beside 0, 1 and 2 is none of the payload's business, nor ours; and where one of the
 * three is closed, a file that we open would take its place and be taken for it.
 */
static int
tidy_descriptors(struct error *err)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd < 0)
		return error_set(err, errno, "cannot open '/dev/null'");
	if (refuse_directories(err) < 0)
		return -1;
	if (syscall(SYS_close_range, 3, ~0u, 0) == 0)
		return 0;
	/* Refused by an outer container's filter, or older than Linux 5.9. */
	for (fd = (int)sysconf(_SC_OPEN_MAX); fd > 2; fd--)
		close(fd);
	return 0;
}

static int
read_request(int argc, char **argv, struct request *req, bool *ret_done, struct error *err)
{
	int r;

	*ret_done = false;
	if (script_is_invoked(argv[0]))
		r = script_parse(argc, argv, req, err);
	else
		r = options_parse(argc, argv, req, ret_done, err);
	if (r == 0)
		log_set_level(req->quiet ? LOG_QUIET : req->verbose ? LOG_VERBOSE : LOG_NORMAL);
	return r;
}

/* A `:` command on a running sandbox, which the first word behind the options names. */
static int
run_command(const struct request *req, struct outcome *outcome, struct error *err)
{
	if (req->argv[0] && req->argv[1]) {
		error_set(err, 0, "--command takes one sandbox, and '%s' follows '%s'", req->argv[1], req->argv[0]);
		error_hint(err, "quote the command: isolate --command ':mounts /usr' PID");
		return -1;
	}
	if (context_is_command(req->command, "exec"))
		return exec_run(req->command, req->argv[0], req->json, outcome, err);
	outcome->status = cmd_main(req->command, req->argv[0], req->json, stdout, err);
	return err->message ? -1 : 0;
}

/* Hands over to the program that talks to the user; the sandbox is named as with --command. */
static int
run_prompt(const struct request *req, struct error *err)
{
	static char json[] = "--json";
	char *argv[4] = { NULL };
	size_t n = 1;

	if (req->argv[0] && req->argv[1]) {
		error_set(err, 0, "--prompt takes one sandbox, and '%s' follows '%s'", req->argv[1], req->argv[0]);
		return -1;
	}
	if (req->json)
		argv[n++] = json;
	argv[n] = req->argv[0];
	return program_execute("isolate-prompt", argv, err);
}

/* With --explain and --step somebody is told of each step. */
static int
run_session(struct request *req, const struct plan *plan, struct outcome *outcome, struct error *err)
{
	static const struct session_hooks hooks = { .explain = explain_failure, .serve = serve_session };
	struct teacher teacher = { .fd = -1 };
	int r;

	if ((req->explain || req->step) && lesson_start(plan, &teacher, err) < 0)
		return -1;
	req->teacher = teacher.fd >= 0 ? &teacher : NULL;
	r = session_run(plan, &hooks, outcome, err);
	req->teacher = NULL;
	return r;
}

static int
run(struct request *req, struct outcome *outcome, struct error *err)
{
	struct plan plan;
	int r;

	*outcome = (struct outcome){ 0 };
	if (req->check) {
		outcome->status = machine_check(stdout);
		return 0;
	}
	if (req->list)
		return list_sessions(req->json, stdout, err);
	if (req->kill)
		return list_end_session(req->kill, err);
	if (req->json && !req->why && !req->command && !req->prompt && !req->inspect) {
		error_set(err, 0, "--json is for --command, --prompt, --inspect, --list and --why");
		return -1;
	}
	if (req->command)
		return run_command(req, outcome, err);
	if (req->prompt)
		return run_prompt(req, err);
	if (req->inspect) {
		outcome->status = inspector_run(req->inspect, req->json, err);
		return err->message ? -1 : 0;
	}
	if (req->no_replay && !req->learn)
		return error_set(err, 0, "--no-replay is for --learn");
	if (req->allow_len > 0 && req->on_miss != ON_MISS_MOUNT)
		log_note("--allow has no effect without --on-miss=mount");
	if (req->on_miss == ON_MISS_MOUNT && req->allow_len == 0)
		log_note("--on-miss=mount mounts nothing without --allow");
	if (req->kernelspec && req->learn)
		return error_set(err, 0, "--learn makes no sense with --kernelspec");
	if (req->kernelspec)
		return wrap_kernelspec(req, err);
	if (req->join)
		return join_run(req, req->join, explain_failure, outcome, err);
	if (req->learn)
		return learn(req, outcome, err);
	req->watch_unasked = !req->why && session_watches_unasked(req);
	r = plan_make(req, &plan, err);
	if (r == 0 && !req->script)
		r = profile_apply_project(req, &plan, err);
	if (r < 0)
		return r;
	explain_before(&plan);
	if (req->dry_run && (req->explain || req->step))
		lesson_print(&plan, stdout);
	else if (req->dry_run)
		plan_print(&plan, stdout);
	else if (req->why)
		r = question_answer(&plan, req->why, req->json, stdout, err);
	else
		r = run_session(req, &plan, outcome, err);
	plan_release(&plan);
	return r;
}

/* True where a program is run, of which there can be something to report. */
static bool
is_run(const struct request *req)
{
	return !req->check && !req->list && !req->kill && !req->command && !req->prompt && !req->inspect &&
	       !req->dry_run && !req->why && !req->kernelspec && !req->learn;
}

/* After all: what the program may have missed. err: why none ran, or what was said of its end. */
static void
tell_misses(const struct request *req, const struct outcome *outcome, const struct error *err)
{
	struct story *story = explain_story();
	int r = 0;

	if (!err->message)
		explain_footer(story, req, outcome);
	if (req->report && is_run(req))
		r = report_write(req->report, story, outcome, err);
	if (r < 0) {
		_autoerror_ struct error failure = ERROR_INIT;

		error_set(&failure, -r, "cannot write the report '%s'", req->report);
		error_print(&failure, stderr, "isolate");
	}
	findings_release(&story->findings);
}

/* What was written in pieces may have failed before, and is told here. A reader that has gone is no news. */
static int
close_output(struct error *err)
{
	bool failed = ferror(stdout);

	errno = 0;
	if (fflush(stdout) == 0 && !failed)
		return 0;
	return errno == EPIPE ? -EPIPE : error_set(err, errno, "cannot write to standard output");
}

int
main(int argc, char **argv)
{
	struct request req;
	_autoerror_ struct error err = ERROR_INIT;
	struct outcome outcome = { 0 };
	bool done;
	int r;

	title_init(argv);
	request_init(&req);
	r = tidy_descriptors(&err);
	if (r == 0)
		r = read_request(argc, argv, &req, &done, &err);
	if (r == 0 && !done && req.report)
		r = report_check(req.report, &err);
	if (r == 0 && !done)
		r = run(&req, &outcome, &err);
	if (r < 0) {
		explain_machine(&err);
		error_print(&err, stderr, req.script ? "isolate.sh" : "isolate");
		outcome = (struct outcome){ .status = err.status };
	} else if (err.message && log_level() > LOG_QUIET) {
		/*
		 * The program ran, and ended as it does where something is missing: its outcome, and what was
		 * found out.
		 */
		error_print(&err, stderr, req.script ? "isolate.sh" : "isolate");
	}
	tell_misses(&req, &outcome, &err);
	request_release(&req);
	if (close_output(&err) < 0 && outcome.status == 0 && outcome.signal == 0) {
		error_print(&err, stderr, req.script ? "isolate.sh" : "isolate");
		outcome.status = STATUS_FAILED;
	}
	outcome_exit(&outcome);
}
