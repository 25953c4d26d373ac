/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program asks for, recorded for --learn: each path that a notified call names, and what it is asked for. The
 * supervisor writes, whoever started the session reads when that has ended; between them is a file without a name, so
 * nothing that was written is lost in whatever way the supervisor ends. Where all was written, and it ended well, there
 * is a mark at the end.
 *
 * Paths are as the program wrote them, made absolute, links and ".." still in them. Each is written once for each use
 * that is new. The program chooses them: there are bounds.
 */
#ifndef WATCH_RECORD_H
#define WATCH_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/pathcalls.h"
#include "watch/task.h"

enum record_use {
	RECORD_LOOKED = 1 << 0,	   /* stat(2), access(2), chdir(2): whether it is there */
	RECORD_READ = 1 << 1,	   /* opened; of a directory: listed */
	RECORD_WRITTEN = 1 << 2,   /* opened to be written, made, renamed */
	RECORD_EXECUTED = 1 << 3,
	RECORD_CONNECTED = 1 << 4, /* a socket */
	RECORD_END = 1 << 5,	   /* no path: that is all */
};

enum {
	RECORD_PATHS_MAX = 1 << 17,
	RECORD_BYTES_MAX = 32 << 20,
};

struct recorder;

/* The file, of memory, for request.record_fd. -errno. */
int record_make(void);

/* Writes to it from now on. NULL: there is no memory. */
struct recorder *recorder_new(int fd);

/* That nothing more will be asked for: without it what was recorded is not all. */
void recorder_end(struct recorder *recorder);
void recorder_free(struct recorder *recorder);

/* What the call asks for, before it goes on. */
void recorder_add(struct recorder *recorder, const struct task_call *call, const struct pathcall_registers *registers);

struct record {
	char *path;
	unsigned uses; /* enum record_use */
};

struct record_list {
	struct record *items; /* each path once, in the order in which they were first seen */
	size_t len, cap;
	bool lost; /* there was more */
};

/* Reads all of it. 0 or -errno. */
int record_read(int fd, struct record_list *ret);
void record_list_release(struct record_list *list);

#endif
