/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run of the program, for --learn. A session is run once in the life of a process (session/session.h), so each has
 * one of its own, which tells what there is to tell through a file of memory.
 *
 * The first run is in our process group and on our terminal, as without --learn: what the keyboard sends goes to it
 * too. A replay has a session of its own and no terminal, so it can ask nobody for anything.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/wire.h"
#include "cmd/explain.h"
#include "cmd/serve.h"
#include "inspect/why.h"
#include "learn_parts.h"
#include "profile.h"

enum {
	MISSES_TOLD = 256,    /* of a replay */
	SAID_MAX = 1 << 12,   /* of what a replay said, so much of the end is kept */
	RESULT_MAX = 8 << 20,
};

/* What the explainer has seen of the session, in the process that runs it. */
static struct watch_state seen_state;

static void
explain(const struct sandbox *sb, const struct plan *plan, bool exec_failed, int status, struct error *err)
{
	struct miss_list misses = { 0 };

	explain_failure(sb, plan, exec_failed, status, err);
	/* Only for how it was watched: what was missed came with the findings. */
	if (!sb->watch || watch_read(sb->watch, WATCH_MANAGER, &misses, &seen_state) < 0)
		seen_state = (struct watch_state){ .tier = watch_tier(sb->watch) };
	miss_list_release(&misses);
}

/* What was asked for; and where the program could not be started, what that is for want of. Not what its words name. */
static bool
is_told(const struct finding *finding, const struct outcome *outcome)
{
	bool has_run = outcome->status < STATUS_FAILED || outcome->status > STATUS_NOT_FOUND;

	return finding->source == FINDING_SEEN || (finding->source == FINDING_PROGRAM && !has_run);
}

static void
put_misses(struct wire *wire, const struct finding_list *list, const struct outcome *outcome)
{
	size_t told = 0;

	for (size_t i = 0; i < list->len; i++)
		told += is_told(&list->items[i], outcome);
	if (told > MISSES_TOLD)
		told = MISSES_TOLD;
	wire_put_number(wire, told);
	for (size_t i = 0; i < list->len && told > 0; i++) {
		const struct finding *finding = &list->items[i];

		if (!is_told(finding, outcome))
			continue;
		wire_put_text(wire, finding->why.path);
		wire_put_text(wire, finding->sentence);
		wire_put_number(wire, finding->worth);
		told--;
	}
}

static void
put_result(int fd, bool started, const struct outcome *outcome)
{
	_autowire_ struct wire wire = { 0 };

	wire_put_number(&wire, started);
	wire_put_number(&wire, (uint64_t)outcome->status);
	wire_put_number(&wire, (uint64_t)outcome->signal);
	wire_put_number(&wire, outcome->typed);
	wire_put_number(&wire, seen_state.tier);
	wire_put_number(&wire, (uint64_t)seen_state.refused);
	wire_put_number(&wire, (uint64_t)seen_state.refused_filter);
	put_misses(&wire, &explain_story()->findings, outcome);
	file_write_all(fd, wire.data, wire.len);
}

/* In the process of the run. */
static _Noreturn void
run_session(struct request *req, int result)
{
	static const struct session_hooks hooks = { .explain = explain, .serve = serve_session };
	_autoerror_ struct error err = ERROR_INIT;
	struct outcome outcome = { 0 };
	struct plan plan;
	int r = plan_make(req, &plan, &err);

	if (r == 0)
		r = profile_apply_project(req, &plan, &err);
	if (r == 0)
		r = session_run(&plan, &hooks, &outcome, &err);
	if (r < 0) {
		explain_machine(&err);
		outcome = (struct outcome){ .status = err.status };
	}
	if (r < 0 || (err.message && log_level() > LOG_QUIET))
		error_print(&err, stderr, "isolate");
	put_result(result, r == 0, &outcome);
	fflush(NULL);
	_exit(0);
}

/*
 * What the first run's view begins with: the host, read-only; of the home directory and /tmp a view in which what is
 * changed is private. The request's own specs go over it.
 */
static int
show_host(struct request *req, struct error *err)
{
	struct spec_list own = req->specs;
	int r;

	req->specs = (struct spec_list){ 0 };
	req->specs_are_default = false;
	req->host_visible = true;
	r = spec_list_parse(&req->specs, "ro:/", ORIGIN_DEFAULT, "--learn", err);
	for (size_t i = 0; r == 0 && i < own.len; i++)
		r = spec_list_parse(&req->specs, own.items[i].text, own.items[i].origin, own.items[i].from, err);
	return r;
}

static void
get_misses(struct wire *wire, struct run *ret)
{
	size_t told = (size_t)wire_get_number(wire, MISSES_TOLD);

	for (size_t i = 0; i < told && !wire->bad; i++) {
		struct run_miss miss = { .path = wire_get_text(wire), .sentence = wire_get_text(wire) };

		miss.worth = (enum finding_worth)wire_get_number(wire, FINDING_WORTHS - 1);
		if (wire->bad || !miss.path || !miss.sentence) {
			free(miss.path);
			free(miss.sentence);
			return;
		}
		ret->misses = array_grow(ret->misses, &ret->cap, ret->len + 1, sizeof *ret->misses);
		ret->misses[ret->len++] = miss;
	}
}

/* How the process of the run ended is all that is known where it could not say. */
static void
get_result(int fd, int wait_status, struct run *ret)
{
	_autowire_ struct wire wire = { 0 };
	struct stat st;

	ret->outcome = (struct outcome){ .status = WIFEXITED(wait_status) ? STATUS_FAILED : 0,
					 .signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0 };
	if (fstat(fd, &st) < 0 || st.st_size <= 0 || st.st_size > RESULT_MAX)
		return;
	wire.cap = wire.len = (size_t)st.st_size;
	wire.data = text_room(wire.cap);
	if (pread(fd, wire.data, wire.len, 0) != (ssize_t)wire.len)
		return;
	ret->started = wire_get_number(&wire, 1) != 0;
	ret->outcome.status = (int)wire_get_number(&wire, 255);
	ret->outcome.signal = (int)wire_get_number(&wire, SIGRTMAX);
	ret->outcome.typed = wire_get_number(&wire, 1) != 0;
	ret->tier = (enum watch_tier)wire_get_number(&wire, WATCH_TIERS - 1);
	ret->refused_root = (int)wire_get_number(&wire, 4096);
	ret->refused_calls = (int)wire_get_number(&wire, 4096);
	get_misses(&wire, ret);
}

/* The last lines of it, for a person. */
static char *
read_end(int fd)
{
	char text[SAID_MAX + 1];
	off_t size = lseek(fd, 0, SEEK_END), from = size > SAID_MAX ? size - SAID_MAX : 0;
	ssize_t n = size > 0 ? pread(fd, text, SAID_MAX, from) : 0;

	text[n > 0 ? n : 0] = '\0';
	return text_dup(text);
}

/* Signals that are for the program, and reach us as well or alone. */
static const int passed_on[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };

struct waiting {
	int signals;
	pid_t child;
	bool has_terminal; /* the keyboard's signals reach the child without us */
	int64_t until;	   /* ms of clock_ms(); 0: however long it takes */
	bool late;
	int interrupted;   /* the signal that a replay was ended for, or 0 */
	sigset_t before;
};

static int
open_signals(struct waiting *waiting)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGPIPE);
	for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
		sigaddset(&set, passed_on[i]);
	if (sigprocmask(SIG_BLOCK, &set, &waiting->before) < 0)
		return -errno;
	waiting->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return waiting->signals < 0 ? -errno : 0;
}

static void
take_signals(struct waiting *waiting)
{
	struct signalfd_siginfo info;

	while (read(waiting->signals, &info, sizeof info) == sizeof info) {
		bool from_keyboard = info.ssi_code == SI_KERNEL;

		if (info.ssi_signo == SIGCHLD || info.ssi_signo == SIGPIPE || (from_keyboard && waiting->has_terminal))
			continue;
		/* A replay is nothing that has something to save. */
		if (!waiting->has_terminal)
			waiting->interrupted = (int)info.ssi_signo;
		kill(waiting->child, waiting->has_terminal ? (int)info.ssi_signo : SIGKILL);
	}
}

/* True once it has ended. If it was stopped, so are we, for the shell that waits for us. */
static bool
look(const struct waiting *waiting, int *status)
{
	while (waitpid(waiting->child, status, WNOHANG | WUNTRACED) == waiting->child) {
		if (!WIFSTOPPED(*status))
			return true;
		if (!waiting->has_terminal)
			continue;
		kill(getpid(), SIGSTOP);
		kill(waiting->child, SIGCONT);
	}
	return false;
}

static int
wait_for(struct waiting *waiting, struct input *input)
{
	int status = 0;

	while (!look(waiting, &status)) {
		struct pollfd fds[3] = { { .fd = waiting->signals, .events = POLLIN } };
		nfds_t n = 1 + (input ? input_poll(input, fds + 1) : 0);
		int64_t left = waiting->until > 0 ? waiting->until - clock_ms() : -1;

		if (waiting->until > 0 && left <= 0) {
			waiting->late = true;
			waiting->until = 0;
			kill(waiting->child, SIGKILL);
			continue;
		}
		if (poll(fds, n, (int)left) < 0)
			continue;
		take_signals(waiting);
		if (n > 1)
			input_pass_on(input);
	}
	return status;
}

/* A new process. False in the child, which is about to become the run. */
static bool
part(struct waiting *waiting, bool is_first)
{
	pid_t parent = getpid();

	fflush(NULL);
	waiting->has_terminal = is_first;
	waiting->child = fork();
	if (waiting->child != 0)
		return true;
	close(waiting->signals);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(STATUS_FAILED);
	sigprocmask(SIG_SETMASK, &waiting->before, NULL);
	return false;
}

static void
close_waiting(struct waiting *waiting)
{
	if (waiting->signals >= 0)
		close(waiting->signals);
	sigprocmask(SIG_SETMASK, &waiting->before, NULL);
}

int
run_first(const struct request *req, int record_fd, struct input *input, struct run *ret, struct error *err)
{
	_autoclose_ int result = memfd_create("isolate-run", MFD_CLOEXEC);
	struct waiting waiting = { .signals = -1 };
	int64_t began = clock_ms();
	int r = result < 0 ? -errno : open_signals(&waiting), in = -1, status;

	*ret = (struct run){ 0 };
	if (r == 0)
		in = input_begin(input);
	if (r == 0 && !part(&waiting, true)) {
		struct request own = *req;
		struct error why = ERROR_INIT;

		if (in >= 0)
			dup2(in, STDIN_FILENO);
		input_end(input);
		own.record_fd = record_fd;
		own.trace = true;
		if (show_host(&own, &why) < 0) {
			error_print(&why, stderr, "isolate");
			_exit(STATUS_FAILED);
		}
		run_session(&own, result);
	}
	if (in >= 0)
		close(in);
	if (r < 0 || waiting.child < 0) {
		r = error_set(err, r < 0 ? -r : errno, "cannot start a process");
	} else {
		status = wait_for(&waiting, input);
		get_result(result, status, ret);
		ret->ms = (int)(clock_ms() - began);
	}
	input_end(input);
	close_waiting(&waiting);
	return r;
}

/* What would be printed goes nowhere; what is said of errors is kept for who wants to know why it failed. */
static void
enter_silence(int in, int said)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	setsid();
	if (null < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0)
		_exit(STATUS_FAILED);
}

int
run_replay(const struct request *req, const struct input *input, int limit, struct run *ret, struct error *err)
{
	_autoclose_ int result = memfd_create("isolate-run", MFD_CLOEXEC);
	_autoclose_ int said = memfd_create("isolate-said", MFD_CLOEXEC);
	_autoclose_ int in = input_again(input);
	struct waiting waiting = { .signals = -1, .until = clock_ms() + limit };
	int64_t began = clock_ms();
	int r = in < 0 ? in : result < 0 || said < 0 ? -errno : open_signals(&waiting), status;

	*ret = (struct run){ 0 };
	if (r == 0 && !part(&waiting, false)) {
		struct request own = *req;

		enter_silence(in, said);
		log_set_level(LOG_QUIET);
		own.trace = true;
		/* Has the explainer look, however it ends; nothing is written by that name. */
		own.report = "";
		run_session(&own, result);
	}
	if (r < 0 || waiting.child < 0) {
		r = error_set(err, r < 0 ? -r : errno, "cannot start a replay");
	} else {
		status = wait_for(&waiting, NULL);
		get_result(result, status, ret);
		ret->late = waiting.late;
		ret->interrupted = waiting.interrupted;
		ret->said = read_end(said);
		ret->ms = (int)(clock_ms() - began);
	}
	close_waiting(&waiting);
	return r;
}

void
run_release(struct run *run)
{
	for (size_t i = 0; i < run->len; i++) {
		free(run->misses[i].path);
		free(run->misses[i].sentence);
	}
	free(run->misses);
	free(run->said);
	*run = (struct run){ 0 };
}
