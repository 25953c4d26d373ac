/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time, in the units in which it is used here. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* ns of CLOCK_REALTIME: the time of day, which may be set. */
static inline int64_t
clock_real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* us of CLOCK_MONOTONIC: for what takes no longer than a wake-up. */
static inline int64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ms of CLOCK_MONOTONIC: for what is awaited. */
static inline int64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
