/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isolate-prompt: a prompt for the `:` commands, on a sandbox that runs. isolate --prompt executes it.
 *
 *	isolate-prompt [--json] [SESSION|PID]
 *
 * On a terminal lines are edited, completed and remembered (readline; inputrc(5) knows us as "isolate"). It is
 * there to decide about calls that wait (--on-miss=ask), and tells of them above the line. It ends with :quit,
 * :detach or Ctrl-D, and at once when the sandbox does. Where its input or output is no terminal it takes a script:
 * a command a line, without blank lines and those that begin with '#'; it ends at the first command that fails,
 * with its exit status.
 */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/client.h"
#include "cmd/running.h"
#include "cmd/table.h"
#include "sys/pidfd.h"
#include "tui/candidates.h"
#include "tui/lineedit.h"
#include "tui/notice.h"

static const char usage[] = "usage: isolate-prompt [--json] [SESSION|PID]\n";

/* So many events are taken between two looks at what is typed. */
enum { EVENTS_AT_ONCE = 200 };

struct prompt {
	const char *name;
	bool json;
	struct client *client;
	int process; /* where nobody would tell us that the sandbox ends: a process of it, to be watched; else -1 */
	struct candidates candidates;
	struct history history;
	struct client *asks; /* follows events, to decide: calls wait for us. NULL: no call does, or we do not ask */
	struct lineedit_aside aside;
	struct notices notices;
};

static void
complain(const struct error *err)
{
	fflush(stdout);
	error_print(err, stderr, "isolate");
}

/* Where calls wait for a decision, we are there to decide. Where they do not, that is refused, and there is no need. */
static void
open_asks(struct prompt *prompt)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (prompt->asks || !prompt->aside.take || !client_session(prompt->client))
		return;
	prompt->asks = client_open(prompt->name, &err);
	if (prompt->asks && client_follow(prompt->asks, ":events --decide", true, &err) < 0)
		client_close(take_ptr(prompt->asks));
	prompt->aside.fd = prompt->asks ? client_fd(prompt->asks) : -1;
}

/* What has happened to calls that wait, for the terminal: as lineedit_aside.take. */
static char *
take_asks(void *arg)
{
	struct prompt *prompt = arg;
	_autoerror_ struct error err = ERROR_INIT;
	int r = 1;

	for (int i = 0; i < EVENTS_AT_ONCE && r > 0; i++) {
		_autofree_ char *event = NULL;

		r = client_event(prompt->asks, false, &event, &err);
		if (r > 0)
			notices_take(&prompt->notices, event, lineedit_columns());
	}
	/* If the session is still there the next line asks anew. */
	if (r < 0) {
		client_close(take_ptr(prompt->asks));
		prompt->aside.fd = -1;
	}
	return notices_next(&prompt->notices);
}

/* As candidates.misses: nothing else is asked for while a line is edited. */
static char *
ask_for_misses(void *arg)
{
	struct prompt *prompt = arg;
	_autoerror_ struct error err = ERROR_INIT;
	struct client_answer answer = { 0 };
	char *text = NULL;

	if (client_run(prompt->client, ":misses --noise", true, &answer, &err) == 0)
		text = take_ptr(answer.out);
	client_answer_release(&answer);
	return text;
}

static int
open_sandbox(struct prompt *prompt, struct error *err)
{
	prompt->client = client_open(prompt->name, err);
	if (!prompt->client)
		return -1;
	open_asks(prompt);
	prompt->process = client_fd(prompt->client) < 0 ? pidfd_of(client_pid(prompt->client)) : -1;
	candidates_init(&prompt->candidates, client_pid(prompt->client));
	prompt->candidates.misses = ask_for_misses;
	prompt->candidates.misses_arg = prompt;
	return 0;
}

static void
close_sandbox(struct prompt *prompt)
{
	if (!prompt->client)
		return;
	client_close(take_ptr(prompt->client));
	if (prompt->process >= 0)
		close(prompt->process);
	prompt->process = -1;
	candidates_release(&prompt->candidates);
}

/* What becomes readable when the sandbox ends, or its end of the connection; or -1. */
static int
watched(const struct prompt *prompt)
{
	int fd = client_fd(prompt->client);

	return fd >= 0 ? fd : prompt->process;
}

/* The connection is gone. If the session is still there (whoever served us was killed) there is a new one. */
static bool
sandbox_goes_on(struct prompt *prompt)
{
	_autoerror_ struct error err = ERROR_INIT;
	bool served = client_fd(prompt->client) >= 0;

	close_sandbox(prompt);
	return served && open_sandbox(prompt, &err) == 0;
}

/* Whether the line is the command `name`, with or without arguments. */
static bool
is_command(const char *line, const char *name)
{
	line += strspn(line, " \t");
	line += *line == ':';
	return strncmp(line, name, strlen(name)) == 0 && strchr(" \t", line[strlen(name)]);
}

static bool
ends_prompt(const char *line)
{
	return is_command(line, "quit") || is_command(line, "detach");
}

static void
print_answer(const struct client_answer *answer)
{
	fwrite(answer->out, 1, answer->out_len, stdout);
	fflush(stdout);
	if (answer->error.message)
		complain(&answer->error);
}

/* Waits until fd can be read. False: the user has lost patience (Ctrl-C), or the terminal is gone. */
static bool
await_answer(int fd)
{
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = lineedit_signals(), .events = POLLIN } };

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return false;
		if (fds[1].revents) {
			int signal = lineedit_signal();

			if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP)
				return false;
		} else if (fds[0].revents) {
			return true;
		}
	}
}

/* Each event as it comes, on a connection of its own, until Ctrl-C. */
static void
follow_events(const struct prompt *prompt, const char *line)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct client *client = client_open(prompt->name, &err);
	int r = client ? client_follow(client, line, prompt->json, &err) : -1;

	while (r >= 0 && await_answer(client_fd(client))) {
		_autofree_ char *event = NULL;

		r = client_event(client, false, &event, &err);
		if (event)
			fputs(event, stdout);
		fflush(stdout);
	}
	/* Behind the ^C. */
	if (r >= 0)
		putchar('\n');
	if (r < 0 && err.code != EPIPE)
		complain(&err);
	client_close(client);
}

/* A command that the session answers, and that can be given up. */
static void
run_command(struct prompt *prompt, const char *line)
{
	struct client_answer answer = { 0 };
	_autoerror_ struct error err = ERROR_INIT;
	int r = client_send(prompt->client, line, prompt->json, &err);

	if (r == 0 && client_fd(prompt->client) >= 0 && !await_answer(client_fd(prompt->client))) {
		/* Its answer would be taken for the next one's: a new connection. */
		sandbox_goes_on(prompt);
		return;
	}
	if (r == 0)
		r = client_receive(prompt->client, &answer, &err);
	if (r == 0)
		print_answer(&answer);
	else
		complain(&err);
	client_answer_release(&answer);
}

/* A program inside, which has the terminal until it ends. */
static void
run_program(struct prompt *prompt, const char *line)
{
	struct client_answer answer = { 0 };
	_autoerror_ struct error err = ERROR_INIT;

	lineedit_leave();
	if (client_run(prompt->client, line, prompt->json, &answer, &err) == 0)
		print_answer(&answer);
	else
		complain(&err);
	lineedit_return();
	client_answer_release(&answer);
}

static void
run_line(struct prompt *prompt, const char *line)
{
	if (line[strspn(line, " \t")] == '\0')
		return;
	history_add(&prompt->history, line);
	lineedit_remember(line);
	if (is_command(line, "events"))
		follow_events(prompt, line);
	else if (is_command(line, "exec"))
		run_program(prompt, line);
	else
		run_command(prompt, line);
}

static void
complete_command(const char *line, size_t cursor, const struct complete_source *source, struct complete *ret)
{
	complete_line(command_table, command_table_len, line, cursor, source, ret);
}

static int
say_ended(const struct prompt *prompt)
{
	uint64_t number;

	if (number_parse(prompt->name, UINT64_MAX, &number) == 0)
		printf("process %s has ended\n", prompt->name);
	else
		printf("session '%s' has ended\n", prompt->name);
	return 0;
}

/* The terminal's user, until he has enough or the sandbox ends. */
static int
talk(struct prompt *prompt)
{
	_autofree_ char *text = text_format("%s> ", prompt->name);

	for (;;) {
		_autofree_ char *line = NULL;

		switch (lineedit_ask(text, complete_command, &prompt->candidates.source, watched(prompt), &line)) {
		case LINE_GIVEN:
			if (ends_prompt(line))
				return 0;
			notices_pass(&prompt->notices);
			run_line(prompt, line);
			if (!prompt->client)
				return say_ended(prompt);
			break;
		case LINE_INTERRUPTED:
			break;
		case LINE_WATCHED:
			if (!sandbox_goes_on(prompt))
				return say_ended(prompt);
			break;
		case LINE_END:
			return 0;
		case LINE_KILLED:
			history_write(&prompt->history);
			lineedit_die();
		}
	}
}

/* Which of several sessions. The caller frees; NULL: none, err filled or the user has gone. */
static char *
ask_session(void)
{
	struct candidates candidates;
	char *line = NULL;

	candidates_init(&candidates, 0);
	while (lineedit_ask("session: ", complete_session, &candidates.source, -1, &line) == LINE_GIVEN) {
		char *word = line + strspn(line, " \t");

		word[strcspn(word, " \t")] = '\0';
		if (*word != '\0') {
			memmove(line, word, strlen(word) + 1);
			break;
		}
		free(take_ptr(line));
	}
	candidates_release(&candidates);
	return line;
}

/* The session where none was named: the only one that runs, or the one that the user says. The caller frees. */
static char *
choose_session(bool terminal, struct error *err)
{
	size_t n;
	char **names = running_sessions(&n);
	char *name = n == 1 ? text_dup(names[0]) : NULL;

	if (n == 0)
		error_set(err, 0, "no session runs");
	if (n > 1 && terminal) {
		for (size_t i = 0; i < n; i++)
			puts(names[i]);
		name = ask_session();
	} else if (n > 1) {
		error_set(err, 0, "there are %zu sessions, and none was named", n);
		error_hint(err, "isolate --prompt %s", names[0]);
	}
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return name;
}

static int
run_script_line(struct prompt *prompt, const char *line, struct error *err)
{
	struct client_answer answer = { 0 };
	int r, status = 0;

	if (is_command(line, "events")) {
		/* To the end of the session: a script has nothing else to end it by. */
		char *event = NULL;

		r = client_follow(prompt->client, line, prompt->json, err);
		for (; r >= 0 && (r = client_event(prompt->client, true, &event, err)) > 0; free(take_ptr(event))) {
			fputs(event, stdout);
			fflush(stdout);
		}
		return r < 0 && err->code == EPIPE ? 0 : err->status;
	}
	r = client_run(prompt->client, line, prompt->json, &answer, err);
	if (r == 0) {
		status = answer.status;
		print_answer(&answer);
	}
	client_answer_release(&answer);
	return r == 0 ? status : err->status;
}

/* Commands from standard input, as they come. Returns the exit status. */
static int
read_script(struct prompt *prompt, struct error *err)
{
	_autofree_ char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, stdin)) > 0) {
		const char *first = line + strspn(line, " \t\n");
		int status;

		line[n - (line[n - 1] == '\n')] = '\0';
		if (*first == '\0' || *first == '#')
			continue;
		if (ends_prompt(line))
			break;
		status = run_script_line(prompt, line, err);
		if (status != 0 || err->message)
			return status;
	}
	return 0;
}

static int
run(struct prompt *prompt, bool terminal, struct error *err)
{
	_autofree_ char *chosen = prompt->name ? NULL : choose_session(terminal, err);
	int status;

	if (!prompt->name)
		prompt->name = chosen;
	if (!prompt->name || open_sandbox(prompt, err) < 0)
		return err->message ? err->status : 0;
	status = terminal ? talk(prompt) : read_script(prompt, err);
	close_sandbox(prompt);
	client_close(prompt->asks);
	notices_release(&prompt->notices);
	return status;
}

int
main(int argc, char **argv)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct prompt prompt = { .process = -1, .json = argc > 1 && strcmp(argv[1], "--json") == 0 };
	bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	int status;

	if (argc > 2 + prompt.json || (argc == 2 + prompt.json && argv[argc - 1][0] == '-')) {
		fputs(usage, stderr);
		return STATUS_FAILED;
	}
	prompt.name = argv[1 + prompt.json];
	setlocale(LC_ALL, "");
	if (terminal) {
		history_read(&prompt.history);
		terminal = lineedit_init(&prompt.history) == 0;
	}
	if (terminal) {
		prompt.aside = (struct lineedit_aside){ .fd = -1, .take = take_asks, .arg = &prompt };
		lineedit_set_aside(&prompt.aside);
	}
	status = run(&prompt, terminal, &err);
	if (terminal)
		history_write(&prompt.history);
	lineedit_release();
	history_release(&prompt.history);
	if (err.message)
		complain(&err);
	return fflush(stdout) == EOF && status == 0 ? STATUS_FAILED : status;
}
