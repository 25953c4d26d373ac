/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manager's side of the control socket. */
#include "config.h"

#include "session/control.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/number.h"
#include "base/text.h"
#include "sandbox/door.h"
#include "sandbox/environ.h"
#include "sys/procfs.h"
#include "sys/title.h"
#include "watch/watch.h"

enum { GREETING_MILLISECONDS = 5000, LAST_WORDS_MILLISECONDS = 1000 };

int
control_prepare(struct control *control, const struct plan *plan, control_server *serve, struct error *err)
{
	_autoerror_ struct error why = ERROR_INIT;
	int r;

	control->plan = plan;
	control->serve = serve;
	if (!serve || !plan->req->name)
		return 0;
	r = registration_reserve(&control->registration, plan->session, &why);
	if (r == 0)
		return 0;
	if (r == -EEXIST) {
		*err = why;
		why = (struct error)ERROR_INIT;
		error_from(err, "--name");
		return r;
	}
	log_verbose("the session has no name to be found by: %s", why.message);
	control->serve = NULL;
	return 0;
}

static uint64_t
pid_namespace(int process)
{
	uint64_t number;

	return process >= 0 && procfs_ns_number(process, NS_PID, &number) == 0 ? number : 0;
}

/* Field 22 of proc_pid_stat(5). The second is a name, in which anything may stand. */
static uint64_t
start_time(int process)
{
	char text[1024], *at;
	uint64_t ticks;

	if (process < 0 || procfs_read_some(process, "stat", text, sizeof text) < 0 || !(at = strrchr(text, ')')))
		return 0;
	for (int field = 2; field < 22 && at; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return 0;
	at[1 + strcspn(at + 1, " ")] = '\0';
	return number_parse(at + 1, UINT64_MAX, &ticks) == 0 ? ticks : 0;
}

static char **
copy_arguments(char *const *argv)
{
	char **copy = NULL;
	size_t len = 0, cap = 0;

	do {
		copy = array_grow(copy, &cap, len + 1, sizeof *copy);
		copy[len] = argv[len] ? text_dup(argv[len]) : NULL;
	} while (argv[len++]);
	return copy;
}

static void
fill_record(struct session_record *record, const struct plan *plan, const struct sandbox *sb, enum launch_group group)
{
	const char *prompt = environ_get(plan->envp, "debian_chroot");
	static const char *const groups[] = { [GROUP_OWN] = "own", [GROUP_SHARED] = "shared", [GROUP_PTY] = "pty" };

	_autoclose_ int proc = procfs_open();
	_autoclose_ int self = proc < 0 ? -1 : procfs_open_named(proc, "self");
	_autoclose_ int init = proc < 0 ? -1 : procfs_open_process(proc, sb->init);

	*record = (struct session_record){
		.name = text_dup(plan->session),
		.pid = getpid(),
		.pidns = pid_namespace(self),
		.started = (uint64_t)time(NULL),
		.init = sb->init,
		.init_started = start_time(init),
		.payload = sb->payload,
		.sandbox_pidns = pid_namespace(init),
		.uid = plan->inner_uid,
		.gid = plan->inner_gid,
		.outer_uid = plan->outer_uid,
		.outer_gid = plan->outer_gid,
		.user = text_dup(plan->user),
		.net = text_dup(plan->req->net == NET_HOST ? "host" : "none"),
		.group = text_dup(groups[group]),
		.hostname = plan->hostname ? text_dup(plan->hostname) : NULL,
		.cwd = text_dup(plan->cwd),
		.home = text_dup(plan->home),
		.shell = text_dup(plan->shell),
		/* In which way is known once the payload runs, which may be later than now. */
		.watch = text_dup(watch_tier(sb->watch) == WATCH_OFF ? "off" : "on"),
		.prompt = prompt ? text_dup(prompt) : NULL,
		.argv = copy_arguments(plan->argv),
	};
}

/*
 * Tells a session which program has joined it, for those who follow events. The program does not depend on it: where
 * nobody answers nobody is told.
 */
static void
tell_joined(struct control *control, pid_t program)
{
	_autoclose_ int fd = registry_connect(control->plan->door->name);

	if (fd >= 0 && dprintf(fd, "joined %d\n", (int)program) > 0)
		control->told = take_fd(&fd);
}

/*
 * The session asks who we are before it listens: a program that ends at once is not to have us end before that. It
 * greets when it has asked. A session that is stopped is not waited for long.
 */
static void
await_greeting(struct control *control)
{
	struct pollfd pfd = { .fd = control->told, .events = POLLIN };

	if (control->told <= 0)
		return;
	poll(&pfd, 1, GREETING_MILLISECONDS);
	close(take_fd(&control->told));
}

void
control_open(struct control *control, const struct sandbox *sb, enum launch_group group)
{
	_autoerror_ struct error why = ERROR_INIT;

	if (control->plan->door)
		tell_joined(control, sb->payload);
	if (!control->serve)
		return;
	control->watch = sb->watch;
	fill_record(&control->record, control->plan, sb, group);
	if (registration_publish(&control->registration, &control->record, &why) < 0)
		log_verbose("the session has no name to be found by: %s", why.message);
}

int
control_fd(const struct control *control)
{
	return control->server > 0 ? control->server_pidfd : control->registration.socket;
}

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* All from 3 on but those; sorts them. */
static void
close_others(int *keep, size_t n)
{
	unsigned from = 3;

	qsort(keep, n, sizeof *keep, compare_ints);
	for (size_t i = 0; i < n; i++) {
		if ((unsigned)keep[i] > from)
			syscall(SYS_close_range, from, (unsigned)keep[i] - 1, 0);
		if ((unsigned)keep[i] >= from)
			from = (unsigned)keep[i] + 1;
	}
	syscall(SYS_close_range, from, ~0u, 0);
}

static _Noreturn void
server_main(struct control *control, pid_t manager)
{
	struct control_service service = {
		.record = &control->record,
		.plan = control->plan,
		.watch = control->watch,
		.restart = &control->restart,
	};
	int keep[5];
	size_t n;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != manager || null < 0)
		_exit(STATUS_FAILED);
	setsid();
	/* Whoever started us may ignore it. */
	signal(SIGTERM, SIG_DFL);
	title_set("isolate-control");
	/* What is in low places does not matter: it is copied to its place before others are closed. */
	service.socket = fcntl(control->registration.socket, F_DUPFD_CLOEXEC, 3);
	if (service.socket < 0)
		_exit(STATUS_FAILED);
	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	/* Not the record: the manager's lock on it goes when the manager does. And nothing of the terminal's. */
	keep[0] = service.socket;
	n = 1 + watch_keep(control->watch, WATCH_CONTROL, keep + 1);
	if (control->restart.wake >= 0) {
		keep[n++] = control->restart.words;
		keep[n++] = control->restart.wake;
	}
	close_others(keep, n);
	control->serve(&service);
	_exit(0);
}

/* On a copy of the stack, as fork(2), but without a signal at its end. */
static pid_t
start_server(struct control *control)
{
	pid_t manager = getpid(), pid;
	int pidfd = -1;

	pid = (pid_t)syscall(SYS_clone, CLONE_PIDFD, NULL, &pidfd, NULL, NULL);
	if (pid == 0)
		server_main(control, manager);
	if (pid < 0)
		return -errno;
	control->server_pidfd = pidfd;
	return pid;
}

static void
reap_server(struct control *control)
{
	/* Whoever reaps strangers may have done so already. */
	while (waitid(P_PID, (id_t)control->server, NULL, WEXITED | __WALL) < 0 && errno == EINTR)
		;
	close(take_fd(&control->server_pidfd));
	control->server = 0;
}

/*
 * What it is doing may be why the program has ended, and whoever asked for it is answered; who follows is told of
 * that end. One that is stopped is not waited for long.
 */
static void
end_server(struct control *control)
{
	struct pollfd pfd = { .fd = control->server_pidfd, .events = POLLIN };

	kill(control->server, SIGTERM);
	poll(&pfd, 1, LAST_WORDS_MILLISECONDS);
	kill(control->server, SIGKILL);
	reap_server(control);
}

void
control_take(struct control *control)
{
	pid_t pid;

	if (control->server > 0) {
		reap_server(control);
		return;
	}
	pid = start_server(control);
	if (pid > 0) {
		control->server = pid;
		return;
	}
	/* No process is to be had: whoever waits is sent away, or the socket would keep waking us. */
	pid = accept4(control->registration.socket, NULL, NULL, SOCK_CLOEXEC);
	if (pid >= 0)
		close(pid);
}

void
control_close(struct control *control)
{
	await_greeting(control);
	/* First the name, so that nobody finds what is about to end. */
	registration_end(&control->registration);
	if (control->server > 0)
		end_server(control);
	session_record_release(&control->record);
}
