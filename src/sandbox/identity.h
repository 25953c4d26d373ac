/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who the payload appears to be: the ids, and the passwd and group that name them inside. */
#ifndef SANDBOX_IDENTITY_H
#define SANDBOX_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "sandbox/request.h"

/* Where accounts are looked up first. Tests have their own. */
struct identity_sources {
	const char *passwd; /* "/etc/passwd" */
	const char *group;  /* "/etc/group" */
	const char *home;   /* $HOME, or NULL */
};

struct identity {
	uid_t outer_uid, inner_uid;
	gid_t outer_gid, inner_gid;
	char *user;	  /* name inside */
	char *outer_user; /* name outside; made up where the account is not known */
	char *gecos;
	char *home;  /* HOME, absolute and clean. It is the same path inside, whoever one appears to be */
	char *shell; /* the account's shell; "/bin/sh" where it has none */
	char *group; /* name of the group inside */
	bool local;  /* the outer user is in passwd's own file, and the inner ids are his */
};

/*
 * Looks the caller up: in the files first, which costs microseconds; through the name service (LDAP, sssd) only if he
 * is not there. An unknown user gets a made-up account. Nothing is refused: whether ids can be mapped, the kernel says.
 */
void identity_make(const struct request *req, const struct identity_sources *sources, struct identity *ret);
void identity_release(struct identity *identity);

/* Contents of /etc/passwd, with `shell` as the login shell, and of /etc/group. The caller frees. */
char *identity_passwd(const struct identity *identity, const char *shell);
char *identity_group(const struct identity *identity);

/* Home directory of `name` outside, or NULL: there is no such user. Asks the name service. The caller frees. */
char *identity_home_of(const char *name);

#endif
