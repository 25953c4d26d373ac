/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notifications of system calls, from the side of the one who listens. */
#include "config.h"

#include "sys/notify.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/*
 * SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP: our headers may be older. The flag is the
 * argument.
 */
#define SET_FLAGS _IOW('!', 4, __u64)
#define SYNC_WAKE_UP 1UL

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

int
notify_send_fd(int socket, const void *data, size_t len, int fd)
{
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .space = { 0 } };
	struct iovec iov = { .iov_base = (void *)data, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *cmsg;

		msg.msg_control = &control;
		msg.msg_controllen = sizeof control;
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(cmsg), &fd, sizeof fd);
	}
	return sendmsg(socket, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

ssize_t
notify_receive_fd(int socket, void *data, size_t size, int *ret_fd, int flags)
{
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = data, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			      .msg_controllen = sizeof control };
	struct cmsghdr *cmsg;
	ssize_t n = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC | flags);

	*ret_fd = -1;
	if (n < 0)
		return -errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg && cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_RIGHTS)
		memcpy(ret_fd, CMSG_DATA(cmsg), sizeof *ret_fd);
	return n;
}
