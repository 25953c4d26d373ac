/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a process is, inside and outside. */
#include "config.h"

#include "inspect/who.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/capnames.h"
#include "sys/nsfs.h"

/* What the kernel puts behind the name of a directory that was removed (d_path()). */
static const char deleted_suffix[] = " (deleted)";

static struct who_id
make_id(const struct mapping *mapping, uint32_t outside, uint32_t overflow)
{
	struct who_id id = { .outside = outside, .inside = overflow };

	id.lost = !mapping_to_inside(mapping, outside, &id.inside);
	return id;
}

static void
read_ids(int proc, struct who *who)
{
	const struct userns *own = userns_chain_own(&who->chain);
	uint32_t no_user = procfs_overflow_id(proc, "overflowuid"), no_group = procfs_overflow_id(proc, "overflowgid");
	size_t cap = 0;

	who->user = make_id(&own->uids, who->process.uids[1], no_user);
	who->file_user = make_id(&own->uids, who->process.uids[3], no_user);
	who->group = make_id(&own->gids, who->process.gids[1], no_group);
	who->groups = array_grow(NULL, &cap, who->process.groups_len, sizeof *who->groups);
	for (size_t i = 0; i < who->process.groups_len; i++)
		if (who->process.groups[i] != who->process.gids[1])
			who->groups[who->groups_len++] = make_id(&own->gids, who->process.groups[i], no_group);
}

/* What the process calls another one, seen through the same procfs: 0 if that is not in its pid namespace. */
static pid_t
name_inside(int proc, const struct procfs_status *process, pid_t pid)
{
	_autoclose_ int other = pid > 0 ? procfs_open_process(proc, pid) : -1;
	struct procfs_status status;
	pid_t name = 0;

	if (other < 0 || procfs_status(other, &status) < 0)
		return 0;
	/* A parent is in the same pid namespace or in one above, so the same depth is the same one. */
	if (status.levels == process->levels)
		name = status.pids[status.levels - 1];
	procfs_status_release(&status);
	return name;
}

static void
read_numbers(int proc, int caller, int process, struct who *who)
{
	const struct procfs_status *status = &who->process;

	who->same_pidns = procfs_ns_is_same(caller, process, NS_PID);
	who->pid_inside = status->pids[status->levels - 1];
	who->parent_inside = name_inside(proc, status, status->parent);
	who->session_inside = status->sessions[status->levels - 1];
}

static int
read_hostname(int process, char ret[NSJOIN_HOSTNAME_SIZE])
{
	_autoclose_ int uts = nsfs_open(process, NS_UTS);
	_autoclose_ int owner = uts < 0 ? uts : nsfs_owner(uts);

	return owner < 0 ? owner : nsjoin_hostname(owner, uts, ret);
}

static void
read_hostnames(int proc, int caller, int process, struct who *who)
{
	/* This file shows the reader's own. */
	if (procfs_read(proc, "sys/kernel/hostname", &who->hostname_outside, NULL) == 0)
		who->hostname_outside[strcspn(who->hostname_outside, "\n")] = '\0';
	else
		who->hostname_outside = text_dup("");
	if (!procfs_ns_is_same(caller, process, NS_UTS))
		who->hostname_status = read_hostname(process, who->hostname_inside);
	else
		strncpy(who->hostname_inside, who->hostname_outside, NSJOIN_HOSTNAME_SIZE - 1);
}

/* Takes " (deleted)" off. A directory may end so by name too; then the place outside is asked for in vain, no more. */
static bool
strip_deleted(char *path)
{
	size_t len = strlen(path), suffix = sizeof deleted_suffix - 1;

	if (len <= suffix || strcmp(path + len - suffix, deleted_suffix) != 0)
		return false;
	path[len - suffix] = '\0';
	return true;
}

/*
 * The links in procfs are paths from the root of the process's mount namespace; `root` is its own root, by that link.
 */
static void
read_directory(int process, const char *name, const char *root, const struct mount_table tables[2],
	       struct who_directory *ret)
{
	_autofree_ char *path = NULL;
	_autofree_ char *plain = NULL;
	const char *below;
	bool deleted;

	ret->outside.kind = PLACE_UNKNOWN;
	ret->status = procfs_readlink(process, name, &path);
	if (ret->status < 0)
		return;
	plain = text_dup(path);
	deleted = strip_deleted(plain);
	below = plain[0] == '/' ? path_below(plain, root) : NULL;
	if (!below)
		return;
	ret->inside = text_format("/%s%s", below, deleted ? deleted_suffix : "");
	free(plain);
	plain = text_format("/%s", path_below(path, root));
	if (deleted)
		strip_deleted(plain);
	ret->outside = place_find(&tables[0], &tables[1], plain);
	if (deleted && ret->outside.kind == PLACE_SHOWN)
		ret->outside.kind = PLACE_DELETED;
}

static void
read_directories(int caller, int process, struct who *who)
{
	struct mount_table tables[2] = { 0 };
	_autofree_ char *root = NULL;
	int r = mount_table_read(process, &tables[0]);

	if (r == 0)
		r = mount_table_read(caller, &tables[1]);
	if (r == 0)
		r = procfs_readlink(process, "root", &root);
	if (r == 0) {
		read_directory(process, "cwd", root, tables, &who->cwd);
		read_directory(process, "root", root, tables, &who->root);
	} else {
		who->cwd.status = who->root.status = r;
		who->cwd.outside.kind = who->root.outside.kind = PLACE_UNKNOWN;
	}
	mount_table_release(&tables[0]);
	mount_table_release(&tables[1]);
}

static void
read_accounts(int process, struct who *who)
{
	_autoclose_ int root = openat(process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	_autoclose_ int userns = -1;

	accounts_read(root, &who->accounts);
	/* The root of a watched session shows its files to nobody outside. */
	if (who->accounts.passwd || who->accounts.group)
		return;
	userns = openat(process, "ns/user", O_RDONLY | O_CLOEXEC);
	accounts_ask(userns, root, &who->accounts);
}

int
who_read(int proc, int caller, int process, struct who *ret)
{
	struct who who = { 0 };
	int r = procfs_status(process, &who.process);

	if (r == 0)
		r = procfs_status(caller, &who.caller);
	if (r == 0)
		r = userns_chain_read(proc, caller, process, &who.chain);
	if (r == 0)
		r = limits_read(process, &who.limits_inside);
	if (r == 0)
		r = limits_read(caller, &who.limits_outside);
	if (r < 0) {
		who_release(&who);
		return r;
	}
	who.same_userns = userns_chain_own(&who.chain)->is_callers;
	who.all_capabilities = capabilities_all(proc);
	read_ids(proc, &who);
	read_numbers(proc, caller, process, &who);
	read_hostnames(proc, caller, process, &who);
	read_directories(caller, process, &who);
	read_accounts(process, &who);
	*ret = who;
	return 0;
}

void
who_release(struct who *who)
{
	procfs_status_release(&who->process);
	procfs_status_release(&who->caller);
	userns_chain_release(&who->chain);
	free(who->groups);
	free(who->hostname_outside);
	free(who->cwd.inside);
	place_release(&who->cwd.outside);
	free(who->root.inside);
	place_release(&who->root.outside);
	limits_release(&who->limits_inside);
	limits_release(&who->limits_outside);
	accounts_release(&who->accounts);
	memset(who, 0, sizeof *who);
}
