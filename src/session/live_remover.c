/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Helpers that remove mounts and change them. */
#include "config.h"

#include "session/live_remover.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "sandbox/view.h"
#include "session/live_breaks.h"
#include "sys/mount.h"
#include "sys/procfs.h"

/* Beside 0 and PLACE_FAILED. */
enum { ALL_TOLD = 1 };

/* So often do we run after a mount that is being moved. */
enum { CHASE_TRIES = 200 };

/* A mount that a name was found to mean. */
struct found {
	const char *path;
	struct mount_place at;
	const struct mountinfo *row;
};

/* A name may mean a place as it was written, or as its links outside have it. */
struct names {
	char *written, *physical;
};

/* Outside, as the user. */
static int
resolve(const struct live_removal *removal, struct live_places *places, struct names *ret)
{
	const char *path = removal->path;
	_autofree_ char *whole = NULL;
	struct view view;

	if (path[0] == '/')
		whole = text_dup(path);
	else if (path[0] == '~' && (path[1] == '/' || path[1] == '\0') && removal->context->home)
		whole = path_join(removal->context->home, path + 1);
	else if (removal->context->cwd)
		whole = path_join(removal->context->cwd, path);
	else
		return live_fail(places, LIVE_FOUND_NO_MOUNT, 0, path);
	ret->written = path_absolute("/", whole);
	if (view_walk(whole, NULL, &view) == 0)
		ret->physical = take_ptr(view.path);
	view_release(&view);
	return 0;
}

static void
names_release(struct names *names)
{
	free(names->written);
	free(names->physical);
}

static bool
try_name(struct live_mounter *mounter, const char *path, struct found *ret)
{
	_autoclose_ int fd = path ? live_place_find(&mounter->places, path) : -1;

	ret->path = path;
	return fd >= 0 && mount_place_of(fd, &ret->at) == 0 && ret->at.is_root;
}

/* Devices that the C library, shells and terminals take for granted. */
static bool
is_needed_device(const char *path)
{
	static const char *const names[] = { "null", "zero", "full", "random", "urandom",
					     "tty",  "ptmx", "pts",  "console" };
	const char *name = path_below(path, "/dev");

	for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return name && *name == '\0';
}

/*
 * Every procfs: programs cannot do without their own, what is read-only in it is so because root outside would obey,
 * and one of ours may cover the host's.
 */
static bool
is_needed(const struct found *found, const struct live_journal *journal)
{
	if (strcmp(found->row->type, "proc") == 0)
		return true;
	return is_needed_device(found->path) && !live_journal_find(journal, found->at.id);
}

/* Inside. */
static int
find(struct live_mounter *mounter, const struct names *names, const struct live_journal *journal, struct found *ret)
{
	if (!try_name(mounter, names->written, ret) && !try_name(mounter, names->physical, ret))
		return live_fail(&mounter->places, LIVE_FOUND_NO_MOUNT, 0, names->written);
	if (ret->path[1] == '\0')
		return live_fail(&mounter->places, LIVE_FOUND_ROOT, 0, NULL);
	ret->row = live_table_find(&mounter->table, ret->at.number);
	if (!ret->row)
		return live_fail(&mounter->places, LIVE_READ_MOUNTS, ESTALE, NULL);
	if (is_needed(ret, journal))
		return live_fail(&mounter->places, LIVE_FOUND_NEEDED, 0, ret->path);
	return 0;
}

/* True if somebody asked for a mount at this place. */
static bool
is_asked(const char *path, const struct live_removal *removal)
{
	for (size_t i = 0; i < removal->context->keep_len; i++)
		if (strcmp(removal->context->keep[i], path) == 0)
			return true;
	for (size_t i = 0; i < removal->journal->len; i++) {
		const struct live_change *change = &removal->journal->changes[i];

		for (size_t k = 0; change->verb == LIVE_MOUNT && k < change->len; k++)
			if (change->items[k].spec && strcmp(change->items[k].path, path) == 0)
				return true;
	}
	return false;
}

/* True if other mounts lie on it. */
static bool
is_loaded(const struct live_mounter *mounter, uint64_t number)
{
	for (size_t i = 0; i < mounter->table.len; i++)
		if (mounter->table.rows[i].parent == number && mounter->table.rows[i].id != number)
			return true;
	return false;
}

/* The place of one of those, at any depth, that somebody asked for; or NULL. */
static const char *
asked_load(const struct live_mounter *mounter, uint64_t number, const struct live_removal *removal)
{
	_autofree_ bool *on = live_table_mark(&mounter->table, number);

	for (size_t i = 0; i < mounter->table.len; i++)
		if (on[i] && mounter->table.rows[i].id != number &&
		    is_asked(mounter->table.rows[i].mount_point, removal))
			return mounter->table.rows[i].mount_point;
	return NULL;
}

/* Everything that has to be read outside, then the way in. */
static int
enter(struct live_mounter *mounter)
{
	int r;

	/*
	 * The file, not its directory: nothing else of /proc can be reached from it, and it shows the sandbox's mounts.
	 */
	mounter->mountinfo = openat(mounter->target.process, "mountinfo", O_RDONLY | O_CLOEXEC);
	r = mounter->mountinfo < 0 ? -errno : live_table_read_file(mounter->mountinfo, &mounter->table);
	mounter->spec = -1;
	mounter->places.socket = mounter->socket;
	mounter->places.closed = mounter->target.privileged;
	if (r < 0)
		return live_fail(&mounter->places, LIVE_READ_MOUNTS, -r, NULL);
	r = live_join_owner(mounter);
	return r < 0 ? r : live_join_sandbox(mounter);
}

/* The mount at path, if it is that. */
static int
remove_mount(struct live_mounter *mounter, const char *path, bool lazy)
{
	_autoclose_ int parent = live_place_find_parent(&mounter->places, path);
	int r;

	if (parent < 0)
		return PLACE_FAILED;
	r = mount_remove(parent, path_name(path), lazy);
	return r < 0 ? live_fail(&mounter->places, LIVE_UNMOUNT, -r, path) : 0;
}

/*
 * Says that it is busy because of mounts that lie on it: somebody has to look who uses those. Everything is told then.
 */
static int
tell_tree(const struct live_mounter *mounter, const char *path, uint64_t number)
{
	const struct live_record record = {
		.kind = RECORD_FAILED, .step = LIVE_UNMOUNT, .code = EBUSY, .index = -1, .flag = true, .number = number
	};

	live_tell(mounter->socket, &record, path, NULL, NULL, -1);
	return ALL_TOLD;
}

/* The last record. */
static void
tell_end(const struct live_mounter *mounter, int r)
{
	static const struct live_record done = { .kind = RECORD_DONE };

	if (r < 0)
		live_tell_fault(mounter);
	else if (r == 0)
		live_tell(mounter->socket, &done, NULL, NULL, NULL, -1);
}

/* What the mount's own spec had made for it, if it was the only one: the place, and what is empty above it. */
static void
unmake_for(struct live_mounter *mounter, const struct live_journal *journal, const struct found *found)
{
	for (size_t i = 0; i < journal->len; i++) {
		const struct live_change *change = &journal->changes[i];

		for (size_t k = 0; change->verb == LIVE_MOUNT && k < change->len; k++) {
			if (change->items[k].id != found->at.id)
				continue;
			for (size_t m = change->made_len; m-- > 0;)
				if (path_is_below(found->path, change->made[m].path))
					live_place_unmake(&mounter->places, &change->made[m], 1);
		}
	}
}

/*
 * A copy of what exists nowhere but here, so that it can be undone: the sandbox's own memory, or mounts that somebody
 * put on top. Not of anything else: it would keep a device of the host's busy that the user may be about to unplug.
 */
static int
copy_precious(struct live_mounter *mounter, const struct found *found, bool carries_asked)
{
	_autoclose_ int fd = live_place_find(&mounter->places, found->path);
	_autoclose_ int copy = fd < 0 ? -1 : mount_clone(fd, "");

	if (copy < 0)
		return -1;
	if (carries_asked)
		return take_fd(&copy);
	if (!found->row || strcmp(found->row->type, "tmpfs") != 0 || mounter->target.privileged)
		return -1;
	return mount_rules_super(copy) ? take_fd(&copy) : -1;
}

static int
unmount(struct live_mounter *mounter, const struct live_removal *removal, const struct found *found,
	const struct live_table *outside)
{
	bool loaded = is_loaded(mounter, found->at.number);
	const char *asked = loaded ? asked_load(mounter, found->at.number, removal) : NULL;
	struct live_record record = { .kind = RECORD_ITEM,
				      .code = LIVE_BIND,
				      .flag = found->at.is_dir ? ITEM_IS_DIR : 0,
				      .attrs = live_table_attrs(found->row),
				      .id = found->at.id,
				      .number = found->at.number,
				      .dev = found->at.dev,
				      .ino = found->at.ino };
	_autofree_ char *source = NULL;
	_autoclose_ int copy = -1;
	bool tree = loaded && removal->how != REMOVE_LAZY;
	int r;

	if (tree && asked)
		return live_fail(&mounter->places, LIVE_FOUND_MOUNTS_ON_IT, 0, asked);
	if (tree && removal->how == REMOVE_PLAIN)
		return tell_tree(mounter, found->path, found->at.number);
	copy = copy_precious(mounter, found, asked);
	if (copy < 0)
		source = live_table_source(outside, found->row);
	else
		record.code = LIVE_EMPTY;
	r = remove_mount(mounter, found->path, tree || removal->how == REMOVE_LAZY);
	mounter->places.fault.number = found->at.number;
	if (r < 0)
		return r;
	live_tell(mounter->socket, &record, found->path, source, NULL, copy);
	unmake_for(mounter, removal->journal, found);
	return 0;
}

/*
 * All that is looked at outside, then the way in, to the mount that is meant. No descriptor that leads outside is left.
 */
static int
approach(struct live_mounter *mounter, const struct live_removal *removal, struct live_table *outside,
	 struct names *names, struct found *found)
{
	int proc = procfs_open();
	int self = proc < 0 ? proc : procfs_open_named(proc, "self");
	int r = self < 0 ? self : live_table_read(self, outside);

	if (self >= 0)
		close(self);
	if (proc >= 0)
		close(proc);
	mounter->spec = -1;
	r = r < 0 ? live_fail(&mounter->places, LIVE_READ_MOUNTS, -r, NULL) : resolve(removal, &mounter->places, names);
	if (r == 0)
		r = enter(mounter);
	return r == 0 ? find(mounter, names, removal->journal, found) : r;
}

void
live_unmount_run(struct live_mounter *mounter, const struct live_removal *removal)
{
	struct live_table outside = { 0 };
	struct names names = { NULL, NULL };
	struct found found = { 0 };
	int r = approach(mounter, removal, &outside, &names, &found);

	if (r == 0)
		r = unmount(mounter, removal, &found, &outside);
	tell_end(mounter, r);
	live_table_release(&outside);
	names_release(&names);
}

/* An O_PATH descriptor of the mount at path, if it is the one with this number. */
static int
open_numbered(struct live_mounter *mounter, const char *path, uint64_t number)
{
	_autoclose_ int fd = live_place_find(&mounter->places, path);
	struct mount_place at;

	if (fd < 0 || mount_place_of(fd, &at) < 0 || !at.is_root || at.number != number)
		return -1;
	return take_fd(&fd);
}

static bool
row_is_ro(const struct mountinfo *row)
{
	return live_table_attrs(row) & PLAN_RO;
}

static void
tell_changed(struct live_mounter *mounter, const struct mountinfo *row, const struct live_table *outside, bool ro)
{
	_autoclose_ int fd = open_numbered(mounter, row->mount_point, row->id);
	unsigned attrs = live_table_attrs(row) & ~(unsigned)PLAN_RO;
	struct live_record record = { .kind = RECORD_ITEM, .code = LIVE_BIND, .attrs = attrs | (ro ? PLAN_RO : 0) };
	_autofree_ char *source = live_table_source(outside, row);
	struct mount_place at;

	/* What is hidden by another mount nobody sees. */
	if (fd < 0 || mount_place_of(fd, &at) < 0)
		return;
	record.id = at.id;
	record.number = at.number;
	record.flag = at.is_dir ? ITEM_IS_DIR : 0;
	live_tell(mounter->socket, &record, row->mount_point, source, NULL, -1);
}

/* Parts of /proc that are read-only because root outside would obey. They stay so, whatever they lie on. */
static bool
is_sealed(const struct mountinfo *row)
{
	return row_is_ro(row) && strcmp(row->type, "proc") == 0;
}

static bool
has_sealed(const struct live_mounter *mounter, const bool *on)
{
	for (size_t i = 0; i < mounter->table.len; i++)
		if (on[i] && is_sealed(&mounter->table.rows[i]))
			return true;
	return false;
}

/* One by one, leaving those as they are which the kernel does not let us change. */
static int
make_writable_singly(struct live_mounter *mounter, const struct found *found, const struct live_table *outside,
		     const bool *on)
{
	for (size_t i = 0; i < mounter->table.len; i++) {
		const struct mountinfo *row = &mounter->table.rows[i];
		bool wanted = on[i] && row_is_ro(row) && !is_sealed(row);
		_autoclose_ int fd = wanted ? open_numbered(mounter, row->mount_point, row->id) : -1;
		int r;

		if (fd < 0)
			continue;
		r = mount_attrs(fd, 0, MOUNT_RDONLY, false);
		if (r < 0 && row == found->row)
			return live_fail(&mounter->places, LIVE_CHANGE, -r, found->path);
		if (r < 0)
			log_note("'%s' stays read-only: it is so outside", row->mount_point);
		else
			tell_changed(mounter, row, outside, false);
	}
	return 0;
}

static int
remount(struct live_mounter *mounter, const struct found *found, const struct live_table *outside, bool ro)
{
	_autofree_ bool *on = live_table_mark(&mounter->table, found->at.number);
	_autoclose_ int fd = open_numbered(mounter, found->path, found->at.number);
	bool singly = !ro && has_sealed(mounter, on);
	int r = -ESTALE;

	if (fd >= 0 && !singly)
		r = ro ? mount_attrs_bound(fd, MOUNT_RDONLY) : mount_attrs(fd, 0, MOUNT_RDONLY, true);
	if (singly || (r == -EPERM && !ro))
		return make_writable_singly(mounter, found, outside, on);
	mounter->places.fault.number = found->at.number;
	if (r < 0)
		return live_fail(&mounter->places, LIVE_CHANGE, -r, found->path);
	for (size_t i = 0; i < mounter->table.len; i++)
		if (on[i] && row_is_ro(&mounter->table.rows[i]) != ro)
			tell_changed(mounter, &mounter->table.rows[i], outside, ro);
	if (!ro && found->row && mountinfo_has_option(found->row->super_options, "ro"))
		log_note("'%s' stays read-only: its file system is so", found->path);
	return 0;
}

void
live_remount_run(struct live_mounter *mounter, const struct live_removal *removal, bool ro)
{
	struct live_table outside = { 0 };
	struct names names = { NULL, NULL };
	struct found found = { 0 };
	int r = approach(mounter, removal, &outside, &names, &found);

	if (r == 0)
		r = remount(mounter, &found, &outside, ro);
	tell_end(mounter, r);
	live_table_release(&outside);
	names_release(&names);
}

/*
 * Where a mount is now: the directory, and its name in that. A mount point cannot be renamed by those who see the
 * mount.
 */
struct spot {
	int parent;
	char name[NAME_MAX + 1];
};

static bool
try_spot(struct live_mounter *mounter, const char *path, uint64_t id, struct spot *ret)
{
	_autoclose_ int parent = live_place_find_parent(&mounter->places, path);
	const char *name = path_name(path);
	_autoclose_ int fd = -1;

	if (parent < 0 || strlen(name) > NAME_MAX)
		return false;
	fd = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || mount_id_of(fd) != id)
		return false;
	ret->parent = take_fd(&parent);
	strcpy(ret->name, name);
	return true;
}

/*
 * Finds an item's mount, wherever a process inside has moved it to by renaming the directories above it, and goes on
 * doing so. 0; ALL_TOLD if there is no such mount any more; PLACE_FAILED if it could not be caught.
 */
static int
find_spot(struct live_mounter *mounter, const struct live_item *item, struct spot *ret)
{
	if (try_spot(mounter, item->path, item->id, ret))
		return 0;
	for (int i = 0; i < CHASE_TRIES; i++) {
		const struct mountinfo *row = live_table_find(&mounter->table, item->number);

		_autoclose_ int fd = row ? open_numbered(mounter, row->mount_point, item->number) : -1;

		/* Numbers are given again. */
		if ((i > 0 && !row) || (fd >= 0 && mount_id_of(fd) != item->id))
			return ALL_TOLD;
		if (row && try_spot(mounter, row->mount_point, item->id, ret))
			return 0;
		live_table_release(&mounter->table);
		if (live_table_read_file(mounter->mountinfo, &mounter->table) < 0)
			break;
	}
	return live_fail(&mounter->places, LIVE_FOUND_ELUSIVE, 0, item->path);
}

/* Whether an item can be removed, before any is. As find_spot(). */
static int
check_item(struct live_mounter *mounter, const struct live_item *item, enum live_how how)
{
	struct spot spot = { .parent = -1 };
	int r = find_spot(mounter, item, &spot);

	if (r != 0)
		return r;
	r = 0;
	if (how != REMOVE_LAZY && !is_loaded(mounter, item->number)) {
		r = mount_try_remove(spot.parent, spot.name);
		if (r < 0)
			r = live_fail(&mounter->places, LIVE_UNMOUNT, -r, item->path);
	}
	close(spot.parent);
	return r;
}

static int
check_all(struct live_mounter *mounter, const struct live_change *change, enum live_how how)
{
	for (size_t i = 0; i < change->len; i++) {
		const struct live_item *item = &change->items[i];
		int r;

		if (item->on_top)
			continue;
		if (how == REMOVE_PLAIN && is_loaded(mounter, item->number))
			return tell_tree(mounter, item->path, item->number);
		r = check_item(mounter, item, how);
		if (r < 0)
			return r;
		if (r == ALL_TOLD)
			log_note("what was mounted at '%s' is not there any more", item->path);
	}
	return 0;
}

/* Nobody used them a moment ago; whoever does since keeps what he has. So it is all of them or none. */
static int
unmount_all(struct live_mounter *mounter, const struct live_change *change, enum live_how how)
{
	int r = check_all(mounter, change, how);

	for (size_t i = change->len; i-- > 0 && r == 0;) {
		const struct live_item *item = &change->items[i];
		struct spot spot = { .parent = -1 };

		if (item->on_top)
			continue;
		r = find_spot(mounter, item, &spot);
		if (r == ALL_TOLD) {
			r = 0;
			continue;
		}
		if (r < 0)
			break;
		r = mount_remove(spot.parent, spot.name, true);
		if (r < 0)
			live_fail(&mounter->places, LIVE_UNMOUNT, -r, item->path);
		close(spot.parent);
	}
	if (r == 0)
		live_place_unmake(&mounter->places, change->made, change->made_len);
	return r;
}

static int
change_back(struct live_mounter *mounter, const struct live_change *change)
{
	unsigned set = change->ro ? 0 : MOUNT_RDONLY;
	size_t i;
	int r = 0;

	for (i = 0; i < change->len && r == 0; i++) {
		_autoclose_ int fd = open_numbered(mounter, change->items[i].path, change->items[i].number);

		r = fd < 0 ? 0 : mount_attrs(fd, set, MOUNT_RDONLY & ~set, false);
		if (r < 0)
			live_fail(&mounter->places, LIVE_CHANGE, -r, change->items[i].path);
	}
	if (r == 0)
		return 0;
	while (i-- > 0) {
		_autoclose_ int fd = open_numbered(mounter, change->items[i].path, change->items[i].number);

		if (fd >= 0)
			mount_attrs(fd, MOUNT_RDONLY & ~set, set, false);
	}
	return PLACE_FAILED;
}

void
live_take_back_run(struct live_mounter *mounter, const struct live_change *change, enum live_how how)
{
	int r = enter(mounter);

	if (r == 0)
		r = change->verb == LIVE_MOUNT ? unmount_all(mounter, change, how) : change_back(mounter, change);
	tell_end(mounter, r);
}
