/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A helper that mounts. */
#include "config.h"

#include "session/live_mounter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "session/live_breaks.h"
#include "sys/mount.h"
#include "sys/open.h"

/* So often may a process inside remove a place between our look at it and the mount. */
enum { TRIES = 8, COVERS_MAX = 1000 };

static void
let_go(int *fd)
{
	if (*fd >= 0 && !broken("live-descriptors"))
		close(take_fd(fd));
}

/*
 * The user namespace gives the capabilities, and brings its masters' power over what can be traced: so hidden before,
 * and again after, since taking on credentials may reset that (prctl(2), PR_SET_DUMPABLE).
 */
int
live_join_owner(struct live_mounter *mounter)
{
	struct live_target *target = &mounter->target;

	live_hide();
	if (!target->privileged && setns(target->owner, CLONE_NEWUSER) < 0)
		return live_fail(&mounter->places, LIVE_JOIN_USER, errno, NULL);
	live_hide();
	let_go(&target->owner);
	return 0;
}

/*
 * What the host has mounted until now, and a mount namespace in which we may clone it. Nothing that happens in it gets
 * out.
 */
static int
copy_host(struct live_mounter *mounter)
{
	_autoclose_ int root = -1;
	int r;

	if (unshare(CLONE_NEWNS) < 0)
		return live_fail(&mounter->places, LIVE_COPY, errno, NULL);
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	r = root < 0 ? -errno : mount_attrs_slave(root, 0);
	return r < 0 && mounter->target.privileged ? live_fail(&mounter->places, LIVE_COPY, -r, NULL) : 0;
}

int
live_join_sandbox(struct live_mounter *mounter)
{
	/* Held until now to read what is there. From here on nothing of the host's /proc is in reach. */
	let_go(&mounter->target.process);
	if (setns(mounter->target.mounts, CLONE_NEWNS) < 0)
		return live_fail(&mounter->places, LIVE_JOIN_MOUNTS, errno, NULL);
	umask(0);
	mounter->places.root = mounter->target.root;
	live_pause("inside");
	return 0;
}

void
live_tell_fault(const struct live_mounter *mounter)
{
	const struct live_fault *fault = &mounter->places.fault;
	struct live_record record = { .kind = RECORD_FAILED, .step = (int32_t)fault->step, .code = fault->errnum,
				      .index = mounter->spec, .number = fault->number };

	live_tell(mounter->socket, &record, fault->object, NULL, NULL, -1);
}

struct live_top *
live_add_top(struct live_mounter *mounter, char *path, struct live_piece *piece, int mount)
{
	mounter->tops = array_grow(mounter->tops, &mounter->cap, mounter->len + 1, sizeof *mounter->tops);
	mounter->tops[mounter->len] = (struct live_top){ .path = path, .piece = piece, .mount = mount, .parent = -1 };
	return &mounter->tops[mounter->len++];
}

int
live_prepare_name(struct live_mounter *mounter, struct live_piece *piece)
{
	int fd;

	if (piece->role == PIECE_LINK)
		return live_place_link(&mounter->places, piece->path, piece->content);
	/* Without the directory one spelling of a name does not work; with it nothing else changes. */
	fd = live_place_make(&mounter->places, piece->path, true);
	if (fd >= 0)
		close(fd);
	return 0;
}

/* The place is of the other kind than the mount. */
static int
change_kind(struct live_mounter *mounter, struct live_piece *piece)
{
	int other = piece->other;

	if (!piece->either || other < 0)
		return live_fail(&mounter->places, piece->is_dir ? LIVE_FOUND_FILE : LIVE_FOUND_DIR, 0, piece->path);
	piece->other = piece->mount;
	piece->mount = other;
	piece->is_dir = !piece->is_dir;
	return 0;
}

static int
drop(struct live_piece *piece)
{
	piece->dropped = true;
	return PLACE_NONE;
}

int
live_prepare_place(struct live_mounter *mounter, struct live_piece *piece)
{
	bool optional = piece->where_seen || piece->kind == LIVE_PROC;
	_autoclose_ int place = -1;
	struct stat st;
	int r;

	if (piece->dropped)
		return PLACE_NONE;
	if (piece->path[1] == '\0')
		return live_fail(&mounter->places, LIVE_FOUND_ROOT, 0, NULL);
	place = optional ? live_place_find(&mounter->places, piece->path) :
			   live_place_make(&mounter->places, piece->path, piece->is_dir);
	if (place < 0 && optional)
		return drop(piece);
	if (place < 0)
		return place;
	if (fstat(place, &st) < 0)
		return live_fail(&mounter->places, LIVE_WALK, errno, piece->path);
	if (piece->where_seen && (st.st_dev != piece->dev || st.st_ino != piece->ino))
		return drop(piece);
	if ((S_ISDIR(st.st_mode) != 0) != piece->is_dir) {
		r = change_kind(mounter, piece);
		if (r < 0)
			return r;
	}
	/* Decided: a place that is swapped for one of the other kind from now on is an error. */
	piece->either = false;
	return take_fd(&place);
}

/*
 * What is mounted on a shared mount appears in all that share it. With a user namespace between us, the host's are none
 * of those.
 */
static bool
is_shared(const struct live_mounter *mounter, int place)
{
	const struct mountinfo *row;
	struct mount_place at;

	if (!mounter->target.privileged)
		return false;
	row = mount_place_of(place, &at) < 0 ? NULL : live_table_find(&mounter->table, at.number);
	return !row || strstr(row->optional, "shared:");
}

static bool
is_at(struct live_mounter *mounter, const char *path, uint64_t id)
{
	_autoclose_ int fd = live_place_find(&mounter->places, path);

	return fd >= 0 && mount_id_of(fd) == id;
}

/*
 * Takes an attached mount away again, wherever it is by now. A file cannot be entered, so it is removed from the
 * directory that was above it then: a mount point itself cannot be renamed by those who see the mount.
 */
static int
take_back(const struct live_top *top)
{
	const char *name = path_name(top->path);
	_autoclose_ int fd = -1;

	/* What covers it is removed first, until the kernel says that it is no mount of this namespace any more. */
	if (top->parent < 0) {
		int r = mount_remove(top->mount, "", true);

		for (int i = 0; r == 0 && i < COVERS_MAX; i++)
			if (mount_remove(top->mount, "", true) == -EINVAL)
				return 0;
		return r < 0 ? r : -EBUSY;
	}
	fd = openat(top->parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || mount_id_of(fd) != top->id)
		return -ENOENT;
	return mount_remove(top->parent, name, true);
}

static void
take_all_back(struct live_mounter *mounter)
{
	/* The fault is what led here. */
	struct live_fault fault = mounter->places.fault;

	while (mounter->len-- > 0)
		if (mounter->tops[mounter->len].done)
			take_back(&mounter->tops[mounter->len]);
	live_place_unmake(&mounter->places, mounter->places.made, mounter->places.made_len);
	mounter->places.fault = fault;
}

/*
 * A process inside may move the place, or cover it, at any moment. Within the sandbox that is its business, but nobody
 * shall believe that something is mounted where it is not.
 */
static int
verify(struct live_mounter *mounter, struct live_top *top)
{
	int r;

	if (broken("live-verify") || (top->id != 0 && is_at(mounter, top->path, top->id)))
		return 0;
	r = take_back(top);
	top->done = false;
	return r < 0 ? live_fail(&mounter->places, LIVE_UNMOUNT, -r, top->path) :
		       live_fail(&mounter->places, LIVE_FOUND_MOVED, 0, top->path);
}

/* A mount has its ids before it is attached anywhere. Returns the one that lasts. */
static uint64_t
tell_item(const struct live_mounter *mounter, const char *path, const struct live_piece *piece, bool on_top, int mount)
{
	struct live_record record = { .kind = RECORD_ITEM,
				      .code = piece ? (int32_t)piece->kind : LIVE_REBUILT,
				      .flag = on_top ? ITEM_ON_TOP : 0,
				      .attrs = piece ? piece->attrs : PLAN_RO,
				      .index = mounter->spec };
	struct mount_place at = { 0 };

	mount_place_of(mount, &at);
	record.flag |= at.is_dir ? ITEM_IS_DIR : 0;
	record.id = at.id;
	record.number = at.number;
	record.dev = at.dev;
	record.ino = at.ino;
	live_tell(mounter->socket, &record, path, piece ? piece->source : NULL, piece ? piece->asked : NULL, -1);
	return at.id;
}

/* The place of a top, of the right kind; and the directory that it is in, where that may be needed. */
static int
place_of_top(struct live_mounter *mounter, struct live_top *top)
{
	_autoclose_ int place = top->piece ? live_prepare_place(mounter, top->piece) :
					     live_place_find(&mounter->places, top->path);

	if (place < 0)
		return place;
	if (top->piece && !top->piece->is_dir) {
		if (top->parent >= 0)
			close(top->parent);
		top->parent = live_place_find_parent(&mounter->places, top->path);
		if (top->parent < 0)
			return PLACE_FAILED;
	}
	return take_fd(&place);
}

static int
attach_top(struct live_mounter *mounter, struct live_top *top)
{
	int r = -ENOENT;

	for (int i = 0; r == -ENOENT && i < TRIES; i++) {
		_autoclose_ int place = place_of_top(mounter, top);

		if (place < 0)
			return place;
		if (is_shared(mounter, place))
			return live_fail(&mounter->places, LIVE_FOUND_SHARED, 0, top->path);
		live_pause("attach");
		r = mount_attach(top->mount, place, "");
	}
	if (r < 0)
		return live_fail(&mounter->places, LIVE_ATTACH, -r, top->path);
	top->done = true;
	live_pause("attached");
	return verify(mounter, top);
}

/* Everything that is going to be mounted: if we are killed on the way, the caller knows what to look for. */
static void
announce(struct live_mounter *mounter)
{
	for (size_t i = 0; i < mounter->len; i++) {
		struct live_top *top = &mounter->tops[i];

		mounter->spec = top->piece ? top->piece->spec : -1;
		top->id = tell_item(mounter, top->path, top->piece, false, top->mount);
	}
	live_tell_now(mounter->socket);
}

/* What lies on others went with them. */
static void
tell_others(struct live_mounter *mounter)
{
	for (size_t i = 0; i < mounter->pieces->len; i++) {
		const struct live_piece *piece = &mounter->pieces->items[i];
		bool is_top = piece->role != PIECE_MOUNT || piece->dropped;

		for (size_t k = 0; k < mounter->len && !is_top; k++)
			is_top = mounter->tops[k].piece == piece;
		if (!is_top) {
			_autoclose_ int fd = live_place_find(&mounter->places, piece->path);

			mounter->spec = piece->spec;
			tell_item(mounter, piece->path, piece, true, fd);
		}
	}
}

static int
commit(struct live_mounter *mounter)
{
	announce(mounter);
	for (size_t i = 0; i < mounter->len; i++) {
		struct live_top *top = &mounter->tops[i];
		int r;

		mounter->spec = top->piece ? top->piece->spec : -1;
		r = attach_top(mounter, top);
		if (r == PLACE_READONLY)
			r = PLACE_FAILED;
		if (r == PLACE_FAILED)
			return r;
	}
	tell_others(mounter);
	return 0;
}

/*
 * All places first: what cannot be made is found out before anything is mounted. PLACE_READONLY: something has to be
 * taken apart.
 */
static int
prepare_places(struct live_mounter *mounter)
{
	for (size_t i = 0; i < mounter->pieces->len; i++) {
		struct live_piece *piece = &mounter->pieces->items[i];
		int r;

		mounter->spec = piece->spec;
		if (piece->role != PIECE_MOUNT) {
			r = live_prepare_name(mounter, piece);
		} else {
			r = live_prepare_place(mounter, piece);
			if (r >= 0)
				close(r);
			if (r >= 0)
				live_add_top(mounter, piece->path, piece, piece->mount);
		}
		if (r == PLACE_FAILED || r == PLACE_READONLY)
			return r;
	}
	return 0;
}

static int
work_inside(struct live_mounter *mounter)
{
	int r = live_join_sandbox(mounter);

	if (r < 0)
		return r;
	r = live_pieces_need_assembly(mounter->pieces) ? PLACE_READONLY : prepare_places(mounter);
	if (r == PLACE_READONLY) {
		mounter->len = 0;
		r = live_assemble(mounter);
	}
	if (r == 0)
		r = commit(mounter);
	if (r < 0)
		take_all_back(mounter);
	return r;
}

void
live_mounter_run(struct live_mounter *mounter)
{
	static const struct live_record done = { .kind = RECORD_DONE };
	int r = 0;

	live_pieces_settle(mounter->pieces);
	mounter->spec = -1;
	mounter->places.socket = mounter->socket;
	mounter->places.closed = mounter->target.privileged;
	if (mounter->target.privileged) {
		r = live_table_read(mounter->target.process, &mounter->table);
		if (r < 0)
			r = live_fail(&mounter->places, LIVE_READ_MOUNTS, -r, NULL);
	}
	if (r == 0)
		r = live_join_owner(mounter);
	if (r == 0)
		r = copy_host(mounter);
	if (r == 0)
		r = live_pieces_open(mounter->pieces, &mounter->places, &mounter->spec);
	if (r == 0)
		r = work_inside(mounter);
	if (r < 0)
		live_tell_fault(mounter);
	else
		live_tell(mounter->socket, &done, NULL, NULL, NULL, -1);
}

int
live_mounter_stay(struct live_mounter *mounter)
{
	/* Where no wall lies between, what is shared has to be read anew each time. */
	if (mounter->target.privileged)
		return PLACE_FAILED;
	mounter->socket = mounter->places.socket = -1;
	if (live_join_owner(mounter) < 0 || copy_host(mounter) < 0)
		return PLACE_FAILED;
	mounter->host = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	return mounter->host < 0 ? PLACE_FAILED : 0;
}

/* As the specs would have it: but for what is looked at anew there, the path is that of a directory or a file. */
static int
add_bind(struct live_pieces *pieces, const char *path)
{
	_autoclose_ int fd = open_path_no_symlinks(AT_FDCWD, path);
	struct live_piece *piece;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)))
		return PLACE_FAILED;
	piece = live_pieces_add(pieces, PIECE_MOUNT, LIVE_BIND, text_dup(path));
	piece->source = text_dup(path);
	piece->attrs = PLAN_RO;
	piece->is_dir = S_ISDIR(st.st_mode);
	piece->expect = true;
	piece->dev = st.st_dev;
	piece->ino = st.st_ino;
	return 0;
}

static void
clear(struct live_mounter *mounter)
{
	for (size_t i = 0; i < mounter->pieces->len; i++) {
		struct live_piece *piece = &mounter->pieces->items[i];

		if (piece->mount >= 0)
			close(piece->mount);
		free(piece->path);
		free(piece->source);
	}
	mounter->pieces->len = 0;
	/* There is one at most, which may have been taken back. */
	if (mounter->tops && mounter->tops[0].parent >= 0)
		close(take_fd(&mounter->tops[0].parent));
	mounter->len = 0;
	while (mounter->places.made_len > 0)
		free(mounter->places.made[--mounter->places.made_len].path);
	live_tell_now(-1);
}

int
live_mounter_bind(struct live_mounter *mounter, const char *path, bool *ret_lost)
{
	int r = add_bind(mounter->pieces, path);

	*ret_lost = false;
	mounter->spec = -1;
	if (r == 0)
		r = live_pieces_open(mounter->pieces, &mounter->places, &mounter->spec);
	if (r == 0) {
		r = live_join_sandbox(mounter);
		if (r == 0)
			r = prepare_places(mounter);
		if (r == 0)
			r = commit(mounter);
		if (r < 0)
			take_all_back(mounter);
		*ret_lost = setns(mounter->host, CLONE_NEWNS) < 0;
	}
	clear(mounter);
	return r;
}
