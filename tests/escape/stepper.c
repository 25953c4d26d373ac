/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stepper TO FROM COMMAND [ARG]…: runs COMMAND (isolate --join …) under ptrace(2), and stops what it brings
 * into the sandbox at each of its system calls until it is executed. At each stop the number that it has inside
 * is written to TO, and an answer read from FROM: what somebody inside could do to it at that moment. An answer
 * but "-" is printed with the number of the step. Ends as COMMAND does, or with 40 if there was such an answer,
 * or 41 if nothing was executed inside.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KNOWN_MAX = 64, ANSWERED = 40, NEVER = 41 };

static FILE *to, *from;
static pid_t inside; /* outside's number of the program that enters; 0: not there yet, -1: executed */
static int steps, answers;

/* The number inside, if the process has one: the second of NSpid. It is there for everybody, dumpable or not. */
static int
number_inside(pid_t pid)
{
	char path[64], line[256];
	int outer = 0, inner = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "NSpid: %d %d", &outer, &inner) == 2)
			break;
	if (f)
		fclose(f);
	return inner;
}

/* Only what begins inside is of interest: the processes before, and the test itself, may be in any namespace. */
static void
step(pid_t pid, int number)
{
	char answer[512];

	steps++;
	fprintf(to, "%d\n", number);
	fflush(to);
	if (!fgets(answer, sizeof answer, from))
		exit(2);
	if (strcmp(answer, "-\n") == 0)
		return;
	answers++;
	printf("step %d of process %d: %s", steps, (int)pid, answer);
}

static bool
is_new(pid_t pid)
{
	static pid_t known[KNOWN_MAX];
	static size_t len;

	for (size_t i = 0; i < len; i++)
		if (known[i] == pid)
			return false;
	if (len < KNOWN_MAX)
		known[len++] = pid;
	return true;
}

/* What to continue it with. */
static int
look_at_stop(pid_t pid, int status)
{
	int number = WSTOPSIG(status), event = status >> 16;
	bool first = is_new(pid);

	if (event == PTRACE_EVENT_EXEC && pid == inside)
		inside = -1;
	if (inside == 0 && number_inside(pid) > 0)
		inside = pid;
	if (pid == inside)
		step(pid, number_inside(pid));
	if (event != 0 || number == (SIGTRAP | 0x80) || number == SIGTRAP || (first && number == SIGSTOP))
		return 0;
	return number;
}

static int
follow(pid_t command)
{
	int status, last = 1, number;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid > 0 && WIFSTOPPED(status)) {
			number = look_at_stop(pid, status);
			ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)number);
		} else if (pid == command) {
			last = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
	}
	return last;
}

int
main(int argc, char **argv)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t pid;
	int status;

	if (argc < 4 || !(to = fopen(argv[1], "we")) || !(from = fopen(argv[2], "re")))
		return 2;
	pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)options) < 0)
		return 2;
	is_new(pid);
	ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	status = follow(pid);
	fprintf(to, "0\n");
	fclose(to);
	printf("%d steps, %d answers\n", steps, answers);
	if (answers > 0)
		return ANSWERED;
	return inside == -1 ? status : NEVER;
}
