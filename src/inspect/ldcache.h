/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /etc/ld.so.cache of the GNU C library: which file has the library of a name (ldconfig(8)).
 *
 * It is read, and not guessed at by searching the directories that it speaks of: a directory that only /etc/ld.so.conf
 * names counts just where the cache says so, and a check that is laxer than the loader would overlook the cause. The
 * file is foreign bytes all the same.
 */
#ifndef INSPECT_LDCACHE_H
#define INSPECT_LDCACHE_H

#include <stddef.h>
#include <stdint.h>

struct ldcache {
	char *data; /* with a zero behind it */
	size_t len;
	size_t base;	  /* where the present format begins; strings are counted from there */
	uint32_t entries; /* all of them lie within data */
};

/* Reads it from a descriptor of a regular file. 0, -EBADMSG (no cache of a kind that we know), -errno. */
int ldcache_read(int fd, struct ldcache *ret);
void ldcache_release(struct ldcache *cache);

/* The next file with a library of this name, pointing into the cache, or NULL; start with *at 0. */
const char *ldcache_next(const struct ldcache *cache, const char *name, uint32_t *at);

#endif
