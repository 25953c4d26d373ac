/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What relative names and ~ are to the user who gives a command in this process. */
#include "config.h"

#include "cmd/user_paths.h"

#include <stdlib.h>

#include "base/text.h"
#include "sandbox/identity.h"
#include "sandbox/plan.h"
#include "sandbox/request.h"

char *
user_directory(void)
{
	return plan_logical_cwd();
}

char *
user_home(void)
{
	const struct identity_sources sources = { "/etc/passwd", "/etc/group", getenv("HOME") };
	struct identity identity;
	struct request nobody_else;
	char *home;

	request_init(&nobody_else);
	identity_make(&nobody_else, &sources, &identity);
	home = text_dup(identity.home);
	identity_release(&identity);
	request_release(&nobody_else);
	return home;
}
