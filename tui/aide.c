/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The aide of the confined inspector. */
#include "config.h"

#include "tui/aide.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/error_json.h"
#include "cmd/protocol.h"
#include "sys/fdpass.h"
#include "tui/candidates.h"
#include "tui/history.h"

enum wish { WISH_RUN, WISH_LIST, WISH_REMEMBER, WISH_CONNECT };

/* Both ends are the same program, so numbers go as they are. Behind it, `len` bytes: the line, or the directory. */
struct wish_message {
	uint32_t wish;
	uint32_t choice; /* WISH_RUN: JSON; WISH_LIST: enum complete_kind */
	uint32_t len;
};

/* Behind it, `out_len` bytes of an answer or of names, and `err_len` of an error as JSON. With it, a connection. */
struct deed_message {
	int32_t result; /* negative: the error is why there is no answer */
	int32_t status;
	uint64_t out_len, err_len;
};

struct aide {
	int fd;
	pid_t pid;
};

/* --- both --- */

static int
send_all(int fd, const void *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		bytes = (const char *)bytes + n;
		len -= (size_t)n;
	}
	return 0;
}

static int
receive_all(int fd, void *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = recv(fd, bytes, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		bytes = (char *)bytes + n;
		len -= (size_t)n;
	}
	return 0;
}

/* A text of that length, for the caller to free; NULL: the other end has gone. */
static char *
receive_text(int fd, size_t len)
{
	char *text = text_room(len + 1);

	text[len] = '\0';
	if (receive_all(fd, text, len) == 0)
		return text;
	free(text);
	return NULL;
}

int
aide_connect_here(const struct client *client, struct error *err)
{
	struct client *another = client_open(client_name(client), err);
	int fd = -1;

	if (another && client_is_of_same(client, another))
		fd = client_take_connection(another);
	else if (another)
		error_set(err, 0, "another session is called '%s' now", client_name(client));
	client_close(another);
	return fd;
}

/* --- the aide --- */

struct work {
	int fd;
	pid_t inside;
	bool here;	       /* commands run in this process; else only :exec does */
	struct client *client; /* here: it keeps the journal for :undo. Else only its name is used */
	struct history history;
};

static int
answer_with(const struct work *work, int result, const struct client_answer *said, const struct error *err, int fd)
{
	_autofree_ char *error = NULL;
	size_t error_len = 0;
	struct deed_message deed = { .result = result, .status = said->status, .out_len = said->out_len };
	FILE *f;

	if (err->message) {
		f = open_memstream(&error, &error_len);
		if (!f)
			return -1;
		error_json_write(f, err);
		if (fclose(f) == EOF)
			return -1;
		deed.err_len = error_len;
	}
	if (fdpass_send(work->fd, &deed, sizeof deed, fd, 0) < 0 || send_all(work->fd, said->out, said->out_len) < 0)
		return -1;
	return send_all(work->fd, error, error_len);
}

static int
answer(const struct work *work, int result, const struct client_answer *said, const struct error *err)
{
	return answer_with(work, result, said, err, -1);
}

static int
run_for(struct work *work, const char *line, bool json)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct client_answer said = { .error = ERROR_INIT };
	int r;

	if (work->here || context_is_command(line, "exec"))
		r = client_run(work->client, line, json, &said, &err);
	else
		r = error_set(&err, EPERM, "'%s' is for the session", line);
	r = answer(work, r < 0 ? -1 : 0, &said, r < 0 ? &err : &said.error);
	client_answer_release(&said);
	return r;
}

static int
list_for(struct work *work, enum complete_kind kind, const char *directory)
{
	struct client_answer said = { .error = ERROR_INIT };
	struct complete_names names = { 0 };
	struct candidates candidates;
	int r;

	candidates_init(&candidates, work->inside);
	candidates.source.list(candidates.source.arg, kind, *directory ? directory : NULL, &names);
	candidates_release(&candidates);
	said.out = complete_names_pack(&names, &said.out_len);
	complete_names_release(&names);
	r = answer(work, 0, &said, &said.error);
	client_answer_release(&said);
	return r;
}

static int
connect_for(struct work *work)
{
	_autoerror_ struct error err = ERROR_INIT;
	const struct client_answer none = { .error = ERROR_INIT };
	_autoclose_ int fd = aide_connect_here(work->client, &err);

	return answer_with(work, fd < 0 ? -1 : 0, &none, &err, fd);
}

/* Negative: there is no more to do, or what is asked is nothing that the inspector would ask. */
static int
work_once(struct work *work)
{
	struct wish_message wish;
	_autofree_ char *text = NULL;

	if (receive_all(work->fd, &wish, sizeof wish) < 0 || wish.len > PROTOCOL_COMMAND_MAX)
		return -1;
	text = receive_text(work->fd, wish.len);
	if (!text)
		return -1;
	switch (wish.wish) {
	case WISH_RUN:
		return run_for(work, text, wish.choice);
	case WISH_LIST:
		return wish.choice > COMPLETE_SESSIONS ? -1 : list_for(work, wish.choice, text);
	case WISH_CONNECT:
		return connect_for(work);
	case WISH_REMEMBER:
		history_add(&work->history, text);
		return 0;
	default:
		return -1;
	}
}

static _Noreturn void
be_aide(struct work *work)
{
	/* What it has of the inspector's, the program's terminal above all, is not for it nor for what :exec starts. */
	if (work->fd != 3 && dup3(work->fd, 3, O_CLOEXEC) < 0)
		_exit(STATUS_FAILED);
	work->fd = 3;
	close_range(4, ~0u, 0);
	/* Should it be killed while a program runs that :exec has started. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	while (work_once(work) == 0)
		;
	history_write(&work->history);
	_exit(0);
}

/* --- the inspector --- */

struct aide *
aide_start(struct client *client, struct error *err)
{
	size_t cap = 0;
	struct aide *aide = array_grow(NULL, &cap, 1, sizeof *aide);
	struct work work = { .inside = client_pid(client), .here = client_fd(client) < 0, .client = client };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		free(aide);
		error_set(err, errno, "cannot make a pair of sockets");
		return NULL;
	}
	fflush(NULL);
	aide->fd = ends[0];
	aide->pid = fork();
	if (aide->pid == 0) {
		close(ends[0]);
		work.fd = ends[1];
		be_aide(&work);
	}
	close(ends[1]);
	if (aide->pid > 0)
		return aide;
	close(ends[0]);
	free(aide);
	error_set(err, EAGAIN, "cannot start a process");
	return NULL;
}

void
aide_end(struct aide *aide)
{
	if (!aide)
		return;
	close(aide->fd);
	while (waitpid(aide->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(aide);
}

static int
wish_for(struct aide *aide, enum wish wish, unsigned choice, const char *text)
{
	struct wish_message message = { .wish = wish, .choice = choice, .len = (uint32_t)strlen(text) };

	if (send_all(aide->fd, &message, sizeof message) < 0)
		return -1;
	return send_all(aide->fd, text, message.len);
}

/* The answer, and in err the error behind it. Negative: the aide has gone. */
static int
take_deed(struct aide *aide, int *ret_result, struct client_answer *ret, struct error *err)
{
	_autofree_ char *error = NULL;
	struct deed_message deed;

	if (receive_all(aide->fd, &deed, sizeof deed) < 0)
		return -1;
	*ret_result = deed.result;
	ret->status = deed.status;
	ret->out_len = deed.out_len;
	ret->out = receive_text(aide->fd, deed.out_len);
	error = receive_text(aide->fd, deed.err_len);
	if (!ret->out || !error)
		return -1;
	return deed.err_len > 0 ? error_json_read(error, err) : 0;
}

int
aide_ask(struct aide *aide, const char *line, bool json)
{
	return wish_for(aide, WISH_RUN, json, line);
}

int
aide_fd(const struct aide *aide)
{
	return aide->fd;
}

int
aide_take(struct aide *aide, struct client_answer *ret, struct error *err)
{
	struct error said = ERROR_INIT;
	int result = -1;

	client_answer_release(ret);
	if (take_deed(aide, &result, ret, &said) < 0) {
		error_release(&said);
		return error_set(err, EPIPE, "the process that does this for the inspector has ended");
	}
	*(result < 0 ? err : &ret->error) = said;
	return result;
}

/* Where it cannot be asked it does not answer either. */
int
aide_run(struct aide *aide, const char *line, bool json, struct client_answer *ret, struct error *err)
{
	aide_ask(aide, line, json);
	return aide_take(aide, ret, err);
}

void
aide_list(struct aide *aide, enum complete_kind kind, const char *directory, struct complete_names *ret)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct client_answer said = { .error = ERROR_INIT };
	int result;

	if (wish_for(aide, WISH_LIST, kind, directory ? directory : "") == 0 &&
	    take_deed(aide, &result, &said, &err) == 0)
		complete_names_unpack(ret, said.out, said.out_len);
	client_answer_release(&said);
}

int
aide_connect(struct aide *aide, struct error *err)
{
	_autofree_ char *error = NULL;
	_autoclose_ int fd = -1;
	struct deed_message deed;

	if (wish_for(aide, WISH_CONNECT, 0, "") < 0 ||
	    fdpass_receive(aide->fd, &deed, sizeof deed, &fd, MSG_WAITALL) != sizeof deed || deed.out_len > 0 ||
	    !(error = receive_text(aide->fd, deed.err_len)))
		return error_set(err, EPIPE, "the process that does this for the inspector has ended");
	if (deed.err_len > 0)
		error_json_read(error, err);
	return fd >= 0 ? take_fd(&fd) : -1;
}

pid_t
aide_pid(const struct aide *aide)
{
	return aide->pid;
}

void
aide_remember(struct aide *aide, const char *line)
{
	wish_for(aide, WISH_REMEMBER, 0, line);
}
