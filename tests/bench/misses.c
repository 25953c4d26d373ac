/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What looking for what is missing costs the one who looks, for tests/bench/misses.py.
 *	misses nowhere	      names that are nowhere: the first time, and again; microseconds
 *	misses paths PATH…    each once: median, nine tenths, and how many are not there
 *	misses until PATH     a missing path and one that is there, until standard input ends: how many went wrong
 *	misses storm N PATH   N times in a storm of signals whose handler restarts nothing: how many were interrupted
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

enum { LOOKS = 2000 };
static double took[LOOKS];
static int failed;

static void
look(int i, const char *path)
{
	struct timespec from, to;
	struct stat st;

	clock_gettime(CLOCK_MONOTONIC, &from);
	failed += stat(path, &st) < 0;
	clock_gettime(CLOCK_MONOTONIC, &to);
	took[i] = (double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
part(int n, int tenths)
{
	qsort(took, (size_t)n, sizeof *took, compare);
	return took[n * tenths / 10];
}

static void
nothing(int number)
{
	(void)number;
}

static void
storm(int n, const char *path)
{
	struct sigaction action = { .sa_handler = nothing };
	struct itimerval often = { { 0, 50 }, { 0, 50 } }, never = { { 0, 0 }, { 0, 0 } };
	int interrupted = 0;
	struct stat st;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < n; i++)
		interrupted += stat(path, &st) < 0 && errno == EINTR;
	setitimer(ITIMER_REAL, &never, NULL);
	printf("%d\n", interrupted);
}

/* Until standard input ends, while somebody else does something. */
static unsigned long
until(const char *missing)
{
	struct pollfd in = { .fd = 0, .events = POLLIN };
	unsigned long wrong = 0;
	struct stat st;

	puts("running");
	fflush(stdout);
	while (poll(&in, 1, 0) == 0) {
		wrong += stat(missing, &st) == 0 || errno != ENOENT;
		wrong += stat("/usr/bin/env", &st) < 0;
	}
	return wrong;
}

int
main(int argc, char **argv)
{
	char name[32];

	if (argc == 4 && strcmp(argv[1], "storm") == 0) {
		storm(atoi(argv[2]), argv[3]);
		return 0;
	}
	if (argc > 2 && argc - 2 <= LOOKS && strcmp(argv[1], "paths") == 0) {
		for (int i = 2; i < argc; i++)
			look(i - 2, argv[i]);
		printf("%.1f %.1f %d\n", part(argc - 2, 5), part(argc - 2, 9), failed);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "until") == 0) {
		printf("%lu\n", until(argv[2]));
		return 0;
	}
	for (int again = 0; again < 2; again++) {
		for (int i = 0; i < LOOKS; i++) {
			snprintf(name, sizeof name, "/nowhere-%d", again ? 0 : i);
			look(i, name);
		}
		printf("%.2f ", part(LOOKS, 5));
	}
	putchar('\n');
	return 0;
}
