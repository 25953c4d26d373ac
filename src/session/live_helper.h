/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The short-lived child that works in a sandbox's namespaces, and how it reports.
 *
 * It begins as a copy of the caller, so it has everything it is to do in memory and needs to be told nothing. What it
 * has to say goes over a socket, as records, many to a packet. Once it is in the sandbox's mount namespace it
 *
 *	must not	open a path that the C library chooses (messages, locales, name service): they would be the
 *			sandbox's files. So it reports steps and error numbers, and the caller makes words of them
 *	must not	take a name from the sandbox but through sys/open.h, from a descriptor
 *	may		allocate: it shares its memory with nobody
 */
#ifndef SESSION_LIVE_HELPER_H
#define SESSION_LIVE_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum live_record_kind {
	RECORD_NOTE,   /* text[0] */
	RECORD_ERROR,  /* from before the sandbox: code, status, caret; text: message, where, hint */
	RECORD_FAILED, /* step, code, index, flag: see there; text[0]: the object */
	RECORD_ITEM,   /* a live_item. code: enum live_kind, flag: enum live_item_flag; text: path, source, spec */
	RECORD_MADE,   /* flag: is_dir; text[0] */
	RECORD_HOLDER, /* index, code: pid outside, inside; step: enum live_hold; attrs: fd, flag: writes; name, path */
	RECORD_DONE,   /* flag: not all was looked at (live_holders.h) */
};

enum live_item_flag { ITEM_ON_TOP = 1, ITEM_IS_DIR = 2 };

struct live_record {
	uint32_t size; /* of the record with its texts; filled by live_tell() */
	int32_t kind;
	int32_t step, code, index;
	uint32_t attrs;
	int32_t flag;
	int32_t caret, caret_len;
	uint32_t texts; /* which of them there are, one bit each; filled by live_tell() */
	uint64_t id, number, dev, ino;
};

enum { RECORD_TEXTS = 3 };

/* What the caller gets: valid during the call. The descriptor, or -1, is the callee's. */
typedef void live_listener(void *arg, const struct live_record *record, const char *const text[RECORD_TEXTS], int fd);

/* In the child: what it does. It ends when this returns. */
typedef void live_work(int socket, void *arg);

enum live_fate {
	FATE_DONE,   /* it said RECORD_DONE */
	FATE_FAILED, /* it said what went wrong */
	FATE_LOST,   /* it ended without a word: somebody killed it */
	FATE_LATE,   /* it did not end in time, and was killed */
};

/*
 * Runs `work` in a child that keeps only the descriptors of keep[0..n), which may hold -1, and its end of the socket.
 * Returns its fate, or -errno if there was no child (-EAGAIN: the user has too many processes). No SIGCHLD is sent, and
 * wait(2) without __WALL does not see it.
 */
int live_helper_run(live_work *work, void *arg, const int *keep, size_t n, live_listener *listener, void *listener_arg);

/*
 * In the child. Nobody hears what is told on -1.
 * Texts may be NULL. A descriptor goes along if fd is not -1. Records are held back until there are many,
 * until one says how it ended, or until live_tell_now(). If the caller is gone the child ends.
 */
void live_tell(int socket, const struct live_record *record, const char *text0, const char *text1, const char *text2,
	       int fd);
void live_tell_now(int socket);
void live_tell_error(int socket, const struct error *err);

/* In the child: from here on nobody can trace it, whatever credentials it takes on. */
void live_hide(void);

#endif
