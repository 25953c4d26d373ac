/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the stage, init and the payload do alike. */
#include "config.h"

#include "sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "sys/caps.h"

_Noreturn void
inside_fail(const struct setup *setup, enum step step, int r, const char *object)
{
	report_failure(setup->report, step, -r, -1, object);
}

void
inside_bind_life(const struct setup *setup)
{
	struct pollfd life = { .fd = setup->report };

	/* The signal covers the caller's death from now on, POLLERR (no reader is left) a death before now. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		inside_fail(setup, STEP_BIND_LIFE, -errno, NULL);
	if (poll(&life, 1, 0) < 0 || life.revents & POLLERR)
		_exit(STATUS_FAILED);
}

void
inside_shed(const struct setup *setup)
{
	int r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		inside_fail(setup, STEP_NO_NEW_PRIVS, -errno, NULL);
	r = caps_drop_all();
	if (r < 0)
		inside_fail(setup, STEP_CAPABILITIES, r, NULL);
}

/* We neither use threads nor return from the child's function. */
pid_t
inside_clone(unsigned long flags)
{
	return (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
}

void
inside_open_pty(struct setup *setup)
{
	int unlock = 0;

	if (setup->devpts < 0)
		inside_fail(setup, STEP_DEVPTS, setup->devpts, NULL);
	setup->master = openat(setup->devpts, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (setup->master < 0 || ioctl(setup->master, TIOCSPTLCK, &unlock) < 0)
		inside_fail(setup, STEP_PTY, -errno, NULL);
	setup->slave = ioctl(setup->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (setup->slave < 0 || setsid() < 0 || ioctl(setup->slave, TIOCSCTTY, 0) < 0)
		inside_fail(setup, STEP_PTY, -errno, NULL);
	if (setup->sandbox->modes && tcsetattr(setup->slave, TCSANOW, setup->sandbox->modes) < 0)
		inside_fail(setup, STEP_PTY, -errno, NULL);
	if (setup->sandbox->size && ioctl(setup->slave, TIOCSWINSZ, setup->sandbox->size) < 0)
		inside_fail(setup, STEP_PTY, -errno, NULL);
}

bool
inside_shares_net(const struct setup *setup)
{
	return setup->plan->door ? setup->plan->door->shares_net : setup->plan->req->net == NET_HOST;
}
