/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes over a socket beside the data. */
#include "config.h"

#include "sys/fdpass.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

/* For one descriptor, or one sender. */
union control {
	char space[CMSG_SPACE(sizeof(struct ucred))];
	struct cmsghdr align;
};

int
fdpass_send(int socket, const void *data, size_t len, int fd, int flags)
{
	union control control = { .space = { 0 } };
	struct iovec iov = { .iov_base = (void *)data, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (fd >= 0) {
		struct cmsghdr *cmsg;

		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(sizeof fd);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(cmsg), &fd, sizeof fd);
	}
	do
		n = sendmsg(socket, &msg, MSG_NOSIGNAL | flags);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/*
 * With a message of that type, of so many bytes. *ret_found: there was one. There is room for no more: with
 * CMSG_SPACE() a second descriptor would fit into the padding, and nobody would close it.
 */
static ssize_t
receive(int socket, void *data, size_t size, int flags, int type, void *ret, size_t ret_size, bool *ret_found)
{
	union control control;
	struct iovec iov = { .iov_base = data, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			      .msg_controllen = CMSG_LEN(ret_size) };
	struct cmsghdr *cmsg;
	ssize_t n;

	do
		n = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC | flags);
	while (n < 0 && errno == EINTR);
	*ret_found = false;
	if (n < 0)
		return -errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg && cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == type &&
	    cmsg->cmsg_len == CMSG_LEN(ret_size)) {
		memcpy(ret, CMSG_DATA(cmsg), ret_size);
		*ret_found = true;
	}
	return n;
}

ssize_t
fdpass_receive(int socket, void *data, size_t size, int *ret_fd, int flags)
{
	bool found;
	ssize_t n = receive(socket, data, size, flags, SCM_RIGHTS, ret_fd, sizeof *ret_fd, &found);

	if (!found)
		*ret_fd = -1;
	return n;
}

ssize_t
fdpass_receive_from(int socket, void *data, size_t size, pid_t *ret_pid, int flags)
{
	struct ucred sender;
	bool found;
	ssize_t n = receive(socket, data, size, flags, SCM_CREDENTIALS, &sender, sizeof sender, &found);

	*ret_pid = found ? sender.pid : 0;
	return n;
}
