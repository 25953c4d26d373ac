/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody is told before each step. */
#include "config.h"

#include "sandbox/tell.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sandbox/inside.h"

void
tell_step(const struct setup *setup, enum step step, int entry)
{
	const struct teacher *teacher = setup->plan->req->teacher;
	const struct tell_record record = { .step = (int32_t)step, .entry = entry };
	char answer;

	if (!teacher || teacher->fd < 0)
		return;
	if (send(teacher->fd, &record, sizeof record, MSG_NOSIGNAL) != sizeof record ||
	    recv(teacher->fd, &answer, 1, 0) != 1)
		inside_fail(setup, STEP_STOPPED, 0, NULL);
}

void
tell_close(const struct setup *setup)
{
	const struct teacher *teacher = setup->plan->req->teacher;

	if (teacher && teacher->fd >= 0)
		close(teacher->fd);
}

void
tell_end(struct teacher *teacher)
{
	if (!teacher || teacher->fd < 0)
		return;
	close(take_fd(&teacher->fd));
	while (waitpid(teacher->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
