/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the policy of a watched session has mounted for a miss. */
#include "config.h"

#include "session/miss_mount.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "session/live.h"

enum { TRIES = 4 };

/* As a spec, every byte that could mean something behind a backslash. */
static char *
make_spec(const char *path)
{
	size_t len = strlen(path);
	char *spec = text_format("ro:%*s", (int)(2 * len), "");
	char *to = spec + strlen("ro:");

	for (; *path != '\0'; path++) {
		if (strchr(" \t\n\v\f\r:=\\'\"~", *path))
			*to++ = '\\';
		*to++ = *path;
	}
	*to = '\0';
	return spec;
}

int
miss_mount(pid_t init, const char *path)
{
	_autofree_ char *text = make_spec(path);
	_autoerror_ struct error err = ERROR_INIT;
	const struct live_context context = { .cwd = "/" };
	struct live_journal journal = { 0 };
	struct live_report report = { 0 };
	struct spec_list specs = { 0 };
	struct live_target target;
	int r = spec_list_parse(&specs, text, ORIGIN_MISS, "--allow", &err);

	if (r == 0)
		r = live_target_open(init, &target, &err);
	if (r == 0) {
		/* Others who ask for the same meanwhile may get in the way. */
		for (int i = 0; i < TRIES; i++) {
			error_release(&err);
			r = live_mount(&target, &specs, &context, &journal, &report, &err);
			if (r == 0)
				break;
		}
		live_target_close(&target);
	}
	spec_list_release(&specs);
	live_report_release(&report);
	live_journal_release(&journal);
	return r;
}
