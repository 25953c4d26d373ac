/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chain of user namespaces from the caller's to a process's own. */
#include "config.h"

#include "inspect/userns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sys/nsfs.h"
#include "sys/nsjoin.h"
#include "sys/procfs.h"

/* Each step up closes one descriptor and opens another, so the depth costs none. The kernel's own limit is 32. */
enum { DEPTH_MAX = 64 };

struct reader {
	int proc, caller;
	uint64_t callers;
};

static void
userns_release(struct userns *userns)
{
	mapping_release(&userns->uids);
	mapping_release(&userns->gids);
}

static int
parse_maps(const char *uids, const char *gids, const char *setgroups, struct userns *ret)
{
	int r = mapping_parse(uids, &ret->uids);

	if (r == 0)
		r = mapping_parse(gids, &ret->gids);
	ret->setgroups_denied = setgroups && strncmp(setgroups, "deny", 4) == 0;
	return r;
}

/* The maps of the process's own user namespace, which its files in procfs show. */
static int
read_own_maps(int process, struct userns *ret)
{
	_autofree_ char *uids = NULL;
	_autofree_ char *gids = NULL;
	_autofree_ char *setgroups = NULL;
	int r = procfs_read(process, "uid_map", &uids, NULL);

	if (r == 0)
		r = procfs_read(process, "gid_map", &gids, NULL);
	if (r < 0)
		return r;
	/* Absent where the kernel was built without it; then nothing is denied. */
	procfs_read(process, "setgroups", &setgroups, NULL);
	return parse_maps(uids, gids, setgroups, ret);
}

/* Its file would show how it looks from above, where we are not. */
static void
make_callers_maps(const struct reader *reader, struct userns *ret)
{
	_autofree_ char *setgroups = NULL;

	mapping_identity(&ret->uids);
	mapping_identity(&ret->gids);
	procfs_read(reader->caller, "setgroups", &setgroups, NULL);
	ret->setgroups_denied = setgroups && strncmp(setgroups, "deny", 4) == 0;
}

static int
read_joined_maps(const struct reader *reader, int ns, struct userns *ret)
{
	_autofree_ char *uids = NULL;
	_autofree_ char *gids = NULL;
	_autofree_ char *setgroups = NULL;
	int r = nsjoin_maps(reader->proc, ns, &uids, &gids, &setgroups);

	return r < 0 ? r : parse_maps(uids, gids, setgroups, ret);
}

/* process < 0: none lives in it that we know of. */
static void
read_maps(const struct reader *reader, int ns, int process, struct userns *ret)
{
	if (ret->is_callers)
		make_callers_maps(reader, ret);
	else
		ret->map_status = process >= 0 ? read_own_maps(process, ret) : read_joined_maps(reader, ns, ret);
	if (ret->map_status < 0)
		userns_release(ret);
}

static int
read_one(const struct reader *reader, int ns, int process, struct userns *ret)
{
	int r = nsfs_number(ns, &ret->number);

	if (r < 0)
		return r;
	ret->is_callers = ret->number == reader->callers;
	ret->owner_status = nsfs_owner_uid(ns, &ret->owner);
	read_maps(reader, ns, process, ret);
	return 0;
}

/* Where the namespace itself may not be opened: what the world may read. */
static int
read_without_descriptor(const struct reader *reader, int process, struct userns *ret)
{
	int r = procfs_ns_number(process, NS_USER, &ret->number);

	if (r < 0 && r != -EACCES)
		return r;
	ret->is_callers = r == 0 && ret->number == reader->callers;
	ret->owner_status = -EACCES;
	read_maps(reader, -1, process, ret);
	return ret->map_status;
}

static void
reverse(struct userns_chain *chain)
{
	for (size_t i = 0; i < chain->len / 2; i++) {
		struct userns swap = chain->items[i];

		chain->items[i] = chain->items[chain->len - 1 - i];
		chain->items[chain->len - 1 - i] = swap;
	}
}

/* From the process's own upwards, to the caller's or as far as the kernel lets us see. */
static int
climb(const struct reader *reader, int process, struct userns_chain *chain)
{
	_autoclose_ int ns = nsfs_open(process, NS_USER);
	size_t cap = 0;

	chain->items = array_grow(NULL, &cap, 1, sizeof *chain->items);
	memset(chain->items, 0, sizeof *chain->items);
	if (ns < 0) {
		int r = read_without_descriptor(reader, process, &chain->items[0]);

		chain->len = 1;
		chain->status = chain->items[0].is_callers ? 0 : ns;
		return r;
	}
	for (;;) {
		struct userns *userns = &chain->items[chain->len];
		int parent, r = read_one(reader, ns, chain->len == 0 ? process : -1, userns);

		if (r < 0)
			return r;
		chain->len++;
		if (userns->is_callers || chain->len == DEPTH_MAX)
			return 0;
		parent = nsfs_parent(ns);
		if (parent < 0) {
			chain->status = parent;
			return 0;
		}
		close(ns);
		ns = parent;
		chain->items = array_grow(chain->items, &cap, chain->len + 1, sizeof *chain->items);
		memset(&chain->items[chain->len], 0, sizeof *chain->items);
	}
}

int
userns_chain_read(int proc, int caller, int process, struct userns_chain *ret)
{
	struct userns_chain chain = { 0 };
	struct reader reader = { .proc = proc, .caller = caller };
	int r = procfs_ns_number(caller, NS_USER, &reader.callers);

	if (r == 0)
		r = climb(&reader, process, &chain);
	if (r < 0) {
		userns_chain_release(&chain);
		return r;
	}
	reverse(&chain);
	*ret = chain;
	return 0;
}

void
userns_chain_release(struct userns_chain *chain)
{
	for (size_t i = 0; i < chain->len; i++)
		userns_release(&chain->items[i]);
	free(chain->items);
	memset(chain, 0, sizeof *chain);
}

const struct userns *
userns_chain_own(const struct userns_chain *chain)
{
	return &chain->items[chain->len - 1];
}
