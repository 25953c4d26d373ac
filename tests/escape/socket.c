/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attacks by sockets and System V or POSIX IPC: reaching a process outside that listens or shares memory. */
#include "config.h"

#include "attack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
run_tcp(char **argv)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[0])) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return untried("socket");
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return stopped("connect to a port");
	return look_for_secret(fd, "connect to a port");
}

static int
connect_unix(const char *name, int abstract)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(name) + 2 > sizeof(addr.sun_path))
		return untried(name);
	strcpy(addr.sun_path + abstract, name);
	if (connect(fd, (struct sockaddr *)&addr, len) < 0)
		return stopped(name);
	return look_for_secret(fd, name);
}

static int
run_unix(char **argv)
{
	return connect_unix(argv[0], 0);
}

static int
run_abstract(char **argv)
{
	return connect_unix(argv[0], 1);
}

/*
 * Has a session of isolate's run a command, as isolate-control(7) describes, by which it would mount the directory of
 * the secret where we are.
 */
static int
run_control(char **argv)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char buf[4096] = "";
	size_t len = 0;
	ssize_t n;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(argv[0]) >= sizeof(addr.sun_path))
		return untried(argv[0]);
	strcpy(addr.sun_path, argv[0]);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return stopped("connect to a session");
	/* Nobody may be there to read it any more: the answer says. */
	if (snprintf(buf, sizeof(buf), "text %zu\n%s", strlen(argv[1]), argv[1]) >= (int)sizeof(buf))
		return untried(argv[1]);
	(void)send(fd, buf, strlen(buf), MSG_NOSIGNAL);
	memset(buf, 0, sizeof(buf));
	while (!strstr(buf, "\nanswer ") && (n = read(fd, buf + len, sizeof(buf) - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	errno = 0;
	if (!strstr(buf, "\nanswer 0 "))
		return len > 0 ? stopped(buf) : untried("no answer at all");
	return look_for_secret(open(argv[2], O_RDONLY | O_CLOEXEC), argv[2]);
}

/* Asks netlink for a listening socket of the host by its port. It answers for the network namespace it is asked in. */
static int
run_netlink(char **argv)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} ask = {
		.header = { .nlmsg_len = sizeof(ask), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.request = { .sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0U },
	};
	static char buf[1 << 16] __attribute__((aligned(16)));
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	ssize_t n;

	if (fd < 0 || send(fd, &ask, sizeof(ask), 0) < 0)
		return stopped("netlink");
	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0) {
		unsigned left = (unsigned)n;

		for (struct nlmsghdr *h = (void *)buf; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
			struct inet_diag_msg *msg = NLMSG_DATA(h);

			if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR) {
				errno = 0;
				return stopped("no such socket");
			}
			if (msg->id.idiag_sport == htons((uint16_t)atoi(argv[0])))
				return worked("netlink");
		}
	}
	return stopped("netlink");
}

static int
run_sysv_shm(char **argv)
{
	int id = shmget((key_t)strtol(argv[0], NULL, 0), 0, 0);
	const char *memory;

	if (id < 0)
		return stopped("shmget");
	memory = shmat(id, NULL, SHM_RDONLY);
	if (memory == (void *)-1) // NOLINT: as shmat(2) says it
		return stopped("shmat");
	return strcmp(memory, SECRET) == 0 ? worked("shmat") : untried("another segment");
}

static int
run_mqueue(char **argv)
{
	mqd_t queue = mq_open(argv[0], O_RDONLY | O_CLOEXEC);

	if (queue < 0)
		return stopped("mq_open");
	return worked("mq_open");
}

const struct attack socket_attacks[] = {
	{ "tcp", "PORT", 1, run_tcp },
	{ "unix", "PATH", 1, run_unix },
	{ "abstract", "NAME", 1, run_abstract },
	{ "control", "SOCKET COMMAND FILE", 3, run_control },
	{ "netlink", "PORT", 1, run_netlink },
	{ "sysv-shm", "KEY", 1, run_sysv_shm },
	{ "mqueue", "NAME", 1, run_mqueue },
	{ 0 },
};
