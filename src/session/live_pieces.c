/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From specs to detached mounts. */
#include "config.h"

#include "session/live_pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/plan_specs.h"
#include "session/live_breaks.h"
#include "sys/mount.h"
#include "sys/open.h"

struct live_piece *
live_pieces_add(struct live_pieces *pieces, enum piece_role role, enum live_kind kind, char *path)
{
	struct live_piece *piece;

	pieces->items = array_grow(pieces->items, &pieces->cap, pieces->len + 1, sizeof *pieces->items);
	piece = &pieces->items[pieces->len++];
	*piece = (struct live_piece){ .role = role, .kind = kind, .path = path, .spec = -1, .is_dir = true };
	piece->mount = piece->other = -1;
	return piece;
}

static void
add_entry(struct live_pieces *pieces, const struct draft_entry *entry, const struct spec_list *specs)
{
	enum piece_role role = entry->e.kind == PLAN_SYMLINK ? PIECE_LINK :
			       entry->e.kind == PLAN_DIR     ? PIECE_WAYPOINT :
							       PIECE_MOUNT;
	bool none = entry->e.spec && entry->e.spec->none;
	bool empty = none || entry->flags & DRAFT_COVER || entry->e.kind == PLAN_TMPFS;
	enum live_kind kind = entry->e.kind == PLAN_PROC ? LIVE_PROC : empty ? LIVE_EMPTY : LIVE_BIND;
	struct live_piece *piece = live_pieces_add(pieces, role, kind, text_dup(entry->e.path));

	piece->source = kind == LIVE_BIND && entry->e.source ? text_dup(entry->e.source) : NULL;
	piece->content = entry->e.content ? text_dup(entry->e.content) : NULL;
	piece->attrs = entry->e.attrs;
	piece->mode = entry->e.mode ? entry->e.mode : 0755;
	piece->is_dir = entry->e.is_dir;
	piece->either = none;
	piece->where_seen = entry->flags & DRAFT_COVER;
	if (entry->e.spec) {
		piece->spec = (int)(entry->e.spec - specs->items);
		piece->asked = role == PIECE_MOUNT ? text_dup(entry->e.spec->text) : NULL;
	}
}

/* The paths of the first so many pieces, which are mounted anew, in order: thousands, maybe, as of what is kept. */
struct new_places {
	const char **paths;
	size_t len, pieces;
};

static int
order_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
is_new(const struct new_places *places, const char *path)
{
	return bsearch(&path, places->paths, places->len, sizeof *places->paths, order_paths);
}

static void
add_kept(struct live_pieces *pieces, const struct new_places *places, const char *path)
{
	_autofree_ char *above = text_dup(path);
	size_t len = strlen(above);
	bool covered = false;

	if (is_new(places, path))
		return;
	while (len > 1 && !covered) {
		do
			len--;
		while (len > 1 && above[len] != '/');
		above[len] = '\0';
		covered = is_new(places, above);
	}
	for (size_t i = places->pieces; i < pieces->len && covered; i++)
		covered = strcmp(pieces->items[i].path, path) != 0;
	if (covered)
		live_pieces_add(pieces, PIECE_MOUNT, LIVE_KEPT, text_dup(path));
}

/* What was asked for before stays on top of what is mounted above it now. */
static void
add_all_kept(struct live_pieces *pieces, const struct live_context *context, const struct live_journal *journal)
{
	size_t cap = 0;
	_autofree_ const char **paths = array_grow(NULL, &cap, pieces->len + 1, sizeof *paths);
	struct new_places places = { .paths = paths, .pieces = pieces->len };

	for (size_t i = 0; i < pieces->len; i++)
		if (pieces->items[i].role == PIECE_MOUNT)
			paths[places.len++] = pieces->items[i].path;
	qsort(paths, places.len, sizeof *paths, order_paths);
	for (size_t i = 0; i < context->keep_len; i++)
		add_kept(pieces, &places, context->keep[i]);
	for (size_t i = 0; journal && i < journal->len; i++) {
		const struct live_change *change = &journal->changes[i];

		for (size_t k = 0; change->verb == LIVE_MOUNT && k < change->len; k++)
			if (change->items[k].kind == LIVE_BIND || change->items[k].kind == LIVE_EMPTY)
				add_kept(pieces, &places, change->items[k].path);
	}
}

int
live_pieces_resolve(struct live_pieces *pieces, const struct spec_list *specs, const struct live_context *context,
		    const struct live_journal *journal, struct error *err)
{
	const struct spec_places places = { .cwd = context->cwd, .home = context->home };
	const struct request req = { .specs = *specs };
	struct draft draft = { 0 };
	bool sockets;
	int r = plan_add_specs(&draft, &req, &places, &sockets, err);

	if (r < 0)
		return r;
	draft_sort(&draft);
	pieces->tmpfs_size = context->tmpfs_size;
	for (size_t i = 0; i < draft.len; i++)
		add_entry(pieces, draft.entries[i], specs);
	draft_release(&draft);
	add_all_kept(pieces, context, journal);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	return plan_path_compare(((const struct live_piece *)a)->path, ((const struct live_piece *)b)->path);
}

void
live_pieces_settle(struct live_pieces *pieces)
{
	const struct live_piece *top = NULL;

	if (pieces->len > 0)
		qsort(pieces->items, pieces->len, sizeof *pieces->items, compare);
	/* All that lies below a directory follows it in one run. */
	for (size_t i = 0; i < pieces->len; i++) {
		struct live_piece *piece = &pieces->items[i];

		piece->on_top = top && path_is_below(piece->path, top->path);
		if (!piece->on_top && piece->role == PIECE_MOUNT)
			top = piece;
	}
}

bool
live_pieces_need_assembly(const struct live_pieces *pieces)
{
	for (size_t i = 0; i < pieces->len; i++)
		if (pieces->items[i].on_top || pieces->items[i].kind == LIVE_PROC)
			return true;
	return false;
}

static unsigned
kernel_attrs(unsigned attrs)
{
	return (attrs & PLAN_RO && !broken("live-read-only") ? MOUNT_RDONLY : 0) |
	       (attrs & PLAN_NOEXEC ? MOUNT_NOEXEC : 0) | (attrs & PLAN_DEV ? 0 : MOUNT_NODEV) |
	       (attrs & PLAN_SUID ? 0 : MOUNT_NOSUID);
}

/* Links in it were followed when the pieces were made; one that has come since is an error. */
static int
open_bind(const struct live_piece *piece, const char *source, unsigned attrs, struct live_places *places)
{
	_autoclose_ int fd = broken("live-source") ? open(source, O_PATH | O_CLOEXEC) :
						     open_path_no_symlinks(AT_FDCWD, source);
	_autoclose_ int mount = -1;
	struct stat st;
	int r;

	if (fd < 0)
		return live_fail(places, LIVE_SOURCE, -fd, source);
	if (piece->expect && (fstat(fd, &st) < 0 || st.st_dev != piece->dev || st.st_ino != piece->ino))
		return live_fail(places, LIVE_FOUND_CHANGED, 0, source);
	mount = mount_clone(fd, "");
	if (mount < 0)
		return live_fail(places, LIVE_SOURCE, -mount, source);
	r = broken("live-later-mounts") ? mount_attrs_slave(mount, kernel_attrs(attrs)) :
					  mount_attrs_bound(mount, kernel_attrs(attrs));
	return r < 0 ? live_fail(places, LIVE_ATTRS, -r, source) : take_fd(&mount);
}

static int
open_tmpfs(const struct live_piece *piece, uint64_t size, struct live_places *places)
{
	char mode[8], bytes[24];
	const struct mount_param params[] = { { "mode", mode }, { "size", bytes } };
	int mount;

	snprintf(mode, sizeof mode, "%o", piece->mode);
	snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)size);
	mount = mount_new("tmpfs", "isolate-live", params, size ? 2 : 1,
			  kernel_attrs(piece->attrs & ~(unsigned)(PLAN_DEV | PLAN_SUID)));
	return mount < 0 ? live_fail(places, LIVE_TMPFS, -mount, piece->path) : mount;
}

static int
open_empty(struct live_piece *piece, uint64_t size, struct live_places *places)
{
	int null = -1, dir = -1;

	if (!piece->is_dir || piece->either) {
		null = open_bind(piece, "/dev/null", piece->attrs | PLAN_DEV, places);
		if (null < 0 && !piece->is_dir)
			return null;
	}
	if (piece->is_dir || piece->either) {
		dir = open_tmpfs(piece, size, places);
		if (dir < 0)
			return dir;
	}
	piece->mount = piece->is_dir ? dir : null;
	piece->other = piece->is_dir ? null : dir;
	return 0;
}

/* What `move` takes away: to be recognised inside. */
static void
learn_identity(struct live_piece *piece)
{
	_autoclose_ int fd = open_path_no_symlinks(AT_FDCWD, piece->path);
	struct stat st;

	piece->dropped = fd < 0 || fstat(fd, &st) < 0;
	if (piece->dropped)
		return;
	piece->dev = st.st_dev;
	piece->ino = st.st_ino;
}

int
live_pieces_open(struct live_pieces *pieces, struct live_places *places, int *ret_spec)
{
	live_pause("resolved");
	for (size_t i = 0; i < pieces->len; i++) {
		struct live_piece *piece = &pieces->items[i];
		int r = 0;

		*ret_spec = piece->spec;
		if (piece->role != PIECE_MOUNT || piece->mount >= 0)
			continue;
		if (piece->where_seen)
			learn_identity(piece);
		if (piece->dropped)
			continue;
		if (piece->kind == LIVE_BIND)
			piece->mount = r = open_bind(piece, piece->source, piece->attrs, places);
		else if (piece->kind == LIVE_EMPTY)
			r = open_empty(piece, pieces->tmpfs_size, places);
		if (r < 0)
			return r;
	}
	return 0;
}
