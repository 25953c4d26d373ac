/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resource limits of a process (proc_pid_limits(5)), and those in which two processes differ. */
#ifndef INSPECT_LIMITS_H
#define INSPECT_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RLIM_INFINITY, as a number of its own. */
#define LIMIT_NONE UINT64_MAX

struct limit {
	char *name; /* as the kernel calls it: "Max open files" */
	uint64_t soft, hard;
	char *unit; /* "files", or "" */
};

struct limit_list {
	struct limit *items;
	size_t len;
};

/* Of a process held by a descriptor of its directory in procfs. 0 or -errno. */
int limits_read(int process, struct limit_list *ret);
int limits_parse(const char *text, struct limit_list *ret);
void limits_release(struct limit_list *list);

/* The one of that name, or NULL. */
const struct limit *limits_find(const struct limit_list *list, const char *name);

#endif
