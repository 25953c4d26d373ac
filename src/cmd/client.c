/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Giving commands to a sandbox: the client's end of the control socket, and the way without one. */
#include "config.h"

#include "cmd/client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/error_json.h"
#include "cmd/events.h"
#include "cmd/exec.h"
#include "cmd/protocol.h"
#include "cmd/user_paths.h"
#include "session/registry.h"
#include "sys/procfs.h"

struct client {
	char *name;
	int fd; /* the control socket; -1: commands run in this process */
	struct session_record record;
	char *buf; /* what has arrived and is not used yet */
	size_t len, cap;
	/* In this process. */
	struct context context;
	struct client_answer ready;
	struct events *events;
};

void
client_close(struct client *client)
{
	if (!client)
		return;
	if (client->fd >= 0)
		close(client->fd);
	events_free(client->events);
	live_journal_release(&client->context.journal);
	client_answer_release(&client->ready);
	session_record_release(&client->record);
	free(client->buf);
	free(client->name);
	free(client);
}

int
client_take_connection(struct client *client)
{
	return take_fd(&client->fd);
}

void
client_give_connection(struct client *client, int fd)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = fd;
	client->len = 0;
}

bool
client_is_of_same(const struct client *client, const struct client *other)
{
	const struct session_record *one = &client->record, *two = &other->record;

	return one->name && two->name && one->pid == two->pid && one->started == two->started &&
	       one->init == two->init && one->init_started == two->init_started;
}

static int
say_lost(const struct client *client, int errnum, struct error *err)
{
	error_set(err, 0, "the session '%s' has ended, or its control process was killed", client->name);
	if (err)
		err->code = errnum == EPIPE || errnum == ECONNRESET ? EPIPE : errnum;
	return -EPIPE;
}

static int
send_all(struct client *client, const char *data, size_t len, struct error *err)
{
	while (len > 0) {
		ssize_t n = send(client->fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return say_lost(client, errno, err);
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Reads what there is, or, with `wait`, at least something. 1, 0: nothing now, or negative with err filled. */
static int
receive(struct client *client, bool wait, struct error *err)
{
	ssize_t n;

	client->buf = array_grow(client->buf, &client->cap, client->len + 64 * 1024, 1);
	do
		n = recv(client->fd, client->buf + client->len, client->cap - client->len, wait ? 0 : MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return say_lost(client, n < 0 ? errno : EPIPE, err);
	client->len += (size_t)n;
	return 1;
}

/* So much room is kept; more was for a flood. */
enum { KEPT = 128 * 1024 };

static void
consume(struct client *client, size_t n)
{
	memmove(client->buf, client->buf + n, client->len - n);
	client->len -= n;
	if (client->len == 0 && client->cap > KEPT) {
		free(client->buf);
		client->buf = NULL;
		client->cap = 0;
	}
}

/* The first line, without its line break: the caller frees. 1; 0 if it is not there yet; negative with err filled. */
static int
take_line(struct client *client, bool wait, char **ret, struct error *err)
{
	const char *end;
	int r;

	while (!(end = client->len > 0 ? memchr(client->buf, '\n', client->len) : NULL)) {
		if (client->len > PROTOCOL_PATH_MAX)
			return error_set(err, EPROTO, "cannot understand the session '%s'", client->name);
		r = receive(client, wait, err);
		if (r <= 0)
			return r;
	}
	*ret = text_ndup(client->buf, (size_t)(end - client->buf));
	consume(client, (size_t)(end - client->buf) + 1);
	return 1;
}

/* The next `len` bytes, with a NUL after them; the caller frees. What has not arrived yet goes there at once. */
static int
take_bytes(struct client *client, size_t len, char **ret, struct error *err)
{
	size_t at = len < client->len ? len : client->len;
	_autofree_ char *text = text_room(len + 1);

	if (at > 0) {
		memcpy(text, client->buf, at);
		consume(client, at);
	}
	while (at < len) {
		ssize_t n = recv(client->fd, text + at, len - at, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return say_lost(client, n < 0 ? errno : EPIPE, err);
		at += (size_t)n;
	}
	text[len] = '\0';
	*ret = take_ptr(text);
	return 0;
}

/* True if it is ours to see and stopped, by Ctrl-Z in its terminal or by SIGSTOP. */
static bool
is_stopped(pid_t manager)
{
	_autoclose_ int proc = procfs_open();
	_autoclose_ int process = proc < 0 ? -1 : procfs_open_process(proc, manager);
	struct procfs_status status;
	bool ret;

	if (process < 0 || procfs_status(process, &status) < 0)
		return false;
	ret = status.state == 'T';
	procfs_status_release(&status);
	return ret;
}

/*
 * A manager that is stopped does not take the connection until it is continued, which may be never. One that runs and
 * does not take it either has a machine that is hardly alive below it, or is in a debugger.
 */
static int
await_greeting(struct client *client, struct error *err)
{
	enum { PATIENCE_MS = 500, LIMIT_MS = 30000 };
	struct pollfd pfd = { .fd = client->fd, .events = POLLIN };
	int pid = (int)client->record.pid;

	for (int waited = 0; waited < LIMIT_MS; waited += PATIENCE_MS) {
		int n = poll(&pfd, 1, PATIENCE_MS);

		if (n > 0)
			return 0;
		if (n == 0 && is_stopped(client->record.pid)) {
			error_set(err, 0, "the session '%s' is stopped, so it does not answer", client->name);
			error_hint(err, "continue it by fg in its shell, or by kill -CONT %d", pid);
			return -EAGAIN;
		}
	}
	error_set(err, 0, "the session '%s' does not answer", client->name);
	error_hint(err, "its manager is process %d; isolate --kill %s ends it", pid, client->record.name);
	return -ETIMEDOUT;
}

static int
greet(struct client *client, struct error *err)
{
	_autofree_ char *line = NULL;
	int r = await_greeting(client, err);

	if (r == 0)
		r = take_line(client, true, &line, err);
	if (r < 0 || !line)
		return -1;
	if (strncmp(line, PROTOCOL_REFUSAL, strlen(PROTOCOL_REFUSAL)) == 0)
		return error_set(err, 0, "the session '%s' refuses: %s", client->name,
				 line + strlen(PROTOCOL_REFUSAL));
	if (strncmp(line, PROTOCOL_GREETING, strlen(PROTOCOL_GREETING)) == 0)
		return 0;
	error_set(err, 0, "the session '%s' was started by another version of isolate", client->name);
	return -1;
}

/* Our directory and our home, which relative names and ~ are about; and the process. */
static int
introduce(struct client *client, pid_t pid, struct error *err)
{
	_autofree_ char *cwd = user_directory(), *home = user_home();
	_autofree_ char *text = NULL;

	text = text_format("cwd %zu\n%shome %zu\n%spid %d\n", cwd ? strlen(cwd) : 0, cwd ? cwd : "", strlen(home), home,
			   (int)pid);
	return send_all(client, text, strlen(text), err);
}

static int
connect_once(struct client *client, pid_t pid, struct error *err)
{
	client->fd = registry_connect(client->record.name);
	if (client->fd < 0) {
		error_set(err, -client->fd, "cannot reach the session '%s'", client->record.name);
		client->fd = -1;
		return -1;
	}
	return greet(client, err) < 0 ? -1 : introduce(client, pid, err);
}

/* A control process that was killed before it had greeted was asked for nothing yet, and the session starts another. */
static int
connect_session(struct client *client, pid_t pid, struct error *err)
{
	struct error why = ERROR_INIT;
	int r = connect_once(client, pid, &why);

	if (r < 0 && why.code == EPIPE) {
		error_release(&why);
		why = (struct error)ERROR_INIT;
		client_give_connection(client, -1);
		r = connect_once(client, pid, &why);
	}
	if (err)
		*err = why;
	else
		error_release(&why);
	return r;
}

static int
find(struct client *client, const char *name, struct error *err)
{
	uint64_t number;

	if (number_parse(name, INT32_MAX, &number) < 0 || number == 0) {
		if (registry_find(name, &client->record, err) < 0)
			return -1;
		return connect_session(client, 0, err);
	}
	if (registry_find_process((pid_t)number, &client->record) == 0)
		return connect_session(client, (pid_t)number, err);
	client->context.pid = (pid_t)number;
	return 0;
}

struct client *
client_open(const char *name, struct error *err)
{
	size_t cap = 0;
	struct client *client = array_grow(NULL, &cap, 1, sizeof *client);

	*client = (struct client){ .name = text_dup(name ? name : ""), .fd = -1, .ready.error = ERROR_INIT };
	if (!name || find(client, name, err) == 0)
		return client;
	client_close(client);
	return NULL;
}

const char *
client_name(const struct client *client)
{
	return client->name;
}

pid_t
client_pid(const struct client *client)
{
	return client->record.name ? client->record.payload : client->context.pid;
}

pid_t
client_lasting_pid(const struct client *client)
{
	return client->record.name ? client->record.init : client->context.pid;
}

char *
client_user_inside(const struct client *client)
{
	const struct session_record *record = &client->record;

	return record->name ? text_format("%s (%lu)", record->user, (unsigned long)record->uid) : NULL;
}

const struct session_record *
client_session(const struct client *client)
{
	return client->record.name ? &client->record : NULL;
}

uint64_t
client_started(const struct client *client)
{
	_autoclose_ int proc = -1, process = -1;
	struct procfs_times times;
	struct timespec now, up;

	if (client->record.name)
		return client->record.started;
	proc = procfs_open();
	process = proc < 0 ? proc : procfs_open_process(proc, client->context.pid);
	if (process < 0 || procfs_times(process, &times) < 0 || clock_gettime(CLOCK_REALTIME, &now) < 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &up) < 0)
		return 0;
	return (uint64_t)(now.tv_sec - up.tv_sec) + times.started / 1000;
}

/* In this process. */
static int
run_here(struct client *client, const char *line, bool json, struct error *err)
{
	struct client_answer *answer = &client->ready;
	FILE *f;

	client_answer_release(answer);
	f = open_memstream(&answer->out, &answer->out_len);
	if (!f)
		return error_set(err, errno, "cannot answer");
	if (context_run(&client->context, line, json, f, &answer->error) < 0)
		answer->status = answer->error.status;
	if (fclose(f) == EOF)
		return error_set(err, errno, "cannot answer");
	return 0;
}

int
client_send(struct client *client, const char *line, bool json, struct error *err)
{
	_autofree_ char *message = NULL;

	if (client->fd < 0)
		return run_here(client, line, json, err);
	message = text_format("%s %zu\n%s", verb_names[json ? VERB_JSON : VERB_TEXT], strlen(line), line);
	return send_all(client, message, strlen(message), err);
}

/* The answer whose first line this is. */
static int
take_answer(struct client *client, const char *line, struct client_answer *ret, struct error *err)
{
	_autofree_ char *text = NULL;
	size_t err_len;
	int r;

	if (protocol_parse_answer(line, &ret->status, &ret->out_len, &err_len) < 0)
		return error_set(err, EPROTO, "cannot understand the session '%s'", client->name);
	r = take_bytes(client, ret->out_len, &ret->out, err);
	if (r == 0)
		r = take_bytes(client, err_len, &text, err);
	if (r == 0 && err_len > 0 && error_json_read(text, &ret->error) < 0)
		r = error_set(err, EPROTO, "cannot understand the session '%s'", client->name);
	return r;
}

int
client_receive(struct client *client, struct client_answer *ret, struct error *err)
{
	_autofree_ char *line = NULL;
	int r;

	client_answer_release(ret);
	if (client->fd < 0) {
		*ret = client->ready;
		client->ready = (struct client_answer){ .error = ERROR_INIT };
		return 0;
	}
	r = take_line(client, true, &line, err);
	return r < 0 ? r : take_answer(client, line, ret, err);
}

int
client_run(struct client *client, const char *line, bool json, struct client_answer *ret, struct error *err)
{
	int r;

	if (context_is_command(line, "exec"))
		return exec_run_aside(line, client->name, json, ret, err);
	r = client_send(client, line, json, err);
	return r < 0 ? r : client_receive(client, ret, err);
}

int
client_fd(const struct client *client)
{
	return client->events ? events_fd(client->events) : client->fd;
}

int
client_follow(struct client *client, const char *line, bool json, struct error *err)
{
	_autofree_ char *head = NULL;
	struct client_answer answer = { .error = ERROR_INIT };
	int r;

	if (client->fd < 0) {
		client->events = events_open(&client->context, line, json, err);
		return client->events ? 0 : -1;
	}
	r = client_send(client, line, json, err);
	if (r == 0)
		r = take_line(client, true, &head, err);
	if (r < 0)
		return r;
	if (head && strcmp(head, "event 0") == 0)
		return 0;
	r = take_answer(client, head ? head : "", &answer, err);
	if (r == 0 && answer.error.message) {
		*err = answer.error;
		answer.error = (struct error)ERROR_INIT;
	} else if (r == 0) {
		error_set(err, 0, "'%s' tells no events", line);
	}
	client_answer_release(&answer);
	return -1;
}

bool
client_has_event(const struct client *client)
{
	return !client->events && client->len > 0 && memchr(client->buf, '\n', client->len);
}

int
client_event(struct client *client, bool wait, char **ret, struct error *err)
{
	_autofree_ char *line = NULL;
	uint64_t len;
	int r;

	if (client->events)
		return events_next(client->events, wait, ret, err);
	r = take_line(client, wait, &line, err);
	if (r <= 0)
		return r;
	if (!line || strncmp(line, "event ", 6) != 0 || number_parse(line + 6, PROTOCOL_COMMAND_MAX, &len) < 0)
		return error_set(err, EPROTO, "cannot understand the session '%s'", client->name);
	r = take_bytes(client, (size_t)len, ret, err);
	return r < 0 ? r : 1;
}

int
client_joined(struct client *client, pid_t pid, struct error *err)
{
	char message[PROTOCOL_LINE_MAX];

	if (client->fd < 0)
		return 0;
	snprintf(message, sizeof message, "joined %d\n", (int)pid);
	return send_all(client, message, strlen(message), err);
}
