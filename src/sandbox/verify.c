/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sandbox verifies itself from inside: what the kernel says about the process that is about to become the payload,
 * against what was promised. It reads only what the kernel reports, never what we believe to have done.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/path.h"
#include "sandbox/inside.h"
#include "sys/caps.h"
#include "sys/mount.h"
#include "sys/mountinfo.h"

static _Noreturn void
refuse(const struct setup *setup, int errnum, const char *finding, const char *object)
{
	char text[sizeof((struct report *)0)->object];

	snprintf(text, sizeof text, object ? "%s: '%s'" : "%s", finding, object);
	report_failure(setup->report, STEP_VERIFY, errnum, -1, text);
}

void
verify_namespaces(const struct setup *setup)
{
	ino_t inside[NS_KINDS];
	int r = ns_read_self(setup->proc, inside);

	if (r < 0)
		refuse(setup, -r, "cannot read the namespaces", NULL);
	for (int i = 0; i < NS_KINDS; i++) {
		if (i == NS_NET && inside_shares_net(setup))
			continue;
		/* 0 on both sides: this kernel has no such namespace, and so nothing that it would hide. */
		if (inside[i] == setup->outside[i] && inside[i] != 0)
			refuse(setup, 0, "a namespace is the host's own", ns_rows[i].name);
	}
	/* U1 owns the mounts: in it, a payload that looks like root would rule them. */
	if (inside[NS_USER] == setup->owner)
		refuse(setup, 0, "the payload is in the user namespace that owns the mounts", NULL);
	if (getpid() != 2 || getppid() != 0)
		refuse(setup, 0, "the payload is not the second process of its pid namespace", NULL);
}

static void
verify_identity(const struct setup *setup, uid_t uid, gid_t gid)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	if (getresuid(&ruid, &euid, &suid) < 0 || getresgid(&rgid, &egid, &sgid) < 0)
		refuse(setup, errno, "cannot read the user and group", NULL);
	if (ruid != uid || euid != ruid || suid != ruid)
		refuse(setup, 0, "the user is not the one asked for", NULL);
	if (rgid != gid || egid != rgid || sgid != rgid)
		refuse(setup, 0, "the group is not the one asked for", NULL);
}

static void
verify_privilege(const struct setup *setup)
{
	struct caps caps;
	int r = caps_get(&caps);

	if (r < 0)
		refuse(setup, -r, "cannot read the capabilities", NULL);
	if (caps.effective || caps.permitted || caps.inheritable || caps.bounding || caps.ambient)
		refuse(setup, 0, "capabilities are left", NULL);
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		refuse(setup, 0, "no_new_privs is not set", NULL);
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != SECCOMP_MODE_FILTER)
		refuse(setup, 0, "no seccomp filter is in force", NULL);
}

/* An attribute that the mount lacks, in words, or NULL. */
static const char *
missing_attr(const struct mountinfo *mount, unsigned attrs)
{
	if (attrs & PLAN_RO && !mountinfo_has_option(mount->options, "ro"))
		return "a mount that should be read-only is writable";
	if (!(attrs & PLAN_DEV) && !mountinfo_has_option(mount->options, "nodev"))
		return "a mount without nodev";
	if (!(attrs & PLAN_SUID) && !mountinfo_has_option(mount->options, "nosuid"))
		return "a mount without nosuid";
	if (attrs & PLAN_NOEXEC && !mountinfo_has_option(mount->options, "noexec"))
		return "a mount without noexec";
	return NULL;
}

/* Opens the list of mounts as the payload's process has it. */
static struct mountinfo_reader
open_mounts(const struct setup *setup, char *buf, size_t size)
{
	struct mountinfo_reader reader = { .buf = buf, .size = size };

	reader.fd = openat(setup->proc, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (reader.fd < 0)
		refuse(setup, errno, "cannot read the mounts", NULL);
	return reader;
}

/*
 * True if another mount covers this one whole: a host's mount below a recursive bind, under one of ours. It keeps the
 * attributes of the bind it came with, and nobody can reach it.
 */
static bool
is_covered(const struct setup *setup, uint64_t id, const char *mount_point)
{
	static char buf[1 << 16];
	struct mountinfo_reader reader = open_mounts(setup, buf, sizeof buf);
	struct mountinfo mount;
	bool covered = false;

	while (!covered && mountinfo_next(&reader, &mount) > 0)
		covered = mount.parent == id && strcmp(mount.mount_point, mount_point) == 0;
	close(reader.fd);
	return covered;
}

/* A mount on its way to the root, by what its ancestors are. */
struct ancestor {
	uint64_t id, parent;
	char mount_point[4096];
};

/*
 * True if another mount covers a directory that this one lies below, in the tree that it is mounted on; *ancestor
 * becomes the mount of that tree. False with *ret_last: there is no more of them.
 */
static bool
is_below_cover(const struct setup *setup, struct ancestor *ancestor, bool *ret_last)
{
	static char buf[1 << 16];
	struct mountinfo_reader reader = open_mounts(setup, buf, sizeof buf);
	struct ancestor above = { 0 };
	struct mountinfo mount;
	bool hidden = false;

	while (!hidden && mountinfo_next(&reader, &mount) > 0) {
		if (mount.id == ancestor->parent && strlen(mount.mount_point) < sizeof above.mount_point) {
			above.id = mount.id;
			above.parent = mount.parent;
			strcpy(above.mount_point, mount.mount_point);
		}
		hidden = mount.id != ancestor->id && mount.parent == ancestor->parent &&
			 strcmp(mount.mount_point, ancestor->mount_point) != 0 &&
			 path_is_below(ancestor->mount_point, mount.mount_point);
	}
	close(reader.fd);
	*ret_last = above.id == 0;
	*ancestor = above;
	return hidden;
}

/* Nobody can reach it: a host's mount below a recursive bind, in a directory over which one of ours lies. */
static bool
is_hidden(const struct setup *setup, const struct mountinfo *mount)
{
	static struct ancestor ancestor;
	bool last = strlen(mount->mount_point) >= sizeof ancestor.mount_point;

	if (last)
		return false;
	ancestor.id = mount->id;
	ancestor.parent = mount->parent;
	strcpy(ancestor.mount_point, mount->mount_point);
	while (!last)
		if (is_below_cover(setup, &ancestor, &last))
			return true;
	return false;
}

static unsigned
promised_attrs(const struct plan *plan, int i)
{
	if (i < 0)
		return PLAN_RO; /* the root's skeleton */
	switch (plan->entries[i].kind) {
	case PLAN_PROC:
		return 0;
	case PLAN_DEVPTS:
		return PLAN_DEV;
	case PLAN_DIR:
		return PLAN_RO;
	default:
		return plan->entries[i].attrs;
	}
}

static bool
is_mount(const struct plan_entry *entry)
{
	return entry->kind != PLAN_DIR && entry->kind != PLAN_FILE && entry->kind != PLAN_SYMLINK;
}

static void
verify_mount(const struct setup *setup, const struct mountinfo *mount, int i)
{
	const struct plan *plan = setup->plan;
	bool is_root = strcmp(mount->mount_point, "/") == 0;
	bool exact = i >= 0 && strcmp(plan->entries[i].path, mount->mount_point) == 0;
	const char *missing;

	if (!is_root && (i < 0 || (!exact && !is_mount(&plan->entries[i]))) && !is_hidden(setup, mount))
		refuse(setup, 0, "a mount that nobody asked for", mount->mount_point);
	missing = missing_attr(mount, promised_attrs(plan, i));
	if (missing && !is_covered(setup, mount->id, mount->mount_point) && !is_hidden(setup, mount))
		refuse(setup, 0, missing, mount->mount_point);
}

/*
 * Every mount that there is must be one of the plan, or lie below a bind of the plan and have its attributes;
 * every mount of the plan must be there. With that, no part of the host is visible that nobody asked for: the
 * old root would be in this list.
 */
static void
verify_mounts(const struct setup *setup)
{
	static char buf[1 << 16];
	const struct plan *plan = setup->plan;
	struct mountinfo_reader reader = open_mounts(setup, buf, sizeof buf);
	struct mountinfo mount;
	size_t found = 0, wanted = 0;
	int r;

	while ((r = mountinfo_next(&reader, &mount)) > 0) {
		int i = plan_find(plan, mount.mount_point);

		verify_mount(setup, &mount, i);
		if (i >= 0 && is_mount(&plan->entries[i]) && strcmp(plan->entries[i].path, mount.mount_point) == 0)
			found++;
	}
	if (r < 0)
		refuse(setup, -r, "cannot read the mounts", NULL);
	close(reader.fd);
	for (size_t i = 0; i < plan->len; i++)
		wanted += is_mount(&plan->entries[i]);
	if (found < wanted)
		refuse(setup, 0, "a mount is missing", NULL);
}

void
verify_promises(const struct setup *setup)
{
	verify_identity(setup, setup->plan->inner_uid, setup->plan->inner_gid);
	verify_privilege(setup);
	verify_mounts(setup);
}

/* In pid 1's namespaces all of them, but for the user namespace. */
static void
verify_joined_namespaces(const struct setup *setup)
{
	const struct door *door = setup->plan->door;
	ino_t inside[NS_KINDS];
	int r = ns_read_self(setup->proc, inside);

	if (r < 0)
		refuse(setup, -r, "cannot read the namespaces", NULL);
	for (int i = 0; i < NS_KINDS; i++)
		if (i != NS_USER && inside[i] != door->number[i])
			refuse(setup, 0, "a namespace is not the session's", ns_rows[i].name);
	if (inside[NS_USER] != setup->user_number || inside[NS_USER] == door->number[NS_USER])
		refuse(setup, 0, "the program is not in the payload's user namespace", NULL);
	if (getppid() != 0)
		refuse(setup, 0, "the program's parent is inside", NULL);
}

static void
verify_root(const struct setup *setup)
{
	const struct mount_place *wanted = &setup->root;
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct mount_place place;
	int r;

	if (root < 0)
		refuse(setup, errno, "cannot open the root directory", NULL);
	r = mount_place_of(root, &place);
	if (r < 0)
		refuse(setup, -r, "cannot look at the root directory", NULL);
	if (place.id != wanted->id || place.dev != wanted->dev || place.ino != wanted->ino)
		refuse(setup, 0, "the root directory is not the session's", NULL);
	close(root);
}

void
verify_joined(const struct setup *setup)
{
	verify_joined_namespaces(setup);
	verify_identity(setup, setup->uid, setup->gid);
	verify_privilege(setup);
	verify_root(setup);
	if (prctl(PR_GET_DUMPABLE) != 0)
		refuse(setup, 0, "the program can be traced before it is one of the session's", NULL);
	/* The last that was needed of the host's. */
	close(setup->proc);
}
