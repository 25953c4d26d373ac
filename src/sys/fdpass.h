/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes over a socket beside the data: a descriptor, or who has sent it (unix(7), cmsg(3)). */
#ifndef SYS_FDPASS_H
#define SYS_FDPASS_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Sends `data`, and with it the descriptor, which may be -1: then it is the data alone. The flags are those of
 * sendmsg(2); there is never a SIGPIPE. 0 or -errno, which is never -EINTR.
 */
int fdpass_send(int socket, const void *data, size_t len, int fd, int flags);

/*
 * The other end. *ret_fd is the caller's to close, CLOEXEC, and -1 where none came. The length of the data, 0 at the
 * end, or -errno, which is never -EINTR.
 */
ssize_t fdpass_receive(int socket, void *data, size_t size, int *ret_fd, int flags);

/* Where SO_PASSCRED is set: likewise with the sender's process, 0 where it is not told. */
ssize_t fdpass_receive_from(int socket, void *data, size_t size, pid_t *ret_pid, int flags);

#endif
