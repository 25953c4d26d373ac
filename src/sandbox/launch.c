/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a plan to running processes: the caller's side, and the stage. */
#include "config.h"

#include "sandbox/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/inside.h"
#include "sandbox/tell.h"
#include "sandbox/watched.h"
#include "sys/fdpass.h"
#include "sys/idmap.h"
#include "sys/title.h"

/* What the leader tells the caller once everything exists; the pty's master comes with it. */
struct leader_hello {
	pid_t init, payload;
};

_Noreturn void
inside_lead(struct setup *setup)
{
	struct leader_hello hello = { .init = setup->init, .payload = setup->payload };
	int r;

	title_set("isolate-leader");
	close(setup->sync[0]);
	close(setup->sync[1]);
	close(setup->devpts);
	watched_close(setup);
	tell_close(setup);
	if (setup->sandbox->sensor_socket >= 0)
		close(setup->sandbox->sensor_socket);
	/* Either of us may be the first to do it; afterwards it is done. EACCES: it has executed already. */
	if (setpgid(setup->payload, setup->payload) < 0 && errno != EACCES && errno != ESRCH)
		inside_fail(setup, STEP_GROUP, -errno, NULL);
	inside_shed(setup);
	r = fdpass_send(setup->leader[1], &hello, sizeof hello, setup->master, 0);
	if (r < 0)
		inside_fail(setup, STEP_SYNC, r, NULL);
	close(setup->master);
	close(setup->report);
	setup->sandbox->leader(setup->leader[1], setup->payload, setup->slave);
	_exit(STATUS_FAILED);
}

/*
 * Unless a terminal is asked for, this runs in the caller's memory, while the caller waits: it writes nothing
 * but setup and its own frames of the stack.
 */
static _Noreturn void
stage_main(struct setup *setup)
{
	const struct plan *plan = setup->plan;
	int r;

	/* From here on only the caller has a read end (inside_bind_life). */
	close(setup->report_read);
	if (setup->leader[0] >= 0)
		close(setup->leader[0]);
	inside_bind_life(setup);
	tell_step(setup, STEP_USER_NS, -1);
	if (unshare(CLONE_NEWUSER) < 0)
		inside_fail(setup, STEP_USER_NS, -errno, NULL);
	tell_step(setup, STEP_NAMESPACES, -1);
	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) < 0)
		inside_fail(setup, STEP_NAMESPACES, -errno, NULL);
	r = ns_read_own(setup->proc, NS_USER, &setup->owner);
	if (r < 0)
		inside_fail(setup, STEP_USER_NS, r, NULL);
	tell_step(setup, STEP_USER_MAP, -1);
	r = idmap_write(setup->proc, 0, plan->outer_uid, 0, plan->outer_gid);
	if (r < 0)
		inside_fail(setup, STEP_USER_MAP, r, NULL);
	if (setup->group == GROUP_PTY) {
		tell_step(setup, STEP_PTY, -1);
		setup->devpts = build_devpts();
		inside_open_pty(setup);
	}
	watched_open(setup);
	tell_step(setup, STEP_START_INIT, -1);
	setup->init = inside_clone(CLONE_PARENT);
	if (setup->init == 0)
		init_main(setup);
	if (setup->init < 0)
		inside_fail(setup, STEP_START_INIT, -errno, NULL);
	tell_step(setup, STEP_START_PAYLOAD, -1);
	setup->payload = inside_clone(setup->group == GROUP_PTY ? 0 : CLONE_PARENT);
	if (setup->payload == 0)
		payload_main(setup);
	if (setup->payload < 0)
		inside_fail(setup, STEP_START_PAYLOAD, -errno, NULL);
	if (setup->group == GROUP_PTY)
		inside_lead(setup);
	_exit(0);
}

/*
 * Starts the stage. With vfork(2) it runs in our memory and on our stack while we are held, which spares the
 * kernel the copy of our page tables; the leader lives on beside us and so needs a copy.
 */
static pid_t
start_stage(struct setup *setup)
{
	bool joins = setup->plan->door;
	int dumpable = joins ? prctl(PR_GET_DUMPABLE) : 0;
	/* NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork) */
	pid_t stage = setup->group == GROUP_PTY ? inside_clone(0) : vfork();

	if (stage == 0 && joins)
		join_stage(setup);
	if (stage == 0)
		stage_main(setup);
	/* One that joins has hidden the memory that it shared with us. */
	if (dumpable == 1)
		prctl(PR_SET_DUMPABLE, 1);
	return stage;
}

static void
close_ends(struct setup *setup)
{
	int *const fds[] = { &setup->proc,	&setup->report,	   &setup->report_read, &setup->sync[0],
			     &setup->sync[1],	&setup->leader[0], &setup->leader[1] };

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] >= 0)
			close(take_fd(fds[i]));
}

static int
open_ends(struct setup *setup, struct error *err)
{
	int pipe_ends[2], r;

	setup->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (setup->proc < 0)
		return error_set(err, errno, "cannot open '/proc'");
	r = ns_read_self(setup->proc, setup->outside);
	if (r < 0)
		return error_set(err, -r, "cannot read '/proc/self/ns'");
	if (setup->outside[NS_USER] == 0 || setup->outside[NS_MNT] == 0) {
		error_set(err, 0, "cannot see the namespaces below '/proc/self/ns'");
		error_hint(err, "is /proc mounted, and does the kernel have user namespaces?");
		return -1;
	}
	if (pipe2(pipe_ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "cannot make a pipe");
	setup->report_read = pipe_ends[0];
	setup->report = pipe_ends[1];
	if (!setup->plan->door && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, setup->sync) < 0)
		return error_set(err, errno, "cannot make a socket pair");
	if (setup->group == GROUP_PTY && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, setup->leader) < 0)
		return error_set(err, errno, "cannot make a socket pair");
	return 0;
}

/* Which entries have others below them: their mounts stay open until those are made. */
static int
count_children(struct setup *setup, struct error *err)
{
	const struct plan *plan = setup->plan;

	setup->mounts = calloc(plan->len + 1, sizeof *setup->mounts);
	setup->children = calloc(plan->len + 1, sizeof *setup->children);
	if (!setup->mounts || !setup->children)
		return error_set(err, ENOMEM, "cannot start");
	for (size_t i = 0; i < plan->len; i++) {
		setup->mounts[i] = -1;
		if (plan->entries[i].parent >= 0)
			setup->children[plan->entries[i].parent]++;
	}
	return 0;
}

/* The payload of a sandbox that is joined may have seen to that. */
static void
hint_limit(struct error *err)
{
	if (err->code == EAGAIN)
		error_hint(err, "there are as many processes as there may be of your user (ulimit -u), or in the "
				"control group (pids.max)");
}

static int
explain_stage(const struct report *report, const struct plan *plan, struct error *err)
{
	const struct plan_entry *entry = report->entry >= 0 ? &plan->entries[report->entry] : NULL;
	_autofree_ char *doing = NULL;

	if (report->step == STEP_VERIFY) {
		error_set(err, report->errnum, "the sandbox is not what it should be, so nothing was started: %s",
			  report->object);
		return 1;
	}
	if (report->step == STEP_STOPPED) {
		error_set(err, 0, "stopped before the program was started, as you wished");
		return 1;
	}
	/* The table is ours; its only conversion is one %s. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	doing = text_format(step_doing[report->step], report->object);
#pragma GCC diagnostic pop
	error_set(err, report->errnum, "cannot %s", doing);
	if (entry && entry->spec)
		error_from(err, "'%s' from %s", entry->spec->text, entry->spec->from);
	if (report->step == STEP_START_PAYLOAD || report->step == STEP_ENTER)
		hint_limit(err);
	if (report->step == STEP_PROC && report->errnum == EPERM)
		err->topic = ERROR_TOPIC_PROC;
	if (report->step <= STEP_NAMESPACES || report->step == STEP_PAYLOAD_USER_NS)
		err->topic = ERROR_TOPIC_USERNS;
	if (report->step == STEP_CHDIR)
		err->topic = ERROR_TOPIC_DIRECTORY;
	if (report->step == STEP_EXEC)
		err->status = report->errnum == ENOENT || report->errnum == ENOTDIR ? STATUS_NOT_FOUND :
										      STATUS_NOT_EXECUTABLE;
	return 1;
}

int
sandbox_failure(struct sandbox *sb, const struct plan *plan, bool *ret_exec_failed, struct error *err)
{
	struct report report;
	ssize_t n;

	*ret_exec_failed = false;
	if (sb->report_fd < 0)
		return 0;
	n = read(sb->report_fd, &report, sizeof report);
	if (n != sizeof report || report.step <= STEP_NONE || report.step >= STEPS || report.entry >= (int)plan->len)
		return 0;
	report.object[sizeof report.object - 1] = '\0';
	*ret_exec_failed = report.step == STEP_EXEC;
	return explain_stage(&report, plan, err);
}

static int
meet_stage(struct setup *setup, pid_t stage, struct sandbox *sb, struct error *err)
{
	struct leader_hello hello;
	bool exec_failed;
	int status = 0, r = 0;
	ssize_t n;

	if (setup->group == GROUP_PTY) {
		sb->leader_pid = stage;
		n = fdpass_receive(sb->leader_socket, &hello, sizeof hello, &sb->master, 0);
		r = n < 0 ? (int)n : -EPIPE;
		if (n == sizeof hello && sb->master >= 0) {
			sb->init = hello.init;
			sb->payload = hello.payload;
			return 0;
		}
	} else {
		while (waitpid(stage, &status, 0) < 0 && errno == EINTR)
			;
		sb->init = setup->init;
		sb->payload = setup->payload;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			return 0;
	}
	if (sandbox_failure(sb, setup->plan, &exec_failed, err) == 1)
		return -1;
	return error_set(err, -r, "the sandbox could not be set up: its first process ended unexpectedly");
}

int
sandbox_launch(const struct plan *plan, enum launch_group group, struct sandbox *sb, struct error *err)
{
	struct setup setup = { .plan = plan, .group = group, .mask = &sb->payload_mask, .sandbox = sb, .devpts = -1,
			       .master = -1, .slave = -1, .device = -1, .watched_root = -1,
			       .proc = -1, .report = -1, .report_read = -1,
			       .sync = { -1, -1 }, .leader = { -1, -1 }, .user = -1 };
	_autofree_ int *mounts = NULL, *children = NULL;
	pid_t stage;
	int r = count_children(&setup, err);

	mounts = setup.mounts;
	children = setup.children;
	if (r == 0)
		r = open_ends(&setup, err);
	if (r < 0) {
		close_ends(&setup);
		tell_end(plan->req->teacher);
		return r;
	}
	stage = start_stage(&setup);
	if (stage < 0) {
		r = error_set(err, errno, "cannot start a process");
		hint_limit(err);
		close_ends(&setup);
		tell_end(plan->req->teacher);
		return r;
	}
	sb->report_fd = take_fd(&setup.report_read);
	fcntl(sb->report_fd, F_SETFL, O_NONBLOCK);
	if (group == GROUP_PTY)
		sb->leader_socket = take_fd(&setup.leader[0]);
	close_ends(&setup);
	r = meet_stage(&setup, stage, sb, err);
	if (r < 0)
		sandbox_end(sb);
	/* The terminal is his while he teaches. */
	tell_end(plan->req->teacher);
	return r;
}

/*
 * Waits for pid 1 and the leader, and reaps whatever else is a child of ours by then: clone(2) with
 * CLONE_PARENT lets the payload give us children, which nobody else would reap, and pid 1 does not end before
 * its namespace is empty of zombies too.
 */
static void
reap_both(struct sandbox *sb)
{
	while (sb->init > 0 || sb->leader_pid > 0) {
		pid_t pid = waitpid(-1, NULL, __WALL);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0 || pid == sb->init)
			sb->init = 0;
		if (pid < 0 || pid == sb->leader_pid)
			sb->leader_pid = 0;
	}
}

void
sandbox_end(struct sandbox *sb)
{
	int *const fds[] = { &sb->report_fd, &sb->leader_socket, &sb->master };

	/*
	 * The end of pid 1 ends all in its pid namespace, and is complete only when they are gone and reaped. A
	 * payload whose parent is the leader is reaped by the leader, or, since that is killed here, by whoever
	 * inherits it. So both first get the signal.
	 */
	if (sb->init > 0)
		kill(sb->init, SIGKILL);
	if (sb->leader_pid > 0)
		kill(sb->leader_pid, SIGKILL);
	reap_both(sb);
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] >= 0)
			close(take_fd(fds[i]));
}
