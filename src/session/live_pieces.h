/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a change consists of: pieces, in the order of a plan (a directory before all that is below it). Made outside, as
 * the user, from specs or from the journal; then each gets its mount, detached, in the private copy of the host's
 * mounts.
 */
#ifndef SESSION_LIVE_PIECES_H
#define SESSION_LIVE_PIECES_H

#include <stdbool.h>
#include <sys/types.h>

#include "sandbox/plan_draft.h"
#include "session/live.h"
#include "session/live_place.h"

enum piece_role {
	PIECE_MOUNT,
	PIECE_LINK,	/* a symbolic link, so that a name works as outside */
	PIECE_WAYPOINT, /* a directory that names lead through by "..": made if it can be */
};

struct live_piece {
	enum piece_role role;
	enum live_kind kind;
	char *path;	     /* inside */
	char *source;	     /* outside */
	char *content;	     /* of a link */
	char *asked;	     /* text of the spec, or NULL */
	int spec;	     /* its index, or -1 */
	unsigned attrs;	     /* enum plan_attr */
	unsigned mode;	     /* LIVE_EMPTY: of the directory */
	bool is_dir;
	bool either;	     /* LIVE_EMPTY: whether it is a file or a directory is decided by what is there inside */
	bool where_seen;     /* what `move` leaves behind: only where its own source is to be seen */
	bool expect;	     /* the source has to be the object with dev and ino */
	uint64_t dev, ino;
	int mount;	     /* detached, then attached; -1 */
	int other;	     /* `either`: the mount of the other type; -1 */
	bool dropped;	     /* there is nothing to do for it */
	bool on_top;	     /* of another piece of this change */
	uint64_t id;
};

struct live_pieces {
	struct live_piece *items;
	size_t len, cap;
	uint64_t tmpfs_size;
};

/* Adds a piece with nothing in it but these. Takes over path. */
struct live_piece *live_pieces_add(struct live_pieces *pieces, enum piece_role role, enum live_kind kind, char *path);

/*
 * From specs, and what is to be kept above them: as the user, outside. 0, or negative with err filled. Notes go to the
 * log.
 */
int live_pieces_resolve(struct live_pieces *pieces, const struct spec_list *specs, const struct live_context *context,
			const struct live_journal *journal, struct error *err);

/*
 * Whoever can write to a directory outside decides where a link in it leads to, and so what would be mounted. If that
 * is the sandbox itself, the link is not followed. As the user, outside, after the specs were resolved. 0, or
 * PLACE_FAILED as below.
 */
int live_pieces_check_links(const struct live_pieces *pieces, const struct spec_list *specs,
			    const struct live_context *context, int process, struct live_places *places, int *ret_spec);

/* Sorts them, and says which lie on others. */
void live_pieces_settle(struct live_pieces *pieces);

/* True if they cannot simply be attached one beside the other. */
bool live_pieces_need_assembly(const struct live_pieces *pieces);

/*
 * Opens the sources. In the private copy of the host's mounts. 0, or PLACE_FAILED with `places` and *ret_spec (an
 * index, or -1) saying why.
 */
int live_pieces_open(struct live_pieces *pieces, struct live_places *places, int *ret_spec);

#endif
