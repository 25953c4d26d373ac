/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why something is not to be had inside: both sides are walked, link by link, and compared.
 *
 * What is found is a value, with the cure; inspect/why_text.h makes sentences of it. Nothing is run and nothing is
 * changed. The tree inside may belong to a hostile program, which may change it meanwhile: see inspect/rootpath.h.
 * What comes out may then be wrong, and nothing else happens.
 *
 * The path is judged as it is needed: to be found and read; to be executed, where it is a program outside; to be
 * written, where that is possible outside.
 */
#ifndef INSPECT_WHY_H
#define INSPECT_WHY_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/wire.h"
#include "inspect/miss.h"
#include "inspect/unit.h"
#include "inspect/why_view.h"

enum why_kind {
	WHY_WORKS,	 /* it is inside, and nothing is wrong with it */
	WHY_OUTSIDE,	 /* it fails outside too: no mount is to blame */
	WHY_NOT_MOUNTED, /* from `place` on nothing of outside is mounted */
	WHY_MASKED,	 /* `mount` covers it */
	WHY_LINK,	 /* the symbolic link `link` leads to `target`, on whose way `place` is not inside */
	WHY_INTERPRETER, /* it is there; the interpreter `place` that its "#!" line asks for is not */
	WHY_LOADER,	 /* it is there; its ELF loader `place` is not */
	WHY_LIBRARY,	 /* it is there; the library `target`, which would be `place`, is not */
	WHY_READ_ONLY,	 /* it can be written outside, and `mount` is read-only */
	WHY_IDENTITY,	 /* who one is inside may not read it, though who one is outside may */
	WHY_KIND,	 /* something else is there: a plain file called /dev/null */
	WHY_STALE,	 /* `mount` shows what was at its source when it was mounted; now something else is */
	WHY_NOEXEC,	 /* a program, on a mount from which nothing may be executed */
	WHY_UNKNOWN,	 /* cannot be told */
	WHY_KINDS
};

/* What they are called in answers for machines: "not_mounted", … */
extern const char *const why_names[WHY_KINDS];

struct why_query {
	int inside, outside;	     /* O_PATH descriptors of the two roots */
	const struct why_view *view; /* what is mounted inside, or NULL: then no mount is named */
	const char *home;	     /* the user's home directory outside, or NULL; never mounted whole */
	const char *cwd;	     /* inside, absolute: for what relative names mean; NULL: "/" */
	const char *path_env;	     /* PATH inside, for env(1) in "#!" lines; NULL: the C library's default */
	const char *library_path;    /* LD_LIBRARY_PATH inside, or NULL */
	bool privileged;	     /* the user outside reads what his ids alone do not allow: he is root there */
	bool reads;		     /* it is to be read: what is nowhere is not to be made */
	struct memo *memo;	     /* of the answer that this is part of (inspect/memo.h), or NULL */
};

struct why {
	enum why_kind kind;
	char *path;   /* what was asked for: absolute */
	char *place;  /* what decides, see above; WHY_OUTSIDE: the component that fails outside. NULL: nothing to name
		       */
	char *link;   /* WHY_LINK: the last link that was followed */
	char *target; /* what it says; WHY_LIBRARY: the library's name */
	int code;     /* what a program gets inside, an errno; WHY_OUTSIDE: outside */
	bool creating;		/* it is nowhere; what is told is about making it */
	bool other;		/* it is inside and outside, and not the same file */
	mode_t inside, outside; /* st_mode of what was found, or 0 */
	char *sentence; /* WHY_INTERPRETER, WHY_LOADER, WHY_LIBRARY, and WHY_OUTSIDE for a program: what is wrong */
	struct why_mount *mount; /* what is mounted there, or NULL */
	struct miss_step *chain; /* how it came from `path` to `place` */
	size_t chain_len, chain_cap;
	struct place_list places; /* outside: all that is not there inside and is needed */
	struct place_list units;  /* the useful units that hold them, see inspect/unit.h; empty: no mount is a cure */
	char *cure;		  /* the same as specs ("ro:/opt/conda"), quoted for --mnt; NULL: there is none */
};

/* Judges `path`; a relative one counts from cwd. Release in any case. */
void why_ask(const struct why_query *query, const char *path, struct why *ret);
void why_release(struct why *why);

/*
 * The same, asked by a child that has joined user namespace `userns`, with whose eyes alone the root of a watched
 * sandbox can be looked at (sys/nsask.h). Where that cannot be joined, or is the caller's own, the caller looks
 * himself.
 */
void why_ask_as(int userns, const struct why_query *query, const char *path, struct why *ret);

/* An answer on its way from one process to another. What is read is whole and well-formed, or wire->bad. */
void why_put(struct wire *wire, const struct why *why);
void why_get(struct wire *wire, struct why *ret);

/*
 * What `--why NAME` is about: NAME itself where it has a slash or is there outside, below cwd; else the program of
 * that name in PATH, inside or outside; else NAME below cwd. The caller frees.
 */
char *why_path_of(const struct why_query *query, const char *name);

/* True if no mount, and nothing else about the sandbox, is to blame. */
bool why_is_innocent(const struct why *why);

#define _autowhy_ __attribute__((cleanup(why_release)))

#endif
