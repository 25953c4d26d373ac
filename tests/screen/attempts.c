/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inspector as somebody has it who took it over: the command ":attempt" tries what its confinement is there to
 * stop. Compiled into a program of its own (tests/screen/local.mk). What could do harm is asked for so that the kernel,
 * where it looks at it at all, finds another fault with it: that counts as having worked.
 */
#include "config.h"

#include "tui/attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/app.h"

/* 0: it worked; else the errno. */
static int
verdict(long r)
{
	return r < 0 ? errno : 0;
}

/* As verdict(), for what cannot work but must be refused earlier than for that reason. */
static int
verdict_but(long r, int reason)
{
	return r < 0 && errno != reason ? errno : 0;
}

static int
opened(int fd)
{
	int failed = verdict(fd);

	if (fd >= 0)
		close(fd);
	return failed;
}

static int
try_exec(void)
{
	char *const none[] = { NULL };

	return verdict_but(execve("/nonexistent/program", none, none), ENOENT);
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : verdict(waitpid(pid, NULL, 0));
}

static int
try_read(void)
{
	return opened(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int
try_list(void)
{
	return opened(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static int
try_write(void)
{
	return opened(open("attempted", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int
try_mkdir(void)
{
	return verdict(mkdir("attempted.d", 0700));
}

static int
try_unlink(void)
{
	return verdict_but(unlink("/nonexistent/file"), ENOENT);
}

static int
try_unix_socket(void)
{
	return opened(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int
try_inet_socket(void)
{
	return opened(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int
try_signal_parent(void)
{
	return verdict(kill(getppid(), 0));
}

static int
try_signal_group(void)
{
	return verdict(kill(0, 0));
}

static int
try_pidfd(void)
{
	return opened((int)syscall(SYS_pidfd_open, getppid(), 0));
}

static int
try_ptrace(void)
{
	return verdict_but(ptrace(PTRACE_PEEKDATA, getppid(), NULL, NULL), ESRCH);
}

static int
try_unshare(void)
{
	return verdict(unshare(CLONE_NEWUSER));
}

/* An address that is none: nothing is typed. */
static int
try_type(void)
{
	int r = ioctl(STDIN_FILENO, TIOCSTI, NULL);

	return r < 0 && errno != EFAULT && errno != EIO ? errno : 0;
}

static int
try_map_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? errno : 0;
}

static int
try_make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? errno : verdict(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static int
try_io_uring(void)
{
	return verdict_but(syscall(SYS_io_uring_setup, 1, NULL), EFAULT);
}

static const struct {
	const char *name;
	int (*try)(void);
} attempts[] = {
	{ "exec", try_exec },
	{ "fork", try_fork },
	{ "read", try_read },
	{ "list", try_list },
	{ "write", try_write },
	{ "mkdir", try_mkdir },
	{ "unlink", try_unlink },
	{ "unix-socket", try_unix_socket },
	{ "inet-socket", try_inet_socket },
	{ "signal-parent", try_signal_parent },
	{ "signal-group", try_signal_group },
	{ "pidfd", try_pidfd },
	{ "ptrace", try_ptrace },
	{ "type", try_type },
	{ "map-code", try_map_code },
	{ "make-code", try_make_code },
	{ "io_uring", try_io_uring },
	/* The last, as it changes who we are. */
	{ "unshare", try_unshare },
};

void
attempt_run(struct app *app, const char *arguments)
{
	struct sheet *sheet = app_sheet(app, "Attempts");

	(void)arguments;
	for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
		int failed = attempts[i].try();
		_autofree_ char *line = text_format("%s %s", attempts[i].name, failed ? "stopped" : "worked");

		sheet_add(sheet, ROLE_NORMAL, 0, line);
	}
	sheet_add(sheet, ROLE_NORMAL, 0, "that is all");
}

static bool
is_broken(const char *what)
{
	const char *chosen = getenv("ISOLATE_BREAK");

	return chosen && strcmp(chosen, what) == 0;
}

bool
attempt_unconfined(void)
{
	return is_broken("confinement");
}

bool
attempt_refused(void)
{
	return is_broken("confine");
}
