/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of the sessions that run. */
#include "config.h"

#include "cmd/running.h"

#include "base/text.h"
#include "session/registry.h"

char **
running_sessions(size_t *ret_len)
{
	struct session_list list = { 0 };
	char **names = NULL;
	size_t cap = 0;

	*ret_len = 0;
	if (registry_list(&list, NULL) < 0)
		return NULL;
	names = array_grow(NULL, &cap, list.len + 1, sizeof *names);
	for (size_t i = 0; i < list.len; i++)
		names[(*ret_len)++] = text_dup(list.items[i].name);
	session_list_release(&list);
	return names;
}
