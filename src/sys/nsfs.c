/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ioctl_nsfs(2). */
#include "config.h"

#include "sys/nsfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Linux 6.11. */
#ifndef NS_GET_PID_FROM_PIDNS
#define NS_GET_PID_FROM_PIDNS _IOR(NSIO, 0x6, int)
#endif

int
nsfs_open(int process, enum ns_kind kind)
{
	char name[24] = "ns/";
	int fd;

	strcat(name, ns_rows[kind].name);
	fd = openat(process, name, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int
ask(int ns, unsigned long request, unsigned long arg)
{
	int r = ioctl(ns, request, arg);

	return r < 0 ? -errno : r;
}

int
nsfs_owner(int ns)
{
	return ask(ns, NS_GET_USERNS, 0);
}

int
nsfs_parent(int ns)
{
	return ask(ns, NS_GET_PARENT, 0);
}

int
nsfs_owner_uid(int userns, uid_t *ret)
{
	return ioctl(userns, NS_GET_OWNER_UID, ret) < 0 ? -errno : 0;
}

int
nsfs_number(int ns, uint64_t *ret)
{
	struct stat st;

	if (fstat(ns, &st) < 0)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

bool
nsfs_is_within(int pidns, uint64_t number)
{
	_autoclose_ int above = -1;
	uint64_t own = 0;

	for (int ns = pidns; ns >= 0 && nsfs_number(ns, &own) == 0; ns = above) {
		int parent;

		if (own == number)
			return true;
		parent = nsfs_parent(ns);
		if (above >= 0)
			close(take_fd(&above));
		above = parent;
	}
	return false;
}

int
nsfs_outer_pid(int pidns, pid_t pid)
{
	return ask(pidns, NS_GET_PID_FROM_PIDNS, (unsigned long)pid);
}
