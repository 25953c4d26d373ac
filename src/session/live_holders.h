/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who keeps mounts busy: a helper that looks through /proc, outside, as the user. */
#ifndef SESSION_LIVE_HOLDERS_H
#define SESSION_LIVE_HOLDERS_H

#include <stddef.h>
#include <stdint.h>

enum live_search {
	SEARCH_USERS,	/* descriptors, directories, programs: these are known by the number of their mount */
	SEARCH_ALL,	/* mappings too. Their path may be other mounts' as well: to explain what the kernel said */
	SEARCH_WRITERS, /* descriptors that were opened for writing */
};

/*
 * Tells RECORD_HOLDER for each user of the mounts with these numbers or of what lies on them, then RECORD_DONE,
 * with the flag if there was no time to look at everybody: first at the processes of the same mount namespace.
 * `process` is the target's directory in procfs.
 *
 * It runs in a helper of its own because of what it reads: a process can make its /proc/PID/maps wait for as long as it
 * likes.
 */
void live_holders_run(int socket, int process, const uint64_t *numbers, size_t n, enum live_search search);

#endif
