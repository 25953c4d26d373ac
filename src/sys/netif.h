/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Network interfaces of the calling thread's network namespace (netdevice(7)). No heap, no stdio. */
#ifndef SYS_NETIF_H
#define SYS_NETIF_H

/*
 * Sets lo up, with 127.0.0.1 and ::1: programs speak to themselves through it even where there is no network. 0
 * or -errno.
 */
int netif_loopback_up(void);

#endif
