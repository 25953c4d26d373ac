/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What users and groups are called inside: by the passwd and group below a sandbox's own root. They may be the
 * payload's to write, so they are opened only if they are plain files, read to a limit, and names out of them are for
 * the caller to escape.
 */
#ifndef INSPECT_ACCOUNTS_H
#define INSPECT_ACCOUNTS_H

#include <stdint.h>

struct accounts {
	char *passwd, *group; /* their text, or NULL */
};

/* `root` is an O_PATH descriptor of the root directory, or negative: then nobody has a name. Cannot fail. */
void accounts_read(int root, struct accounts *ret);

/* The same, asked of somebody in user namespace `userns` (sys/nsask.h): for a root that shows itself only there. */
void accounts_ask(int userns, int root, struct accounts *ret);

void accounts_release(struct accounts *accounts);

/* The name, or NULL. The caller frees. */
char *accounts_user(const struct accounts *accounts, uint32_t uid);
char *accounts_group(const struct accounts *accounts, uint32_t gid);

#endif
