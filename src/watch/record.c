/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program asks for, recorded for --learn. */
#include "config.h"

#include "watch/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

/* In the file: the head, and the path without a NUL. */
struct record_head {
	uint32_t uses, len;
};

/* A set of paths, by open addressing. At most half full. */
enum { SLOTS = 2 * RECORD_PATHS_MAX };

struct path_set {
	struct record slots[SLOTS];
	size_t len, bytes;
};

struct recorder {
	int fd;
	bool full; /* nothing more is written, not even the mark at the end */
	struct path_set paths;
};

int
record_make(void)
{
	int fd = memfd_create("isolate-record", MFD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

struct recorder *
recorder_new(int fd)
{
	struct recorder *recorder = calloc(1, sizeof *recorder);

	if (recorder)
		recorder->fd = fd;
	return recorder;
}

void
recorder_free(struct recorder *recorder)
{
	for (size_t i = 0; recorder && i < SLOTS; i++)
		free(recorder->paths.slots[i].path);
	free(recorder);
}

/* The path's place, or the empty one where it would be. */
static struct record *
find(struct path_set *set, const char *path)
{
	size_t at = (size_t)(text_hash(path) % SLOTS);

	while (set->slots[at].path && strcmp(set->slots[at].path, path) != 0)
		at = (at + 1) % SLOTS;
	return &set->slots[at];
}

static void
put(struct recorder *recorder, unsigned uses, const char *path)
{
	struct record_head head = { .uses = uses, .len = (uint32_t)strlen(path) };
	struct iovec data[2] = { { &head, sizeof head }, { (void *)path, head.len } };
	ssize_t n;

	if (recorder->full)
		return;
	n = writev(recorder->fd, data, 2);
	if (n == (ssize_t)(sizeof head + head.len))
		return;
	/* Memory may be short. A part of a path is none; if it stays, who reads sees that it is cut off. */
	recorder->full = true;
	if (n > 0 && ftruncate(recorder->fd, lseek(recorder->fd, 0, SEEK_CUR) - n) < 0)
		return;
}

static void
add(struct recorder *recorder, const char *path, unsigned uses)
{
	struct record *record = find(&recorder->paths, path);

	if (!record->path) {
		size_t len = strlen(path);

		if (recorder->paths.len >= RECORD_PATHS_MAX || recorder->paths.bytes + len > RECORD_BYTES_MAX) {
			recorder->full = true;
			return;
		}
		*record = (struct record){ .path = text_dup(path) };
		recorder->paths.len++;
		recorder->paths.bytes += len;
	}
	if ((record->uses | uses) == record->uses)
		return;
	record->uses |= uses;
	put(recorder, uses, path);
}

static unsigned
uses_of_open(uint64_t flags)
{
	unsigned uses = 0;

	if (flags & O_PATH)
		return RECORD_LOOKED;
	if ((flags & O_ACCMODE) != O_WRONLY)
		uses |= RECORD_READ;
	if ((flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC))
		uses |= RECORD_WRITTEN;
	return uses;
}

/* What the call wants of its path number i. */
static unsigned
uses_of(const struct pathcall *call, const struct pathcall_registers *registers, size_t i)
{
	if (call->executes)
		return RECORD_EXECUTED;
	if (call->paths[i].socket)
		return RECORD_CONNECTED;
	if (call->open_flags > 0)
		return uses_of_open(registers->args[call->open_flags - 1]);
	if (call->paths[i].creates)
		return RECORD_WRITTEN;
	/* The other one is what the new name is made of. */
	if (call->paths[1].creates)
		return strncmp(call->name, "rename", 6) == 0 ? RECORD_WRITTEN : RECORD_READ;
	/* openat2: what for is in memory that is not read. */
	if (strncmp(call->name, "open", 4) == 0)
		return RECORD_READ;
	return RECORD_LOOKED;
}

void
recorder_add(struct recorder *recorder, const struct task_call *call, const struct pathcall_registers *registers)
{
	for (size_t i = 0; i < 2 && call->call; i++)
		if (call->paths[i].path)
			add(recorder, call->paths[i].path, uses_of(call->call, registers, i));
}

void
recorder_end(struct recorder *recorder)
{
	put(recorder, RECORD_END, "");
}

/* One after the other, each path once. */
static int
read_all(const char *data, size_t len, struct path_set *set, struct record_list *ret)
{
	struct record_head head;
	size_t at = 0;

	ret->lost = true;
	for (; len - at >= sizeof head && set->len <= RECORD_PATHS_MAX; at += head.len) {
		_autofree_ char *path = NULL;
		struct record *slot;

		memcpy(&head, data + at, sizeof head);
		at += sizeof head;
		if (head.len > len - at)
			break;
		if (head.uses & RECORD_END) {
			ret->lost = false;
			break;
		}
		path = text_ndup(data + at, head.len);
		slot = find(set, path);
		if (!slot->path) {
			ret->items = array_grow(ret->items, &ret->cap, ret->len + 1, sizeof *ret->items);
			ret->items[ret->len] = (struct record){ .path = take_ptr(path) };
			/* The set has the index, and no uses of its own. */
			*slot = (struct record){ .path = ret->items[ret->len].path, .uses = (unsigned)ret->len };
			ret->len++;
			set->len++;
		}
		ret->items[slot->uses].uses |= head.uses;
	}
	return 0;
}

int
record_read(int fd, struct record_list *ret)
{
	struct path_set *set = calloc(1, sizeof *set);
	struct stat st;
	void *data;
	int r;

	*ret = (struct record_list){ .lost = true };
	if (!set)
		return -ENOMEM;
	if (fstat(fd, &st) < 0 || st.st_size == 0) {
		free(set);
		return 0;
	}
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	r = data == MAP_FAILED ? -errno : read_all(data, (size_t)st.st_size, set, ret);
	if (data != MAP_FAILED)
		munmap(data, (size_t)st.st_size);
	free(set);
	return r;
}

void
record_list_release(struct record_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i].path);
	free(list->items);
	*list = (struct record_list){ 0 };
}
