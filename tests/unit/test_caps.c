/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capabilities: all five sets are read as /proc tells them, and are empty once dropped, for root too. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/caps.h"

static int
file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return r;
}

/* In a user namespace of our own, as its root: then every set but the ambient one is full, whoever runs the test. */
static int
become_root(void)
{
	char map[64];
	unsigned uid = getuid(), gid = getgid();

	if (unshare(CLONE_NEWUSER) < 0)
		return -errno;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (file_write("/proc/self/uid_map", map) < 0 || file_write("/proc/self/setgroups", "deny") < 0)
		return -EPERM;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return file_write("/proc/self/gid_map", map);
}

/* The set called `name` as /proc/self/status has it; the kernel writes it from its own memory, not through prctl(2). */
static uint64_t
set_by_proc(const char *name)
{
	char line[256];
	unsigned long long set = 0;
	int found = 0;
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)))
			found = sscanf(line + strlen(name), " %llx", &set);
	if (f)
		fclose(f);
	return found == 1 ? set : UINT64_MAX;
}

static int
differs_from_proc(const struct caps *caps)
{
	return caps->effective != set_by_proc("CapEff:") || caps->permitted != set_by_proc("CapPrm:") ||
	       caps->inheritable != set_by_proc("CapInh:") || caps->bounding != set_by_proc("CapBnd:") ||
	       caps->ambient != set_by_proc("CapAmb:");
}

static int
in_child(int (*work)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(work());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Puts one capability into the inheritable and ambient sets, so that these have something to lose. */
static int
raise_ambient(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(__NR_capget, &header, data) < 0)
		return -errno;
	data[0].inheritable |= 1U << CAP_SYS_CHROOT;
	if (syscall(__NR_capset, &header, data) < 0)
		return -errno;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_CHROOT, 0L, 0L) < 0 ? -errno : 0;
}

static int
reads_and_drops(void)
{
	static const struct caps none;
	struct caps caps = { 1, 2, 3, 4, 5 };

	if (become_root() < 0 || raise_ambient() < 0)
		return 10;
	if (caps_get(&caps) < 0 || differs_from_proc(&caps))
		return 11;
	if (!caps.effective || !caps.permitted || !caps.inheritable || !caps.bounding || !caps.ambient)
		return 12;
	if (caps_drop_all() < 0)
		return 13;
	if (caps_get(&caps) < 0 || differs_from_proc(&caps))
		return 14;
	if (memcmp(&caps, &none, sizeof(caps)) != 0)
		return 15;
	return caps_drop_all() < 0 ? 16 : 0; /* a second time, with nothing left to do it with */
}

/* As root inside, exec gives root's capabilities back unless the bounding set is empty: seen from the far side. */
static int
exec_gives_nothing_back(void)
{
	if (become_root() < 0)
		return 10;
	if (caps_drop_all() < 0)
		return 11;
	execl("/bin/sh", "sh", "-c",
	      "grep -qx 'CapEff:.0*' /proc/self/status && grep -qx 'CapPrm:.0*' /proc/self/status", NULL);
	return 12;
}

static int
exec_would_give_back(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (become_root() < 0)
		return 10;
	if (syscall(__NR_capset, &header, data) < 0)
		return 11;
	execl("/bin/sh", "sh", "-c", "! grep -qx 'CapEff:.0*' /proc/self/status", NULL);
	return 12;
}

/* Without CAP_SETPCAP the bounding set cannot be emptied, and that is said. */
static int
fails_closed(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(__NR_capset, &header, data) < 0)
		return 10;
	if (set_by_proc("CapBnd:") == 0)
		return 0; /* run inside a sandbox that emptied it */
	return caps_drop_all() == -EPERM ? 0 : 11;
}

static void
test_read_and_drop(void **state)
{
	(void)state;
	assert_int_equal(in_child(reads_and_drops), 0);
}

static void
test_exec(void **state)
{
	(void)state;
	assert_int_equal(in_child(exec_would_give_back), 0);
	assert_int_equal(in_child(exec_gives_nothing_back), 0);
}

static void
test_fails_closed(void **state)
{
	(void)state;
	assert_int_equal(in_child(fails_closed), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_and_drop),
		cmocka_unit_test(test_exec),
		cmocka_unit_test(test_fails_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
