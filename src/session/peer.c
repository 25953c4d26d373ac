/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is at the other end.
 *
 * The kernel noted who connected (SO_PEERCRED), and the number may be another process's by now: a payload could
 * connect, hand the connection to another process, end, and hope that a harmless process gets its number. So
 * the process is held by a pidfd of the kernel's own making (SO_PEERPIDFD, Linux 6.5), looked at, and must
 * still be there afterwards: then what was looked at was it. Before 6.5 the pidfd is made of the number, and
 * there is a gap between the connection and that; within it all numbers of the machine would have to be used
 * up.
 */
#include "config.h"

#include "session/peer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sandbox/breaks.h"
#include "sys/pidfd.h"
#include "sys/procfs.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

static int
open_pidfd(int socket, pid_t pid)
{
	socklen_t len = sizeof(int);
	int fd;

	if (getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &fd, &len) == 0)
		return fd;
	return errno == ENOPROTOOPT ? pidfd_of(pid) : -errno;
}

static bool
is_in_our_user_namespace(int proc, int process)
{
	_autoclose_ int self = procfs_open_named(proc, "self");

	return self >= 0 && procfs_ns_is_same(self, process, NS_USER);
}

const char *
peer_check(int socket, struct peer *ret)
{
	_autoclose_ int pidfd = -1, proc = -1, process = -1;
	struct peer peer = { 0 };
	struct ucred creds;
	socklen_t len = sizeof creds;
	ssize_t n;

	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &creds, &len) < 0 || creds.uid != geteuid())
		return "it belongs to another user";
	/* 0: it is in a pid namespace that is not within ours. */
	if (creds.pid <= 0)
		return "the process that asks is not to be seen from here";
	pidfd = open_pidfd(socket, creds.pid);
	proc = procfs_open();
	process = proc < 0 ? -1 : procfs_open_process(proc, creds.pid);
	if (pidfd < 0 || process < 0)
		return "the process that asked has ended";
	if (!is_in_our_user_namespace(proc, process) && !broken("control-peer"))
		return "the process that asks is in another user namespace";
	peer.pid = creds.pid;
	n = procfs_read_some(process, "comm", peer.name, sizeof peer.name);
	if (n > 0)
		peer.name[strcspn(peer.name, "\n")] = '\0';
	if (pidfd_signal(pidfd, 0) < 0)
		return "the process that asked has ended";
	*ret = peer;
	return NULL;
}
