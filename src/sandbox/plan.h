/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan: everything that will be done, in order, as pure data. Making it reads the file system (as the user,
 * without privileges) and changes nothing; --dry-run prints it; sandbox/build.c carries it out.
 *
 * All paths inside are absolute and clean, and hold no symbolic link: where MNTPOINT has one outside, the plan has a
 * PLAN_SYMLINK at that place and the mount at the physical place, so that both names work. Sources are physical too:
 * the builder opens them with RESOLVE_NO_SYMLINKS, so a link that is swapped in between gives an error, never another
 * file.
 */
#ifndef SANDBOX_PLAN_H
#define SANDBOX_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "sandbox/request.h"

enum plan_kind {
	PLAN_DIR,     /* an empty directory of the skeleton (the read-only root); over a PLAN_BIND it is bound there */
	PLAN_FILE,    /* a file of the skeleton with `content`; over a PLAN_BIND it is bound there */
	PLAN_SYMLINK, /* a symbolic link to `content`, made in its parent, which is never a PLAN_BIND */
	PLAN_BIND,    /* bind mount of `source`, recursive */
	PLAN_TMPFS,   /* a private, empty, writable directory: a sub-directory of the scratch tmpfs, bound; with a
		       * `source`, that is to be seen in it */
	PLAN_PROC,    /* a fresh procfs */
	PLAN_DEVPTS,  /* a new devpts instance */
};
extern const char *const plan_kind_names[];

/* Mount attributes, in our own words; build.c turns them into MOUNT_ATTR_*. */
enum plan_attr {
	PLAN_RO = 1 << 0,
	PLAN_NOEXEC = 1 << 1,
	PLAN_DEV = 1 << 2,  /* without it: nodev */
	PLAN_SUID = 1 << 3, /* without it: nosuid */
};

struct plan_entry {
	enum plan_kind kind;
	char *path;	    /* inside, physical; "/" allowed for one PLAN_BIND, the root itself */
	char *source;	    /* PLAN_BIND, PLAN_TMPFS: physical path outside; else NULL */
	char *content;	    /* PLAN_FILE, PLAN_SYMLINK */
	unsigned attrs;	    /* enum plan_attr */
	bool is_dir;	    /* the mount point is a directory (else a file) */
	unsigned mode;	    /* PLAN_TMPFS: permission bits of the new directory */
	enum origin origin;
	const struct spec *spec; /* what asked for it, or NULL; points into the request */
	int parent;	    /* index of the directory entry nearest above `path`, or -1: the root skeleton */
	const char *rel;    /* path below that entry's path; points into path */
	bool make;	    /* the mount point has to be made in the parent, which is the skeleton or a tmpfs */
};

struct door;

struct plan {
	struct plan_entry *entries; /* parents before children: sorted by path, component by component */
	size_t len, cap;
	const struct request *req;
	char *base;	   /* --base, physical, or NULL */
	char *cwd;	   /* where the payload starts, inside, logical */
	bool cwd_asked;	   /* --chdir was given: failing to enter it is an error */
	char *home;	   /* HOME inside */
	char *shell;	   /* path of the shell, inside */
	char **argv;	   /* what is executed, NULL-terminated */
	char **envp;	   /* the payload's environment, NULL-terminated */
	uid_t outer_uid, inner_uid;
	gid_t outer_gid, inner_gid;
	char *hostname;	   /* to set, or NULL */
	const struct door *door; /* a sandbox that runs, to enter and not to make; no entries then. The caller's */
	char *session;	   /* the session's name */
	char *user;	   /* its name inside */
};

/*
 * Makes the plan. `req` must outlive it. Notes (a `try` source that is absent, '.' in $HOME) are logged.
 * 0, or negative with err filled and *ret released.
 */
int plan_make(const struct request *req, struct plan *ret, struct error *err);
void plan_release(struct plan *plan);

/* Renders the plan for --dry-run: a line an entry, then identity, network, directory, command. */
void plan_print(const struct plan *plan, FILE *f);

/*
 * The entry nearest above or at an absolute clean path inside (symbolic links not followed), or -1. O(depth · log n).
 */
int plan_find(const struct plan *plan, const char *path);

/*
 * The directory that we are in: $PWD if it is what a shell would make of it (absolute, clean, and the same directory),
 * else as the kernel has it. NULL: it is gone. The caller frees.
 */
char *plan_logical_cwd(void);

#endif
