/* SPDX-License-Identifier: GPL-3.0-or-later */
/* live-attack: what a hostile payload tries while a mount is made in its sandbox. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* As of tests/escape: neither a shell nor a missing program can pass for one of these. */
enum { WORKED = 0, STOPPED = 40, UNTRIED = 41 };

static const char usage[] =
	"usage: live-attack trace PID    looks into the process in every way that ptrace(2) guards\n"
	"       live-attack storm DIR    moves, swaps and removes DIR/a and DIR/a/x until there is DIR/stop\n";

static int tried, worked;

static void
result(const char *what, long r)
{
	tried++;
	if (r < 0) {
		fprintf(stderr, "stopped: %s: %s\n", what, strerror(errno));
		return;
	}
	worked++;
	fprintf(stderr, "worked: %s\n", what);
}

static void
open_file(const char *process, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%s/%s", process, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	result(path, fd);
	if (fd >= 0)
		close(fd);
}

static void
follow_link(const char *process, const char *name)
{
	char path[64], target[256];

	snprintf(path, sizeof path, "/proc/%s/%s", process, name);
	result(path, readlink(path, target, sizeof target));
}

static int
run_trace(const char *process)
{
	pid_t pid = atoi(process);
	char byte;
	struct iovec here = { &byte, 1 }, there = { (void *)run_trace, 1 };
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	long r;

	if (pidfd < 0) {
		fprintf(stderr, "untried: no process %s here\n", process);
		return UNTRIED;
	}
	open_file(process, "mem");
	open_file(process, "maps");
	open_file(process, "environ");
	/* The list of descriptors is root's by its mode alone; what they are is guarded. */
	open_file(process, "fdinfo/0");
	open_file(process, "ns/mnt");
	follow_link(process, "root");
	follow_link(process, "cwd");
	follow_link(process, "exe");
	result("pidfd_getfd", syscall(SYS_pidfd_getfd, pidfd, 0, 0));
	/* EFAULT: it was allowed, and there is nothing at that address. */
	r = process_vm_readv(pid, &here, 1, &there, 1, 0);
	result("process_vm_readv", r < 0 && errno == EFAULT ? 0 : r);
	result("PTRACE_SEIZE", ptrace(PTRACE_SEIZE, pid, NULL, NULL));
	return worked > 0 ? WORKED : tried > 0 ? STOPPED : UNTRIED;
}

/* A round of what can be done to a mount point, to the directory it is in, and to that one's name. */
static void
round_of_storm(void)
{
	rename("a", "b");
	if (symlink("/usr", "a") == 0)
		unlink("a");
	rename("b", "a");
	rename("a/x", "a/y");
	if (symlink("/usr", "a/x") == 0)
		unlink("a/x");
	rename("a/y", "a/x");
	rmdir("a/x");
	rmdir("a");
	mkdir("a", 0755);
	mkdir("a/x", 0755);
	/* Swapped in one step, so that there is no moment without a name. */
	mkdir("c", 0755);
	if (symlink("/usr", "c/x") == 0) {
		syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "c", 2 /* RENAME_EXCHANGE */);
		syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "c", 2);
		unlink("c/x");
	}
	rmdir("c");
}

static int
run_storm(const char *dir)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (chdir(dir) < 0)
		return UNTRIED;
	for (unsigned long i = 0; i % 64 != 0 || access("stop", F_OK) < 0; i++)
		round_of_storm();
	return WORKED;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "trace") == 0)
		return run_trace(argv[2]);
	if (argc == 3 && strcmp(argv[1], "storm") == 0)
		return run_storm(argv[2]);
	fputs(usage, stderr);
	return UNTRIED;
}
