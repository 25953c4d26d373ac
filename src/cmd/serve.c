/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control process. One poll(2) for all; each connection has one command run in its turn, and the next only
 * when the answer has been taken. So what waits for a client is one answer at most, or, where it follows
 * events, BACKLOG_MAX bytes: who is slower is cut off. Nothing wakes the process but what somebody sends, and
 * what somebody wants to be told.
 */
#include "config.h"

#include "cmd/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "cmd/context.h"
#include "cmd/error_json.h"
#include "cmd/events.h"
#include "cmd/missnews.h"
#include "cmd/protocol.h"
#include "session/peer.h"
#include "sys/fdpass.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"
#include "watch/watch.h"

enum { CONNECTIONS_MAX = 128, BACKLOG_MAX = 4 * 1024 * 1024, READ_SIZE = 64 * 1024 };

/* In what is polled. */
enum { SOCKET, ENDING, NEWS, NEWS_END, FIRST };

struct connection {
	int fd;
	struct peer peer;
	char *in, *out;
	size_t in_len, in_cap;
	size_t out_len, out_cap, out_sent;
	char *cwd, *home; /* of the client; NULL: not told */
	pid_t pid;	  /* what its commands are about; 0: the payload */
	struct events *events;
	bool ended;	  /* to be closed, when all is sent */
	bool broken;	  /* to be closed */
};

struct server {
	const struct control_service *service;
	int ending; /* readable: the session ends */
	struct context context;
	struct missnews news;
	bool decides; /* somebody is there to decide, and who watches knows */
	struct connection *connections;
	size_t len, cap;
};

static void
connection_release(struct connection *connection)
{
	close(connection->fd);
	events_free(connection->events);
	free(connection->in);
	free(connection->out);
	free(connection->cwd);
	free(connection->home);
}

static void
put(struct connection *connection, const char *data, size_t len)
{
	connection->out = array_grow(connection->out, &connection->out_cap, connection->out_len + len + 1, 1);
	if (len > 0)
		memcpy(connection->out + connection->out_len, data, len);
	connection->out_len += len;
}

static void
put_text(struct connection *connection, const char *text)
{
	put(connection, text, strlen(text));
}

static void
flush(struct connection *connection)
{
	while (connection->out_sent < connection->out_len) {
		ssize_t n = send(connection->fd, connection->out + connection->out_sent,
				 connection->out_len - connection->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			connection->broken = true;
			return;
		}
		connection->out_sent += (size_t)n;
	}
	connection->out_len = connection->out_sent = 0;
	/* An answer may have been large, and the process is to be small while nobody asks. */
	free(take_ptr(connection->out));
	connection->out_cap = 0;
	connection->broken |= connection->ended;
}

static void
put_event(struct connection *connection, const char *text)
{
	_autofree_ char *head = text_format("event %zu\n", strlen(text));

	if (connection->out_len - connection->out_sent > BACKLOG_MAX) {
		connection->broken = true;
		return;
	}
	put_text(connection, head);
	put_text(connection, text);
}

/* What has happened, to the one who follows it. */
static void
pass_on_events(struct connection *connection)
{
	_autoerror_ struct error err = ERROR_INIT;
	int r = 1;

	while (connection->events && r > 0 && !connection->broken) {
		_autofree_ char *text = NULL;

		r = events_next(connection->events, false, &text, &err);
		if (r > 0)
			put_event(connection, text);
	}
	if (r < 0)
		connection->ended = true;
	flush(connection);
}

static void
tell_all(struct server *server, const struct event *event)
{
	for (size_t i = 0; i < server->len; i++)
		if (server->connections[i].events) {
			events_tell(server->connections[i].events, event);
			pass_on_events(&server->connections[i]);
		}
}

/* As missnews_tell. */
static void
tell_news(void *server, const struct event *event)
{
	tell_all(server, event);
}

static void
tell_connection(void *connection, const struct event *event)
{
	events_tell(((struct connection *)connection)->events, event);
}

/* What a command has decided, and by whom. */
static void
tell_decision(struct server *server, const struct peer *peer)
{
	struct decision *decision = &server->context.decision;
	struct event event = { .kind = EVENT_DECIDED, .peer = peer, .decision = decision };

	if (!decision->verb)
		return;
	/* Who waits now; and what has changed by it is not told again. */
	missnews_look(&server->news, &server->context, tell_news, server);
	event.waiting = server->news.waiting;
	tell_all(server, &event);
	decision_release(decision);
}

static size_t
count_followers(const struct server *server, bool that_decide)
{
	size_t n = 0;

	for (size_t i = 0; i < server->len; i++) {
		const struct connection *connection = &server->connections[i];

		n += connection->events && !connection->broken && (!that_decide || events_decide(connection->events));
	}
	return n;
}

/*
 * There is one more who follows. As long as somebody does who decides, we are there to decide for whoever watches: the
 * connection is gone when the client is, in whatever way, and so are we.
 */
static void
take_follower(struct server *server, struct connection *connection)
{
	struct watch *watch = server->context.watch;

	missnews_look(&server->news, &server->context, tell_news, server);
	if (!events_decide(connection->events))
		return;
	server->decides = true;
	watch_set_decider(watch, WATCH_CONTROL, getpid(), connection->peer.pid);
	missnews_tell_waiting(&server->news, &server->context, tell_connection, connection);
	pass_on_events(connection);
}

/* Nobody is there any more who decides. */
static void
look_for_deciders(struct server *server)
{
	if (!server->decides || count_followers(server, true) > 0)
		return;
	server->decides = false;
	watch_set_decider(server->context.watch, WATCH_CONTROL, 0, 0);
}

static void
answer(struct connection *connection, const char *out, size_t out_len, const struct error *err)
{
	_autofree_ char *head = NULL, *text = NULL;
	size_t len = 0;

	if (err->message) {
		FILE *f = open_memstream(&text, &len);

		if (f) {
			error_json_write(f, err);
			fclose(f);
		}
	}
	head = text_format("answer %d %zu %zu\n", err->message ? err->status : 0, out_len, len);
	put_text(connection, head);
	put(connection, out, out_len);
	put(connection, text ? text : "", len);
}

/* The command in the context of this connection. Returns its status. */
static int
run_command(struct server *server, struct connection *connection, const char *line, bool json)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct context *context = &server->context;
	_autofree_ char *out = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&out, &len);

	context->cwd = connection->cwd ? connection->cwd : "";
	context->home = connection->home;
	context->pid = connection->pid;
	if (!f)
		error_set(&err, errno, "cannot answer");
	else if (context_is_command(line, "events"))
		connection->events = events_open(context, line, json, &err);
	else
		context_run(context, line, json, f, &err);
	if (f)
		fclose(f);
	if (connection->events)
		put_text(connection, "event 0\n");
	else
		answer(connection, out, len, &err);
	context->cwd = context->home = NULL;
	context->pid = 0;
	return err.message ? err.status : 0;
}

/* A process of the sandbox: in its pid namespace, or below. */
static bool
is_inside(const struct server *server, pid_t pid)
{
	_autoclose_ int proc = procfs_open();
	_autoclose_ int process = proc < 0 ? -1 : procfs_open_process(proc, pid);
	_autoclose_ int ns = process < 0 ? -1 : nsfs_open(process, NS_PID);

	/*
	 * It may not be there any more, or not to be looked at yet: nobody may before it is executed. Whoever tells of
	 * it may give any command, and gains nothing by making it up; what is seen to be outside is a mistake.
	 */
	return ns < 0 || nsfs_is_within(ns, server->service->record->sandbox_pidns);
}

/* A program is about to join: its calls are to be seen by who watches the session. Nothing else waits to be sent. */
static void
answer_listen(const struct server *server, struct connection *connection)
{
	_autoclose_ int socket = -1;
	_autofree_ char *line = NULL;
	int r = server->context.watch ? watch_expect(server->context.watch, WATCH_CONTROL, &socket) : -EOPNOTSUPP;

	line = text_format("listen %d\n", -r);
	if (fdpass_send(connection->fd, line, strlen(line), socket, MSG_DONTWAIT) < 0)
		connection->broken = true;
}

static void
take_message(struct server *server, struct connection *connection, const struct request_message *message)
{
	char **path = message->verb == VERB_CWD ? &connection->cwd : &connection->home;
	_autofree_ char *line = NULL;
	struct event event = { .peer = &connection->peer };

	switch (message->verb) {
	case VERB_CWD:
	case VERB_HOME:
		free(*path);
		*path = text_ndup(message->body, message->number);
		break;
	case VERB_PID:
		/* Another number is not refused here: the command says what is wrong with it. */
		connection->pid = (pid_t)message->number;
		break;
	case VERB_LISTEN:
		answer_listen(server, connection);
		break;
	case VERB_JOINED:
		event.kind = EVENT_JOINED;
		event.pid = (pid_t)message->number;
		if (is_inside(server, event.pid))
			tell_all(server, &event);
		break;
	case VERB_TEXT:
	case VERB_JSON:
		line = text_ndup(message->body, message->number);
		event.kind = EVENT_COMMAND;
		event.line = line;
		event.status = run_command(server, connection, line, message->verb == VERB_JSON);
		/* Whoever is told that he follows is there to decide by then. */
		if (connection->events)
			take_follower(server, connection);
		flush(connection);
		/* That a screen keeps itself up to date is no news, least of all to another such screen. */
		if (message->verb == VERB_TEXT || !context_only_looks(line))
			tell_all(server, &event);
		tell_decision(server, &connection->peer);
		break;
	case VERBS:
		break;
	}
}

/* One message, if it is complete. */
static bool
take_next(struct server *server, struct connection *connection)
{
	struct request_message message;
	int r = protocol_parse(connection->in, connection->in_len, &message);

	if (r < 0)
		connection->broken = true;
	if (r <= 0)
		return false;
	take_message(server, connection, &message);
	connection->in_len -= message.size;
	memmove(connection->in, connection->in + message.size, connection->in_len);
	if (connection->in_len == 0) {
		free(take_ptr(connection->in));
		connection->in_cap = 0;
	}
	return true;
}

static bool
may_take(const struct connection *connection)
{
	return !connection->broken && !connection->ended && !connection->events && connection->out_len == 0;
}

static void
read_more(struct connection *connection)
{
	ssize_t n;

	connection->in = array_grow(connection->in, &connection->in_cap, connection->in_len + READ_SIZE, 1);
	do
		n = recv(connection->fd, connection->in + connection->in_len, READ_SIZE, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n == 0 || (n < 0 && errno != EAGAIN))
		connection->broken = true;
	else if (n > 0)
		connection->in_len += (size_t)n;
	/* A follower has nothing more to say. */
	if (connection->events)
		connection->in_len = 0;
}

static void
accept_connection(struct server *server)
{
	_autofree_ char *line = NULL;
	struct connection connection = { 0 };
	const char *refused;

	connection.fd = accept4(server->service->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (connection.fd < 0)
		return;
	refused = server->len < CONNECTIONS_MAX ? peer_check(connection.fd, &connection.peer) :
						  "there are too many connections";
	if (refused)
		line = text_format("%s%s\n", PROTOCOL_REFUSAL, refused);
	else
		line = text_format("%s%s\n", PROTOCOL_GREETING, server->service->record->name);
	put_text(&connection, line);
	connection.ended = refused;
	flush(&connection);
	if (connection.broken) {
		connection_release(&connection);
		return;
	}
	server->connections = array_grow(server->connections, &server->cap, server->len + 1, sizeof connection);
	server->connections[server->len++] = connection;
}

static void
close_broken(struct server *server)
{
	size_t kept = 0;

	for (size_t i = 0; i < server->len; i++) {
		if (server->connections[i].broken)
			connection_release(&server->connections[i]);
		else
			server->connections[kept++] = server->connections[i];
	}
	server->len = kept;
}

/*
 * The socket, the session's end, the news of the misses and their end; then two for each connection: itself, and what
 * it follows.
 */
static nfds_t
fill(const struct server *server, struct pollfd *fds)
{
	nfds_t n = 0;
	bool followed = count_followers(server, false) > 0;
	int news = followed ? missnews_fd(&server->news, &server->context) : -1;
	int end = followed ? missnews_end_fd(&server->news, &server->context) : -1;

	fds[n++] = (struct pollfd){ .fd = server->service->socket, .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = server->ending, .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = news, .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = end };
	for (size_t i = 0; i < server->len; i++) {
		const struct connection *connection = &server->connections[i];
		bool sending = connection->out_len > 0;

		fds[n++] = (struct pollfd){ .fd = connection->fd, .events = sending ? POLLOUT : POLLIN };
		fds[n++] = (struct pollfd){ .fd = connection->events ? events_fd(connection->events) : -1,
					    .events = POLLIN };
	}
	return n;
}

static void
take_ready(struct server *server, const struct pollfd *fds)
{
	size_t len = server->len;

	for (size_t i = 0; i < len; i++) {
		struct connection *connection = &server->connections[i];

		if (fds[FIRST + 2 * i].revents & POLLOUT)
			flush(connection);
		else if (fds[FIRST + 2 * i].revents != 0)
			read_more(connection);
		if (fds[FIRST + 1 + 2 * i].revents != 0)
			pass_on_events(connection);
	}
}

/* One message of each connection. True if there may be more that is here already. */
static bool
take_messages(struct server *server)
{
	bool more = false;

	for (size_t i = 0; i < server->len; i++) {
		struct connection *connection = &server->connections[i];

		if (may_take(connection) && connection->in_len > 0 && take_next(server, connection))
			more = true;
	}
	return more;
}

/* Until the news may be looked at again, in ms; -1: until something comes. */
static int
time_to_news(const struct server *server)
{
	return server->context.watch && count_followers(server, false) > 0 ? missnews_wait(&server->news) : -1;
}

/* What happened last, the program's end above all, to those who follow. */
static void
say_last_words(struct server *server)
{
	for (size_t i = 0; i < server->len; i++)
		if (server->connections[i].events)
			pass_on_events(&server->connections[i]);
}

static void
run(struct server *server)
{
	static struct pollfd fds[FIRST + 2 * CONNECTIONS_MAX];
	bool more = false;

	for (;;) {
		nfds_t n = fill(server, fds);

		if (poll(fds, n, more ? 0 : time_to_news(server)) < 0 && errno != EINTR)
			return;
		if (fds[ENDING].revents != 0) {
			say_last_words(server);
			return;
		}
		take_ready(server, fds);
		if (fds[NEWS].revents != 0 || fds[NEWS_END].revents != 0)
			missnews_look(&server->news, &server->context, tell_news, server);
		more = take_messages(server);
		close_broken(server);
		look_for_deciders(server);
		/* Last: what it adds is not among the fds. */
		if (fds[SOCKET].revents != 0)
			accept_connection(server);
	}
}

/* The places of the specs: what stays on top when something is mounted above. */
static void
find_kept(struct server *server)
{
	const struct plan *plan = server->service->plan;
	size_t cap = 0, n = 0;
	const char **keep = array_grow(NULL, &cap, plan->len + 1, sizeof *keep);

	for (size_t i = 0; i < plan->len; i++)
		if (plan->entries[i].spec)
			keep[n++] = plan->entries[i].path;
	server->context.keep = keep;
	server->context.keep_len = n;
}

/* What would be said while a command runs is said in its answer, or nowhere. */
static void
swallow(enum log_level level, const char *text)
{
	(void)level;
	(void)text;
}

void
serve_session(const struct control_service *service)
{
	static struct server server;
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	server.ending = signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK);
	log_set_sink(swallow);
	server.service = service;
	server.context.record = service->record;
	server.context.watch = service->watch;
	server.context.plan = service->plan;
	server.context.restart = service->restart;
	find_kept(&server);
	run(&server);
}
