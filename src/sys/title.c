/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ps(1) shows of a process. */
#include "config.h"

#include "sys/title.h"

#include <string.h>
#include <sys/prctl.h>

static char *area;
static size_t area_len;

void
title_init(char **argv)
{
	char *end;

	if (!argv[0])
		return;
	/* The kernel puts the strings one behind the other (execve(2)); anything else is left alone. */
	area = end = argv[0];
	for (char **arg = argv; *arg && *arg == end; arg++)
		end = *arg + strlen(*arg) + 1;
	area_len = (size_t)(end - area);
}

void
title_set(const char *title)
{
	size_t len = strlen(title);

	prctl(PR_SET_NAME, title);
	if (area_len == 0)
		return;
	memset(area, 0, area_len);
	memcpy(area, title, len < area_len ? len : area_len - 1);
}

void
title_set_line(const char *line)
{
	size_t len = strlen(line);

	if (len >= area_len)
		return;
	memset(area, 0, area_len);
	memcpy(area, line, len);
}
