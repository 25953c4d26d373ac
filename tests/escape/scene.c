/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands outside during an attack: a victim with something to lose, a terminal that is watched, descriptors. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "attack.h"

enum { NR_LANDLOCK_CREATE_RULESET = 444 }; /* everywhere */

static const char usage[] =
	"usage: scene victim DIRECTORY               has things to lose; writes what and where to DIRECTORY/victim\n"
	"       scene pty input|signal|modes CMD...  runs CMD on a new terminal: 0 if afterwards it has input that\n"
	"                                            nobody typed, its leader got SIGUSR1, or its modes have changed;\n"
	"                                            else 40\n"
	"       scene fd N PATH CMD...               runs CMD with descriptor N open on PATH\n";

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "scene: %s: %s\n", what, strerror(errno));
	exit(UNTRIED);
}

/* ---- victim ---- */

static char memory[] = SECRET;
static int signalled = -1;

static void
on_signal(int sig)
{
	char c = (char)('0' + sig % 10);

	if (write(signalled, &c, 1) < 0)
		_exit(1);
}

static int
listen_on(const struct sockaddr *addr, socklen_t len, int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, addr, len) < 0 || listen(fd, 16) < 0)
		die("listen");
	return fd;
}

static int
listen_unix(const char *name, int abstract)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len = offsetof(struct sockaddr_un, sun_path) + strlen(name) + 1;

	strncpy(addr.sun_path + abstract, name, sizeof(addr.sun_path) - 2);
	return listen_on((struct sockaddr *)&addr, (socklen_t)len, AF_UNIX);
}

/* The memory, the queue and the key; says where they are. */
static void
share(FILE *f)
{
	int id, fd;
	long key;
	char name[64];
	mqd_t queue;

	fprintf(f, "address=%p\n", (void *)memory);

	id = shmget((key_t)(0x15015000 + getpid() % 0xfff), 4096, IPC_CREAT | 0600);
	if (id < 0)
		die("shmget");
	strcpy(shmat(id, NULL, 0), SECRET);
	shmctl(id, IPC_RMID, NULL); /* gone with us; until then it is found by id only */
	fprintf(f, "shmid=%d\n", id);
	id = shmget((key_t)(0x15016000 + getpid() % 0xfff), 4096, IPC_CREAT | 0600);
	if (id < 0)
		die("shmget");
	strcpy(shmat(id, NULL, 0), SECRET);
	fprintf(f, "shmkey=%d\n", 0x15016000 + getpid() % 0xfff);

	snprintf(name, sizeof(name), "/isolate-escape-%d", getpid());
	queue = mq_open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600, NULL);
	if (queue < 0)
		die("mq_open");
	fprintf(f, "mqueue=%s\n", name);
	fd = shm_open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, SECRET, strlen(SECRET)) < 0)
		die("shm_open");
	fprintf(f, "shm=/dev/shm%s\n", name);

	/* Readable by its user, not only by who possesses it: as a key that programs share. */
	key = syscall(SYS_add_key, "user", name, SECRET, strlen(SECRET), KEY_SPEC_USER_KEYRING);
	if (key < 0 || syscall(SYS_keyctl, KEYCTL_SETPERM, key, 0x3f3f0000) < 0)
		key = 0;
	fprintf(f, "key=%ld\n", key);
}

static void
unshare_all(void)
{
	char name[64];
	int id = shmget((key_t)(0x15016000 + getpid() % 0xfff), 0, 0);
	long key;

	snprintf(name, sizeof(name), "/isolate-escape-%d", getpid());
	mq_unlink(name);
	shm_unlink(name);
	if (id >= 0)
		shmctl(id, IPC_RMID, NULL);
	key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", name, 0);
	if (key >= 0)
		syscall(SYS_keyctl, KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING);
}

/* Gives the secret to whoever connects, until standard input ends. */
static void
serve(struct pollfd *fds, nfds_t n)
{
	for (;;) {
		if (poll(fds, n, -1) < 0 && errno != EINTR)
			die("poll");
		if (fds[0].revents)
			return;
		for (nfds_t i = 1; i < n; i++) {
			int fd = fds[i].revents ? accept(fds[i].fd, NULL, NULL) : -1;

			if (fd >= 0 && write(fd, SECRET, strlen(SECRET)) < 0)
				die("write");
			if (fd >= 0)
				close(fd);
			fds[i].revents = 0;
		}
	}
}

static int
run_victim(char **argv)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	socklen_t len = sizeof(any);
	struct pollfd fds[4] = { { .fd = 0, .events = POLLIN } };
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	char name[64];
	FILE *f;

	if (chdir(argv[0]) < 0)
		die(argv[0]);
	signalled = open("signalled", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	f = fopen("victim.new", "we");
	if (!f || signalled < 0)
		die(argv[0]);
	sigaction(SIGUSR1, &sa, NULL);
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0); /* where Yama would stop the attack outside */

	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fds[1].fd = listen_on((struct sockaddr *)&any, sizeof(any), AF_INET);
	if (getsockname(fds[1].fd, (struct sockaddr *)&any, &len) < 0)
		die("getsockname");
	unlink("socket");
	fds[2].fd = listen_unix("socket", 0);
	snprintf(name, sizeof(name), "isolate-escape-%d", getpid());
	fds[3].fd = listen_unix(name, 1);
	for (int i = 1; i < 4; i++)
		fds[i].events = POLLIN;

	fprintf(f, "pid=%d\nport=%d\nabstract=%s\n", getpid(), ntohs(any.sin_port), name);
	fprintf(f, "landlock=%ld\n", syscall(NR_LANDLOCK_CREATE_RULESET, NULL, 0UL, 1U /* the version */));
	share(f);
	fclose(f);
	rename("victim.new", "victim");
	serve(fds, 4);
	unshare_all();
	return 0;
}

/* ---- pty ---- */

static volatile sig_atomic_t signals_seen;

static void
count_signal(int sig)
{
	(void)sig;
	signals_seen++;
}

static int
same_modes(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	       a->c_lflag == b->c_lflag;
}

/* In the session's leader, after the command: what does the terminal look like? */
static int
look_at_terminal(const char *what, int tty, const struct termios *before)
{
	struct termios now;
	int pending = 0;

	if (strcmp(what, "signal") == 0)
		return signals_seen ? WORKED : STOPPED;
	if (tcgetattr(tty, &now) < 0)
		die("tcgetattr");
	if (strcmp(what, "modes") == 0)
		return same_modes(&now, before) && tcgetpgrp(tty) == getpgrp() ? STOPPED : WORKED;
	cfmakeraw(&now);
	if (tcsetattr(tty, TCSANOW, &now) < 0 || ioctl(tty, FIONREAD, &pending) < 0)
		die("FIONREAD");
	return pending > 0 ? WORKED : STOPPED;
}

static _Noreturn void
lead(char **argv, const char *tty_name)
{
	struct sigaction sa = { .sa_handler = count_signal, .sa_flags = SA_RESTART };
	struct termios before;
	int tty, status;
	pid_t pid;

	setsid();
	tty = open(tty_name, O_RDWR);
	if (tty < 0 || tcgetattr(tty, &before) < 0)
		die(tty_name);
	for (int i = 0; i <= 2; i++)
		dup2(tty, i);
	sigaction(SIGUSR1, &sa, NULL);
	signal(SIGTTOU, SIG_IGN);
	pid = fork();
	if (pid == 0) {
		signal(SIGTTOU, SIG_DFL);
		execvp(argv[1], argv + 1);
		die(argv[1]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	exit(look_at_terminal(argv[0], tty, &before));
}

static int
run_pty(char **argv)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), status;
	char name[64], buf[4096];
	ssize_t n;
	pid_t pid;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || ptsname_r(master, name, sizeof(name)) != 0)
		die("a new terminal");
	pid = fork();
	if (pid == 0)
		lead(argv, name);
	/* EIO once nobody has the terminal open any more. */
	while ((n = read(master, buf, sizeof(buf))) > 0)
		if (write(2, buf, (size_t)n) < 0)
			die("write");
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		die("the leader");
	return WEXITSTATUS(status);
}

/* ---- fd ---- */

static int
run_fd(char **argv)
{
	int want = atoi(argv[0]), fd = open(argv[1], O_RDONLY);

	if (fd < 0 || dup2(fd, want) < 0)
		die(argv[1]);
	if (fd != want)
		close(fd);
	execvp(argv[2], argv + 2);
	die(argv[2]);
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "victim") == 0)
		return run_victim(argv + 2);
	if (argc >= 4 && strcmp(argv[1], "pty") == 0)
		return run_pty(argv + 2);
	if (argc >= 5 && strcmp(argv[1], "fd") == 0)
		return run_fd(argv + 2);
	fputs(usage, stderr);
	return UNTRIED;
}
