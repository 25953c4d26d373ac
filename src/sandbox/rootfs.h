/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The root of a watched session: a small file system in memory, spoken to in the FUSE protocol (fuse(4)).
 *
 * It holds what the skeleton of any session holds: directories, links, a few small files, and the places on which the
 * plan's mounts lie. What exists is told to the kernel once and for all, so that no look-up of it comes back; what is
 * missing comes here, each time or once a second.
 *
 * Nothing here blocks, allocates or prints: one request in, at most one answer out. The requests are the
 * kernel's own and well formed, and are checked all the same, since the names in them are the payload's. Who
 * may change something is the kernel's business: the payload's mount of it is read-only, and whoever has it
 * writable is one of ours, who makes a place for a new mount.
 */
#ifndef SANDBOX_ROOTFS_H
#define SANDBOX_ROOTFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sandbox/plan.h"

enum {
	ROOTFS_NODES_MAX = 1 << 16,
	ROOTFS_MADE_MAX = 1 << 12, /* of these, made while the session runs */
	ROOTFS_BUCKETS = 1 << 13,
	ROOTFS_GHOSTS = 64,
	ROOTFS_REFUSALS = 256,
	ROOTFS_ANSWER_MAX = 16 * 1024,
	ROOTFS_REQUEST_MAX = 64 * 1024, /* the kernel refuses to read into less than 8 KiB */
};

struct rootfs_node {
	uint64_t hash; /* of its path */
	uint64_t lookups; /* that the kernel has not forgotten */
	uint32_t parent, first_child, last_child, next; /* 0: none; next in the parent, or in the list of free ones */
	uint32_t next_in_bucket;
	uint32_t generation;
	const char *name, *content; /* the plan's, or in the texts of the node's own */
	uint32_t name_len, content_len;
	uint32_t made;	/* number of its texts, from 1 on; 0: it has none */
	uint32_t directories; /* children that are */
	mode_t type;	/* S_IFDIR, S_IFREG, S_IFLNK; 0: free */
	bool removed;	/* but the kernel still knows it */
	bool ghost;	/* of a name that is not here, see rootfs_answer_ghost() */
	bool is_place;	/* made of a ghost, see rootfs_answer_place() */
	bool awaited;	/* likewise, and not mounted upon yet: the kernel asks for it each time */
};

/* Texts of what is made while the session runs. */
struct rootfs_texts {
	char name[256];
	char content[4096];
};

/* A name that somebody waits for. */
struct rootfs_ghost {
	uint32_t parent, number;
	uint32_t name_len;
	char name[256];
};

/* Somebody who was told of a ghost so that others need not lose it: what he does with it fails. */
struct rootfs_refusal {
	int32_t task; /* 0: none */
	uint32_t ghost;
};

struct rootfs {
	struct rootfs_node *nodes; /* by number; 0 is none and 1 the root */
	struct rootfs_texts *texts;
	uint32_t len, free, texts_len;
	uint32_t buckets[ROOTFS_BUCKETS];
	struct rootfs_ghost ghosts[ROOTFS_GHOSTS];
	struct rootfs_refusal refusals[ROOTFS_REFUSALS];
	uint32_t refusals_next;
	uint64_t time; /* of everything, seconds */
	bool started;  /* the kernel has said hello */
};

enum rootfs_outcome {
	ROOTFS_SILENT, /* there is nothing to answer */
	ROOTFS_ANSWER, /* the answer is complete */
	ROOTFS_MISSING, /* somebody asked for a name that is not here, or awaited: the caller decides */
	ROOTFS_ATTRIBUTES, /* somebody asked for those of a place: the caller decides */
	ROOTFS_SIGNAL, /* who asked `interrupted` has a signal */
	ROOTFS_END,    /* the file system is gone */
};

/* One request and what came of it. */
struct rootfs_request {
	uint64_t id;
	int32_t task;
	uint32_t parent;     /* ROOTFS_MISSING, ROOTFS_ATTRIBUTES: the directory's node */
	const char *name;    /* likewise; in the request, or the node's own */
	size_t name_len;
	uint64_t interrupted; /* ROOTFS_SIGNAL */
	uint32_t found;	     /* ROOTFS_ANSWER to a look-up: the node; parent and name are filled then */
	char *answer;	     /* room of ROOTFS_ANSWER_MAX */
	size_t answer_len;
};

/* An empty root, in memory of the caller's process that nobody shares. 0 or -errno. */
int rootfs_init(struct rootfs *fs, uint64_t time);

/* Whether an entry of the plan has its place in this file system, and not on a mount. */
bool rootfs_holds(const struct plan *plan, size_t entry);

/*
 * Whether its place is in a private directory that lies over one of this file system, as an overlay (build.c). Then the
 * way to it has to be here too: a directory that is made in the overlay alone hides what is missing in it.
 */
bool rootfs_lies_under(const struct plan *plan, size_t entry);

/* All that the plan wants here. Its texts must outlive it. 0 or -errno. */
int rootfs_add_plan(struct rootfs *fs, const struct plan *plan);

/*
 * One thing. The texts must outlive it. The number of the node, or -errno; of one that was there already, that
 * one's.
 */
int rootfs_add(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len, mode_t type, const char *content);

/* Takes a request as it was read, and fills what is told above. */
enum rootfs_outcome rootfs_take(struct rootfs *fs, const char *request, size_t len, struct rootfs_request *ret);

/* Writes the answer to a missing name: -errno, or with 0 that it is not there, for the kernel to remember `seconds`. */
void rootfs_answer_missing(struct rootfs_request *request, int r, unsigned seconds);

/*
 * Waiting for a name. Who looks a name up for the first time holds the directory's lock, and whoever is to mount
 * something there would wait for that lock; so nobody may be held then. He is told that the name is there, a *ghost*:
 * whatever is asked about that gets ESTALE, at which the kernel walks the path once more, and asks if the ghost is
 * still what the name stands for. In that question no lock is held: there he waits. The two questions look the same:
 * who decides has to remember who has met the ghost already.
 *
 * Writes the answer to the first. The type is that of what may be mounted there. False: there is no room for one more.
 */
bool rootfs_answer_ghost(struct rootfs *fs, struct rootfs_request *request, mode_t type);

/*
 * That the name is not there, for one while others wait for it at a ghost. Were he told so, the kernel would lay the
 * ghost, and those who have met it and are on their way back would look the name up anew, with the lock held: they must
 * not be held then, and could not be told from others. So he is told of the ghost too, and what the kernel asks of it
 * for him, its attributes before anything else, gets ENOENT. False: there is no ghost.
 */
bool rootfs_answer_refusal(struct rootfs *fs, struct rootfs_request *request);

/*
 * Mounting upon a ghost. Were it to give way to a directory that is made there, then whoever asks between the making
 * and the mounting would find that, empty, having used up the one time that the kernel walks a path again. So what the
 * mounter is told is there is the ghost itself, turned into a *place*: a node for what is mounted. Until that is, the
 * kernel is to remember nothing of it, and after that nobody has business with the place itself but who came before the
 * mount: therefore its attributes, which the kernel wants before anything else may be done with it, are for the caller
 * to give or to refuse. An entry that is mounted upon must never be answered with "no", or the kernel takes the mount
 * away.
 *
 * Writes the answer to the mounter. False: there is no room for one more.
 */
bool rootfs_answer_place(struct rootfs *fs, struct rootfs_request *request, mode_t type);

/* The answer to a look-up, as taken, is not given: rootfs_answer_entry() does it later. */
void rootfs_take_back(struct rootfs *fs, const struct rootfs_request *request);

/* Writes what is there of the name by now. False: it is not there. */
bool rootfs_answer_entry(struct rootfs *fs, struct rootfs_request *request);

/* The same of its attributes. */
bool rootfs_answer_attributes(struct rootfs *fs, struct rootfs_request *request);

/* The place of that name is mounted upon; with `plain`, it is none any more. */
void rootfs_settle(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len, bool plain);

/* It will not be: it is taken away, unless it is in use. */
void rootfs_unmake(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len);

/*
 * The path of a name in a directory, without a NUL. Its length, or 0 if it does not fit.
 */
size_t rootfs_path(const struct rootfs *fs, uint32_t dir, const char *name, size_t name_len, char *buf, size_t size);

/* The hash of the same. */
uint64_t rootfs_hash(const struct rootfs *fs, uint32_t dir, const char *name, size_t name_len);

#endif
