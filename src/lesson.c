/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a sandbox is made, told while it is made. */
#include "config.h"

#include "lesson.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "lesson_steps.h"
#include "sys/fdpass.h"

enum { WIDTH = 78, INDENT = 4 };

struct lesson {
	const struct plan *plan;
	FILE *out;
	FILE *tty;	 /* --step: what is typed; NULL: nobody is asked */
	bool mounts_told; /* `m`: the rest of the mounts are told in one go */
	int number;
	const struct lesson_step *last; /* what was told last, and of whom: its look is still to be taken again */
	pid_t last_pid;
};

/* Words in lines, each behind `indent` blanks. */
static void
print_wrapped(FILE *f, int indent, const char *plain)
{
	_autofree_ char *shown = text_escape(plain);
	const char *text = shown;

	while (*text) {
		size_t len = strlen(text), n = len, room = (size_t)(WIDTH - indent);

		if (len > room) {
			for (n = room; n > 0 && text[n] != ' '; n--)
				;
			n = n > 0 ? n : room;
		}
		fprintf(f, "%*s%.*s\n", indent, "", (int)n, text);
		text += n + strspn(text + n, " ");
	}
}

/* --- what the kernel says of a process --- */

static FILE *
open_of(pid_t pid, const char *name)
{
	_autofree_ char *path = text_format("/proc/%d/%s", (int)pid, name);

	return fopen(path, "re");
}

static char *
look_at_link(pid_t pid, const char *name)
{
	_autofree_ char *path = text_format("/proc/%d/%s", (int)pid, name);
	char target[64];
	ssize_t n = readlink(path, target, sizeof target - 1);

	return n < 0 ? NULL : text_ndup(target, (size_t)n);
}

/* "0 1001 1", lines with a comma between; "(empty)". */
static char *
look_at_file(pid_t pid, const char *name)
{
	_autofclose_ FILE *f = open_of(pid, name);
	_autofree_ char *line = NULL;
	char *text = NULL;
	size_t size = 0;

	while (f && getline(&line, &size, f) > 0) {
		_autofree_ char *words = text_dup("");
		char *rest = line, *longer;

		for (char *word = strsep(&rest, " \t\n"); word; word = strsep(&rest, " \t\n")) {
			longer = *word ? text_format("%s%s%s", words, *words ? " " : "", word) : NULL;
			if (longer) {
				free(words);
				words = longer;
			}
		}
		longer = text_format("%s%s%s", text ? text : "", text ? ", " : "", words);
		free(text);
		text = longer;
	}
	return text ? text : f ? text_dup("(empty)") : NULL;
}

static char *
look_at_status(pid_t pid, const char *name)
{
	_autofclose_ FILE *f = open_of(pid, "status");
	_autofree_ char *line = NULL;
	size_t size = 0, len = strlen(name);

	while (f && getline(&line, &size, f) > 0)
		if (strncmp(line, name, len) == 0 && line[len] == ':') {
			char *value = line + len + 1 + strspn(line + len + 1, " \t");

			return text_ndup(value, strcspn(value, "\n"));
		}
	return NULL;
}

static char *
look_at_mounts(pid_t pid)
{
	_autofclose_ FILE *f = open_of(pid, "mountinfo");
	int n = 0, c;

	while (f && (c = getc(f)) != EOF)
		n += c == '\n';
	return f ? text_format("%d mounts", n) : NULL;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
look_at_root(pid_t pid)
{
	_autofree_ char *path = text_format("/proc/%d/root", (int)pid);
	_autoclosedir_ DIR *dir = opendir(path);
	char *names[64], *text = text_dup(""), *longer;
	struct dirent *entry;
	size_t n = 0;

	while (dir && n < sizeof names / sizeof names[0] && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			names[n++] = text_dup(entry->d_name);
	qsort(names, n, sizeof names[0], compare_names);
	for (size_t i = 0; i < n; i++) {
		longer = text_format("%s%s%s", text, *text ? " " : "", names[i]);
		free(text);
		free(names[i]);
		text = longer;
	}
	if (dir)
		return text;
	free(text);
	return NULL;
}

/* NULL: it cannot be seen. */
static char *
look(pid_t pid, const struct lesson_look *what)
{
	switch (what->kind) {
	case LOOK_LINK:
		return look_at_link(pid, what->name);
	case LOOK_FILE:
		return look_at_file(pid, what->name);
	case LOOK_STATUS:
		return look_at_status(pid, what->name);
	case LOOK_MOUNTS:
		return look_at_mounts(pid);
	case LOOK_ROOT:
		return look_at_root(pid);
	case LOOK_NOTHING:
		break;
	}
	return NULL;
}

static void
print_looks(const struct lesson *lesson, const struct lesson_step *step, pid_t pid, const char *when)
{
	for (int i = 0; i < LESSON_LOOKS && step->looks[i].kind != LOOK_NOTHING; i++) {
		_autofree_ char *seen = look(pid, &step->looks[i]), *line = NULL;

		if (!seen)
			continue;
		line = text_format("%s %s: %s", when, step->looks[i].shown, seen);
		print_wrapped(lesson->out, INDENT, line);
	}
}

/* --- what is told --- */

static void
print_entry(const struct lesson *lesson, int i)
{
	const struct plan_entry *entry = &lesson->plan->entries[i];
	_autofree_ char *what = lesson_entry_text(entry), *who = NULL;

	who = text_format("%s  (%s)", what, entry->spec ? entry->spec->from : "default");
	fprintf(lesson->out, "%*s", INDENT, "");
	text_print(lesson->out, who);
	fputc('\n', lesson->out);
}

/* `pid`: of the process that takes it, outside; 0: there is none. */
static void
print_step(const struct lesson *lesson, const struct lesson_step *step, pid_t pid)
{
	_autofree_ char *call = lesson_call_text(step, lesson->plan);
	_autofree_ char *who = pid > 0 ? text_format("  (process %d)", (int)pid) : text_dup("");

	fprintf(lesson->out, "\n%d. %s%s\n", lesson->number, step->title, who);
	print_wrapped(lesson->out, INDENT, step->about);
	if (call)
		print_wrapped(lesson->out, INDENT, call);
}

/* Asks until there is an answer. False: stop. */
static bool
ask(struct lesson *lesson, bool is_mount)
{
	char line[64];

	while (lesson->tty) {
		fprintf(lesson->out, "    [Enter] do it  %s[c] all the rest  [q] stop: ",
			is_mount ? "[m] all mounts  " : "");
		fflush(lesson->out);
		if (!fgets(line, sizeof line, lesson->tty) || line[0] == 'q')
			return false;
		if (line[0] == 'm' && is_mount)
			lesson->mounts_told = true;
		if (line[0] == 'c') {
			fclose(lesson->tty);
			lesson->tty = NULL;
		}
		if (line[0] == '\n' || line[0] == 'c' || (line[0] == 'm' && is_mount))
			break;
	}
	return true;
}

/* False: stop. */
static bool
tell(struct lesson *lesson, const struct tell_record *record, pid_t pid)
{
	const struct lesson_step *step = lesson_step_of((enum step)record->step);
	bool is_mount = record->step == STEP_MOUNT, first = step && step != lesson->last;

	if (lesson->last && lesson->last != step)
		print_looks(lesson, lesson->last, lesson->last_pid, "after: ");
	if (!step)
		return true;
	if (first) {
		lesson->number++;
		print_step(lesson, step, pid);
		print_looks(lesson, step, pid, "before:");
	}
	if (is_mount && record->entry >= 0 && (size_t)record->entry < lesson->plan->len)
		print_entry(lesson, record->entry);
	lesson->last = step;
	lesson->last_pid = pid;
	if (!(is_mount && lesson->mounts_told) && !ask(lesson, is_mount))
		return false;
	/* What is written from here on is the program's. */
	if (record->step == STEP_EXEC)
		fputc('\n', lesson->out);
	fflush(lesson->out);
	return true;
}

/* He who stops closes his end, which those who wait for an answer notice. */
static _Noreturn void
teach(struct lesson *lesson, int socket)
{
	struct tell_record record;
	pid_t pid;

	fputs("How this sandbox is made, with what /proc says before and after each step.\n", lesson->out);
	while (fdpass_receive_from(socket, &record, sizeof record, &pid, 0) == sizeof record && pid > 0)
		if (!tell(lesson, &record, pid) || send(socket, "g", 1, MSG_NOSIGNAL) != 1)
			break;
	_exit(0);
}

int
lesson_start(const struct plan *plan, struct teacher *ret, struct error *err)
{
	struct lesson lesson = { .plan = plan, .out = stderr };
	int ends[2], on = 1;

	*ret = (struct teacher){ .fd = -1 };
	if (plan->req->step)
		lesson.tty = fopen("/dev/tty", "re");
	if (plan->req->step && !lesson.tty)
		return error_set(err, errno, "--step asks at the terminal, and there is none");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 ||
	    setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0)
		return error_set(err, errno, "cannot make a socket pair");
	fflush(NULL);
	ret->pid = fork();
	if (ret->pid == 0) {
		close(ends[0]);
		teach(&lesson, ends[1]);
	}
	close(ends[1]);
	ret->fd = ends[0];
	if (lesson.tty)
		fclose(lesson.tty);
	if (ret->pid > 0)
		return 0;
	close(take_fd(&ret->fd));
	return error_set(err, errno, "cannot start a process");
}

void
lesson_print(const struct plan *plan, FILE *f)
{
	struct lesson lesson = { .plan = plan, .out = f };

	fputs("How this sandbox would be made.\n", f);
	for (size_t i = 0; i < lesson_steps_len; i++) {
		const struct lesson_step *step = &lesson_steps[i];

		if (!lesson_is_planned(step, plan))
			continue;
		lesson.number++;
		print_step(&lesson, step, 0);
		for (size_t k = 0; step->step == STEP_MOUNT && k < plan->len; k++)
			print_entry(&lesson, (int)k);
	}
}
