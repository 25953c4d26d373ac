/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :exec runs a program in a session, on the caller's side. */
#include "config.h"

#include "cmd/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/arguments.h"
#include "cmd/explain.h"
#include "cmd/output.h"
#include "cmd/signal_names.h"
#include "cmd/words.h"
#include "session/join.h"

/* For people there is nothing to say: they have seen it. */
static void
write_ending(FILE *f, const struct outcome *outcome)
{
	struct output *output = output_new_json(f);

	output_begin(output, "exec");
	output_field(output, "status", NULL,
		     value_number((uint64_t)(outcome->signal ? 128 + outcome->signal : outcome->status)));
	output_field(output, "signal", NULL,
		     outcome->signal ? value_string(signal_name(outcome->signal)) : value_none());
	output_end(output);
	output_free(output);
}

/* The words of the program; in `words`, which has to live on. */
static char **
program_of(const char *line, struct word_list *words, struct error *err)
{
	struct call call;
	char **argv;

	if (words_split(line, words, err) < 0 || arguments_parse(line, words, &call, err) < 0)
		return NULL;
	argv = array_grow(NULL, &(size_t){ 0 }, words->len, sizeof *argv);
	for (size_t i = 1; i < words->len; i++)
		argv[i - 1] = words->items[i].text;
	argv[words->len - 1] = NULL;
	return argv;
}

int
exec_run(const char *line, const char *session, bool json, struct outcome *ret, struct error *err)
{
	/* Standard output is the program's alone while it runs (session/direct.c). */
	_autofclose_ FILE *out = json ? fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "w") : NULL;
	struct word_list words = { 0 };
	_autofree_ char **argv = NULL;
	struct request req;
	int r = -1;

	if (json && !out)
		return error_set(err, errno, "cannot write to standard output");
	if (!session) {
		error_set(err, 0, "':exec' needs a session");
		error_hint(err, "isolate --command ':exec PROG' SESSION");
		return -1;
	}
	argv = program_of(line, &words, err);
	if (argv) {
		request_init(&req);
		req.argv = argv;
		r = join_run(&req, session, explain_failure, ret, err);
		request_release(&req);
	}
	words_release(&words);
	if (r == 0 && out)
		write_ending(out, ret);
	return r;
}

static _Noreturn void
run_and_exit(const char *line, const char *session, int report)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct outcome outcome = { 0 };
	int r = exec_run(line, session, false, &outcome, &err);

	if (err.message)
		error_print(&err, stderr, "isolate");
	if (r < 0)
		outcome = (struct outcome){ .status = err.status };
	else if (write(report, &outcome, sizeof outcome) != sizeof outcome)
		outcome = (struct outcome){ .status = STATUS_FAILED };
	/* A signal is told by the report; as a status it ends nobody's shell. */
	_exit(outcome.signal ? 128 + outcome.signal : outcome.status);
}

/* A child that stops with us is waited for like any other. */
static int
wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
exec_run_aside(const char *line, const char *session, bool json, struct client_answer *ret, struct error *err)
{
	struct outcome outcome;
	int ends[2];
	pid_t pid;
	FILE *f;

	client_answer_release(ret);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "cannot make a pipe");
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		run_and_exit(line, session, ends[1]);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return error_set(err, EAGAIN, "cannot start a process");
	}
	ret->status = wait_for(pid);
	f = open_memstream(&ret->out, &ret->out_len);
	if (!f) {
		close(ends[0]);
		return error_set(err, errno, "cannot say how it ended");
	}
	if (read(ends[0], &outcome, sizeof outcome) == sizeof outcome && json)
		write_ending(f, &outcome);
	fclose(f);
	close(ends[0]);
	return 0;
}

/* By whoever has no caller's side: a control process. */
int
command_exec(const struct call *call, struct output *output, struct error *err)
{
	(void)call;
	(void)output;
	error_set(err, 0, "':exec' is run by the one who gives the command");
	error_hint(err, "isolate --join SESSION PROG does the same");
	return -1;
}
