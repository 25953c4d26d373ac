/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places inside: finding them, and making what is missing. Runs in the sandbox's mount namespace, among hostile names.
 *
 * Where can a mount point be made?
 *
 *	a tmpfs that the sandbox's own user namespace made	yes. It holds nothing of the host's and goes with the
 *		sandbox. Always through a private copy of the mount, which may be writable while the mount inside is
 *		read-only: what is made in the one is to be seen in the other at once, and the payload cannot write
 *	anything else that is read-only		not there: PLACE_READONLY. The directory has to be taken apart
 *		(live_assemble.c)
 *	anything else that is writable		no: it would be created on the host, and stay
 *
 * What "the sandbox's own" means is asked from the kernel, about the very directory that we hold (mount_rules_super()),
 * and not concluded from names or types.
 */
#ifndef SESSION_LIVE_PLACE_H
#define SESSION_LIVE_PLACE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/live.h"
#include "session/live_words.h"

/* What went wrong. */
struct live_fault {
	enum live_step step;
	int errnum;
	uint64_t number; /* of the mount that is busy */
	char object[PATH_MAX];
};

struct live_places {
	int root;   /* of the sandbox */
	int socket; /* what is made is told there */
	bool closed; /* nothing may be made: what is the sandbox's own cannot be told apart */
	bool own_known;
	uint64_t own; /* device of a file system that is the sandbox's own */
	/*
	 * The directory that something was made in last, by mount (0: none yet) and inode, and the copy for it: giving
	 * such a copy up makes the kernel wait for all its readers, and a thousand mount points are often neighbours.
	 */
	uint64_t ground_mount, ground_ino;
	int ground;
	struct live_made *made;
	size_t made_len, made_cap;
	struct live_fault fault;
};

/*
 * Beside descriptors. Both negative; PLACE_FAILED with places->fault filled, PLACE_READONLY with fault.object: the
 * directory.
 */
enum { PLACE_FAILED = -1, PLACE_READONLY = -2 };

/* Fills places->fault. Returns PLACE_FAILED. */
int live_fail(struct live_places *places, enum live_step step, int errnum, const char *object);

/* An O_PATH descriptor of a clean absolute path inside, in which no component is a link; or PLACE_FAILED. */
int live_place_find(struct live_places *places, const char *path);

/* The same, of the directory that a path lies in. */
int live_place_find_parent(struct live_places *places, const char *path);

/* The same as the first, and it is made if it is not there: a directory, or an empty file. */
int live_place_make(struct live_places *places, const char *path, bool is_dir);

/* Sees to it that there is a symbolic link with that text at path. 0, or as above. */
int live_place_link(struct live_places *places, const char *path, const char *content);

/* Removes what was made, the last first, from `from` on. What is not empty, or not the sandbox's own, stays. */
void live_place_unmake(struct live_places *places, const struct live_made *made, size_t n);

#endif
