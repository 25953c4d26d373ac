/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the policy of a watched session has mounted for a miss. */
#include "config.h"

#include "session/miss_mount.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "session/live.h"
#include "session/live_helper.h"
#include "session/live_mounter.h"
#include "sys/title.h"

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

/* Places that specs make something else of than a bind (sandbox/plan_specs.h). */
static bool
is_plain(const char *path)
{
	static const char *const special[] = { "/proc", "/sys", "/dev" };

	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		if (path_is_below(path, special[i]))
			return false;
	return true;
}

/* The host's mounts are those of when we began. */
static bool
host_has_changed(int mountinfo)
{
	struct pollfd changed = { .fd = mountinfo, .events = POLLPRI };

	return poll(&changed, 1, 0) != 0;
}

static void
serve(pid_t init, int socket)
{
	static char path[PATH_MAX];
	_autoerror_ struct error err = ERROR_INIT;
	struct live_pieces pieces = { 0 };
	struct live_mounter mounter = { .pieces = &pieces };
	int mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	bool lost = false;
	ssize_t n;

	live_hide();
	title_set("isolate-mount");
	if (mountinfo < 0 || live_target_open(init, &mounter.target, &err) < 0 || live_mounter_stay(&mounter) < 0)
		return;
	while (!lost && (n = recv(socket, path, sizeof path - 1, 0)) > 0) {
		int r = -1;

		path[n] = '\0';
		if (host_has_changed(mountinfo))
			return;
		if (is_plain(path))
			r = live_mounter_bind(&mounter, path, &lost);
		if (send(socket, &r, sizeof r, MSG_NOSIGNAL) < 0)
			return;
	}
}

const struct watch_mounter miss_mounter = { .mount = miss_mount, .serve = serve };
