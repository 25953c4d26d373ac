/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program in a watched session does, for tests.
 *	watch-load storm N PATH	    N times stat(2) of a path that is missing, while signals come in whose handler
 *				    does not restart calls; says how many ended with EINTR, and how
 *				    many with anything but ENOENT
 *	watch-load loop PATH FILE   stat(2) of the missing PATH and of FILE, which is there, until standard input
 *				    ends; says how often either said something else
 *	watch-load flood N	    N different paths below /, each once
 *	watch-load longest DIR	    a path of PATH_MAX - 1 bytes below DIR
 *	watch-load odd DIR	    a name of control characters below DIR
 *	watch-load together N PATH… N threads open each path at the same time; says how many could not
 *	watch-load race A B N	    one thread asks for a path N times that another keeps changing from
 *				    A to B (of one length)
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static void
nothing(int number)
{
	(void)number;
}

static int
storm(int n, const char *path)
{
	struct sigaction action = { .sa_handler = nothing };
	struct itimerval often = { { 0, 50 }, { 0, 50 } }, never = { { 0, 0 }, { 0, 0 } };
	int interrupted = 0, other = 0;
	struct stat st;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < n; i++) {
		if (stat(path, &st) == 0)
			other++;
		else if (errno == EINTR)
			interrupted++;
		else if (errno != ENOENT)
			other++;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	printf("interrupted %d other %d\n", interrupted, other);
	return 0;
}

static int
loop(const char *path, const char *file)
{
	struct pollfd in = { .fd = 0, .events = POLLIN };
	unsigned long asked = 0, wrong = 0;
	struct stat st;

	printf("running\n");
	fflush(stdout);
	while (poll(&in, 1, 0) == 0) {
		wrong += stat(path, &st) == 0 || errno != ENOENT;
		wrong += stat(file, &st) != 0;
		asked++;
	}
	printf("wrong %lu\n", asked > 0 ? wrong : 1);
	return 0;
}

static int
flood(int n)
{
	char path[64];
	struct stat st;
	int found = 0;

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "/flood-%d", i);
		found += stat(path, &st) == 0;
	}
	printf("found %d\n", found);
	return 0;
}

static int
longest(const char *dir)
{
	static char path[PATH_MAX];
	size_t len = strlen(dir);
	struct stat st;

	memcpy(path, dir, len);
	for (; len < sizeof path - 1; len++)
		path[len] = len % 200 == 0 ? '/' : 'x';
	printf("%s\n", stat(path, &st) < 0 ? strerror(errno) : "found");
	return 0;
}

static int
odd(const char *dir)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof path, "%s/\033]0;x\007\n\177\377", dir);
	printf("%s\n", stat(path, &st) < 0 ? strerror(errno) : "found");
	return 0;
}

static struct {
	char path[256];
	const char *a, *b;
	atomic_bool over;
} racing;

static void *
swap(void *unused)
{
	(void)unused;
	while (!racing.over) {
		memcpy(racing.path, racing.a, strlen(racing.a));
		memcpy(racing.path, racing.b, strlen(racing.b));
	}
	return NULL;
}

static int
race(const char *a, const char *b, int n)
{
	pthread_t thread;
	struct stat st;
	int found = 0;

	if (strlen(a) != strlen(b) || strlen(a) >= sizeof racing.path)
		return 2;
	racing.a = a;
	racing.b = b;
	memcpy(racing.path, a, strlen(a));
	if (pthread_create(&thread, NULL, swap, NULL) != 0)
		return 2;
	for (int i = 0; i < n; i++)
		found += stat(racing.path, &st) == 0;
	racing.over = true;
	pthread_join(thread, NULL);
	printf("found %d\n", found);
	return 0;
}

static struct {
	pthread_barrier_t all_there;
	const char *path;
	atomic_int failed;
} together;

static void *
open_it(void *unused)
{
	int fd;

	(void)unused;
	pthread_barrier_wait(&together.all_there);
	fd = open(together.path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		together.failed++;
	else
		close(fd);
	return NULL;
}

static int
ask_together(int n, char **paths)
{
	pthread_t threads[64];

	if (n < 1 || n > 64)
		return 2;
	for (; *paths; paths++) {
		together.path = *paths;
		pthread_barrier_init(&together.all_there, NULL, (unsigned)n);
		for (int i = 0; i < n; i++)
			if (pthread_create(&threads[i], NULL, open_it, NULL) != 0)
				return 2;
		for (int i = 0; i < n; i++)
			pthread_join(threads[i], NULL);
		pthread_barrier_destroy(&together.all_there);
	}
	printf("failed %d\n", together.failed);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "storm") == 0 && argc == 4)
		return storm(atoi(argv[2]), argv[3]);
	if (strcmp(what, "loop") == 0 && argc == 4)
		return loop(argv[2], argv[3]);
	if (strcmp(what, "flood") == 0 && argc == 3)
		return flood(atoi(argv[2]));
	if (strcmp(what, "longest") == 0 && argc == 3)
		return longest(argv[2]);
	if (strcmp(what, "odd") == 0 && argc == 3)
		return odd(argv[2]);
	if (strcmp(what, "together") == 0 && argc > 3)
		return ask_together(atoi(argv[2]), argv + 3);
	if (strcmp(what, "race") == 0 && argc == 5)
		return race(argv[2], argv[3], atoi(argv[4]));
	return 2;
}
