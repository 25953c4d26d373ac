/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A watched session's root, as the kernel asks for it: fuse(4) and <linux/fuse.h>, protocol 7.31 and later. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sandbox/rootfs.h"
#include "sandbox/rootfs_nodes.h"

/* Until the kernel forgets by itself: what is here changes only through the kernel. */
#define FOR_EVER UINT64_MAX

enum { BLOCK = 4096 };

/* The parts of a request, checked to be there. */
struct call {
	struct rootfs *fs;
	const struct fuse_in_header *head;
	const char *body;
	size_t len;
	struct rootfs_request *req;
};

static void *
answer(struct rootfs_request *req, size_t size)
{
	struct fuse_out_header *head = (struct fuse_out_header *)(void *)req->answer;

	*head = (struct fuse_out_header){ .len = (uint32_t)(sizeof *head + size), .unique = req->id };
	req->answer_len = head->len;
	memset(head + 1, 0, size);
	return head + 1;
}

static enum rootfs_outcome
answer_error(struct rootfs_request *req, int r)
{
	answer(req, 0);
	((struct fuse_out_header *)(void *)req->answer)->error = r;
	return ROOTFS_ANSWER;
}

static void
fill_attr(const struct rootfs *fs, uint64_t number, struct fuse_attr *attr)
{
	const struct rootfs_node *node = &fs->nodes[number];

	*attr = (struct fuse_attr){
		.ino = number,
		.size = node->content_len,
		.blocks = (node->content_len + 511) / 512,
		.atime = fs->time,
		.mtime = fs->time,
		.ctime = fs->time,
		.mode = node->type | (S_ISDIR(node->type) ? 0755 : S_ISLNK(node->type) ? 0777 : 0644),
		.nlink = node->removed ? 0 : S_ISDIR(node->type) ? 2 + node->directories : 1,
		.blksize = BLOCK,
	};
	if (S_ISDIR(node->type))
		attr->size = 20 * (2 + (uint64_t)node->directories);
}

/* What a look-up says of a node; the kernel will say when it has forgotten it. */
static void
fill_entry(struct rootfs *fs, uint32_t number, struct fuse_entry_out *out)
{
	struct rootfs_node *node = &fs->nodes[number];

	out->nodeid = number;
	out->generation = node->generation;
	out->entry_valid = node->ghost || node->awaited ? 0 : FOR_EVER;
	out->attr_valid = node->ghost || node->is_place ? 0 : FOR_EVER;
	fill_attr(fs, number, &out->attr);
	node->lookups++;
}

static enum rootfs_outcome
answer_entry(struct call *call, uint32_t number)
{
	fill_entry(call->fs, number, answer(call->req, sizeof(struct fuse_entry_out)));
	return ROOTFS_ANSWER;
}

void
rootfs_answer_missing(struct rootfs_request *request, int r, unsigned seconds)
{
	struct fuse_entry_out *out;

	if (r != 0) {
		answer_error(request, r);
		return;
	}
	if (seconds == 0) {
		answer_error(request, -ENOENT);
		return;
	}
	/* No node: the kernel remembers that there is none. */
	out = answer(request, sizeof *out);
	out->entry_valid = seconds;
}

bool
rootfs_answer_entry(struct rootfs *fs, struct rootfs_request *request)
{
	uint32_t number = rootfs_find(fs, request->parent, request->name, request->name_len);

	if (number != 0)
		fill_entry(fs, number, answer(request, sizeof(struct fuse_entry_out)));
	return number != 0;
}

void
rootfs_take_back(struct rootfs *fs, const struct rootfs_request *request)
{
	rootfs_forget(fs, request->found, 1);
}

/* True once. */
static bool
take_refusal(struct rootfs *fs, int32_t task, uint32_t ghost)
{
	for (size_t i = 0; i < ROOTFS_REFUSALS; i++) {
		struct rootfs_refusal *refusal = &fs->refusals[i];

		if (refusal->task != task || refusal->ghost != ghost || task == 0)
			continue;
		refusal->task = 0;
		return true;
	}
	return false;
}

bool
rootfs_answer_refusal(struct rootfs *fs, struct rootfs_request *request)
{
	uint32_t number = rootfs_known_ghost(fs, request->parent, request->name, request->name_len);

	if (number == 0)
		return false;
	take_refusal(fs, request->task, number);
	fs->refusals[fs->refusals_next++ % ROOTFS_REFUSALS] = (struct rootfs_refusal){ request->task, number };
	fill_entry(fs, number, answer(request, sizeof(struct fuse_entry_out)));
	return true;
}

bool
rootfs_answer_ghost(struct rootfs *fs, struct rootfs_request *request, mode_t type)
{
	uint32_t number;

	if (rootfs_answer_entry(fs, request))
		return true;
	number = rootfs_find_ghost(fs, request->parent, request->name, request->name_len, type);
	take_refusal(fs, request->task, number);
	if (number != 0)
		fill_entry(fs, number, answer(request, sizeof(struct fuse_entry_out)));
	return number != 0;
}

bool
rootfs_answer_place(struct rootfs *fs, struct rootfs_request *request, mode_t type)
{
	if (rootfs_find(fs, request->parent, request->name, request->name_len) == 0 &&
	    rootfs_make_place(fs, request->parent, request->name, request->name_len, type) < 0)
		return false;
	return rootfs_answer_entry(fs, request);
}

bool
rootfs_answer_attributes(struct rootfs *fs, struct rootfs_request *request)
{
	uint32_t number = rootfs_find(fs, request->parent, request->name, request->name_len);
	struct fuse_attr_out *out;

	if (number == 0)
		return false;
	out = answer(request, sizeof *out);
	out->attr_valid = fs->nodes[number].is_place ? 0 : FOR_EVER;
	fill_attr(fs, number, &out->attr);
	return true;
}

static enum rootfs_outcome
take_init(struct call *call)
{
	const struct fuse_init_in *in = (const void *)call->body;
	struct fuse_init_out *out;

	/* Two words that every version has. */
	if (call->len < 2 * sizeof(uint32_t) + 8 || in->major < FUSE_KERNEL_VERSION)
		return answer_error(call->req, -EPROTO);
	out = answer(call->req, sizeof *out);
	out->major = FUSE_KERNEL_VERSION;
	out->minor = FUSE_KERNEL_MINOR_VERSION;
	/* The kernel is newer: it asks again in the version that we have. */
	if (in->major > FUSE_KERNEL_VERSION)
		return ROOTFS_ANSWER;
	out->max_readahead = in->max_readahead;
	/* Look-ups in one directory beside each other: one that waits for a decision holds up no other. */
	out->flags = in->flags & (FUSE_PARALLEL_DIROPS | FUSE_CACHE_SYMLINKS | FUSE_BIG_WRITES | FUSE_ASYNC_READ |
				  FUSE_DO_READDIRPLUS);
	out->max_write = BLOCK;
	out->time_gran = 1;
	call->fs->started = true;
	return ROOTFS_ANSWER;
}

/* A name in the request, with its NUL; NULL if it is none. *ret_rest is what follows. */
static const char *
take_name(const struct call *call, size_t at, const char **ret_rest)
{
	const char *name = call->body + at;
	const char *end = at < call->len ? memchr(name, '\0', call->len - at) : NULL;

	if (!end || end == name)
		return NULL;
	if (ret_rest)
		*ret_rest = end + 1;
	return name;
}

static enum rootfs_outcome
take_lookup(struct call *call)
{
	const char *name = take_name(call, 0, NULL);
	uint32_t parent = (uint32_t)call->head->nodeid, number;

	if (!name)
		return answer_error(call->req, -EINVAL);
	if (strlen(name) > NAME_MAX)
		return answer_error(call->req, -ENAMETOOLONG);
	number = rootfs_find(call->fs, parent, name, strlen(name));
	call->req->parent = parent;
	call->req->name = name;
	call->req->name_len = strlen(name);
	if (number != 0 && !call->fs->nodes[number].awaited) {
		call->req->found = number;
		return answer_entry(call, number);
	}
	if (call->fs->nodes[parent].removed)
		return answer_error(call->req, -ENOENT);
	return ROOTFS_MISSING;
}

static enum rootfs_outcome
take_getattr(struct call *call)
{
	const struct rootfs_node *node = &call->fs->nodes[call->head->nodeid];
	struct fuse_attr_out *out;

	if (node->is_place && !node->removed) {
		call->req->parent = node->parent;
		call->req->name = node->name;
		call->req->name_len = node->name_len;
		return ROOTFS_ATTRIBUTES;
	}
	out = answer(call->req, sizeof *out);
	out->attr_valid = FOR_EVER;
	fill_attr(call->fs, call->head->nodeid, &out->attr);
	return ROOTFS_ANSWER;
}

static enum rootfs_outcome
take_readlink(struct call *call)
{
	const struct rootfs_node *node = &call->fs->nodes[call->head->nodeid];

	if (!S_ISLNK(node->type))
		return answer_error(call->req, -EINVAL);
	memcpy(answer(call->req, node->content_len), node->content, node->content_len);
	return ROOTFS_ANSWER;
}

static enum rootfs_outcome
take_read(struct call *call)
{
	const struct rootfs_node *node = &call->fs->nodes[call->head->nodeid];
	const struct fuse_read_in *in = (const void *)call->body;
	size_t size;

	if (call->len < sizeof *in || !S_ISREG(node->type))
		return answer_error(call->req, -EINVAL);
	size = in->offset >= node->content_len ? 0 : node->content_len - (size_t)in->offset;
	if (size > in->size)
		size = in->size;
	if (size > ROOTFS_ANSWER_MAX - sizeof(struct fuse_out_header))
		size = ROOTFS_ANSWER_MAX - sizeof(struct fuse_out_header);
	if (size > 0)
		memcpy(answer(call->req, size), node->content + in->offset, size);
	else
		answer(call->req, 0);
	return ROOTFS_ANSWER;
}

/* A directory's contents, while they are written. */
struct listing {
	struct call *call;
	char *buf;
	size_t len, room;
	bool plus; /* with what a look-up would say: the kernel need not ask for each */
};

/* Adds a name if there is room. `next` is where to go on behind it. */
static bool
add_dirent(struct listing *listing, uint32_t number, uint64_t next, const char *name, size_t name_len)
{
	struct rootfs_node *node = &listing->call->fs->nodes[number];
	size_t head = listing->plus ? sizeof(struct fuse_entry_out) : 0;
	size_t size = FUSE_DIRENT_ALIGN(head + FUSE_NAME_OFFSET + name_len);
	struct fuse_dirent *dirent = (struct fuse_dirent *)(void *)(listing->buf + listing->len + head);

	if (listing->len + size > listing->room)
		return false;
	memset(listing->buf + listing->len, 0, size);
	/* Of "." and ".." the kernel knows, and takes no account of what is said. */
	if (listing->plus && next > 2)
		fill_entry(listing->call->fs, number, (void *)(listing->buf + listing->len));
	*dirent = (struct fuse_dirent){ .ino = number, .off = next, .namelen = (uint32_t)name_len,
					.type = node->type >> 12 };
	memcpy((char *)dirent + FUSE_NAME_OFFSET, name, name_len);
	listing->len += size;
	return true;
}

static enum rootfs_outcome
take_readdir(struct call *call)
{
	const struct fuse_read_in *in = (const void *)call->body;
	const struct rootfs_node *dir = &call->fs->nodes[call->head->nodeid];
	struct listing listing = { .call = call, .room = ROOTFS_ANSWER_MAX - sizeof(struct fuse_out_header),
				   .plus = call->head->opcode == FUSE_READDIRPLUS };
	uint32_t self = (uint32_t)call->head->nodeid;
	uint64_t at = 2;
	bool fits = true;

	if (call->len < sizeof *in || !S_ISDIR(dir->type))
		return answer_error(call->req, -EINVAL);
	if (listing.room > in->size)
		listing.room = in->size;
	listing.buf = answer(call->req, 0);
	if (in->offset < 1)
		fits = add_dirent(&listing, self, 1, ".", 1);
	if (fits && in->offset < 2)
		fits = add_dirent(&listing, dir->parent ? dir->parent : ROOTFS_ROOT, 2, "..", 2);
	for (uint32_t i = dir->first_child; fits && i != 0; i = call->fs->nodes[i].next) {
		const struct rootfs_node *node = &call->fs->nodes[i];

		if (at++ >= in->offset)
			fits = add_dirent(&listing, i, at, node->name, node->name_len);
	}
	call->req->answer_len = sizeof(struct fuse_out_header) + listing.len;
	((struct fuse_out_header *)(void *)call->req->answer)->len = (uint32_t)call->req->answer_len;
	return ROOTFS_ANSWER;
}

/* As large as a tmpfs that is full. */
static enum rootfs_outcome
take_statfs(struct call *call)
{
	struct fuse_statfs_out *out = answer(call->req, sizeof *out);

	out->st = (struct fuse_kstatfs){ .blocks = 1, .files = call->fs->len, .bsize = BLOCK, .namelen = NAME_MAX,
					 .frsize = BLOCK };
	return ROOTFS_ANSWER;
}

static enum rootfs_outcome
take_make(struct call *call)
{
	uint32_t parent = (uint32_t)call->head->nodeid;
	const char *name, *content = NULL;
	mode_t type;
	int number;

	if (call->head->opcode == FUSE_SYMLINK) {
		type = S_IFLNK;
		name = take_name(call, 0, &content);
		if (name)
			content = take_name(call, (size_t)(content - call->body), NULL);
		if (!content)
			name = NULL;
	} else if (call->head->opcode == FUSE_MKDIR) {
		type = S_IFDIR;
		name = take_name(call, sizeof(struct fuse_mkdir_in), NULL);
	} else {
		type = S_IFREG;
		name = take_name(call, sizeof(struct fuse_mknod_in), NULL);
		if (name && (((const struct fuse_mknod_in *)(const void *)call->body)->mode & S_IFMT) != S_IFREG)
			return answer_error(call->req, -EPERM);
	}
	if (!name)
		return answer_error(call->req, -EINVAL);
	if (call->fs->nodes[parent].removed || !S_ISDIR(call->fs->nodes[parent].type))
		return answer_error(call->req, -ENOENT);
	number = rootfs_make(call->fs, parent, name, type, content);
	return number < 0 ? answer_error(call->req, number) : answer_entry(call, (uint32_t)number);
}

static enum rootfs_outcome
take_remove(struct call *call)
{
	const char *name = take_name(call, 0, NULL);

	if (!name)
		return answer_error(call->req, -EINVAL);
	return answer_error(call->req, rootfs_remove(call->fs, (uint32_t)call->head->nodeid, name,
						     call->head->opcode == FUSE_RMDIR));
}

static enum rootfs_outcome
take_batch_forget(struct call *call)
{
	const struct fuse_batch_forget_in *in = (const void *)call->body;
	const struct fuse_forget_one *one = (const void *)(call->body + sizeof *in);
	size_t room = call->len < sizeof *in ? 0 : (call->len - sizeof *in) / sizeof *one;

	for (size_t i = 0; i < room && i < in->count; i++)
		rootfs_forget(call->fs, one[i].nodeid, one[i].nlookup);
	return ROOTFS_SILENT;
}

/* Requests that are about no node, or to which there is no answer. */
static bool
take_special(struct call *call, enum rootfs_outcome *ret)
{
	switch (call->head->opcode) {
	case FUSE_INIT:
		*ret = take_init(call);
		return true;
	case FUSE_FORGET:
		if (call->len >= sizeof(struct fuse_forget_in))
			rootfs_forget(call->fs, call->head->nodeid,
				      ((const struct fuse_forget_in *)(const void *)call->body)->nlookup);
		*ret = ROOTFS_SILENT;
		return true;
	case FUSE_BATCH_FORGET:
		*ret = take_batch_forget(call);
		return true;
	case FUSE_INTERRUPT:
		*ret = ROOTFS_SILENT;
		if (call->len >= sizeof(struct fuse_interrupt_in)) {
			call->req->interrupted = ((const struct fuse_interrupt_in *)(const void *)call->body)->unique;
			*ret = ROOTFS_SIGNAL;
		}
		return true;
	case FUSE_DESTROY:
		*ret = ROOTFS_END;
		return true;
	default:
		return false;
	}
}

enum rootfs_outcome
rootfs_take(struct rootfs *fs, const char *request, size_t len, struct rootfs_request *req)
{
	const struct fuse_in_header *head = (const void *)request;
	struct call call = { .fs = fs, .head = head, .body = request + sizeof *head, .req = req };
	enum rootfs_outcome outcome;

	if (len < sizeof *head || head->len != len)
		return ROOTFS_SILENT;
	call.len = len - sizeof *head;
	req->id = head->unique;
	req->task = (int32_t)head->pid;
	if (take_special(&call, &outcome))
		return outcome;
	if (!rootfs_node(fs, head->nodeid) || fs->nodes[head->nodeid].ghost)
		return answer_error(req, take_refusal(fs, req->task, (uint32_t)head->nodeid) ? -ENOENT : -ESTALE);
	switch (head->opcode) {
	case FUSE_LOOKUP:
		return take_lookup(&call);
	case FUSE_GETATTR:
		return take_getattr(&call);
	case FUSE_READLINK:
		return take_readlink(&call);
	case FUSE_READ:
		return take_read(&call);
	case FUSE_READDIR:
	case FUSE_READDIRPLUS:
		return take_readdir(&call);
	case FUSE_STATFS:
		return take_statfs(&call);
	case FUSE_MKDIR:
	case FUSE_MKNOD:
	case FUSE_SYMLINK:
		return take_make(&call);
	case FUSE_UNLINK:
	case FUSE_RMDIR:
		return take_remove(&call);
	case FUSE_ACCESS:
		return answer_error(req, 0);
	default:
		/* The kernel asks once, and does without from then on: opening, flushing, extended attributes. */
		return answer_error(req, -ENOSYS);
	}
}
