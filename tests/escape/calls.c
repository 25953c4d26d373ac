/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attacks by system calls that namespaces do not divide, or that are rich in kernel holes. */
#include "config.h"

#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "i386.h"

enum { FAMILY_VSOCK = 40 };

static int
run_io_uring(char **argv)
{
	struct io_uring_params params = { 0 };

	(void)argv;
	if (syscall(SYS_io_uring_setup, 4, &params) < 0)
		return stopped("io_uring_setup");
	return worked("io_uring_setup");
}

/* Keys are looked up by number and user; no namespace stands in between. */
static int
run_key(char **argv)
{
	char secret[64] = "";
	long n = syscall(SYS_keyctl, KEYCTL_READ, atoi(argv[0]), secret, sizeof(secret) - 1, 0);

	if (n < 0)
		return stopped("keyctl(KEYCTL_READ)");
	return strstr(secret, SECRET) ? worked("keyctl(KEYCTL_READ)") : untried("another key");
}

static int
run_key_i386(char **argv)
{
#ifdef HAVE_I386
	char *low = i386_memory();
	long n;

	if (!low)
		return untried("no memory below 4 GiB");
	/* The fourth argument, the size, is in %esi: 0 asks how long the key is, which is as good as reading it. */
	n = i386_call(288, KEYCTL_READ, (uint32_t)atoi(argv[0]), (uint32_t)(uintptr_t)low);
	if (n < 0) {
		errno = (int)-n;
		return stopped("keyctl(KEYCTL_READ) by int 0x80");
	}
	return worked("keyctl(KEYCTL_READ) by int 0x80");
#else
	(void)argv;
	return untried("no 32-bit calls here");
#endif
}

static int
run_userfaultfd(char **argv)
{
	(void)argv;
	if (syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */) < 0)
		return stopped("userfaultfd");
	return worked("userfaultfd");
}

static int
run_perf(char **argv)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
					.config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1, .exclude_hv = 1 };

	(void)argv;
	if (syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0UL) < 0)
		return stopped("perf_event_open");
	return worked("perf_event_open");
}

/* Makes the socket and no more: to whom a hypervisor would answer is not ours to try. */
static int
run_vsock(char **argv)
{
	(void)argv;
	if (socket(FAMILY_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0)
		return stopped("socket(AF_VSOCK)");
	return worked("socket(AF_VSOCK)");
}

/* socketcall(2) has its arguments in memory, where a filter does not see the family. */
static int
run_vsock_i386(char **argv)
{
#ifdef HAVE_I386
	uint32_t *low = (uint32_t *)(void *)i386_memory();
	long r;

	(void)argv;
	if (!low)
		return untried("no memory below 4 GiB");
	low[0] = FAMILY_VSOCK;
	low[1] = SOCK_STREAM;
	low[2] = 0;
	r = i386_call(102, 1, (uint32_t)(uintptr_t)low, 0);
	if (r < 0) {
		errno = (int)-r;
		return stopped("socketcall(SYS_SOCKET, AF_VSOCK)");
	}
	return worked("socketcall(SYS_SOCKET, AF_VSOCK)");
#else
	(void)argv;
	return untried("no 32-bit calls here");
#endif
}

/* The number of getpid in the x32 ABI; a filter by 64-bit numbers lets all such numbers through. */
static int
run_x32(char **argv)
{
	(void)argv;
#ifdef __x86_64__
	if (syscall(0x40000000 | SYS_getpid) < 0)
		return stopped("getpid of the x32 ABI");
	return worked("getpid of the x32 ABI");
#else
	return untried("no x32 here");
#endif
}

/*
 * A file by its handle, for which no path is walked and no mount point stands in the way. The handle of a path that is
 * visible on both sides stands for one that was guessed.
 */
static int
run_handle(char **argv)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} u = { .handle = { .handle_bytes = MAX_HANDLE_SZ } };
	int mount_id, mount_fd = open(argv[0], O_RDONLY | O_CLOEXEC), fd;

	if (mount_fd < 0 || name_to_handle_at(AT_FDCWD, argv[1], &u.handle, &mount_id, 0) < 0)
		return untried(argv[1]);
	/* A directory: of these alone the kernel hands out to whoever may mount, not only to CAP_DAC_READ_SEARCH. */
	fd = open_by_handle_at(mount_fd, &u.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return stopped("open_by_handle_at");
	return worked("open_by_handle_at");
}

const struct attack call_attacks[] = {
	{ "io-uring", "", 0, run_io_uring },
	{ "key", "SERIAL", 1, run_key },
	{ "key-i386", "SERIAL", 1, run_key_i386 },
	{ "userfaultfd", "", 0, run_userfaultfd },
	{ "perf", "", 0, run_perf },
	{ "vsock", "", 0, run_vsock },
	{ "vsock-i386", "", 0, run_vsock_i386 },
	{ "x32", "", 0, run_x32 },
	{ "handle", "DIRECTORY PATH", 2, run_handle },
	{ 0 },
};
