/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a task is asking for. */
#include "config.h"

#include "watch/task.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/door.h"
#include "sys/procfs.h"

/* A signal makes it run for a moment, on a busy machine for longer. */
enum { PAGE = 4096, TRIES = 8, PATIENT_TRIES = 20, PATIENCE_NS = 200000 };

/* Without crossing a page at first: what lies behind the end of a text need not be there. */
static ssize_t
read_memory(pid_t task, uint64_t address, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		size_t part = PAGE - (size_t)((address + len) % PAGE);
		struct iovec local = { buf + len, part < size - len ? part : size - len };
		struct iovec remote = { (void *)(uintptr_t)(address + len), local.iov_len };
		ssize_t n = process_vm_readv(task, &local, 1, &remote, 1, 0);

		if (n <= 0)
			return len > 0 ? (ssize_t)len : -1;
		if (memchr(buf + len, '\0', (size_t)n))
			return (ssize_t)len + n;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

/* A text of at most PATH_MAX bytes; NULL: it cannot be read, or has no end. */
static char *
read_path(pid_t task, uint64_t address)
{
	char buf[PATH_MAX];
	ssize_t n = read_memory(task, address, buf, sizeof buf);

	return n > 0 && memchr(buf, '\0', (size_t)n) ? text_dup(buf) : NULL;
}

/* The path of a socket in the file system; NULL: it has none. */
static char *
read_socket(pid_t task, uint64_t address)
{
	struct sockaddr_un name = { .sun_family = AF_UNSPEC };
	char text[sizeof name.sun_path + 1] = "";
	struct iovec local = { &name, sizeof name }, remote = { (void *)(uintptr_t)address, sizeof name };
	ssize_t n = process_vm_readv(task, &local, 1, &remote, 1, 0);

	if (n < (ssize_t)sizeof name.sun_family + 1 || name.sun_family != AF_UNIX)
		return NULL;
	memcpy(text, name.sun_path, (size_t)n - offsetof(struct sockaddr_un, sun_path));
	return text[0] != '\0' ? text_dup(text) : NULL;
}

/* What a relative path is relative to. */
static char *
read_directory(int proc, pid_t task, int fd)
{
	char name[48];
	char *path;

	if (fd == AT_FDCWD)
		snprintf(name, sizeof name, "%d/cwd", (int)task);
	else
		snprintf(name, sizeof name, "%d/fd/%d", (int)task, fd);
	if (procfs_readlink(proc, name, &path) < 0)
		return NULL;
	if (path[0] == '/')
		return path;
	free(path);
	return NULL;
}

static char *
read_argument(int proc, pid_t task, const struct pathcall_registers *registers, const struct pathcall_path *where)
{
	uint64_t mask = registers->i386 ? UINT32_MAX : UINT64_MAX;
	uint64_t address = registers->args[where->path - 1] & mask;
	_autofree_ char *path = where->socket ? read_socket(task, address) : read_path(task, address);
	_autofree_ char *dir = NULL;

	if (!path || path[0] == '\0')
		return NULL;
	if (path[0] == '/')
		return take_ptr(path);
	dir = read_directory(proc, task, where->dir ? (int)(uint32_t)registers->args[where->dir - 1] : AT_FDCWD);
	return dir ? text_format("%s/%s", dir, path) : NULL;
}

static void
read_call(int proc, pid_t task, const struct pathcall_registers *registers, struct task_call *ret)
{
	const struct pathcall *call = pathcall_find(registers);

	ret->call = call;
	for (size_t i = 0; call && i < 2 && call->paths[i].path > 0; i++) {
		ret->paths[i].path = read_argument(proc, task, registers, &call->paths[i]);
		ret->paths[i].creates = call->paths[i].creates ||
					(call->open_flags > 0 && registers->args[call->open_flags - 1] & O_CREAT);
	}
}

/*
 * Of a program that joins nobody may read more than it says itself: the path that it is executed by (sandbox/door.h).
 * Others may say so too, of what they ask for anyway.
 */
static void
read_joining(int process, struct task_call *ret)
{
	static const char title[] = DOOR_TITLE " ";
	char line[sizeof title + PATH_MAX];

	if (procfs_read_some(process, "cmdline", line, sizeof line) <= 0 ||
	    strncmp(line, title, sizeof title - 1) != 0 || line[sizeof title - 1] != '/')
		return;
	for (size_t i = 0; i < pathcalls_len; i++)
		if (strcmp(pathcalls[i].name, "execve") == 0)
			ret->call = &pathcalls[i];
	ret->paths[0].path = text_dup(line + sizeof title - 1);
	ret->joins = true;
}

static void
read_comm(int process, struct task_call *ret)
{
	ssize_t n = procfs_read_some(process, "comm", ret->comm, sizeof ret->comm);

	if (n > 0 && ret->comm[n - 1] == '\n')
		n--;
	ret->comm[n > 0 ? n : 0] = '\0';
}

/*
 * True if it has one number, in our own pid namespace, and none in the sandbox's. Of those who mount, more than that
 * may not be looked at: they cannot be traced.
 */
static bool
is_outside(int process, bool *ret_mounts)
{
	static const char mounter[] = "Name:\tisolate-mount\n";
	char status[4 * PAGE] = "";
	const char *at = NULL;
	char *end;

	if (procfs_read_some(process, "status", status, sizeof status) > 0)
		at = strstr(status, "\nNSpid:");
	*ret_mounts = strncmp(status, mounter, strlen(mounter)) == 0;
	if (!at)
		return false;
	strtol(at + strlen("\nNSpid:"), &end, 10);
	return *end == '\n';
}

/* False: that is all there is to know. */
static bool
read_name(int process, struct task_call *ret)
{
	*ret = (struct task_call){ 0 };
	if (process < 0)
		return false;
	ret->is_ours = is_outside(process, &ret->mounts);
	ret->mounts = ret->mounts && ret->is_ours;
	if (ret->is_ours)
		return false;
	read_comm(process, ret);
	return true;
}

void
task_read_name(int proc, pid_t task, struct task_call *ret)
{
	_autoclose_ int process = procfs_open_process(proc, task);

	read_name(process, ret);
}

void
task_read(int proc, pid_t task, struct task_call *ret)
{
	_autoclose_ int process = procfs_open_process(proc, task);
	struct pathcall_registers registers;
	char line[256];

	if (!read_name(process, ret))
		return;
	for (int i = 0; i < TRIES + PATIENT_TRIES; i++) {
		ssize_t n = procfs_read_some(process, "syscall", line, sizeof line);
		int r = n > 0 ? pathcall_parse(line, &registers) : -EINVAL;

		ret->has_gone = n > 0 && r != 0;
		if (r == -EAGAIN) {
			if (i >= TRIES)
				nanosleep(&(struct timespec){ .tv_nsec = PATIENCE_NS }, NULL);
			continue;
		}
		if (r == 0)
			read_call(proc, task, &registers, ret);
		break;
	}
	if (!ret->call)
		read_joining(process, ret);
}

void
task_read_call(int proc, pid_t task, const struct pathcall_registers *registers, struct task_call *ret)
{
	_autoclose_ int process = -1;

	*ret = (struct task_call){ 0 };
	read_call(proc, task, registers, ret);
	if (!ret->call || !ret->call->executes || ret->paths[0].path)
		return;
	process = procfs_open_process(proc, task);
	if (process >= 0)
		read_joining(process, ret);
}

void
task_read_comm(int proc, pid_t task, struct task_call *ret)
{
	_autoclose_ int process = procfs_open_process(proc, task);

	if (process >= 0)
		read_comm(process, ret);
}

void
task_call_release(struct task_call *call)
{
	free(call->paths[0].path);
	free(call->paths[1].path);
}

int
task_processor(int proc, pid_t task)
{
	char name[32], text[1024];
	const char *at;

	snprintf(name, sizeof name, "%d/stat", (int)task);
	if (procfs_read_some(proc, name, text, sizeof text) <= 0)
		return -1;
	/* The name, field 2, may hold anything; the processor is field 39 (proc_pid_stat(5)). */
	at = strrchr(text, ')');
	for (int i = 2; at && i < 39; i++)
		at = strchr(at + 1, ' ');
	return at ? atoi(at + 1) : -1;
}

/* A mask of signals in the status. All are set where it is not there: better a call that fails than one for ever. */
static uint64_t
status_mask(const char *status, const char *name)
{
	const char *at = strstr(status, name);

	return at ? strtoull(at + strlen(name), NULL, 16) : UINT64_MAX;
}

static uint64_t
bit(int number)
{
	return UINT64_C(1) << (number - 1);
}

bool
task_status_is_dying(const char *status)
{
	/* What these do by default ends nobody (signal(7)). */
	uint64_t harmless = bit(SIGCHLD) | bit(SIGURG) | bit(SIGWINCH) | bit(SIGCONT) | bit(SIGSTOP) | bit(SIGTSTP) |
			    bit(SIGTTIN) | bit(SIGTTOU);
	uint64_t pending = status_mask(status, "\nSigPnd:") | status_mask(status, "\nShdPnd:");
	uint64_t survived = status_mask(status, "\nSigBlk:") | status_mask(status, "\nSigIgn:") |
			    status_mask(status, "\nSigCgt:") | harmless;

	return pending & (~survived | bit(SIGKILL));
}

bool
task_is_dying(int proc, pid_t task)
{
	_autoclose_ int process = procfs_open_process(proc, task);
	char status[PAGE];

	/* It is gone already. */
	if (process < 0)
		return true;
	return procfs_read_some(process, "status", status, sizeof status) <= 0 || task_status_is_dying(status);
}
