/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has been seen of both sides while one answer is worked out. */
#include "config.h"

#include "inspect/memo.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

void
memo_release(struct memo *memo)
{
	place_list_release(&memo->absent);
	place_list_release(&memo->names);
	free(memo->directories);
	free(memo->home_place);
	*memo = (struct memo){ 0 };
}

void
memo_note_absent(struct memo *memo, const char *place)
{
	place_list_add(&memo->absent, place);
}

bool
memo_is_absent(const struct memo *memo, const char *path, size_t *ret_len)
{
	_autofree_ char *copy = memo->absent.len > 0 ? text_dup(path) : NULL;
	size_t len = strlen(path);

	/* The walk ends at the first one. */
	for (size_t i = 1; copy && i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		copy[i] = '\0';
		if (place_list_find(&memo->absent, copy) < memo->absent.len) {
			*ret_len = i;
			return true;
		}
		copy[i] = path[i];
	}
	return false;
}

struct memo_directory *
memo_directory(struct memo *memo, const char *name)
{
	size_t i = place_list_find(&memo->names, name);

	if (i == memo->names.len) {
		place_list_add(&memo->names, name);
		memo->directories = array_grow(memo->directories, &memo->cap, i + 1, sizeof *memo->directories);
		memo->directories[i] = (struct memo_directory){ 0 };
	}
	return &memo->directories[i];
}
