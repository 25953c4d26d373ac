/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one test in a session of its own, with a time limit, and fails it if it leaves a process behind. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * As the subreaper, this process becomes the parent of all that the test orphans, pid 1 of a sandbox included: a
 * process is left behind exactly if there is still a child when the test has ended. This needs no list of
 * process names, and does not mind other tests that run at the same time.
 */
enum { STATUS_LEFT_BEHIND = 3, STATUS_TIME_LIMIT = 4, STATUS_TROUBLE = 99 };

/* Time for the kernel to finish a sandbox whose manager has just died. */
static const time_t grace_seconds = 60;

/* A positive decimal number, or 0. */
static int
positive(const char *word)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(word, &end, 10);
	return errno || end == word || (*end && *end != ' ') || n <= 0 || n > INT_MAX ? 0 : (int)n;
}

/* From /proc/PID/stat: after the last ')', for a name may hold anything, comes the state, then the parent's pid. */
static pid_t
parent_of(const char *pid)
{
	char path[64], text[512];
	const char *end;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	end = strrchr(text, ')');
	return end && strlen(end) > 4 ? positive(end + 4) : 0;
}

static void
print_command(pid_t pid)
{
	char path[64], text[256];
	size_t n, i;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	for (i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = ' ';
	text[n] = '\0';
	printf("# left behind: process %d: %s\n", (int)pid, text);
}

/* Kills each child that there is now; those that come to us as theirs end are met in the next round. */
static void
kill_children(int show)
{
	struct dirent *entry;
	DIR *proc = opendir("/proc");

	if (!proc)
		return;
	while ((entry = readdir(proc))) {
		pid_t pid = positive(entry->d_name);

		if (!pid || parent_of(entry->d_name) != getpid())
			continue;
		if (show)
			print_command(pid);
		kill(pid, SIGKILL);
	}
	closedir(proc);
}

/* Waits for the process, or for all children if pid is -1. Returns 0 on time, -1 at the limit. */
static int
reap_until(pid_t pid, const struct timespec *limit, int *ret_status)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		struct timespec now, left;
		int status;
		pid_t got = waitpid(-1, &status, WNOHANG | __WALL);

		if (got < 0)
			return 0;
		if (got == pid) {
			*ret_status = status;
			return 0;
		}
		if (got > 0)
			continue;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= limit->tv_sec)
			return -1;
		left = (struct timespec){ .tv_sec = limit->tv_sec - now.tv_sec };
		sigtimedwait(&set, NULL, &left);
	}
}

static struct timespec
seconds_from_now(time_t seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += seconds;
	return t;
}

static void
kill_all(void)
{
	struct timespec limit;
	int status, show = 1;

	do {
		kill_children(show);
		show = 0;
		limit = seconds_from_now(1);
	} while (reap_until(-1, &limit, &status) < 0);
}

static pid_t
start(char **argv)
{
	static const int reset[] = { SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU };
	sigset_t set, old;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	pid = fork();
	if (pid != 0)
		return pid;
	sigprocmask(SIG_SETMASK, &old, NULL);
	/* Who runs the tests in the background has these ignored, and no shell in a test could set that right. */
	for (size_t i = 0; i < sizeof(reset) / sizeof(reset[0]); i++)
		signal(reset[i], SIG_DFL);
	/* Without a terminal: a test that wants one makes its own. */
	setsid();
	execvp(argv[0], argv);
	fprintf(stderr, "supervise: cannot run '%s': %s\n", argv[0], strerror(errno));
	_exit(STATUS_TROUBLE);
}

int
main(int argc, char **argv)
{
	struct timespec limit;
	int status = 0;
	pid_t pid;

	if (argc < 3 || !positive(argv[1])) {
		fprintf(stderr, "usage: supervise SECONDS COMMAND [ARG]...\n");
		return STATUS_TROUBLE;
	}
	/* A parent that ignores SIGCHLD would hide every status. */
	signal(SIGCHLD, SIG_DFL);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return STATUS_TROUBLE;
	pid = start(argv + 2);
	if (pid < 0)
		return STATUS_TROUBLE;
	limit = seconds_from_now(positive(argv[1]));
	if (reap_until(pid, &limit, &status) < 0) {
		printf("# not finished after %s seconds\n", argv[1]);
		kill_all();
		return STATUS_TIME_LIMIT;
	}
	limit = seconds_from_now(grace_seconds);
	if (reap_until(-1, &limit, &(int){ 0 }) < 0) {
		kill_all();
		return STATUS_LEFT_BEHIND;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
