/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The name service (nsswitch.conf(5)) through getent(1): LDAP, SSSD and their like are shared libraries of the
 * C library's, which a static program had better not load, and a dynamic one need not, since most users stand
 * in /etc/passwd.
 */
#ifndef SYS_GETENT_H
#define SYS_GETENT_H

#include <stdio.h>
#include <sys/types.h>

struct getent {
	FILE *lines; /* as in the database's file: fgetpwent(3), fgetgrent(3); NULL where there is no getent(1) */
	pid_t pid;
};

/* Starts `getent DATABASE KEY`. Ends the wait for it and frees all: getent_close(). */
struct getent getent_open(const char *database, const char *key);
void getent_close(struct getent *getent);

#endif
