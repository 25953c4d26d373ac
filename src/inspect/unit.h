/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What to mount so that something which exists outside is there inside: the useful unit that it belongs to, as a spec.
 *
 * A file alone seldom helps: a program wants its library directory, a python its prefix. So the unit is, in this order:
 * the prefix above it that a conda-meta/ or a pyvenv.cfg marks; else the prefix whose bin/ and lib/ it lies between;
 * else the directory that holds it. It is never one that shows more than was asked for ("/", /etc, a home directory,
 * …): then it is the file.
 */
#ifndef INSPECT_UNIT_H
#define INSPECT_UNIT_H

#include <stddef.h>

/* Places outside that a program needs: absolute, without links (but for the last component). Each is kept once. */
struct place_list {
	char **items;
	size_t len, cap;
};

void place_list_add(struct place_list *list, const char *place);
void place_list_release(struct place_list *list);

/*
 * The units of those places that are not to be seen inside, each once and none below another, in `ret`. A virtual
 * environment (pyvenv.cfg) brings the installation that it was made from along, if that is not there. inside, outside:
 * O_PATH descriptors of the two roots. home: the user's home directory outside, or NULL.
 */
void units_find(int inside, int outside, const char *home, const struct place_list *places, struct place_list *ret);

/*
 * The argument of --mnt that mounts the units read-only, after the specs `before` (or ""), quoted for specs and then
 * for a shell. The caller frees.
 */
char *units_format(const struct place_list *units, const char *before);

#endif
