/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waits for an event, so that no test has to sleep: a file, its contents, the end of a process, a condition. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
	"usage: await [-t SECONDS] exists PATH         until there is such a file\n"
	"       await [-t SECONDS] gone PATH           until there is none\n"
	"       await [-t SECONDS] match REGEX PATH    until the file's text matches (an extended regular expression)\n"
	"       await [-t SECONDS] end PID             until the process has ended\n"
	"       await [-t SECONDS] true COMMAND ARG... until the command succeeds\n"
	"Status: 0 it happened, 1 it did not within the time (60 seconds), 2 usage.\n";

static bool
file_exists(char **argv)
{
	struct stat st;

	return lstat(argv[0], &st) == 0;
}

static bool
file_gone(char **argv)
{
	return !file_exists(argv);
}

static bool
file_matches(char **argv)
{
	static char text[1 << 20];
	FILE *f = fopen(argv[1], "re");
	regex_t re;
	size_t n;
	bool yes;

	if (!f)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	if (regcomp(&re, argv[0], REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0) {
		fprintf(stderr, "await: '%s' is not a regular expression\n", argv[0]);
		exit(2);
	}
	yes = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return yes;
}

static bool
command_true(char **argv)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/*
 * What the kernel can announce differs by file system (nothing for /proc, nothing across namespaces for the
 * contents of a mount): so look again every few milliseconds, which is right everywhere, and bound it.
 */
static int
look_until(bool (*happened)(char **argv), char **argv, int milliseconds)
{
	struct timespec now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += milliseconds / 1000;
	for (;;) {
		if (happened(argv))
			return 0;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec >= end.tv_nsec))
			return 1;
		poll(NULL, 0, 10);
	}
}

/* A positive decimal number, or 0. */
static int
positive(const char *word)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(word, &end, 10);
	return errno || *end || n <= 0 || n > INT_MAX / 1000 ? 0 : (int)n;
}

static int
wait_for_end(pid_t pid, int milliseconds)
{
	struct pollfd pfd = { .events = POLLIN };
	int n;

	pfd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pfd.fd < 0)
		return errno == ESRCH ? 0 : 2;
	n = poll(&pfd, 1, milliseconds);
	close(pfd.fd);
	return n == 1 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *word;
		int args;
		bool (*happened)(char **argv);
	} kinds[] = {
		{ "exists", 1, file_exists },
		{ "gone", 1, file_gone },
		{ "match", 2, file_matches },
		{ "true", 1, command_true },
	};
	int milliseconds = 60000;
	size_t i;

	if (argc > 2 && !strcmp(argv[1], "-t")) {
		milliseconds = positive(argv[2]) * 1000;
		argc -= 2;
		argv += 2;
	}
	if (argc == 3 && !strcmp(argv[1], "end") && positive(argv[2]))
		return wait_for_end(positive(argv[2]), milliseconds);
	for (i = 0; argc > 2 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(argv[1], kinds[i].word) && argc - 2 >= kinds[i].args)
			return look_until(kinds[i].happened, argv + 2, milliseconds);
	fputs(usage, stderr);
	return 2;
}
