/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What has been seen of both sides while one answer is worked out, so that many questions about neighbours look once.
 *
 * Files change without notice. So a memo lives as long as the answer takes to make, never from one answer to the next:
 * what it says is then as true as what the first of these questions would have found.
 */
#ifndef INSPECT_MEMO_H
#define INSPECT_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "inspect/place_list.h"

/* A directory outside. The facts are inspect/unit.c's: of those in `asked` it is known whether they hold. */
struct memo_directory {
	bool looked_at; /* `device` is known */
	dev_t device;	/* 0: there is no such directory */
	unsigned asked, holds;
};

/* All zero: nothing has been seen. */
struct memo {
	struct place_list absent; /* inside, without links */
	struct place_list names;  /* of the directories */
	struct memo_directory *directories;
	size_t cap;
	bool home_known;
	char *home_place; /* of the home directory outside, without links; NULL: there is none */
};

void memo_release(struct memo *memo);

/* There is nothing at that place inside, to which no link leads. */
void memo_note_absent(struct memo *memo, const char *place);

/*
 * True if a walk inside along the path, absolute, is known to end at a place where nothing is; *ret_len is how much of
 * the path that is.
 */
bool memo_is_absent(const struct memo *memo, const char *path, size_t *ret_len);

/* The directory outside of that name; all zero at first. Stays where it is until the next call. */
struct memo_directory *memo_directory(struct memo *memo, const char *name);

#endif
