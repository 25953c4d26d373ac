/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nodes of a watched session's root. */
#include "config.h"

#include "sandbox/rootfs.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "sandbox/rootfs_nodes.h"
#include "sandbox/sensor.h"

static void *
map(size_t size)
{
	/* Touched page by page, as it is needed. */
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

int
rootfs_init(struct rootfs *fs, uint64_t time)
{
	memset(fs, 0, sizeof *fs);
	fs->nodes = map(ROOTFS_NODES_MAX * sizeof *fs->nodes);
	fs->texts = map(ROOTFS_MADE_MAX * sizeof *fs->texts);
	if (!fs->nodes || !fs->texts)
		return -ENOMEM;
	fs->time = time;
	fs->len = ROOTFS_ROOT + 1;
	fs->nodes[ROOTFS_ROOT] = (struct rootfs_node){ .hash = SENSOR_ROOT_HASH, .type = S_IFDIR, .lookups = 1,
						       .name = "" };
	return 0;
}

struct rootfs_node *
rootfs_node(struct rootfs *fs, uint64_t number)
{
	if (number == 0 || number >= fs->len || fs->nodes[number].type == 0)
		return NULL;
	return &fs->nodes[number];
}

uint32_t
rootfs_find(const struct rootfs *fs, uint32_t parent, const char *name, size_t name_len)
{
	uint64_t hash = rootfs_hash(fs, parent, name, name_len);

	for (uint32_t i = fs->buckets[hash % ROOTFS_BUCKETS]; i != 0; i = fs->nodes[i].next_in_bucket) {
		const struct rootfs_node *node = &fs->nodes[i];

		if (node->parent == parent && node->name_len == name_len && memcmp(node->name, name, name_len) == 0)
			return i;
	}
	return 0;
}

static uint32_t
new_number(struct rootfs *fs)
{
	uint32_t number = fs->free;

	if (number != 0) {
		fs->free = fs->nodes[number].next;
		return number;
	}
	return fs->len < ROOTFS_NODES_MAX ? fs->len++ : 0;
}

static void
link_node(struct rootfs *fs, uint32_t number)
{
	struct rootfs_node *node = &fs->nodes[number], *parent = &fs->nodes[node->parent];
	uint32_t *bucket = &fs->buckets[node->hash % ROOTFS_BUCKETS];

	node->next_in_bucket = *bucket;
	*bucket = number;
	if (parent->last_child != 0)
		fs->nodes[parent->last_child].next = number;
	else
		parent->first_child = number;
	parent->last_child = number;
	parent->directories += S_ISDIR(node->type);
}

int
rootfs_add(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len, mode_t type, const char *content)
{
	uint32_t number = rootfs_find(fs, parent, name, name_len);
	struct rootfs_node *node;

	if (number != 0)
		return (int)number;
	number = new_number(fs);
	if (number == 0)
		return -ENOSPC;
	node = &fs->nodes[number];
	*node = (struct rootfs_node){
		.hash = rootfs_hash(fs, parent, name, name_len),
		.parent = parent,
		.generation = node->generation,
		.name = name,
		.name_len = (uint32_t)name_len,
		.content = content,
		.content_len = content ? (uint32_t)strlen(content) : 0,
		.made = node->made,
		.type = type,
	};
	link_node(fs, number);
	return (int)number;
}

/* Room for the texts of one more; its number, 0 if there is none. */
static uint32_t
new_texts(struct rootfs *fs)
{
	return fs->texts_len < ROOTFS_MADE_MAX ? ++fs->texts_len : 0;
}

/* What is made while the session runs brings texts of its own: those of the request go with the request. */
int
rootfs_make(struct rootfs *fs, uint32_t parent, const char *name, mode_t type, const char *content)
{
	size_t name_len = strlen(name);
	struct rootfs_texts *texts;
	uint32_t texts_number;
	int number;

	if (rootfs_find(fs, parent, name, name_len) != 0)
		return -EEXIST;
	if (name_len >= sizeof texts->name || (content && strlen(content) >= sizeof texts->content))
		return -ENAMETOOLONG;
	texts_number = fs->free != 0 ? fs->nodes[fs->free].made : 0;
	if (texts_number == 0)
		texts_number = new_texts(fs);
	if (texts_number == 0)
		return -ENOSPC;
	texts = &fs->texts[texts_number - 1];
	memcpy(texts->name, name, name_len + 1);
	if (content)
		memcpy(texts->content, content, strlen(content) + 1);
	number = rootfs_add(fs, parent, texts->name, name_len, type, content ? texts->content : NULL);
	if (number > 0)
		fs->nodes[number].made = texts_number;
	return number;
}

static struct rootfs_ghost *
free_ghost(struct rootfs *fs)
{
	for (size_t i = 0; i < ROOTFS_GHOSTS; i++)
		if (fs->ghosts[i].number == 0 || fs->nodes[fs->ghosts[i].number].lookups == 0)
			return &fs->ghosts[i];
	return NULL;
}

static struct rootfs_ghost *
ghost_named(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len)
{
	for (size_t i = 0; i < ROOTFS_GHOSTS; i++) {
		struct rootfs_ghost *ghost = &fs->ghosts[i];

		if (ghost->number != 0 && ghost->parent == parent && ghost->name_len == name_len &&
		    memcmp(ghost->name, name, name_len) == 0)
			return ghost;
	}
	return NULL;
}

uint32_t
rootfs_known_ghost(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len)
{
	struct rootfs_ghost *ghost = ghost_named(fs, parent, name, name_len);

	return ghost && fs->nodes[ghost->number].lookups > 0 ? ghost->number : 0;
}

uint32_t
rootfs_find_ghost(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len, mode_t type)
{
	struct rootfs_ghost *ghost = ghost_named(fs, parent, name, name_len);

	if (ghost)
		return ghost->number;
	ghost = free_ghost(fs);
	if (!ghost || name_len >= sizeof ghost->name)
		return 0;
	/* The number of a ghost that is laid is taken again, as another generation. */
	if (ghost->number == 0)
		ghost->number = fs->len < ROOTFS_NODES_MAX ? fs->len++ : 0;
	if (ghost->number == 0)
		return 0;
	ghost->parent = parent;
	ghost->name_len = (uint32_t)name_len;
	memcpy(ghost->name, name, name_len);
	fs->nodes[ghost->number] = (struct rootfs_node){ .parent = parent, .type = type, .name = "", .ghost = true,
							 .generation = fs->nodes[ghost->number].generation + 1 };
	return ghost->number;
}

static int
make_fresh_place(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len, mode_t type)
{
	char copy[256];
	int number;

	if (name_len >= sizeof copy)
		return -ENAMETOOLONG;
	memcpy(copy, name, name_len);
	copy[name_len] = '\0';
	number = rootfs_make(fs, parent, copy, type, NULL);
	if (number > 0)
		fs->nodes[number].is_place = fs->nodes[number].awaited = true;
	return number;
}

int
rootfs_make_place(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len, mode_t type)
{
	struct rootfs_ghost *ghost = ghost_named(fs, parent, name, name_len);
	uint32_t number = ghost ? ghost->number : 0;
	struct rootfs_node *node = &fs->nodes[number];
	struct rootfs_texts *texts;

	if (!ghost || node->lookups == 0)
		return make_fresh_place(fs, parent, name, name_len, type);
	/* Nothing that the kernel knows as one kind of thing may become another. */
	if (node->type != type)
		return -ENOENT;
	node->made = new_texts(fs);
	if (node->made == 0)
		return -ENOSPC;
	texts = &fs->texts[node->made - 1];
	memcpy(texts->name, name, name_len);
	texts->name[name_len] = '\0';
	node->name = texts->name;
	node->name_len = (uint32_t)name_len;
	node->hash = rootfs_hash(fs, parent, name, name_len);
	node->ghost = false;
	node->is_place = node->awaited = true;
	ghost->number = 0;
	link_node(fs, number);
	return (int)number;
}

void
rootfs_settle(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len, bool plain)
{
	struct rootfs_node *node = &fs->nodes[rootfs_find(fs, parent, name, name_len)];

	node->awaited = false;
	node->is_place = node->is_place && !plain;
}

static void
unlink_node(struct rootfs *fs, uint32_t number)
{
	struct rootfs_node *node = &fs->nodes[number], *parent = &fs->nodes[node->parent];
	uint32_t *at = &fs->buckets[node->hash % ROOTFS_BUCKETS];
	uint32_t before = 0;

	while (*at != number)
		at = &fs->nodes[*at].next_in_bucket;
	*at = node->next_in_bucket;
	for (uint32_t i = parent->first_child; i != number; i = fs->nodes[i].next)
		before = i;
	if (before != 0)
		fs->nodes[before].next = node->next;
	else
		parent->first_child = node->next;
	if (parent->last_child == number)
		parent->last_child = before;
	parent->directories -= S_ISDIR(node->type);
}

static void
free_if_forgotten(struct rootfs *fs, uint32_t number)
{
	struct rootfs_node *node = &fs->nodes[number];

	if (!node->removed || node->lookups > 0)
		return;
	node->type = 0;
	node->generation++;
	/* Those of the plan have no texts, and are not removed often enough to matter. */
	if (node->made == 0)
		return;
	node->next = fs->free;
	fs->free = number;
}

int
rootfs_remove(struct rootfs *fs, uint32_t parent, const char *name, bool directory)
{
	uint32_t number = rootfs_find(fs, parent, name, strlen(name));
	struct rootfs_node *node = &fs->nodes[number];

	if (number == 0)
		return -ENOENT;
	if (directory && !S_ISDIR(node->type))
		return -ENOTDIR;
	if (!directory && S_ISDIR(node->type))
		return -EISDIR;
	if (node->first_child != 0)
		return -ENOTEMPTY;
	unlink_node(fs, number);
	node->removed = true;
	free_if_forgotten(fs, number);
	return 0;
}

void
rootfs_unmake(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len)
{
	uint32_t number = rootfs_find(fs, parent, name, name_len);
	const struct rootfs_node *node = &fs->nodes[number];

	/* One that is not awaited any more may be mounted upon. */
	if (number != 0 && node->awaited)
		rootfs_remove(fs, parent, node->name, S_ISDIR(node->type));
}

void
rootfs_forget(struct rootfs *fs, uint64_t number, uint64_t lookups)
{
	struct rootfs_node *node = rootfs_node(fs, number);

	if (!node)
		return;
	node->lookups -= lookups < node->lookups ? lookups : node->lookups;
	free_if_forgotten(fs, (uint32_t)number);
}

bool
rootfs_holds(const struct plan *plan, size_t entry)
{
	int parent = plan->entries[entry].parent;

	while (parent >= 0 && plan->entries[parent].kind == PLAN_DIR)
		parent = plan->entries[parent].parent;
	return parent < 0;
}

bool
rootfs_lies_under(const struct plan *plan, size_t entry)
{
	int parent = plan->entries[entry].parent;

	while (parent >= 0 && plan->entries[parent].kind == PLAN_DIR)
		parent = plan->entries[parent].parent;
	return parent >= 0 && plan->entries[parent].kind == PLAN_TMPFS && !plan->entries[parent].source &&
	       plan->req->trace;
}

/* A path with all that is missing above it; with type 0 only that. */
static int
add_path(struct rootfs *fs, const char *path, mode_t type, const char *content)
{
	uint32_t at = ROOTFS_ROOT;

	for (const char *name = path + 1;;) {
		size_t len = strcspn(name, "/");
		bool last = name[len] == '\0';
		int number;

		if (last && type == 0)
			return 0;
		number = rootfs_add(fs, at, name, len, last ? type : S_IFDIR, last ? content : NULL);
		if (number < 0 || last)
			return number < 0 ? number : 0;
		at = (uint32_t)number;
		name += len + 1;
	}
}

int
rootfs_add_plan(struct rootfs *fs, const struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_entry *entry = &plan->entries[i];
		bool has_text = entry->kind == PLAN_SYMLINK || entry->kind == PLAN_FILE;
		mode_t type = entry->kind == PLAN_SYMLINK ? S_IFLNK : entry->is_dir ? S_IFDIR : S_IFREG;
		bool holds = rootfs_holds(plan, i);
		int r;

		/* What is missing in a private directory is to be seen, whatever that lies upon. */
		if (!holds && entry->kind != PLAN_TMPFS && !rootfs_lies_under(plan, i))
			continue;
		/* In the overlay they are made as in any directory. */
		if (!holds && has_text)
			type = 0;
		r = add_path(fs, entry->path, type, has_text ? entry->content : NULL);
		if (r < 0)
			return r;
	}
	return 0;
}

size_t
rootfs_path(const struct rootfs *fs, uint32_t dir, const char *name, size_t name_len, char *buf, size_t size)
{
	size_t at = size;

	for (;;) {
		if (at < name_len + 1)
			return 0;
		at -= name_len;
		memcpy(buf + at, name, name_len);
		buf[--at] = '/';
		if (dir == ROOTFS_ROOT || dir == 0)
			break;
		name = fs->nodes[dir].name;
		name_len = fs->nodes[dir].name_len;
		dir = fs->nodes[dir].parent;
	}
	memmove(buf, buf + at, size - at);
	return size - at;
}

uint64_t
rootfs_hash(const struct rootfs *fs, uint32_t dir, const char *name, size_t name_len)
{
	return sensor_hash(fs->nodes[dir].hash, name, name_len);
}
