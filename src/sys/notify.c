/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notifications of system calls, from the side of the one who listens. */
#include "config.h"

#include "sys/notify.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>

/*
 * SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP: our headers may be older. The flag is the
 * argument.
 */
#define SET_FLAGS _IOW('!', 4, __u64)
#define SYNC_WAKE_UP 1UL

bool
notify_is_listener(int fd)
{
	uint64_t nobody = 0;

	/* Whatever else it is knows of no such question. */
	return ioctl(fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &nobody) == 0 || errno == ENOENT;
}

void
notify_set_sync(int listener)
{
	ioctl(listener, SET_FLAGS, SYNC_WAKE_UP);
}

int
notify_receive(int listener, struct notify_call *ret)
{
	/* More than the kernel's structure may grow to, and zeroed, or the kernel refuses it. */
	union {
		struct seccomp_notif notif;
		char room[512];
	} received;

	memset(&received, 0, sizeof received);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &received.notif) < 0)
		return errno == EINTR || errno == ENOENT ? -EAGAIN : -errno;
	*ret = (struct notify_call){ .id = received.notif.id, .task = (pid_t)received.notif.pid };
	ret->registers.number = received.notif.data.nr;
	ret->registers.i386 = received.notif.data.arch == AUDIT_ARCH_I386;
#ifdef __i386__
	ret->registers.i386 = false;
#endif
	for (int i = 0; i < 6; i++)
		ret->registers.args[i] = received.notif.data.args[i];
	return 0;
}

int
notify_continue(int listener, uint64_t id)
{
	union {
		struct seccomp_notif_resp answer;
		char room[512];
	} sent;

	memset(&sent, 0, sizeof sent);
	sent.answer.id = id;
	sent.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &sent.answer) < 0 ? -errno : 0;
}

bool
notify_waits(int listener, uint64_t id)
{
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}
