/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capabilities(7) of the calling thread: dropping and reading all five sets. */
#include "config.h"

#include "sys/caps.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A set has 64 bits. The kernel's last capability is where prctl(2) begins to say EINVAL, whatever our headers know. */
#define CAPS_MAX 64

static int
bounding_drop(void)
{
	for (unsigned long cap = 0; cap < CAPS_MAX; cap++) {
		int held;

		if (prctl(PR_CAPBSET_DROP, cap, 0L, 0L, 0L) == 0)
			continue;
		/* Without CAP_SETPCAP the kernel refuses even what is gone already, and looks at nothing else first. */
		held = prctl(PR_CAPBSET_READ, cap, 0L, 0L, 0L);
		if (held < 0)
			return errno == EINVAL && cap > 0 ? 0 : -errno;
		if (held > 0)
			return -EPERM;
	}
	return 0;
}

int
caps_drop_all(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
	int r;

	/*
	 * The bounding set first: dropping from it takes CAP_SETPCAP. It is what keeps exec(2) by a payload that
	 * appears to be root from giving everything back (capabilities(7), "execution of programs by root").
	 */
	r = bounding_drop();
	if (r < 0)
		return r;
	/* The kernel takes out of the ambient set what is no longer permitted and inheritable. */
	if (syscall(__NR_capset, &header, data) < 0)
		return -errno;
	return 0;
}

/* Reads a set that prctl(2) tells bit by bit. */
static int
set_read(int option, unsigned long arg2, uint64_t *ret)
{
	uint64_t set = 0;

	for (unsigned long cap = 0; cap < CAPS_MAX; cap++) {
		int held = arg2 ? prctl(option, arg2, cap, 0L, 0L) : prctl(option, cap, 0L, 0L, 0L);

		if (held < 0) {
			if (errno == EINVAL && cap > 0)
				break;
			return -errno;
		}
		if (held > 0)
			set |= 1ULL << cap;
	}
	*ret = set;
	return 0;
}

uint64_t
caps_effective(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(__NR_capget, &header, data) < 0)
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

int
caps_get(struct caps *ret)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	struct caps caps;
	int r;

	if (syscall(__NR_capget, &header, data) < 0)
		return -errno;
	caps.effective = data[0].effective | (uint64_t)data[1].effective << 32;
	caps.permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	caps.inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;

	r = set_read(PR_CAPBSET_READ, 0, &caps.bounding);
	if (r < 0)
		return r;
	r = set_read(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, &caps.ambient);
	if (r < 0)
		return r;
	*ret = caps;
	return 0;
}

int
caps_securebits(void)
{
	int bits = prctl(PR_GET_SECUREBITS);

	return bits < 0 ? -errno : bits;
}
