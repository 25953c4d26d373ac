/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of namespaces and their numbers. */
#include "config.h"

#include "sys/ns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>

const struct ns_row ns_rows[NS_KINDS] = {
	[NS_USER] = { "user", CLONE_NEWUSER, "user and group ids, capabilities" },
	[NS_MNT] = { "mnt", CLONE_NEWNS, "mounts: which directory is seen where" },
	[NS_PID] = { "pid", CLONE_NEWPID, "process ids" },
	[NS_NET] = { "net", CLONE_NEWNET, "interfaces, ports, abstract sockets" },
	[NS_IPC] = { "ipc", CLONE_NEWIPC, "System V IPC, POSIX message queues" },
	[NS_UTS] = { "uts", CLONE_NEWUTS, "host and domain name" },
	[NS_CGROUP] = { "cgroup", CLONE_NEWCGROUP, "the root of the cgroup tree" },
};

int
ns_read_own(int proc, enum ns_kind kind, ino_t *ret)
{
	char path[32] = "self/ns/";
	struct stat st;

	strcat(path, ns_rows[kind].name);
	st.st_ino = 0;
	if (fstatat(proc, path, &st, 0) < 0 && errno != ENOENT)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

int
ns_read_self(int proc, ino_t ret[NS_KINDS])
{
	int r = 0;

	for (int i = 0; i < NS_KINDS && r == 0; i++)
		r = ns_read_own(proc, (enum ns_kind)i, &ret[i]);
	return r;
}
