/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a machine refuses a user namespace, or a fresh /proc. */
#include "config.h"

#include "inspect/refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/mountinfo.h"

/* Where the profile that Ubuntu needs was installed to. */
#ifndef ISOLATE_APPARMOR_PROFILE
#define ISOLATE_APPARMOR_PROFILE "doc/apparmor/isolate"
#endif

/* The beginning of a small file, without the newline at its end. 0 or -errno. */
static int
read_text(int root, const char *path, char *buf, size_t size)
{
	_autoclose_ int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (n < 0)
		return -errno;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

static long long
read_number(int root, const char *path)
{
	char text[32];
	char *end;
	long long n;

	if (read_text(root, path, text, sizeof text) < 0)
		return -1;
	n = strtoll(text, &end, 10);
	return end == text || *end != '\0' ? -1 : n;
}

/* The number, in that base, behind "NAME:" in /proc/self/status, or -1. */
static long long
read_status(int root, const char *name, int base)
{
	_autoclose_ int fd = openat(root, "proc/self/status", O_RDONLY | O_CLOEXEC);
	_autofclose_ FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char line[512];
	size_t len = strlen(name);

	if (!f)
		return -1;
	fd = -1;
	while (fgets(line, sizeof line, f))
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			return strtoll(line + len + 1, NULL, base);
	return -1;
}

/* Looks the id up in a map of lines "INSIDE OUTSIDE COUNT". *ret_all: it is the one line that maps all to themselves.
 */
static bool
is_mapped(int root, const char *path, unsigned long id, bool *ret_all)
{
	_autoclose_ int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	_autofclose_ FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	unsigned long inside, outside, count;
	bool mapped = false;

	*ret_all = false;
	if (!f)
		return false;
	fd = -1;
	while (fscanf(f, "%lu %lu %lu", &inside, &outside, &count) == 3) {
		mapped |= id >= inside && id - inside < count;
		*ret_all |= inside == 0 && outside == 0 && count == UINT32_MAX;
	}
	return mapped;
}

/* Calls `see` for each mount that the caller sees. False if there is no mountinfo. */
static bool
walk_mounts(int root, void (*see)(const struct mountinfo *mount, void *arg), void *arg)
{
	char buf[16384];
	_autoclose_ int fd = openat(root, "proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct mountinfo_reader reader = { .fd = fd, .buf = buf, .size = sizeof buf };
	struct mountinfo mount;

	if (fd < 0)
		return false;
	while (mountinfo_next(&reader, &mount) == 1)
		see(&mount, arg);
	return true;
}

static void
see_root(const struct mountinfo *mount, void *arg)
{
	if (strcmp(mount->mount_point, "/") == 0)
		*(bool *)arg = true;
}

void
userns_facts_read(int root, uid_t uid, gid_t gid, struct userns_facts *ret)
{
	bool all_uids, all_gids, root_is_mount = false;
	struct stat st;

	*ret = (struct userns_facts){ 0 };
	ret->has_proc = fstatat(root, "proc/self/status", &st, 0) == 0;
	for (int i = 0; i < NS_KINDS; i++) {
		char path[64];

		snprintf(path, sizeof path, "proc/sys/user/max_%s_namespaces", ns_rows[i].name);
		ret->max[i] = read_number(root, path);
		snprintf(path, sizeof path, "proc/self/ns/%s", ns_rows[i].name);
		ret->has[i] = fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
	}
	ret->unprivileged_clone = (int)read_number(root, "proc/sys/kernel/unprivileged_userns_clone");
	ret->apparmor_restrict = (int)read_number(root, "proc/sys/kernel/apparmor_restrict_unprivileged_userns");
	if (fstatat(root, "sys/module/apparmor", &st, 0) < 0 ||
	    read_text(root, "proc/self/attr/current", ret->apparmor_label, sizeof ret->apparmor_label) < 0)
		ret->apparmor_label[0] = '\0';
	ret->selinux = read_number(root, "sys/fs/selinux/enforce") == 1;
	ret->seccomp = (int)read_status(root, "Seccomp", 10);
	ret->bare_root = uid == 0 && (read_status(root, "CapEff", 16) >> CAP_SETFCAP & 1) == 0;
	ret->uid_mapped = is_mapped(root, "proc/self/uid_map", uid, &all_uids);
	ret->gid_mapped = is_mapped(root, "proc/self/gid_map", gid, &all_gids);
	ret->initial = all_uids && all_gids;
	ret->chrooted = walk_mounts(root, see_root, &root_is_mount) && !root_is_mount;
}

/* A refusal to be judged. */
struct refusal {
	const struct userns_facts *facts;
	enum userns_step step;
	int errnum;
};

static bool
is_denied(const struct refusal *r)
{
	return r->errnum == EPERM || r->errnum == EACCES;
}

static bool
is_at(const struct refusal *r, enum userns_step step)
{
	return r->step == step || r->step == USERNS_UNKNOWN;
}

static bool
is_making(const struct refusal *r)
{
	return is_at(r, USERNS_CREATE) || r->step == USERNS_INNER;
}

static bool
is_full(const struct refusal *r)
{
	/* EUSERS before Linux 4.9. */
	return r->errnum == ENOSPC || r->errnum == EUSERS;
}

/* The kind that the kernel does not have, or NS_KINDS. */
static enum ns_kind
lacking_kind(const struct userns_facts *facts)
{
	int i = 0;

	while (i < NS_KINDS && facts->has[i])
		i++;
	return (enum ns_kind)i;
}

static bool
no_kernel_support(const struct refusal *r)
{
	enum ns_kind kind = lacking_kind(r->facts);

	return r->facts->has_proc && kind != NS_KINDS && r->step != USERNS_MAP;
}

static bool
no_proc(const struct refusal *r)
{
	return !r->facts->has_proc && (r->errnum == ENOENT || r->errnum == ENOTDIR);
}

static bool
max_is_zero(const struct refusal *r)
{
	return is_making(r) && r->facts->max[NS_USER] == 0;
}

static bool
clone_is_off(const struct refusal *r)
{
	return is_making(r) && is_denied(r) && r->facts->unprivileged_clone == 0;
}

static bool
id_is_unmapped(const struct refusal *r)
{
	return is_at(r, USERNS_CREATE) && is_denied(r) && r->facts->has_proc &&
	       !(r->facts->uid_mapped && r->facts->gid_mapped);
}

static bool
root_may_not_map(const struct refusal *r)
{
	return r->facts->bare_root && !r->facts->initial && is_at(r, USERNS_MAP) && is_denied(r);
}

static bool
is_chrooted(const struct refusal *r)
{
	return is_making(r) && is_denied(r) && r->facts->chrooted;
}

/* Ubuntu lets the namespace be made and takes all capabilities in it away, so that what comes after fails. */
static bool
apparmor_restricts(const struct refusal *r)
{
	return is_denied(r) && r->facts->apparmor_restrict == 1;
}

static bool
apparmor_confines(const struct refusal *r)
{
	return is_denied(r) && r->facts->apparmor_label[0] && strncmp(r->facts->apparmor_label, "unconfined", 10) != 0;
}

static bool
selinux_enforces(const struct refusal *r)
{
	return is_denied(r) && r->facts->selinux;
}

static bool
has_seccomp_filter(const struct refusal *r)
{
	return (is_denied(r) || r->errnum == ENOSYS) && r->facts->seccomp == 2;
}

static bool
nests_too_deep(const struct refusal *r)
{
	return is_full(r) && is_making(r) && r->facts->max[NS_USER] != 0 && !r->facts->initial;
}

static bool
max_is_reached(const struct refusal *r)
{
	return is_full(r) && is_making(r) && r->facts->max[NS_USER] != 0;
}

static bool
other_max_is_zero(const struct refusal *r)
{
	bool zero = false;

	for (int i = 0; i < NS_KINDS; i++)
		zero |= i != NS_USER && r->facts->max[i] == 0;
	return is_full(r) && is_at(r, USERNS_NAMESPACES) && zero;
}

static char *
lacking_name(const struct refusal *r)
{
	return text_format("this kernel was built without %s namespaces", ns_rows[lacking_kind(r->facts)].name);
}

/* The sysctl that is 0. */
static char *
zero_limit(const struct refusal *r)
{
	int i = 0;

	while (i < NS_KINDS - 1 && (i == NS_USER || r->facts->max[i] != 0))
		i++;
	return text_format("user.max_%s_namespaces", ns_rows[i].name);
}

static char *
own_profile(const struct refusal *r)
{
	return text_format("the AppArmor profile '%s', which you run under,", r->facts->apparmor_label);
}

static bool
other_is_full(const struct refusal *r)
{
	return is_full(r) && r->step == USERNS_NAMESPACES;
}

static bool
map_is_refused(const struct refusal *r)
{
	return r->step == USERNS_MAP;
}

static bool
is_any_denial(const struct refusal *r)
{
	return is_denied(r);
}

/*
 * The causes, those that are certain when their facts hold first: they are told alone. Of the others all that may be
 * are told; the last row is for when nothing is known.
 */
static const struct cause {
	bool (*applies)(const struct refusal *r);
	bool certain;
	/* What the sentence begins with, where that depends on the facts; the caller frees. Or NULL. */
	char *(*subject)(const struct refusal *r);
	const char *why;
	const char *remedy;
} causes[] = {
	{ no_kernel_support, true, lacking_name, "", "start one that has them" },
	{ no_proc, true, NULL, "no /proc is mounted here, and user namespaces are set up through it",
	  "mount one: mount -t proc proc /proc" },
	{ max_is_zero, true, NULL, "user.max_user_namespaces is 0: nobody may make user namespaces",
	  "as root: sysctl user.max_user_namespaces=10000; for good, in a file in /etc/sysctl.d" },
	{ clone_is_off, true, NULL, "kernel.unprivileged_userns_clone is 0: only root may make user namespaces",
	  "as root: sysctl kernel.unprivileged_userns_clone=1; for good, in a file in /etc/sysctl.d" },
	{ id_is_unmapped, true, NULL,
	  "your user or group id is not mapped in the user namespace that you are in (see /proc/self/uid_map)",
	  "start from where it is, or have it mapped by whoever made that namespace" },
	{ root_may_not_map, true, NULL,
	  "you are root without capabilities here, as in a sandbox made with --as root or by root: who lacks "
	  "CAP_SETFCAP may not map a root (Linux 5.12)",
	  "make the outer sandbox as an ordinary user, without --as root" },
	{ is_chrooted, true, NULL, "you are in a chroot, and the kernel lets nobody make user namespaces there",
	  "enter the tree with a tool that changes the root of the mount namespace (pivot_root), as containers do" },
	{ apparmor_restricts, true, NULL,
	  "AppArmor lets only named programs use user namespaces here (kernel.apparmor_restrict_unprivileged_userns is "
	  "1)",
	  "as root: install the profile that comes with isolate: cp " ISOLATE_APPARMOR_PROFILE
	  " /etc/apparmor.d/isolate && apparmor_parser -r /etc/apparmor.d/isolate\n"
	  "or allow it to all programs until the next boot: sysctl kernel.apparmor_restrict_unprivileged_userns=0" },
	{ other_max_is_zero, true, zero_limit, " is 0: nobody may make such namespaces",
	  "as root: set it to a higher number with sysctl; for good, in a file in /etc/sysctl.d" },
	{ has_seccomp_filter, false, NULL, "a seccomp filter refuses it: that of an outer container, or of a service",
	  "Docker: --security-opt seccomp=FILE with a profile that allows clone and unshare (seccomp=unconfined allows "
	  "all); Kubernetes: seccompProfile; systemd: RestrictNamespaces=no, and no SystemCallFilter that forbids it" },
	{ apparmor_confines, false, own_profile, " refuses it",
	  "Docker: --security-opt apparmor=unconfined; elsewhere: a rule 'userns,' in the profile" },
	{ selinux_enforces, false, NULL, "SELinux refuses it",
	  "look for the denial with: ausearch -m avc -ts recent; a policy module can allow it" },
	{ nests_too_deep, false, NULL,
	  "the kernel nests no more than 33 user namespaces, and each isolate inside another takes two of them",
	  "start it from further outside" },
	{ max_is_reached, false, NULL,
	  "as many user namespaces exist as user.max_user_namespaces allows, here or further outside",
	  "end some sessions, or as root: sysctl user.max_user_namespaces=N with a higher number" },
	{ other_is_full, false, NULL,
	  "as many namespaces exist as a limit allows (sysctl -a -r '^user.max_'), or 32 pid namespaces in one another",
	  "end some sessions, start from further outside, or as root raise the limit" },
	{ map_is_refused, false, NULL,
	  "the user namespace could be made, but the kernel did not let your user and group be mapped",
	  "a security module may forbid it: look in the kernel's log (dmesg, journalctl -k)" },
	{ is_any_denial, false, NULL,
	  "nothing that can be seen from here forbids it: a chroot, or a security module, would do so unseen",
	  "look in the kernel's log (dmesg, journalctl -k); in a chroot there are no user namespaces" },
};

static void
hint_lines(struct error *err, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		error_hint(err, "%.*s", (int)len, lines);
		lines += len + (lines[len] == '\n');
	}
}

void
userns_explain(const struct userns_facts *facts, enum userns_step step, int errnum, struct error *err)
{
	const struct refusal refusal = { .facts = facts, .step = step, .errnum = errnum };
	const size_t last = sizeof causes / sizeof *causes - 1;
	bool told = false;

	for (size_t i = 0; i <= last; i++) {
		_autofree_ char *subject = NULL;

		if (!causes[i].applies(&refusal) || (told && i == last))
			continue;
		subject = causes[i].subject ? causes[i].subject(&refusal) : text_dup("");
		error_hint(err, "%s%s%s", causes[i].certain ? "" : "perhaps: ", subject, causes[i].why);
		hint_lines(err, causes[i].remedy);
		told = true;
		if (causes[i].certain)
			return;
	}
}

static void
see_proc(const struct mountinfo *mount, void *arg)
{
	/* Directories that are always empty: what is mounted there covers nothing (fs/proc, is_empty_dir_inode). */
	static const char *const empty[] = { "/proc/sys/fs/binfmt_misc", "/proc/fs/nfsd", "/proc/openprom" };
	struct proc_facts *facts = arg;

	if (strcmp(mount->mount_point, "/proc") == 0) {
		/* The one on top comes last. */
		facts->mounted = strcmp(mount->type, "proc") == 0 && strcmp(mount->root, "/") == 0;
		facts->read_only = mountinfo_has_option(mount->options, "ro");
		facts->subset = mountinfo_has_option(mount->super_options, "subset=pid");
		place_list_release(&facts->covered);
		return;
	}
	if (!path_is_below(mount->mount_point, "/proc"))
		return;
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
		if (strcmp(mount->mount_point, empty[i]) == 0)
			return;
	place_list_add(&facts->covered, mount->mount_point);
}

void
proc_facts_read(int root, struct proc_facts *ret)
{
	*ret = (struct proc_facts){ 0 };
	walk_mounts(root, see_proc, ret);
}

void
proc_facts_release(struct proc_facts *facts)
{
	place_list_release(&facts->covered);
}

/* "'/proc/kcore', '/proc/keys' and 5 more". */
static void
hint_covered(const struct place_list *covered, struct error *err)
{
	static const size_t shown_max = 4;
	size_t shown = covered->len > shown_max ? shown_max : covered->len;
	char list[1024] = "";
	size_t len = 0;

	for (size_t i = 0; i < shown && len < sizeof list; i++)
		len += (size_t)snprintf(list + len, sizeof list - len, "%s'%s'", i > 0 ? ", " : "", covered->items[i]);
	if (covered->len > shown && len < sizeof list)
		snprintf(list + len, sizeof list - len, " and %zu more", covered->len - shown);
	error_hint(err,
		   "an outer container covers parts of /proc (%s): the kernel gives a fresh one only where all of one "
		   "is to be seen",
		   list);
}

/* What keeps the kernel from giving a fresh /proc, where it is not a cover. */
static const char *
proc_cause(const struct proc_facts *facts)
{
	if (!facts->mounted)
		return "no whole /proc is mounted here, and the kernel gives a fresh one only where one is to be seen";
	if (facts->read_only)
		return "/proc is mounted read-only here, and the kernel gives no writable one then";
	if (facts->subset)
		return "/proc is mounted with subset=pid here, and the kernel gives a whole one only where one is to "
		       "be "
		       "seen";
	return "the kernel gives a fresh /proc only where all of one is to be seen";
}

void
proc_explain(const struct proc_facts *facts, struct error *err)
{
	if (facts->mounted && facts->covered.len > 0)
		hint_covered(&facts->covered, err);
	else
		error_hint(err, "%s", proc_cause(facts));
	if (facts->covered.len > 0 || facts->read_only)
		error_hint(err, "outside, Docker: --security-opt systempaths=unconfined; Podman: --security-opt "
				"unmask=ALL; Kubernetes: procMount: Unmasked");
	error_hint(err, "or do without: -m '. /proc=none'; programs that need /proc fail then (those of conda do not "
			"find their libraries)");
	error_hint(err, "the /proc that is here is never brought inside: it shows other processes, under numbers that "
			"are wrong there");
}
