/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What to mount so that something which exists outside is there inside: the useful unit that it belongs to, as a spec.
 *
 * A file alone seldom helps: a program wants its library directory, a python its prefix. So the unit is the nearest
 * directory above it of the first of these kinds that there is:
 *
 *	- a prefix that its maker has marked: conda-meta/, pyvenv.cfg, .spack/, easybuild/
 *	- a repository or a checked-out tree of one: .git, .hg, .svn, .jj, .bzr
 *	- the tree of a modules system: modulefiles/ beside init/ or software/
 *	- a prefix by its shape: bin/ beside lib/
 *	- a mount point, unless it is in the root directory
 *
 * else the directory that holds it. It is never one that shows more than was asked for ("/", /etc, a home directory,
 * …): then it is the file.
 */
#ifndef INSPECT_UNIT_H
#define INSPECT_UNIT_H

#include <stdbool.h>
#include <stddef.h>

#include "inspect/place_list.h"

struct memo;

struct unit_query {
	int inside, outside; /* O_PATH descriptors of the two roots */
	const char *home;    /* the user's home directory outside, or NULL */
	struct memo *memo;   /* of the answer that this is part of (inspect/memo.h), or NULL */
};

/*
 * The units of those places that are not to be seen inside, each once and none below another, in `ret`. A virtual
 * environment (pyvenv.cfg) brings the installation that it was made from along, if that is not there.
 */
void units_find(const struct unit_query *query, const struct place_list *places, struct place_list *ret);

/*
 * The prefix that a place outside belongs to, by its maker's mark, as the tree of a modules system or by its shape.
 * NULL: none. The caller frees.
 */
char *unit_prefix(int outside, const char *home, const char *place);

/* True for a directory that is never mounted whole: home, or NULL, is the user's home directory outside. */
bool unit_is_too_wide(const char *dir, const char *home);

/*
 * The specs, quoted for specs, that mount the units with the flags ("ro", "dev,rw"), after the specs `before` (or "").
 * The caller frees.
 */
char *units_specs(const struct place_list *units, const char *flags, const char *before);

/* One, quoted likewise, that shows at a place what is at another outside. The caller frees. */
char *unit_spec_of(const char *flags, const char *path, const char *source);

/*
 * The argument of --mnt that mounts the units read-only, after the specs `before` (or ""), quoted for specs and then
 * for a shell. The caller frees.
 */
char *units_format(const struct place_list *units, const char *before);

/* The command line that mounts the specs in a session that runs. The caller frees. */
char *unit_command(const char *session, const char *specs);

#endif
