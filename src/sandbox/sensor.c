/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter of names that exist outside: a Bloom filter with two bits a name. */
#include "config.h"

#include "sandbox/sensor.h"

/* FNV-1a. Who makes names collide on purpose makes his own misses a little slower. */
uint64_t
sensor_hash(uint64_t dir, const char *name, size_t len)
{
	uint64_t hash = (dir ^ '/') * 0x100000001b3u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 0x100000001b3u;
	return hash;
}

static uint32_t
bit_of(uint64_t hash, unsigned which)
{
	hash *= which ? 0x9e3779b97f4a7c15u : 0xc2b2ae3d27d4eb4fu;
	return (uint32_t)(hash >> 40) % SENSOR_FILTER_BITS;
}

void
sensor_mark(struct sensor_page *page, uint64_t hash)
{
	for (unsigned i = 0; i < 2; i++) {
		uint32_t bit = bit_of(hash, i);

		atomic_fetch_or_explicit(&page->filter[bit / 64], UINT64_C(1) << bit % 64, memory_order_relaxed);
	}
}

bool
sensor_is_marked(const struct sensor_page *page, uint64_t hash)
{
	for (unsigned i = 0; i < 2; i++) {
		uint32_t bit = bit_of(hash, i);

		if (!(atomic_load_explicit(&page->filter[bit / 64], memory_order_relaxed) >> bit % 64 & 1))
			return false;
	}
	return true;
}
