/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :save: the session as it is now, to start from next time. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "base/xdg.h"
#include "cmd/context.h"
#include "cmd/table.h"
#include "sandbox/environ.h"
#include "session/programs.h"
#include "session/registry.h"
#include "session/restate.h"

/* Longer than whatever isolate-kernelspec says. */
enum { SAID_MAX = 4096 };

static void
words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

/* -m: the options, as words and as one line for a shell. */
static int
save_options(const struct restatement *now, struct output *output)
{
	char **words = restatement_words(now);
	struct value *values = NULL;
	char *line = text_dup("");
	size_t len = 0, cap = 0;

	for (; words && words[len]; len++) {
		_autofree_ char *quoted = text_shell_quote(words[len]);
		char *longer = text_format("%s%s%s", line, len > 0 ? " " : "", quoted);

		free(line);
		line = longer;
		values = array_grow(values, &cap, len + 1, sizeof(*values));
		values[len] = value_string(words[len]);
	}
	output_begin(output, "save");
	output_field(output, "options", NULL, value_list(values, len));
	output_line(output, line);
	output_end(output);
	free(values);
	free(line);
	words_free(words);
	return 0;
}

/* A line an option, as --profile reads them. What cannot stand in a line is refused. */
static int
profile_text(const struct restatement *now, const char *name, char **ret, struct error *err)
{
	_autofree_ char *text = text_format("# written by :save profile %s\n", name);

	for (size_t i = 0; i < now->len; i++) {
		_autofree_ char *line = restated_line(&now->items[i], err);
		char *longer;

		if (!line)
			return -1;
		longer = text_format("%s%s\n", text, line);
		free(text);
		text = longer;
	}
	*ret = take_ptr(text);
	return 0;
}

static int
write_profile(const char *path, const char *text, struct error *err)
{
	_autofree_ char *parent = path_parent(path);
	int r = file_make_directories(parent, 0700, err);

	if (r < 0)
		return r;
	r = file_replace(path, text, strlen(text), 0644);
	return r < 0 ? error_set(err, -r, "cannot write '%s'", path) : 0;
}

static int
save_profile(const struct restatement *now, const char *name, struct output *output, struct error *err)
{
	_autofree_ char *below = text_format("isolate/profiles/%s", name);
	_autofree_ char *path = xdg_path("XDG_CONFIG_HOME", ".config", below);
	_autofree_ char *text = NULL, *line = NULL, *quoted = text_shell_quote(name);

	if (strchr(name, '/') || name[0] == '.' || name[0] == '\0') {
		error_set(err, 0, "'%s' is no name of a profile", name);
		error_hint(err, "a name has no slash, and no dot at its beginning");
		return -1;
	}
	if (!path)
		return error_set(err, 0, "there is no place for profiles: neither XDG_CONFIG_HOME nor HOME is set");
	if (profile_text(now, name, &text, err) < 0 || !text || write_profile(path, text, err) < 0)
		return -1;
	line = text_format("start from it: isolate --profile %s", quoted);
	output_begin(output, "save");
	output_field(output, "path", "written", value_string(path));
	output_line(output, line);
	output_end(output);
	return 0;
}

/*
 * The full path of the session's program, if it is a Python: as it was called, since a virtual environment is told by
 * that.
 */
static char *
find_python(const struct context *context, struct error *err)
{
	/*
	 * Of the record: what the plan has was the command line of the process that we were, and a title took
	 * its place.
	 */
	const char *program = context->record->argv[0] ? context->record->argv[0] : "";
	const char *list = environ_get(context->plan->envp, "PATH");
	_autofree_ char *copy = text_dup(list ? list : "");
	char *rest = copy;

	if (strncmp(path_name(program), "python", 6) == 0) {
		if (program[0] == '/')
			return text_dup(program);
		for (char *dir = strsep(&rest, ":"); dir && !strchr(program, '/'); dir = strsep(&rest, ":")) {
			_autofree_ char *path = path_join(dir, program);

			if (dir[0] == '/' && access(path, X_OK) == 0)
				return take_ptr(path);
		}
	}
	error_set(err, 0, "the program of this session, '%s', is no Python", program);
	error_hint(err, "start the session with the kernel's python; or wrap a kernelspec that there is, with the "
			"options that ':save -m' shows: isolate --kernelspec EXISTING --name NAME [OPTION]...");
	return NULL;
}

/* Runs argv and gives what it says, at most SAID_MAX - 1 bytes. Its exit status, or negative with err filled. */
static int
run_and_listen(char **argv, char *said, struct error *err)
{
	int ends[2], status;
	sigset_t none;
	size_t len = 0;
	ssize_t n;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "cannot make a pipe");
	child = fork();
	if (child == 0) {
		struct error lost = ERROR_INIT;

		/* The control process holds back all signals. */
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		program_execute("isolate-kernelspec", argv, &lost);
		error_print(&lost, stderr, "isolate");
		_exit(STATUS_FAILED);
	}
	close(ends[1]);
	while (child > 0 && len < SAID_MAX - 1 &&
	       ((n = read(ends[0], said + len, SAID_MAX - 1 - len)) > 0 || (n < 0 && errno == EINTR)))
		len += n > 0 ? (size_t)n : 0;
	close(ends[0]);
	said[len] = '\0';
	if (child < 0)
		return error_set(err, errno, "cannot start isolate-kernelspec");
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return error_set(err, errno, "cannot wait for isolate-kernelspec");
	return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_FAILED;
}

/* What it said as an error of ours: its first line is "isolate: …", others "hint: …". */
static int
refuse_as_said(char *said, struct error *err)
{
	char *rest = said, *line = strsep(&rest, "\n");

	error_set(err, 0, "%s", strncmp(line, "isolate: ", 9) == 0 ? line + 9 : line);
	while ((line = strsep(&rest, "\n")))
		if (strncmp(line, "hint: ", 6) == 0)
			error_hint(err, "%s", line + 6);
	return -1;
}

static int
save_kernelspec(const struct context *context, const struct restatement *now, const char *name, struct output *output,
		struct error *err)
{
	_autofree_ char *python = find_python(context, err), *self = realpath("/proc/self/exe", NULL), *line = NULL;
	char **options = restatement_words(now), **argv = NULL, said[SAID_MAX];
	size_t len = 0, cap = 0;
	const char *head[] = { NULL, "python", python, name, self ? self : "isolate" };
	int r = -1;

	for (size_t i = 0; python && i < COUNT(head); i++) {
		argv = array_grow(argv, &cap, len + 2, sizeof(*argv));
		argv[len++] = (char *)head[i];
	}
	for (size_t i = 0; argv && options && options[i]; i++) {
		argv = array_grow(argv, &cap, len + 2, sizeof(*argv));
		argv[len++] = options[i];
	}
	if (argv) {
		argv[len] = NULL;
		r = run_and_listen(argv, said, err);
	}
	free(argv);
	words_free(options);
	if (r != 0)
		return r < 0 ? -1 : refuse_as_said(said, err);
	line = text_ndup(said, strcspn(said, "\n"));
	output_begin(output, "save");
	output_field(output, "kernelspec", NULL, value_string(name));
	output_field(output, "python", NULL, value_string(python));
	output_line(output, line);
	output_end(output);
	return 0;
}

int
command_save(const struct call *call, struct output *output, struct error *err)
{
	const struct context *context = call->context;
	const char *as_options = call->values[0], *what = call->values[1], *name = call->values[2];
	bool kernelspec = what && strcmp(what, "kernelspec") == 0;
	_autofree_ char *cwd = NULL;
	struct restatement now;
	int r;

	if (!context->plan)
		return error_set(err, 0, "only what isolate started can be saved: "
				 "of others it is not known how they began");
	if ((as_options != NULL) == (what != NULL) || (what && !name)) {
		error_set(err, 0, "':save' needs to know as what");
		error_hint(err, "':save -m' shows the options, ':save profile NAME' and ':save kernelspec NAME' "
				"write them");
		return -1;
	}
	cwd = plan_logical_cwd();
	restate(context->plan, &context->journal, cwd ? cwd : context->plan->cwd, kernelspec, &now);
	if (as_options)
		r = save_options(&now, output);
	else if (kernelspec)
		r = save_kernelspec(context, &now, name, output, err);
	else
		r = save_profile(&now, name, output, err);
	restatement_release(&now);
	return r;
}
