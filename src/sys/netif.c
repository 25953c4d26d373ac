/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Network interfaces of the calling thread's network namespace. */
#include "config.h"

#include "sys/netif.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int
netif_loopback_up(void)
{
	/* The kernel gives lo its addresses when it comes up. */
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	/* Any socket family serves for the request; a kernel without IPv4 still has AF_UNIX. */
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		r = -errno;
	close(fd);
	return r;
}
