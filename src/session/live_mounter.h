/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A helper that mounts: the way through the namespaces, and the pieces brought to their places. */
#ifndef SESSION_LIVE_MOUNTER_H
#define SESSION_LIVE_MOUNTER_H

#include "session/live_pieces.h"
#include "session/live_place.h"
#include "session/live_table.h"

/* A mount that is attached in the sandbox, with all that lies on it. */
struct live_top {
	char *path;
	struct live_piece *piece; /* NULL: a directory that was taken apart */
	int mount;		  /* detached; attached once `done` */
	int parent;		  /* of a file: the directory that it was put in; else -1 */
	uint64_t id;
	bool done;
};

struct live_mounter {
	int socket;
	struct live_target target; /* the helper's copy of the descriptors; -1 where it has let go of one */
	struct live_pieces *pieces;
	struct live_places places;
	struct live_table table;   /* of the sandbox. To mount: only if `privileged`, to know which are shared */
	int mountinfo;		   /* to remove: the file, to read it again */
	int host;		   /* that stays: the mount namespace in which the sources are */
	struct live_top *tops;
	size_t len, cap;
	int spec; /* index of the one that is being worked on, or -1 */
};

/*
 * The whole way of a helper's life, from pieces made outside to RECORD_DONE or RECORD_FAILED. Tells RECORD_MADE and
 * RECORD_ITEM on the way.
 */
void live_mounter_run(struct live_mounter *mounter);

/*
 * The same in two parts, for a helper that stays. First: it is brought to where the sources are, once; 0 or
 * PLACE_FAILED. Then, from there and for one path each time: what is at the path outside, which has no links in it, is
 * bound to the same path inside, read-only. 0, or negative: nothing has been mounted, and somebody else has to find out
 * why. *ret_lost: it cannot be used again.
 */
int live_mounter_stay(struct live_mounter *mounter);
int live_mounter_bind(struct live_mounter *mounter, const char *path, bool *ret_lost);

/* Parts of it, for helpers that remove. Each 0, or PLACE_FAILED with mounter->places.fault filled. */
int live_join_owner(struct live_mounter *mounter);
int live_join_sandbox(struct live_mounter *mounter);
void live_tell_fault(const struct live_mounter *mounter);

/*
 * live_assemble.c: in a private copy of the sandbox's mounts. mounter->tops are ready to be attached; back in the
 * sandbox itself.
 */
int live_assemble(struct live_mounter *mounter);

/* Sees to a piece that is no mount. */
int live_prepare_name(struct live_mounter *mounter, struct live_piece *piece);

/*
 * An O_PATH descriptor of the place of a piece, of the right kind, made if it may be; PLACE_FAILED, PLACE_READONLY, or
 * PLACE_NONE: there is nothing to do for the piece, which is marked as dropped.
 */
enum { PLACE_NONE = -3 };
int live_prepare_place(struct live_mounter *mounter, struct live_piece *piece);

struct live_top *live_add_top(struct live_mounter *mounter, char *path, struct live_piece *piece, int mount);

#endif
