/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is at the other end of a connection to the control socket, and whether it may give commands. */
#ifndef SESSION_PEER_H
#define SESSION_PEER_H

#include <sys/types.h>

/* So much of its name as the kernel keeps. */
enum { PEER_NAME_SIZE = 16 };

struct peer {
	pid_t pid;
	char name[PEER_NAME_SIZE]; /* its own choice: never to be shown unescaped */
};

/*
 * NULL if the peer may give commands: a process of this user, in this user namespace. Else why it may not. A payload
 * that can reach the socket, since somebody mounted its directory, is in a user namespace of its own. *ret is written
 * on success only.
 */
const char *peer_check(int socket, struct peer *ret);

#endif
