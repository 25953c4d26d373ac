/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which libraries a program needs, and which of them its loader cannot find inside: the search of ld.so(8), done on
 * files alone.
 *
 * Followed: DT_RPATH with what it inherits, LD_LIBRARY_PATH, DT_RUNPATH, $ORIGIN (which the loader learns from
 * /proc), the cache, the loader's own directories; libraries of libraries. Not followed: glibc-hwcaps (they are
 * copies of what lies beside them). Where the loader's rules differ between systems the laxer one is taken: a library
 * that is called missing here is missing.
 */
#ifndef INSPECT_LIBSEARCH_H
#define INSPECT_LIBSEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "inspect/elf.h"
#include "inspect/unit.h"

struct libsearch_query {
	int inside, outside;	  /* O_PATH descriptors of the roots */
	const char *program;	  /* its path without links: where $ORIGIN is */
	const struct elf *elf;	  /* its head and lists */
	const char *library_path; /* LD_LIBRARY_PATH, or NULL */
	const char *cwd;	  /* absolute */
	bool compare;		  /* also tell which libraries come from elsewhere than outside */
};

enum library_fault {
	LIBRARY_ABSENT,	  /* no file */
	LIBRARY_NO_PROC,  /* it is in a place relative to $ORIGIN, and there is no /proc that says where that is */
	LIBRARY_NO_CACHE, /* it is there, but only the loader's cache names the place, and that is not there */
};

struct missing_library {
	enum library_fault fault;
	char *name;
	char *by; /* the program or library that needs it */
	bool by_program;
	char *outside; /* the path of one outside that would do, or NULL */
	char *instead; /* the one inside that is loaded in its place, or NULL */
};

struct libsearch {
	bool unsure; /* something could not be followed, or was too much: `missing` may say too much */
	struct missing_library *missing;
	size_t missing_len, missing_cap;
	struct missing_library
		*replaced; /* with `compare`: found inside, but `outside` would be taken and is not there */
	size_t replaced_len, replaced_cap;
	struct place_list places; /* outside: what of the missing there is, links and files */
};

/*
 * Searches. A library that is missing inside is taken from outside, if it is there, so that its own libraries are
 * looked for too.
 */
void libsearch_run(const struct libsearch_query *query, struct libsearch *ret);
void libsearch_release(struct libsearch *search);

#endif
