/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Links outside, on the way to a source or a mount point. A user who asks for ./data means what he has seen there; but
 * if the sandbox may write in that directory, it can have put a link to his keys there a moment ago. At the start
 * nobody inside can do that; here somebody can.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/identity.h"
#include "sandbox/view.h"
#include "session/live_breaks.h"
#include "session/live_pieces.h"
#include "session/live_table.h"
#include "sys/mount.h"
#include "sys/procfs.h"

/* Both are read only where there are links. */
struct tables {
	int process;
	bool known;
	struct live_table inside, outside;
};

static int
read_tables(struct tables *tables)
{
	_autoclose_ int proc = procfs_open();
	_autoclose_ int self = proc < 0 ? proc : procfs_open_named(proc, "self");
	int r = self < 0 ? self : 0;

	if (tables->known)
		return 0;
	if (r == 0)
		r = live_table_read(self, &tables->outside);
	if (r == 0)
		r = live_table_read(tables->process, &tables->inside);
	tables->known = r == 0;
	return r;
}

/* The place of a directory in its file system, whatever mounts show it; NULL where that cannot be told. */
static char *
inner_path(const struct tables *tables, const char *dir, const struct mountinfo **ret_row)
{
	_autoclose_ int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *rel;
	struct mount_place at;

	if (fd < 0 || mount_place_of(fd, &at) < 0)
		return NULL;
	*ret_row = live_table_find(&tables->outside, at.number);
	rel = *ret_row ? path_below(dir, (*ret_row)->mount_point) : NULL;
	if (!rel)
		return NULL;
	return *rel == '\0' ? text_dup((*ret_row)->root) : path_join((*ret_row)->root, rel);
}

/* True if a mount inside shows the directory, writable, and its permissions let the user write. In doubt it is true. */
static bool
can_be_changed_inside(struct tables *tables, const char *link)
{
	_autofree_ char *dir = path_parent(link);
	_autofree_ char *inner = NULL;
	const struct mountinfo *row;

	if (faccessat(AT_FDCWD, dir, W_OK, AT_EACCESS) < 0)
		return false;
	if (read_tables(tables) < 0)
		return true;
	inner = inner_path(tables, dir, &row);
	if (!inner)
		return true;
	for (size_t i = 0; i < tables->inside.len; i++) {
		const struct mountinfo *other = &tables->inside.rows[i];

		if (other->major == row->major && other->minor == row->minor && path_is_below(inner, other->root) &&
		    !mountinfo_has_option(other->options, "ro"))
			return true;
	}
	return false;
}

/* A name of a spec: absolute, with its links; NULL if it means nothing any more. */
static char *
expand(const char *text, bool tilde, const struct live_context *context)
{
	size_t len = strcspn(text, "/");
	_autofree_ char *user = NULL;
	_autofree_ char *home = NULL;

	if (!tilde && text[0] == '/')
		return text_dup(text);
	if (!tilde)
		return context->cwd ? path_join(context->cwd, text) : NULL;
	if (len == 1)
		return context->home ? path_join(context->home, text + 1) : NULL;
	user = text_ndup(text + 1, len - 1);
	home = identity_home_of(user);
	return home ? path_join(home, text + len) : NULL;
}

/* Walked once more: what was found the first time is only taken if it is found again, by a way that is all right. */
static int
check_way(const char *path, const char *end, struct tables *tables, struct live_places *places)
{
	struct view view = { 0 };
	int r = 0;

	if (!path || view_walk(path, NULL, &view) < 0 || strcmp(view.path, end) != 0)
		r = live_fail(places, LIVE_SOURCE, ESTALE, end);
	for (size_t i = 0; i < view.stops_len && r == 0; i++)
		if (view.stops[i].target && can_be_changed_inside(tables, view.stops[i].path))
			r = live_fail(places, LIVE_FOUND_PLANTED, 0, view.stops[i].path);
	view_release(&view);
	return r;
}

static int
check_piece(const struct live_piece *piece, const struct spec *spec, const struct live_context *context,
	    struct tables *tables, struct live_places *places)
{
	_autofree_ char *mntpoint = expand(spec->mntpoint, spec->mntpoint_tilde, context);
	_autofree_ char *source = spec->source ? expand(spec->source, spec->source_tilde, context) : NULL;
	int r = check_way(mntpoint, piece->path, tables, places);

	return r == 0 && spec->source ? check_way(source, piece->source, tables, places) : r;
}

int
live_pieces_check_links(const struct live_pieces *pieces, const struct spec_list *specs,
			const struct live_context *context, int process, struct live_places *places, int *ret_spec)
{
	struct tables tables = { .process = process };
	int r = 0;

	for (size_t i = 0; i < pieces->len && r == 0 && !broken("live-planted"); i++) {
		const struct live_piece *piece = &pieces->items[i];

		*ret_spec = piece->spec;
		if (piece->role == PIECE_MOUNT && piece->spec >= 0 && !piece->where_seen && piece->kind != LIVE_PROC)
			r = check_piece(piece, &specs->items[piece->spec], context, &tables, places);
	}
	live_table_release(&tables.inside);
	live_table_release(&tables.outside);
	return r;
}
