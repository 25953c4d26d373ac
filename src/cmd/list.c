/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --list and --kill: the sessions that run, from the registry alone. */
#include "config.h"

#include "cmd/list.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/output.h"
#include "session/registry.h"
#include "sys/ns.h"
#include "sys/pidfd.h"
#include "sys/procfs.h"

/* How long the last two steps of ending a session may take: killing what runs inside, and then the manager. */
enum { ENDING_MILLISECONDS = 10000 };

static const struct column columns[] = {
	{ "name", "NAME", 0 },		    { "pid", "PID", COLUMN_RIGHT },   { "age", "AGE", COLUMN_RIGHT },
	{ "user", "USER", 0 },		    { "net", "NET", 0 },	      { "mounts", "MOUNTS", COLUMN_RIGHT },
	{ "program", "PROGRAM", 0 },	    { "started", "", COLUMN_MACHINE }, { "uid", "", COLUMN_MACHINE },
	{ "gid", "", COLUMN_MACHINE },	    { "init", "", COLUMN_MACHINE },   { "payload", "", COLUMN_MACHINE },
	{ "cwd", "", COLUMN_MACHINE },	    { "terminal", "", COLUMN_MACHINE }, { "watch", "", COLUMN_MACHINE },
};

/* Lines of its mountinfo; 0: it cannot be read. */
static uint64_t
count_mounts(int proc, pid_t init)
{
	_autoclose_ int process = procfs_open_process(proc, init);
	_autoclose_ int fd = process < 0 ? -1 : openat(process, "mountinfo", O_RDONLY | O_CLOEXEC);
	uint64_t count = 0;
	char buf[16 * 1024];
	ssize_t n;

	while (fd >= 0 && (n = read(fd, buf, sizeof buf)) > 0)
		for (const char *p = buf; (p = memchr(p, '\n', (size_t)(buf + n - p))); p++)
			count++;
	return count;
}

/* "12 s", "5 min", "3 h", "2 d". */
static char *
age_text(uint64_t seconds)
{
	if (seconds < 120)
		return text_format("%llu s", (unsigned long long)seconds);
	if (seconds < 120 * 60)
		return text_format("%llu min", (unsigned long long)(seconds / 60));
	if (seconds < 48 * 60 * 60)
		return text_format("%llu h", (unsigned long long)(seconds / 3600));
	return text_format("%llu d", (unsigned long long)(seconds / 86400));
}

static char *
command_line(char *const *argv)
{
	char *line = text_dup("");

	for (; *argv; argv++) {
		_autofree_ char *word = text_shell_quote(*argv);
		char *longer = text_format("%s%s%s", line, *line != '\0' ? " " : "", word);

		free(line);
		line = longer;
	}
	return line;
}

static void
write_program(char *const *argv, struct output *output)
{
	_autofree_ char *line = command_line(argv);
	_autofree_ struct value *words = NULL;
	size_t cap = 0, len = 0;

	while (argv[len])
		len++;
	words = array_grow(NULL, &cap, len + 1, sizeof *words);
	for (size_t i = 0; i < len; i++)
		words[i] = value_string(argv[i]);
	output_cell(output, value_reads(value_list(words, len), line));
}

static void
write_row(int proc, uint64_t pidns, const struct session_record *record, struct output *output)
{
	uint64_t now = (uint64_t)time(NULL);
	uint64_t age = now > record->started ? now - record->started : 0;
	_autofree_ char *age_words = age_text(age);
	/* Numbers of another pid namespace, of which a container may share the directory with us, mean nothing here. */
	uint64_t mounts = proc >= 0 && pidns == record->pidns ? count_mounts(proc, record->init) : 0;

	output_cell(output, value_string(record->name));
	output_cell(output, value_number((uint64_t)record->pid));
	output_cell(output, value_reads(value_number(age), age_words));
	output_cell(output, value_string(record->user));
	output_cell(output, value_string(record->net));
	output_cell(output, mounts > 0 ? value_number(mounts) : value_none());
	write_program(record->argv, output);
	output_cell(output, value_number(record->started));
	output_cell(output, value_number(record->uid));
	output_cell(output, value_number(record->gid));
	output_cell(output, value_number((uint64_t)record->init));
	output_cell(output, value_number((uint64_t)record->payload));
	output_cell(output, value_string(record->cwd));
	output_cell(output, value_string(record->group));
	output_cell(output, record->watch ? value_string(record->watch) : value_none());
}

static uint64_t
own_pid_namespace(int proc)
{
	ino_t number;

	return proc >= 0 && ns_read_own(proc, NS_PID, &number) == 0 ? number : 0;
}

int
list_sessions(bool json, FILE *f, struct error *err)
{
	_autoclose_ int proc = procfs_open();
	uint64_t pidns = own_pid_namespace(proc);
	struct session_list list;
	struct output *output;
	int r = registry_list(&list, err);

	if (r < 0)
		return r;
	output = json ? output_new_json(f) : output_new_text(f);
	output_begin(output, "list");
	output_table(output, "sessions", NULL, columns, COUNT(columns));
	for (size_t i = 0; i < list.len; i++)
		write_row(proc, pidns, &list.items[i], output);
	output_table_end(output);
	if (list.len == 0)
		output_note(output, "no session of yours is running");
	output_end(output);
	output_free(output);
	session_list_release(&list);
	return 0;
}

/* True once the process has ended. */
static bool
await_end(int pidfd, int milliseconds)
{
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };
	int r;

	do
		r = poll(&pfd, 1, milliseconds);
	while (r < 0 && errno == EINTR);
	return r > 0;
}

static int
end_session(const char *name, int manager, int init, struct error *err)
{
	int r = pidfd_signal(manager, SIGTERM);

	if (r < 0 && r != -ESRCH)
		return error_set(err, -r, "cannot end the session '%s'", name);
	if (await_end(manager, KILL_PATIENCE * 1000))
		return 0;
	/* The program does not mind. Its sandbox ends with process 1, and the manager tidies up, the terminal too. */
	if (init >= 0)
		pidfd_signal(init, SIGKILL);
	if (await_end(manager, ENDING_MILLISECONDS))
		return 0;
	pidfd_signal(manager, SIGKILL);
	if (await_end(manager, ENDING_MILLISECONDS))
		return 0;
	return error_set(err, ETIMEDOUT, "the session '%s' does not end", name);
}

int
list_end_session(const char *name, struct error *err)
{
	_autoclose_ int proc = procfs_open(), manager = -1, init = -1;
	struct session_record record, again;
	struct session_list left;
	uint64_t number;
	int r;

	if (number_parse(name, INT32_MAX, &number) == 0) {
		error_set(err, 0, "--kill ends a session, by its name, and '%s' is a number", name);
		error_hint(err, "':kill -KILL PID', as a --command, ends a process in any sandbox of yours");
		return -1;
	}
	r = registry_find(name, &record, err);
	if (r < 0)
		return r;
	if (record.pidns != own_pid_namespace(proc)) {
		r = error_set(err, 0, "the session '%s' runs in another pid namespace: end it there", name);
	} else {
		manager = pidfd_of(record.pid);
		init = pidfd_of(record.init);
		/* What is held is what the record names if the session still runs now. */
		r = registry_find(name, &again, err);
		if (r == 0 && manager >= 0 && again.pid == record.pid && again.init == record.init)
			r = end_session(name, manager, init, err);
		else if (r == 0)
			r = error_set(err, ESRCH, "cannot end the session '%s'", name);
		session_record_release(&again);
	}
	session_record_release(&record);
	/* One that had to be killed has left its files. */
	if (registry_list(&left, NULL) == 0)
		session_list_release(&left);
	return r;
}
