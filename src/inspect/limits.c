/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resource limits of a process. */
#include "config.h"

#include "inspect/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "sys/procfs.h"

/* fs/proc/base.c writes "%-25s %-20s %-20s %-10s"; names have blanks in them. */
enum { NAME_WIDTH = 25 };

static int
parse_value(const char **at, uint64_t *ret)
{
	_autofree_ char *word = NULL;

	*at += strspn(*at, " ");
	word = text_ndup(*at, strcspn(*at, " \n"));
	*at += strlen(word);
	if (strcmp(word, "unlimited") == 0) {
		*ret = LIMIT_NONE;
		return 0;
	}
	return number_parse(word, UINT64_MAX, ret);
}

static int
parse_line(const char *line, struct limit *ret)
{
	size_t len = strcspn(line, "\n"), name_len = NAME_WIDTH;
	const char *at = line + NAME_WIDTH;

	if (len <= NAME_WIDTH || parse_value(&at, &ret->soft) < 0 || parse_value(&at, &ret->hard) < 0)
		return -EINVAL;
	while (name_len > 0 && line[name_len - 1] == ' ')
		name_len--;
	at += strspn(at, " ");
	ret->name = text_ndup(line, name_len);
	ret->unit = text_ndup(at, strcspn(at, " \n"));
	return 0;
}

int
limits_parse(const char *text, struct limit_list *ret)
{
	struct limit_list list = { 0 };
	size_t cap = 0;
	/* The first line has the headings. */
	const char *line = strchr(text, '\n');

	while (line && *++line != '\0') {
		list.items = array_grow(list.items, &cap, list.len + 1, sizeof *list.items);
		if (parse_line(line, &list.items[list.len]) < 0) {
			limits_release(&list);
			return -EINVAL;
		}
		list.len++;
		line = strchr(line, '\n');
	}
	*ret = list;
	return 0;
}

int
limits_read(int process, struct limit_list *ret)
{
	_autofree_ char *text = NULL;
	int r = procfs_read(process, "limits", &text, NULL);

	return r < 0 ? r : limits_parse(text, ret);
}

void
limits_release(struct limit_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		free(list->items[i].name);
		free(list->items[i].unit);
	}
	free(list->items);
	memset(list, 0, sizeof *list);
}

const struct limit *
limits_find(const struct limit_list *list, const char *name)
{
	for (size_t i = 0; i < list->len; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}
