/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attacks on processes: of the caller's outside, and on pid 1 inside, which is isolate's own. */
#include "config.h"

#include "attack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int
run_kill(char **argv)
{
	if (kill(atoi(argv[0]), atoi(argv[1])) < 0)
		return stopped("kill");
	return worked("kill");
}

/* Signal 0 to everything that can be seen: whoever else there is would be hit by a real one. */
static int
run_kill_all(char **argv)
{
	(void)argv;
	if (kill(-1, 0) < 0)
		return stopped("kill(-1)");
	return worked("kill(-1)");
}

/* In a pipeline the group is shared with processes outside. scene(1) tells whether the signal arrived there. */
static int
run_kill_group(char **argv)
{
	(void)argv;
	signal(SIGUSR1, SIG_IGN);
	if (kill(0, SIGUSR1) < 0)
		return stopped("kill(0)");
	return worked("kill(0)");
}

static int
run_ptrace(char **argv)
{
	pid_t pid = atoi(argv[0]);

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0)
		return stopped("ptrace(PTRACE_SEIZE)");
	return worked("ptrace(PTRACE_SEIZE)");
}

static int
run_vm_read(char **argv)
{
	char buf[64] = "";
	struct iovec local = { buf, sizeof(SECRET) };
	struct iovec remote = { (void *)strtoul(argv[1], NULL, 0), sizeof(SECRET) }; /* NOLINT: an address of its own */

	if (process_vm_readv(atoi(argv[0]), &local, 1, &remote, 1, 0) < 0)
		return stopped("process_vm_readv");
	return strcmp(buf, SECRET) == 0 ? worked("process_vm_readv") : untried("another process");
}

static int
run_mem(char **argv)
{
	char path[64], buf[64] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/mem", argv[0]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return stopped(path);
	if (pread(fd, buf, sizeof(SECRET), strtol(argv[1], NULL, 0)) < 0)
		return stopped(path);
	return strcmp(buf, SECRET) == 0 ? worked(path) : untried("another process");
}

/* /proc/PID/WHAT, where WHAT may be environ, maps, …: the kernel gives these to whoever may trace the process. */
static int
run_proc_file(char **argv)
{
	char path[64], buf[256];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", argv[0], argv[1]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, buf, sizeof(buf)) <= 0)
		return stopped(path);
	return worked(path);
}

/* /proc/PID/root, cwd, fd/N, exe: links that lead into the other process's view. */
static int
run_proc_link(char **argv)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/%s", argv[0], argv[1]);
	if (stat(path, &st) < 0)
		return stopped(path);
	return worked(path);
}

/* The same for every process that can be seen but ourselves and our own children: none must be open to us. */
static int
run_proc_all(char **argv)
{
	static const char *const links[] = { "root", "cwd", "exe", "fd/0", "ns/user", "ns/mnt" };
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int found = 0;

	(void)argv;
	if (!proc)
		return untried("/proc");
	while ((entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);

		for (size_t i = 0; pid > 0 && pid != getpid() && i < sizeof(links) / sizeof(links[0]); i++) {
			char path[64], target[256];

			snprintf(path, sizeof(path), "/proc/%d/%s", pid, links[i]);
			if (readlink(path, target, sizeof(target)) > 0) {
				fprintf(stderr, "open to us: %s\n", path);
				found++;
			}
		}
	}
	closedir(proc);
	errno = 0;
	return found ? worked("/proc") : stopped("no process is open to us");
}

/* Joins any namespace that is not ours and can be reached: through /proc/PID/ns, and by the pidfd of each process. */
static int
run_setns(char **argv)
{
	static const char *const kinds[] = { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup" };
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int found = 0;

	(void)argv;
	if (!proc)
		return untried("/proc");
	while ((entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);
		int pidfd;

		if (pid <= 0 || pid == getpid())
			continue;
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			char path[64], own[64];
			struct stat theirs, ours;
			int fd;

			snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, kinds[i]);
			snprintf(own, sizeof(own), "/proc/self/ns/%s", kinds[i]);
			fd = open(path, O_RDONLY | O_CLOEXEC);
			if (fd < 0)
				continue;
			if (fstat(fd, &theirs) == 0 && stat(own, &ours) == 0 && theirs.st_ino != ours.st_ino &&
			    setns(fd, 0) == 0)
				found++;
			close(fd);
		}
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		if (pidfd >= 0 && setns(pidfd, CLONE_NEWUSER | CLONE_NEWNS) == 0)
			found++;
		close(pidfd);
	}
	closedir(proc);
	return found ? worked("setns") : stopped("setns: nothing to be joined");
}

/* A setuid program: what user it is when it runs, which /proc tells of a zombie too. Its option makes it end. */
static int
run_setuid(char **argv)
{
	char path[64], line[256];
	unsigned real = 0, effective = 0;
	siginfo_t info;
	pid_t pid = fork();
	FILE *f;

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execv(argv[0], (char *[]){ argv[0], (char *)"--no-such-option", NULL });
		_exit(127);
	}
	if (pid < 0 || waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0)
		return untried(argv[0]);
	if (info.si_code == CLD_EXITED && info.si_status == 127)
		return untried(argv[0]);
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Uid: %u %u", &real, &effective) == 2)
			break;
	if (f)
		fclose(f);
	waitpid(pid, NULL, 0);
	errno = EPERM;
	return effective != getuid() ? worked(argv[0]) : stopped(argv[0]);
}

/* A name for each way that is open into process `pid`, which another has stopped for us. */
static void
besiege(const char *pid, FILE *answers)
{
	static const char *const files[] = { "environ", "maps", "mem", "auxv", "io", "syscall" };
	static const char *const links[] = { "root", "cwd", "exe", "fd/0", "fd/3", "fd/4", "ns/mnt", "ns/user" };
	char path[128], buf[64], here = 0;
	struct iovec local = { buf, 1 }, remote = { &here, 1 };
	int fd, ways = 0;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof(path), "/proc/%s/%s", pid, files[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		/* Some are asked for when they are opened, some when they are read. */
		if (fd >= 0 && (strcmp(files[i], "mem") == 0 || read(fd, buf, sizeof(buf)) > 0))
			ways += fprintf(answers, "%s ", files[i]) > 0;
		if (fd >= 0)
			close(fd);
	}
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		snprintf(path, sizeof(path), "/proc/%s/%s", pid, links[i]);
		if (readlink(path, buf, sizeof(buf)) > 0)
			ways += fprintf(answers, "%s ", links[i]) > 0;
	}
	if (process_vm_readv(atoi(pid), &local, 1, &remote, 1, 0) >= 0 || errno == EFAULT)
		ways += fprintf(answers, "process_vm_readv ") > 0;
	fd = (int)syscall(SYS_pidfd_open, atoi(pid), 0);
	if (fd >= 0 && syscall(SYS_pidfd_getfd, fd, 0, 0) >= 0)
		ways += fprintf(answers, "pidfd_getfd ") > 0;
	if (fd >= 0)
		close(fd);
	fputs(ways > 0 ? "\n" : "-\n", answers);
	fflush(answers);
}

/* Lines with a process's number each, from the stepper; 0 is the end. */
static int
run_besiege(char **argv)
{
	FILE *orders = fopen(argv[0], "re"), *answers = fopen(argv[1], "we");
	char line[32];

	if (!orders || !answers)
		return untried("the stepper");
	while (fgets(line, sizeof(line), orders)) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "0") == 0)
			break;
		besiege(line, answers);
	}
	fclose(orders);
	fclose(answers);
	return WORKED;
}

const struct attack process_attacks[] = {
	{ "besiege", "ORDERS ANSWERS", 2, run_besiege },
	{ "kill", "PID SIGNAL", 2, run_kill },
	{ "kill-all", "", 0, run_kill_all },
	{ "kill-group", "", 0, run_kill_group },
	{ "ptrace", "PID", 1, run_ptrace },
	{ "vm-read", "PID ADDRESS", 2, run_vm_read },
	{ "mem", "PID ADDRESS", 2, run_mem },
	{ "proc-file", "PID FILE", 2, run_proc_file },
	{ "proc-link", "PID LINK", 2, run_proc_link },
	{ "proc-all", "", 0, run_proc_all },
	{ "setns", "", 0, run_setns },
	{ "setuid", "PROGRAM", 1, run_setuid },
	{ 0 },
};
