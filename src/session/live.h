/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mounts in a sandbox that runs: adding, removing, read-only and back, and taking the last change back.
 *
 * Theory of operation. An ordinary user may not clone a mount of the host's mount namespace, and a descriptor of one
 * cannot be mounted in another namespace. But he owns the user namespace of his sandbox, and whoever enters that has
 * all capabilities there. So each change is made by a short-lived child of the caller (live_helper.h), in this order:
 *
 *	resolves the specs as the user, outside: names, links, what exists (the same code as at the start: plan_specs.h)
 *	enters the user namespace that owns the sandbox's mount namespace (ioctl_nsfs(2), NS_GET_USERNS)
 *	makes a mount namespace: a private copy of the host's mounts as they are now, so a source may be newer than the
 *		session
 *	clones each source there, detached, with its flags (open_tree(2), mount_setattr(2))
 *	enters the sandbox's mount namespace: from here on it has nothing of the host's but what it is going to give
 *	makes the mount points, attaches, and looks whether it is where it should be
 *
 * If anything has to be put together (mounts upon mounts, a read-only directory that lacks the mount point), that is
 * done in another private copy, of the sandbox's mounts, and what comes out is attached in one piece.
 *
 * Nothing is ever created on the host: see live_place.h for where a mount point can be made. All or nothing: what
 * fails in the middle is taken back, by the child, or, if somebody killed it, by the next.
 *
 * The sandbox is hostile. It may look into, signal and trace whatever it can see, and change any name that it may
 * write. So the child cannot be traced, holds no descriptor that it does not need, reads no file, runs no code of the
 * sandbox's, walks by descriptors and through no link, and the caller waits for it no longer than LIVE_MILLISECONDS.
 *
 * What an ordinary user cannot do, because the kernel does not let him (errors say which it is):
 *  - touch a mount namespace that belongs to the initial user namespace: what firejail, docker or systemd made. Root
 *    can.
 *  - unmount, or make writable, a mount that came with a copy of the host's mounts (`unshare -m`): those are locked
 *    together.
 */
#ifndef SESSION_LIVE_H
#define SESSION_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "sandbox/spec.h"

/* A file server of the sandbox's own, a dead network mount, a stopped child: no longer than this, and an error. */
enum { LIVE_MILLISECONDS = 5000 };

/*
 * The sandbox that a process lives in. To be opened for one command and closed after it: it keeps the namespaces alive.
 * For a session take pid 1 of the sandbox, whose root nobody inside can change.
 */
struct live_target {
	pid_t pid;
	int process;	 /* its directory in procfs: never another process's, even if the pid is */
	int mounts;	 /* its mount namespace */
	int owner;	 /* the user namespace that owns that */
	int root;	 /* its root directory, O_PATH */
	bool privileged; /* the owner is the caller's own user namespace: no wall between its mounts and ours */
};

/*
 * 0, or negative with err filled: no such process, another user's, not in a sandbox, or in one that the kernel does not
 * let us change. *ret is written on success only.
 */
int live_target_open(pid_t pid, struct live_target *ret, struct error *err);
void live_target_close(struct live_target *target);

enum live_kind {
	LIVE_BIND,
	LIVE_EMPTY,   /* a tmpfs of its own, or for a file the null device */
	LIVE_PROC,    /* the sandbox's own /proc, over that of a host root that was brought inside */
	LIVE_KEPT,    /* a mount that was there before, put on top of a new one above it */
	LIVE_REBUILT, /* a read-only directory, taken apart to make a mount point in it */
	LIVE_KINDS
};
extern const char *const live_kind_names[LIVE_KINDS];

/* One mount that was made, removed or changed. */
struct live_item {
	enum live_kind kind;
	char *path;	 /* inside, physical: no link in it */
	char *source;	 /* outside, physical; NULL where there is none, or where it is not to be seen from outside */
	char *spec;	 /* what asked for it, as it was written; NULL: nobody did */
	enum origin origin; /* of a mount that was made: the specs' */
	unsigned attrs;	 /* enum plan_attr. Of a removed mount: what it had. Of a changed one: what it has now */
	bool is_dir;
	bool on_top;	 /* it lies on another item of the same change, and goes with that */
	uint64_t id;	 /* of the mount, never used again (struct mount_place) */
	uint64_t number; /* the same in mountinfo, while it is there */
	uint64_t ino;	 /* of a removed bind's source */
	uint64_t dev;
	int fd;		 /* of a removed mount of the sandbox's own memory: a detached copy, for undo; else -1 */
};

/* Something that was made for a mount point, to be removed with it: path inside, in the order it was made. */
struct live_made {
	char *path;
	bool is_dir;
};

enum live_verb { LIVE_MOUNT, LIVE_UMOUNT, LIVE_REMOUNT };

struct live_change {
	enum live_verb verb;
	bool ro; /* LIVE_REMOUNT */
	struct live_item *items;
	size_t len, cap;
	struct live_made *made;
	size_t made_len, made_cap;
};

/*
 * What was changed in one sandbox, oldest first. Zero-initialised by whoever holds the session. The functions below add
 * to it, undo takes from it. For a single command to a sandbox of others' it may be empty and thrown away.
 */
struct live_journal {
	struct live_change *changes;
	size_t len, cap;
};
void live_journal_release(struct live_journal *journal);

/* The live mount with this id (struct mount_place), or NULL: where :mounts gets origin and spec from. */
const struct live_item *live_journal_find(const struct live_journal *journal, uint64_t id);

/* A process that keeps a mount busy. */
enum live_hold { LIVE_HOLD_FD, LIVE_HOLD_CWD, LIVE_HOLD_ROOT, LIVE_HOLD_EXE, LIVE_HOLD_MAP, LIVE_HOLDS };
extern const char *const live_hold_names[LIVE_HOLDS];

struct live_holder {
	pid_t pid;	  /* outside */
	pid_t inner_pid;  /* in its own pid namespace */
	enum live_hold how;
	int fd;		  /* LIVE_HOLD_FD; else -1 */
	bool writes;	  /* LIVE_HOLD_FD: opened for writing */
	char *name;	  /* comm: the process's own choice */
	char *path;	  /* inside */
};

/* What a command has to tell beside its error. Zero-initialised; released in any case. */
struct live_report {
	char **notes; /* in words: a `try` source that is absent, what stays read-only */
	size_t notes_len, notes_cap;
	struct live_holder *holders; /* where it was busy. At most LIVE_HOLDERS_MAX */
	size_t holders_len, holders_cap;
	bool holders_late; /* there may be more: the search had to end before it had looked at everybody */
};
enum { LIVE_HOLDERS_MAX = 100 };
void live_report_release(struct live_report *report);

/* What the specs of a command are relative to, and what new directories are like. */
struct live_context {
	const char *cwd;  /* of whoever gave the command: logical, absolute; NULL: relative names are errors */
	const char *home; /* his ~ */
	uint64_t tmpfs_size;	 /* of a directory that `=none` makes; 0: the kernel's own default */
	/*
	 * Places inside that stay on top when something is mounted above them: those of the plan's specs. Those of the
	 * journal stay anyway.
	 */
	const char *const *keep;
	size_t keep_len;
};

/*
 * Adds mounts, all or none. Every flag of the grammar, `=none`, and links as the plan does it. At the same place the
 * later spec wins; what is deeper goes over what is shallower. The change becomes the journal's last; if a `try` leaves
 * nothing to do there is none.
 */
int live_mount(const struct live_target *target, const struct spec_list *specs, const struct live_context *context,
	       struct live_journal *journal, struct live_report *report, struct error *err);

/*
 * Removes the mount at a place inside (absolute, or relative to context->cwd; links as they are outside), with those
 * that came with it. If it is busy the error says so and report->holders who it is; `lazy` takes it away from sight,
 * and whoever holds it keeps it. Refused for "/", /proc and the devices that programs cannot do without. A mount point
 * that was made for it goes with it.
 */
int live_umount(const struct live_target *target, const char *path, bool lazy, const struct live_context *context,
		struct live_journal *journal, struct live_report *report, struct error *err);

/*
 * Makes the mount at a place, and all below it, read-only or writable. What is read-only outside stays so, with a note.
 * Refused as above.
 */
int live_remount(const struct live_target *target, const char *path, bool ro, const struct live_context *context,
		 struct live_journal *journal, struct live_report *report, struct error *err);

/*
 * Takes the journal's last change back, all of it or nothing. *ret, which may be NULL, gets the change as it was, to be
 * released by live_change_release(). -ENOENT with err filled if there is none. If something is busy it stays, as in
 * live_umount().
 */
int live_undo(const struct live_target *target, const struct live_context *context, struct live_journal *journal,
	      struct live_change *ret, struct live_report *report, struct error *err);
void live_change_release(struct live_change *change);

#endif
