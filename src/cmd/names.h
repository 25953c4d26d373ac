/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What users and groups are called: outside by the files and the name service of this machine, inside by the sandbox's
 * own files. A name is asked for once; the name service, a program to be started, so many times and no more: groups may
 * be 65,536.
 */
#ifndef CMD_NAMES_H
#define CMD_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/accounts.h"

struct known_name {
	bool group;
	uint32_t id;
	char *name; /* NULL: it has none */
};

struct names {
	struct accounts outside;
	struct known_name *known; /* what the name service said */
	size_t known_len, known_cap;
};

void names_init(struct names *names);
void names_release(struct names *names);

/* The name outside, or NULL. The caller frees. */
char *names_user(struct names *names, uint32_t uid);
char *names_group(struct names *names, uint32_t gid);

/* "alice (1001)", or "1001". The caller frees. */
char *names_user_text(struct names *names, uint32_t uid);

/* The same, given the name or NULL. The caller frees. */
char *names_text(const char *name, uint32_t id);

#endif
