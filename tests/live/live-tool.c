/* SPDX-License-Identifier: GPL-3.0-or-later */
/* live-tool PID COMMAND…: changes of mounts in a running sandbox, for tests: the library as its callers use it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/plan.h"
#include "session/live.h"

static const char usage[] = "usage: live-tool PID COMMAND...      each argument is a command; \"-\" stands for those "
			    "on standard input, one a line\n"
			    "  mount SPECS   umount [-l] PATH   remount ro|rw PATH   undo\n"
			    "  keep PATH     from now on it stays on top of what is mounted above it\n"
			    "  time COMMAND  and how long it took\n"
			    "Each command is answered by what was done, a line an item, and \"ok\", or by an error. "
			    "Status: 0, or 1 if one failed.\n";

struct tool {
	pid_t pid;
	struct live_journal journal;
	const char *keep[64];
	size_t keep_len;
};

static void
print_change(const char *sign, const struct live_change *change)
{
	for (size_t i = 0; i < change->len; i++) {
		const struct live_item *item = &change->items[i];

		printf("%s%s %s %s %s%s%s\n", sign, live_kind_names[item->kind], item->path,
		       item->source ? item->source : "-", item->attrs & PLAN_RO ? "ro" : "rw",
		       item->on_top ? " on-top" : "", item->fd >= 0 ? " copy" : "");
	}
	for (size_t i = 0; i < change->made_len; i++)
		printf("%smade %s\n", sign, change->made[i].path);
}

static int
run_mount(struct tool *tool, const struct live_target *target, const struct live_context *context, const char *text,
	  struct live_report *report, struct error *err)
{
	struct spec_list specs = { 0 };
	int r = spec_list_parse(&specs, text, ORIGIN_LIVE, "mount", err);

	if (r == 0)
		r = live_mount(target, &specs, context, &tool->journal, report, err);
	spec_list_release(&specs);
	return r;
}

static int
run_remount(struct tool *tool, const struct live_target *target, const struct live_context *context, const char *text,
	    struct live_report *report, struct error *err)
{
	bool ro = strncmp(text, "ro ", 3) == 0;

	if (!ro && strncmp(text, "rw ", 3) != 0)
		return error_set(err, 0, "remount ro or rw?");
	return live_remount(target, text + 3, ro, context, &tool->journal, report, err);
}

static int
dispatch(struct tool *tool, const struct live_target *target, char *command, struct live_report *report,
	 struct error *err)
{
	_autofree_ char *cwd = getcwd(NULL, 0);
	const struct live_context context = {
		.cwd = cwd, .home = getenv("HOME"), .keep = tool->keep, .keep_len = tool->keep_len
	};
	struct live_change undone = { 0 };
	bool lazy;
	int r;

	if (strncmp(command, "mount ", 6) == 0)
		return run_mount(tool, target, &context, command + 6, report, err);
	if (strncmp(command, "umount ", 7) == 0) {
		lazy = strncmp(command + 7, "-l ", 3) == 0;
		return live_umount(target, command + (lazy ? 10 : 7), lazy, &context, &tool->journal, report, err);
	}
	if (strncmp(command, "remount ", 8) == 0)
		return run_remount(tool, target, &context, command + 8, report, err);
	if (strcmp(command, "undo") != 0)
		return error_set(err, 0, "no such command: '%s'", command);
	r = live_undo(target, &context, &tool->journal, &undone, report, err);
	if (r == 0)
		print_change("-", &undone);
	live_change_release(&undone);
	return r;
}

static double
microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
run(struct tool *tool, char *command)
{
	struct live_target target = { .process = -1, .mounts = -1, .owner = -1, .root = -1 };
	struct live_report report = { 0 };
	_autoerror_ struct error err = ERROR_INIT;
	bool timed = strncmp(command, "time ", 5) == 0;
	size_t before = tool->journal.len;
	double start = microseconds();
	int r;

	if (strncmp(command, "keep ", 5) == 0) {
		tool->keep[tool->keep_len++ % 64] = text_dup(command + 5);
		return 0;
	}
	r = live_target_open(tool->pid, &target, &err);
	if (r == 0) {
		r = dispatch(tool, &target, command + (timed ? 5 : 0), &report, &err);
		live_target_close(&target);
	}
	if (timed)
		printf("%.0f us\n", microseconds() - start);
	for (size_t i = 0; i < report.notes_len; i++)
		printf("note: %s\n", report.notes[i]);
	for (size_t i = 0; i < report.holders_len; i++)
		printf("holder: %s %s %s\n", report.holders[i].name, live_hold_names[report.holders[i].how],
		       report.holders[i].path);
	if (r == 0 && !timed && tool->journal.len > before)
		print_change("", &tool->journal.changes[tool->journal.len - 1]);
	if (r == 0)
		puts("ok");
	fflush(stdout);
	error_print(&err, stderr, "live-tool");
	live_report_release(&report);
	return r == 0 ? 0 : 1;
}

static int
run_lines(struct tool *tool)
{
	_autofree_ char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int status = 0;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		status |= run(tool, line);
	}
	return status;
}

int
main(int argc, char **argv)
{
	struct tool tool = { 0 };
	int status = 0;

	if (argc < 3 || atoi(argv[1]) <= 0) {
		fputs(usage, stderr);
		return 2;
	}
	tool.pid = atoi(argv[1]);
	for (int i = 2; i < argc; i++)
		status |= strcmp(argv[i], "-") == 0 ? run_lines(&tool) : run(&tool, argv[i]);
	live_journal_release(&tool.journal);
	return status;
}
