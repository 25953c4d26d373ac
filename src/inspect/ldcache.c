/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /etc/ld.so.cache of the GNU C library. */
#include "config.h"

#include "inspect/ldcache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define CACHE_SIZE_MAX (16u << 20)

/*
 * The format since glibc 2.2: a head of 48 bytes (magic, number of entries at 20), entries of 24 bytes (file name at 8
 * and library name at 4, as offsets from the head), strings. Before 2.32 an older table stood in front of it: a magic
 * of 12 bytes, a number of entries of 12 bytes each. Numbers are in the byte order of the machine that made it, which
 * is this one.
 */
static const char magic[] = "glibc-ld.so.cache1.1";
static const char old_magic[] = "ld.so-1.7.0";
enum { HEAD_SIZE = 48, ENTRY_SIZE = 24, OLD_HEAD_SIZE = 16, OLD_ENTRY_SIZE = 12 };

static uint32_t
number(const struct ldcache *cache, size_t at)
{
	uint32_t n;

	memcpy(&n, cache->data + at, sizeof n);
	return n;
}

void
ldcache_release(struct ldcache *cache)
{
	free(cache->data);
	memset(cache, 0, sizeof *cache);
}

/* Where the present format begins, or a place beyond the end. */
static size_t
find_base(const struct ldcache *cache)
{
	uint64_t end;

	if (cache->len < OLD_HEAD_SIZE || memcmp(cache->data, old_magic, sizeof old_magic - 1) != 0)
		return 0;
	end = OLD_HEAD_SIZE + (uint64_t)number(cache, 12) * OLD_ENTRY_SIZE;
	return end < cache->len ? ((size_t)end + 7) & ~(size_t)7 : cache->len;
}

int
ldcache_read(int fd, struct ldcache *ret)
{
	struct ldcache cache = { 0 };
	_autofree_ char *data = NULL;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size < HEAD_SIZE || st.st_size > CACHE_SIZE_MAX)
		return -EBADMSG;
	data = malloc((size_t)st.st_size + 1);
	if (!data)
		return -ENOMEM;
	while (cache.len < (size_t)st.st_size) {
		ssize_t n = pread(fd, data + cache.len, (size_t)st.st_size - cache.len, (off_t)cache.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		cache.len += (size_t)n;
	}
	data[cache.len] = '\0';
	cache.data = data;
	cache.base = find_base(&cache);
	if (cache.base > cache.len || cache.len - cache.base < HEAD_SIZE ||
	    memcmp(data + cache.base, magic, sizeof magic - 1) != 0)
		return -EBADMSG;
	cache.entries = number(&cache, cache.base + 20);
	if (cache.entries > (cache.len - cache.base - HEAD_SIZE) / ENTRY_SIZE)
		return -EBADMSG;
	*ret = cache;
	data = NULL;
	return 0;
}

/* A string of the cache; the zero behind the data ends the last one. */
static const char *
string(const struct ldcache *cache, uint32_t offset)
{
	return offset < cache->len - cache->base ? cache->data + cache->base + offset : "";
}

const char *
ldcache_next(const struct ldcache *cache, const char *name, uint32_t *at)
{
	while (*at < cache->entries) {
		size_t entry = cache->base + HEAD_SIZE + (size_t)(*at)++ * ENTRY_SIZE;

		if (strcmp(string(cache, number(cache, entry + 4)), name) == 0)
			return string(cache, number(cache, entry + 8));
	}
	return NULL;
}
