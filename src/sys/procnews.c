/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process connector. */
#include "config.h"

#include "sys/procnews.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Where it stands in a message. */
enum {
	EVENT = NLMSG_HDRLEN + sizeof(struct cn_msg),
	WHAT = EVENT + offsetof(struct proc_event, what),
	DATA = EVENT + offsetof(struct proc_event, event_data),
	FIRST = DATA,	   /* thread; of a fork the parent's */
	SECOND = DATA + 4, /* its process: the key of all that we read */
	THIRD = DATA + 8,  /* of a fork the child's thread */
	FOURTH = DATA + 12,
};

/* The three that are asked for; PROC_EVENT_NONE is the answer to a request. */
#define WANTED (PROC_EVENT_FORK | PROC_EVENT_EXEC | PROC_EVENT_EXIT)

/* What to do; since Linux 6.6 also of which events, as a second word. */
static int
ask(int fd, size_t words)
{
	const uint32_t what[] = { PROC_CN_MCAST_LISTEN, WANTED };
	size_t size = words * sizeof *what;
	struct nlmsghdr header = { .nlmsg_len = (uint32_t)(EVENT + size), .nlmsg_type = NLMSG_DONE };
	struct cn_msg message = { .id = { CN_IDX_PROC, CN_VAL_PROC }, .len = (uint16_t)size };
	char buf[EVENT + sizeof what];

	memcpy(buf, &header, sizeof header);
	memcpy(buf + NLMSG_HDRLEN, &message, sizeof message);
	memcpy(buf + EVENT, what, size);
	return send(fd, buf, EVENT + size, 0) < 0 ? -errno : 0;
}

/*
 * The bytes of one message, as far as there is room; 0: none; -errno. `true_sender` tells whether it is the kernel.
 */
static ssize_t
receive(int fd, void *buf, size_t size, bool *true_sender)
{
	struct sockaddr_nl from = { 0 };
	socklen_t len = sizeof from;
	ssize_t n;

	do
		n = recvfrom(fd, buf, size, MSG_DONTWAIT, (struct sockaddr *)&from, &len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	*true_sender = from.nl_pid == 0;
	return n;
}

/* The kernel answers before send(2) returns, or not at all. 0, or -errno. */
static int
await_answer(int fd)
{
	char buf[1024];
	struct proc_event event;
	bool kernel = false;
	ssize_t n;

	while ((n = receive(fd, buf, sizeof buf, &kernel)) > 0) {
		if (!kernel || (size_t)n < EVENT + sizeof event)
			continue;
		memcpy(&event, buf + EVENT, sizeof event);
		if ((int)event.what == PROC_EVENT_NONE)
			return -(int)event.event_data.ack.err;
	}
	return n < 0 ? (int)n : -EOPNOTSUPP;
}

static int
listen_to(int fd)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	int r, size = 1024 * 1024;

	/* As far as everybody may (rmem_max). */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
		return -errno;
	r = ask(fd, 2);
	if (r == 0)
		r = await_answer(fd);
	/* An older kernel does not understand the second word, and says nothing. */
	if (r == -EOPNOTSUPP && (r = ask(fd, 1)) == 0)
		r = await_answer(fd);
	return r;
}

int
procnews_open(void)
{
	_autoclose_ int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
	int r;

	if (fd < 0)
		return errno == EPERM || errno == EACCES ? -EPERM : -EOPNOTSUPP;
	r = listen_to(fd);
	if (r < 0)
		return r == -EPERM || r == -EACCES ? -EPERM : -EOPNOTSUPP;
	return take_fd(&fd);
}

/* Loads take the messages to be in network order; a constant, as htonl(3) is not. */
#define NETWORK(value) (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap32(value) : (uint32_t)(value))
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NETWORK(value), yes, no)
#define SAME_AS_X(yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, yes, no)
#define TO_X BPF_STMT(BPF_MISC | BPF_TAX, 0)
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)

/* Threads are left out; what is left has the process at SECOND. Falls through with that in A. */
static const struct sock_filter processes_only[] = {
	LOAD(WHAT),
	IF_EQUAL(PROC_EVENT_EXEC, 12, 0),
	IF_EQUAL(PROC_EVENT_EXIT, 6, 0),
	IF_EQUAL(PROC_EVENT_FORK, 0, 4),
	LOAD(THIRD),
	TO_X,
	LOAD(FOURTH),
	SAME_AS_X(6, 0),
	RETURN(0),
	LOAD(FIRST),
	TO_X,
	LOAD(SECOND),
	SAME_AS_X(1, 0),
	RETURN(0),
	LOAD(SECOND),
};
enum { PROLOGUE = sizeof processes_only / sizeof *processes_only };

static int
attach(int fd, struct sock_filter *program, size_t len)
{
	struct sock_fprog filter = { .len = (unsigned short)len, .filter = program };
	int none = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0)
		return 0;
	/* A socket may have so much memory (optmem_max), and until now it has the old one as well. */
	if (errno != ENOMEM || setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof none) < 0)
		return -errno;
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0 ? -errno : 0;
}

/* One comparison and one return for each process: a jump over all of them would be too long for a jump. */
int
procnews_choose(int fd, const pid_t *pids, size_t n)
{
	static struct sock_filter program[PROLOGUE + 2 * PROCNEWS_PIDS_MAX + 1];
	size_t len = PROLOGUE;

	if (n > PROCNEWS_PIDS_MAX)
		return -E2BIG;
	memcpy(program, processes_only, sizeof processes_only);
	for (size_t i = 0; i < n; i++) {
		program[len++] = (struct sock_filter)IF_EQUAL((uint32_t)pids[i], 0, 1);
		program[len++] = (struct sock_filter)RETURN(UINT32_MAX);
	}
	program[len++] = (struct sock_filter)RETURN(0);
	return attach(fd, program, len);
}

int
procnews_choose_all(int fd)
{
	struct sock_filter program[PROLOGUE + 1];

	memcpy(program, processes_only, sizeof processes_only);
	program[PROLOGUE] = (struct sock_filter)RETURN(UINT32_MAX);
	return attach(fd, program, PROLOGUE + 1);
}

/* False for what is not asked for: before the first choice there may be some. */
static bool
translate(const struct proc_event *event, struct procnews *ret)
{
	*ret = (struct procnews){ .time = event->timestamp_ns };
	switch ((unsigned)event->what) {
	case PROC_EVENT_FORK:
		ret->kind = PROCNEWS_FORKED;
		ret->pid = event->event_data.fork.child_tgid;
		ret->parent = event->event_data.fork.parent_tgid;
		return event->event_data.fork.child_pid == event->event_data.fork.child_tgid;
	case PROC_EVENT_EXEC:
		ret->kind = PROCNEWS_EXECUTED;
		ret->pid = event->event_data.exec.process_tgid;
		return true;
	case PROC_EVENT_EXIT:
		ret->kind = PROCNEWS_EXITED;
		ret->pid = event->event_data.exit.process_tgid;
		ret->status = (int)event->event_data.exit.exit_code;
		return event->event_data.exit.process_pid == event->event_data.exit.process_tgid;
	default:
		return false;
	}
}

int
procnews_read(int fd, struct procnews *ret)
{
	char buf[1024];
	struct proc_event event;
	bool kernel = false;
	ssize_t n;

	while ((n = receive(fd, buf, sizeof buf, &kernel)) > 0) {
		if (!kernel || (size_t)n < EVENT + sizeof event)
			continue;
		memcpy(&event, buf + EVENT, sizeof event);
		if (translate(&event, ret))
			return 1;
	}
	return (int)n;
}
