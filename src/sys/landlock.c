/* SPDX-License-Identifier: GPL-3.0-or-later */
/* landlock(7): scopes of abstract unix sockets and signals, and giving up all files. */
#include "config.h"

#include "sys/landlock.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Headers have `scoped` since Linux 6.12 only, so the interface is written out; it is the same everywhere. */
#define NR_CREATE_RULESET 444
#define NR_RESTRICT_SELF 446
#ifdef __NR_landlock_create_ruleset
_Static_assert(__NR_landlock_create_ruleset == NR_CREATE_RULESET, "landlock_create_ruleset(2)");
_Static_assert(__NR_landlock_restrict_self == NR_RESTRICT_SELF, "landlock_restrict_self(2)");
#endif

#define CREATE_RULESET_VERSION (1U << 0)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)
#define NET_BIND_TCP (1ULL << 0)
#define NET_CONNECT_TCP (1ULL << 1)
#define ABI_WITH_TCP 4
#define ABI_WITH_SCOPES 6

struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

int
landlock_abi(void)
{
	long abi = syscall(NR_CREATE_RULESET, NULL, (size_t)0, CREATE_RULESET_VERSION);

	return abi < 0 ? -errno : (int)abi;
}

/* 1, or -errno. */
static int
restrict_self(const struct ruleset_attr *attr)
{
	/* Close-on-exec from birth. What an older kernel does not know of is 0, so it takes the size for its own. */
	int ruleset = (int)syscall(NR_CREATE_RULESET, attr, sizeof(*attr), 0U);
	int failed;

	if (ruleset < 0)
		return -errno;
	failed = syscall(NR_RESTRICT_SELF, ruleset, 0U) < 0 ? -errno : 0;
	close(ruleset);
	return failed ? failed : 1;
}

int
landlock_scope_self(void)
{
	static const struct ruleset_attr attr = { .scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL };
	int abi = landlock_abi();

	if (abi == -ENOSYS || abi == -EOPNOTSUPP)
		return 0;
	if (abi < 0)
		return abi;
	return abi < ABI_WITH_SCOPES ? 0 : restrict_self(&attr);
}

int
landlock_give_up_all(void)
{
	/* How many rights to files there are in each version, from bit 0 on. */
	static const unsigned file_rights[] = { 0, 13, 14, 15, 15, 16, 16 };
	struct ruleset_attr attr = { 0 };
	int abi = landlock_abi();

	/* EPERM: a filter of seccomp's above us, as that of a container, does not know of it. */
	if (abi == -ENOSYS || abi == -EOPNOTSUPP || abi == -EPERM)
		return 0;
	if (abi < 0)
		return abi;
	attr.handled_access_fs = (1ULL << file_rights[abi < ABI_WITH_SCOPES ? abi : ABI_WITH_SCOPES]) - 1;
	if (abi >= ABI_WITH_TCP)
		attr.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
	if (abi >= ABI_WITH_SCOPES)
		attr.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
	return restrict_self(&attr);
}
